"""The rules of DualEntry's behaviour, each with its evidence and, for a refusal, its status and message.

Sources, in short: "page" is the guide "Working with Attachments"; "OpenAPI" the vendor's contract resources-v2.json;
"guides" its pages on authentication, errors, pagination and rate limits; "CLI" dualentry/dualentry-cli, the vendor's
own client, and its tests; "index" the list of all pages of its documentation, llms.txt of 2026-08, which names every
operation of both versions of the API but does not describe them; "changelog" its page that compares the two versions,
as api-evangelist/dualentry sums it up; "framework" what Django and django-ninja do with an endpoint like the
contract's, measured locally: that the vendor runs on them is inferred from its error texts, and nothing says that it
changes this.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
NOT_FOUND_PAGE = "The requested resource was not found on this server."


def _errors(status: int, message: str, field: str = "__all__") -> Answer:
    return Answer(status, "errors", message, item=field)


ERRORS = "{errors}"

# --- Paths, authentication and rate limits ----------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "dualentry.unknown-path",
    "A request to an unknown path gets 404 with the web framework's HTML page, before its API key is checked.",
    "inferred",
    "framework",
    "2026",
    Answer(404, "page", NOT_FOUND_PAGE, item="Not Found"),
)
TRAILING_SLASH = Rule(
    "dualentry.trailing-slash",
    "Every path ends in a slash. A request to a path without it gets 301 and no body, whatever its method; most "
    "clients then turn a POST into a GET.",
    "inferred",
    "framework; OpenAPI and CLI always have the slash",
    "2026",
    Answer(301, "empty", "", {"Location": "{location}"}),
)
METHOD = Rule(
    "dualentry.method",
    "A request with a method that its path does not support gets 405 as plain text, before its API key is checked. "
    "Of the records, only statistical journals have DELETE.",
    "inferred",
    "framework; OpenAPI, index (which types have DELETE)",
    "2026",
    Answer(405, "text", "Method not allowed", {"Allow": "{allowed}"}),
)
ADD_ONLY = Rule(
    "dualentry.add-only",
    "The attachments of a record can be added to, but not listed, replaced or deleted: their path supports only POST. "
    "The invoices of V1 are the exception: theirs can be replaced.",
    "documented",
    "page; OpenAPI; index (V1). The answer is the framework's",
    "2026",
    Answer(405, "text", "Method not allowed", {"Allow": "{allowed}"}),
)
REPLACE = Tunable(
    "dualentry.replace-attachments",
    "Whether PUT on the attachments of an invoice replaces all of them in V2, as it does in V1. The index has such an "
    "operation, and the page of the same time denies it.",
    "inferred",
    "index (Replace InvoiceV2 record attachments); page. The method is inferred",
    "2026-08",
    value=False,
)
V1_REPLACE = Rule(
    "dualentry.v1-replace",
    "In V1, PUT on the attachments of an invoice replaces all of them with the files of the form. The response is 200 "
    "with the complete record.",
    "documented",
    "index (Replace Invoice record attachments). The method, and that form and response are those of an upload, are "
    "inferred",
    "2026-08",
)
V1 = Rule(
    "dualentry.v1",
    "V1, below /public/v1/, has the same records with the same attachments as V2, and the same operations on them. Of "
    "the changes in part, it has only those of invoices and bills.",
    "documented",
    "changelog (endpoints behave identically in both versions, fixed assets aside); index (PATCH)",
    "2026-08",
)
HEALTH = Rule(
    "dualentry.health",
    "The health check returns 200 with a status and the server's time. As it is there to try an API key out too, it "
    "needs one, and counts against the rate limits.",
    "documented",
    "OpenAPI. The word healthy is inferred",
    "2026",
)
CREDENTIAL = Rule(
    "dualentry.credential",
    "A request must send an API key in the header X-API-KEY.",
    "documented",
    "guides (authentication). That 401 has the body shown for 403 is inferred",
    "2026",
    _errors(401, "API key authentication failed"),
)
KEY_UNKNOWN = Rule(
    "dualentry.key-unknown",
    "With strict auth, an API key that was not issued is refused with 403. A key that a test has revoked is refused in "
    "every auth mode.",
    "documented",
    "guides (authentication, errors)",
    "2026",
    _errors(403, "API key authentication failed"),
)
ORGANISATION = Rule(
    "dualentry.organisation",
    "An API key belongs to one organisation, and cannot see the data of any other.",
    "documented",
    "guides (authentication). That any key is good, its organisation a copy of the seed data, and the organisation of "
    "the first key there from the start, is the emulator's",
    "2026",
)
NOT_EMULATED = Rule(
    "dualentry.not-emulated",
    "An operation that exists at DualEntry but is not emulated gets 501.",
    "inferred",
    "OpenAPI, index, CLI (the operations); the answer is the emulator's choice",
    "2026-11",
    _errors(501, "This operation exists at DualEntry and is not emulated."),
)
RATE_HEADERS = Rule(
    "dualentry.rate-headers",
    "The response to a request with a valid API key has the headers X-RateLimit-Limit, X-RateLimit-Remaining and "
    "X-RateLimit-Reset.",
    "documented",
    "guides (rate limiting). That they speak of the bucket that refuses, otherwise of whichever is emptier, and Reset "
    "of the seconds since 1970 at which it is full again, is inferred",
    "2026",
)
RATE_LIMITS = Tunable(
    "dualentry.rate-limits",
    "Whether a request is refused when a token bucket is empty. The bucket of all requests of the API key is checked "
    "first, then the bucket of the method and path, then that of invoice writes.",
    "documented",
    "guides (rate limiting). The body is inferred, and that a request which only a later bucket refuses has used up a "
    "token of those before it; off by default, as tests are in a hurry",
    "2026",
    Answer(429, "errors", "Rate limit exceeded", {"Retry-After": "{seconds}"}, item="__all__"),
    value=False,
)

RATE_BURST = Tunable(
    "dualentry.rate-burst",
    "An API key can send at most this many requests at once.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=50,
    lowest=1,
)
RATE_PER_SECOND = Tunable(
    "dualentry.rate-per-second",
    "An API key regains this many requests each second.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=5,
    lowest=1,
)
RATE_OPERATION_BURST = Tunable(
    "dualentry.rate-operation-burst",
    "An API key can send at most this many requests at once with the same method and path.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=10,
    lowest=1,
)
RATE_OPERATION_PER_SECOND = Tunable(
    "dualentry.rate-operation-per-second",
    "An API key regains this many requests each second for the same method and path.",
    "documented",
    "guides (rate limiting)",
    "2026",
    value=1,
    lowest=1,
)
RATE_INVOICE_WRITES = Tunable(
    "dualentry.rate-invoice-writes",
    "An API key can create this many invoices a minute, and replace as many. It may send them all at once. Both "
    "versions of the API count together.",
    "documented",
    "guides (rate limiting), which name the paths of V2. That it may be at once, and V1, are inferred",
    "2026",
    value=2,
    lowest=1,
)

# --- Order and form of refusals ---------------------------------------------------------------------------------------

NUMBER = Rule(
    "dualentry.record-number",
    "A path names a record by its number alone, as in 1001, not IN-1001. Anything else is refused with 400, not 404.",
    "inferred",
    "OpenAPI (an integer); framework (the words). Which status is inferred from what the operations declare",
    "2026",
    _errors(400, ERRORS),
)
QUERY = Rule(
    "dualentry.query",
    "An invalid query parameter is refused with 400. The message starts with the type of the error and names the "
    "parameter.",
    "documented",
    "guides (pagination). The words behind the name are the framework's",
    "2026",
    _errors(400, ERRORS),
)
BAD_JSON = Rule(
    "dualentry.bad-json",
    "A request body that is not valid JSON is refused with 400, before anything else in the request is validated.",
    "inferred",
    "framework; guides (errors: 400 is a malformed request)",
    "2026",
    _errors(400, "Cannot parse request body"),
)
BODY = Rule(
    "dualentry.body",
    "A request body that does not match the contract is refused with 422. The response lists all errors, including "
    "that of an invalid record number in the path.",
    "documented",
    "OpenAPI (the required fields; create, PUT and PATCH declare 422); guides (errors), which key such messages by "
    "field. That they stand under __all__, with the framework's words, is inferred from the one error that is shown. "
    "Currencies and countries are not held against the contract's lists",
    "2026",
    _errors(422, ERRORS),
)
UNKNOWN_FIELDS = Rule(
    "dualentry.unknown-fields",
    "Fields that the contract does not define are ignored, on records, on their lines and on references to "
    "attachments.",
    "inferred",
    "framework; the contract forbids no other fields",
    "2026",
)
RECORD_UNKNOWN = Rule(
    "dualentry.record-unknown",
    "A record number that the organisation does not have for the record type gets 404, after all other checks.",
    "documented",
    "guides (errors); framework (the order). The text is inferred",
    "2026",
    _errors(404, "Not found"),
)
MAX_JSON_BYTES = Tunable(
    "dualentry.max-json-bytes",
    "A JSON request body may have at most this many bytes.",
    "inferred",
    "framework (its default)",
    "2026",
    Answer(400, "page", "", item="Bad Request (400)"),
    value=5 * MEBIBYTE // 2,
)

# --- Records ----------------------------------------------------------------------------------------------------------

CREATE = Rule(
    "dualentry.create",
    "The response to creating a record is 200 with the record. Its number is the next number of its type.",
    "documented",
    "OpenAPI, which declares 200 alone. The guides list 201 beside it, and CLI expects it. The numbering is inferred",
    "2026",
    on_page="201 Resource created successfully (guides, errors)",
)
MONEY = Rule(
    "dualentry.money",
    "Amounts can be sent as numbers or as strings, and are returned as decimal strings.",
    "documented",
    "OpenAPI. That they have two decimals at least, and that a record's amount is the sum of its lines, is inferred",
    "2026",
)
AMOUNT_DIGITS = Tunable(
    "dualentry.amount-digits",
    "An amount may have at most this many digits, decimals included. One with more is invalid input.",
    "inferred",
    "nothing is known; as databases mostly bound them. The words are the framework's",
    "2026",
    value=30,
    lowest=1,
    highest=250,
)
PUT = Rule(
    "dualentry.put",
    "PUT replaces a record: a field that is not sent is reset to its default.",
    "observed",
    "CLI, which warns of it and sends what it has read along",
    "2026",
)
PATCH = Rule(
    "dualentry.patch",
    "PATCH changes only the fields that are sent. Invoices, bills, customer prepayments and their applications support "
    "it.",
    "documented",
    "OpenAPI (invoices, bills); CLI (the other two). That null leaves attachments alone is inferred",
    "2026",
)
RELATED = Tunable(
    "dualentry.known-parties",
    "Whether a company, customer or vendor that the seed data does not contain is refused. If not, any id is accepted.",
    "inferred",
    "OpenAPI (create declares 404); that they are made when named is the emulator's choice",
    "2026",
    _errors(404, "Not found", "{field}"),
    value=False,
)
PAGING = Rule(
    "dualentry.list",
    "A list has the form {items, count}, where count is the number of all records that match.",
    "documented",
    "OpenAPI; CLI",
    "2026",
    on_page="a bare array (guides, pagination)",
)
MAX_LIMIT = Tunable(
    "dualentry.max-limit",
    "A list has this many records by default and at most. A higher limit is silently lowered.",
    "documented",
    "OpenAPI; guides (pagination)",
    "2026",
    value=100,
    lowest=1,
)
FILTERS = Rule(
    "dualentry.filters",
    "Lists can be filtered by the parameters of the contract; ids, numbers and statuses can be repeated. Unknown "
    "parameters are ignored.",
    "documented",
    "OpenAPI; CLI (statistical journals). What can be ordered by is inferred",
    "2026",
)
SEARCH = Rule(
    "dualentry.search",
    "The parameter search finds a record by its whole internal id, or by a part of its number, memo, reference number, "
    "customer or vendor, in any letter case.",
    "observed",
    "CLI, which looks for an internal id so when there is no record of that number. That an id must be whole, and the "
    "other members, are inferred",
    "2026-04",
)
APPLICATION = Rule(
    "dualentry.prepayment-application",
    "A customer prepayment application takes its customer from the customer prepayment that it names, and the amount "
    "due of each line from the line's invoice. Neither needs to exist.",
    "inferred",
    "OpenAPI (the members; neither can be sent)",
    "2026",
)
STATISTICAL_JOURNAL = Rule(
    "dualentry.statistical-journal",
    "A statistical journal holds quantities instead of money. It is created with a date and, if wanted, a period, an "
    "account, and lines with a position and a quantity each. Its id has the name id, not internal_id.",
    "inferred",
    "CLI (the filters); lakeflow-community-connectors, dualentry (the members of a list); index (the operations). "
    "OpenAPI does not have it yet",
    "2026-08",
)
DELETE = Rule(
    "dualentry.delete",
    "DELETE removes a statistical journal. Its files are kept and can be referred to.",
    "documented",
    "index (the operation); OpenAPI (the response, as for other things that can be deleted). The files are inferred",
    "2026-08",
)

# --- Attachments ------------------------------------------------------------------------------------------------------

UPLOAD = Rule(
    "dualentry.upload",
    "Files are uploaded as parts named `files`, one or more in a request, to records of thirteen types. The response "
    "is 200 with the complete record.",
    "documented",
    "OpenAPI; page (one shape for every type); index (customer prepayment applications, statistical journals)",
    "2026",
)
IMMUTABLE = Rule(
    "dualentry.immutable",
    "An attachment never changes once its bytes are uploaded: nothing that is done to records changes its name, size, "
    "category or bytes.",
    "documented",
    "page, in a newer text",
    "2026-11",
)
FILES_MISSING = Rule(
    "dualentry.files-missing",
    "An upload without a file in a part named `files` gets 422, whatever its Content-Type, even if the record does not "
    "exist.",
    "inferred",
    "framework; OpenAPI (422, and neither 400 nor 415)",
    "2026",
    _errors(422, ERRORS),
)
APPEND = Rule(
    "dualentry.append",
    "An upload adds attachments. A file with the same name or the same bytes as an earlier one is another attachment, "
    "and so is an empty file.",
    "inferred",
    "page (add-only); framework (empty files)",
    "2026",
)
FILE_NAME = Rule(
    "dualentry.file-name",
    "An attachment has the file name of its part, in any script, without directories and unprintable characters. "
    "filename* takes precedence over filename.",
    "inferred",
    "framework, which ignores a part whose name is not UTF-8; the emulator reads it as Latin-1",
    "2026",
)
FILE_NAME_ESCAPES = Rule(
    "dualentry.file-name-escapes",
    'HTML entities in a file name are undone, so that `a&quot;b.pdf` becomes `a"b.pdf`. The percent forms that '
    "browsers send, as in `a%22b.pdf`, stay as they are.",
    "inferred",
    "framework",
    "2026",
)
FILE_NAME_LENGTH = Tunable(
    "dualentry.file-name-length",
    "A file name has at most this many characters. A longer one is cut before its extension.",
    "inferred",
    "framework",
    "2026",
    value=255,
    lowest=1,
)
BAD_MULTIPART = Rule(
    "dualentry.bad-multipart",
    "A form that cannot be parsed, because it has no boundary, no end or more than 100 parts, gets 400 with the web "
    "framework's HTML page.",
    "inferred",
    "framework (no boundary). The framework takes a form that breaks off for a whole one; the emulator does not",
    "2026",
    Answer(400, "page", "", item="Bad Request (400)"),
)
MAX_FILE_BYTES = Tunable(
    "dualentry.max-file-bytes",
    "A file may have at most this many bytes. A larger one gets 413 from the proxy in front of the API.",
    "inferred",
    "no limit is documented: 25 MB is that of the OCR inbox, which is another thing; OpenAPI declares no 413",
    "2026",
    Answer(413, "proxy", "413 Request Entity Too Large"),
    value=100 * MEBIBYTE,
    highest=2**63 - 1,
)
IDS = Rule(
    "dualentry.attachment-ids",
    "Attachment ids are integers that increase throughout an organisation.",
    "inferred",
    "OpenAPI (integers)",
    "2026",
)
SIX_FIELDS = Tunable(
    "dualentry.six-fields",
    "Whether attachments are returned with upload_url and category in addition to the contract's four fields.",
    "documented",
    "page",
    "2026",
    value=True,
    on_page="OpenAPI has only id, file_name, file_size and download_url on reads",
)
REFERENCE = Rule(
    "dualentry.attachment-reference",
    "The attachments in a payload refer to existing files. The name and the size of the file override those in the "
    "payload, and several records can refer to the same file.",
    "inferred",
    "page (the payload's shape); OpenAPI (no other place to make one)",
    "2026",
)
ATTACHMENT_UNKNOWN = Rule(
    "dualentry.attachment-unknown",
    "A payload that refers to an attachment that the organisation does not have is refused, and nothing is written.",
    "inferred",
    "guides (errors: 422 is validation, keyed by field)",
    "2026",
    _errors(422, "Attachment {attachment} does not exist", "attachments"),
)
DETACH = Rule(
    "dualentry.detach",
    "PUT or PATCH with a shorter list of attachments, or PUT without one, removes attachments from the record. The "
    "files are kept and can be referred to again.",
    "inferred",
    "OpenAPI (attachments default to [] on PUT); CLI",
    "2026",
)
DOWNLOAD = Rule(
    "dualentry.download",
    "download_url returns the file's bytes with the Content-Type that they were uploaded with, and supports range "
    "requests. It needs no API key. Each read of the attachment returns a new URL.",
    "inferred",
    "OpenAPI (a nullable text); as object stores do it",
    "2026",
)
DOWNLOAD_LIFETIME = Tunable(
    "dualentry.url-lifetime",
    "download_url and upload_url are valid for this many seconds.",
    "inferred",
    "as object stores do it",
    "2026",
    Answer(403, "storage", "Request has expired", item="AccessDenied"),
    value=3600,
    lowest=1,
)
BAD_TOKEN = Rule(
    "dualentry.url-token",
    "A download_url or upload_url that was altered is refused.",
    "inferred",
    "as object stores do it",
    "2026",
    Answer(403, "storage", "The request signature we calculated does not match", item="SignatureDoesNotMatch"),
)
REGISTER = Rule(
    "dualentry.register",
    "A file can be registered before it is uploaded, as the dashboard does. It has an upload_url, and no download_url "
    "until its bytes have been sent to the upload_url with PUT.",
    "inferred",
    "page (upload_url, and null for download_url); the emulator's own route is /dualentry/_emulator/attachments/",
    "2026",
)
FILE_GONE = Rule(
    "dualentry.url-file",
    "A download_url or upload_url of a file that is no longer there gets 404, as after a reset of the sandbox.",
    "inferred",
    "as object stores do it",
    "2026",
    Answer(404, "storage", "The specified key does not exist.", item="NoSuchKey"),
)
UPLOADED_ALREADY = Rule(
    "dualentry.uploaded-already",
    "An upload_url accepts the bytes of a file only once: an uploaded file cannot be replaced.",
    "inferred",
    "page (nothing can be replaced)",
    "2026",
    Answer(403, "storage", "The object is there already", item="AccessDenied"),
)

# --- Idempotency keys -------------------------------------------------------------------------------------------------

IDEMPOTENCY = Tunable(
    "dualentry.idempotency-lifetime",
    "A write that repeats an Idempotency-Key within this many seconds gets the first response again.",
    "observed",
    "CLI, tests after the release note of 2026-08-12. For how long, and that uploads are writes, is inferred",
    "2026-08",
    value=86400,
    lowest=1,
)
IDEMPOTENCY_KEY = Tunable(
    "dualentry.idempotency-key",
    "An Idempotency-Key may have at most this many characters.",
    "observed",
    "CLI. The answer is inferred",
    "2026-08",
    _errors(400, "Idempotency-Key must be at most {value} characters"),
    value=255,
    lowest=1,
)
IDEMPOTENCY_IN_PROGRESS = Rule(
    "dualentry.idempotency-in-progress",
    "A request gets 409 with Retry-After while the first request with the same Idempotency-Key is still in progress.",
    "observed",
    "CLI. The text and the second are inferred",
    "2026-08",
    Answer(409, "errors", "A request with this Idempotency-Key is in progress", {"Retry-After": "1"}, item="__all__"),
)
IDEMPOTENCY_TOO_LONG = Tunable(
    "dualentry.idempotency-max-answer",
    "A response of more than this many bytes is not replayed: a request that repeats its Idempotency-Key gets 409 "
    "without Retry-After, and the write is not repeated.",
    "observed",
    "CLI. The text is inferred",
    "2026-08",
    _errors(409, "The original response is too large to be replayed"),
    value=256 * 1024,
)
IDEMPOTENCY_MISMATCH = Rule(
    "dualentry.idempotency-mismatch",
    "A request that reuses the Idempotency-Key of a different request is refused.",
    "inferred",
    "nothing is known; as such keys mostly work",
    "2026-08",
    _errors(422, "Idempotency-Key was used with a different request"),
)

# --- Webhooks ---------------------------------------------------------------------------------------------------------

WEBHOOK = Rule(
    "dualentry.webhook",
    "A webhook has a URL and at least one topic. Its secret is in the response to its creation, and in no other.",
    "documented",
    "guides (webhooks), as api-evangelist/dualentry sums them up; index (the operations). The members uuid, is_active, "
    "last_error and created_at, and the refusal, are inferred",
    "2026-07",
    _errors(422, ERRORS),
)
WEBHOOK_UNKNOWN = Rule(
    "dualentry.webhook-unknown",
    "An unknown webhook gets 404.",
    "inferred",
    "index (the operations); the answer is that of an unknown record",
    "2026-08",
    _errors(404, "Not found"),
)
WEBHOOK_DELIVERIES = Rule(
    "dualentry.webhook-deliveries",
    "The deliveries of a webhook are a list of its events, the newest first, with the status of the last response.",
    "inferred",
    "index (List webhook deliveries). The members are the emulator's choice",
    "2026-08",
)
WEBHOOK_EVENTS = Rule(
    "dualentry.webhook-events",
    "A record that was created, updated or deleted sends an event whose topic is the record's type and what was done, "
    "such as core.invoice/created. It has the record's internal id, not the record. The topics are those of the "
    "records that the emulator has.",
    "documented",
    "guides (webhooks), as api-evangelist/dualentry sums them up. That attaching a file is an update is inferred",
    "2026-07",
)
WEBHOOK_SIGNATURE = Rule(
    "dualentry.webhook-signature",
    "Dualentry-Webhook-Signature-V1 is the HMAC-SHA256, in hexadecimal, of the timestamp in Dualentry-Webhook-Request-"
    "Timestamp, a full stop and the body. Dualentry-Webhook-Uuid names the webhook.",
    "documented",
    "guides (webhooks), as api-evangelist/dualentry sums them up. That the timestamp is in seconds is inferred",
    "2026-07",
)
WEBHOOK_ATTEMPTS = Rule(
    "dualentry.webhook-attempts",
    "An event without a 2xx response is sent again with growing pauses for five days, except after 400, 401, 403, 404, "
    "405, 410 and 422. After 429, Retry-After is honoured. A webhook whose attempts have all failed for five days is "
    "disabled.",
    "documented",
    "guides (webhooks), as api-evangelist/dualentry sums them up. The pauses (1, 9 and 50 minutes, 2, 5 and 16 hours, "
    "then a day each), and that a webhook that is not active is sent no attempts either, are inferred",
    "2026-07",
)
WEBHOOK_TIMEOUT = Tunable(
    "dualentry.webhook-timeout",
    "A receiver has this many seconds to answer an event.",
    "inferred",
    "guides (webhooks) name time-outs, but no time",
    "2026-07",
    value=10,
    lowest=1,
    highest=3600,
)

HEADER_NAMES = Rule(
    "dualentry.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type and X-RateLimit-Remaining.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-08",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
