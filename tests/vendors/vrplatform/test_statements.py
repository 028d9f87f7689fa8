"""Owner statements: created for a month, listed, and seen by an owner or a manager."""

from typing import Any

import pytest

from tests.vendors.vrplatform.conftest import (
    BEACH_HOUSE,
    FILES,
    FOREST_CABIN,
    INVOICE,
    LINE,
    LINKED,
    LOCKED,
    MAY_STATEMENT,
    RECEIPT,
    UNKNOWN,
    VRPlatform,
    error,
    issues,
    ok,
)


def create(vrplatform: VRPlatform, month: str = "2024-06", **fields: Any) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = ok(vrplatform.send_json("POST", "/statements", {"month": month, **fields}))["data"]
    return data


def listed(vrplatform: VRPlatform, query: str = "") -> list[tuple[str, str]]:
    """Listing and first day of each statement."""
    data = ok(vrplatform.get(f"/statements{query}"))["data"]
    return [(statement["listing"]["id"], statement["startAt"]) for statement in data]


def shown(vrplatform: VRPlatform, statement: str, query: str = "") -> dict[str, list[str]]:
    """The ids of the files of each transaction that has a line on a statement."""
    sections = ok(vrplatform.get(f"/statements/{statement}{query}"))["sections"]
    rows = [row for section in sections for row in section["rows"]]
    return {row["transactionId"]: [file["id"] for file in row["attachments"]] for row in rows}


# --- Create -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.statements", "vrplatform.statement")
def test_a_month_has_a_statement_for_each_listing_with_its_totals(vrplatform: VRPlatform) -> None:
    beach_house, forest_cabin = create(vrplatform)

    assert beach_house == {
        "id": beach_house["id"],
        "total": 157000,
        "financials": {
            # What the statement of May has left.
            "balanceStart": -4200,
            "netRevenue": 182000,
            "expenses": 25000,
            "reserve": 0,
            "netIncome": 157000,
            "payouts": 120000,
            "balanceEnd": 32800,
        },
        "summary": [
            {"name": "Balance at start", "text": "-42.00 USD", "value": -4200, "separated": False},
            {"name": "Net revenue", "text": "1820.00 USD", "value": 182000, "separated": False},
            {"name": "Expenses", "text": "250.00 USD", "value": 25000, "separated": False},
            {"name": "Payouts", "text": "1200.00 USD", "value": 120000, "separated": False},
            {"name": "Balance at end", "text": "328.00 USD", "value": 32800, "separated": True},
        ],
        "payment": {"expected": 152800, "received": 120000, "status": "underpaid"},
        "uniqueRef": None,
        "currency": "usd",
        "startAt": "2024-06-01",
        "endAt": "2024-06-30",
        "issues": [],
        "payouts": [{"id": "txn-127", "date": "2024-06-30", "total": 120000, "totalFormatted": "1200.00 USD"}],
        "source": None,
        "listing": {"id": "listing-123", "name": "Beach House", "uniqueRef": "beach-house"},
        "status": "inReview",
        "ownership": {
            "id": BEACH_HOUSE,
            "startAt": "2019-01-01",
            "endAt": None,
            "reserve": 0,
            "members": [
                {
                    "id": "5eed0000-0000-4000-8000-00000000d001",
                    "ownerId": "owner-1",
                    "contactId": "contact-tautahi",
                    "split": 100000,
                }
            ],
        },
        "layout": {"name": "Default", "summaryType": "default", "isDefault": True, "showTeamEmail": True},
    }
    assert (forest_cabin["listing"]["id"], forest_cabin["total"]) == ("listing-456", -9500)
    assert forest_cabin["payment"] == {"expected": -9500, "received": 0, "status": "unpaid"}
    (july,) = create(vrplatform, "2024-07", listingPeriodIds=[BEACH_HOUSE])
    assert (july["financials"]["balanceStart"], july["total"]) == (32800, 0)


@pytest.mark.proves("vrplatform.statements", "vrplatform.statement-lock", "vrplatform.audit")
def test_what_is_on_a_saved_statement_is_locked(vrplatform: VRPlatform) -> None:
    ok(vrplatform.change("txn-123", attachmentIds=[INVOICE]))

    answer = vrplatform.send_json(
        "POST", "/statements", {"month": "2024-06", "status": "published", "listingPeriodIds": [BEACH_HOUSE]}
    )

    (statement,) = ok(answer)["data"]
    assert vrplatform.read("txn-123")["lines"][0]["ownerStatementId"] == statement["id"]
    assert vrplatform.listed("?isLocked=true") == ["txn-127", "txn-125", "txn-123", "txn-128"]
    assert vrplatform.change("txn-123", attachmentIds=[]).rule == "vrplatform.statement-lock"
    assert vrplatform.request("DELETE", f"{FILES}/{INVOICE}").rule == "vrplatform.statement-lock"
    action = answer.headers["X-VRPlatform-Audit-Action-Id"]
    rows = ok(vrplatform.get(f"/audit/mutations?actionId={action}"))["data"]
    assert [(row["op"], row["subjectType"], row["subjectId"]) for row in rows] == [
        ("insert", "ownerStatement", statement["id"]),
        ("update", "transaction", "txn-123"),
        ("update", "transaction", "txn-125"),
        ("update", "transaction", "txn-127"),
    ]


@pytest.mark.proves("vrplatform.statements")
def test_a_draft_is_only_shown(vrplatform: VRPlatform) -> None:
    before = vrplatform.everything()

    answer = vrplatform.send_json("POST", "/statements", {"month": "2024-06", "status": "draft"})

    assert [(item["status"], item["total"]) for item in ok(answer)["data"]] == [("draft", 157000), ("draft", -9500)]
    assert answer.headers["X-VRPlatform-Audit-Should-Poll"] == "false"
    assert vrplatform.everything() == before
    assert listed(vrplatform) == [("listing-123", "2024-05-01")]
    assert create(vrplatform, "2024-05", status="draft", listingPeriodIds=[BEACH_HOUSE])[0]["status"] == "published"


@pytest.mark.proves("vrplatform.statements")
def test_a_second_request_for_a_month_adds_what_is_new(vrplatform: VRPlatform) -> None:
    (first,) = create(vrplatform, listingPeriodIds=[FOREST_CABIN])
    added = vrplatform.create(lines=[{**LINE, "listingId": "listing-456"}], date="2024-06-30")

    (second,) = create(vrplatform, listingPeriodIds=[FOREST_CABIN], status="published")

    assert (second["id"], second["status"], second["total"]) == (first["id"], "published", -9600)
    assert list(shown(vrplatform, first["id"])) == ["txn-124", added]


@pytest.mark.proves("vrplatform.statements")
def test_a_statement_is_in_one_currency(vrplatform: VRPlatform) -> None:
    vrplatform.create(lines=[{**LINE, "listingId": "listing-123"}], date="2024-06-01", currency="EUR")

    both = create(vrplatform, listingPeriodIds=[BEACH_HOUSE, BEACH_HOUSE])
    (pounds,) = create(vrplatform, "2023-01", listingPeriodIds=[BEACH_HOUSE], currency="GBP")

    assert [(item["currency"], item["total"]) for item in both] == [("eur", -100), ("usd", 157000)]
    assert both[0]["financials"]["balanceStart"] == 0
    assert (pounds["currency"], pounds["total"]) == ("gbp", 0)
    assert pounds["payment"] == {"expected": 0, "received": 0, "status": "paid"}


@pytest.mark.proves("vrplatform.statements")
def test_only_active_lines_of_the_month_and_the_listing_are_on_a_statement(vrplatform: VRPlatform) -> None:
    line = {**LINE, "listingId": "listing-456"}
    vrplatform.create(lines=[line], date="2024-05-31")
    vrplatform.create(lines=[line], date="2024-07-01")
    vrplatform.create(lines=[line], status="inactive")
    vrplatform.create(lines=[line], type="transfer")
    mixed = vrplatform.create(lines=[{**line, "listingId": "listing-123"}, LINE, {**line, "amount": 7}])

    (statement,) = create(vrplatform, listingPeriodIds=[FOREST_CABIN])

    assert statement["total"] == -9507
    assert list(shown(vrplatform, statement["id"])) == [mixed, "txn-124"]


@pytest.mark.proves("vrplatform.statements")
def test_a_listing_has_no_statement_for_a_month_before_it_was_owned(vrplatform: VRPlatform) -> None:
    assert [statement["listing"]["id"] for statement in create(vrplatform, "2022-02")] == ["listing-123"]
    assert create(vrplatform, "2022-02", listingPeriodIds=[FOREST_CABIN]) == []
    assert create(vrplatform, "2022-03", listingPeriodIds=[]) == []


@pytest.mark.proves("vrplatform.period-unknown")
def test_an_unknown_ownership_period_is_not_found(vrplatform: VRPlatform) -> None:
    before = vrplatform.everything()

    refused = vrplatform.send_json("POST", "/statements", {"month": "2024-06", "listingPeriodIds": [BEACH_HOUSE, "x"]})

    assert error(refused) == (404, "NOT_FOUND", "Listing ownership period 'x' not found")
    assert vrplatform.everything() == before


@pytest.mark.proves("vrplatform.input")
def test_a_request_for_statements_fits(vrplatform: VRPlatform) -> None:
    wrong = {"currency": "dollars", "status": "void", "listingPeriodIds": [1], "sync": "yes"}
    assert [path for _, path, _ in issues(vrplatform.send_json("POST", "/statements", wrong))] == [
        ["month"],
        ["currency"],
        ["status"],
        ["listingPeriodIds", 0],
        ["sync"],
    ]
    for month in ("2024", "2024-13", "2024-06-01", "0000-01", " 2024-06"):
        refused = vrplatform.send_json("POST", "/statements", {"month": month})
        assert issues(refused) == [("invalid_format", ["month"], "Invalid month")]


# --- Details ----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.owner-statement")
def test_owners_see_the_files_that_they_may_and_managers_all(vrplatform: VRPlatform) -> None:
    ok(vrplatform.change("txn-123", attachmentIds=[INVOICE, RECEIPT]))
    beach_house, forest_cabin = (statement["id"] for statement in create(vrplatform))

    def seen_by_owner() -> tuple[list[str], list[str], list[str]]:
        return (
            shown(vrplatform, beach_house, "?viewAs=owner")["txn-123"],
            shown(vrplatform, forest_cabin, "?viewAs=owner")["txn-124"],
            shown(vrplatform, MAY_STATEMENT, "?viewAs=owner")["txn-128"],
        )

    assert seen_by_owner() == ([INVOICE], [LINKED], [])
    for attachment, accessible in ((RECEIPT, True), (INVOICE, False), (LOCKED, True), (LINKED, False)):
        ok(vrplatform.send_json("PATCH", f"{FILES}/{attachment}", {"isOwnerAccessible": accessible}))
    assert seen_by_owner() == ([RECEIPT], [], [LOCKED])
    for query in ("", "?viewAs=manager"):
        assert shown(vrplatform, beach_house, query)["txn-123"] == [INVOICE, RECEIPT]
        assert shown(vrplatform, forest_cabin, query) == {"txn-124": [LINKED]}


@pytest.mark.proves("vrplatform.owner-statement")
def test_the_lines_of_a_statement_stand_in_sections(vrplatform: VRPlatform) -> None:
    statement = create(vrplatform)[0]

    details = ok(vrplatform.get(f"/statements/{statement['id']}"))

    assert {name: details[name] for name in statement} == statement
    assert [
        (section["name"], [(row["transactionId"], row["description"], row["total"]) for row in section["rows"]])
        for section in details["sections"]
    ] == [
        ("Net revenue", [("txn-125", "June", 182000)]),
        ("Expenses", [("txn-123", "AC compressor replacement", 25000)]),
        ("Payouts", [("txn-127", "June", 120000)]),
    ]


@pytest.mark.proves("vrplatform.owner-statement")
def test_an_expense_on_two_listings_shows_each_owner_their_own_lines(vrplatform: VRPlatform) -> None:
    file = vrplatform.stage()
    lines = [{**LINE, "listingId": listing, "amount": 1} for listing in ("listing-456", "listing-123")]
    expense = vrplatform.create(file, lines=lines)
    ok(vrplatform.send_json("PATCH", f"{FILES}/{file}", {"isOwnerAccessible": True}))

    for statement in create(vrplatform):
        sections = ok(vrplatform.get(f"/statements/{statement['id']}?viewAs=owner"))["sections"]
        (row,) = [row for row in sections[1]["rows"] if row["transactionId"] == expense]
        assert [attachment["id"] for attachment in row["attachments"]] == [file]


@pytest.mark.proves("vrplatform.statement-unknown", "vrplatform.input")
def test_a_statement_that_is_not_there_is_not_found(vrplatform: VRPlatform) -> None:
    refused = vrplatform.get(f"/statements/{UNKNOWN}")

    assert error(refused) == (404, "NOT_FOUND", f"Owner statement '{UNKNOWN}' not found")
    assert issues(vrplatform.get("/statements/statement-may?viewAs=guest")) == [
        ("invalid_format", ["id"], "Invalid UUID"),
        ("invalid_value", ["viewAs"], 'Invalid option: expected one of "owner"|"manager"'),
    ]


# --- Lists ------------------------------------------------------------------------------------------------------------

MAY, JUNE, CABIN = ("listing-123", "2024-05-01"), ("listing-123", "2024-06-01"), ("listing-456", "2024-06-01")


@pytest.mark.proves("vrplatform.statement-filters", "vrplatform.date-range")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [JUNE, CABIN, MAY]),
        ("limit=1&page=2", [CABIN]),
        (f"periodIds={FOREST_CABIN},x", [CABIN]),
        ("year=2024", [JUNE, CABIN, MAY]),
        ("year=2023", []),
        ("listingIds=listing-123", [JUNE, MAY]),
        (f"statementIds={MAY_STATEMENT}", [MAY]),
        ("month=2024-06", [JUNE, CABIN]),
        ("search=tautahi", [JUNE, MAY]),
        ("search=FOREST", [CABIN]),
        ("search=nobody", []),
        ("status=published", [MAY]),
        ("status=inReview,draft", [JUNE, CABIN]),
        ("ownerIds=owner-2", [CABIN]),
        ("ownerIds=owner-1,owner-2&month=2024-05", [MAY]),
        ("dateRange=2024-05", [MAY]),
        ("dateRange=2024-06-15", [JUNE, CABIN]),
        ("dateRange=2024-05-10...2024-06-01", [MAY]),
        ("dateRange=2024-05-10...2024-06-01&isDateRangeEndInclusive=true", [JUNE, CABIN, MAY]),
    ],
)
def test_statements_are_listed_and_filtered(
    vrplatform: VRPlatform, query: str, expected: list[tuple[str, str]]
) -> None:
    create(vrplatform)

    assert listed(vrplatform, f"?{query}") == expected


def test_the_list_has_no_details(vrplatform: VRPlatform) -> None:
    (may,) = ok(vrplatform.get("/statements"))["data"]

    assert (may["id"], may["total"], "sections" in may) == (MAY_STATEMENT, -4200, False)


@pytest.mark.proves("vrplatform.input", "vrplatform.filters")
def test_a_query_for_statements_fits(vrplatform: VRPlatform) -> None:
    query = "limit=251&year=1899&month=June&status=open&dateRange=2024..2025"

    assert [path for _, path, _ in issues(vrplatform.get(f"/statements?{query}"))] == [
        ["limit"],
        ["year"],
        ["month"],
        ["status", 0],
        ["dateRange"],
    ]
    refused = vrplatform.get("/statements?listingCollectionIds=1&recurringFeeIds=2")
    message = "The emulator does not filter by listingCollectionIds, recurringFeeIds."
    assert error(refused) == (501, "NOT_IMPLEMENTED", message)
