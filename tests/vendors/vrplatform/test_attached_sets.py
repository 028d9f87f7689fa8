"""The set of files on a transaction: on create, replaced by PUT, and refused."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import create_app
from tests.asgi import Answer, scope_of, send
from tests.vendors.vrplatform.conftest import (
    FILES,
    INVOICE,
    LINKED,
    LOCKED,
    RECEIPT,
    UNKNOWN,
    VRPlatform,
    error,
    field,
    file_part,
    issues,
    ok,
)

NOT_EXPENSES = ("deposit", "transfer", "payout")
EXPENSES_ONLY = (400, "BAD_REQUEST", "Only expense transactions support attachments")
SEED = {"deposit": "txn-125", "transfer": "txn-126", "payout": "txn-127"}


def not_found(attachment: str) -> tuple[int, str, str]:
    return 404, "NOT_FOUND", f"Transaction attachment '{attachment}' not found"


def write(vrplatform: VRPlatform, method: str, attachments: object) -> Answer:
    """A new expense, or txn-123, is to have these files."""
    if method == "POST":
        return vrplatform.post_transaction(attachmentIds=attachments)
    return vrplatform.change("txn-123", attachmentIds=attachments)


both = pytest.mark.parametrize("method", ["POST", "PUT"])


# --- On create --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.transaction-attachments")
def test_a_new_expense_has_the_files_it_names_in_their_order(vrplatform: VRPlatform) -> None:
    first, second = vrplatform.stage(b"first"), vrplatform.stage(b"2")

    created = ok(vrplatform.post_transaction(attachmentIds=[second, first]))

    assert created["attachments"] == [
        {
            "id": attachment,
            "transactionId": created["id"],
            "filename": "a.pdf",
            "contentType": "application/octet-stream",
            "byteSize": size,
            "isOwnerAccessible": False,
        }
        for attachment, size in ((second, 1), (first, 5))
    ]
    assert vrplatform.read(created["id"]) == created
    (listed,) = [item for item in ok(vrplatform.get("/transactions"))["data"] if item["id"] == created["id"]]
    assert listed == created


@both
@pytest.mark.parametrize("empty", [[], None])
def test_an_empty_list_and_null_are_no_files(vrplatform: VRPlatform, method: str, empty: object) -> None:
    assert ok(write(vrplatform, method, empty))["attachments"] == []


# --- Replacing --------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.replace-set", "vrplatform.removal-deletes")
def test_a_list_adds_keeps_and_removes_in_one_step(vrplatform: VRPlatform) -> None:
    old, kept, new = (vrplatform.stage(name) for name in (b"old", b"kept", b"new"))
    expense = vrplatform.create(old, kept)

    changed = ok(vrplatform.change(expense, attachmentIds=[new, kept]))

    assert [attachment["id"] for attachment in changed["attachments"]] == vrplatform.attached(expense) == [new, kept]
    assert old in vrplatform.staged()
    assert ok(vrplatform.change(expense, attachmentIds=[old]))["attachments"][0]["transactionId"] == expense


@pytest.mark.proves("vrplatform.replace-set")
@pytest.mark.parametrize("fields", [{"description": "New"}, {"description": "New", "attachmentIds": None}])
def test_without_a_list_the_files_stay(vrplatform: VRPlatform, fields: dict[str, Any]) -> None:
    ok(vrplatform.change("txn-123", attachmentIds=[INVOICE, RECEIPT]))

    changed = ok(vrplatform.change("txn-123", **fields))

    assert changed["description"] == "New"
    assert vrplatform.attached("txn-123") == [INVOICE, RECEIPT]


@pytest.mark.proves("vrplatform.replace-set")
def test_an_empty_list_removes_all_files_and_stages_them_again(vrplatform: VRPlatform) -> None:
    ok(vrplatform.change("txn-123", attachmentIds=[INVOICE, RECEIPT]))

    assert ok(vrplatform.change("txn-123", attachmentIds=[]))["attachments"] == []
    assert vrplatform.staged() == [INVOICE, RECEIPT]
    assert vrplatform.create(INVOICE, RECEIPT)


@pytest.mark.proves("vrplatform.removal-deletes")
def test_removal_can_delete(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_removal_deletes=True)
    old, kept = vrplatform.stage(b"to be removed"), vrplatform.stage(b"kept")
    expense = vrplatform.create(old, kept)

    assert ok(vrplatform.change(expense, "?dryRun=true", attachmentIds=[kept]))
    assert vrplatform.content(old) == b"to be removed"
    assert ok(vrplatform.change(expense, attachmentIds=[kept]))

    assert error(vrplatform.get(f"{FILES}/{old}/download")) == not_found(old)
    assert vrplatform.attached(expense) == [kept]
    assert vrplatform.used == len(b"kept")


@both
@pytest.mark.proves("vrplatform.refuse-duplicates")
def test_a_file_that_is_named_twice_counts_once_or_is_refused(make: Callable[..., VRPlatform], method: str) -> None:
    twice = [RECEIPT, INVOICE, RECEIPT.upper()]
    attachments = ok(write(make(), method, twice))["attachments"]
    assert [item["id"] for item in attachments] == [RECEIPT, INVOICE]

    vrplatform = make(vrplatform_refuse_duplicates=True)
    before = vrplatform.everything()
    refused = write(vrplatform, method, twice)

    assert error(refused) == (400, "BAD_REQUEST", f"Duplicate transaction attachment '{RECEIPT}'")
    assert vrplatform.everything() == before


# --- Refusals ---------------------------------------------------------------------------------------------------------


@both
@pytest.mark.proves("vrplatform.attachment-unknown")
def test_an_unknown_file_is_not_found_and_nothing_is_written(vrplatform: VRPlatform, method: str) -> None:
    before = vrplatform.everything()

    refused = write(vrplatform, method, [INVOICE, UNKNOWN])

    assert error(refused) == not_found(UNKNOWN)
    assert vrplatform.everything() == before


@both
@pytest.mark.proves("vrplatform.input")
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (["no-uuid"], [("invalid_format", ["attachmentIds", 0], "Invalid UUID")]),
        (
            [INVOICE, 7, None],
            [
                ("invalid_type", ["attachmentIds", 1], "Invalid input: expected string, received number"),
                ("invalid_type", ["attachmentIds", 2], "Invalid input: expected string, received null"),
            ],
        ),
        (INVOICE, [("invalid_type", ["attachmentIds"], "Invalid input: expected array, received string")]),
        ({}, [("invalid_type", ["attachmentIds"], "Invalid input: expected array, received object")]),
    ],
)
def test_a_malformed_list_is_refused(vrplatform: VRPlatform, method: str, sent: object, expected: object) -> None:
    before = vrplatform.everything()

    assert issues(write(vrplatform, method, sent)) == expected
    assert vrplatform.everything() == before


@both
@pytest.mark.proves("vrplatform.attachments-move")
def test_a_file_of_another_transaction_stays_there(vrplatform: VRPlatform, method: str) -> None:
    before = vrplatform.everything()

    refused = write(vrplatform, method, [INVOICE, LINKED])

    message = f"Transaction attachment '{LINKED}' is already attached to another transaction"
    assert error(refused) == (400, "BAD_REQUEST", message)
    assert vrplatform.everything() == before


@both
def test_files_can_be_let_move(make: Callable[..., VRPlatform], method: str) -> None:
    vrplatform = make(vrplatform_attachments_move=True)

    taker = ok(write(vrplatform, method, [INVOICE, LINKED]))

    assert vrplatform.attached(taker["id"]) == [INVOICE, LINKED]
    assert vrplatform.attached("txn-124") == []
    assert {item["documents"][0] for item in vrplatform.held("&staged=false") if item["id"] == LINKED} == {
        f"transactions/{taker['id']}"
    }


@both
@pytest.mark.proves("vrplatform.statement-lock")
def test_no_file_moves_away_from_a_locked_transaction(make: Callable[..., VRPlatform], method: str) -> None:
    vrplatform = make(vrplatform_attachments_move=True)

    refused = write(vrplatform, method, [LOCKED])

    assert error(refused) == (400, "BAD_REQUEST", "Transaction 'txn-128' is locked")
    assert vrplatform.attached("txn-128") == [LOCKED]


@pytest.mark.proves("vrplatform.expenses-only")
@pytest.mark.parametrize("kind", NOT_EXPENSES)
def test_only_expenses_take_files(vrplatform: VRPlatform, kind: str) -> None:
    before = vrplatform.everything()

    created = vrplatform.post_transaction(type=kind, attachmentIds=[INVOICE])
    changed = vrplatform.change(SEED[kind], attachmentIds=[INVOICE])

    assert created.rule == changed.rule == "vrplatform.expenses-only"
    assert error(created) == error(changed) == EXPENSES_ONLY
    assert vrplatform.everything() == before


@pytest.mark.parametrize("empty", [[], None])
@pytest.mark.parametrize("kind", NOT_EXPENSES)
def test_others_take_an_empty_list(vrplatform: VRPlatform, kind: str, empty: object) -> None:
    assert ok(vrplatform.post_transaction(type=kind, attachmentIds=empty))["attachments"] == []
    assert ok(vrplatform.change(SEED[kind], attachmentIds=empty))["attachments"] == []


@pytest.mark.proves("vrplatform.type-change", "vrplatform.expenses-only")
@pytest.mark.parametrize("kind", NOT_EXPENSES)
def test_an_expense_with_files_stays_one(vrplatform: VRPlatform, kind: str) -> None:
    before = vrplatform.everything()

    left_out = vrplatform.change("txn-124", type=kind)
    given = vrplatform.change("txn-124", type=kind, attachmentIds=[LINKED])

    assert (left_out.rule, given.rule) == ("vrplatform.type-change", "vrplatform.expenses-only")
    assert error(left_out) == error(given) == EXPENSES_ONLY
    assert vrplatform.everything() == before


@pytest.mark.parametrize("kind", NOT_EXPENSES)
def test_an_expense_changes_its_type_and_loses_its_files_in_one_step(vrplatform: VRPlatform, kind: str) -> None:
    changed = ok(vrplatform.change("txn-124", type=kind, attachmentIds=[]))

    assert (changed["type"], changed["attachments"]) == (kind, [])
    assert LINKED in vrplatform.staged()


def test_another_type_becomes_an_expense_with_files(vrplatform: VRPlatform) -> None:
    changed = ok(vrplatform.change("txn-125", type="expense", attachmentIds=[INVOICE]))

    assert (changed["type"], vrplatform.attached("txn-125")) == ("expense", [INVOICE])


# --- What is staged, and teams ----------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.staged")
def test_orphans_stay_staged_and_the_control_api_shows_them(vrplatform: VRPlatform) -> None:
    orphan, attached = vrplatform.stage(b"orphan"), vrplatform.stage(b"attached")
    expense = vrplatform.create(attached)
    vrplatform.sandbox.clock.advance(10 * 365 * 24 * 3600)

    files = {item["id"]: (item["owner"], item["size"], item["documents"]) for item in vrplatform.held()}

    assert files[orphan] == ("team_123", 6, [])
    assert files[attached] == ("team_123", 8, [f"transactions/{expense}"])
    assert vrplatform.staged() == [INVOICE, RECEIPT, orphan]
    assert vrplatform.content(orphan) == b"orphan"


@pytest.mark.proves("vrplatform.team", "vrplatform.attachment-unknown")
def test_teams_have_nothing_of_each_others(vrplatform: VRPlatform) -> None:
    other = vrplatform.of_team("team_456")
    secret = ok(vrplatform.upload(file_part(b"secret"), field("isOwnerAccessible", "true")))["id"]
    expense = vrplatform.create(secret)
    before = vrplatform.everything()

    path = f"{FILES}/{secret}"
    refused = [
        other.get(f"{path}/download"),
        other.send_json("PATCH", path, {"isOwnerAccessible": False}),
        other.request("DELETE", path),
        other.post_transaction(attachmentIds=[secret]),
        other.change("txn-123", attachmentIds=[secret]),
    ]

    assert [error(answer) for answer in refused] == [not_found(secret)] * 5
    missing = (404, "NOT_FOUND", f"Transaction '{expense}' not found")
    assert error(other.get(f"/transactions/{expense}")) == missing
    assert error(other.change(expense, description="x")) == missing
    assert error(other.request("DELETE", f"/transactions/{expense}")) == missing
    assert expense not in other.listed()
    transactions, files, used = vrplatform.everything()
    assert (transactions, [file for file in files if file["owner"] == "team_123"], used) == before


def test_what_one_team_does_to_the_seed_data_is_its_own(vrplatform: VRPlatform) -> None:
    other = vrplatform.of_team("team_456")

    ok(vrplatform.change("txn-123", description="Ours", attachmentIds=[INVOICE]))
    ok(vrplatform.request("DELETE", "/transactions/txn-125"))

    assert other.read("txn-123")["description"] == "HVAC Repair - Beach House"
    assert "txn-125" in other.listed()


@pytest.mark.proves("vrplatform.team", "vrplatform.attachment-unknown")
@pytest.mark.parametrize("attachment", [INVOICE, LINKED, LOCKED])
def test_the_files_of_the_seed_data_are_one_teams(vrplatform: VRPlatform, attachment: str) -> None:
    other = vrplatform.of_team("team_456")

    assert error(other.get(f"{FILES}/{attachment}/download")) == not_found(attachment)
    assert other.attached("txn-124") == other.attached("txn-128") == []
    assert vrplatform.get(f"{FILES}/{attachment}/download").status == 200


# --- Laws -------------------------------------------------------------------------------------------------------------

NUMBERS = st.lists(st.integers(0, 5), max_size=8)


class SandboxRegistry:
    """An emulator with six files, to set on one expense after the other."""

    def __init__(self) -> None:
        self.client = VRPlatform(create_app(vrplatform_removal_deletes=False))
        self.contents = {self.client.stage(text): text for text in (bytes([65 + n]) * (n + 1) for n in range(6))}
        self.files = list(self.contents)
        self.expense = self.client.create()

    def put(self, numbers: list[int], *more: str) -> Answer:
        return self.client.change(self.expense, attachmentIds=[*(self.files[number] for number in numbers), *more])


@cache
def registry() -> SandboxRegistry:
    return SandboxRegistry()


@given(st.lists(NUMBERS, min_size=1, max_size=3))
def test_the_set_is_what_the_last_list_says(sets: list[list[int]]) -> None:
    laws = registry()
    for numbers in sets:
        assert laws.put(numbers).status == 200

    wanted = list(dict.fromkeys(laws.files[number] for number in sets[-1]))
    assert laws.client.attached(laws.expense) == wanted
    assert laws.client.staged() == [
        item for item in (INVOICE, RECEIPT, *laws.files) if item not in laws.client.attached(laws.expense)
    ]
    assert {file: laws.client.content(file) for file in laws.files} == laws.contents
    assert laws.client.used == sum(map(len, laws.contents.values()))


FAULTS: dict[str, dict[str, Any]] = {
    "unknown file": {"more": [UNKNOWN]},
    "malformed file": {"more": ["7"]},
    "file of another's": {"more": [LINKED]},
    "type": {"type": "spending"},
    "no lines": {"lines": []},
    "unknown line": {"lines_delete": ["line-nowhere"]},
    "two ways to give lines": {"lines": [{"accountId": "a", "amount": 1}], "lines_delete": []},
    "closed books": {"date": "2019-12-31"},
    "transfer": {"type": "transfer", "lines": [{"accountId": "a", "amount": 1}] * 2, "ids": []},
}


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(FAULTS)))
def test_a_refused_change_changes_nothing(had: list[int], wanted: list[int], fault: str) -> None:
    laws = registry()
    assert laws.put(had).status == 200
    before = laws.client.everything()
    fields = {"description": "Changed", **FAULTS[fault]}
    more = fields.pop("more", [])
    ids = fields.pop("ids", [laws.files[number] for number in wanted] + more)

    assert laws.client.change(laws.expense, attachmentIds=ids, **fields).status in (400, 404)

    assert laws.client.everything() == before
    assert {file: laws.client.content(file) for file in laws.files} == laws.contents


@given(st.lists(st.sets(st.integers(0, 5)), min_size=1, max_size=4))
def test_removed_bytes_leave_the_store_where_removal_deletes(sets: list[set[int]]) -> None:
    client = VRPlatform(create_app(vrplatform_removal_deletes=True))
    contents = {client.stage(text): text for text in (bytes([65 + n]) * (n + 1) for n in range(6))}
    files = list(contents)
    expense = client.create(*files)
    left = set(range(6))
    for numbers in sets:
        left &= numbers
        assert client.change(expense, attachmentIds=[files[number] for number in sorted(left)]).status == 200

        assert {item: client.content(item) for item in client.attached(expense)} == {
            files[number]: contents[files[number]] for number in left
        }
        assert client.used == sum(len(contents[files[number]]) for number in left)


def test_parallel_changes_end_in_one_of_the_requested_sets(vrplatform: VRPlatform) -> None:
    files = [vrplatform.stage(str(number).encode()) for number in range(40)]
    sets = [[files[(number + step) % 40] for step in range(1 + number % 7)] for number in range(200)]

    async def put_all() -> list[Answer]:
        def put(wanted: list[str], pieces: int) -> Coroutine[Any, Any, Answer]:
            body = json.dumps({"attachmentIds": wanted}).encode()
            size = len(body) // pieces + 1
            headers = {**vrplatform.headers, "content-type": "application/json"}
            scope = scope_of("PUT", "/vrplatform/transactions/txn-123", headers)
            return send(vrplatform.app, scope, [body[at : at + size] for at in range(0, len(body), size)])

        return await asyncio.gather(*(put(wanted, 1 + number % 5) for number, wanted in enumerate(sets)))

    answers = asyncio.run(put_all())

    assert [[attachment["id"] for attachment in ok(answer)["attachments"]] for answer in answers] == sets
    last = vrplatform.attached("txn-123")
    assert last in sets
    assert sorted(vrplatform.staged()) == sorted({INVOICE, RECEIPT, *files} - set(last))
