"""What verification asks of DualEntry: requests that show its rules, and the rules that no request can show.

All that is written is about drafts of bills, at the vendor's own host for development. They are archived in the end,
as DualEntry deletes none.
"""

from emulator.verification.probe import (
    AttachmentShape,
    FormPart,
    ProbeSet,
    Removal,
    SafeTarget,
    delete,
    get,
    patch,
    post,
    probe,
    put,
)

_V2 = "/public/v2"
_BILLS = f"{_V2}/bills/"
_DRAFT = f"{_BILLS}{{draft}}/"
_FILES = f"{_DRAFT}attachments/"
_NO_FILES = f"{_V2}/invoices/{{unknown}}/attachments/"
_PDF = b"%PDF-1.7 attachment-emulator"
_BILL = {"date": "2026-01-05", "record_status": "draft", "memo": "{mark}"}
_UPLOADED = ("attachments[].file_name", "attachments[].file_size")
_ATTACHMENTS = ("attachments",)


def _file(name: str = "verify.pdf", content: bytes = _PDF) -> FormPart:
    return FormPart("files", content, name, "application/pdf")


_READS = (
    probe("dualentry.unknown-path", get(f"{_V2}/emulator-verification/")),
    probe("dualentry.trailing-slash", get(f"{_V2}/bills")),
    probe("dualentry.method", delete(f"{_V2}/invoices/{{unknown}}/")),
    probe("dualentry.add-only", get(_NO_FILES), delete(_NO_FILES)),
    probe("dualentry.replace-attachments", put(_NO_FILES, form=(_file(),))),
    probe("dualentry.v1-replace", put(_NO_FILES.replace("v2", "v1"), form=(_file(),))),
    probe("dualentry.v1", get("/public/v1/bills/?limit=1", only=("count", "items"))),
    # A webhook has a UUID, unlike a record.
    probe("dualentry.webhook-unknown", get(f"{_V2}/webhooks/00000000-0e57-4000-8000-0000000000ff/")),
    probe("dualentry.health", get(f"{_V2}/health/", exact=("status",))),
    probe("dualentry.credential", get(f"{_BILLS}?limit=1", credential="none")),
    probe("dualentry.rate-headers dualentry.header-names dualentry.list", get(f"{_BILLS}?limit=1", count=("items",))),
    probe("dualentry.record-number", get(f"{_BILLS}BI-1/")),
    probe("dualentry.query", get(f"{_BILLS}?limit=0"), get(f"{_BILLS}?offset=-1")),
    probe("dualentry.filters", get(f"{_BILLS}?number={{document}}&verify=1", count=("items",))),
    probe("dualentry.record-unknown", get(f"{_BILLS}{{unknown}}/"), post(_NO_FILES, form=(_file(),))),
    probe("dualentry.files-missing", post(_NO_FILES, form=(FormPart("file", _PDF, "verify.pdf", "application/pdf"),))),
    probe(
        "dualentry.bad-multipart",
        post(_NO_FILES, body=_PDF, headers={"Content-Type": "multipart/form-data"}),
    ),
)

_WRITES = (
    probe(
        "dualentry.create dualentry.money",
        get(_DRAFT, exact=("amount", "record_status", "exchange_rate", "memo", "date")),
    ),
    probe(
        "dualentry.upload dualentry.six-fields",
        post(
            _FILES,
            form=(_file(),),
            exact=_UPLOADED,
            count=_ATTACHMENTS,
            only=_ATTACHMENTS,
            capture={"attachment": "attachments[0].id", "download_url": "attachments[0].download_url"},
        ),
    ),
    probe("dualentry.download", get("{download_url}")),
    probe("dualentry.url-token", get("{download_url}0")),
    probe(
        "dualentry.append dualentry.attachment-ids dualentry.immutable",
        post(
            _FILES,
            form=(_file(), _file("second.pdf")),
            exact=(*_UPLOADED, "attachments[].id"),
            count=_ATTACHMENTS,
            only=_ATTACHMENTS,
        ),
    ),
    probe(
        "dualentry.file-name",
        post(_FILES, form=(_file("../a b/verify é.pdf"),), exact=_UPLOADED, count=_ATTACHMENTS, only=_ATTACHMENTS),
    ),
    probe(
        "dualentry.file-name-escapes",
        post(_FILES, form=(_file("verify&quot;%22.pdf"),), exact=_UPLOADED, only=_ATTACHMENTS),
    ),
    probe(
        "dualentry.file-name-length",
        post(_FILES, form=(_file("v" * 300 + ".pdf"),), exact=_UPLOADED, only=_ATTACHMENTS),
    ),
    probe(
        "dualentry.patch",
        patch(
            _DRAFT,
            json={"memo": "{mark} 2"},
            exact=("memo", *_UPLOADED),
            only=("memo", "reference_number", "attachments"),
        ),
    ),
    probe("dualentry.unknown-fields", patch(_DRAFT, json={"verify": 1}, only=("verify", "memo"))),
    probe("dualentry.search", get(f"{_BILLS}?search={{mark}}", count=("items",), only=("items[].memo", "count"))),
    probe(
        "dualentry.attachment-reference",
        patch(
            _DRAFT,
            json={"attachments": [{"id": "{attachment}", "file_name": "other.pdf", "file_size": 1}]},
            exact=_UPLOADED,
            count=_ATTACHMENTS,
            only=_ATTACHMENTS,
        ),
    ),
    probe(
        "dualentry.attachment-unknown",
        patch(_DRAFT, json={"attachments": [{"id": "{unknown}", "file_name": "a.pdf", "file_size": 1}]}),
    ),
    probe("dualentry.detach", patch(_DRAFT, json={"attachments": []}, count=_ATTACHMENTS, only=_ATTACHMENTS)),
    probe(
        "dualentry.put",
        put(
            _DRAFT,
            json={"date": "2026-01-05", "record_status": "draft"},
            exact=("memo",),
            only=("memo", "attachments"),
            count=_ATTACHMENTS,
        ),
    ),
    probe("dualentry.bad-json", post(_BILLS, body=b"{", headers={"Content-Type": "application/json"})),
    probe("dualentry.body", post(_BILLS, json={"record_status": "draft", "memo": "{mark}"})),
    probe("dualentry.amount-digits", post(_BILLS, json={**_BILL, "exchange_rate": "1" * 31})),
    probe("dualentry.max-json-bytes", post(_BILLS, json={**_BILL, "memo": "m" * (2_621_441)})),
    probe(
        "dualentry.known-parties", post(_BILLS, json={**_BILL, "vendor_id": 999999999}, only=("memo",), exact=("memo",))
    ),
    probe(
        "dualentry.idempotency-lifetime",
        post(_FILES, form=(_file("once.pdf"),), headers={"Idempotency-Key": "{key}"}, compared=False),
        post(
            _FILES,
            form=(_file("once.pdf"),),
            headers={"Idempotency-Key": "{key}"},
            count=_ATTACHMENTS,
            only=_ATTACHMENTS,
        ),
    ),
    probe(
        "dualentry.idempotency-mismatch", post(_FILES, form=(_file("other.pdf"),), headers={"Idempotency-Key": "{key}"})
    ),
    probe("dualentry.idempotency-key", post(_FILES, form=(_file(),), headers={"Idempotency-Key": "k" * 256})),
    probe(
        "dualentry.statistical-journal dualentry.delete",
        post(
            f"{_V2}/statistical-journals/",
            json={"date": "2026-01-05", "memo": "{mark}", "record_status": "draft"},
            capture={"journal": "number"},
        ),
        delete(f"{_V2}/statistical-journals/{{journal}}/"),
        get(f"{_V2}/statistical-journals/{{journal}}/"),
    ),
)

_EXCEEDING = "it would have to exceed a limit of the vendor's"
_RECEIVER = "it would need a receiver that DualEntry can reach"
_DASHBOARD = "only DualEntry's own dashboard does it"

PROBES = ProbeSet(
    host="api.dualentry.com",
    credential={"X-API-KEY": "{token}"},
    owner="organisation",
    discovery=(get(f"{_BILLS}?limit=1", capture={"document": "items[0].number"}),),
    safe=SafeTarget(
        "DualEntry's host for development, api-dev.dualentry.com", hosts=frozenset({"api-dev.dualentry.com"})
    ),
    draft=(post(_BILLS, json=_BILL, capture={"draft": "number"}),),
    removals=(
        Removal(
            r"POST /public/v2/bills/", "number", patch(f"{_BILLS}{{created}}/", json={"record_status": "archived"})
        ),
        Removal(
            r"POST /public/v2/statistical-journals/",
            "number",
            delete(f"{_V2}/statistical-journals/{{created}}/"),
        ),
    ),
    probes=(*_READS, *_WRITES),
    unprobed={
        "dualentry.key-unknown": "the emulator accepts any key unless auth is strict",
        "dualentry.organisation": "it would need the key of another organisation",
        "dualentry.not-emulated": "it is about the emulator",
        "dualentry.rate-limits": _EXCEEDING,
        "dualentry.rate-burst": _EXCEEDING,
        "dualentry.rate-per-second": _EXCEEDING,
        "dualentry.rate-operation-burst": _EXCEEDING,
        "dualentry.rate-operation-per-second": _EXCEEDING,
        "dualentry.rate-invoice-writes": _EXCEEDING,
        "dualentry.max-limit": "it would need more than a hundred records",
        "dualentry.prepayment-application": "it would need a customer's prepayment, which is money",
        "dualentry.max-file-bytes": "it would send 100 MB, and leave them behind where the limit is higher",
        "dualentry.url-lifetime": "it would have to wait until the URL expires",
        "dualentry.url-file": "no request removes a file",
        "dualentry.register": _DASHBOARD,
        "dualentry.webhook": _RECEIVER,
        "dualentry.webhook-deliveries": _RECEIVER,
        "dualentry.webhook-events": _RECEIVER,
        "dualentry.webhook-signature": _RECEIVER,
        "dualentry.webhook-attempts": _RECEIVER,
        "dualentry.webhook-timeout": _RECEIVER,
        "dualentry.uploaded-already": _DASHBOARD,
        "dualentry.idempotency-in-progress": "two requests at a time are not of this kind of check",
        "dualentry.idempotency-max-answer": "it would need a record of more than 256 KB",
    },
    concerns={
        "x-ratelimit-": "dualentry.rate-headers",
        "upload_url": "dualentry.six-fields",
        "attachments[].category": "dualentry.six-fields",
    },
    exact=("attachments[].file_name", "attachments[].file_size", "record_status", "status"),
    documents=r"/public/v\d/(?P<kind>[\w-]+)/(?P<document>\d+)",
    document_kinds=(
        "invoices bills journal-entries sales-orders purchase-orders customer-prepayments customer-deposits "
        "customer-refunds cash-sales vendor-refunds direct-expenses customer-prepayment-applications "
        "statistical-journals"
    ).split(),
    attachments=AttachmentShape("id", "file_name", "file_size", form_field="files"),
    unknown="999999999",
    ignored_headers=frozenset(
        {"allow", "expires", "cache-control", "pragma", "last-modified", "accept-ranges", "etag"}
    ),
)
