"""What verification asks of VRPlatform: requests that show its rules, and the rules that no request can show.

All that is written is about drafts of expenses, at the vendor's own staging host. They are deleted in the end.
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

_PDF = b"%PDF-1.7 attachment-emulator"
_FILES = "/transaction-attachments"
_DRAFT = "/transactions/{draft}"
_LINE = {"accountId": "{account}", "amount": 100, "description": "{mark}"}
_EXPENSE = {"type": "expense", "date": "2026-01-05", "description": "{mark}", "lines": [_LINE]}
_STAGED = ("transactionId", "filename", "contentType", "byteSize", "isOwnerAccessible")
_ATTACHED = tuple(f"attachments[].{name}" for name in _STAGED)


def _file(name: str = "verify.pdf", field: str = "file") -> FormPart:
    return FormPart(field, _PDF, name, "application/pdf")


def _text(name: str, value: str) -> FormPart:
    return FormPart(name, value.encode())


_READS = (
    probe("vrplatform.unknown-path", get("/emulator-verification"), get(f"{_FILES}/{{unknown}}")),
    probe("vrplatform.credential", get("/transactions?limit=1", credential="none")),
    probe("vrplatform.team-unknown", get("/teams/{unknown}")),
    probe("vrplatform.teams", get("/teams", only=("data[].id", "data[].name", "pagination"))),
    probe("vrplatform.input", get("/transactions?limit=0"), get(f"{_FILES}/verify/download")),
    probe("vrplatform.error vrplatform.transaction-unknown", get("/transactions/{unknown}")),
    probe(
        "vrplatform.attachment-unknown",
        get(f"{_FILES}/{{unknown}}/download"),
        patch(f"{_FILES}/{{unknown}}", json={"isOwnerAccessible": True}),
        delete(f"{_FILES}/{{unknown}}"),
    ),
    probe(
        "vrplatform.list vrplatform.header-names",
        get("/transactions?limit=1", only=("data[].id", "pagination"), exact=("pagination.limit", "pagination.page")),
    ),
    probe(
        "vrplatform.page-size",
        get("/transactions", only=("pagination.limit",), exact=("pagination.limit",)),
        get("/transactions?limit=251"),
    ),
    probe(
        "vrplatform.filters",
        get(
            "/transactions?limit=1&type=expense&status=active",
            only=("data[].type", "pagination"),
            exact=("data[].type",),
        ),
    ),
    probe(
        "vrplatform.date-range",
        get("/transactions?limit=1&dateRange=2024-02...2024-03", only=("data[].id", "pagination")),
        get("/transactions?dateRange=verify"),
    ),
    probe(
        "vrplatform.amount-range",
        get("/transactions?limit=1&amount=100...200", only=("data[].id", "pagination")),
        get("/transactions?amount=verify"),
    ),
    probe(
        "vrplatform.statement vrplatform.statement-filters",
        get("/statements?limit=1", only=("data[].id", "data[].total", "data[].status", "pagination")),
    ),
    probe("vrplatform.statement-unknown", get("/statements/{unknown}")),
    probe(
        "vrplatform.audit vrplatform.audit-filters",
        get(
            "/audit/mutations?limit=1&entityType=transaction",
            only=("data[].id", "data[].op", "data[].outcome", "pagination"),
        ),
    ),
    probe("vrplatform.audit-action-unknown", get("/audit/actions/{unknown}")),
)

_WRITES = (
    probe(
        "vrplatform.create vrplatform.audit-headers",
        post("/transactions", json=_EXPENSE, exact=("type", "date", "status", "lines[].amount"), count=("lines",)),
    ),
    probe("vrplatform.upload", post(_FILES, form=(_file(),), exact=_STAGED, capture={"attachment": "id"})),
    probe(
        "vrplatform.overrides vrplatform.visibility",
        post(
            _FILES,
            form=(
                _file(),
                _text("filename", "other.png"),
                _text("contentType", "image/png"),
                _text("isOwnerAccessible", "1"),
            ),
            exact=_STAGED,
        ),
    ),
    probe("vrplatform.file-missing", post(_FILES, form=(_text("file", "verify"),))),
    probe("vrplatform.one-file", post(_FILES, form=(_file(), _file("second.pdf")))),
    probe("vrplatform.bad-multipart", post(_FILES, body=_PDF, headers={"Content-Type": "multipart/form-data"})),
    probe("vrplatform.content-type", post(_FILES, json={"file": "verify"})),
    probe("vrplatform.max-name-length", post(_FILES, form=(_file("v" * 252 + ".pdf"),))),
    probe("vrplatform.patch", patch(f"{_FILES}/{{attachment}}", json={"isOwnerAccessible": True}, exact=_STAGED)),
    probe("vrplatform.download vrplatform.download-redirects", get(f"{_FILES}/{{attachment}}/download")),
    probe(
        "vrplatform.replace-set vrplatform.transaction-attachments",
        put(
            _DRAFT,
            json={"attachmentIds": ["{attachment}"]},
            exact=_ATTACHED,
            count=("attachments",),
            only=("attachments",),
        ),
    ),
    probe(
        "vrplatform.refuse-duplicates",
        put(
            _DRAFT,
            json={"attachmentIds": ["{attachment}", "{attachment}"]},
            count=("attachments",),
            only=("attachments",),
        ),
    ),
    probe(
        "vrplatform.attachments-move",
        post("/transactions", json=_EXPENSE, capture={"second": "id"}, compared=False),
        put(
            "/transactions/{second}",
            json={"attachmentIds": ["{attachment}"]},
            only=("attachments[].id",),
            count=("attachments",),
        ),
    ),
    probe("vrplatform.type-change", put(_DRAFT, json={"type": "deposit"})),
    probe(
        "vrplatform.removal-deletes",
        post(_FILES, form=(_file("removed.pdf"),), capture={"removed": "id"}, compared=False),
        put(_DRAFT, json={"attachmentIds": ["{removed}"]}, compared=False),
        put(_DRAFT, json={"attachmentIds": []}, compared=False),
        get(f"{_FILES}/{{removed}}/download"),
    ),
    probe(
        "vrplatform.delete-linked",
        post(_FILES, form=(_file("linked.pdf"),), capture={"linked": "id"}, compared=False),
        put(_DRAFT, json={"attachmentIds": ["{linked}"]}, compared=False),
        delete(f"{_FILES}/{{linked}}"),
    ),
    probe(
        "vrplatform.delete",
        post(_FILES, form=(_file("deleted.pdf"),), capture={"deleted": "id"}, compared=False),
        delete(f"{_FILES}/{{deleted}}"),
        get(f"{_FILES}/{{deleted}}/download"),
    ),
    probe(
        "vrplatform.expenses-only",
        post("/transactions", json={**_EXPENSE, "type": "deposit", "attachmentIds": ["{attachment}"]}),
    ),
    probe("vrplatform.transfer", post("/transactions", json={**_EXPENSE, "type": "transfer", "lines": [_LINE, _LINE]})),
    probe("vrplatform.lines", put(_DRAFT, json={"lines": [_LINE], "lines_create": [_LINE]})),
    probe("vrplatform.line-unknown", put(_DRAFT, json={"lines_delete": ["{unknown}"]})),
    probe(
        "vrplatform.known-references",
        post(
            "/transactions",
            json={**_EXPENSE, "lines": [{**_LINE, "accountId": "{unknown}"}]},
            only=("type",),
            exact=("type",),
        ),
    ),
    probe("vrplatform.dry-run", post("/transactions?dryRun=true", json=_EXPENSE, exact=("type", "date"))),
    probe("vrplatform.bad-json", post("/transactions", body=b"{", headers={"Content-Type": "application/json"})),
    probe(
        "vrplatform.max-json-bytes", post("/transactions", json={**_EXPENSE, "description": "d" * (4 * 1024 * 1024)})
    ),
    probe(
        "vrplatform.delete-transaction",
        post("/transactions", json=_EXPENSE, capture={"third": "id"}, compared=False),
        delete("/transactions/{third}"),
        get("/transactions/{third}"),
    ),
)

_KEYS = "it would need other keys than the one that is given"
_OWNERS = "a statement is what a team's owners get, and nothing deletes one"

PROBES = ProbeSet(
    host="api.vrplatform.app",
    credential={"x-api-key": "{token}", "x-team-id": "{owner}"},
    owner="team id",
    discovery=(
        get("/teams", capture={"owner": "data[0].id"}),
        get(
            "/transactions?limit=1&type=expense&includeLines=true",
            capture={"document": "data[0].id", "account": "data[0].lines[0].account.id"},
        ),
    ),
    safe=SafeTarget(
        "VRPlatform's staging host, staging.api.vrplatform.app", hosts=frozenset({"staging.api.vrplatform.app"})
    ),
    draft=(post("/transactions", json=_EXPENSE, capture={"draft": "id"}),),
    removals=(
        Removal(r"POST /transactions", "id", delete("/transactions/{created}")),
        Removal(r"POST /transaction-attachments", "id", delete("/transaction-attachments/{created}")),
    ),
    probes=(*_READS, *_WRITES),
    unprobed={
        "vrplatform.not-emulated": "it is about the emulator",
        "vrplatform.key-unknown": "the emulator accepts any key unless auth is strict",
        "vrplatform.key-inactive": _KEYS,
        "vrplatform.key-team": _KEYS,
        "vrplatform.team-needed": _KEYS,
        "vrplatform.scope": _KEYS,
        "vrplatform.team": _KEYS,
        "vrplatform.max-file-bytes": "it would send a gigabyte",
        "vrplatform.url-lifetime": "it would have to wait until the URL expires",
        "vrplatform.staged": "it would have to wait for days",
        "vrplatform.books-closed-at": "each team has a day of its own, and the emulator's is a setting",
        "vrplatform.statement-lock": _OWNERS,
        "vrplatform.statements": _OWNERS,
        "vrplatform.owner-statement": _OWNERS,
        "vrplatform.period-unknown": _OWNERS,
    },
    concerns={"location": "vrplatform.download-redirects", "x-vrplatform-audit": "vrplatform.audit-headers"},
    exact=("filename", "contentType", "byteSize", "isOwnerAccessible", "type", "status"),
    documents=r"/transactions/(?P<document>[^/?]+)",
    document_kinds=["expense"],
    attachments=AttachmentShape("id", "filename", "byteSize", "contentType", form_field="file"),
    document_fields=("id", "description"),
    ignored_headers=frozenset({"expires", "cache-control", "pragma", "etag", "last-modified", "accept-ranges"}),
)
