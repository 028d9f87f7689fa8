"""The rules of Codat's behaviour, each with its evidence and, for a refusal, its status and message.

Sources, in short: "old page" is the docs page "Attachments" of 2019 to 2022; "schema" the OpenAPI schema
AccountingAttachment; "OpenAPI" the contracts in codatio/oas; "docs" codatio/codat-docs; "SDK" codat-accounting 0.36 on
PyPI; "live" are answers of api.codat.io that CauldronUp/cauldron quotes.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
PUBLIC = "PublicApi"
NOT_VALID = "Error processing request - not valid."


def in_megabytes(size: int) -> str:
    """Return a size as Codat's messages write it: in MB where it is a whole number of them, otherwise in bytes."""
    mebibytes, remainder = divmod(size, MEBIBYTE)
    return f"{size} bytes" if remainder else f"{mebibytes} MB"


def _public(status: int, error: str) -> Answer:
    return Answer(status, PUBLIC, error)


def _invalid(item: str, detail: str) -> Answer:
    return Answer(400, PUBLIC, NOT_VALID, item=item, detail=detail)


def _size(
    integration: str, name: str, mebibytes: int, source: str, date: str = "2022-11", on_page: str = ""
) -> Tunable[int]:
    return Tunable(
        f"codat.{integration}-max-bytes",
        f"An attachment pushed to {name} may have at most this many bytes.",
        "documented",
        f"{source}. The answer, and that a MB has 1024 * 1024 bytes, are inferred",
        date,
        _invalid("fileSize", "File size may not exceed {limit}."),
        on_page=on_page,
        value=mebibytes * MEBIBYTE,
        highest=2**63 - 1,
    )


def _extensions(integration: str, name: str, extensions: str, source: str, date: str = "2022-11") -> Tunable[str]:
    return Tunable(
        f"codat.{integration}-extensions",
        f"The file name of an attachment pushed to {name} must have one of these extensions, in any letter case.",
        "documented",
        f"{source}. The answer, and that letter case does not count, are inferred",
        date,
        _invalid("fileExtension", "Must be an accepted Mime Type as derived from the file extension."),
        value=extensions,
    )


# --- Paths, authentication and rate limits ----------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "codat.unknown-path",
    "A request to an unknown path gets 404, before its API key is checked.",
    "observed",
    "live (a bad key on an unknown path)",
    "2026-09",
    _public(404, "NotFound"),
)
METHOD = Rule(
    "codat.method",
    "A request with a method that its path does not support gets 405, before its API key is checked.",
    "inferred",
    "docs, list of errors, names 405 and shows no body",
    "2026-08",
    _public(405, "MethodNotAllowed"),
)
CREDENTIAL = Rule(
    "codat.credential",
    "A request must send `Authorization: Basic` with the base64-encoded API key, with or without a colon after the "
    "key.",
    "observed",
    "live (the answer); docs, authentication (no colon). That a colon is taken, and a key that is not base64 refused, "
    "is inferred",
    "2026-09",
    _public(401, "Unauthorized"),
)
KEY_UNKNOWN = Rule(
    "codat.key-unknown",
    "With strict auth, an API key that is not registered is refused. A key that a test has revoked is refused in every "
    "auth mode.",
    "observed",
    "live",
    "2026-09",
    _public(401, "Unauthorized"),
)
NOT_EMULATED = Rule(
    "codat.not-emulated",
    "An operation that exists at Codat but is not emulated gets 501. Codat's SDKs retry a 501, like any 5xx, for up to "
    "an hour unless configured otherwise.",
    "inferred",
    "OpenAPI, every contract, and the operations of the SDK; the answer is the emulator's choice",
    "2026-11",
    _public(501, "This operation exists at Codat and is not emulated."),
)
QUERY = Rule(
    "codat.query",
    "The emulator does not filter or order lists: a request with `query` or `orderBy` gets 501 rather than a wrong "
    "list.",
    "inferred",
    "the emulator's choice",
    "2026-11",
    _public(501, "The emulator does not filter or order lists."),
)
RATE_HEADERS = Rule(
    "codat.rate-headers",
    "Responses report how many requests are left of the day's limit, which is 1000 for the account and 1000 more for "
    "each company with a linked connection.",
    "documented",
    "docs, rate limits. The form of the date, and that refused requests count, are inferred",
    "2026-08",
)
RATE_LIMITS = Tunable(
    "codat.rate-limits",
    "Whether a request beyond a rate limit gets 429 with the rate limit headers and Retry-After. The limits per day, "
    "per minute and of concurrent requests are checked in this order. A refused request does not count towards the "
    "limits per day and per minute.",
    "documented",
    "docs, rate limits; OpenAPI, example of 429. The order, that they use up nothing, and Retry-After: 1 where too "
    "many are under way are inferred; off by default, as tests are in a hurry",
    "2026-08",
    Answer(
        429,
        PUBLIC,
        "You have made too many requests in a given amount of time; please retry later.",
        {"Retry-After": "{seconds}"},
    ),
    value=False,
)
RATE_CONCURRENT = Tunable(
    "codat.rate-concurrent",
    "The account may have this many concurrent requests for each active company, and as many if it has none. A company "
    "is active while one of its connections is linked. A request lasts from its first byte received to the last byte "
    "of its response sent.",
    "documented",
    "docs, rate limits (10 concurrent requests per active connected company). That the requests of all companies count "
    "together, what an account without any may have, and from when to when a request counts are inferred",
    "2026-08",
    value=10,
)
RATE_PER_MINUTE = Tunable(
    "codat.rate-per-minute",
    "One IP address may send this many requests a minute. The emulator counts all clients of a sandbox as one address.",
    "documented",
    "docs, rate limits; that the minute is the clock's is inferred, the one address is the emulator's choice",
    "2026-08",
    value=1000,
)
RATE_PER_DAY = Tunable(
    "codat.rate-per-day",
    "The account may send this many requests a day, and as many again for each active company.",
    "documented",
    "docs, rate limits",
    "2026-08",
    value=1000,
)

IDEMPOTENCY_LIFETIME = Tunable(
    "codat.idempotency-lifetime",
    "A POST, a PATCH or an update of a bill with Sync for Payables that repeats an Idempotency-Key within this many "
    "seconds gets the first response again.",
    "documented",
    "docs, idempotency; OpenAPI, Codat-Sync-Payables, update-bill. That refusals are remembered too is inferred",
    "2026-08",
    value=90 * 60,
)
IDEMPOTENCY_MISMATCH = Rule(
    "codat.idempotency-mismatch",
    "A request that reuses the Idempotency-Key of a different request gets 422.",
    "documented",
    "docs, idempotency. The words are inferred",
    "2026-08",
    _public(422, "The idempotency key was used with a different request"),
)
IDEMPOTENCY_IN_PROGRESS = Rule(
    "codat.idempotency-in-progress",
    "A request gets 409 while the first request with the same Idempotency-Key is still in progress.",
    "documented",
    "docs, idempotency. The words are inferred",
    "2026-08",
    _public(409, "A request with this idempotency key is in progress"),
)

# --- Companies and connections ----------------------------------------------------------------------------------------

COMPANY_UNKNOWN = Rule(
    "codat.company-unknown",
    "A request for an unknown company gets 404 from Codat's service ClientsApi.",
    "documented",
    "OpenAPI, example of 404",
    "2026-06",
    Answer(404, "ClientsApi", "No company was found with ID {company}"),
)
CONNECTION_UNKNOWN = Rule(
    "codat.connection-unknown",
    "A request for an unknown connection, or for a connection of another company, gets 404.",
    "documented",
    "OpenAPI, example of 404",
    "2026-06",
    _public(404, "Data connection {connection} not found"),
)
COMPANY_UPDATE = Rule(
    "codat.company-update",
    "A PATCH of a company changes the name, description and tags that it names; a PUT replaces all three.",
    "documented",
    "OpenAPI, update-company and replace-company",
    "2026-06",
)
COMPANY_NAME = Rule(
    "codat.company-name",
    "A company must have a name, which may contain letters, digits, spaces and some punctuation.",
    "documented",
    "OpenAPI, pattern of name. The answer is inferred",
    "2026-06",
    _invalid("name", "A company needs a name of letters, digits, spaces and some punctuation."),
)
MAX_COMPANIES = Tunable(
    "codat.max-companies",
    "A client on the Free plan, as every test client is, can have at most this many companies.",
    "documented",
    "OpenAPI, example of 402; docs, testing",
    "2026-08",
    _public(
        402,
        "You have exceeded the {value}-company limit that applies to a Free plan. We recommend that you delete any "
        "companies you no longer need and retry the request.",
    ),
    value=50,
)
PLATFORM_UNKNOWN = Rule(
    "codat.platform-unknown",
    "A connection can be created only for an integration that Codat has.",
    "inferred",
    "no evidence of the answer",
    "2026",
    _invalid("platformKey", "There is no integration {platform}."),
)
LINK = Rule(
    "codat.link",
    "A new connection is PendingAuth until the customer authorizes it at the linkUrl. On the emulator, a GET of the "
    "linkUrl authorizes it. A company's redirect is a page of the same sandbox, with the links to its connections.",
    "documented",
    "docs, connections; OpenAPI, redirect. That a GET consents, and what the page shows, are the emulator's choice",
    "2026-08",
)
UNLINK = Rule(
    "codat.unlink",
    "Only a connection that is Linked can be unlinked.",
    "documented",
    "OpenAPI, unlink-connection. The answer is inferred",
    "2026-06",
    _public(400, "Only Linked data connections can be unlinked"),
)
_NOT_LINKED = _public(400, "Data connection {connection} is {state}: no read or write operations until it is linked")
NOT_LINKED = Tunable(
    "codat.not-linked",
    "Nothing can be written through a connection that is not Linked. The value is the status of the response.",
    "inferred",
    "docs, connection statuses (no new reads and writes); neither status nor words are shown. 400 is the only status "
    "in OpenAPI's lists for writes that fits",
    "2026-08",
    _NOT_LINKED,
    value=400,
    lowest=400,
    highest=599,
)
NOT_LINKED_READ = Tunable(
    "codat.not-linked-read",
    "Attachments cannot be read through a connection that is not Linked, because Codat fetches them live. The value is "
    "the status of the response.",
    "inferred",
    "docs, connection statuses (no new reads and writes); neither status nor words are shown. OpenAPI lists 404 for "
    "every read of attachments, 409 for lists only, and 400 for none",
    "2026-08",
    _NOT_LINKED,
    value=404,
    lowest=400,
    highest=599,
)
PAGING = Tunable(
    "codat.paging",
    "Lists of companies, connections, records, push operations and transactions of a sync are paginated, with links "
    "between the pages. A page has this many items unless `pageSize` says otherwise.",
    "documented",
    "OpenAPI, paging",
    "2026-06",
    value=100,
)
PAGE = Rule(
    "codat.page",
    "`page` is a whole number from 1, `pageSize` one from 1 to 5000, and a `continuationToken` one that a list has "
    "given.",
    "documented",
    "OpenAPI, page and pageSize. That anything else gets this answer is inferred",
    "2026-06",
    Answer(400, "ClientsApi", "Error parsing query - Malformed query."),
)

# --- Records ----------------------------------------------------------------------------------------------------------

RECORD_UNKNOWN = Rule(
    "codat.record-unknown",
    "A request to read an unknown record, or to attach a file to it, gets 404.",
    "inferred",
    "OpenAPI lists 404; docs show such an answer for an invoice's PDF, in other words",
    "2026-08",
    _public(404, "{data_type} {record} not found for {owner}"),
)
ATTACHMENT_UNKNOWN = Rule(
    "codat.attachment-unknown",
    "A request for an unknown attachment gets 404.",
    "inferred",
    "OpenAPI lists 404",
    "2026-06",
    _public(404, "Attachment {attachment} not found for {data_type} {record}"),
)
OPERATION_UNKNOWN = Rule(
    "codat.operation-unknown",
    "A request for an unknown push operation gets 404.",
    "inferred",
    "OpenAPI lists 404",
    "2026-06",
    _public(404, "Push operation {operation} not found"),
)
BAD_BODY = Rule(
    "codat.bad-body",
    "A request body that is not a JSON object, or has members of the wrong type, gets 400.",
    "inferred",
    "OpenAPI, example of 400, does not say what gets it",
    "2026-06",
    _invalid("{item}", "{reason}"),
)
MAX_JSON_BYTES = Tunable(
    "codat.max-json-bytes",
    "A JSON request body may have at most this many bytes.",
    "inferred",
    "no evidence",
    "2026",
    _invalid("body", "The request body is larger than {value} bytes."),
    value=10 * MEBIBYTE,
    highest=2**63 - 1,
)
PUSH_DATA = Rule(
    "codat.push-data",
    "The response to a pushed record is a push operation with the record as `data`, as it is once it is written.",
    "documented",
    "OpenAPI, Codat-Sync-Payables-v1, the responses of create and update. That it is there while the operation is "
    "pending is inferred",
    "2026-06",
    on_page="the contract marks data as deprecated, and the changelog of 2023-10 says that it ends in 2024-01",
)
READABLE_AT_ONCE = Rule(
    "codat.readable-at-once",
    "On the emulator, a pushed record can be read as soon as its push operation has succeeded; at Codat, only after "
    "the next data refresh.",
    "inferred",
    "the emulator's choice; docs say otherwise",
    "2026-08",
)

# --- Pushing an attachment --------------------------------------------------------------------------------------------

UPLOAD_PATH = Rule(
    "codat.upload-path",
    "An attachment of a bill is pushed to `/attachments`, an attachment of any other data type to `/attachment`.",
    "documented",
    "SDK; old page (invoices)",
    "2024-10",
)
UPLOAD_ANSWER = Rule(
    "codat.upload-answer",
    "The response to a pushed attachment is 200 with the push operation.",
    "inferred",
    "docs say that a write request id comes back, OpenAPI says nothing does; the SDKs look at the status alone",
    "2026-08",
    on_page="the contract names no body",
)
PUSH_POLLS = Tunable(
    "codat.push-polls",
    "A push operation, and a sync of Sync for Expenses, succeeds once it has been polled this many times; with 0 it "
    "succeeds at once.",
    "inferred",
    "docs, push and syncing expenses, have them pending first. When they succeed is the emulator's choice",
    "2026-08",
    value=0,
)
PUSH_TIMEOUT = Rule(
    "codat.push-timeout",
    "A push operation with `timeoutInMinutes` that is still pending so many minutes later ends as TimedOut when it is "
    "next polled, and writes nothing.",
    "inferred",
    "OpenAPI (timeoutInMinutes, the status TimedOut). That the next poll ends it, and the statusCode 408, are the "
    "emulator's choice",
    "2026-06",
)
BAD_MULTIPART = Rule(
    "codat.bad-multipart",
    "An upload whose body is not a complete multipart/form-data document gets 400.",
    "inferred",
    "OpenAPI, example of 400; nothing shows it for uploads",
    "2026-06",
    _invalid("body", "The request body cannot be read: {reason}."),
)
ONE_FILE = Rule(
    "codat.one-file",
    "An upload must contain exactly one file, which is the part with a filename. The part may have any name.",
    "documented",
    "old page (one file per request; part names are placeholders). The answer is inferred",
    "2022-11",
    _invalid("file", "One file per request: there {found}."),
)
METADATA = Rule(
    "codat.metadata",
    "A form field of type application/json contains metadata: includeWhenSent (a boolean) and contentType (a string).",
    "documented",
    "old page. The answer to other contents is inferred",
    "2022-11",
    _invalid("{item}", "{reason}"),
)
OTHER_FIELDS = Rule(
    "codat.other-fields",
    "Form fields of any other type are ignored.",
    "documented",
    "docs, Sage Intacct (an untyped field `attachment`)",
    "2026-08",
)
CONTENT_TYPE = Rule(
    "codat.content-type",
    "An attachment's contentType is taken from the metadata; if it is missing there, from the file part; otherwise it "
    "is derived from the file name.",
    "documented",
    "old page, QuickBooks Online options. That the name is a resort is inferred",
    "2022-11",
)
DUPLICATES = Rule(
    "codat.duplicates",
    "Two uploads with the same file name create two attachments.",
    "inferred",
    "no evidence",
    "2026",
)
FILE_NAME = Rule(
    "codat.file-name",
    "An attachment's name is its file name as ASP.NET Core reads it, without directories and control characters: "
    "`filename*` comes before `filename`, and percent escapes in `filename` stay as they are. For bills, Exact also "
    "drops the extension.",
    "inferred",
    "docs, Exact Online (bills). Codat's stack is inferred from its time stamps; that a backslash before a quote goes, "
    "and directories with it, has no evidence",
    "2026-08",
)
XERO_MAX_BYTES = _size(
    "xero",
    "Xero",
    4,
    "old page and schema (4 MB)",
    on_page="docs said 3 MB from 2024-09 (codat-docs#1311), as OpenAPI's expenses still do, and say 10 MB since "
    "2026-04 (codat-docs#1802)",
)
XERO_EXTENSIONS = _extensions(
    "xero",
    "Xero",
    "7z bmp csv doc docx eml gif jpeg jpg keynote msg numbers odf ods odt pages pdf png ppt pptx rar rtf tif tiff txt "
    "xls xlsx zip",
    "old page and schema; the old page's options list rtf twice",
)
QUICKBOOKS_MAX_BYTES = _size("quickbooks-online", "QuickBooks Online", 100, "old page and schema")
QUICKBOOKS_EXTENSIONS = _extensions(
    "quickbooks-online",
    "QuickBooks Online",
    "ai csv doc docx eps gif jpeg jpg ods pages pdf png rtf tif txt xls xlsx xml",
    "old page and schema",
)
QUICKBOOKS_CONTENT_TYPE = Rule(
    "codat.quickbooks-online-content-type",
    "QuickBooks Online refuses a file part that has no Content-Type or application/octet-stream.",
    "documented",
    "docs, QuickBooks Online reference, which wants the type to match the file; more than this is not checked. That "
    "metadata.contentType does not help, and the answer, are inferred",
    "2024-06",
    _invalid("contentType", "The file part must be typed as what it is, not as {content_type}."),
    on_page="the old page's own example types its file application/octet-stream",
)
NETSUITE_MAX_BYTES = _size("netsuite", "NetSuite", 100, "schema", "2026-06")
NETSUITE_EXTENSIONS = _extensions(
    "netsuite",
    "NetSuite",
    "bmp csv xls xlsx json pdf pjpg pjpeg png txt svg tif tiff doc docx zip",
    "schema, which leaves out jpg",
    "2026-06",
)
DYNAMICS_MAX_BYTES = _size("dynamics", "Dynamics 365 Business Central", 350, "schema, which allows any type", "2026-06")
FREEAGENT_MAX_BYTES = _size("freeagent", "FreeAgent", 5, "docs, expenses, and inferred elsewhere", "2026-08")
FREEAGENT_EXTENSIONS = _extensions(
    "freeagent", "FreeAgent", "png x-png jpeg pjg gif x-pdf", "docs, expenses, literally", "2026-08"
)
ZOHO_MAX_BYTES = _size("zoho-books", "Zoho Books", 5, "OpenAPI, expenses, and inferred elsewhere", "2026-06")
ZOHO_EXTENSIONS = _extensions("zoho-books", "Zoho Books", "gif png jpeg jpg bmp pdf", "OpenAPI, expenses", "2026-06")
QUICKBOOKS_DESKTOP = Rule(
    "codat.quickbooks-desktop",
    "QuickBooks Desktop does not support attachments on any data type.",
    "documented",
    "docs, QuickBooks Desktop. For other unsupported types docs show this 400, and in a list of errors a 404",
    "2026-08",
    _public(400, "Datatype '{data_type}' attachments not supported by platform {platform}"),
)
OPTIONS = Rule(
    "codat.options",
    "Push options describe the attachments that an integration accepts. Codat's route for them is not known; the "
    "emulator's own is /codat/_emulator/attachment-options/{platform}.",
    "documented",
    "old page (the objects for Xero and QuickBooks Online); the route is the emulator's choice",
    "2022-11",
    _public(404, "No options are known for {platform}"),
)

# --- Reading attachments ----------------------------------------------------------------------------------------------

SHAPE = Rule(
    "codat.attachment",
    "An attachment has id, name, contentType, dateCreated, fileSize (in bytes) and includeWhenSent. Its modified dates "
    "are never set.",
    "documented",
    "schema; docs, modified dates. That includeWhenSent is false by default is inferred",
    "2026-08",
    on_page="a page of 2019 writes filesize",
)
LIST = Rule(
    "codat.list",
    "A list of attachments has the form {attachments: [...]} and is not paginated.",
    "documented",
    "OpenAPI; schema. That an empty list is [] and not null is inferred",
    "2026-06",
)
DOWNLOAD = Rule(
    "codat.download",
    "A download has the Content-Type application/octet-stream, whatever the file's type. The request headers Accept "
    "and Content-Type are ignored.",
    "observed",
    "OpenAPI; the SDKs, which fail on any other type and send both headers at will",
    "2024-10",
)

# --- Sync for Payables and Sync for Expenses --------------------------------------------------------------------------

PAYABLES_DELETE = Rule(
    "codat.payables-delete",
    "Sync for Payables (v1) can delete an attachment of a bill, for QuickBooks Online only. The response is a push "
    "operation.",
    "documented",
    "OpenAPI, Codat-Sync-Payables-v1. The answer elsewhere is inferred",
    "2026-06",
    _public(400, "Deleting attachments is not supported by platform {platform}"),
)
PAYABLES_V2 = Rule(
    "codat.payables-v2",
    "Sync for Payables (v2) responds to an upload with 201 and the attachment, and lists attachments as a bare array.",
    "documented",
    "OpenAPI, Codat-Sync-Payables, examples",
    "2026-06",
)
PAYABLES = Rule(
    "codat.payables",
    "Sync for Payables (v2) writes bills and suppliers without a push operation: it responds to a new one with 201 and "
    "to an update with 200 and the record. An update replaces every member that the contract names.",
    "documented",
    "OpenAPI, Codat-Sync-Payables. That it also replaces all of a bill is inferred",
    "2026-06",
)
PAYABLES_LISTS = Rule(
    "codat.payables-lists",
    "Lists of Sync for Payables have the bills that are open or partially paid, and all suppliers, in pages that a "
    "continuationToken continues.",
    "documented",
    "OpenAPI, Codat-Sync-Payables, whose example is the base64 of a page number, a page size and a page count",
    "2026-06",
)
PAYABLES_UPDATE = Rule(
    "codat.payables-update",
    "Sync for Payables updates bills and suppliers at FreeAgent, QuickBooks Online and Xero only.",
    "documented",
    "OpenAPI, Codat-Sync-Payables, update-bill and update-supplier. The answer elsewhere is inferred",
    "2026-06",
    _public(400, "Updating {data_type} is not supported by platform {platform}"),
)
PAYABLES_ARCHIVED = Rule(
    "codat.payables-archived",
    "A supplier that is archived cannot be updated at Xero.",
    "documented",
    "OpenAPI, Codat-Sync-Payables, update-supplier, which names the status. The words are inferred",
    "2026-06",
    _public(400, "Supplier {record} is archived, and has to be restored in Xero first"),
)

EXPENSES = Rule(
    "codat.expenses",
    "Sync for Expenses writes transactions to the company's first linked connection: an expense becomes a direct cost, "
    "a reimbursable expense a bill and a transfer a transfer, with the id of the transaction. Creating or updating "
    "them starts a sync, and answers with its id.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses; docs, syncing expenses. Which connection, that every expense is a direct cost, and "
    "the ids of the records are inferred",
    "2026-06",
)
EXPENSES_DATASETS = Rule(
    "codat.expenses-datasets",
    "The first version of Sync for Expenses answers new expenses with a datasetId, and writes them with a sync that "
    "names their datasets. A sync without any writes all that are waiting.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses-v1. That a dataset is written once, and the status 202, are inferred",
    "2026-06",
)
EXPENSES_STATUS = Rule(
    "codat.expenses-status",
    "The status of a sync has the codes 1000 (Started), 2000 (Complete) and 2040 (Complete, no data written), and its "
    "transactions are Pending or Completed.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses; docs, syncing expenses. That no data is written by a sync of nothing is inferred",
    "2026-08",
)
EXPENSES_CONFIGURATION = Rule(
    "codat.expenses-configuration",
    "The configuration of a company's expenses names a bank account, a supplier and a customer. Before it is set, each "
    "is an empty object.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses. What there is before it is set is inferred",
    "2026-06",
)
EXPENSES_CONNECTION = Rule(
    "codat.expenses-connection",
    "A company without a connection has no expenses.",
    "inferred",
    "no evidence",
    "2026",
    _public(404, "Company {company} has no data connection"),
)
EXPENSES_BODY = Rule(
    "codat.expenses-body",
    "A request creates from 1 to 50 transactions, each with the members that the contract requires. An id may be any "
    "text.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses, which has UUIDs as ids. The answer, and that other ids are taken, are inferred",
    "2026-06",
    _invalid("{item}", "{reason}"),
)
EXPENSES_DUPLICATE = Rule(
    "codat.expenses-duplicate",
    "The id of a transaction is unique within a company.",
    "documented",
    "docs, expense transactions, to prevent duplicates. The answer is inferred",
    "2026-08",
    _invalid("id", "There is a transaction {transaction} already."),
)
EXPENSES_UNSUPPORTED = Rule(
    "codat.expenses-unsupported",
    "Each integration supports only some of the writes of Sync for Expenses. Codat's Sandbox supports all of them.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses, the tables of the operations. The answer, and the Sandbox, are inferred",
    "2026-06",
    Answer(400, "ExpenseSyncApi", "{operation} is not supported for platform {platform}."),
)
EXPENSES_UPDATE = Rule(
    "codat.expenses-update",
    "An update of an expense gets 422 if the integration does not support it, or if the expense is no Payment.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses, example of 422, whose words are older than the table of the operation",
    "2026-06",
    Answer(422, "ExpenseSyncApi", "Expense transaction updates are not supported for {what}."),
)
EXPENSES_SYNC_UNKNOWN = Rule(
    "codat.expenses-sync-unknown",
    "A request for an unknown sync, or for the latest one of a company that has none, gets 404.",
    "inferred",
    "OpenAPI lists 404",
    "2026-06",
    Answer(404, "ExpenseSyncApi", "Sync {sync} not found for company {company}"),
)
EXPENSES_DATASET_UNKNOWN = Rule(
    "codat.expenses-dataset-unknown",
    "A sync of an unknown dataset, or of one that is written already, gets 404.",
    "inferred",
    "OpenAPI lists 404",
    "2026-06",
    Answer(404, "ExpenseSyncApi", "Dataset {dataset} not found for company {company}"),
)
EXPENSES_TRANSACTION_UNKNOWN = Rule(
    "codat.expenses-transaction-unknown",
    "A request for an unknown transaction, or for one of another sync, gets 404.",
    "inferred",
    "OpenAPI lists 404",
    "2026-06",
    Answer(404, "ExpenseSyncApi", "Transaction {transaction} not found for {owner}"),
)
RECEIPT = Rule(
    "codat.receipt",
    "A receipt is attached to a transaction of a sync at once, without a push operation.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses; docs, uploading receipts",
    "2026-08",
)
RECEIPT_EARLY = Rule(
    "codat.receipt-early",
    "A receipt can be attached only when the sync of its transaction is complete.",
    "documented",
    "docs, expense transactions (once these have been synced). The answer is inferred",
    "2026-08",
    Answer(400, "ExpenseSyncApi", "Transaction {transaction} has not been synced yet"),
)
RECEIPT_TYPE = Rule(
    "codat.receipt-type",
    "Adjustments and transfers have no receipts. NetSuite has them for payments and refunds, QuickBooks Online for "
    "reimbursable expenses too, FreeAgent and Zoho Books for payments and reimbursable expenses.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses, upload-expense-attachment; docs, uploading receipts. The answer is inferred",
    "2026-08",
    Answer(400, "ExpenseSyncApi", "Attachments are not supported for {kind} transactions on platform {platform}."),
)

# --- Files of a company -----------------------------------------------------------------------------------------------

FILES = Rule(
    "codat.files",
    "Files uploaded through a connection are listed for the company, without ids, as a bare array. The response to an "
    "upload is 200 without a body.",
    "documented",
    "OpenAPI, Codat-Files. That every integration takes them, not those for file uploads only, is the emulator's "
    "choice",
    "2026-06",
)
FILES_DOWNLOAD = Rule(
    "codat.files-download",
    "The download of a company's files is one application/octet-stream: a zip archive of all files, or of those that "
    "were uploaded on the day `date`. A name that occurs again gets a number.",
    "documented",
    "OpenAPI, Codat-Files. That it is a zip archive has only a second-hand client as evidence; its names are inferred",
    "2026-06",
)
FILES_DATE = Rule(
    "codat.files-date",
    "The `date` of a download is an ISO 8601 date, with or without a time.",
    "documented",
    "OpenAPI, Codat-Files. The answer to anything else is inferred",
    "2026-06",
    _public(400, NOT_VALID),
)
FILES_FORM = Rule(
    "codat.files-form",
    "An upload of files has at least one.",
    "inferred",
    "OpenAPI, Codat-Files, requires a file",
    "2026-06",
    _invalid("file", "There is no file in the request."),
)
FILES_PER_UPLOAD = Tunable(
    "codat.files-per-upload",
    "Up to this many files can be uploaded at a time.",
    "documented",
    "OpenAPI, Codat-Files. The answer is inferred",
    "2026-06",
    _invalid("file", "Up to {value} files can be uploaded at a time."),
    value=20,
)
FILES_MAX_BYTES = Tunable(
    "codat.files-max-bytes",
    "Each uploaded file may have at most this many bytes.",
    "documented",
    "OpenAPI, Codat-Files (10MB). The answer, and that a MB has 1024 * 1024 bytes, are inferred",
    "2026-06",
    _invalid("fileSize", "File size may not exceed {limit}."),
    value=10 * MEBIBYTE,
    highest=2**63 - 1,
)
FILES_EXTENSIONS = Tunable(
    "codat.files-extensions",
    "The name of each uploaded file must have one of these extensions, in any letter case.",
    "documented",
    "OpenAPI, Codat-Files. The answer, and that letter case does not count, are inferred",
    "2026-06",
    _invalid("fileExtension", "Files with this extension cannot be uploaded."),
    value="pdf xls xlsx xlsb csv doc docx ppt pptx jpeg jpg png",
)

# --- Webhooks ---------------------------------------------------------------------------------------------------------

WEBHOOK_CONSUMER = Rule(
    "codat.webhook-consumer",
    "A webhook consumer has a URL, at least one event type and at most ten company tags, each written `key:value`.",
    "documented",
    "OpenAPI, WebhookConsumer; docs, webhooks. The answer is inferred",
    "2026-08",
    _invalid("{item}", "{reason}"),
)
MAX_WEBHOOKS = Tunable(
    "codat.max-webhooks",
    "A client can have at most this many webhook consumers.",
    "documented",
    "OpenAPI, create-webhook-consumer. The answer is inferred",
    "2026-08",
    _invalid("url", "A client can have at most {value} webhook consumers."),
    value=50,
)
WEBHOOK_UNKNOWN = Rule(
    "codat.webhook-unknown",
    "The deletion of an unknown webhook consumer gets 404.",
    "documented",
    "OpenAPI, delete-webhook-consumer. The message is inferred",
    "2026-08",
    _public(404, "Webhook consumer {webhook} not found"),
)
WEBHOOK_WRITE = Rule(
    "codat.webhook-write",
    "A write that has succeeded sends `{dataType}.write.successful` with its push operation's key, company, "
    "connection and record, and for an attachment with the type UploadAttachment and the attachmentId.",
    "documented",
    "OpenAPI, DataTypeWriteWebhook. That the company's tags are part of referenceCompany is from docs, webhooks",
    "2026-08",
)
WEBHOOK_WRITE_UNSUCCESSFUL = Rule(
    "codat.webhook-write-unsuccessful",
    "A write that has timed out sends `{dataType}.write.unsuccessful` with the status TimedOut; for an attachment with "
    "its record, otherwise without.",
    "documented",
    "OpenAPI, DataTypeWriteWebhook and its examples",
    "2026-08",
)
WEBHOOK_SYNC = Rule(
    "codat.webhook-sync",
    "A sync of Sync for Expenses that is complete sends `expenses.sync.successful` with its transactions.",
    "documented",
    "OpenAPI, ExpensesSyncWebhook",
    "2026-08",
)
WEBHOOK_QUOTA = Rule(
    "codat.webhook-quota",
    "The first request of a day that is refused for the limit per day sends `client.rateLimit.reached`, and the end of "
    "that day `client.rateLimit.reset`. Consumers with company tags get neither.",
    "documented",
    "OpenAPI, ClientRateLimitWebhook; docs, rate limits. That each is sent once, that a reset has the quota in full, "
    "and what consumers with tags get, is inferred",
    "2026-08",
)
WEBHOOK_SIGNATURE = Rule(
    "codat.webhook-signature",
    "Events are signed as Svix signs: `webhook-signature` is `v1,` and the base64 HMAC-SHA256 of `webhook-id`, "
    "`webhook-timestamp` and body, joined by full stops, with the base64 key after `whsec_` in the consumer's secret.",
    "documented",
    "docs, webhooks: they verify with the library svix, which also knows these headers as svix-*",
    "2026-08",
)
WEBHOOK_ATTEMPTS = Rule(
    "codat.webhook-attempts",
    "An event without a 2xx answer is sent eight times: at once, and 5 seconds, 5 minutes, 30 minutes, 2, 5, 10 and 10 "
    "hours after the previous attempt.",
    "documented",
    "docs, webhooks. The emulator counts from when the previous attempt was due",
    "2026-08",
)
WEBHOOK_DISABLED = Rule(
    "codat.webhook-disabled",
    "A webhook consumer whose attempts have all failed for five days is disabled. While a consumer is disabled, no "
    "attempt is made, and those that fall due are not made up for.",
    "documented",
    "docs, webhooks (troubleshooting)",
    "2026-08",
)
WEBHOOK_TIMEOUT = Tunable(
    "codat.webhook-timeout",
    "A webhook consumer has this many seconds to answer.",
    "documented",
    "docs, webhooks",
    "2026-08",
    value=15,
    lowest=1,
    highest=3600,
)
WEBHOOK_TAGS = Rule(
    "codat.webhook-tags",
    "A consumer with company tags gets only the events of companies that have one of them.",
    "documented",
    "docs, webhooks",
    "2026-08",
)

HEADER_NAMES = Rule(
    "codat.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type and X-Rate-Limit-Remaining.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-08",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
