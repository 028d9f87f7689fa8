"""What a 422 says: pydantic's own types, locations and messages, in DualEntry's envelope."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType
from tests.vendors.dualentry.conftest import LEAST, DualEntry

LINE: dict[str, Any] = {"position": 1, "item_id": 1, "memo": "m", "quantity": "1", "rate": "2"}


def errors_of(dualentry: DualEntry, method: str, target: str, body: str) -> list[str]:
    answer = dualentry.request(method, f"/public/v2/{target}", body.encode(), {"content-type": "application/json"})
    assert (answer.status, answer.rule) == (422, "dualentry.body"), answer.text
    errors: list[str] = answer.json()["errors"]["__all__"]
    return errors


@pytest.mark.proves("dualentry.body")
@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("customer_id", '"x"', "int_parsing {}: Input should be a valid integer, unable to parse string as an integer"),
        (
            "customer_id",
            "1.5",
            "int_from_float {}: Input should be a valid integer, got a number with a fractional part",
        ),
        ("customer_id", "[]", "int_type {}: Input should be a valid integer"),
        ("exchange_rate", '"$5"', "decimal_parsing {}: Input should be a valid decimal"),
        ("exchange_rate", '"nan"', "finite_number {}: Input should be a finite number"),
        (
            "exchange_rate",
            "{}",
            "decimal_type {}: Decimal input should be an integer, float, string or Decimal object",
        ),
        ("exchange_rate", "1e300", "decimal_max_digits {}: Decimal input should have no more than 30 digits in total"),
        ("memo", "7", "string_type {}: Input should be a valid string"),
        ("contracted", '"maybe"', "bool_parsing {}: Input should be a valid boolean, unable to interpret input"),
        ("contracted", "null", "bool_type {}: Input should be a valid boolean"),
        (
            "date",
            '"02/03/2026"',
            "date_from_datetime_parsing {}: Input should be a valid date or datetime, invalid character in year",
        ),
        (
            "date",
            '"2026-03-02T10:00:00"',
            "date_from_datetime_inexact {}: Datetimes provided to dates should have zero time - e.g. be exact dates",
        ),
        ("date", "true", "date_type {}: Input should be a valid date"),
        ("record_status", '"open"', "enum {}: Input should be 'draft', 'posted' or 'archived'"),
        ("discount_type", '"HALF"', "enum {}: Input should be 'PERCENTAGE' or 'FIXED'"),
        ("currency_iso_4217_code", '"usd"', "enum {}: Input should be the ISO 4217 code of a currency"),
        ("items", '"none"', "list_type {}: Input should be a valid list"),
        (
            "items",
            "[1]",
            "model_attributes_type {}.0: Input should be a valid dictionary or object to extract fields from",
        ),
        (
            "payment",
            "[]",
            "model_attributes_type {}: Input should be a valid dictionary or object to extract fields from",
        ),
        ("custom_fields", "[1]", "dict_type {}.0: Input should be a valid dictionary"),
        ("attachments", "null", "list_type {}: Input should be a valid list"),
        ("attachments", '[{"id": 1, "file_name": "a"}]', "missing {}.0.file_size: Field required"),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_pydantics_words(
    dualentry: DualEntry, field: str, value: str, error: str
) -> None:
    body = json.dumps({"date": "2026-03-02", field: "HERE"}).replace('"HERE"', value)

    assert errors_of(dualentry, "POST", "invoices/", body) == [error.format(f"body.payload.{field}")]


def test_everything_that_is_wrong_is_listed_in_the_contracts_order(dualentry: DualEntry) -> None:
    items = [{**LINE, "quantity": None, "rate": "two"}, {"position": "x"}]
    body = json.dumps({"items": items, "company_id": None, "customer_id": 1, "memo": None})

    assert errors_of(dualentry, "POST", "sales-orders/", body) == [
        "missing body.payload.date: Field required",
        "int_type body.payload.company_id: Input should be a valid integer",
        "missing body.payload.currency_iso_4217_code: Field required",
        "missing body.payload.exchange_rate: Field required",
        "decimal_type body.payload.items.0.quantity: "
        "Decimal input should be an integer, float, string or Decimal object",
        "decimal_parsing body.payload.items.0.rate: Input should be a valid decimal",
        "int_parsing body.payload.items.1.position: "
        "Input should be a valid integer, unable to parse string as an integer",
        "missing body.payload.items.1.item_id: Field required",
        "missing body.payload.items.1.memo: Field required",
        "missing body.payload.items.1.quantity: Field required",
        "missing body.payload.items.1.rate: Field required",
        "string_type body.payload.memo: Input should be a valid string",
    ]


@pytest.mark.proves("dualentry.amount-digits", "dualentry.body")
@pytest.mark.parametrize(
    ("amount", "fits"),
    [
        *((amount, True) for amount in ("123.45", "0.00001", "000123.4500000", 0, "0.0000000", "1E+4")),
        *((amount, False) for amount in ("123.456", "0.000001", 123456, "1E+5", "-12345.6")),
    ],
)
def test_an_amount_has_at_most_so_many_digits(make: Callable[..., DualEntry], amount: object, fits: bool) -> None:
    dualentry = make(dualentry_amount_digits=5)
    (error,) = errors_of(dualentry, "POST", "invoices/", '{"date": "2026-03-02", "exchange_rate": 123456.7}')

    answer = dualentry.send_json("POST", "/public/v2/invoices/", {**LEAST["invoices"], "exchange_rate": amount})

    assert error == (
        "decimal_max_digits body.payload.exchange_rate: Decimal input should have no more than 5 digits in total"
    )
    assert answer.status == (200 if fits else 422)
    assert dualentry.get(f"/public/v2/invoices/?amount_due_gte={quote(str(amount))}").status == (200 if fits else 400)


@pytest.mark.proves("dualentry.query")
@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", "greater_than_equal query.limit: Input should be greater than or equal to 1"),
        ("offset=-1", "greater_than_equal query.offset: Input should be greater than or equal to 0"),
        ("limit=x", "int_parsing query.limit: Input should be a valid integer, unable to parse string as an integer"),
        (
            "company_id=1&company_id=x",
            "int_parsing query.company_id.1: Input should be a valid integer, unable to parse string as an integer",
        ),
        (
            "start_date=soon",
            "date_from_datetime_parsing query.start_date: Input should be a valid date or datetime, input is too short",
        ),
        ("record_status=open", "enum query.record_status.0: Input should be 'draft', 'posted' or 'archived'"),
    ],
)
def test_a_filter_that_does_not_fit_is_told_in_the_same_words(dualentry: DualEntry, query: str, error: str) -> None:
    answer = dualentry.get(f"/public/v2/invoices/?{query}")

    assert (answer.status, answer.json()["errors"]["__all__"]) == (400, [error])


def test_an_unknown_order_lists_those_there_are(dualentry: DualEntry) -> None:
    (error,) = dualentry.get("/public/v2/bills/?ordering=wish").json()["errors"]["__all__"]

    assert error.startswith("enum query.ordering: Input should be 'amount', 'created_at', ")


@pytest.mark.parametrize("record_type", RECORD_TYPES.values(), ids=lambda record_type: str(record_type.slug))
def test_a_record_shows_what_was_sent_and_fits_the_contract(dualentry: DualEntry, record_type: RecordType) -> None:
    created = dualentry.create(record_type.slug)

    model = record_type.answer.model
    assert list(created) == list(model.model_fields)
    model.model_validate(created)
    for name, lines in record_type.answer.lines.items():
        assert [list(line) for line in created[name]] == [list(lines.model.model_fields)] * len(created[name])
    for name in record_type.model.model_fields.keys() & created.keys() & LEAST[record_type.slug].keys() - {"items"}:
        sent = LEAST[record_type.slug][name]
        assert created[name] == sent or float(created[name]) == float(sent)


def test_fields_of_more_types_than_a_client_sends_are_read_leniently(dualentry: DualEntry) -> None:
    # As pydantic reads them: numbers as text, words for booleans, seconds since 1970 for a date.
    sent = {"customer_id": "7", "exchange_rate": 1.25, "contracted": "yes", "date": 1772409600, "unknown": 1}

    created = dualentry.create("invoices", **sent)

    assert (created["customer_id"], created["exchange_rate"], created["date"]) == (7, "1.25", "2026-03-02")
