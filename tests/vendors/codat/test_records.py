"""Records, and the push operations that write them."""

from collections.abc import Callable

import pytest

from emulator.vendors.codat import push_operations
from tests.vendors.codat.conftest import COMPANY, UNKNOWN, XERO, Codat, connection, file_part

HOME = {
    "bills": "bill-1",
    "invoices": "inv-1",
    "customers": "cus-1",
    "suppliers": "sup-1",
    "purchaseOrders": "po-1",
    "billCreditNotes": "bcn-1",
}
LINKED = {"directCosts": "dc-1", "directIncomes": "di-1", "transfers": "tr-1"}


@pytest.mark.proves("codat.readable-at-once", "codat.push-data")
@pytest.mark.parametrize("data_type", [*HOME, *LINKED])
def test_records_are_listed_read_and_created(codat: Codat, data_type: str) -> None:
    home = f"/companies/{COMPANY}" if data_type in HOME else connection()
    path = f"{home}/data/{data_type}"
    known = {**HOME, **LINKED}[data_type]

    assert known in [result["id"] for result in codat.get(path).json()["results"]]
    assert codat.get(f"{path}/{known}").json()["id"] == known
    pushed = codat.send_json("POST", f"{connection()}/push/{data_type}", {"note": "é", "id": "mine"}).json()
    assert (pushed["status"], pushed["changes"][0]["type"]) == ("Success", "Created")
    record = pushed["changes"][0]["recordRef"]["id"]
    read = codat.get(f"{path}/{record}").json()
    assert (read["note"], read["id"]) == ("é", record)
    assert read == pushed["data"]
    missing = codat.get(f"{path}/nope")
    assert missing.rule == "codat.record-unknown"
    owner = f"company {COMPANY}" if data_type in HOME else f"data connection {XERO}"
    assert missing.json()["error"] == f"{data_type} nope not found for {owner}"


@pytest.mark.parametrize("data_type", HOME)
def test_records_are_updated(codat: Codat, data_type: str) -> None:
    record = HOME[data_type]

    answer = codat.send_json("PUT", f"{connection()}/push/{data_type}/{record}", {"note": "new", "id": "other"})

    assert answer.json()["changes"][0]["type"] == "Modified"
    read = codat.get(f"/companies/{COMPANY}/data/{data_type}/{record}").json()
    assert (read["note"], read["id"]) == ("new", record)
    assert read == answer.json()["data"]
    assert codat.send_json("PUT", f"{connection()}/push/{data_type}/nope", {}).rule == "codat.record-unknown"


@pytest.mark.proves("codat.push-polls")
def test_a_push_may_have_to_be_polled_for(make: Callable[..., Codat]) -> None:
    codat = make(codat_push_polls=2)
    upload = f"{connection()}/push/invoices/inv-2/attachment"

    pushed = codat.push(upload, file_part()).json()

    assert (pushed["status"], pushed["statusCode"], pushed["completedOnUtc"]) == ("Pending", 202, None)
    assert pushed["changes"][0]["attachmentId"] is None
    assert codat.listed() == []
    path = f"/companies/{COMPANY}/push/{pushed['pushOperationKey']}"
    assert codat.get(path).json()["status"] == "Pending"
    done = codat.get(path).json()
    assert (done["status"], done["statusCode"]) == ("Success", 200)
    assert [item["id"] for item in codat.listed()] == [done["changes"][0]["attachmentId"]]
    assert codat.get(path).json() == done


def test_a_company_remembers_so_many_operations(codat: Codat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(push_operations, "MAX_OPERATIONS", 2)
    for _ in range(4):
        codat.push(f"{connection()}/push/invoices/inv-2/attachment", file_part())

    assert codat.get(f"/companies/{COMPANY}/push").json()["totalResults"] == 2
    assert len(codat.listed()) == 4


@pytest.mark.proves("codat.operation-unknown")
def test_push_operations_are_listed_the_newest_first(codat: Codat) -> None:
    keys = [
        codat.push(f"{connection()}/push/invoices/inv-2/attachment", file_part()).json()["pushOperationKey"]
        for _ in range(2)
    ]

    history = codat.get(f"/companies/{COMPANY}/push").json()

    assert [result["pushOperationKey"] for result in history["results"]] == keys[::-1]
    assert codat.get(f"/companies/{COMPANY}/push/{UNKNOWN}").rule == "codat.operation-unknown"
    assert history["results"][0]["dataConnectionKey"] == XERO


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"totalAmount": NaN}',
        b'{"amountDue": 1e999}',
        b'{"status": ["Unlinked"]}',
        b'{"totalAmount": "5"}',
        b'{"totalAmount": true}',
        b'{"issueDate": 5}',
        b'{"a":' * 50 + b"1" + b"}" * 50,
    ],
)
def test_a_record_that_would_break_its_list_is_not_valid(codat: Codat, body: bytes) -> None:
    for method, path in (("POST", "/push/invoices"), ("PUT", "/push/invoices/inv-1")):
        refused = codat.request(method, connection() + path, body)

        assert (refused.status, refused.rule) == (400, "codat.bad-body")


def test_what_a_record_needs_is_filled_in(codat: Codat) -> None:
    pushed = codat.send_json("POST", f"{connection()}/push/invoices", {}).json()

    read = codat.get(f"/companies/{COMPANY}/data/invoices/{pushed['changes'][0]['recordRef']['id']}").json()
    assert read.items() >= {"status": "Draft", "totalAmount": 0, "amountDue": 0, "totalTaxAmount": 0}.items()


def test_two_pending_updates_both_take_effect(make: Callable[..., Codat]) -> None:
    codat = make(codat_push_polls=1)
    path = f"{connection()}/push/invoices/inv-1"
    keys = [codat.send_json("PUT", path, member).json()["pushOperationKey"] for member in ({"a": 1}, {"b": 2})]

    for key in keys:
        assert codat.get(f"/companies/{COMPANY}/push/{key}").json()["status"] == "Success"

    read = codat.get(f"/companies/{COMPANY}/data/invoices/inv-1").json()
    assert (read["a"], read["b"]) == (1, 2)


def test_ids_are_unique_within_a_company(codat: Codat) -> None:
    records = codat.get(f"/companies/{COMPANY}/data/invoices?pageSize=500").json()["results"]

    ids = [record["id"] for record in records]
    assert len(set(ids)) == len(ids) == 2 * 9
    quickbooks = next(record for record in records if record["id"] == "inv-1-qhyg")
    assert quickbooks["customerRef"]["id"] == "cus-1-qhyg"


def test_a_timeout_is_remembered(codat: Codat) -> None:
    path = f"{connection()}/push/invoices"

    assert codat.send_json("POST", f"{path}?timeoutInMinutes=5", {}).json()["timeoutInMinutes"] == 5
    assert codat.send_json("POST", f"{path}?timeoutInMinutes=abc", {}).json()["timeoutInMinutes"] is None
