"""What VRPlatform does, one sentence each.

Sources, in short: "page" is the docs page "Transaction Attachments" 1.0 of 2026-05-13; "authentication",
"troubleshooting", "PUT page", "list page", "knowledge" and "errors" are other pages of docs.vrplatform.app;
"help" an article of its support site; "client" an application that works against the API. That the API is made with
trpc-to-openapi and Zod follows from the shape of its errors; what is said to be theirs is inferred from that.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
BAD_INPUT = "Input validation failed"


def _refused(message: str, issue: str = "") -> Answer:
    """A request that cannot be done as things stand; with the code of an issue, where one is known."""
    return Answer(400, "BAD_REQUEST", message, item=issue)


# --- Who may ask, and where ------------------------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "vrplatform.unknown-path",
    "A method and path that VRPlatform does not have get 404, never 405, before the key is looked at: among them the "
    "list of attachments, and the metadata of one.",
    "documented",
    "page (the list of endpoints, which ends there). Body, order, and that there is no 405, are inferred "
    "(trpc-to-openapi)",
    "2026-05",
    Answer(404, "NOT_FOUND", "Not found"),
)
NOT_EMULATED = Rule(
    "vrplatform.not-emulated",
    "VRPlatform has this operation, the emulator has not.",
    "inferred",
    "the titles of other docs pages; paths and answer are the emulator's reading",
    "2026-11",
    Answer(501, "NOT_IMPLEMENTED", "This operation exists at VRPlatform and is not emulated."),
)
CREDENTIAL = Rule(
    "vrplatform.credential",
    "A request needs a key in x-api-key; a bearer token will do in its place.",
    "documented",
    "authentication; troubleshooting (the message)",
    "2026",
    Answer(401, "UNAUTHORIZED", "Missing provider api key"),
)
KEY_UNKNOWN = Rule(
    "vrplatform.key-unknown",
    "With strict auth, a key that was not issued is refused; in any mode one that a test has revoked.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Invalid provider API key, not found"),
)
KEY_INACTIVE = Rule(
    "vrplatform.key-inactive",
    "With strict auth, a key that was switched off is refused; in any mode one that a test has switched off.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Provider API key is inactive"),
)
KEY_TEAM = Rule(
    "vrplatform.key-team",
    "With strict auth, a key is refused for a team that it does not reach.",
    "documented",
    "troubleshooting",
    "2026",
    Answer(401, "UNAUTHORIZED", "Provider API key is not allowed for tenant"),
)
TEAM_NEEDED = Rule(
    "vrplatform.team-needed",
    "With strict auth, a key that reaches several teams needs x-team-id; one that reaches a single team does not.",
    "documented",
    "authentication; troubleshooting",
    "2026",
    Answer(403, "FORBIDDEN", "Managed team context required, set x-team-id to the target team"),
)
TEAM = Rule(
    "vrplatform.team",
    "What one team has does not exist for another: it gets the same 404 as for what never was.",
    "inferred",
    "authentication (keys are for teams). That any team is a copy of the seed data on first use, but for its files, "
    "and team_123 the one that is meant where none is named, is the emulator's choice",
    "2026",
)
INPUT = Rule(
    "vrplatform.input",
    "A body, query or id that does not fit gets 400, with all that is wrong as issues.",
    "documented",
    "errors (the body); troubleshooting (a malformed id, elsewhere). Message, issues, and that names of files have at "
    "most 255 characters, are inferred (trpc-to-openapi, Zod)",
    "2026",
    Answer(400, "BAD_REQUEST", BAD_INPUT),
)
BAD_JSON = Rule(
    "vrplatform.bad-json",
    "A body that is not JSON gets 400.",
    "inferred",
    "trpc-to-openapi",
    "2026",
    Answer(400, "PARSE_ERROR", "Failed to parse request body"),
)
CONTENT_TYPE = Rule(
    "vrplatform.content-type",
    "A body of another type than the operation takes gets 415.",
    "inferred",
    "trpc-to-openapi",
    "2026",
    Answer(415, "UNSUPPORTED_MEDIA_TYPE", "{reason}"),
)
MAX_JSON_BYTES = Tunable(
    "vrplatform.max-json-bytes",
    "A JSON body has at most this many bytes.",
    "inferred",
    "nothing is documented",
    "2026",
    Answer(413, "PAYLOAD_TOO_LARGE", "Request body too large"),
    value=4 * MEBIBYTE,
)

# --- Attachments ------------------------------------------------------------------------------------------------------

UPLOAD = Rule(
    "vrplatform.upload",
    "An upload answers with the staged attachment: six fields, transactionId null.",
    "documented",
    "page. That the status is 200 is inferred (trpc-to-openapi)",
    "2026-05",
)
FILE_MISSING = Rule(
    "vrplatform.file-missing",
    "An upload needs a part named `file` that is a file; a plain field of that name is none.",
    "documented",
    "page (a file part). The answer is inferred",
    "2026-05",
    Answer(400, "BAD_REQUEST", BAD_INPUT),
)
ONE_FILE = Rule(
    "vrplatform.one-file",
    "An upload holds one file.",
    "inferred",
    "page (each file is uploaded); the answer is the emulator's choice",
    "2026-05",
    Answer(400, "BAD_REQUEST", "Only one file can be uploaded at a time"),
)
BAD_MULTIPART = Rule(
    "vrplatform.bad-multipart",
    "A form that cannot be read gets 400.",
    "inferred",
    "nothing is documented",
    "2026-05",
    Answer(400, "BAD_REQUEST", "Failed to parse multipart body: {reason}"),
)
OVERRIDES = Rule(
    "vrplatform.overrides",
    "The fields filename and contentType outweigh what the file part says, wherever they stand in the form; a part "
    "that names no type is application/octet-stream.",
    "documented",
    "page. The type of last resort, that directories are dropped and that a type must be one, are inferred",
    "2026-05",
)
VISIBILITY = Rule(
    "vrplatform.visibility",
    "isOwnerAccessible is true for `true` and `1`, and false for anything else or nothing.",
    "documented",
    "page. What else there is, is inferred",
    "2026-05",
)
MAX_FILE_BYTES = Tunable(
    "vrplatform.max-file-bytes",
    "A file has at most this many bytes. Any type and an empty file are good.",
    "inferred",
    "no limit is documented",
    "2026-05",
    Answer(413, "PAYLOAD_TOO_LARGE", "File exceeds the maximum size of {value} bytes"),
    value=1024 * MEBIBYTE,
    highest=2**63 - 1,
)
ATTACHMENT_UNKNOWN = Rule(
    "vrplatform.attachment-unknown",
    "An attachment that the team does not have gets 404, in a path and in attachmentIds, and nothing is written.",
    "inferred",
    "troubleshooting (App '<id>' not found, for an id in a body)",
    "2026",
    Answer(404, "NOT_FOUND", "Transaction attachment '{attachment}' not found"),
)
PATCH = Rule(
    "vrplatform.patch",
    "PATCH changes isOwnerAccessible, of staged and of linked files, on locked transactions too, and answers with the "
    "attachment.",
    "documented",
    "page. The answer, and that staged files and locks make no difference, is inferred",
    "2026-05",
)
DOWNLOAD = Rule(
    "vrplatform.download",
    "A download is the bytes, as the type they were stored as, to be saved under the file's name.",
    "documented",
    "page (that there is one). The headers are inferred",
    "2026-05",
)
REDIRECT = Tunable(
    "vrplatform.download-redirects",
    "Whether a download answers 302 to a signed URL instead of the bytes.",
    "inferred",
    "nothing is documented, and either is common",
    "2026-05",
    value=False,
)
URL_LIFETIME = Tunable(
    "vrplatform.url-lifetime",
    "For how many seconds such a URL is good; then, or tampered with, it gets 403.",
    "inferred",
    "as object stores do it",
    "2026-05",
    Answer(403, "FORBIDDEN", "The URL is not valid, or has expired"),
    value=300,
    lowest=1,
)
DELETE = Rule(
    "vrplatform.delete",
    "DELETE removes a file for good and answers with its id; after that every use of it gets 404.",
    "documented",
    "page. The answer is inferred",
    "2026-05",
)
DELETE_LINKED = Tunable(
    "vrplatform.delete-linked",
    "Whether a file can be deleted while it is on a transaction, which then no longer has it.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Transaction attachment '{attachment}' is attached to a transaction"),
    value=True,
)

# --- Files on transactions --------------------------------------------------------------------------------------------

EXPENSES_ONLY = Rule(
    "vrplatform.expenses-only",
    "Only expenses have attachments: others are refused with a list of them, and accepted with an empty one.",
    "documented",
    "page; PUT page. The status and text are inferred",
    "2026-05",
    _refused("Only expense transactions support attachments"),
)
TYPE_CHANGE = Rule(
    "vrplatform.type-change",
    "An expense that has files cannot become something else, unless the same request removes them.",
    "inferred",
    "page (only expenses have attachments)",
    "2026-05",
    _refused("Only expense transactions support attachments"),
)
REPLACE_SET = Rule(
    "vrplatform.replace-set",
    "On PUT, attachmentIds is the whole set: left out or null it keeps the files, [] removes all, a list adds, keeps "
    "and removes, all of it or nothing.",
    "documented",
    "page; PUT page. That null is as if left out is inferred",
    "2026-05",
)
REMOVAL_DELETES = Tunable(
    "vrplatform.removal-deletes",
    "Whether a file that PUT removes from a transaction is deleted; if not, it is staged again.",
    "inferred",
    "page (removing is spoken of apart from deleting)",
    "2026-05",
    value=False,
)
LINKED_ELSEWHERE = Tunable(
    "vrplatform.attachments-move",
    "Whether a file that is on one transaction can be taken by another; if not, that is refused.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Transaction attachment '{attachment}' is already attached to another transaction"),
    value=False,
)
DUPLICATES = Tunable(
    "vrplatform.refuse-duplicates",
    "Whether attachmentIds that name a file twice are refused; if not, it counts once.",
    "inferred",
    "nothing is documented",
    "2026-05",
    _refused("Duplicate transaction attachment '{attachment}'"),
    value=False,
)
STAGED = Rule(
    "vrplatform.staged",
    "A file that is never attached stays staged for good.",
    "inferred",
    "no expiry is documented",
    "2026-05",
)
READ = Rule(
    "vrplatform.transaction-attachments",
    "A transaction shows its attachments as the upload did, with its own id in transactionId.",
    "inferred",
    "PUT page, whose example of a transaction breaks off before that point",
    "2026",
)
OWNER_STATEMENT = Rule(
    "vrplatform.owner-statement",
    "Owners of a line's listing see, in their statement's details, the files that are accessible to owners.",
    "documented",
    "page; help. The route, /vrplatform/_emulator/owner-statements/{owner}, is the emulator's own, and its shape "
    "inferred",
    "2026-05",
    Answer(404, "NOT_FOUND", "Owner '{owner}' not found"),
)

# --- Transactions -----------------------------------------------------------------------------------------------------

CREATE = Rule(
    "vrplatform.create",
    "Creating needs a type, a date and at least one line with an account and an amount in whole cents, and answers "
    "200.",
    "inferred",
    "page (the sample); knowledge (cents)",
    "2026-05",
)
TRANSACTION_UNKNOWN = Rule(
    "vrplatform.transaction-unknown",
    "A transaction that the team does not have gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026",
    Answer(404, "NOT_FOUND", "Transaction '{transaction}' not found"),
)
REFERENCES = Tunable(
    "vrplatform.known-references",
    "Whether accounts, listings and contacts that the seed data does not have are refused; if not, any id will do.",
    "inferred",
    "troubleshooting (404 for an unknown id in a body); that they are made when named is the emulator's choice",
    "2026",
    Answer(404, "NOT_FOUND", "{thing} '{id}' not found"),
    value=False,
)
TRANSFER = Rule(
    "vrplatform.transfer",
    "A transfer has exactly one line.",
    "documented",
    "knowledge; PUT page. The answer is inferred",
    "2026",
    _refused("Transfers must have exactly one line"),
)
LINES = Rule(
    "vrplatform.lines",
    "PUT takes all lines anew, or lines to create, update and delete by id; not both, and one line must remain.",
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
    "With dryRun=true a write of a transaction is checked and answered as if done, and nothing is written: files "
    "stay staged.",
    "documented",
    "PUT page (the parameter). What it does is inferred, and that POST and DELETE have it",
    "2026",
)
BOOKS_CLOSED = Tunable(
    "vrplatform.books-closed-at",
    "A transaction dated before this day cannot be created, edited or deleted, unless x-ignore-books-closed-at is "
    "true.",
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
    "A transaction that is on an owner statement cannot be edited or deleted, nor its files; no header changes that.",
    "documented",
    "knowledge (locking); books-closed override (the header). Status, text, and that it covers attachmentIds and "
    "DELETE of a file, are inferred",
    "2026",
    _refused("Transaction '{transaction}' is locked", "locked"),
)
DELETE_TRANSACTION = Rule(
    "vrplatform.delete-transaction",
    "Deleting a transaction deletes its files.",
    "inferred",
    "nothing is documented",
    "2026",
)
PAGING = Rule(
    "vrplatform.list",
    "Lists answer {data, pagination}; nextPage is null on the last page.",
    "documented",
    "list page; client (page, totalPage). That nextPage is null then is inferred",
    "2026",
)
PAGE_SIZE = Tunable(
    "vrplatform.page-size",
    "How many a page holds unless limit says otherwise, from 1 to 250.",
    "documented",
    "list page",
    "2026",
    value=100,
    lowest=1,
    highest=250,
)
FILTERS = Rule(
    "vrplatform.filters",
    "The list is filtered by type, status, isOpeningBalance, isLocked, accountId, contactId, amount, dateRange, ids, "
    "uniqueRefs, listingIds and search; VRPlatform's other filters get 501 rather than a wrong list.",
    "documented",
    "list page. How a list of values is written, and what search looks at, is inferred",
    "2026",
    Answer(501, "NOT_IMPLEMENTED", "The emulator does not filter by {names}."),
)

HEADER_NAMES = Rule(
    "vrplatform.header-names",
    "Response header names have mixed case on HTTP/1.1: Content-Type, X-VRPlatform-Audit-Action-Id.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-05",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
