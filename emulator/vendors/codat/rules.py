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
    "the operations of the SDK and of codat-platform 4.0; the answer is the emulator's choice",
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
    "The account may have this many concurrent requests. A request lasts from its first byte received to the last byte "
    "of its response sent.",
    "documented",
    "docs, rate limits; from when to when is inferred",
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
    "A POST or PATCH that repeats an Idempotency-Key within this many seconds gets the first response again.",
    "documented",
    "docs, idempotency. That refusals are remembered too is inferred",
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
    "linkUrl authorizes it.",
    "documented",
    "docs, connections; that a mere GET consents is the emulator's choice",
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
NOT_LINKED = Tunable(
    "codat.not-linked",
    "On a connection that is not Linked, nothing can be pushed, and attachments cannot be read because Codat fetches "
    "them live. The value is the status of the response.",
    "inferred",
    "docs, connection statuses (no new reads and writes); neither status nor words are shown",
    "2026-08",
    _public(400, "Data connection {connection} is {state}: no read or write operations until it is linked"),
    value=400,
    lowest=400,
    highest=599,
)
PAGING = Tunable(
    "codat.paging",
    "Lists of companies, connections, records and push operations are paginated, with links between the pages. A page "
    "has this many items unless `pageSize` says otherwise.",
    "documented",
    "OpenAPI, paging",
    "2026-06",
    value=100,
)

# --- Records ----------------------------------------------------------------------------------------------------------

RECORD_UNKNOWN = Rule(
    "codat.record-unknown",
    "A request to read an unknown record, or to attach a file to it, gets 404.",
    "inferred",
    "OpenAPI lists 404; docs show such an answer for an invoice's PDF, in other words",
    "2026-08",
    _public(404, "{data_type} {record} not found for data connection {connection}"),
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
    "A push operation succeeds once it has been polled this many times; with 0 it succeeds at once.",
    "inferred",
    "docs, push, have it pending first. When it succeeds is the emulator's choice",
    "2026-08",
    value=0,
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
    "An attachment's name is its file name without directories and control characters. For bills, Exact also drops the "
    "extension.",
    "inferred",
    "docs, Exact Online (bills); the rest has no evidence",
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
EXPENSES = Rule(
    "codat.expenses",
    "Sync for Expenses attaches a file to a transaction of a sync without a push operation. On the emulator, any sync "
    "id is accepted, and a transaction is created when it is first named.",
    "documented",
    "OpenAPI, Codat-Sync-Expenses; that any sync is known is the emulator's choice",
    "2026-06",
)

HEADER_NAMES = Rule(
    "codat.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type and X-Rate-Limit-Remaining.",
    "inferred",
    "the docs write the names so; no recording shows them on HTTP/1.1",
    "2026-08",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
