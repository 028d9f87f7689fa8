"""Bills and suppliers of Sync for Payables, which are written at once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.vendors.codat.conftest import COMPANY, CONNECTIONS, OTHER_COMPANY, QUICKBOOKS, Codat, connection, file_part

BILLS, SUPPLIERS = f"{connection()}/payables/bills", f"{connection()}/payables/suppliers"


def bill(**members: object) -> dict[str, Any]:
    line = {"description": "Beans", "unitAmount": 100, "quantity": 2, "taxAmount": 10.5, "totalAmount": 210.5}
    dates = {"issueDate": "2023-04-23T00:00:00", "dueDate": "2023-05-23T00:00:00"}
    supplier = {"id": "sup-1", "supplierName": "Beans Ltd"}
    fields = {"reference": "b-1", "supplierRef": supplier, "currency": "GBP", "status": "Open", "lineItems": [line]}
    return {**fields, **dates, **members}


def supplier(**members: object) -> dict[str, Any]:
    return {"supplierName": "Northridge", "status": "Active", "phone": "1", "defaultCurrency": "GBP", **members}


@pytest.mark.proves("codat.payables")
def test_a_bill_is_created_given_a_file_and_updated(codat: Codat) -> None:
    created = codat.send_json("POST", BILLS, bill())
    assert created.status == 201
    answered = created.json()
    assert answered.items() >= bill(totalAmount=210.5, amountDue=210.5).items()
    files = f"{BILLS}/{answered['id']}/attachments"
    attachment = codat.push(files, file_part(b"content")).json()

    updated = codat.send_json("PUT", f"{BILLS}/{answered['id']}", bill(status="Paid", reference=None))

    assert updated.status == 200
    assert (updated.json()["status"], updated.json()["amountDue"]) == ("Paid", 0)
    assert "reference" not in updated.json()
    assert codat.get(files).json() == [attachment]
    # The accounting API has the same bill.
    shared = codat.get(f"/companies/{COMPANY}/data/bills/{answered['id']}").json()
    assert (shared["status"], shared["totalAmount"]) == ("Paid", 210.5)
    assert codat.send_json("PUT", f"{BILLS}/none", bill()).rule == "codat.record-unknown"
    assert codat.get(f"/companies/{COMPANY}/push").json()["totalResults"] == 0


@pytest.mark.proves("codat.payables", "codat.payables-archived")
def test_a_supplier_is_replaced_as_a_whole(codat: Codat) -> None:
    record = codat.send_json("POST", SUPPLIERS, supplier()).json()
    path = f"{SUPPLIERS}/{record['id']}"

    replaced = codat.send_json("PUT", path, {"supplierName": "South", "status": "Archived"}).json()

    assert replaced.keys() == {"id", "supplierName", "status", "sourceModifiedDate"}
    refused = codat.send_json("PUT", path, supplier())
    assert (refused.status, refused.rule) == (400, "codat.payables-archived")
    online = f"{connection(QUICKBOOKS)}/payables/suppliers"
    record = codat.send_json("POST", online, supplier(status="Archived")).json()
    changed = codat.send_json("PUT", f"{online}/{record['id']}", supplier(defaultCurrency="USD")).json()
    assert (changed["status"], changed["defaultCurrency"]) == ("Active", "GBP")


@pytest.mark.proves("codat.payables-lists", "codat.page")
def test_lists_have_what_is_to_be_paid_in_pages(make: Callable[..., Codat]) -> None:
    codat = make(codat_paging=2)
    for status in ("PartiallyPaid", "Paid", "Void", "Draft", "Open"):
        codat.send_json("POST", BILLS, bill(status=status))

    first = codat.get(BILLS).json()
    token = first["pagination"]["continuationToken"]
    assert token == "eyJwYWdlIjoyLCJwYWdlU2l6ZSI6MiwicGFnZUNvdW50IjoyfQ=="
    second = codat.get(f"{BILLS}?continuationToken={token}").json()
    assert [item["status"] for item in first["results"] + second["results"]] == ["Open", "PartiallyPaid", "Open"]
    assert second["pagination"] == {}
    assert [result["id"] for result in codat.get(SUPPLIERS).json()["results"]] == ["sup-1"]
    for bad in ("x", "e30=", "W10=", "eyJwYWdlIjo5fQ==", "eyJwYWdlIjoiMiJ9", "%ff"):
        refused = codat.get(f"{BILLS}?continuationToken={bad}")
        assert (refused.status, refused.rule) == (400, "codat.page")
    assert codat.get(f"{BILLS}?query=status%3DOpen").rule == "codat.query"


@pytest.mark.proves("codat.payables-update")
@pytest.mark.parametrize("key", ["akxx", "rwuv"])
def test_updates_are_supported_by_some_platforms(codat: Codat, key: str) -> None:
    home = f"{connection(CONNECTIONS[key])}/payables"
    for data_type, body in (("bills", bill()), ("suppliers", supplier())):
        record = codat.send_json("POST", f"{home}/{data_type}", body).json()
        refused = codat.send_json("PUT", f"{home}/{data_type}/{record['id']}", body)
        assert (refused.status, refused.rule) == (400, "codat.payables-update")


@pytest.mark.parametrize(
    ("body", "item"),
    [
        ([], "body"),
        (bill(supplierRef=None), "supplierRef"),
        (bill(supplierRef={"id": ""}), "supplierRef.id"),
        (bill(status="open"), "status"),
        (bill(currency=None), "currency"),
        (bill(lineItems=[{"totalAmount": "5"}]), "lineItems.0.totalAmount"),
    ],
)
def test_a_bill_that_does_not_fit_the_contract_is_not_valid(codat: Codat, body: object, item: str) -> None:
    for method, path in (("POST", BILLS), ("PUT", f"{BILLS}/bill-1")):
        refused = codat.send_json(method, path, body)
        assert (refused.status, refused.rule) == (400, "codat.bad-body")
        assert refused.json()["validation"]["errors"][0]["itemId"] == item


@pytest.mark.proves("codat.idempotency-lifetime", "codat.idempotency-mismatch")
def test_an_update_of_a_bill_takes_an_idempotency_key(codat: Codat) -> None:
    key = "5eed0000-0000-4000-8000-000000000002"
    first, second = (codat.send_json("PUT", f"{BILLS}/bill-1", bill(), idempotency_key=key) for _ in range(2))

    assert first.json() == second.json()
    other = codat.send_json("PUT", f"{BILLS}/bill-1", bill(reference="x"), idempotency_key=key)
    assert (other.status, other.rule) == (422, "codat.idempotency-mismatch")


def test_nothing_is_written_through_a_connection_that_is_not_linked(codat: Codat) -> None:
    home = f"{connection('5eed0000-0000-4000-8000-00000000d102', OTHER_COMPANY)}/payables"
    assert codat.send_json("POST", f"{home}/bills", bill()).rule == "codat.not-linked"
    assert codat.send_json("PUT", f"{home}/suppliers/sup-1", supplier()).rule == "codat.not-linked"
