"""The audit: what a request that changed something leaves behind."""

import re
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.asgi import Answer
from tests.conftest import LiveServer
from tests.vendors.vrplatform.conftest import (
    FILES,
    INVOICE,
    LINKED,
    RECEIPT,
    UNKNOWN,
    VRPlatform,
    error,
    file_part,
    issues,
    ok,
)

FILE = "transactionAttachment"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def action_of(answer: Answer) -> str:
    """The id of the audit action that an answer promises."""
    assert ok(answer)
    assert answer.headers["X-VRPlatform-Audit-Should-Poll"] == "true"
    action_id = answer.headers["X-VRPlatform-Audit-Action-Id"]
    assert UUID.fullmatch(action_id)
    return action_id


def mutations(vrplatform: VRPlatform, query: str = "") -> list[dict[str, Any]]:
    mutations: list[dict[str, Any]] = ok(vrplatform.get(f"/audit/mutations{query}"))["data"]
    return mutations


def changes(vrplatform: VRPlatform, answer: Answer) -> list[tuple[str, str, str, list[str]]]:
    """What the action of an answer changed: the kind of change, the entity and its members."""
    return [
        (row["op"], row["subjectType"], row["subjectId"], row["changeRecord"]["changedKeys"])
        for row in mutations(vrplatform, f"?actionId={action_of(answer)}")
    ]


@pytest.mark.proves("vrplatform.audit-headers", "vrplatform.audit")
def test_the_action_of_an_upload_can_be_asked_for(vrplatform: VRPlatform) -> None:
    vrplatform.sandbox.clock.freeze()
    answer = vrplatform.upload(file_part())

    action = ok(vrplatform.get(f"/audit/actions/{action_of(answer)}"))

    file_id, now = answer.json()["id"], vrplatform.sandbox.clock.now()
    assert action == {
        "id": action_of(answer),
        "tenantId": "team_123",
        "actionType": "transactionAttachment.insert",
        "rootEntityType": FILE,
        "rootEntityId": file_id,
        "message": f"insert transactionAttachment {file_id}",
        "payload": None,
        "userId": None,
        "actor": {"id": None, "type": "apiKey", "name": None, "email": None},
        "createdAt": now.isoformat(timespec="milliseconds"),
        "source": "api",
        "apiVersion": None,
        "requestId": action["requestId"],
        "traceId": None,
        "parentActionId": None,
        "effectCounts": dict.fromkeys(
            ("total", "pending", "claimed", "running", "completed", "failed", "deadLetter"), 0
        ),
    }
    (row,) = mutations(vrplatform)
    assert (row["actionId"], row["action"]["requestId"]) == (action["id"], action["requestId"])
    assert (row["effectId"], row["outcome"], row["changeRecord"]["outcome"]) == (None, "applied", "applied")
    assert row["rootEntityId"] == row["subjectId"] == file_id


@pytest.mark.proves("vrplatform.header-names")
def test_the_headers_are_spelled_as_the_docs_spell_them(live: LiveServer) -> None:
    connection = HTTPConnection(urlsplit(live.url).netloc)
    headers = {"x-api-key": "anything", "x-team-id": "spelling", "content-type": "application/json"}
    connection.request("PUT", "/vrplatform/transactions/txn-123", b"{}", headers)
    with closing(connection), connection.getresponse() as answer:
        names = [name for name, _ in answer.getheaders()]

    assert {"X-VRPlatform-Audit-Action-Id", "X-VRPlatform-Audit-Should-Poll"} <= set(names)


@pytest.mark.proves("vrplatform.audit")
def test_each_change_of_an_action_is_a_mutation(vrplatform: VRPlatform) -> None:
    patched = vrplatform.send_json("PATCH", f"{FILES}/{INVOICE}", {"isOwnerAccessible": False})
    created = vrplatform.post_transaction(attachmentIds=[INVOICE])
    expense = created.json()["id"]
    changed = vrplatform.change(expense, description="New", attachmentIds=[RECEIPT])
    expense_after = vrplatform.change(expense, description="Newer")
    deleted = vrplatform.request("DELETE", f"/transactions/{expense}")
    file_deleted = vrplatform.request("DELETE", f"{FILES}/{LINKED}")

    link = ["transactionId"]
    assert changes(vrplatform, patched) == [("update", FILE, INVOICE, ["isOwnerAccessible"])]
    assert changes(vrplatform, created) == [("insert", "transaction", expense, []), ("update", FILE, INVOICE, link)]
    assert changes(vrplatform, changed) == [
        ("update", "transaction", expense, ["attachmentIds", "description"]),
        ("update", FILE, RECEIPT, link),
        ("update", FILE, INVOICE, link),
    ]
    assert changes(vrplatform, expense_after) == [("update", "transaction", expense, ["description"])]
    assert changes(vrplatform, deleted) == [("delete", "transaction", expense, []), ("delete", FILE, RECEIPT, [])]
    assert changes(vrplatform, file_deleted) == [("delete", FILE, LINKED, [])]


@pytest.mark.proves("vrplatform.audit")
def test_a_removal_that_deletes_is_a_deletion(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_removal_deletes=True)

    changed = vrplatform.change("txn-124", attachmentIds=[])

    assert changes(vrplatform, changed)[1:] == [("delete", FILE, LINKED, [])]


@pytest.mark.proves("vrplatform.audit-headers")
def test_what_changes_nothing_has_no_action(vrplatform: VRPlatform) -> None:
    for answer in (
        vrplatform.get("/transactions"),
        vrplatform.get(f"{FILES}/{INVOICE}/download"),
        vrplatform.post_transaction(type="deposit", attachmentIds=[INVOICE]),
        vrplatform.request("DELETE", f"{FILES}/{UNKNOWN}"),
        vrplatform.upload(),
    ):
        assert not any(name.lower().startswith("x-vrplatform") for name in answer.headers)
    assert mutations(vrplatform) == []


@pytest.mark.proves("vrplatform.audit-filters")
def test_mutations_are_filtered(vrplatform: VRPlatform) -> None:
    clock = vrplatform.sandbox.clock
    clock.freeze()
    first = vrplatform.stage(b"1")
    started = f"{clock.now():%Y-%m-%dT%H:%M:%S.%f}"
    clock.advance(86400 * 2)
    expense = vrplatform.create(first)
    day = f"{clock.now():%Y-%m-%d}"
    vrplatform.change("txn-123", description="Ours")
    vrplatform.of_team("team_456").stage(b"another team's")

    def found(query: str) -> list[str]:
        return [row["subjectId"] for row in mutations(vrplatform, query)]

    everything = ["txn-123", expense, first, first]
    assert found("") == everything
    assert found("?limit=2") == found("?offset=0&limit=2") == everything[:2]
    assert found("?limit=2&page=2") == found("?offset=2") == everything[2:]
    assert found("?entityType=transactionAttachment") == [first, first]
    assert found(f"?entityId={expense}") == found(f"?entityId={expense}&entityType=transaction") == [expense, first]
    assert found(f"?entityId={expense.upper()}&op=update") == [first]
    assert found(f"?entityId={expense}&entityType=transactionAttachment") == []
    assert found("?op=insert") == [expense, first]
    assert found("?outcome=failed") == found(f"?effectId={UNKNOWN}") == []
    assert found("?outcome=applied&entityType=ownerStatement") == []
    assert found(f"?startAt={day}") == found(f"?startAt={day}&endAt={day}") == everything[:3]
    assert found(f"?endAt={started}Z") == found(f"?endAt={started}") == [first]
    assert found(f"?endAt={started}%2B00:01") == []
    assert found(f"?endAt={day}T00:00:00-23:59") == everything


@pytest.mark.proves("vrplatform.input", "vrplatform.page-size")
@pytest.mark.parametrize(
    ("query", "issue"),
    [
        ("limit=0", ("too_small", ["limit"], "Too small: expected number to be >=1")),
        ("limit=251", ("too_big", ["limit"], "Too big: expected number to be <=250")),
        ("offset=-1", ("too_small", ["offset"], "Too small: expected number to be >=0")),
        ("actionId=1", ("invalid_format", ["actionId"], "Invalid UUID")),
        ("entityId=txn-123", ("invalid_format", ["entityId"], "Invalid UUID")),
        ("entityId=5eed0000-0000-9000-8000-00000000a003", ("invalid_format", ["entityId"], "Invalid UUID")),
        ("startAt=yesterday", ("invalid_format", ["startAt"], "Invalid date or time")),
        ("endAt=2024-02-30", ("invalid_format", ["endAt"], "Invalid date or time")),
        ("endAt=9999-12-31T23:59:59-23:00", ("invalid_format", ["endAt"], "Invalid date or time")),
    ],
)
def test_a_query_for_mutations_fits(
    vrplatform: VRPlatform, query: str, issue: tuple[str, list[str | int], str]
) -> None:
    assert issues(vrplatform.get(f"/audit/mutations?{query}")) == [issue]


@pytest.mark.proves("vrplatform.audit-action-unknown", "vrplatform.team")
def test_the_action_of_another_team_is_unknown(vrplatform: VRPlatform) -> None:
    action = action_of(vrplatform.upload(file_part()))

    refused = vrplatform.of_team("team_456").get(f"/audit/actions/{action}")

    assert error(refused) == (404, "NOT_FOUND", f"Audit action '{action}' not found")
    assert issues(vrplatform.get("/audit/actions/1")) == [("invalid_format", ["id"], "Invalid UUID")]


@pytest.mark.proves("vrplatform.audit")
def test_the_oldest_actions_are_dropped(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(max_exchanges=2)
    actions = [action_of(vrplatform.upload(file_part())) for _ in range(3)]

    assert vrplatform.get(f"/audit/actions/{actions[0]}").status == 404
    assert [row["actionId"] for row in mutations(vrplatform)] == [actions[2], actions[1]]
