"""The rules of Xero's behaviour, each with its evidence and, for a refusal, its status and message.

Sources, in short: "page" is Xero's developer page "Attachments"; "OpenAPI" is xero_accounting.yaml of Xero-OpenAPI
16.1.0; the others name a public repository with the recording, test or report that shows it.
"""

from emulator.core.rules import Answer, Rule, Tunable

MEBIBYTE = 1024 * 1024
SERVER_ERROR = (
    "An error occurred in Xero. Check the API Status page http://status.developer.xero.com for current service status."
)


def _validation(message: str) -> Answer:
    return Answer(400, "validation", message)


def _unauthorised(detail: str, www_authenticate: str) -> Answer:
    return Answer(401, "gateway", detail, {"WWW-Authenticate": www_authenticate})


NOT_FOUND = Answer(404, "text", "The resource you're looking for cannot be found")
NOT_IMPLEMENTED = Answer(501, "ApiMethodNotImplementedException", "The Api Method called is not implemented")

# --- Authorisation --------------------------------------------------------------------------------------------------

CREDENTIAL = Rule(
    "xero.credential",
    "A request without a well-formed bearer token is refused before anything else is checked, including its path.",
    "observed",
    "ignitionapp/xpm_ruby cassettes (an invalid token); minimul/xero-api cassettes (401 on an unknown path). "
    "That a missing header gets the same answer is inferred",
    "2020-05",
    _unauthorised("AuthenticationUnsuccessful", "Bearer error=invalid_token"),
)
TOKEN_UNKNOWN = Rule(
    "xero.token-unknown",
    "A token that was revoked is refused. With strict auth, so is a token that was not issued.",
    "observed",
    "ignitionapp/xpm_ruby cassettes",
    "2020-05",
    _unauthorised("AuthenticationUnsuccessful", "Bearer error=invalid_token"),
)
TOKEN_EXPIRED = Rule(
    "xero.token-expired",
    "An expired token is refused, and the response says when it expired. A token that the emulator did not issue "
    "expires only when a test makes it expire.",
    "observed",
    "ignitionapp/xpm_ruby cassettes; freakboy3742/pyxero#337",
    "2023",
    _unauthorised("TokenExpired: token expired at {expired}", "Bearer error=invalid_token"),
)
SCOPE = Rule(
    "xero.scope",
    "A token without a scope that covers the operation, broad or granular, gets 401, not 403. Scopes are checked for "
    "tokens that the emulator issued, and for other tokens once a test has limited them.",
    "observed",
    "a full dump from an xero-python user; XeroAPI/Xero-NetStandard#140 (attachments). Which granular scope covers "
    "which document is inferred from their names",
    "2025-06",
    _unauthorised("AuthorizationUnsuccessful", "insufficient_scope"),
)
SCOPES = Tunable(
    "xero.scopes",
    "An app can ask for broad scopes (accounting.transactions), for granular ones (accounting.invoices and others) if "
    "it was created after 2 March 2026, or for both.",
    "observed",
    "XeroAPI/xero-mcp-server#142, #175, #209; dcblogdev/laravel-xero#108. That apps of both kinds are accepted by "
    "default is the emulator's choice",
    "2026-04",
    value="both",
    pattern="broad|granular|both",
)
SCOPE_UNAVAILABLE = Rule(
    "xero.scope-unavailable",
    "A request for a scope that Xero does not have, or that this kind of app cannot ask for, is refused: by the token "
    "endpoint with JSON, at consent with a page.",
    "observed",
    "XeroAPI/xero-mcp-server#209 (client credentials); Nine-Minds/alga-psa#3002 (consent; the page's text is inferred)",
    "2026-04",
    Answer(400, "oauth", "invalid_scope", detail="Client credentials scope validation failed"),
)
TOKEN_ANSWER = Rule(
    "xero.token-answer",
    "An access token is a JSON Web Token, signed with RS256 by a key of the published key set, with the claims that "
    "SDKs read. Only a consent returns an id token (for the scope openid) and a refresh token (for offline_access).",
    "observed",
    "XeroAPI/xero-python cassettes; xero-node and xero-ruby, which decode it. Which claims a custom connection's token "
    "has is inferred",
    "2026-11",
)
TENANT = Rule(
    "xero.tenant",
    "A request for an organisation that the token has no access to, or for none, gets 403. The token of a custom "
    "connection (client_credentials) has access to exactly one organisation, and its requests may omit the header.",
    "observed",
    "ignitionapp/xpm_ruby cassette bad_tenant; XeroAPI/xero-node#432; xero-node README (custom connections). That a "
    "custom connection is refused at another organisation is inferred",
    "2020",
    Answer(403, "gateway", "AuthenticationUnsuccessful"),
)
TENANT_ID = Rule(
    "xero.tenant-id",
    "GET /connections identifies each organisation by a UUID. Unless auth is strict, any other text in the tenant "
    "header stands for an organisation of its own, which is connected on first use.",
    "documented",
    "xero_identity.yaml of Xero-OpenAPI 16.1.0 (tenantId has the format uuid). The second sentence is the emulator's "
    "own",
    "2026-07",
)
RECONNECT = Rule(
    "xero.reconnect",
    "A disconnected organisation cannot be accessed until a new consent is exchanged for a token. The organisation is "
    "then as it was, under a new connection.",
    "inferred",
    "no evidence of what happens in between; that the data stays is what disconnecting an app means",
    "2026",
)
TOKEN_LIFETIME = Tunable(
    "xero.token-lifetime",
    "An access token is valid for this many seconds.",
    "observed",
    "XeroAPI/xero-python cassettes (expires_in)",
    "2020-05",
    value=1800,
)
CLIENT = Rule(
    "xero.client",
    "A token request must send a client id. With strict auth, it must send the id and secret of a registered app.",
    "inferred",
    "OAuth 2.0 (RFC 6749, 5.2), which the endpoint follows in what is recorded",
    "2012-10",
    Answer(400, "oauth", "invalid_client"),
)
GRANT = Rule(
    "xero.grant",
    "A token request must contain its code or refresh token. With strict auth, it is refused if that is not valid, or "
    "no longer valid.",
    "observed",
    "XeroAPI/xero-python, which compares this very word",
    "2026",
    Answer(400, "oauth", "invalid_grant"),
)
GRANT_TYPE = Rule(
    "xero.grant-type",
    "The token endpoint supports the grant types client_credentials, authorization_code and refresh_token.",
    "inferred",
    "OAuth 2.0 (RFC 6749, 5.2), which the endpoint follows in what is recorded",
    "2012-10",
    Answer(400, "oauth", "unsupported_grant_type"),
)

# --- Lookup ---------------------------------------------------------------------------------------------------

UNKNOWN_PATH = Rule(
    "xero.unknown-path",
    "A request to an unknown path gets 404 as plain text, whatever its Accept header.",
    "observed",
    "minimul/xero-api cassettes (POST /BankStatements); pyxero tests",
    "2018-11",
    NOT_FOUND,
)
UNKNOWN_RECORD = Rule(
    "xero.unknown-record",
    "A request to read an unknown document or attachment gets the same plain-text 404 as an unknown path.",
    "observed",
    "pyxero tests (unknown contact); inferred for attachments and their documents",
    "2026",
    NOT_FOUND,
)
NOT_EMULATED = Rule(
    "xero.not-emulated",
    "An operation that exists at Xero but is not emulated gets 501, as a method that Xero does not implement.",
    "inferred",
    "OpenAPI (the list of operations)",
    "2026-07",
    NOT_IMPLEMENTED,
)
METHOD = Rule(
    "xero.method",
    "A request with a method that its path does not support gets 501. Attachments cannot be deleted.",
    "observed",
    "pyxero tests and freakboy3742/pyxero#201 (other endpoints); XeroAPI/Xero-Java#408 (no delete). That attachments "
    "answer with 501 rather than 404 or 405 is inferred",
    "2026",
    NOT_IMPLEMENTED,
)
SPELLINGS = Rule(
    "xero.spellings",
    "Fixed path segments match in any letter case, in the singular as well as the plural, with or without a trailing "
    "slash.",
    "observed",
    "minimul/xero-api cassettes (PUT /Invoice); page (trailing slash); OpenAPI examples (/banktransaction/)",
    "2020",
)
NUMBER_AS_ID = Rule(
    "xero.number-as-id",
    "A path can name a document by its number instead of its id.",
    "observed",
    "minimul/xero-api cassettes (POST /Invoices/INV-0038); OpenAPI (PurchaseOrderNumber, ContactNumber). "
    "That the Attachments path takes a number as well is inferred",
    "2018-11",
)

# --- Attachments ------------------------------------------------------------------------------------------------------

MAX_ATTACHMENTS = Tunable(
    "xero.max-attachments",
    "A document can have at most this many attachments. Overwriting one of them does not count as another.",
    "observed",
    "page; XeroAPI/Xero-Net integration tests (the words). That an overwrite passes is inferred",
    "2026",
    _validation(
        "The file couldn't be uploaded because the API limit of {value} attachments has been exceeded for the document."
    ),
    value=10,
)
MAX_REQUEST_BYTES = Tunable(
    "xero.max-request-bytes",
    "A request body may have at most this many bytes. The gateway refuses a larger one.",
    "observed",
    "page (10 MB per file); XeroAPI/Xero-Java#349 (the answer, to 14 MB). The exact boundary is inferred",
    "2023-08",
    Answer(413, "gateway", "PayloadTooLarge"),
    value=10 * MEBIBYTE,
    highest=2**63 - 1,
)
FILE_TYPE = Tunable(
    "xero.file-type",
    "A file name must end in one of these extensions, in any letter case.",
    "observed",
    "XeroAPI/Xero-Java#142 (the answer). The list is second hand, from what Codat and ApprovalMax publish for Xero; "
    "that letter case does not count is inferred",
    "2019-04",
    _validation("The file couldn't be uploaded because it isn't a supported file type."),
    value="7z bmp csv doc docx eml gif jpeg jpg key keynote msg numbers numbers-tef odf ods odt pages pages-tef pdf "
    "png ppt pptx rar rtf tif tiff txt xls xlsx xzip zip zipx",
)
FILE_NAME_CHARACTERS = Tunable(
    "xero.file-name-characters",
    "A file name with one of these characters, or with a control character, is refused as a bad request.",
    "documented",
    "page, POST. The words of the answer, and control characters other than NUL, are inferred. A newer page, known at "
    "second hand, adds the plus sign",
    "2026",
    _validation("The file name contains characters that are not allowed."),
    value='<>:"/\\|?*',
)
FILE_NAME_BRACKETS = Rule(
    "xero.file-name-brackets",
    "Square brackets in the path must be percent-encoded.",
    "documented",
    "page, PUT. The words of the answer are inferred",
    "2026",
    _validation("Square brackets in the file name must be encoded."),
    on_page="all other characters must not be encoded; but %20 and %23 work, and are what clients send",
)
FILE_NAME_UTF8 = Rule(
    "xero.file-name-utf8",
    "A file name is percent-decoded once, as UTF-8. Bytes that are not UTF-8 are refused as a bad request.",
    "inferred",
    "working clients all send UTF-8; no report of another encoding",
    "2026",
    _validation("The file name is not valid UTF-8."),
)
FILE_NAME_PLUS = Rule(
    "xero.file-name-plus",
    "A plus sign in the path is not decoded to a space, and such a path gets 404. Spaces must be sent as %20.",
    "observed",
    "XeroAPI/Xero-NetStandard#570, #542, #606",
    "2026",
    NOT_FOUND,
)
FILE_NAME_TRAILING_SPACE = Rule(
    "xero.file-name-trailing-space",
    "An upload to a file name that ends in a space gets 500.",
    "observed",
    "XeroAPI/xero-node#763 (a report without the bytes); the body is that of other failures (XeroAPI/xero-node#466)",
    "2026",
    Answer(
        500,
        "gateway",
        SERVER_ERROR,
    ),
)
FILE_NAME_CASE = Tunable(
    "xero.file-names-case-sensitive",
    "Whether two file names that differ only in letter case are two attachments.",
    "inferred",
    "no evidence; Windows file servers and SQL Server compare without case",
    "2026",
    value=False,
)
EMPTY_FILE = Rule(
    "xero.empty-file",
    "An upload without a body is refused.",
    "inferred",
    "no evidence of the answer",
    "2026",
    _validation("The file couldn't be uploaded because it is empty."),
)
UPLOAD_PARENT = Rule(
    "xero.upload-parent",
    "An upload to an unknown document gets a validation error, not 404.",
    "observed",
    "XeroAPI/Xero-Java#126 (an id that is no GUID); inferred for a well-formed one",
    "2019-02",
    _validation("A document with id '{document}' could not be found"),
)
OVERWRITE = Rule(
    "xero.overwrite",
    "PUT and POST do the same. An upload to an existing file name replaces the bytes and keeps the AttachmentID.",
    "documented",
    "page, PUT; XeroAPI/xero-python cassette. That the id is kept is inferred from OpenAPI's examples; so is that the "
    "name keeps its first spelling, and that the document's UpdatedDateUTC does not move",
    "2026",
)
UPLOAD_ANSWER = Rule(
    "xero.upload-answer",
    "The response to an upload contains the uploaded file only, with status 200 even if it is new.",
    "observed",
    "XeroAPI/xero-python and minimul/xero-api cassettes",
    "2020-05",
)
LIST_ORDER = Rule(
    "xero.list-order",
    "Attachments are listed in the order in which they were first uploaded. A document without attachments has an "
    "empty list.",
    "inferred",
    "OpenAPI's examples are in no other order; a report on the empty list (xero-mcp-server#109)",
    "2026",
)
URL = Rule(
    "xero.url",
    "The Url of an attachment returns its bytes. It has the host that the client used; for api.xero.com it is the same"
    " as Xero's, with nothing before /api.xro.",
    "inferred",
    "page, OpenAPI (https://api.xero.com/api.xro/2.0/…). Other addresses are the emulator's choice: some clients "
    "download from it, and calcinai/xero-php only from a path that begins with /api.xro",
    "2026",
)
ANY_CONTENT_TYPE = Rule(
    "xero.any-content-type",
    "The body of an upload is the file, whatever its Content-Type, with a Content-Length or chunked.",
    "observed",
    "uploads of xero-node 20, which say application/x-www-form-urlencoded, work. A 411 for chunked bodies was reported "
    "in 2018 (XeroAPI/xero-node#217); that today's gateway takes them is inferred",
    "2026",
)
MIME_TYPE = Rule(
    "xero.mime-type",
    "MimeType is derived from the extension of the file name alone. For jpg it is image/jpg.",
    "observed",
    "XeroAPI/xero-python cassette (pdf); OpenAPI examples (jpg, gif); freakboy3742/pyxero#321. Others are inferred",
    "2020-05",
)
INCLUDE_ONLINE = Rule(
    "xero.include-online",
    "IncludeOnline takes effect, and is returned, only on sales invoices and sales credit notes. The last upload "
    "decides.",
    "observed",
    "page; XeroAPI/xero-python cassette (ignored on a bill). That an overwrite without it clears it is inferred",
    "2020-05",
)
DOWNLOAD = Rule(
    "xero.download",
    "A download returns the file's bytes with the attachment's MimeType, whatever the Accept header.",
    "observed",
    "XeroAPI/xero-python cassette; that Accept does not count is inferred from clients that work",
    "2020-05",
)
CONTENT_DISPOSITION = Tunable(
    "xero.content-disposition",
    "Whether a download has the header Content-Disposition, which the page shows but recorded responses do not have.",
    "observed",
    "XeroAPI/xero-python cassette",
    "2020-05",
    value=False,
    on_page="Content-Disposition: attachment; Image00394.png (malformed: xero-python 15 fails on it)",
)
ENVELOPE = Rule(
    "xero.envelope",
    "Responses are XML unless Accept asks for JSON. JSON is indented by two spaces, with CRLF line ends and escaped "
    "dates. The Id of the envelope is the Xero-Correlation-Id.",
    "observed",
    "XeroAPI/xero-python and minimul/xero-api cassettes; pyxero tests; page requests-and-responses",
    "2020-05",
    on_page="a bare Attachments array, without the envelope",
)
CONTENT_LENGTH = Rule(
    "xero.content-length",
    "ContentLength is an integer.",
    "observed",
    "XeroAPI/xero-python and minimul/xero-api cassettes; OpenAPI",
    "2020-05",
    on_page='a string: "ContentLength": "10294"',
)
RATE_HEADERS = Rule(
    "xero.rate-headers",
    "Responses report how many requests are left of the minute's, the day's and the app's minute's limit. A 403, and a"
    " 401 for a missing scope, report only the app's; other 401s report none.",
    "observed",
    "XeroAPI/xero-python and ignitionapp/xpm_ruby cassettes",
    "2021-06",
)
RATE_LIMITS = Tunable(
    "xero.rate-limits",
    "Whether a request beyond a rate limit gets 429 with an empty body. X-Rate-Limit-Problem names the limit "
    "(appminute, day, minute or concurrent, checked in this order), and Retry-After gives the seconds until its window"
    " ends; concurrent has no Retry-After.",
    "observed",
    "ignitionapp/xpm_ruby cassettes (minute, the whole answer); Codat's docs (day); the other words at second hand. "
    "The order is inferred; off by default, as tests are in a hurry",
    "2021-06",
    Answer(429, "empty", "", {"Retry-After": "{seconds}", "X-Rate-Limit-Problem": "{problem}"}),
    value=False,
)
RATE_REFUSED = Rule(
    "xero.rate-refused",
    "A request that is refused by a rate limit does not count towards any limit.",
    "inferred",
    "no evidence; with it a client that waits as long as it was told gets through",
    "2026",
)
RATE_CONCURRENT = Tunable(
    "xero.rate-concurrent",
    "An organisation may have this many concurrent requests. A request lasts from its first byte received to the last "
    "byte of its response sent.",
    "documented",
    "Xero's page on limits; from when to when is inferred",
    "2026",
    value=5,
)
RATE_PER_MINUTE = Tunable(
    "xero.rate-per-minute",
    "An organisation may have this many requests a minute.",
    "documented",
    "Xero's page on limits; XeroAPI/xero-node#634",
    "2026",
    value=60,
)
RATE_PER_DAY = Tunable(
    "xero.rate-per-day",
    "An organisation may have this many requests a day, if the app is above the tier Starter.",
    "documented",
    "Xero's page on limits; XeroAPI/xero-node#634",
    "2026",
    value=5000,
)
RATE_PER_DAY_STARTER = Tunable(
    "xero.rate-per-day-starter",
    "An organisation may have this many requests a day, if the app is of the tier Starter.",
    "inferred",
    "second hand: quotations of Xero's page on limits, and Accounting Today on the announcement of the tiers",
    "2026-03-02",
    value=1000,
)
RATE_PER_APP = Tunable(
    "xero.rate-per-app",
    "An app may send this many requests a minute, to all organisations together.",
    "documented",
    "Xero's page on limits; XeroAPI/xero-node#634",
    "2026",
    value=10_000,
)

TIER = Tunable(
    "xero.tier",
    "An app belongs to a pricing tier, which limits the requests a day and what the app may download in a month.",
    "documented",
    "Xero's page on developer pricing, in force since 2 March 2026. The default is the emulator's choice: the lowest "
    "tier that has the limits of apps from before",
    "2026-03-02",
    value="core",
    pattern="starter|core|plus|advanced|enterprise",
)
EGRESS = Rule(
    "xero.egress",
    "The bytes that an app downloads are metered by the month, for all its organisations together. Each gigabyte above "
    "the tier's allowance costs 2.40 Australian dollars, and nothing is refused. The tiers Starter and Enterprise have "
    "no fixed allowance.",
    "documented",
    "Xero's page on developer pricing; that Starter has no allowance at second hand. That a gigabyte is 10^9 bytes, "
    "and that bodies count and headers do not, is inferred",
    "2026-03-02",
)
EGRESS_CORE = Tunable(
    "xero.egress-core",
    "An app of the tier Core may download this many gigabytes a month.",
    "inferred",
    "second hand: Accounting Today on the announcement of Xero's tiers",
    "2025-12",
    value=10,
)
EGRESS_PLUS = Tunable(
    "xero.egress-plus",
    "An app of the tier Plus may download this many gigabytes a month.",
    "inferred",
    "second hand: Accounting Today on the announcement of Xero's tiers",
    "2025-12",
    value=50,
)
EGRESS_ADVANCED = Tunable(
    "xero.egress-advanced",
    "An app of the tier Advanced may download this many gigabytes a month.",
    "inferred",
    "second hand: Accounting Today on the announcement of Xero's tiers",
    "2025-12",
    value=250,
)

# --- Idempotency ------------------------------------------------------------------------------------------------------

IDEMPOTENCY_LIFETIME = Tunable(
    "xero.idempotency-lifetime",
    "A write that repeats an Idempotency-Key within this many seconds gets the first response again, even if that was "
    "a refusal. If the first request is still in progress, the second waits for its response.",
    "documented",
    "Xero's guide on idempotency, at second hand. That the second request waits is inferred",
    "2026",
    value=360,
)
IDEMPOTENCY_MISMATCH = Rule(
    "xero.idempotency-mismatch",
    "A request that reuses an Idempotency-Key with another method, URL or body is refused.",
    "observed",
    "XeroAPI/xero-node#649; Xero's guide on idempotency, at second hand",
    "2026",
    Answer(400, "PostDataInvalidException", "Idempotency Key: {key} is used with a different request."),
)
IDEMPOTENCY_KEY = Tunable(
    "xero.idempotency-key",
    "An Idempotency-Key may have at most this many characters.",
    "documented",
    "OpenAPI, header Idempotency-Key. The answer is inferred",
    "2026-07",
    Answer(400, "PostDataInvalidException", "Idempotency Key is longer than {value} characters"),
    value=128,
)

# --- Documents --------------------------------------------------------------------------------------------------------

HAS_ATTACHMENTS = Rule(
    "xero.has-attachments",
    "Documents in lists have HasAttachments, and a document that is read alone also has its Attachments. Responses to "
    "writes have neither.",
    "observed",
    "XeroAPI/xero-python and minimul/xero-api cassettes; OpenAPI examples",
    "2020-05",
)
EMBEDDED_URL = Rule(
    "xero.embedded-url",
    "The Url of an attachment inside its document has another path than in the list of attachments, often with the "
    "singular. Both return the bytes.",
    "documented",
    "OpenAPI examples",
    "2026-07",
)
HISTORY = Rule(
    "xero.history",
    "Attaching a file adds a history record to the document.",
    "documented",
    "OpenAPI example HistoryRetrieved",
    "2026-07",
)
HISTORY_PARENT = Rule(
    "xero.history-parent",
    "A note for an unknown document gets a validation error.",
    "inferred",
    "OpenAPI, history of payments and prepayments, where it means that notes cannot be added",
    "2026-07",
    _validation("The document with the supplied id was not found for this endpoint."),
)
UNKNOWN_FIELDS = Rule(
    "xero.unknown-fields",
    "Fields that the emulator does not know are stored and returned.",
    "inferred",
    "the emulator's choice: a document is there to attach to",
    "2026",
)
CREATE_OR_UPDATE = Rule(
    "xero.create-or-update",
    "PUT creates documents. POST updates the document with the given id or number, or creates it if there is none.",
    "documented",
    "OpenAPI; inferred for POST to Accounts, BankTransfers and Receipts",
    "2026-07",
)
UPDATE_UNKNOWN = Rule(
    "xero.update-unknown",
    "An update that names an unknown id gets a validation error.",
    "observed",
    "minimul/xero-api cassettes (an invoice)",
    "2018-11",
    _validation("An existing {document} with the specified {field} could not be found"),
)
NUMBER_TAKEN = Rule(
    "xero.number-taken",
    "A document cannot be given the number of another one. Only bills may share a number.",
    "inferred",
    "reports of the words for sales invoices; the rest by analogy",
    "2026",
    _validation("{document} # must be unique."),
)
TYPE = Rule(
    "xero.type",
    "If the endpoint's documents have types, a document must have a known type. Otherwise it gets a validation error.",
    "observed",
    "XeroAPI/XeroAPI-Schemas#20 (an invoice); inferred for the others",
    "2026-11",
    _validation("{document} Type must be specified"),
)
STATUS = Rule(
    "xero.status",
    "A document with a status that the endpoint does not have gets a validation error.",
    "inferred",
    "OpenAPI, the values of Status; no evidence of the words",
    "2026-11",
    _validation("{document} Status is not valid"),
)
MODIFICATION_STATUS = Rule(
    "xero.modification-status",
    "A document that is voided or deleted cannot be changed. An approved document cannot be deleted, only voided.",
    "observed",
    "XeroAPI/Xero-NetStandard#79, XeroAPI/xero-php-oauth2#257 (an invoice); inferred for the others",
    "2026-11",
    _validation("{document} not of valid status for modification"),
)
CONTACT_NAME = Rule(
    "xero.contact-name",
    "Two active contacts cannot have the same name.",
    "observed",
    "minimul/xero-api cassettes; quoted in several issue threads of the SDKs. That letter case does not count is "
    "inferred",
    "2026-11",
    _validation(
        "The contact name {name} is already assigned to another contact. The contact name must be unique across all "
        "active contacts."
    ),
)
EMAIL = Rule(
    "xero.email",
    "The EmailAddress of a contact must have the form of an email address.",
    "observed",
    "quoted in issue threads of the SDKs; what counts as one is inferred",
    "2026-11",
    _validation("Email address must be valid"),
)
APPROVAL = Tunable(
    "xero.approval",
    "Whether an invoice must have a due date, and an account code on each line, before it can be submitted or "
    "authorised.",
    "documented",
    "Xero's page on invoices; the words are inferred. Off by default, as the emulator does no accounting",
    "2026-11",
    _validation("{field} must be specified"),
    value=False,
)
KEEPS_LINES = Rule(
    "xero.keeps-lines",
    "An update with an empty Contact, LineItems or JournalLines leaves them unchanged.",
    "observed",
    "sample suites of the SDKs",
    "2026-11",
)
MEMBER_NAMES = Rule(
    "xero.member-names",
    "Member names in a request body match in any letter case. Responses have Xero's own spelling.",
    "observed",
    "XeroAPI/xero-ruby#100 for JSON, XML by analogy; OpenAPI itself has Lineitems in places",
    "2026-11",
)
FORM_XML = Rule(
    "xero.form-xml",
    "A write may be a form (application/x-www-form-urlencoded) with the XML document in the field xml.",
    "observed",
    "xeroizer sends every PUT and POST so",
    "2026-11",
)
LIST_WITHOUT_PAGE = Rule(
    "xero.list-without-page",
    "Without the parameter page, a list of invoices, credit notes, bank transactions or manual journals has no line "
    "items, and only the id and name of contacts. With summaryOnly=true, so do the pages.",
    "observed",
    "XeroAPI/xero-node#150, #200, xero-ruby#9, calcinai/xero-php#253, pyxero#288, #311. That the member is an empty "
    "list is inferred",
    "2026-11",
)
AMOUNT_TYPES = Rule(
    "xero.amount-types",
    "LineAmountTypes is EXCLUSIVE, INCLUSIVE or NOTAX on quotes, and Exclusive, Inclusive or NoTax on other documents."
    " Requests may use any letter case.",
    "documented",
    "OpenAPI, LineAmountTypes and QuoteLineAmountTypes; that letter case does not count on input is inferred",
    "2026-07",
)
AS_PDF = Rule(
    "xero.as-pdf",
    "A request to read one invoice, credit note, purchase order or quote with Accept: application/pdf asks for a PDF "
    "of the document, which the emulator does not create. A path that ends in /pdf does not exist.",
    "observed",
    "XeroAPI/xero-php-oauth2#60, xero-node#308, #316, Xero-NetStandard#104, xero-ruby#15",
    "2026-11",
    NOT_IMPLEMENTED,
)
CONTACT_REQUIRED = Rule(
    "xero.contact-required",
    "Invoices, credit notes, orders, quotes, receipts and bank transactions must have a contact. An unknown name "
    "creates one.",
    "observed",
    "pyxero tests; XeroAPI/Xero-Net integration tests",
    "2026",
    _validation("A Contact must be specified for this type of transaction"),
)
CONTACT_UNKNOWN = Rule(
    "xero.contact-unknown",
    "A document cannot refer to an unknown ContactID.",
    "inferred",
    "no evidence of the words",
    "2026",
    _validation("The Contact with the specified ContactID could not be found"),
)
LINES_REQUIRED = Rule(
    "xero.lines-required",
    "The same documents, and repeating invoices, must have at least one line item. Drafts of credit notes and purchase"
    " orders need none.",
    "observed",
    "pyxero tests (an invoice); sample suites of the SDKs (drafts); inferred for the others",
    "2026",
    _validation("One or more line items must be specified"),
)
CREATE_STATUS = Rule(
    "xero.create-status",
    "An invoice cannot be created as paid, voided or deleted.",
    "observed",
    "pyxero tests",
    "2026",
    _validation("Invoice not of valid status for creation"),
)
FIELD_REQUIRED = Rule(
    "xero.field-required",
    "A contact must have a name, an account its code and name, a bank transaction its account, a transfer its accounts"
    " and amount, a manual journal its narration and lines, and a repeating invoice its schedule.",
    "documented",
    "OpenAPI, required fields and examples; the words are inferred",
    "2026-07",
    _validation("{field} is required"),
)
BAD_GUID = Rule(
    "xero.bad-guid",
    "An id in a request body that is not a GUID is refused.",
    "observed",
    "waynerobinson/xeroizer#159",
    "2026",
    Answer(400, "PostDataInvalidException", "Unrecognized Guid format."),
)
BAD_BODY = Rule(
    "xero.bad-body",
    "A request body is refused if it does not match its Content-Type, contains no document of the endpoint's type, or "
    "has a member of the wrong type, such as an amount that is not a number.",
    "observed",
    "XeroAPI/xero-node#201 (JSON), calcinai/xero-php#832 (XML); what follows the first words is inferred",
    "2026-11",
    Answer(400, "PostDataInvalidException", "{format} for post data was invalid, {reason}"),
)
MAX_DOCUMENTS = Tunable(
    "xero.max-documents",
    "A request may contain at most this many documents.",
    "inferred",
    "no evidence of a number",
    "2026",
    Answer(400, "PostDataInvalidException", "The request holds more than {value} documents"),
    value=1000,
)
SUMMARIZE_ERRORS = Rule(
    "xero.summarize-errors",
    "One invalid document in a list makes the whole list invalid. With summarizeErrors=false, each document is "
    "accepted or refused alone, and says OK or ERROR.",
    "documented",
    "OpenAPI, parameter summarizeErrors; minimul/xero-api cassettes (400 without it). That a refused list stores "
    "nothing is inferred",
    "2026-07",
    on_page="OpenAPI gives the parameter the default false",
)
STATUS_ATTRIBUTE = Rule(
    "xero.status-attribute",
    "In XML, StatusAttributeString is the attribute status of the document's element.",
    "documented",
    "XeroAPI/XeroAPI-Schemas, attribute status; xeroizer looks for the attribute, and takes a document without it for "
    "stored",
    "2026-05",
)
PAGE_SIZE = Tunable(
    "xero.page-size",
    "With the parameter page, a page of a list has this many documents unless pageSize says otherwise.",
    "documented",
    "OpenAPI, parameters page and pageSize",
    "2026-07",
    value=100,
)
QUERY_SYNTAX = Rule(
    "xero.query-syntax",
    "A where or order clause is an expression over a document's members: comparisons, AND, OR, NOT, parentheses, null,"
    " true, false, Guid(...), DateTime(...), DateTime.Parse(...), Contains, StartsWith, EndsWith, Equals, ToLower, "
    "ToUpper and Trim. One that cannot be parsed is refused.",
    "documented",
    "page requests-and-responses; filters that xero-ruby and xero-php send. The words of the refusal are inferred",
    "2026-11",
    Answer(400, "QueryParseException", "{reason}"),
)
FILTERS = Rule(
    "xero.filters",
    "Lists can be filtered by IDs, numbers, contacts, statuses, searchTerm, If-Modified-Since and a where clause. A "
    "filter that the emulator cannot evaluate gets 501 rather than a wrong list.",
    "documented",
    "OpenAPI, list parameters; what is left out is the emulator's choice",
    "2026-07",
    NOT_IMPLEMENTED,
)

# --- Webhooks ---------------------------------------------------------------------------------------------------------

WEBHOOK_EVENTS = Rule(
    "xero.webhook-events",
    "A contact, invoice or credit note that was created or updated is an event CREATE or UPDATE with the document's "
    "id and URL, and for a credit note its Type and Status. The event types that an endpoint can choose are the "
    "categories CONTACT, INVOICE and CREDITNOTE.",
    "documented",
    "OpenAPI of the webhooks, WebhookEvent and CreditNoteWebhookEvent. Events of subscriptions are never sent: no app "
    "of the emulator can be bought",
    "2026-07",
)
WEBHOOK_BATCH = Rule(
    "xero.webhook-batch",
    "A webhook has all events of one category that a request caused, the numbers of the first and the last of them, "
    "and 20 random letters. The numbers count the events for an endpoint, from 1.",
    "documented",
    "OpenAPI of the webhooks, WebhookEvent. Which events come together, and that each endpoint has its own numbers, is "
    "inferred",
    "2026-07",
)
WEBHOOK_SIGNATURE = Rule(
    "xero.webhook-signature",
    "`x-xero-signature` is the base64 HMAC-SHA256 of the body, with the webhook key as it is written as the key.",
    "documented",
    "OpenAPI of the webhooks, x-xero-signature",
    "2026-07",
)
WEBHOOK_HANDSHAKE = Rule(
    "xero.webhook-handshake",
    "A new endpoint is sent two bodies without events, the first with a right signature and the second with a wrong "
    "one. It gets events only if it answers 200 and 401, both without a body.",
    "documented",
    "OpenAPI of the webhooks; docs, webhooks (intent to receive). How many requests, and in which order, is inferred",
    "2026-07",
)
WEBHOOK_TIMEOUT = Tunable(
    "xero.webhook-timeout",
    "A receiver has this many seconds to answer a webhook.",
    "documented",
    "docs, webhooks",
    "2026-07",
    value=5,
    lowest=1,
    highest=3600,
)
WEBHOOK_ATTEMPTS = Rule(
    "xero.webhook-attempts",
    "A webhook that is not answered with 200 is sent again for 24 hours: 5 and 15 minutes, 1, 3 and 6 hours, and 13 "
    "hours 40 minutes after the previous attempt.",
    "documented",
    "docs, webhooks, which say 24 hours and ever longer pauses. The pauses, and that no other status than 200 counts, "
    "are inferred",
    "2026-07",
)
ATTACHMENT_UPDATES = Tunable(
    "xero.attachment-updates",
    "Whether attaching a file updates the document: its UpdatedDateUTC changes, and an event UPDATE is sent.",
    "inferred",
    "no recording shows a document before and after",
    "2026-11",
    value=False,
)

HEADER_NAMES = Rule(
    "xero.header-names",
    "Response header names are in mixed case on HTTP/1.1, for example Content-Type, X-AppMinLimit-Remaining and Xero-"
    "Correlation-Id.",
    "observed",
    "XeroAPI/xero-python, minimul/xero-api and ignitionapp/xpm_ruby cassettes. calcinai/xero-php finds no "
    "content-type, and then no answer",
    "2021-06",
)

RULES: tuple[Rule, ...] = tuple(rule for rule in list(globals().values()) if isinstance(rule, Rule))
