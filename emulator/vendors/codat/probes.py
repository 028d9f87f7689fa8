"""What verification asks of Codat: requests that show its rules, and the rules that no request can show.

All that is written is about bills of a connection to Codat's own sandbox platform. They are voided in the end, as
Codat deletes bills of few platforms only.
"""

from emulator.verification.probe import (
    AttachmentShape,
    FormPart,
    ProbeSet,
    Removal,
    SafeTarget,
    delete,
    get,
    post,
    probe,
    put,
)

_COMPANY = "/companies/{owner}"
_READ = f"{_COMPANY}/connections/{{connection}}"
_SANDBOX = f"{_COMPANY}/connections/{{sandbox}}"
_BILLS = f"{_SANDBOX}/push/bills"
_UPLOAD = f"{_BILLS}/{{draft}}/attachments"
_FILES = f"{_SANDBOX}/data/bills/{{draft}}/attachments"
_NO_FILES = f"{_READ}/data/bills/{{unknown}}/attachments"
_PDF = b"%PDF-1.7 attachment-emulator"
_LINE = {"description": "{mark}", "unitAmount": 1, "quantity": 1, "subTotal": 1, "taxAmount": 0, "totalAmount": 1}
_BILL = {
    "reference": "{mark}",
    "supplierRef": {"id": "{supplier}"},
    "issueDate": "2026-01-05T00:00:00",
    "dueDate": "2026-01-05T00:00:00",
    "currency": "GBP",
    "status": "Draft",
    "subTotal": 1,
    "taxAmount": 0,
    "totalAmount": 1,
    "amountDue": 1,
    "lineItems": [_LINE],
}
_NAMES = ("attachments[].name", "attachments[].contentType", "attachments[].fileSize", "attachments[].includeWhenSent")
_PUSHED = ("dataType", "changes[].type")


def _file(name: str = "verify.pdf", content_type: str | None = "application/pdf") -> FormPart:
    return FormPart("file", _PDF, name, content_type)


def _text(name: str, value: str, content_type: str | None = None) -> FormPart:
    return FormPart(name, value.encode(), content_type=content_type)


_READS = (
    probe("codat.unknown-path", get("/emulator-verification")),
    probe("codat.method", delete("/companies/{unknown}/connections")),
    probe(
        "codat.credential",
        get("/companies?page=1&pageSize=1", credential="none"),
        get("/companies?page=1&pageSize=1", headers={"Authorization": "Bearer verify"}, credential="none"),
    ),
    probe(
        "codat.paging codat.rate-headers codat.header-names",
        get(
            "/companies?page=1&pageSize=1",
            only=(
                "pageNumber",
                "pageSize",
                "totalResults",
                "results[].id",
                "results[].name",
                "_links.self",
                "_links.current",
            ),
            exact=("pageNumber", "pageSize"),
        ),
    ),
    probe("codat.page", get("/companies?page=0"), get("/companies?page=1&pageSize=5001")),
    probe("codat.company-unknown", get("/companies/{unknown}")),
    probe("codat.connection-unknown", get(f"{_COMPANY}/connections/{{unknown}}")),
    probe(
        "codat.record-unknown",
        get(_NO_FILES),
        get(f"{_COMPANY}/data/bills/{{unknown}}"),
        post(f"{_READ}/push/bills/{{unknown}}/attachments", form=(_file(),)),
    ),
    probe("codat.operation-unknown", get(f"{_COMPANY}/push/{{unknown}}")),
    probe("codat.payables-lists", get(f"{_READ}/payables/suppliers", only=("suppliers[].id", "continuationToken"))),
    probe(
        "codat.expenses-sync-unknown",
        get(f"{_COMPANY}/sync/expenses/syncs/{{unknown}}/status"),
        get(f"{_COMPANY}/sync/expenses/syncs/{{unknown}}/transactions/{{unknown}}"),
    ),
    probe("codat.files-date", get(f"{_COMPANY}/files/download?date=verify")),
    probe("codat.webhook-unknown", delete("/webhooks/{unknown}")),
)

_WRITES = (
    probe("codat.push-data", get(f"{_COMPANY}/push/{{operation}}", exact=(*_PUSHED, "status", "statusCode"))),
    probe("codat.bad-body", post(_BILLS, body=b"{", headers={"Content-Type": "application/json"})),
    probe("codat.max-json-bytes", post(_BILLS, json={**_BILL, "note": "n" * (10 * 1024 * 1024)})),
    probe(
        "codat.upload-path codat.upload-answer",
        post(_UPLOAD, form=(_file(),), exact=_PUSHED, capture={"upload": "pushOperationKey"}),
        get(f"{_COMPANY}/push/{{upload}}", until=("status", "Success"), exact=_PUSHED, compared=False),
        post(f"{_BILLS}/{{draft}}/attachment", form=(_file(),)),
    ),
    probe(
        "codat.list codat.attachment",
        get(_FILES, exact=_NAMES, count=("attachments",), capture={"attachment": "attachments[0].id"}),
    ),
    probe("codat.download", get(f"{_FILES}/{{attachment}}/download")),
    probe("codat.attachment-unknown", get(f"{_FILES}/{{unknown}}"), get(f"{_FILES}/{{unknown}}/download")),
    probe(
        "codat.one-file",
        post(_UPLOAD, form=(_text("file", "verify"),)),
        post(_UPLOAD, form=(_file(), _file("second.pdf"))),
    ),
    probe("codat.bad-multipart", post(_UPLOAD, body=_PDF, headers={"Content-Type": "multipart/form-data"})),
    probe(
        "codat.metadata",
        post(_UPLOAD, form=(_text("meta", '{"includeWhenSent": "verify"}', "application/json"), _file())),
    ),
    probe("codat.other-fields", post(_UPLOAD, form=(_text("attachment", '{"id": "verify"}'), _file()), exact=_PUSHED)),
    probe(
        "codat.duplicates codat.content-type codat.file-name",
        post(_UPLOAD, form=(_file("verify.jpg", content_type="image/png"),), compared=False),
        post(_UPLOAD, form=(_file("a b/verify é.pdf"),), compared=False, capture={"upload": "pushOperationKey"}),
        get(f"{_COMPANY}/push/{{upload}}", until=("status", "Success"), compared=False),
        get(_FILES, exact=_NAMES, count=("attachments",)),
    ),
    probe(
        "codat.idempotency-lifetime",
        post(
            _UPLOAD,
            form=(_file("once.pdf"),),
            headers={"Idempotency-Key": "{key}"},
            compared=False,
            capture={"first": "pushOperationKey"},
        ),
        post(_UPLOAD, form=(_file("once.pdf"),), headers={"Idempotency-Key": "{key}"}, exact=("pushOperationKey",)),
    ),
    probe(
        "codat.idempotency-mismatch", post(_UPLOAD, form=(_file("other.pdf"),), headers={"Idempotency-Key": "{key}"})
    ),
)

_EMULATOR = "it is about the emulator"
_EXCEEDING = "it would have to exceed a limit of the vendor's"
_PLATFORM = "it would write to the books behind a connection, and only Codat's sandbox platform is safe"
_CUSTOMER = "a customer has to authorize the connection"
_COMPANIES = "it would create or change a company, and nothing here deletes one"
_UPLOADS = "nothing deletes what it would upload"
_RECEIVER = "it would need a receiver that Codat can reach"

PROBES = ProbeSet(
    host="api.codat.io",
    credential={"Authorization": "Basic {encoded_token}"},
    owner="company id",
    discovery=(
        get("/companies?page=1&pageSize=1", capture={"owner": "results[0].id"}),
        get(
            f"{_COMPANY}/connections?page=1&pageSize=100",
            capture={"connection": "results[status=Linked].id", "sandbox": "results[integrationKey=mqjo].id"},
        ),
        get(f"{_COMPANY}/data/suppliers?page=1&pageSize=1", capture={"supplier": "results[0].id"}),
    ),
    safe=SafeTarget(
        "a company with a connection to Codat's sandbox platform (mqjo)",
        step=get(f"{_COMPANY}/connections?page=1&pageSize=100"),
        member="results[integrationKey=mqjo].status",
        value="Linked",
    ),
    draft=(
        post(_BILLS, json=_BILL, capture={"operation": "pushOperationKey"}),
        get(
            f"{_COMPANY}/push/{{operation}}",
            until=("status", "Success"),
            capture={"draft": "changes[0].recordRef.id"},
        ),
    ),
    removals=(
        Removal(
            r"(POST|GET) .*/push/(bills|\{operation\})",
            "changes[0].recordRef.id",
            put(f"{_BILLS}/{{created}}", json={**_BILL, "status": "Void"}),
        ),
    ),
    probes=(*_READS, *_WRITES),
    unprobed={
        "codat.key-unknown": "the emulator accepts any key unless auth is strict",
        "codat.not-emulated": _EMULATOR,
        "codat.query": _EMULATOR,
        "codat.readable-at-once": _EMULATOR,
        "codat.push-polls": _EMULATOR,
        "codat.options": _EMULATOR,
        "codat.rate-limits": _EXCEEDING,
        "codat.rate-concurrent": _EXCEEDING,
        "codat.rate-per-minute": _EXCEEDING,
        "codat.rate-per-day": _EXCEEDING,
        "codat.max-companies": _EXCEEDING,
        "codat.max-webhooks": _EXCEEDING,
        "codat.idempotency-in-progress": "two requests at a time are not of this kind of check",
        "codat.push-timeout": "it would have to wait until a write is late",
        "codat.company-update": _COMPANIES,
        "codat.company-name": _COMPANIES,
        "codat.platform-unknown": _COMPANIES,
        "codat.link": _CUSTOMER,
        "codat.unlink": _CUSTOMER,
        "codat.not-linked": _CUSTOMER,
        "codat.not-linked-read": _CUSTOMER,
        "codat.files": _UPLOADS,
        "codat.files-download": _UPLOADS,
        "codat.files-form": _UPLOADS,
        "codat.files-per-upload": _UPLOADS,
        "codat.files-max-bytes": _UPLOADS,
        "codat.files-extensions": _UPLOADS,
        "codat.webhook-consumer": _RECEIVER,
        "codat.webhook-write": _RECEIVER,
        "codat.webhook-write-unsuccessful": _RECEIVER,
        "codat.webhook-sync": _RECEIVER,
        "codat.webhook-signature": _RECEIVER,
        "codat.webhook-quota": _RECEIVER,
        "codat.webhook-attempts": _RECEIVER,
        "codat.webhook-disabled": _RECEIVER,
        "codat.webhook-timeout": _RECEIVER,
        "codat.webhook-tags": _RECEIVER,
        **dict.fromkeys(
            (
                "codat.xero-max-bytes codat.xero-extensions codat.quickbooks-online-max-bytes "
                "codat.quickbooks-online-extensions codat.quickbooks-online-content-type codat.quickbooks-desktop "
                "codat.netsuite-max-bytes codat.netsuite-extensions codat.dynamics-max-bytes codat.freeagent-max-bytes "
                "codat.freeagent-extensions codat.zoho-books-max-bytes codat.zoho-books-extensions "
                "codat.payables codat.payables-v2 codat.payables-delete codat.payables-update codat.payables-archived "
                "codat.expenses codat.expenses-datasets codat.expenses-status codat.expenses-configuration "
                "codat.expenses-connection codat.expenses-body codat.expenses-duplicate codat.expenses-unsupported "
                "codat.expenses-update codat.expenses-dataset-unknown codat.expenses-transaction-unknown codat.receipt "
                "codat.receipt-early codat.receipt-type"
            ).split(),
            _PLATFORM,
        ),
    },
    concerns={"x-rate-limit-": "codat.rate-headers", "attachments[]": "codat.attachment"},
    exact=(
        "attachments[].name",
        "attachments[].contentType",
        "attachments[].fileSize",
        "attachments[].includeWhenSent",
        "status",
        "dataType",
    ),
    documents=(
        r"/companies/(?P<owner>[^/?]+)(?:/connections/(?P<connection>[^/?]+))?"
        r"(?:/(?:data|push)/(?P<kind>[A-Za-z]+)/(?P<document>[^/?]+))?"
    ),
    document_kinds=(
        "billCreditNotes bills customers directCosts directIncomes invoices purchaseOrders suppliers transfers".split()
    ),
    document_fields=("id",),
    attachments=AttachmentShape("id", "name", "fileSize", "contentType", form_field="file", uploaded_id="attachmentId"),
    ignored_headers=frozenset({"api-supported-versions", "cache-control", "pragma", "expires", "etag"}),
)
