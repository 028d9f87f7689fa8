"""The rules of VRPlatform's behaviour, each with its evidence and, for a refusal, its status and message.

Sources, in short: "page" is the docs page "Transaction Attachments" 1.0 of 2026-05-13; "authentication",
"troubleshooting", "PUT page", "list page", "knowledge" and "errors" are other pages of docs.vrplatform.app;
"help" an article of its support site; "client" an application that works against the API. That the API is made with
trpc-to-openapi and Zod follows from the shape of its errors; what is said to be theirs is inferred from that.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
BAD_INPUT = "Input validation failed"


def _refused(message: str, issue: str = "") -> Answer:
    """Return the answer to a request that the present state rules out, with the code of an issue where one is known."""
    return Answer(400, "BAD_REQUEST", message, item=issue)


# --- Paths, authentication and input ----------------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "vrplatform.unknown-path",
    "A request with a method and path that VRPlatform does not have gets 404, never 405, before its API key is "
    "checked. There is no operation that lists attachments, and none that returns the metadata of one.",
    "documented",
    "page (the list of endpoints, which ends there). Body, order, and that there is no 405, are inferred "
    "(trpc-to-openapi)",
    "2026-05",
    Answer(404, "NOT_FOUND", "Not found"),
)
NOT_EMULATED = Rule(
    "vrplatform.not-emulated",
    "An operation that exists at VRPlatform but is not emulated gets 501.",
    "inferred",
    "the titles of other docs pages; paths and answer are the emulator's reading",
    "2026-11",
    Answer(501, "NOT_IMPLEMENTED", "This operation exists at VRPlatform and is not emulated."),
)
CREDENTIAL = Rule(
    "vrplatform.credential",
    "A request must send an API key in x-api-key or as a bearer token.",
    "documented",
    "authentication; troubleshooting (the message)",
    "2026",
    Answer(401, "UNAUTHORIZED", "Missing provider api key"),
)
KEY_UNKNOWN = Rule(
    "vrplatform.key-unknown",
    "With strict auth, an API key that was not issued is refused. A key that a test has revoked is refused in every "
    "auth mode.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Invalid provider API key, not found"),
)
KEY_INACTIVE = Rule(
    "vrplatform.key-inactive",
    "With strict auth, an inactive API key is refused. A key that a test has deactivated is refused in every auth "
    "mode.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Provider API key is inactive"),
)
KEY_TEAM = Rule(
    "vrplatform.key-team",
    "With strict auth, an API key is refused for a team that it has no access to.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Provider API key is not allowed for tenant"),
)
TEAM_NEEDED = Rule(
    "vrplatform.team-needed",
    "With strict auth, a request must send x-team-id if its API key has access to several teams.",
    "documented",
    "authentication; troubleshooting",
    "2026",
    Answer(403, "FORBIDDEN", "Managed team context required, set x-team-id to the target team"),
)
TEAM = Rule(
    "vrplatform.team",
    "A team cannot see the data of another team: a request for it gets the same 404 as a request for an unknown id.",
    "inferred",
    "authentication (keys are for teams). That any team is a copy of the seed data on first use, but for its files, "
    "and team_123 the one that is meant where none is named, is the emulator's choice",
    "2026",
)
INPUT = Rule(
    "vrplatform.input",
    "A request with an invalid body, query or id gets 400, with all errors listed as issues.",
    "documented",
    "errors (the body); troubleshooting (a malformed id, elsewhere). Message, issues, and that names of files have at "
    "most 255 characters, are inferred (trpc-to-openapi, Zod)",
    "2026",
    Answer(400, "BAD_REQUEST", BAD_INPUT),
)
BAD_JSON = Rule(
    "vrplatform.bad-json",
    "A request body that is not valid JSON gets 400.",
    "inferred",
    "trpc-to-openapi",
    "2026",
    Answer(400, "PARSE_ERROR", "Failed to parse request body"),
)
CONTENT_TYPE = Rule(
    "vrplatform.content-type",
    "A request body of a Content-Type that the operation does not support gets 415.",
    "inferred",
    "trpc-to-openapi",
    "2026",
    Answer(415, "UNSUPPORTED_MEDIA_TYPE", "{reason}"),
)
MAX_JSON_BYTES = Tunable(
    "vrplatform.max-json-bytes",
    "A JSON request body may have at most this many bytes.",
    "inferred",
    "nothing is documented",
    "2026",
    Answer(413, "PAYLOAD_TOO_LARGE", "Request body too large"),
    value=4 * MEBIBYTE,
)

# --- Attachments ------------------------------------------------------------------------------------------------------

UPLOAD = Rule(
    "vrplatform.upload",
    "The response to an upload is the staged attachment, which has six fields; its transactionId is null.",
    "documented",
    "page. That the status is 200 is inferred (trpc-to-openapi)",
    "2026-05",
)
FILE_MISSING = Rule(
    "vrplatform.file-missing",
    "An upload must contain a part named `file` that is a file; a plain field of that name does not count.",
    "documented",
    "page (a file part). The answer is inferred",
    "2026-05",
    Answer(400, "BAD_REQUEST", BAD_INPUT),
)
ONE_FILE = Rule(
    "vrplatform.one-file",
    "An upload may contain only one file.",
    "inferred",
    "page (each file is uploaded); the answer is the emulator's choice",
    "2026-05",
    Answer(400, "BAD_REQUEST", "Only one file can be uploaded at a time"),
)
BAD_MULTIPART = Rule(
    "vrplatform.bad-multipart",
    "An upload whose form cannot be parsed gets 400.",
    "inferred",
    "nothing is documented",
    "2026-05",
    Answer(400, "BAD_REQUEST", "Failed to parse multipart body: {reason}"),
)
OVERRIDES = Rule(
    "vrplatform.overrides",
    "The form fields filename and contentType override the file name and Content-Type of the file part, wherever they "
    "are in the form. A file without a type is application/octet-stream.",
    "documented",
    "page. The type of last resort, that directories are dropped and that a type must be one, are inferred",
    "2026-05",
)
VISIBILITY = Rule(
    "vrplatform.visibility",
    "isOwnerAccessible is true if the form field is `true` or `1`, and false if it has any other value or is missing.",
    "documented",
    "page. What else there is, is inferred",
    "2026-05",
)
MAX_FILE_BYTES = Tunable(
    "vrplatform.max-file-bytes",
    "A file may have at most this many bytes. Any file type is accepted, and so is an empty file.",
    "inferred",
    "no limit is documented",
    "2026-05",
    Answer(413, "PAYLOAD_TOO_LARGE", "File exceeds the maximum size of {value} bytes"),
    value=1024 * MEBIBYTE,
    highest=2**63 - 1,
)
ATTACHMENT_UNKNOWN = Rule(
    "vrplatform.attachment-unknown",
    "An attachment id that the team does not have gets 404, in a path and in attachmentIds, and nothing is written.",
    "inferred",
    "troubleshooting (App '<id>' not found, for an id in a body)",
    "2026",
    Answer(404, "NOT_FOUND", "Transaction attachment '{attachment}' not found"),
)
PATCH = Rule(
    "vrplatform.patch",
    "PATCH changes isOwnerAccessible and returns the attachment. It works on staged and on attached files, on locked "
    "transactions too.",
    "documented",
    "page. The answer, and that staged files and locks make no difference, is inferred",
    "2026-05",
)
DOWNLOAD = Rule(
    "vrplatform.download",
    "A download returns the file's bytes with its stored Content-Type, to be saved under its file name.",
    "documented",
    "page (that there is one). The headers are inferred",
    "2026-05",
)
REDIRECT = Tunable(
    "vrplatform.download-redirects",
    "Whether a download answers 302 with a signed URL instead of returning the bytes.",
    "inferred",
    "nothing is documented, and either is common",
    "2026-05",
    value=False,
)
URL_LIFETIME = Tunable(
    "vrplatform.url-lifetime",
    "The signed URL of a download is valid for this many seconds. A URL that has expired or was altered gets 403.",
    "inferred",
    "as object stores do it",
    "2026-05",
    Answer(403, "FORBIDDEN", "The URL is not valid, or has expired"),
    value=300,
    lowest=1,
)
DELETE = Rule(
    "vrplatform.delete",
    "DELETE removes a file permanently and returns its id. Every later request for the file gets 404.",
    "documented",
    "page. The answer is inferred",
    "2026-05",
)
DELETE_LINKED = Tunable(
    "vrplatform.delete-linked",
    "Whether a file can be deleted while it is attached to a transaction. If so, it is removed from the transaction.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Transaction attachment '{attachment}' is attached to a transaction"),
    value=True,
)

# --- Files on transactions --------------------------------------------------------------------------------------------

EXPENSES_ONLY = Rule(
    "vrplatform.expenses-only",
    "Only expenses can have attachments. A transaction of another type is refused if attachmentIds lists any, and "
    "accepted if it is empty.",
    "documented",
    "page; PUT page. The status and text are inferred",
    "2026-05",
    _refused("Only expense transactions support attachments"),
)
TYPE_CHANGE = Rule(
    "vrplatform.type-change",
    "An expense that has attachments cannot be changed to another type, unless the same request removes them.",
    "inferred",
    "page (only expenses have attachments)",
    "2026-05",
    _refused("Only expense transactions support attachments"),
)
REPLACE_SET = Rule(
    "vrplatform.replace-set",
    "On PUT, attachmentIds is the complete new set of attachments: files are added and removed to match it, all or "
    "nothing. An empty list removes all files; if attachmentIds is missing or null, the files stay as they are.",
    "documented",
    "page; PUT page. That null is as if left out is inferred",
    "2026-05",
)
REMOVAL_DELETES = Tunable(
    "vrplatform.removal-deletes",
    "Whether a file that a PUT removes from a transaction is deleted. If not, it is staged again.",
    "inferred",
    "page (removing is spoken of apart from deleting)",
    "2026-05",
    value=False,
)
LINKED_ELSEWHERE = Tunable(
    "vrplatform.attachments-move",
    "Whether a transaction can take over a file that is attached to another transaction. If not, the request is "
    "refused.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Transaction attachment '{attachment}' is already attached to another transaction"),
    value=False,
)
DUPLICATES = Tunable(
    "vrplatform.refuse-duplicates",
    "Whether attachmentIds that list a file twice are refused. If not, the file is attached once.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Duplicate transaction attachment '{attachment}'"),
    value=False,
)
STAGED = Rule(
    "vrplatform.staged",
    "A staged file that is never attached does not expire.",
    "inferred",
    "no expiry is documented",
    "2026-05",
)
READ = Rule(
    "vrplatform.transaction-attachments",
    "A transaction lists its attachments with the fields of the upload response; their transactionId is its own id.",
    "inferred",
    "PUT page, whose example of a transaction breaks off before that point",
    "2026",
)
OWNER_STATEMENT = Rule(
    "vrplatform.owner-statement",
    "The details of an owner statement show the owners of a line's listing the files that are accessible to owners.",
    "documented",
    "page; help. The route, /vrplatform/_emulator/owner-statements/{owner}, is the emulator's own, and its shape "
    "inferred",
    "2026-05",
    Answer(404, "NOT_FOUND", "Owner '{owner}' not found"),
)

# --- Transactions -----------------------------------------------------------------------------------------------------

CREATE = Rule(
    "vrplatform.create",
    "A new transaction must have a type, a date and at least one line with an account and an amount in whole cents. "
    "The response status is 200.",
    "inferred",
    "page (the sample); knowledge (cents)",
    "2026-05",
)
TRANSACTION_UNKNOWN = Rule(
    "vrplatform.transaction-unknown",
    "A transaction id that the team does not have gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026",
    Answer(404, "NOT_FOUND", "Transaction '{transaction}' not found"),
)
REFERENCES = Tunable(
    "vrplatform.known-references",
    "Whether accounts, listings and contacts that the seed data does not contain are refused. If not, any id is "
    "accepted.",
    "inferred",
    "troubleshooting (404 for an unknown id in a body); that they are made when named is the emulator's choice",
    "2026",
    Answer(404, "NOT_FOUND", "{thing} '{id}' not found"),
    value=False,
)
TRANSFER = Rule(
    "vrplatform.transfer",
    "A transfer must have exactly one line.",
    "documented",
    "knowledge; PUT page. The answer is inferred",
    "2026",
    _refused("Transfers must have exactly one line"),
)
LINES = Rule(
    "vrplatform.lines",
    "PUT takes either a complete new list of lines, or lines to create, update and delete by id, but not both. At "
    "least one line must remain.",
    "documented",
    "PUT page. The answers, and that a line must remain, are inferred",
    "2026",
    _refused("{reason}"),
)
LINE_UNKNOWN = Rule(
    "vrplatform.line-unknown",
    "A line to update or delete that the transaction does not have gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026",
    Answer(404, "NOT_FOUND", "Transaction line '{line}' not found"),
)
DRY_RUN = Rule(
    "vrplatform.dry-run",
    "With dryRun=true, a write of a transaction is validated and answered as usual, but nothing is written and files "
    "stay staged.",
    "documented",
    "PUT page (the parameter). What it does is inferred, and that POST and DELETE have it",
    "2026",
)
BOOKS_CLOSED = Tunable(
    "vrplatform.books-closed-at",
    "A transaction dated before this day cannot be created, changed or deleted, unless the header "
    "x-ignore-books-closed-at is true.",
    "documented",
    "knowledge (locking); books-closed override. Which day is the team's own; status, text, and that a file of such an "
    "expense cannot be deleted either, are inferred",
    "2026",
    _refused("The books are closed up to {value}", "priorToClosedPeriod"),
    value="2020-01-01",
    pattern=r"(\d{4}-\d\d-\d\d)?",
)
STATEMENT_LOCK = Rule(
    "vrplatform.statement-lock",
    "A transaction on an owner statement cannot be changed or deleted, and neither can its files. No header overrides "
    "this.",
    "documented",
    "knowledge (locking); books-closed override (the header). Status, text, and that it covers attachmentIds and "
    "DELETE of a file, are inferred",
    "2026",
    _refused("Transaction '{transaction}' is locked", "locked"),
)
DELETE_TRANSACTION = Rule(
    "vrplatform.delete-transaction",
    "Deleting a transaction also deletes its files.",
    "inferred",
    "nothing is documented",
    "2026",
)
PAGING = Rule(
    "vrplatform.list",
    "A list has the form {data, pagination}; nextPage is null on the last page.",
    "documented",
    "list page; client (page, totalPage). That nextPage is null then is inferred",
    "2026",
)
PAGE_SIZE = Tunable(
    "vrplatform.page-size",
    "A page of a list has this many items unless `limit` says otherwise, which can be from 1 to 250.",
    "documented",
    "list page",
    "2026",
    value=100,
    lowest=1,
    highest=250,
)
FILTERS = Rule(
    "vrplatform.filters",
    "The list of transactions can be filtered by type, status, isOpeningBalance, isLocked, accountId, contactId, "
    "amount, dateRange, ids, uniqueRefs, listingIds and search. VRPlatform's other filters are not emulated and get "
    "501 rather than a wrong list.",
    "documented",
    "list page. How a list of values is written, and what search looks at, is inferred",
    "2026",
    Answer(501, "NOT_IMPLEMENTED", "The emulator does not filter by {names}."),
)

HEADER_NAMES = Rule(
    "vrplatform.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type and X-VRPlatform-Audit-Action-Id.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-05",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
