"""What verification asks of Xero: requests that show its rules, and the rules that no request can show.

All that is written is about drafts of sales invoices in a demo company. They are deleted in the end.
"""

from emulator.verification.probe import AttachmentShape, ProbeSet, Removal, SafeTarget, delete, get, post, probe, put

_API = "/api.xro/2.0"
_DRAFT = f"{_API}/Invoices/{{draft}}"
_FILES = f"{_DRAFT}/Attachments"
_NO_FILES = f"{_API}/Invoices/{{unknown}}/Attachments"
_PDF = b"%PDF-1.7 attachment-emulator"
_ENVELOPE = ("Id", "Status", "ProviderName", "DateTimeUTC")
_UPLOADED = ("Status", "Attachments[].FileName", "Attachments[].MimeType", "Attachments[].ContentLength")
_XML = {"Accept": "application/xml"}
_LINE = {"Description": "{mark}", "Quantity": 1, "UnitAmount": 1}
_INVOICE = {"Type": "ACCREC", "Status": "DRAFT", "Contact": {"ContactID": "{contact}"}, "LineItems": [_LINE]}


def _invoice(**members: object) -> dict[str, object]:
    """A request to create an invoice; a member that is None is left out."""
    fields = {**_INVOICE, "Reference": "{mark}", **members}
    return {"Invoices": [{name: value for name, value in fields.items() if value is not None}]}


_UPDATE = {"Invoices": [{"InvoiceID": "{draft}", "Reference": "{mark}"}]}

_READS = (
    probe("xero.unknown-path", get(f"{_API}/EmulatorVerification")),
    probe("xero.credential", get(f"{_API}/Organisation", credential="none")),
    probe("xero.tenant", get(f"{_API}/Organisation", headers={"xero-tenant-id": ""})),
    probe(
        "xero.tenant-id", get("/connections", only=("[].id", "[].tenantId", "[].tenantType"), exact=("[].tenantType",))
    ),
    probe(
        "xero.unknown-record",
        get(f"{_API}/Invoices/{{unknown}}"),
        get(_NO_FILES),
        get(f"{_API}/Invoices/{{document}}/Attachments/{{unknown}}"),
    ),
    probe("xero.method", delete(f"{_NO_FILES}/verify.pdf")),
    probe("xero.spellings", get(f"{_API}/invoice/{{document}}/attachments/", only=_ENVELOPE, exact=("Status",))),
    probe("xero.number-as-id", get(f"{_API}/Invoices/{{number}}", only=_ENVELOPE, exact=("Status",))),
    probe(
        "xero.envelope xero.rate-headers xero.header-names",
        get(f"{_API}/Invoices/{{document}}/Attachments", only=_ENVELOPE, exact=("Status",)),
        get(
            f"{_API}/Invoices/{{document}}/Attachments",
            headers=_XML,
            only=tuple(f"Response.{name}" for name in _ENVELOPE),
        ),
    ),
    probe("xero.upload-parent", put(f"{_NO_FILES}/verify.pdf", body=_PDF)),
    probe("xero.max-request-bytes", put(f"{_NO_FILES}/verify.pdf", body=bytes(10 * 1024 * 1024 + 1))),
    probe(
        "xero.history-parent",
        put(f"{_API}/Invoices/{{unknown}}/History", json={"HistoryRecords": [{"Details": "{mark}"}]}),
    ),
    probe("xero.query-syntax", get(f"{_API}/Invoices?page=1&where=((")),
    probe("xero.filters", get(f"{_API}/Invoices?page=1&Statuses=DRAFT", only=_ENVELOPE, exact=("Status",))),
    probe(
        "xero.page-size",
        get(f"{_API}/Invoices?page=1", only=("pagination.page", "pagination.pageSize"), exact=("pagination.pageSize",)),
    ),
    probe(
        "xero.list-without-page",
        get(f"{_API}/Invoices?IDs={{document}}", only=("Invoices[].LineItems",), count=("Invoices[].LineItems",)),
    ),
)

_WRITES = (
    probe(
        "xero.upload-answer",
        put(
            f"{_FILES}/verify.pdf",
            body=_PDF,
            exact=_UPLOADED,
            count=("Attachments",),
            capture={"file": "Attachments[0].AttachmentID", "url": "Attachments[0].Url"},
        ),
    ),
    probe(
        "xero.content-length",
        get(_FILES, only=("Attachments[].ContentLength",), exact=("Attachments[].ContentLength",)),
    ),
    probe("xero.url", get(_FILES, only=("Attachments[].Url",), exact=("Attachments[].Url",))),
    probe(
        "xero.download xero.content-disposition",
        get(f"{_FILES}/{{file}}"),
        get(f"{_FILES}/verify.pdf", headers={"Accept": "*/*"}),
    ),
    probe(
        "xero.overwrite",
        post(f"{_FILES}/verify.pdf", body=_PDF + b" 2", exact=(*_UPLOADED, "Attachments[].AttachmentID")),
    ),
    probe(
        "xero.any-content-type",
        put(
            f"{_FILES}/verify.pdf",
            body=_PDF,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            exact=_UPLOADED,
        ),
    ),
    probe("xero.mime-type", put(f"{_FILES}/verify.jpg", body=_PDF, exact=_UPLOADED)),
    probe(
        "xero.include-online",
        put(f"{_FILES}/verify.pdf?IncludeOnline=true", body=_PDF, exact=("Attachments[].IncludeOnline",)),
    ),
    probe("xero.list-order", get(_FILES, exact=("Attachments[].FileName",), count=("Attachments",))),
    probe(
        "xero.has-attachments",
        get(_DRAFT, only=("Invoices[].HasAttachments", "Invoices[].Attachments"), exact=("Invoices[].HasAttachments",)),
    ),
    probe(
        "xero.embedded-url",
        get(_DRAFT, only=("Invoices[].Attachments[].Url",), exact=("Invoices[].Attachments[].Url",)),
    ),
    probe("xero.history", get(f"{_DRAFT}/History", only=("HistoryRecords",), exact=("HistoryRecords[].Changes",))),
    probe(
        "xero.file-names-case-sensitive",
        put(f"{_FILES}/VERIFY.PDF", body=_PDF, compared=False),
        get(_FILES, only=("Attachments[].AttachmentID",), count=("Attachments",)),
    ),
    probe("xero.file-type", put(f"{_FILES}/verify.exe", body=_PDF)),
    probe("xero.file-name-characters", put(f"{_FILES}/verify%3C.pdf", body=_PDF)),
    probe("xero.file-name-brackets", put(f"{_FILES}/verify[1].pdf", body=_PDF)),
    probe("xero.file-name-utf8", put(f"{_FILES}/verify%FF.pdf", body=_PDF)),
    probe("xero.file-name-plus", put(f"{_FILES}/verify+1.pdf", body=_PDF)),
    probe("xero.file-name-trailing-space", put(f"{_FILES}/verify.pdf%20", body=_PDF)),
    probe("xero.empty-file", put(f"{_FILES}/verify.pdf", body=b"")),
    probe(
        "xero.idempotency-lifetime",
        put(
            f"{_FILES}/verify.pdf",
            body=_PDF,
            headers={"Idempotency-Key": "{key}"},
            compared=False,
            capture={"first_answer": "Id"},
        ),
        put(f"{_FILES}/verify.pdf", body=_PDF, headers={"Idempotency-Key": "{key}"}, exact=("Id",)),
    ),
    probe(
        "xero.idempotency-mismatch",
        put(f"{_FILES}/verify.pdf", body=_PDF + b" 3", headers={"Idempotency-Key": "{key}"}),
    ),
    probe("xero.idempotency-key", put(f"{_FILES}/verify.pdf", body=_PDF, headers={"Idempotency-Key": "k" * 129})),
    probe(
        "xero.create-or-update",
        post(
            f"{_API}/Invoices",
            json=_UPDATE,
            only=("Invoices[].InvoiceID", "Invoices[].Reference"),
            exact=("Invoices[].InvoiceID", "Invoices[].Reference"),
        ),
    ),
    probe(
        "xero.keeps-lines",
        post(
            f"{_API}/Invoices",
            json={"Invoices": [{"InvoiceID": "{draft}", "LineItems": []}]},
            only=("Invoices[].LineItems[].Description",),
            count=("Invoices[].LineItems",),
        ),
    ),
    probe(
        "xero.member-names",
        post(
            f"{_API}/Invoices",
            json={"invoices": [{"invoiceid": "{draft}", "reference": "{mark}"}]},
            only=("Invoices[].Reference",),
            exact=("Invoices[].Reference",),
        ),
    ),
    probe(
        "xero.form-xml",
        post(
            _DRAFT,
            body=b"xml=%3CInvoice%3E%3CReference%3Everify%3C%2FReference%3E%3C%2FInvoice%3E",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            only=("Invoices[].Reference",),
            exact=("Invoices[].Reference",),
        ),
    ),
    probe(
        "xero.amount-types", get(_DRAFT, only=("Invoices[].LineAmountTypes",), exact=("Invoices[].LineAmountTypes",))
    ),
    probe(
        "xero.update-unknown",
        post(f"{_API}/Invoices", json={"Invoices": [{"InvoiceID": "{unknown}", "Reference": "{mark}"}]}),
    ),
    probe("xero.number-taken", put(f"{_API}/Invoices", json=_invoice(InvoiceNumber="{draft_number}"))),
    probe("xero.type", put(f"{_API}/Invoices", json=_invoice(Type="VERIFY"))),
    probe("xero.status", put(f"{_API}/Invoices", json=_invoice(Status="VERIFY"))),
    probe("xero.create-status", put(f"{_API}/Invoices", json=_invoice(Status="DELETED"))),
    probe("xero.contact-required", put(f"{_API}/Invoices", json=_invoice(Contact=None))),
    probe("xero.contact-unknown", put(f"{_API}/Invoices", json=_invoice(Contact={"ContactID": "{unknown}"}))),
    probe("xero.lines-required", put(f"{_API}/Invoices", json=_invoice(LineItems=None))),
    probe("xero.bad-guid", put(f"{_API}/Invoices", json=_invoice(Contact={"ContactID": "verify"}))),
    probe("xero.bad-body", put(f"{_API}/Invoices", body=b"{", headers={"Content-Type": "application/json"})),
    probe(
        "xero.summarize-errors",
        put(
            f"{_API}/Invoices?summarizeErrors=false",
            json=_invoice(Contact=None),
            only=("Invoices[].StatusAttributeString", "Invoices[].ValidationErrors"),
            exact=("Invoices[].StatusAttributeString", "Invoices[].ValidationErrors[].Message"),
        ),
    ),
    probe(
        "xero.status-attribute",
        put(
            f"{_API}/Invoices?summarizeErrors=false",
            json=_invoice(Contact=None),
            headers=_XML,
            only=("Response.Invoices[].Invoice[].@status",),
            exact=("Response.Invoices[].Invoice[].@status",),
        ),
    ),
    probe("xero.contact-name", put(f"{_API}/Contacts", json={"Contacts": [{"Name": "{contact_name}"}]})),
    probe("xero.email", put(f"{_API}/Contacts", json={"Contacts": [{"Name": "{mark}", "EmailAddress": "verify"}]})),
    probe("xero.field-required", put(f"{_API}/Contacts", json={"Contacts": [{"FirstName": "{mark}"}]})),
    # On a draft of its own, as it must be known how many files there are.
    probe(
        "xero.max-attachments",
        put(f"{_API}/Invoices", json=_invoice(), capture={"full": "Invoices[0].InvoiceID"}, compared=False),
        *(put(f"{_API}/Invoices/{{full}}/Attachments/verify-{number}.pdf", body=_PDF) for number in range(1, 12)),
    ),
)

_IDENTITY = "the token endpoint is at another host, and needs the secret of an app"
_EXCEEDING = "it would have to exceed a limit of the vendor's"
_RECEIVER = "it would need a receiver that Xero can reach"

PROBES = ProbeSet(
    host="api.xero.com",
    credential={"Authorization": "Bearer {token}", "xero-tenant-id": "{owner}"},
    owner="tenant id",
    discovery=(
        get("/connections", capture={"owner": "[0].tenantId"}),
        get(
            f"{_API}/Invoices?page=1&pageSize=1",
            capture={"document": "Invoices[0].InvoiceID", "number": "Invoices[0].InvoiceNumber"},
        ),
        get(
            f"{_API}/Contacts?page=1&pageSize=1",
            capture={"contact": "Contacts[0].ContactID", "contact_name": "Contacts[0].Name"},
        ),
    ),
    safe=SafeTarget(
        "Xero's demo company",
        step=get(f"{_API}/Organisation"),
        member="Organisations[0].IsDemoCompany",
        value=True,
    ),
    draft=(
        put(
            f"{_API}/Invoices",
            json=_invoice(InvoiceNumber="{mark}"),
            capture={"draft": "Invoices[0].InvoiceID", "draft_number": "Invoices[0].InvoiceNumber"},
        ),
    ),
    removals=(
        Removal(
            r"(PUT|POST) /api\.xro/2\.0/Invoices(\?.*)?",
            "Invoices[0].InvoiceID",
            post(f"{_API}/Invoices/{{created}}", json={"Invoices": [{"InvoiceID": "{created}", "Status": "DELETED"}]}),
        ),
        Removal(
            r"(PUT|POST) /api\.xro/2\.0/Contacts",
            "Contacts[0].ContactID",
            post(f"{_API}/Contacts", json={"Contacts": [{"ContactID": "{created}", "ContactStatus": "ARCHIVED"}]}),
        ),
    ),
    probes=(*_READS, *_WRITES),
    unprobed={
        "xero.token-unknown": "the emulator accepts any token unless auth is strict",
        "xero.token-expired": "it would have to wait until the token expires",
        "xero.scope": "it would need a second token, with fewer scopes",
        "xero.scopes": "only the settings of the app show it",
        "xero.scope-unavailable": _IDENTITY,
        "xero.token-answer": _IDENTITY,
        "xero.token-lifetime": _IDENTITY,
        "xero.client": _IDENTITY,
        "xero.grant": _IDENTITY,
        "xero.grant-type": _IDENTITY,
        "xero.reconnect": "it would disconnect an organisation",
        "xero.not-emulated": "it is about the emulator",
        "xero.unknown-fields": "it is about the emulator",
        "xero.as-pdf": "Xero answers with a PDF, which the emulator does not create",
        "xero.approval": "it would submit an invoice, and the emulator has it off by default",
        "xero.modification-status": "it would approve or void a document",
        "xero.max-documents": "it would create a thousand documents where the limit is higher",
        "xero.rate-limits": _EXCEEDING,
        "xero.rate-refused": _EXCEEDING,
        "xero.rate-concurrent": _EXCEEDING,
        "xero.rate-per-minute": _EXCEEDING,
        "xero.rate-per-day": _EXCEEDING,
        "xero.rate-per-day-starter": _EXCEEDING,
        "xero.rate-per-app": _EXCEEDING,
        "xero.attachment-updates": "it shows in two answers of the same side, of which one is later",
        "xero.webhook-events": _RECEIVER,
        "xero.webhook-batch": _RECEIVER,
        "xero.webhook-signature": _RECEIVER,
        "xero.webhook-handshake": _RECEIVER,
        "xero.webhook-timeout": _RECEIVER,
        "xero.webhook-attempts": _RECEIVER,
        "xero.tier": "only the settings of the app show it",
        "xero.egress": "only the invoice for the app shows it",
        "xero.egress-core": "only the invoice for the app shows it",
        "xero.egress-plus": "only the invoice for the app shows it",
        "xero.egress-advanced": "only the invoice for the app shows it",
    },
    concerns={
        "content-disposition": "xero.content-disposition",
        "limit-remaining": "xero.rate-headers",
        "includeonline": "xero.include-online",
    },
    exact=(
        "Status",
        "Attachments[].FileName",
        "Attachments[].MimeType",
        "Attachments[].ContentLength",
        "Attachments[].IncludeOnline",
        "token_type",
        "[].tenantType",
    ),
    documents=r"/api\.xro/2\.0/(?P<kind>\w+)/(?P<document>[^/?]+)",
    document_kinds=(
        "Accounts BankTransactions BankTransfers Contacts CreditNotes Invoices ManualJournals PurchaseOrders Quotes "
        "Receipts RepeatingInvoices"
    ).split(),
    references={"ContactID": "Contacts"},
    document_fields=("Type", "CurrencyCode"),
    logins="POST /identity/.*|GET /identity/connect/authorize.*",
    attachments=AttachmentShape("AttachmentID", "FileName", "ContentLength", "MimeType"),
    # Where a gateway or its settings differ between recordings.
    ignored_headers=frozenset(
        "cache-control expires pragma x-client-tls-ver x-n x-newrelic-app-data xero-activity-id xero-causation-id "
        "xero-cell xero-correlation-id xero-message-id xero-origin-id".split()
    ),
)
