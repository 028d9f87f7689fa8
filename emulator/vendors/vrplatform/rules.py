"""The rules of VRPlatform's behaviour, each with its evidence and, for a refusal, its status and message.

Sources, in short: "page" is the docs page "Transaction Attachments" 1.0 of 2026-05-13; "authentication",
"troubleshooting", "PUT page", "list page", "knowledge" and "errors" are other pages of docs.vrplatform.app, as are
"dry-run page" (docs/openapi/dry-run-mode), "audit pages" (api/audit), "statement pages" (api/statements), "owner
statements" (docs/knowledge/owner-statements), "teams page" (api/teams), "team setup" (providers/team-setup) and "API
access" (mcp/api-access); "help" is an article of its support site; "client" an application that works against the API.
That the API is made with trpc-to-openapi and Zod follows from the shape of its errors; what is said to be theirs is
inferred from that.
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
    "An operation that exists at VRPlatform but is not emulated gets 501, and so does any other request below a "
    "resource whose operations the emulator does not know in full.",
    "inferred",
    "pages of the reference and of the guides (the operations); the answer is the emulator's own",
    "2026-11",
    Answer(501, "NOT_IMPLEMENTED", "This operation is not emulated."),
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
SCOPE = Rule(
    "vrplatform.scope",
    "Once a test has limited an API key to some scopes, a request gets 403 unless one of them is that of its resource: "
    "`transactions:read` for GET /transactions, `transaction-attachments:write` for an upload.",
    "inferred",
    "client (that keys have scopes, and the name reports:read). Other names are like it; the answer is "
    "trpc-to-openapi's",
    "2026-11",
    Answer(403, "FORBIDDEN", "Insufficient access"),
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
    "errors (the body); audit pages (the pattern of a UUID). Message and issues are inferred (trpc-to-openapi, Zod)",
    "2026-11",
    Answer(400, "BAD_REQUEST", BAD_INPUT),
)
ERROR = Rule(
    "vrplatform.error",
    "An error has a code, a message, issues and a context. Every issue has a message; the context is null.",
    "documented",
    "every page of the reference. That issues is empty rather than missing where no value is at fault, and that an "
    "issue has a code and a path, too, is inferred (Zod)",
    "2026-11",
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
MAX_NAME_LENGTH = Tunable(
    "vrplatform.max-name-length",
    "A file name may have at most this many characters.",
    "inferred",
    "nothing is documented; most file systems have this limit",
    "2026-11",
    value=255,
    lowest=1,
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
    "With dryRun=true, the creation, change or deletion of a transaction is validated, checked for locks and answered "
    "as usual, but nothing is written, files stay staged, and there is no audit action: the response has no "
    "X-VRPlatform-Audit-Action-Id, and X-VRPlatform-Audit-Should-Poll is false. Attachments have no dry run.",
    "documented",
    "dry-run page",
    "2026-11",
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
    "knowledge (locking); owner statements; books-closed override (the header). Status, text, and that it covers "
    "attachmentIds and DELETE of a file, are inferred",
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
    "list page; audit pages. That nextPage is null then is inferred",
    "2026-11",
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
    "connectionId (`null` for none), recurringTemplateId, amount, dateRange, ids, uniqueRefs, listingIds and search; "
    "ids and the like are separated by commas. VRPlatform's other filters are not emulated and get 501 rather than a "
    "wrong list.",
    "documented",
    "list page. What search looks at, and that the first of several values of a parameter counts, is inferred",
    "2026-11",
    Answer(501, "NOT_IMPLEMENTED", "The emulator does not filter by {names}."),
)
DATE_RANGE = Rule(
    "vrplatform.date-range",
    "A filter by date is YYYY, YYYY-MM or YYYY-MM-DD, which stand for the whole year, month or day, or a range "
    "YYYY-MM-DD...YYYY-MM-DD. isDateRangeEndInclusive says whether the last day of a range counts: by default it does "
    "for transactions, and not for statements.",
    "documented",
    "list page; statement pages. That it makes no difference to a whole year, month or day is inferred",
    "2026-11",
)
AMOUNT_RANGE = Rule(
    "vrplatform.amount-range",
    "A filter by amount is a number of cents, or a range 100...200 that includes both ends.",
    "documented",
    "list page. That the ends are included, and that the sum of the lines is the amount, is inferred",
    "2026-11",
)

# --- Owner statements -------------------------------------------------------------------------------------------------

STATEMENTS = Rule(
    "vrplatform.statements",
    "POST /statements creates the statements of a month for every ownership period, or those that listingPeriodIds "
    "names, one for each currency. It puts the lines of active deposits, expenses and payouts on the listing on them, "
    "which locks the transactions. Drafts are answered, but neither saved nor locked.",
    "documented",
    "statement pages (the request); owner statements (statuses, locks). Which lines are on a statement, and that a "
    "second request for a month changes the status and adds new lines, is inferred",
    "2026-11",
)
STATEMENT = Rule(
    "vrplatform.statement",
    "A statement has the totals, the listing and the owners of its ownership period. balanceEnd is balanceStart plus "
    "netIncome less payouts, and the balanceStart of the next statement.",
    "documented",
    "statement pages (members); owner statements (totals). How total, summary and payment come about is inferred",
    "2026-11",
)
STATEMENT_FILES = Rule(
    "vrplatform.owner-statement",
    "The details of a statement show the files of its lines: all of them if viewAs is manager, which is the default, "
    "and those that are accessible to owners if it is owner.",
    "documented",
    "page; help; statement pages (viewAs). Where files stand in the answer (sections, rows, attachments) is inferred, "
    "as the page's example breaks off before that point",
    "2026-11",
)
STATEMENT_UNKNOWN = Rule(
    "vrplatform.statement-unknown",
    "A statement id that the team does not have gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026-11",
    Answer(404, "NOT_FOUND", "Owner statement '{statement}' not found"),
)
PERIOD_UNKNOWN = Rule(
    "vrplatform.period-unknown",
    "An ownership period in listingPeriodIds that the team does not have gets 404, and nothing is written.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026-11",
    Answer(404, "NOT_FOUND", "Listing ownership period '{period}' not found"),
)
STATEMENT_FILTERS = Rule(
    "vrplatform.statement-filters",
    "The list of statements can be filtered by periodIds, year, listingIds, statementIds, month, search, status, "
    "ownerIds and dateRange, which has to have a day of the month in it.",
    "documented",
    "statement pages. What search looks at, and that drafts are not listed, is inferred",
    "2026-11",
)

# --- The audit, and teams ---------------------------------------------------------------------------------------------

AUDIT_HEADERS = Rule(
    "vrplatform.audit-headers",
    "The response to a request that changed something names its audit action in X-VRPlatform-Audit-Action-Id.",
    "documented",
    "dry-run page. That X-VRPlatform-Audit-Should-Poll is true then is inferred",
    "2026-11",
)
AUDIT = Rule(
    "vrplatform.audit",
    "An audit action has what the request was for, when, and the counts of its effects; a mutation is what it did to "
    "one entity. An attachment is a transactionAttachment. The emulator runs nothing in the background, so that an "
    "action has no effects, and keeps as many actions as exchanges.",
    "documented",
    "audit pages (members, entity types). What actionType, op and outcome read is inferred",
    "2026-11",
)
AUDIT_ACTION_UNKNOWN = Rule(
    "vrplatform.audit-action-unknown",
    "An audit action that the team does not have gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026-11",
    Answer(404, "NOT_FOUND", "Audit action '{action}' not found"),
)
AUDIT_FILTERS = Rule(
    "vrplatform.audit-filters",
    "Mutations can be filtered by actionId, effectId, entityType, entityId, op, outcome, startAt and endAt, and an "
    "offset skips the latest. Entity ids are UUIDs.",
    "documented",
    "audit pages. That an entity is the mutation's or its action's, and that endAt names a whole day, is inferred",
    "2026-11",
)
TEAMS = Rule(
    "vrplatform.teams",
    "GET /teams lists the teams that an API key has access to, and GET /teams/{id} returns one; neither needs "
    "x-team-id. Unless auth is strict, a key has access to the teams of the seed data and to those that a request has "
    "named.",
    "documented",
    "teams page (members, filters, order); team setup; API access. What teams there are is inferred",
    "2026-11",
)
TEAM_UNKNOWN = Rule(
    "vrplatform.team-unknown",
    "A team that does not exist, or that the API key has no access to, gets 404.",
    "inferred",
    "troubleshooting (App '<id>' not found)",
    "2026-11",
    Answer(404, "NOT_FOUND", "Team '{team}' not found"),
)

HEADER_NAMES = Rule(
    "vrplatform.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type and X-VRPlatform-Audit-Action-Id.",
    "inferred",
    "the dry-run page writes the names so; no recording shows them on HTTP/1.1",
    "2026-11",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
