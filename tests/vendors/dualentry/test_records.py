"""Records: lists, what creating one takes, what is read back, and the two ways to change one."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.vendors.dualentry.conftest import (
    DATED,
    ITEM,
    LEAST,
    PATCHABLE,
    SLUGS,
    DualEntry,
    errors,
    file_part,
    internal_id,
)

INVOICES = "/public/v2/invoices/"
NOT_WHOLE = "Input should be a valid integer, unable to parse string as an integer"
START = datetime(2026, 5, 1, tzinfo=UTC)

# What a line takes at least, and the member that holds it.
LINES: dict[str, tuple[str, dict[str, Any]]] = {
    "invoices": ("items", ITEM),
    "bills": ("items", ITEM),
    "journal-entries": ("items", {"account_number": 1, "debit": 1, "credit": 0, "position": 1, "memo": ""}),
    "sales-orders": ("items", ITEM),
    "purchase-orders": ("items", {**ITEM, "classifications": []}),
    "customer-deposits": ("items", {"position": 1, "amount": 1}),
    "customer-refunds": ("items", {"position": 1, "amount": 1}),
    "cash-sales": ("items", ITEM),
    "vendor-refunds": ("items", {"position": 1, "amount": 1}),
    "direct-expenses": ("items", {"position": 1, "account_number": 1, "rate": 1, "quantity": 1}),
    "customer-prepayment-applications": ("items", {"invoice_number": 1001, "amount": "80.00", "position": 1}),
    "statistical-journals": ("items", {"position": 1, "quantity": 1}),
}
EXPENSE = {"position": 1, "rate": "2.5", "quantity": 3, "account_number": 6100, "expense_description": "Power"}
COMMON = """internal_id number company_id company_name company_currency currency_iso_4217_code exchange_rate amount memo
    date record_status attachments created_by updated_by""".split()


def numbers(records: list[dict[str, Any]]) -> list[int]:
    return [item["number"] for item in records]


# --- Create -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.create")
@pytest.mark.parametrize("slug", SLUGS)
def test_every_type_is_created_read_and_listed(dualentry: DualEntry, slug: str) -> None:
    last = max(numbers(dualentry.listed(slug)))

    created = dualentry.create(slug)

    assert created["number"] == last + 1
    assert created == dualentry.read(f"{slug}/{last + 1}") == dualentry.listed(slug)[-1]
    if slug != "statistical-journals":
        assert set(COMMON) <= created.keys()
    assert (created["date"], created["record_status"], created["attachments"]) == ("2026-03-02", "posted", [])
    assert ("items" in created) is (slug != "customer-prepayments")
    assert internal_id(dualentry.create(slug)) > internal_id(created)


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, least in LEAST.items() for name in least])
def test_each_required_field_is_missed(dualentry: DualEntry, slug: str, name: str) -> None:
    payload = {key: value for key, value in LEAST[slug].items() if key != name}
    before = dualentry.everything()

    for method, record in (("POST", ""), ("PUT", "1001/")):
        refused = dualentry.send_json(method, f"/public/v2/{slug}/{record}", payload)

        assert refused.status == 422
        assert errors(refused) == {"__all__": [f"missing body.payload.{name}: Field required"]}
    assert dualentry.everything() == before


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize("slug", SLUGS)
def test_all_required_fields_are_missed_together(dualentry: DualEntry, slug: str) -> None:
    refused = dualentry.send_json("POST", f"/public/v2/{slug}/", {})

    assert (refused.status, refused.rule) == (422, "dualentry.body")
    assert sorted(errors(refused)["__all__"]) == sorted(
        f"missing body.payload.{name}: Field required" for name in LEAST[slug]
    )


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(("slug", "name"), [(slug, name) for slug, (_, line) in LINES.items() for name in line])
def test_each_required_field_of_a_line_is_missed(dualentry: DualEntry, slug: str, name: str) -> None:
    member, line = LINES[slug]
    short = {key: value for key, value in line.items() if key != name}

    refused = dualentry.send_json("POST", f"/public/v2/{slug}/", {**LEAST[slug], member: [line, short]})

    assert errors(refused) == {"__all__": [f"missing body.payload.{member}.1.{name}: Field required"]}


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize("name", EXPENSE)
def test_each_required_field_of_a_bills_expense_is_missed(dualentry: DualEntry, name: str) -> None:
    short = {key: value for key, value in EXPENSE.items() if key != name}

    refused = dualentry.send_json("POST", "/public/v2/bills/", {**LEAST["bills"], "expenses": [short]})

    assert errors(refused) == {"__all__": [f"missing body.payload.expenses.0.{name}: Field required"]}


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("date", "02/03/2026", "date_from_datetime_parsing body.payload.date: "
         "Input should be a valid date or datetime, invalid character in year"),
        ("date", None, "date_type body.payload.date: Input should be a valid date"),
        ("memo", 7, "string_type body.payload.memo: Input should be a valid string"),
        ("customer_id", "Tui", f"int_parsing body.payload.customer_id: {NOT_WHOLE}"),
        ("exchange_rate", "x", "decimal_parsing body.payload.exchange_rate: Input should be a valid decimal"),
        ("record_status", "paid", "enum body.payload.record_status: "
         "Input should be 'draft', 'posted' or 'archived'"),
        ("currency_iso_4217_code", "nzd", "enum body.payload.currency_iso_4217_code: "
         "Input should be the ISO 4217 code of a currency"),
        ("discount_type", "HALF", "enum body.payload.discount_type: Input should be 'PERCENTAGE' or 'FIXED'"),
        ("contracted", "maybe", "bool_parsing body.payload.contracted: "
         "Input should be a valid boolean, unable to interpret input"),
        ("items", {}, "list_type body.payload.items: Input should be a valid list"),
        ("custom_fields", ["x"], "dict_type body.payload.custom_fields.0: Input should be a valid dictionary"),
        ("payment", 1, "model_attributes_type body.payload.payment: "
         "Input should be a valid dictionary or object to extract fields from"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_named_with_its_place(
    dualentry: DualEntry, field: str, value: object, problem: str
) -> None:
    refused = dualentry.send_json("POST", INVOICES, {**DATED, field: value})

    assert (refused.status, refused.rule) == (422, "dualentry.body")
    assert errors(refused) == {"__all__": [problem]}


@pytest.mark.proves("dualentry.bad-json")
@pytest.mark.parametrize("body", [b" ", b"{", b"date=1", b"\xff", b'{"date": NaN}', b"[" * 10_000, b'{"a": 1e999}'])
def test_a_body_that_is_not_json_is_malformed(dualentry: DualEntry, body: bytes) -> None:
    for method, path in (("POST", INVOICES), ("PUT", f"{INVOICES}none/"), ("PATCH", f"{INVOICES}1001/")):
        refused = dualentry.request(method, path, body)

        assert (refused.status, refused.rule) == (400, "dualentry.bad-json")
        assert errors(refused) == {"__all__": ["Cannot parse request body"]}


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(
    ("body", "member"), [(b"", ""), (b"[]", ".date"), (b'"text"', ".date"), (b"1", ".date"), (b"{}", ".date")]
)
def test_a_body_that_is_no_object_counts_as_an_empty_one(dualentry: DualEntry, body: bytes, member: str) -> None:
    refused = dualentry.post(INVOICES, body)

    assert (refused.status, refused.rule) == (422, "dualentry.body")
    assert errors(refused) == {"__all__": [f"missing body.payload{member}: Field required"]}


@pytest.mark.proves("dualentry.max-json-bytes")
def test_a_body_has_at_most_so_many_bytes(make: Callable[..., DualEntry]) -> None:
    body = b'{"date": "2026-03-02"}'
    dualentry = make(dualentry_max_json_bytes=len(body))

    assert dualentry.post(INVOICES, body).status == 200
    for pieces in ([body + b" "], [body, b" "]):
        refused = dualentry.post(INVOICES, pieces)
        assert (refused.status, refused.rule) == (400, "dualentry.max-json-bytes")
        assert refused.headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1>Bad Request (400)</h1>" in refused.text


@pytest.mark.proves("dualentry.unknown-fields")
@pytest.mark.parametrize("slug", SLUGS)
def test_unknown_fields_are_ignored(dualentry: DualEntry, slug: str) -> None:
    plain, more = dualentry.create(slug), dualentry.create(slug, colour="red", number=5, internal_id=5, amount_due=5)

    assert "colour" not in more
    assert more["number"] == plain["number"] + 1
    assert more.keys() == plain.keys()
    if slug in LINES:
        member, line = LINES[slug]
        with_line = dualentry.create(slug, **{member: [{**line, "colour": "red"}]})
        assert "colour" not in with_line[member][0]


@pytest.mark.proves("dualentry.known-parties")
@pytest.mark.parametrize(
    ("slug", "field"), [("invoices", "company_id"), ("invoices", "customer_id"), ("bills", "vendor_id")]
)
def test_any_party_will_do_unless_the_setting_says_otherwise(
    make: Callable[..., DualEntry], slug: str, field: str
) -> None:
    loose, firm = make(), make(dualentry_known_parties=True)

    created = loose.create(slug, **{field: 999})
    assert created[field] == 999
    assert created[field.replace("_id", "_name")] == f"{field.removesuffix('_id').title()} 999"
    before = firm.everything()
    for method, record in (("POST", ""), ("PUT", "1001/"), ("PATCH", "1001/")):
        refused = firm.send_json(method, f"/public/v2/{slug}/{record}", {**DATED, field: 999})
        assert (refused.status, refused.rule) == (404, "dualentry.known-parties")
        assert errors(refused) == {field: ["Not found"]}
    assert firm.everything() == before
    assert firm.create(slug, **{field: firm.read(f"{slug}/1001")[field]})


# --- Read -------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.money")
@pytest.mark.parametrize(
    ("slug", "fields", "amount"),
    [
        ("invoices", {"items": [ITEM, {**ITEM, "quantity": "0.5"}]}, "26.25"),
        ("invoices", {}, "0.00"),
        ("bills", {"items": [ITEM], "expenses": [EXPENSE]}, "28.50"),
        ("journal-entries", {"items": [LINES["journal-entries"][1]]}, "1.00"),
        ("sales-orders", {}, "21.00"),
        ("purchase-orders", {}, "21.00"),
        ("customer-prepayments", {"amount": 12.5}, "12.50"),
        ("customer-deposits", {}, "7.00"),
        ("customer-refunds", {"items": [{"position": 1, "amount": "1.1"}, {"position": 2, "amount": 2}]}, "3.10"),
        ("cash-sales", {"items": [ITEM]}, "21.00"),
        ("vendor-refunds", {"items": [{"position": 1, "amount": "-1.1"}]}, "-1.10"),
        ("direct-expenses", {"items": [EXPENSE]}, "7.50"),
        ("customer-prepayment-applications", {"items": [LINES["customer-prepayment-applications"][1]]}, "80.00"),
    ],
)
def test_amounts_are_decimal_text_and_the_sum_of_the_lines(
    dualentry: DualEntry, slug: str, fields: dict[str, Any], amount: str
) -> None:
    created = dualentry.create(slug, **fields)

    assert created["amount"] == amount
    assert created.get("amount_due", amount) == amount
    assert dualentry.listed(slug)[-1]["amount"] == amount


@pytest.mark.proves("dualentry.money")
@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("10", "10.00"),
        (10, "10.00"),
        (10.5, "10.50"),
        ("10.50", "10.50"),
        ("10.125", "10.125"),
        ("10.12500", "10.12500"),
        ("0", "0.00"),
        ("-0.005", "-0.005"),
        (1e3, "1000.00"),
        ("1E+3", "1000.00"),
        (" 2 ", "2.00"),
        ("123456789012345678901234567.89", "123456789012345678901234567.89"),
        ("0.000000000000000000000000000001", "0.000000000000000000000000000001"),
    ],
)
def test_money_has_two_decimals_at_least_and_loses_none(dualentry: DualEntry, sent: object, read: str) -> None:
    created = dualentry.create("invoices", exchange_rate=sent)

    assert created["exchange_rate"] == dualentry.read("invoices/1003")["exchange_rate"] == read


@pytest.mark.parametrize("amount", ["99999999999999999999999999999", "0.000000000000000000000000000001"])
def test_the_largest_and_smallest_amounts_can_be_read_back(dualentry: DualEntry, amount: str) -> None:
    created = dualentry.create("customer-prepayments", amount=amount)

    assert dualentry.read(f"customer-prepayments/{created['number']}") == created
    assert dualentry.create("invoices", items=[{**ITEM, "quantity": amount, "rate": amount}])
    assert dualentry.get("/public/v2/invoices/?ordering=amount&amount_due_gte=0").status == 200


def test_an_invoice_says_what_follows_from_what_was_sent(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(START)

    invoice = dualentry.create("invoices", customer_id=31, items=[ITEM], memo=None)

    assert {name: invoice[name] for name in ("company_id", "company_name", "company_currency")} == {
        "company_id": 1,
        "company_name": "Harbour Lane Coffee Roasters",
        "company_currency": "NZD",
    }
    assert (invoice["currency_iso_4217_code"], invoice["exchange_rate"], invoice["memo"]) == ("NZD", "1.00", "")
    assert invoice["customer_name"] == "Kowhai Books and Stationery"
    assert invoice["transaction_ids"] == [invoice["internal_id"]]
    assert invoice["created_by"] == {
        "actor_type": "api_key",
        "email": None,
        "first_name": None,
        "last_name": None,
        "timestamp": "2026-05-01T00:00:00Z",
    }
    (line,) = invoice["items"]
    assert (line["quantity"], line["rate"], line["amount"], line["tax"]) == ("2.00", "10.50", "21.00", None)
    assert dualentry.create("invoices", record_status="draft")["transaction_ids"] == []


def test_custom_fields_are_read_as_they_were_sent(dualentry: DualEntry) -> None:
    sent = [{"name": "Depth", "value": 1.5}, {"name": "Count", "value": 3, "more": [None, True, "text"]}]

    assert dualentry.create("invoices", custom_fields=sent)["custom_fields"] == sent


def test_a_bill_without_a_due_date_is_due_at_once(dualentry: DualEntry) -> None:
    assert dualentry.create("bills")["due_date"] == "2026-03-02"
    assert dualentry.create("bills", due_date="2026-04-01")["due_date"] == "2026-04-01"
    assert dualentry.create("invoices")["due_date"] is None


@pytest.mark.proves("dualentry.record-unknown", "dualentry.record-number")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_record_is_known_by_its_number_alone(dualentry: DualEntry, slug: str) -> None:
    record = dualentry.read(f"{slug}/1001")

    missing = dualentry.get(f"/public/v2/{slug}/{internal_id(record)}/")
    displayed = dualentry.get(f"/public/v2/{slug}/IN-1001/")

    assert (missing.status, missing.rule, errors(missing)) == (
        404,
        "dualentry.record-unknown",
        {"__all__": ["Not found"]},
    )
    assert (displayed.status, displayed.rule) == (400, "dualentry.record-number")
    assert errors(displayed) == {"__all__": [f"int_parsing path.record_number: {NOT_WHOLE}"]}


@pytest.mark.proves("dualentry.body", "dualentry.record-number")
def test_an_update_is_told_of_its_number_and_its_body_together(dualentry: DualEntry) -> None:
    number = f"int_parsing path.record_number: {NOT_WHOLE}"

    both = dualentry.send_json("PUT", f"{INVOICES}IN-1/", {})
    alone = dualentry.send_json("PUT", f"{INVOICES}IN-1/", DATED)

    assert (both.status, both.rule) == (422, "dualentry.body")
    assert errors(both) == {"__all__": [number, "missing body.payload.date: Field required"]}
    assert (alone.status, alone.rule, errors(alone)) == (400, "dualentry.record-number", {"__all__": [number]})


# --- Change -----------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.put")
@pytest.mark.parametrize("slug", SLUGS)
def test_put_clears_what_is_left_out(dualentry: DualEntry, slug: str) -> None:
    before = dualentry.read(f"{slug}/1001")
    assert before["memo"]

    changed = dualentry.ok(dualentry.send_json("PUT", f"/public/v2/{slug}/1001/", LEAST[slug]))

    fresh = dualentry.create(slug)
    own = (
        *("number", "internal_id", "id", "transaction_id", "transaction_ids", "items"),
        *("created_by", "updated_by", "created_at", "updated_at"),
    )
    same = [name for name in fresh if name not in own]
    assert {name: changed[name] for name in same} == {name: fresh[name] for name in same}
    assert (changed["number"], internal_id(changed)) == (before["number"], internal_id(before))
    assert changed["created_by"] == before["created_by"]
    assert dualentry.read(f"{slug}/1001") == changed


@pytest.mark.proves("dualentry.patch")
@pytest.mark.parametrize("slug", PATCHABLE)
def test_patch_keeps_what_is_left_out(dualentry: DualEntry, slug: str) -> None:
    before = dualentry.read(f"{slug}/1001")
    target = f"/public/v2/{slug}/1001/"

    changed = dualentry.ok(dualentry.send_json("PATCH", target, {"memo": "new"}))

    def but(tree: dict[str, Any]) -> dict[str, Any]:
        files = [attachment["id"] for attachment in tree["attachments"]]
        return {**tree, "memo": "", "updated_by": "", "attachments": files}

    assert changed["memo"] == "new"
    assert but(changed) == but(before)
    assert but(dualentry.ok(dualentry.send_json("PATCH", target, {}))) == but(before)


@pytest.mark.proves("dualentry.patch")
def test_null_in_a_patch_clears_what_may_be_null_and_nothing_else(dualentry: DualEntry) -> None:
    changed = dualentry.ok(
        dualentry.send_json("PATCH", f"{INVOICES}1001/", {"customer_id": None, "reference_number": None, "date": None})
    )

    assert (changed["customer_id"], changed["customer_name"]) == (None, None)
    assert (changed["reference_number"], changed["date"]) == ("PO 118", "2026-02-03")


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_that_does_not_fit_changes_nothing(dualentry: DualEntry, method: str) -> None:
    before = dualentry.everything()

    refused = dualentry.send_json(method, f"{INVOICES}1001/", {**DATED, "memo": "new", "items": [{"position": "x"}]})

    assert refused.status == 422
    assert f"int_parsing body.payload.items.0.position: {NOT_WHOLE}" in errors(refused)["__all__"]
    assert dualentry.everything() == before


def test_lines_keep_the_ids_that_they_have(dualentry: DualEntry) -> None:
    (line,) = dualentry.create("invoices", items=[ITEM])["items"]

    sent = {"items": [{**ITEM, "id": line["id"]}, ITEM]}
    first, second = dualentry.ok(dualentry.send_json("PATCH", f"{INVOICES}1003/", sent))["items"]

    assert first["id"] == line["id"]
    assert second["id"] not in (0, line["id"])


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.list")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_list_pages_through_all_of_a_type(dualentry: DualEntry, slug: str) -> None:
    for _ in range(4):
        dualentry.create(slug)
    everything = numbers(dualentry.listed(slug))

    pages = [dualentry.get(f"/public/v2/{slug}/?limit=2&offset={offset}").json() for offset in range(0, 8, 2)]

    assert {page["count"] for page in pages} == {len(everything)}
    assert [page.keys() for page in pages] == [{"items", "count"}] * 4
    assert [number for page in pages for number in numbers(page["items"])] == everything


@pytest.mark.proves("dualentry.max-limit")
def test_a_list_holds_a_hundred_records_at_most(dualentry: DualEntry) -> None:
    for _ in range(101):
        dualentry.create("journal-entries")

    for query in ("", "?limit=100", "?limit=5000"):
        page = dualentry.get(f"/public/v2/journal-entries/{query}").json()
        assert (len(page["items"]), page["count"]) == (100, 102)
    assert numbers(dualentry.listed("journal-entries", "?offset=100")) == [1101, 1102]


@pytest.mark.proves("dualentry.max-limit")
def test_how_many_records_a_list_holds_is_a_setting(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_max_limit=1)

    assert numbers(dualentry.listed("invoices")) == numbers(dualentry.listed("invoices", "?limit=9")) == [1001]


@pytest.mark.proves("dualentry.query")
@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("limit=0", "greater_than_equal query.limit: Input should be greater than or equal to 1"),
        ("limit=-1", "greater_than_equal query.limit: Input should be greater than or equal to 1"),
        ("offset=-1", "greater_than_equal query.offset: Input should be greater than or equal to 0"),
        ("limit=many", f"int_parsing query.limit: {NOT_WHOLE}"),
        ("limit=", f"int_parsing query.limit: {NOT_WHOLE}"),
        ("number=1001&number=x", f"int_parsing query.number.1: {NOT_WHOLE}"),
        ("start_date=soon", "date_from_datetime_parsing query.start_date: "
         "Input should be a valid date or datetime, input is too short"),
        ("updated_after=soon", "datetime_from_date_parsing query.updated_after: "
         "Input should be a valid datetime or date, input is too short"),
        ("record_status=paid", "enum query.record_status.0: Input should be 'draft', 'posted' or 'archived'"),
        ("transaction_currency=nz", "enum query.transaction_currency.0: "
         "Input should be the ISO 4217 code of a currency"),
        ("amount_due_gte=x", "decimal_parsing query.amount_due_gte: Input should be a valid decimal"),
    ],
)  # fmt: skip
def test_a_query_that_does_not_fit_is_refused(dualentry: DualEntry, query: str, problem: str) -> None:
    refused = dualentry.get(f"{INVOICES}?{query}")

    assert (refused.status, refused.rule) == (400, "dualentry.query")
    assert errors(refused) == {"__all__": [problem]}


@pytest.mark.proves("dualentry.query")
def test_all_that_is_wrong_with_a_query_is_told(dualentry: DualEntry) -> None:
    messages = errors(dualentry.get(f"{INVOICES}?limit=0&offset=-1"))["__all__"]
    assert [item.split(":")[0] for item in messages] == [
        "greater_than_equal query.limit",
        "greater_than_equal query.offset",
    ]
    refused = dualentry.get(f"{INVOICES}?ordering=colour")
    assert (refused.status, refused.rule) == (400, "dualentry.query")
    assert errors(refused)["__all__"][0].startswith("enum query.ordering: ")


@pytest.fixture
def varied(dualentry: DualEntry) -> DualEntry:
    """With five invoices: those of the seed data, 1003 a draft, 1004 in dollars, 1005 archived."""
    dualentry.sandbox.clock.freeze(START)
    dualentry.create("invoices", record_status="draft", company_id=2, memo="Zebra", date="2026-03-01")
    dualentry.sandbox.clock.advance(3600)
    line = {**ITEM, "rate": 500}
    dualentry.create("invoices", currency_iso_4217_code="USD", customer_id=32, items=[line], due_date="2026-09-01")
    dualentry.sandbox.clock.advance(3600)
    dualentry.create("invoices", record_status="archived", reference_number="Ref-Ä", date="2026-01-01")
    return dualentry


@pytest.mark.proves("dualentry.filters")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1001, 1002, 1003, 1004, 1005]),
        ("company_id=2", [1003]),
        ("company_id=1&company_id=2", [1001, 1002, 1003, 1004, 1005]),
        ("number=1001&number=1004&number=7", [1001, 1004]),
        ("customer_id=32", [1002, 1004]),
        ("customer_id=31&customer_id=32&number=1001", [1001]),
        ("record_status=draft", [1003]),
        ("record_status=draft&record_status=archived", [1003, 1005]),
        ("start_date=2026-02-04", [1002, 1003, 1004]),
        ("end_date=2026-02-03", [1001, 1005]),
        ("start_date=2026-02-03&end_date=2026-02-04", [1001, 1002]),
        ("due_date=2026-02-24", [1002, 1004]),
        ("due_date_until=2026-02-24", [1001, 1002]),
        ("transaction_currency=USD", [1004]),
        ("amount_due_gte=480", [1001, 1004]),
        ("amount_due_lte=18.00", [1002, 1003, 1005]),
        ("search=zEBRA", [1003]),
        ("search=kowhai", [1001]),
        ("search=ref-%C3%A4", [1005]),
        ("search=1004", [1004]),
        ("search=nothing", []),
        ("updated_after=2026-05-01T00:30:00Z", [1004, 1005]),
        ("updated_after=2026-05-01T01:00:00", [1004, 1005]),
        ("updated_before=2026-05-01T01:00:00%2B00:00", [1001, 1002, 1003, 1004]),
        ("updated_before=2026-05-01", [1001, 1002, 1003]),
        ("approval_status=approved", []),
        ("integration_sources=stripe", []),
        ("colour=red", [1001, 1002, 1003, 1004, 1005]),
    ],
)
def test_a_list_is_filtered(varied: DualEntry, query: str, expected: list[int]) -> None:
    page = varied.ok(varied.get(f"{INVOICES}?{query}"))

    assert (numbers(page["items"]), page["count"]) == (expected, len(expected))


@pytest.mark.proves("dualentry.filters")
@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("id", [1001, 1002, 1003, 1004, 1005]),
        ("-id", [1005, 1004, 1003, 1002, 1001]),
        ("number", [1001, 1002, 1003, 1004, 1005]),
        ("-number", [1005, 1004, 1003, 1002, 1001]),
        ("date", [1005, 1001, 1002, 1003, 1004]),
        ("-transaction_date", [1004, 1003, 1002, 1001, 1005]),
        ("due_date", [1003, 1005, 1001, 1002, 1004]),
        ("amount", [1003, 1005, 1002, 1001, 1004]),
        ("-amount", [1004, 1001, 1002, 1005, 1003]),
        ("created_at", [1001, 1002, 1003, 1004, 1005]),
        ("-updated_at", [1005, 1004, 1003, 1002, 1001]),
    ],
)
def test_a_list_is_ordered(varied: DualEntry, ordering: str, expected: list[int]) -> None:
    assert numbers(varied.listed("invoices", f"?ordering={ordering}")) == expected


@pytest.mark.proves("dualentry.filters")
@pytest.mark.parametrize(
    ("slug", "query", "expected"),
    [
        ("bills", "vendor_id=42", [1002]),
        ("bills", "due_date=2026-02-20", [1001]),
        ("journal-entries", "account_id=6400", [1001]),
        ("journal-entries", "account_id=1", []),
        ("journal-entries", "amount_gte=150&amount_lte=150", [1001]),
        ("journal-entries", "amount_gte=151", []),
        ("journal-entries", "customer_id=31", []),
        ("sales-orders", "invoiced_status=uninvoiced", [1001]),
        ("sales-orders", "invoiced_status=invoiced", []),
        ("purchase-orders", "billed=true", []),
        ("purchase-orders", "billed=false", [1001]),
        ("purchase-orders", "unbilled=1", [1001]),
        ("purchase-orders", "partially_billed=yes", []),
        ("purchase-orders", "billed_status=unbilled", [1001]),
        ("customer-prepayments", "id=1", []),
        ("vendor-refunds", "vendor_credit_id=3", []),
        ("vendor-refunds", "vendor_id=41", [1001]),
        ("customer-deposits", "transaction_currency=NZD", [1001]),
        ("customer-deposits", "customer_id=31", []),
        ("direct-expenses", "transaction_currency=USD", []),
    ],
)
def test_types_have_filters_of_their_own(dualentry: DualEntry, slug: str, query: str, expected: list[int]) -> None:
    assert numbers(dualentry.listed(slug, f"?{query}")) == expected


def test_lines_are_looked_at_where_the_record_has_no_such_field(dualentry: DualEntry) -> None:
    line = {"position": 1, "amount": 1, "vendor_credit_number": 3}
    created = dualentry.create("vendor-refunds", items=[line])
    entry = dualentry.create("journal-entries", items=[{**LINES["journal-entries"][1], "customer_id": 31}])

    assert numbers(dualentry.listed("vendor-refunds", "?vendor_credit_id=3")) == [created["number"]]
    assert numbers(dualentry.listed("journal-entries", "?customer_id=31")) == [entry["number"]]
    assert entry["items"][0]["customer_name"] == "Kowhai Books and Stationery"


def test_an_id_filter_means_the_internal_id(dualentry: DualEntry) -> None:
    record = dualentry.create("customer-prepayments")

    assert numbers(dualentry.listed("customer-prepayments", f"?id={record['internal_id']}")) == [record["number"]]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_type_takes_the_common_filters_and_orders(dualentry: DualEntry, slug: str) -> None:
    query = "?search=a&company_id=1&number=1001&start_date=2020-01-01&end_date=2030-01-01&record_status=posted"
    query += "&updated_after=2020-01-01&updated_before=2040-01-01"

    for ordering in ("id", "number", "date", "transaction_date", "due_date", "amount", "created_at", "-updated_at"):
        assert dualentry.get(f"/public/v2/{slug}/{query}&ordering={ordering}").json().keys() == {"items", "count"}


# --- Types that newer copies of the contract have ---------------------------------------------------------------------


@pytest.mark.proves("dualentry.prepayment-application")
def test_an_application_takes_its_customer_from_the_prepayment_it_names(dualentry: DualEntry) -> None:
    prepayment = dualentry.create("customer-prepayments", customer_id=31)
    line = {"invoice_number": 1001, "amount": "80", "position": 1}

    applied = dualentry.create(
        "customer-prepayment-applications", customer_prepayment_number=prepayment["number"], items=[line]
    )

    assert (applied["customer_id"], applied["customer_name"]) == (31, "Kowhai Books and Stationery")
    assert applied["items"] == [{"invoice_number": 1001, "amount": "80.00", "amount_due": "480.00", "position": 1}]
    (listed,) = dualentry.listed("customer-prepayment-applications", "?customer_id=31")
    assert listed["number"] == applied["number"]
    unknown = dualentry.create(
        "customer-prepayment-applications", customer_prepayment_number=9, items=[{**line, "invoice_number": 9}]
    )
    assert (unknown["customer_id"], unknown["items"][0]["amount_due"]) == (0, "0.00")


@pytest.mark.proves("dualentry.statistical-journal", "dualentry.filters")
def test_a_statistical_journal_counts_its_lines(dualentry: DualEntry) -> None:
    lines = [
        {"position": 1, "account_number": 9900, "quantity": "40.5", "company_id": 1},
        {"position": 2, "account_number": 9901, "quantity": 1.5, "company_id": 2},
    ]

    journal = dualentry.create("statistical-journals", items=lines, memo="Heads")

    derived = ("account_number", "period", "total_quantity", "unique_account_count", "unique_company_count")
    assert [journal[name] for name in derived] == [9900, "2026-03-01", "42.00", 2, 2]
    assert dualentry.create("statistical-journals", period="2025-01-01", account_number=7)["period"] == "2025-01-01"
    for query, expected in (
        ("?line_account_number=9901", [1002]),
        ("?account_number=9900&account_number=7", [1002, 1003]),
        ("?period_end=2025-12-31", [1003]),
        ("?date_start=2026-02-01&period_start=2026-02-01", [1002]),
        ("?search=heads", [1002]),
    ):
        assert numbers(dualentry.listed("statistical-journals", query)) == expected, query


@pytest.mark.proves("dualentry.delete", "dualentry.record-unknown")
def test_a_statistical_journal_can_be_deleted_and_its_files_stay(dualentry: DualEntry) -> None:
    record = "/public/v2/statistical-journals/1001/"
    added = dualentry.ok(dualentry.upload("statistical-journals/1001", file_part()))["attachments"]

    assert dualentry.ok(dualentry.request("DELETE", record)) == {"success": True}

    assert dualentry.request("DELETE", record).rule == dualentry.get(record).rule == "dualentry.record-unknown"
    assert dualentry.request("DELETE", record.replace("1001", "SJ-1")).status == 400
    assert dualentry.listed("statistical-journals") == []
    assert dualentry.create("bills", attachments=added)["attachments"][0]["file_name"] == "a.pdf"
    assert dualentry.create("statistical-journals")["number"] == 1002


@pytest.mark.proves("dualentry.search")
@pytest.mark.parametrize("slug", SLUGS)
def test_search_finds_a_whole_internal_id(dualentry: DualEntry, slug: str) -> None:
    record = dualentry.create(slug, memo="none of it")
    record_id = str(internal_id(record))

    assert numbers(dualentry.listed(slug, f"?search={record_id}")) == [record["number"]]
    assert dualentry.listed(slug, f"?search={record_id[:-1]}") == []
    assert numbers(dualentry.listed(slug, "?search=NONE%20of")) == [record["number"]]
