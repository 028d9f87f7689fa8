"""Transactions: create, read, change, delete, list; and what closes them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.asgi import Answer
from tests.vendors.vrplatform.conftest import (
    FILES,
    INVOICE,
    LEAST,
    LINE,
    RECEIPT,
    VRPlatform,
    error,
    issues,
    ok,
)

OPEN_BOOKS = {"x_ignore_books_closed_at": "true"}
TYPES = ("deposit", "expense", "payout", "transfer")
OPTIONS = {
    "type": '"deposit"|"expense"|"transfer"|"payout"',
    "status": '"active"|"inactive"',
}


def ids(answer: Answer) -> list[str]:
    return [item["id"] for item in ok(answer)["data"]]


# --- Create -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.create")
@pytest.mark.parametrize("kind", TYPES)
def test_a_transaction_of_each_type_takes_a_date_and_a_line(vrplatform: VRPlatform, kind: str) -> None:
    created = ok(vrplatform.post_transaction(type=kind))

    account = {"id": "account-repairs", "name": "Repairs and Maintenance", "uniqueRef": None, "shortRef": None}
    assert created == {
        "id": created["id"],
        "description": None,
        "status": "active",
        "uniqueRef": None,
        "isOpeningBalance": False,
        "type": kind,
        "date": "2024-06-15",
        "lines": [
            {
                "id": created["lines"][0]["id"],
                "uniqueRef": None,
                "description": None,
                "assignment": None,
                "amount": 100,
                "total": 100,
                "listing": None,
                "reservation": None,
                "ownerStatementId": None,
                "account": account,
                "issues": [],
            }
        ],
        "account": None,
        "contact": None,
        "currency": "USD",
        "payment": None,
        "connection": None,
        "sourceId": None,
        "recurringTemplateId": None,
        "matchBankAccountLast4": None,
        "issues": [],
        "attachments": [],
    }
    assert vrplatform.read(created["id"]) == created


def test_a_transaction_shows_all_that_was_said_of_it(vrplatform: VRPlatform) -> None:
    line = {
        **LINE,
        "description": "Fan",
        "listingId": "listing-123",
        "reservationId": "reservation-1",
        "uniqueRef": "line-ref",
        "assignment": "accountsPayable",
    }
    fields: dict[str, Any] = {
        "description": "Réparation",
        "status": "inactive",
        "uniqueRef": "ref",
        "isOpeningBalance": True,
        "currency": "EUR",
        "payment": {"amount": 12.5, "method": "card"},
        "sourceId": "source",
        "recurringTemplateId": "template",
        "matchBankAccountLast4": "1234",
    }

    created = ok(
        vrplatform.post_transaction(
            **fields, accountId="account-bank", contactId="contact-hvac", connectionId="link", lines=[line], unknown=1
        )
    )

    assert {name: created[name] for name in fields} == fields
    assert (created["account"]["name"], created["contact"]["name"]) == ("Trust Account", "Coastal Heating and Cooling")
    assert created["connection"] == {"id": "link"}
    (answered_line,) = created["lines"]
    assert {name: answered_line[name] for name in ("description", "uniqueRef", "assignment")} == {
        name: line[name] for name in ("description", "uniqueRef", "assignment")
    }
    assert answered_line["listing"] == {
        "id": "listing-123",
        "name": "Beach House",
        "uniqueRef": "beach-house",
        "shortRef": None,
    }
    assert answered_line["reservation"] == {"id": "reservation-1"}
    assert vrplatform.read(created["id"]) == created


@pytest.mark.proves("vrplatform.input")
def test_all_that_is_missing_or_wrong_is_told_at_once(vrplatform: VRPlatform) -> None:
    before = vrplatform.everything()

    def refused(value: object) -> list[tuple[str, list[str | int], str]]:
        return issues(vrplatform.send_json("POST", "/transactions", value))

    assert refused({}) == [
        ("invalid_value", ["type"], f"Invalid option: expected one of {OPTIONS['type']}"),
        ("invalid_type", ["date"], "Invalid input: expected string, received undefined"),
        ("invalid_type", ["lines"], "Invalid input: expected array, received undefined"),
    ]
    assert refused({**LEAST, "lines": []}) == [("too_small", ["lines"], "Too small: expected array to have >=1 items")]
    wrong: dict[str, Any] = {
        "status": "open",
        "isOpeningBalance": "yes",
        "type": "invoice",
        "date": "15.06.2024",
        "payment": 7,
        "lines": [{}, 5, {"accountId": 1, "amount": 2.5}],
    }
    assert refused(wrong) == [
        ("invalid_value", ["status"], f"Invalid option: expected one of {OPTIONS['status']}"),
        ("invalid_type", ["isOpeningBalance"], "Invalid input: expected boolean, received string"),
        ("invalid_value", ["type"], f"Invalid option: expected one of {OPTIONS['type']}"),
        ("invalid_format", ["date"], "Invalid ISO date"),
        ("invalid_type", ["payment"], "Invalid input: expected object, received number"),
        ("invalid_type", ["lines", 0, "accountId"], "Invalid input: expected string, received undefined"),
        ("invalid_type", ["lines", 0, "amount"], "Invalid input: expected number, received undefined"),
        ("invalid_type", ["lines", 1], "Invalid input: expected object, received number"),
        ("invalid_type", ["lines", 2, "accountId"], "Invalid input: expected string, received number"),
        ("invalid_type", ["lines", 2, "amount"], "Invalid input: expected int, received number"),
    ]
    assert refused([]) == [("invalid_type", [], "Invalid input: expected object, received array")]
    assert vrplatform.everything() == before


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.proves("vrplatform.bad-json", "vrplatform.content-type", "vrplatform.max-json-bytes")
def test_a_transaction_is_a_json_object(make: Callable[..., VRPlatform], method: str) -> None:
    vrplatform = make(vrplatform_max_json_bytes=10)
    path = "/transactions" if method == "POST" else "/transactions/txn-123"

    def refused(body: bytes, content_type: str | None) -> str | None:
        return vrplatform.request(method, path, body, {"content-type": content_type}).rule

    assert refused(b"{", "application/json") == "vrplatform.bad-json"
    assert refused(b"{}", None) == refused(b"{}", "text/json") == "vrplatform.content-type"
    assert refused(b'{        "', "Application/JSON; charset=utf-8") == "vrplatform.bad-json"
    assert refused(b"{}" + b" " * 9, "application/json") == "vrplatform.max-json-bytes"


def test_a_lone_surrogate_does_not_break_the_answer(vrplatform: VRPlatform) -> None:
    body = b'{"type":"expense","date":"2024-06-15","description":"\\ud800","lines":[{"accountId":"a","amount":1}]}'

    assert ok(vrplatform.post("/transactions", body, content_type="application/json"))["description"] == "?"


@pytest.mark.proves("vrplatform.known-references")
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"accountId": "account-new"}, "Account 'account-new' not found"),
        ({"contactId": "contact-new"}, "Contact 'contact-new' not found"),
        ({"lines": [{**LINE, "accountId": "account-new"}]}, "Account 'account-new' not found"),
        ({"lines": [LINE, {**LINE, "listingId": "listing-new"}]}, "Listing 'listing-new' not found"),
    ],
)
def test_what_is_referred_to_is_made_up_or_refused(
    make: Callable[..., VRPlatform], fields: dict[str, Any], message: str
) -> None:
    lenient, strict = make(), make(vrplatform_known_references=True)
    before = strict.everything()

    assert ok(lenient.post_transaction(**fields))
    assert ok(lenient.change("txn-123", **fields))
    assert error(strict.post_transaction(**fields)) == (404, "NOT_FOUND", message)
    assert error(strict.change("txn-123", **fields)) == (404, "NOT_FOUND", message)
    assert strict.everything() == before
    assert ok(strict.post_transaction(accountId="account-bank", contactId="contact-hvac", lines=[LINE]))


@pytest.mark.proves("vrplatform.transfer")
@pytest.mark.parametrize("kind", TYPES)
def test_only_a_transfer_is_held_to_one_line(vrplatform: VRPlatform, kind: str) -> None:
    two: dict[str, Any] = {"type": kind, "lines": [LINE, LINE]}
    refusal = (400, "BAD_REQUEST", "Transfers must have exactly one line")

    for answer in (vrplatform.post_transaction(**two), vrplatform.change("txn-123", **two)):
        if kind == "transfer":
            assert error(answer) == refusal
        else:
            assert len(ok(answer)["lines"]) == 2
    assert error(vrplatform.change("txn-126", lines_create=[LINE])) == refusal


# --- Change -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.transaction-unknown")
def test_a_transaction_that_is_not_there_is_not_found(vrplatform: VRPlatform) -> None:
    for answer in (
        vrplatform.get("/transactions/txn-nowhere"),
        vrplatform.change("txn-nowhere"),
        vrplatform.request("DELETE", "/transactions/txn-nowhere"),
    ):
        assert error(answer) == (404, "NOT_FOUND", "Transaction 'txn-nowhere' not found")


def test_a_change_leaves_what_it_does_not_name(vrplatform: VRPlatform) -> None:
    before = vrplatform.read("txn-124")

    assert ok(vrplatform.change("txn-124")) == before
    changed = ok(vrplatform.change("txn-124", description=None, date="2024-06-19", contactId="contact-hvac"))

    contact = {"id": "contact-hvac", "name": "Coastal Heating and Cooling", "uniqueRef": None, "shortRef": None}
    assert changed == {**before, "description": None, "date": "2024-06-19", "contact": contact}
    assert vrplatform.read("txn-124") == changed


@pytest.mark.proves("vrplatform.input")
@pytest.mark.parametrize("name", ["type", "status", "date", "isOpeningBalance", "lines"])
def test_what_a_transaction_must_have_cannot_be_made_null(vrplatform: VRPlatform, name: str) -> None:
    (issue,) = issues(vrplatform.change("txn-123", **{name: None}))

    assert issue[1] == [name]


def test_lines_are_given_anew(vrplatform: VRPlatform) -> None:
    (before,) = vrplatform.read("txn-123")["lines"]

    lines = ok(vrplatform.change("txn-123", lines=[{**LINE, "amount": -1}, {**LINE, "amount": 0}]))["lines"]

    assert [(line["amount"], line["listing"]) for line in lines] == [(-1, None), (0, None)]
    assert len({before["id"], *(line["id"] for line in lines)}) == 3


@pytest.mark.proves("vrplatform.lines")
def test_lines_are_created_updated_and_deleted_by_id(vrplatform: VRPlatform) -> None:
    first, second = ok(vrplatform.change("txn-123", lines_create=[{**LINE, "description": "Second"}]))["lines"]
    assert (first["id"], second["description"]) == ("line-1", "Second")

    changed = ok(
        vrplatform.change(
            "txn-123",
            lines_create=[{**LINE, "amount": 3}],
            lines_update=[{"id": second["id"], "amount": 2, "listingId": "listing-456"}],
            lines_delete=["line-1"],
        )
    )["lines"]

    assert [(record["id"] == second["id"], record["amount"]) for record in changed] == [(True, 2), (False, 3)]
    assert (changed[0]["description"], changed[0]["listing"]["id"]) == ("Second", "listing-456")
    assert vrplatform.read("txn-123")["lines"] == changed
    assert vrplatform.change("txn-123", lines_delete=[record["id"] for record in changed]).rule == "vrplatform.lines"


@pytest.mark.proves("vrplatform.lines")
@pytest.mark.parametrize("also", [{"lines_create": [LINE]}, {"lines_update": []}, {"lines_delete": ["line-1"]}])
def test_lines_come_in_one_of_the_two_ways(vrplatform: VRPlatform, also: dict[str, Any]) -> None:
    refused = vrplatform.change("txn-123", lines=[LINE], **also)

    message = "lines cannot be combined with lines_create, _update or _delete"
    assert error(refused) == (400, "BAD_REQUEST", message)


@pytest.mark.proves("vrplatform.lines")
def test_one_line_remains(vrplatform: VRPlatform) -> None:
    refused = vrplatform.change("txn-123", lines_delete=["line-1"])

    assert error(refused) == (400, "BAD_REQUEST", "A transaction must have at least one line")
    assert ok(vrplatform.change("txn-123", lines_delete=["line-1"], lines_create=[LINE]))


@pytest.mark.proves("vrplatform.line-unknown")
@pytest.mark.parametrize("fields", [{"lines_update": [{"id": "line-2", "amount": 1}]}, {"lines_delete": ["line-2"]}])
def test_a_line_of_another_transaction_is_not_found(vrplatform: VRPlatform, fields: dict[str, Any]) -> None:
    before = vrplatform.everything()

    assert error(vrplatform.change("txn-123", **fields)) == (404, "NOT_FOUND", "Transaction line 'line-2' not found")
    assert vrplatform.everything() == before


@pytest.mark.proves("vrplatform.input")
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"lines_update": [{"amount": 1}]},
            [(["lines_update", 0, "id"], "Invalid input: expected string, received undefined")],
        ),
        (
            {"lines_update": [{"id": "line-1", "amount": "1"}, 5]},
            [
                (["lines_update", 0, "amount"], "Invalid input: expected number, received string"),
                (["lines_update", 1], "Invalid input: expected object, received number"),
            ],
        ),
        (
            {"lines_update": [{"amount": None, "accountId": None}], "lines": []},
            [
                (["lines"], "Too small: expected array to have >=1 items"),
                (["lines_update", 0, "id"], "Invalid input: expected string, received undefined"),
                (["lines_update", 0, "accountId"], "Invalid input: expected string, received null"),
                (["lines_update", 0, "amount"], "Invalid input: expected number, received null"),
            ],
        ),
        ({"lines_delete": [1]}, [(["lines_delete", 0], "Invalid input: expected string, received number")]),
        ({"lines_delete": "line-1"}, [(["lines_delete"], "Invalid input: expected array, received string")]),
        ({"lines_create": None}, [(["lines_create"], "Invalid input: expected array, received null")]),
        (
            {"lines_create": [{"amount": 1}]},
            [(["lines_create", 0, "accountId"], "Invalid input: expected string, received undefined")],
        ),
        ({"lines": "all"}, [(["lines"], "Invalid input: expected array, received string")]),
        ({"lines": []}, [(["lines"], "Too small: expected array to have >=1 items")]),
    ],
)
def test_malformed_lines_are_told(vrplatform: VRPlatform, fields: dict[str, Any], expected: object) -> None:
    messages = issues(vrplatform.change("txn-123", **fields))

    assert [(path, message) for _, path, message in messages] == expected


# --- Dry runs ---------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.dry-run")
def test_a_dry_run_answers_and_writes_nothing(vrplatform: VRPlatform) -> None:
    before = vrplatform.everything()

    created = ok(vrplatform.post_transaction("?dryRun=true", attachmentIds=[INVOICE]))
    changed = ok(vrplatform.change("txn-124", "?dryRun=true", attachmentIds=[RECEIPT], description="New"))
    deleted = ok(vrplatform.request("DELETE", "/transactions/txn-124?dryRun=true"))

    assert created["attachments"][0]["transactionId"] == created["id"]
    assert (changed["description"], changed["attachments"][0]["id"]) == ("New", RECEIPT)
    assert deleted == {"id": "txn-124"}
    assert vrplatform.everything() == before
    assert RECEIPT in vrplatform.staged()


@pytest.mark.proves("vrplatform.dry-run")
def test_a_dry_run_leaves_no_audit_action(vrplatform: VRPlatform) -> None:
    for answer in (
        vrplatform.post_transaction("?dryRun=true"),
        vrplatform.change("txn-124", "?dryRun=true", description="New"),
        vrplatform.request("DELETE", "/transactions/txn-124?dryRun=true"),
    ):
        assert answer.headers["X-VRPlatform-Audit-Should-Poll"] == "false"
        assert "X-VRPlatform-Audit-Action-Id" not in answer.headers
    assert ok(vrplatform.get("/audit/mutations"))["data"] == []


@pytest.mark.proves("vrplatform.dry-run")
def test_attachments_have_no_dry_run(vrplatform: VRPlatform) -> None:
    deleted = vrplatform.request("DELETE", f"{FILES}/{INVOICE}?dryRun=true")

    assert ok(deleted) == {"id": INVOICE}
    assert "X-VRPlatform-Audit-Action-Id" in deleted.headers
    assert INVOICE not in vrplatform.staged()


@pytest.mark.proves("vrplatform.expenses-only", "vrplatform.statement-lock")
def test_a_dry_run_is_refused_as_the_write_would_be(vrplatform: VRPlatform) -> None:
    refused = vrplatform.post_transaction("?dryRun=true", type="deposit", attachmentIds=[INVOICE])

    assert refused.rule == "vrplatform.expenses-only"
    locked = vrplatform.request("DELETE", "/transactions/txn-128?dryRun=true")
    assert locked.rule == "vrplatform.statement-lock"


@pytest.mark.proves("vrplatform.input")
def test_dry_run_is_true_or_false(vrplatform: VRPlatform) -> None:
    before = vrplatform.everything()

    for answer in (
        vrplatform.post_transaction("?dryRun=yes"),
        vrplatform.change("txn-123", "?dryRun=yes"),
        vrplatform.request("DELETE", "/transactions/txn-123?dryRun=yes"),
    ):
        assert issues(answer) == [("invalid_type", ["dryRun"], "Invalid input: expected boolean, received string")]
    assert vrplatform.everything() == before
    assert ok(vrplatform.request("DELETE", "/transactions/txn-123?dryRun=false"))
    assert vrplatform.get("/transactions/txn-123").status == 404


# --- Locks ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.books-closed-at")
def test_before_the_books_were_closed_nothing_is_written_unless_told_to(vrplatform: VRPlatform) -> None:
    def writes(**headers: str) -> list[Answer]:
        return [
            vrplatform.send_json("POST", "/transactions", {**LEAST, "date": "2019-12-31"}, **headers),
            vrplatform.send_json("PUT", "/transactions/txn-129", {"description": "x"}, **headers),
            vrplatform.send_json("PUT", "/transactions/txn-129", {"date": "2024-01-01"}, **headers),
            vrplatform.send_json("PUT", "/transactions/txn-123", {"date": "2019-12-31"}, **headers),
            vrplatform.request(
                "DELETE", "/transactions/txn-129", headers={key.replace("_", "-"): headers[key] for key in headers}
            ),
        ]

    before = vrplatform.everything()
    for refused in (*writes(), *writes(x_ignore_books_closed_at="false")):
        assert error(refused) == (400, "BAD_REQUEST", "The books are closed up to 2020-01-01")
        assert refused.json()["issues"] == [{"code": "priorToClosedPeriod", "message": refused.json()["message"]}]
    assert vrplatform.everything() == before
    assert [answer.status for answer in writes(**OPEN_BOOKS)] == [200] * 5


@pytest.mark.proves("vrplatform.books-closed-at")
def test_the_day_the_books_are_closed_is_a_setting(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_books_closed_at="2024-06-16")

    assert vrplatform.post_transaction(date="2024-06-15").rule == "vrplatform.books-closed-at"
    assert ok(vrplatform.post_transaction(date="2024-06-16"))
    assert ok(make(vrplatform_books_closed_at="").post_transaction(date="1970-01-01"))


@pytest.mark.proves("vrplatform.statement-lock")
@pytest.mark.parametrize("headers", [{}, OPEN_BOOKS])
def test_what_is_on_an_owner_statement_is_locked_whatever_a_header_says(
    vrplatform: VRPlatform, headers: dict[str, str]
) -> None:
    before = vrplatform.everything()
    assert [(issue["code"], issue["severity"]) for issue in vrplatform.read("txn-128")["issues"]] == [
        ("locked", "warning")
    ]

    names = {key.replace("_", "-"): value for key, value in headers.items()}
    for refused in (
        vrplatform.send_json("PUT", "/transactions/txn-128", {"description": "x"}, **headers),
        vrplatform.send_json("PUT", "/transactions/txn-128", {"attachmentIds": []}, **headers),
        vrplatform.request("DELETE", "/transactions/txn-128", headers=names),
    ):
        assert error(refused) == (400, "BAD_REQUEST", "Transaction 'txn-128' is locked")
        assert refused.json()["issues"][0]["code"] == "locked"
    assert vrplatform.everything() == before


@pytest.mark.proves("vrplatform.statement-lock")
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_write_that_puts_a_transaction_on_a_statement_is_the_last(vrplatform: VRPlatform, method: str) -> None:
    lines = [{**LINE, "ownerStatementId": "statement-june"}]
    if method == "POST":
        transaction = vrplatform.create(lines=lines)
    else:
        transaction = str(ok(vrplatform.change("txn-123", lines=lines))["id"])

    assert vrplatform.read(transaction)["lines"][0]["ownerStatementId"] == "statement-june"
    assert vrplatform.change(transaction, lines=[LINE]).rule == "vrplatform.statement-lock"


# --- Delete -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.delete-transaction", "vrplatform.attachment-unknown", "vrplatform.transaction-unknown")
def test_a_deleted_transaction_takes_its_files_with_it(vrplatform: VRPlatform) -> None:
    file, other = vrplatform.stage(b"its own"), vrplatform.stage(b"staged")
    expense = vrplatform.create(file)

    assert ok(vrplatform.request("DELETE", f"/transactions/{expense}")) == {"id": expense}

    assert vrplatform.get(f"/transactions/{expense}").rule == "vrplatform.transaction-unknown"
    assert vrplatform.request("DELETE", f"/transactions/{expense}").status == 404
    assert vrplatform.get(f"{FILES}/{file}/download").rule == "vrplatform.attachment-unknown"
    assert vrplatform.content(other) == b"staged"
    assert vrplatform.used == len(b"staged")


# --- Lists ------------------------------------------------------------------------------------------------------------

NEWEST_FIRST = ["txn-127", "txn-126", "txn-125", "txn-124", "txn-123", "txn-128", "txn-129"]


@pytest.mark.proves("vrplatform.list", "vrplatform.page-size")
def test_a_list_comes_in_pages(vrplatform: VRPlatform) -> None:
    unfiltered = ok(vrplatform.get("/transactions"))
    assert list(unfiltered) == ["data", "pagination"]
    assert [item["id"] for item in unfiltered["data"]] == NEWEST_FIRST
    assert unfiltered["data"][4] == vrplatform.read("txn-123")
    assert unfiltered["pagination"] == {"limit": 100, "page": 1, "total": 7, "totalPage": 1, "nextPage": None}

    pages = [ok(vrplatform.get(f"/transactions?limit=3&page={page}")) for page in range(1, 5)]

    assert [transaction["id"] for page in pages for transaction in page["data"]] == NEWEST_FIRST
    assert [page["pagination"]["nextPage"] for page in pages] == [2, 3, None, None]
    assert pages[3] == {
        "data": [],
        "pagination": {"limit": 3, "page": 4, "total": 7, "totalPage": 3, "nextPage": None},
    }
    none = ok(vrplatform.get("/transactions?search=nothing"))["pagination"]
    assert (none["total"], none["totalPage"], none["nextPage"]) == (0, 0, None)


def test_of_one_day_what_came_last_is_first(vrplatform: VRPlatform) -> None:
    first, second = vrplatform.create(date="2025-01-01"), vrplatform.create(date="2025-01-01")

    assert vrplatform.listed("?limit=2") == [second, first]


@pytest.mark.proves("vrplatform.page-size")
def test_the_size_of_a_page_is_a_setting(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(vrplatform_page_size=2)

    assert vrplatform.listed() == NEWEST_FIRST[:2]
    assert vrplatform.listed("?limit=250") == NEWEST_FIRST


@pytest.mark.proves("vrplatform.filters")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=expense", ["txn-124", "txn-123", "txn-128", "txn-129"]),
        ("type=deposit&type=payout", ["txn-125"]),
        ("status=inactive", []),
        ("status=active&type=transfer", ["txn-126"]),
        ("isOpeningBalance=true", []),
        ("isOpeningBalance=false&type=payout", ["txn-127"]),
        ("isLocked=true", ["txn-128"]),
        ("isLocked=false&type=expense", ["txn-124", "txn-123", "txn-129"]),
        ("accountId=account-repairs", ["txn-123", "txn-129"]),
        ("accountId=account-bank", ["txn-127", "txn-126", "txn-125"]),
        ("contactId=contact-hvac", ["txn-123"]),
        ("amount=9500", ["txn-124"]),
        ("amount=-9500", []),
        ("connectionId=null&type=payout", ["txn-127"]),
        ("connectionId=link", []),
        ("recurringTemplateId=template", []),
        ("ids=txn-123,txn-127,txn-nowhere", ["txn-127", "txn-123"]),
        ("uniqueRefs=none", []),
        ("listingIds=listing-456", ["txn-124"]),
        ("listingIds=listing-456,listing-123&type=expense", ["txn-124", "txn-123", "txn-128", "txn-129"]),
        ("search=hvac", ["txn-123"]),
        ("search=COMPRESSOR", ["txn-123"]),
        ("unknown=filter&ids=txn-123", ["txn-123"]),
        ("ids=txn-123&type=&page=&limit=&search=&isLocked=", ["txn-123"]),
        ("ids=txn-123,txn-124&limit=1&limit=2", ["txn-124"]),
    ],
)
def test_a_list_is_filtered(vrplatform: VRPlatform, query: str, expected: list[str]) -> None:
    assert vrplatform.listed(f"?{query}") == expected
    assert vrplatform.get(f"/transactions?{query}&last4=1234").status == 501


@pytest.mark.proves("vrplatform.date-range")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("dateRange=2019", ["txn-129"]),
        ("dateRange=2024-05", ["txn-128"]),
        ("dateRange=2024-06-18", ["txn-124"]),
        ("dateRange=2024-06-18&isDateRangeEndInclusive=false", ["txn-124"]),
        ("dateRange=2024-06&isDateRangeEndInclusive=false&type=payout", ["txn-127"]),
        ("dateRange=2024-06-18...2024-06-20", ["txn-125", "txn-124"]),
        ("dateRange=2024-06-18...2024-06-20&isDateRangeEndInclusive=true", ["txn-125", "txn-124"]),
        ("dateRange=2024-06-18...2024-06-20&isDateRangeEndInclusive=false", ["txn-124"]),
        ("dateRange=2024-06-20...2024-06-18", []),
        ("dateRange=2024-06-18&dateRange=2019", ["txn-124"]),
    ],
)
def test_a_list_is_filtered_by_date(vrplatform: VRPlatform, query: str, expected: list[str]) -> None:
    assert vrplatform.listed(f"?{query}") == expected


@pytest.mark.proves("vrplatform.amount-range")
@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("4200", ["txn-128"]),
        ("4200...9500", ["txn-124", "txn-128", "txn-129"]),
        ("4201...9499", ["txn-129"]),
        ("-100...4200", ["txn-128"]),
        ("9500...4200", []),
    ],
)
def test_a_list_is_filtered_by_amount(vrplatform: VRPlatform, amount: str, expected: list[str]) -> None:
    assert vrplatform.listed(f"?amount={amount}") == expected


def test_a_list_is_filtered_by_what_was_created(vrplatform: VRPlatform) -> None:
    transaction = vrplatform.create(
        uniqueRef="REF-1",
        status="inactive",
        isOpeningBalance=True,
        connectionId="link",
        recurringTemplateId="template",
        lines=[LINE, {**LINE, "amount": 11}],
    )

    for query in (
        "uniqueRefs=x,REF-1",
        "search=ref-1",
        "status=inactive",
        "isOpeningBalance=true",
        "connectionId=link",
        "recurringTemplateId=template",
        "amount=111",
    ):
        assert vrplatform.listed(f"?{query}") == [transaction]


def test_lines_can_be_left_out(vrplatform: VRPlatform) -> None:
    with_lines = ok(vrplatform.get("/transactions?includeLines=true"))["data"]

    without = ok(vrplatform.get("/transactions?includeLines=false"))["data"]

    assert without == [{name: line[name] for name in line if name != "lines"} for line in with_lines]
    assert with_lines == ok(vrplatform.get("/transactions"))["data"]


@pytest.mark.proves("vrplatform.input", "vrplatform.page-size")
@pytest.mark.parametrize(
    ("query", "issue"),
    [
        ("limit=0", ("too_small", ["limit"], "Too small: expected number to be >=1")),
        ("limit=251", ("too_big", ["limit"], "Too big: expected number to be <=250")),
        ("limit=ten", ("invalid_type", ["limit"], "Invalid input: expected number, received NaN")),
        ("page=0", ("too_small", ["page"], "Too small: expected number to be >=1")),
        ("type=deposit,payout", ("invalid_value", ["type"], f"Invalid option: expected one of {OPTIONS['type']}")),
        ("status=open", ("invalid_value", ["status"], f"Invalid option: expected one of {OPTIONS['status']}")),
        ("isLocked=1", ("invalid_type", ["isLocked"], "Invalid input: expected boolean, received string")),
        *(
            (f"dateRange={text}", ("invalid_format", ["dateRange"], "Invalid date range"))
            for text in (
                "June",
                "0000",
                "2024-13",
                "2023-02-29",
                "20240618",
                "2024-06-18,2024-06-20",
                "2024-06-18T00:00:00.000Z",
                "2024-06...2024-07",
                "2024-06-18...",
                "...2024-06-18",
                "2024-06-18...2024-06-20...",
            )
        ),
        *(
            (f"amount={text}", ("invalid_format", ["amount"], "Invalid amount"))
            for text in ("1.5", "%D9%A3", "100...", "...100", "100..200", "1...2...3", "9" * 16)
        ),
    ],
)
def test_a_query_that_does_not_fit_is_refused(
    vrplatform: VRPlatform, query: str, issue: tuple[str, list[str | int], str]
) -> None:
    assert issues(vrplatform.get(f"/transactions?{query}")) == [issue]


@pytest.mark.proves("vrplatform.filters")
@pytest.mark.parametrize(
    "name",
    "last4 hasActiveJournalEntries paidAtRange shortRefs paidStatus matchedByBankRule reconciled".split(),
)
def test_a_filter_beyond_the_emulator_is_a_501_and_no_wrong_list(vrplatform: VRPlatform, name: str) -> None:
    refused = vrplatform.get(f"/transactions?limit=5&{name}=x")

    assert error(refused) == (501, "NOT_IMPLEMENTED", f"The emulator does not filter by {name}.")
