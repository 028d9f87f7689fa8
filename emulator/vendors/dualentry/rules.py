"""What DualEntry does, one sentence each.

Sources, in short: "page" is the guide "Working with Attachments"; "OpenAPI" the vendor's contract resources-v2.json;
"guides" its pages on authentication, errors, pagination and rate limits; "CLI" dualentry/dualentry-cli, the vendor's
own client, and its tests; "framework" what Django and django-ninja do with an endpoint like the contract's, measured
locally: that the vendor runs on them is inferred from its error texts, and nothing says that it changes this.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
NOT_FOUND_PAGE = "The requested resource was not found on this server."


def _errors(status: int, message: str, field: str = "__all__") -> Answer:
    return Answer(status, "errors", message, item=field)


PROBLEMS = "{problems}"

# --- Who may ask, and where ------------------------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "dualentry.unknown-path",
    "A path that DualEntry does not have gets the web framework's HTML page with 404, before the key is looked at.",
    "inferred",
    "framework",
    "2026",
    Answer(404, "page", NOT_FOUND_PAGE, item="Not Found"),
)
TRAILING_SLASH = Rule(
    "dualentry.trailing-slash",
    "Every path ends in a slash. Without it any method gets 301 and no body; most clients then turn a POST into a GET.",
    "inferred",
    "framework; OpenAPI and CLI always have the slash",
    "2026",
    Answer(301, "empty", "", {"Location": "{location}"}),
)
METHOD = Rule(
    "dualentry.method",
    "A method that a path does not take gets 405 in plain words, before the key is looked at; records have no DELETE.",
    "inferred",
    "framework; OpenAPI (no DELETE for any of the eleven types)",
    "2026",
    Answer(405, "words", "Method not allowed", {"Allow": "{allowed}"}),
)
ADD_ONLY = Rule(
    "dualentry.add-only",
    "A record's attachments can be added to, and neither listed, replaced nor deleted: their path takes POST alone.",
    "documented",
    "page; OpenAPI. The answer is the framework's",
    "2026",
    Answer(405, "words", "Method not allowed", {"Allow": "{allowed}"}),
)
REPLACE = Tunable(
    "dualentry.replace-attachments",
    "Whether PUT on an invoice's attachments replaces them all, as an entry in a newer index of the docs says.",
    "inferred",
    "api-evangelist/dualentry, llms.txt of 2026-07 (the entry's page is not stored); the page still denies it",
    "2026-07",
    value=False,
)
CREDENTIAL = Rule(
    "dualentry.credential",
    "A request needs a key in the header X-API-KEY.",
    "documented",
    "guides (authentication). That 401 has the body shown for 403 is inferred",
    "2026",
    _errors(401, "API key authentication failed"),
)
KEY_UNKNOWN = Rule(
    "dualentry.key-unknown",
    "With strict auth, a key that was not issued is refused with 403; in any mode one that a test has revoked.",
    "documented",
    "guides (authentication, errors)",
    "2026",
    _errors(403, "API key authentication failed"),
)
ORGANISATION = Rule(
    "dualentry.organisation",
    "A key stands for one organisation; what another one has does not exist for it.",
    "documented",
    "guides (authentication). That any key is good, and its organisation a copy of the seed data, is the emulator's",
    "2026",
)
NOT_EMULATED = Rule(
    "dualentry.not-emulated",
    "DualEntry has this operation, the emulator has not.",
    "inferred",
    "OpenAPI; the answer is the emulator's choice",
    "2026-11",
    _errors(501, "This operation exists at DualEntry and is not emulated."),
)
RATE_HEADERS = Rule(
    "dualentry.rate-headers",
    "Answers to a key carry X-RateLimit-Limit, -Remaining and -Reset.",
    "documented",
    "guides (rate limiting). That they speak of the bucket that refuses, otherwise of whichever is emptier, and Reset "
    "of the seconds since 1970 at which it is full again, is inferred",
    "2026",
)
RATE_LIMITS = Tunable(
    "dualentry.rate-limits",
    "Whether a key that has emptied a token bucket is refused: that of all its requests, which is looked at first, or "
    "that of the method and path.",
    "documented",
    "guides (rate limiting). The body is inferred, and that a request which only the second refuses has used up a "
    "token of the first; off by default, as tests are in a hurry",
    "2026",
    Answer(429, "errors", "Rate limit exceeded", {"Retry-After": "{seconds}"}, item="__all__"),
    value=False,
)

RATE_BURST = Tunable(
    "dualentry.rate-burst",
    "How many requests a key may send at once.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=50,
    lowest=1,
)
RATE_PER_SECOND = Tunable(
    "dualentry.rate-per-second",
    "How many more requests a key may send each second.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=5,
    lowest=1,
)
RATE_OPERATION_BURST = Tunable(
    "dualentry.rate-operation-burst",
    "How many requests a key may send at once with one method to one path.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=10,
    lowest=1,
)
RATE_OPERATION_PER_SECOND = Tunable(
    "dualentry.rate-operation-per-second",
    "How many more requests a key may send each second with one method to one path.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=1,
    lowest=1,
)
RATE_INVOICE_WRITES = Tunable(
    "dualentry.rate-invoice-writes",
    "How many invoices a key may create in a minute, and how many replace; as many at once.",
    "documented",
    "guides (rate limiting). That it may be at once is inferred",
    "2026",
    value=2,
    lowest=1,
)

# --- Order and form of refusals ---------------------------------------------------------------------------------------

NUMBER = Rule(
    "dualentry.record-number",
    "A record is named by its whole number alone, not by IN-1001; anything else is refused with 400, not 404.",
    "inferred",
    "OpenAPI (an integer); framework (the words). Which status is inferred from what the operations declare",
    "2026",
    _errors(400, PROBLEMS),
)
QUERY = Rule(
    "dualentry.query",
    "A query parameter that does not fit is refused with 400, and named with the kind of error before it.",
    "documented",
    "guides (pagination). The words behind the name are the framework's",
    "2026",
    _errors(400, PROBLEMS),
)
BAD_JSON = Rule(
    "dualentry.bad-json",
    "A body that is not JSON is refused with 400, before anything else in the request.",
    "inferred",
    "framework; guides (errors: 400 is a malformed request)",
    "2026",
    _errors(400, "Cannot parse request body"),
)
BODY = Rule(
    "dualentry.body",
    "A body that does not fit the contract is refused with 422; all that is wrong is listed, the path's number with "
    "it.",
    "documented",
    "OpenAPI (the required fields; create, PUT and PATCH declare 422); guides (errors), which key such messages by "
    "field. That they stand under __all__, with the framework's words, is inferred from the one error that is shown. "
    "Currencies and countries are not held against the contract's lists",
    "2026",
    _errors(422, PROBLEMS),
)
UNKNOWN_FIELDS = Rule(
    "dualentry.unknown-fields",
    "Fields that the contract does not name are ignored, on records, their lines and references to attachments.",
    "inferred",
    "framework; the contract forbids no other fields",
    "2026",
)
RECORD_UNKNOWN = Rule(
    "dualentry.record-unknown",
    "A number that the organisation's records of a type do not have gets 404, after everything else was checked.",
    "documented",
    "guides (errors); framework (the order). The text is inferred",
    "2026",
    _errors(404, "Not found"),
)
MAX_JSON_BYTES = Tunable(
    "dualentry.max-json-bytes",
    "A JSON body has at most this many bytes.",
    "inferred",
    "framework (its default)",
    "2026",
    Answer(400, "page", "", item="Bad Request (400)"),
    value=5 * MEBIBYTE // 2,
)

# --- Records ----------------------------------------------------------------------------------------------------------

CREATE = Rule(
    "dualentry.create",
    "Creating a record answers 200 and the record; its number is the next of its type.",
    "documented",
    "OpenAPI, which declares 200 alone. The guides list 201 beside it, and CLI expects it. The numbering is inferred",
    "2026",
    on_page="201 Resource created successfully (guides, errors)",
)
MONEY = Rule(
    "dualentry.money",
    "Amounts are written as numbers or as text, and read as decimal text.",
    "documented",
    "OpenAPI. That they have two decimals at least, and that a record's amount is the sum of its lines, is inferred",
    "2026",
)
PUT = Rule(
    "dualentry.put",
    "PUT replaces a record: what is left out is cleared to its default.",
    "observed",
    "CLI, which warns of it and sends what it has read along",
    "2026",
)
PATCH = Rule(
    "dualentry.patch",
    "PATCH leaves as it is what is not sent. Invoices, bills and customer prepayments have it.",
    "documented",
    "OpenAPI (invoices, bills); CLI (customer prepayments). That null leaves attachments alone is inferred",
    "2026",
)
RELATED = Tunable(
    "dualentry.known-parties",
    "Whether a company, customer or vendor that the seed data does not have is refused; if not, any number will do.",
    "inferred",
    "OpenAPI (create declares 404); that they are made when named is the emulator's choice",
    "2026",
    _errors(404, "Not found", "{field}"),
    value=False,
)
PAGING = Rule(
    "dualentry.list",
    "Lists answer {items, count}; the count is of all that match.",
    "documented",
    "OpenAPI; CLI",
    "2026",
    on_page="a bare array (guides, pagination)",
)
MAX_LIMIT = Tunable(
    "dualentry.max-limit",
    "How many records a list holds by default, and at most: a higher limit is silently lowered.",
    "documented",
    "OpenAPI; guides (pagination)",
    "2026",
    value=100,
    lowest=1,
)
FILTERS = Rule(
    "dualentry.filters",
    "Lists are filtered by the contract's parameters; ids, numbers and statuses may be repeated. Unknown parameters "
    "are ignored.",
    "documented",
    "OpenAPI. What search looks at (number, memo, reference, names), what can be ordered by are inferred",
    "2026",
)

# --- Attachments ------------------------------------------------------------------------------------------------------

UPLOAD = Rule(
    "dualentry.upload",
    "Files are sent as parts named `files`, one or many in a request, and the answer is 200 and the whole record.",
    "documented",
    "OpenAPI; page (one shape of request for every type)",
    "2026",
)
FILES_MISSING = Rule(
    "dualentry.files-missing",
    "An upload without a file in a part named `files` gets 422, whatever its Content-Type, and even if there is no "
    "such record.",
    "inferred",
    "framework; OpenAPI (422, and neither 400 nor 415)",
    "2026",
    _errors(422, PROBLEMS),
)
APPEND = Rule(
    "dualentry.append",
    "Files append: the same name, or the same bytes, sent again is another attachment. An empty file is one too.",
    "inferred",
    "page (add-only); framework (empty files)",
    "2026",
)
FILE_NAME = Rule(
    "dualentry.file-name",
    "An attachment is named as its part is, without directories, in any script.",
    "inferred",
    "framework, which also undoes HTML entities in names and cuts them at 255 characters; the emulator does not",
    "2026",
)
BAD_MULTIPART = Rule(
    "dualentry.bad-multipart",
    "A form that cannot be read, for want of a boundary or of its end, or with more than 100 parts, gets the web "
    "framework's HTML page with 400.",
    "inferred",
    "framework (no boundary). The framework takes a form that breaks off for a whole one; the emulator does not",
    "2026",
    Answer(400, "page", "", item="Bad Request (400)"),
)
MAX_FILE_BYTES = Tunable(
    "dualentry.max-file-bytes",
    "A file has at most this many bytes; what is larger gets 413 from whatever stands before the API.",
    "inferred",
    "no limit is documented: 25 MB is that of the OCR inbox, which is another thing; OpenAPI declares no 413",
    "2026",
    Answer(413, "proxy", "413 Request Entity Too Large"),
    value=100 * MEBIBYTE,
    highest=2**63 - 1,
)
IDS = Rule(
    "dualentry.attachment-ids",
    "Attachments are numbered through all of an organisation, upwards.",
    "inferred",
    "OpenAPI (integers)",
    "2026",
)
SIX_FIELDS = Tunable(
    "dualentry.six-fields",
    "Whether attachments are read with upload_url and category too, or with the contract's four fields alone.",
    "documented",
    "page",
    "2026",
    value=True,
    on_page="OpenAPI has only id, file_name, file_size and download_url on reads",
)
REFERENCE = Rule(
    "dualentry.attachment-reference",
    "The attachments of a payload refer to files that are there already; the file's own name and size outweigh those "
    "of the payload, and several records may show one file.",
    "inferred",
    "page (the payload's shape); OpenAPI (no other place to make one)",
    "2026",
)
ATTACHMENT_UNKNOWN = Rule(
    "dualentry.attachment-unknown",
    "A payload that refers to an attachment which the organisation does not have is refused, and nothing written.",
    "inferred",
    "guides (errors: 422 is validation, keyed by field)",
    "2026",
    _errors(422, "Attachment {attachment} does not exist", "attachments"),
)
DETACH = Rule(
    "dualentry.detach",
    "PUT or PATCH with a shorter list, or PUT without one, takes attachments off the record; the files stay, and can "
    "be referred to again.",
    "inferred",
    "OpenAPI (attachments default to [] on PUT); CLI",
    "2026",
)
DOWNLOAD = Rule(
    "dualentry.download",
    "download_url serves the bytes as the type they were sent as, in ranges too, to anybody who has it, without the "
    "key. Each read makes a new one.",
    "inferred",
    "OpenAPI (a nullable text); as object stores do it",
    "2026",
)
DOWNLOAD_LIFETIME = Tunable(
    "dualentry.url-lifetime",
    "For how many seconds download_url and upload_url are good.",
    "inferred",
    "as object stores do it",
    "2026",
    Answer(403, "storage", "Request has expired", item="AccessDenied"),
    value=3600,
    lowest=1,
)
BAD_TOKEN = Rule(
    "dualentry.url-token",
    "A download_url or upload_url that was tampered with is refused.",
    "inferred",
    "as object stores do it",
    "2026",
    Answer(403, "storage", "The request signature we calculated does not match", item="SignatureDoesNotMatch"),
)
REGISTER = Rule(
    "dualentry.register",
    "A file can be announced before it is there, as the dashboard does: it has an upload_url, and no download_url "
    "until its bytes were PUT to that.",
    "inferred",
    "page (upload_url, and null for download_url); the emulator's own route is /dualentry/_emulator/attachments/",
    "2026",
)
UPLOADED_ALREADY = Rule(
    "dualentry.uploaded-already",
    "An upload_url takes bytes once: what is there is not replaced.",
    "inferred",
    "page (nothing can be replaced)",
    "2026",
    Answer(403, "storage", "The object is there already", item="AccessDenied"),
)

# --- Idempotency keys -------------------------------------------------------------------------------------------------

IDEMPOTENCY = Tunable(
    "dualentry.idempotency-lifetime",
    "A write that is sent again with its Idempotency-Key is answered as the first time, for this many seconds.",
    "observed",
    "CLI, tests after the release note of 2026-08-12. For how long, and that uploads are writes, is inferred",
    "2026-08",
    value=86400,
    lowest=1,
)
IDEMPOTENCY_KEY = Tunable(
    "dualentry.idempotency-key",
    "An Idempotency-Key has at most this many characters.",
    "observed",
    "CLI. The answer is inferred",
    "2026-08",
    _errors(400, "Idempotency-Key must be at most {value} characters"),
    value=255,
    lowest=1,
)
IDEMPOTENCY_IN_PROGRESS = Rule(
    "dualentry.idempotency-in-progress",
    "A key whose first request is still under way gets 409 with Retry-After.",
    "observed",
    "CLI. The text and the second are inferred",
    "2026-08",
    Answer(409, "errors", "A request with this Idempotency-Key is in progress", {"Retry-After": "1"}, item="__all__"),
)
IDEMPOTENCY_TOO_LONG = Tunable(
    "dualentry.idempotency-max-answer",
    "An answer longer than this many bytes is not given again: its key gets 409 without Retry-After, and the write is "
    "not done again.",
    "observed",
    "CLI. The text is inferred",
    "2026-08",
    _errors(409, "The original response is too large to be replayed"),
    value=256 * 1024,
)
IDEMPOTENCY_MISMATCH = Rule(
    "dualentry.idempotency-mismatch",
    "A key that comes with another request than its first is refused.",
    "inferred",
    "nothing is known; as such keys mostly work",
    "2026-08",
    _errors(422, "Idempotency-Key was used with a different request"),
)

HEADER_NAMES = Rule(
    "dualentry.header-names",
    "Response header names have mixed case on HTTP/1.1: Content-Type, X-RateLimit-Remaining.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-08",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
