"""Sync for Expenses: writing transactions, their syncs, and receipts."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.asgi import Client
from tests.vendors.codat.conftest import COMPANY, OTHER_COMPANY, UNKNOWN, XERO, Codat, connection, file_part

HOME = f"/companies/{COMPANY}/sync/expenses"
LINE = {"netAmount": 100, "taxAmount": 20.5, "taxRateRef": {"id": "23_Bills"}, "accountRef": {"id": "35"}}


def expense(name: str = "4d7c6929-7770-412b-91bb-44d3bc71d111", **members: object) -> dict[str, Any]:
    return {
        "id": name,
        "type": "Payment",
        "issueDate": "2024-05-21T00:00:00+00:00",
        "currency": "GBP",
        "currencyRate": 1,
        "contactRef": {"id": "430", "type": "Supplier"},
        "bankAccountRef": {"id": "97"},
        "merchantName": "Amazon UK",
        "notes": "Card Ending: 4590",
        "lines": [LINE],
        **members,
    }


def reimbursable(name: str = "r-1", **members: object) -> dict[str, Any]:
    dates = {"issueDate": "2024-05-21", "dueDate": "2024-06-21"}
    return (
        {"id": name, "reference": "w/c", "contactRef": {"id": "752"}, "currency": "GBP", "lines": [LINE]}
        | dates
        | {**members}
    )


def transfer(amount: object = 100) -> dict[str, Any]:
    side = {"accountRef": {"id": "a"}, "amount": amount}
    return {"date": "2021-05-21T00:00:00+00:00", "from": side, "to": side}


def adjustment(name: str = "adj-1") -> dict[str, Any]:
    lines = [{"amount": amount, "accountRef": {"id": "1"}} for amount in (50, -50)]
    return {"id": name, "date": "2024-05-21", "currency": "USD", "lines": lines}


class Expenses:
    """A company of its own, at one platform."""

    def __init__(self, codat: Codat, platform: str = "gbol") -> None:
        self.codat = codat
        self.company = codat.send_json("POST", "/companies", {"name": "Tui"}).json()["id"]
        link = codat.send_json("POST", f"/companies/{self.company}/connections", {"platformKey": platform}).json()
        codat.get(link["linkUrl"].removeprefix("http://emulator.test/codat"))
        self.connection = connection(link["id"], self.company)
        self.home = f"/companies/{self.company}/sync/expenses"

    def send(self, method: str, path: str, body: object) -> Any:
        return self.codat.send_json(method, f"{self.home}/{path}", body)

    def create(self, kind: str = "expense", *items: object) -> str:
        answer = self.send("POST", f"{kind}-transactions", list(items))
        assert answer.status == 200, answer.text
        sync: str = answer.json()["syncId"]
        return sync

    def attach(self, sync: str, transaction: str, content: bytes = b"receipt", name: str = "a.pdf") -> Any:
        part = file_part(content, f'name="file"; filename="{name}"', "application/pdf")
        return self.codat.push(f"{self.home}/syncs/{sync}/transactions/{transaction}/attachments", part)

    def files(self, data_type: str, record: str) -> list[Any]:
        listed: list[Any] = self.codat.get(f"{self.connection}/data/{data_type}/{record}/attachments").json()[
            "attachments"
        ]
        return listed


@pytest.mark.proves("codat.expenses", "codat.receipt")
def test_an_expense_is_created_synced_and_given_receipts(codat: Codat) -> None:
    at = Expenses(codat)
    created = expense()

    sync = at.create("expense", created)

    status = codat.get(f"{at.home}/syncs/{sync}/status").json()
    assert (status["syncStatusCode"], status["syncStatus"], status["dataPushed"]) == (2000, "Complete", True)
    for name, content in (("a.pdf", b"one"), ("b.png", b"two")):
        answer = at.attach(sync, created["id"], content, name)
        assert answer.status == 200
        assert answer.json().keys() == {"companyId", "id", "transactionId"}
        assert answer.json()["transactionId"] == created["id"]
    path = f"{at.connection}/data/directCosts/{created['id']}"
    cost = codat.get(path).json()
    assert (cost["note"], cost["currency"], cost["subTotal"], cost["taxAmount"], cost["totalAmount"]) == (
        "Card Ending: 4590",
        "GBP",
        100,
        20.5,
        120.5,
    )
    files = at.files("directCosts", created["id"])
    assert [(file["name"], file["fileSize"]) for file in files] == [("a.pdf", 3), ("b.png", 3)]
    assert codat.get(f"{path}/attachments/{files[1]['id']}/download").body == b"two"


@pytest.mark.proves("codat.expenses")
def test_each_kind_of_transaction_becomes_a_record_of_its_own(codat: Codat) -> None:
    at = Expenses(codat, "mqjo")

    bill = at.create("reimbursable-expense", reimbursable())
    cost = at.create("expense", *[expense(kind, type=kind) for kind in ("Refund", "Reward", "Chargeback")])
    at.create("adjustment", adjustment())
    assert at.send("PUT", "transfer-transactions/t-1", transfer(5)).status == 200

    assert at.attach(bill, "r-1").status == 200
    read = codat.get(f"/companies/{at.company}/data/bills/r-1").json()
    assert (read["reference"], read["supplierRef"], read["dueDate"]) == ("w/c", {"id": "752"}, "2024-06-21")
    assert len(at.files("bills", "r-1")) == 1
    for kind in ("Refund", "Reward", "Chargeback"):
        assert at.attach(cost, kind).status == 200
    assert codat.get(f"{at.connection}/data/transfers/t-1").json()["from"]["amount"] == 5
    # The same id again is an update.
    assert at.send("PUT", "transfer-transactions/t-1", transfer(6)).status == 200
    assert codat.get(f"{at.connection}/data/transfers/t-1").json()["to"]["amount"] == 6


@pytest.mark.proves("codat.expenses-datasets", "codat.expenses-dataset-unknown")
def test_the_first_version_writes_datasets_with_a_sync(codat: Codat) -> None:
    at = Expenses(codat)

    def dataset(*items: object) -> str:
        answer = at.send("POST", "data/expense-transactions", {"items": list(items)})
        dataset_id: str = answer.json()["datasetId"]
        return dataset_id

    first = dataset(expense("a"), expense("b", type="TransferIn"))
    dataset(expense("c"))
    dataset(expense("d", type="AdjustmentOut"))
    assert codat.get(f"{at.connection}/data/directCosts").json()["results"] == []
    assert at.send("POST", "expense-transactions", [expense("c")]).rule == "codat.expenses-duplicate"

    started = at.send("POST", "syncs", {"datasetIds": [first.upper()]})
    rest = at.send("POST", "syncs", {"datasetIds": None}).json()["syncId"]

    assert started.status == 202
    sync = started.json()["syncId"]
    listed = codat.get(f"{at.home}/syncs/{sync}/transactions").json()["results"]
    assert [(entry["transactionId"], entry["status"]) for entry in listed] == [("a", "Completed"), ("b", "Completed")]
    assert at.attach(sync, "a").status == 200
    assert at.attach(rest, "c").status == 200
    for name in (first, UNKNOWN):
        assert at.send("POST", "syncs", {"datasetIds": [name]}).rule == "codat.expenses-dataset-unknown"


@pytest.mark.proves("codat.expenses-status", "codat.receipt-early", "codat.push-polls")
def test_a_sync_may_have_to_be_polled_for(make: Callable[..., Codat]) -> None:
    codat = make(codat_push_polls=2)
    at = Expenses(codat)
    sync = at.create("expense", expense("a"))
    statuses = f"{at.home}/syncs"

    early = at.attach(sync, "a")
    assert (early.status, early.rule) == (400, "codat.receipt-early")
    assert codat.get(f"{statuses}/lastSuccessful/status").status == 404
    transactions = codat.get(f"{statuses}/{sync}/transactions").json()["results"]
    assert transactions == [{"transactionId": "a", "status": "Pending", "message": None, "integrationType": "expenses"}]
    latest = codat.get(f"{statuses}/latest/status").json()
    assert latest == {
        "companyId": at.company,
        "syncId": sync,
        "syncStatusCode": 2000,
        "syncStatus": "Complete",
        "errorMessage": "",
        "syncExceptionMessage": "",
        "syncUtc": latest["syncUtc"],
        "dataPushed": True,
    }
    assert codat.get(f"{statuses}/{sync}/transactions/a").json()[0]["status"] == "Completed"
    assert at.attach(sync, "a").status == 200
    # Nothing is left to write.
    empty = at.send("POST", "syncs", {}).json()["syncId"]
    listed = codat.get(f"{statuses}/list/status").json()
    assert [(entry["syncId"], entry["syncStatusCode"]) for entry in listed] == [(empty, 1000), (sync, 2000)]
    assert codat.get(f"{statuses}/lastSuccessful/status").json() == latest
    codat.get(f"{statuses}/{empty}/status")
    done = codat.get(f"{statuses}/{empty}/status").json()
    assert (done["syncStatusCode"], done["dataPushed"]) == (2040, False)


@pytest.mark.proves("codat.expenses-update", "codat.expenses-transaction-unknown")
def test_payments_are_updated_where_the_platform_can(codat: Codat) -> None:
    at = Expenses(codat)
    at.create("expense", expense("a"), expense("b", type="Refund"))
    path = "expense-transactions/a"

    updated = at.send("PUT", path, expense("other", notes="new", lines=[{"netAmount": 1}]))

    assert updated.status == 202
    cost = codat.get(f"{at.connection}/data/directCosts/a").json()
    assert (cost["note"], cost["totalAmount"], cost["id"]) == ("new", 1, "a")
    assert at.attach(updated.json()["syncId"], "a").status == 200
    unknown = at.send("PUT", "expense-transactions/none", expense())
    assert (unknown.status, unknown.rule) == (404, "codat.expenses-transaction-unknown")
    for refused in (
        at.send("PUT", "expense-transactions/b", expense(type="Refund")),
        at.send("PUT", path, expense(type="Reward")),
    ):
        assert (refused.status, refused.rule) == (422, "codat.expenses-update")
        assert refused.json()["service"] == "ExpenseSyncApi"
    dynamics = Expenses(codat, "trji")
    dynamics.create("expense", expense("a"))
    error = dynamics.send("PUT", path, expense()).json()["error"]
    assert error == "Expense transaction updates are not supported for platform trji."
    sandbox = Expenses(codat, "mqjo")
    sandbox.create("reimbursable-expense", reimbursable())
    changed = reimbursable(reference="changed")
    assert sandbox.send("PUT", "reimbursable-expense-transactions/r-1", changed).status == 200
    assert codat.get(f"/companies/{sandbox.company}/data/bills/r-1").json()["reference"] == "changed"
    assert sandbox.send("PUT", "expense-transactions/r-1", expense()).status == 404


@pytest.mark.proves("codat.expenses-unsupported")
@pytest.mark.parametrize(
    ("platform", "method", "path", "body"),
    [
        ("qudb", "POST", "expense-transactions", [expense()]),
        ("qudb", "POST", "data/expense-transactions", {"items": [expense()]}),
        ("gbol", "POST", "reimbursable-expense-transactions", [reimbursable()]),
        ("gbol", "PUT", "reimbursable-expense-transactions/r", reimbursable()),
        ("gbol", "POST", "adjustment-transactions", [adjustment()]),
        ("akxx", "PUT", "transfer-transactions/t", transfer()),
    ],
)
def test_a_platform_supports_only_some_writes(
    codat: Codat, platform: str, method: str, path: str, body: object
) -> None:
    refused = Expenses(codat, platform).send(method, path, body)

    assert (refused.status, refused.rule) == (400, "codat.expenses-unsupported")
    assert refused.json()["error"].endswith(f" is not supported for platform {platform}.")


def test_a_transfer_may_be_creatable_only(codat: Codat) -> None:
    at = Expenses(codat)
    assert at.send("PUT", "transfer-transactions/t", transfer()).status == 200
    assert at.send("PUT", "transfer-transactions/t", transfer()).rule == "codat.expenses-unsupported"


@pytest.mark.proves("codat.expenses-body")
@pytest.mark.parametrize(
    ("path", "body", "item"),
    [
        ("expense-transactions", [], "items"),
        ("expense-transactions", [expense(str(number)) for number in range(51)], "items"),
        ("expense-transactions", expense(), "items"),
        ("expense-transactions", "text", "items"),
        ("expense-transactions", [5], "0"),
        ("expense-transactions", [expense(), expense("b", type="Transfer")], "1.type"),
        ("expense-transactions", [expense(currency=None)], "0.currency"),
        ("expense-transactions", [expense(id="")], "0.id"),
        ("expense-transactions", [expense(id=5)], "0.id"),
        ("expense-transactions", [expense(lines=[])], "0.lines"),
        ("expense-transactions", [expense(lines=[LINE, {"netAmount": "1"}])], "0.lines.1.netAmount"),
        ("expense-transactions", [expense(lines=[{"netAmount": True}])], "0.lines.0.netAmount"),
        ("expense-transactions", [expense(lines=[{"netAmount": 10**29}])], "0.lines.0.netAmount"),
        ("expense-transactions", [expense(lines=[LINE] * 101)], "0.lines"),
        ("data/expense-transactions", [expense()], "body"),
        ("data/expense-transactions", {}, "items"),
        ("syncs", {"datasetIds": []}, "datasetIds"),
        ("config", {"bankAccount": {"id": "1"}, "supplier": {}}, "customer"),
    ],
)
def test_a_transaction_that_does_not_fit_the_contract_is_not_valid(
    codat: Codat, path: str, body: object, item: str
) -> None:
    refused = codat.send_json("POST", f"{HOME}/{path}", body)

    assert (refused.status, refused.json()["validation"]["errors"][0]["itemId"]) == (400, item)
    assert codat.get(f"{HOME}/syncs/list/status").json() == []
    assert codat.request("POST", f"{HOME}/expense-transactions", b"{").rule == "codat.bad-body"
    # What an item of its own refuses under.
    assert codat.send_json("POST", f"{HOME}/expense-transactions", [{}]).rule == "codat.expenses-body"


@pytest.mark.proves("codat.expenses-duplicate")
def test_an_id_is_unique_within_a_company(codat: Codat) -> None:
    at = Expenses(codat)
    at.create("expense", expense("a"))

    for answer in (
        at.send("POST", "expense-transactions", [expense("b"), expense("a")]),
        at.send("POST", "expense-transactions", [expense("b"), expense("b")]),
        at.send("POST", "data/expense-transactions", {"items": [expense("a")]}),
        at.send("PUT", "transfer-transactions/a", transfer()),
    ):
        assert (answer.status, answer.rule) == (400, "codat.expenses-duplicate")
    at.create("expense", expense("b"))
    Expenses(codat).create("expense", expense("a"))


@pytest.mark.proves("codat.receipt-type")
@pytest.mark.parametrize(
    ("platform", "kinds"),
    [
        ("gbol", "Payment Refund Reward Chargeback"),
        ("trji", "Payment Refund Reward Chargeback"),
        ("qhyg", "Payment Refund Reimbursable"),
        ("akxx", "Payment Refund"),
        ("fbrh", "Payment Reimbursable"),
        ("rwuv", "Payment Reimbursable"),
    ],
)
def test_receipts_are_for_the_transactions_of_the_platforms_table(codat: Codat, platform: str, kinds: str) -> None:
    at = Expenses(codat, platform)
    types = ("Payment", "Refund", "Reward", "Chargeback")
    syncs = dict.fromkeys(types, at.create("expense", *[expense(kind, type=kind) for kind in types]))
    if platform not in ("gbol", "trji"):
        syncs["Reimbursable"] = at.create("reimbursable-expense", reimbursable("Reimbursable"))
    name = "a.jpeg" if platform in ("fbrh", "rwuv") else "a.pdf"

    answers = {kind: at.attach(sync, kind, name=name) for kind, sync in syncs.items()}

    assert [kind for kind, answer in answers.items() if answer.status == 200] == kinds.split()
    assert {answer.rule for answer in answers.values() if answer.status != 200} <= {"codat.receipt-type"}
    dataset = at.send("POST", "data/expense-transactions", {"items": [expense("in", type="AdjustmentIn")]})
    assert dataset.status == 200
    assert at.attach(at.send("POST", "syncs", {}).json()["syncId"], "in").rule == "codat.receipt-type"


@pytest.mark.proves("codat.receipt-type")
def test_adjustments_and_transfers_have_no_receipts(codat: Codat) -> None:
    at = Expenses(codat, "mqjo")
    adjusted = at.create("adjustment", adjustment())
    transferred = at.send("PUT", "transfer-transactions/t-1", transfer()).json()["syncId"]

    for sync, transaction, kind in ((adjusted, "adj-1", "Adjustment"), (transferred, "t-1", "Transfer")):
        refused = at.attach(sync, transaction)
        assert (refused.status, refused.rule) == (400, "codat.receipt-type")
        assert refused.json()["error"] == f"Attachments are not supported for {kind} transactions on platform mqjo."


def test_a_receipt_has_the_limits_of_its_platform(make: Callable[..., Codat]) -> None:
    codat = make(codat_xero_max_bytes=10)
    at = Expenses(codat)
    sync = at.create("expense", expense("a"))

    assert at.attach(sync, "a", b"eleven byte").rule == "codat.xero-max-bytes"
    assert at.attach(sync, "a", name="a.exe").rule == "codat.xero-extensions"
    desktop = Expenses(codat, "pqsw")
    assert desktop.attach(desktop.create("expense", expense("a")), "a").rule == "codat.quickbooks-desktop"
    assert at.files("directCosts", "a") == []


@pytest.mark.proves("codat.expenses-sync-unknown", "codat.expenses-transaction-unknown")
def test_what_was_never_synced_has_no_receipts(codat: Codat) -> None:
    at = Expenses(codat)
    assert codat.get(f"{at.home}/syncs/latest/status").rule == "codat.expenses-sync-unknown"
    sync = at.create("expense", expense("a"))
    other = at.create("expense", expense("b"))

    assert at.attach(UNKNOWN, "a").rule == "codat.expenses-sync-unknown"
    assert at.attach(sync, "b").rule == "codat.expenses-transaction-unknown"
    assert codat.get(f"{at.home}/syncs/{other}/transactions/a").rule == "codat.expenses-transaction-unknown"
    assert codat.get(f"{HOME}/syncs/{sync}/status").rule == "codat.expenses-sync-unknown"
    for path in ("status", "transactions"):
        assert codat.get(f"{at.home}/syncs/{UNKNOWN}/{path}").status == 404


@pytest.mark.proves("codat.expenses-connection")
def test_expenses_need_a_linked_connection(codat: Codat) -> None:
    company = codat.send_json("POST", "/companies", {"name": "Tui"}).json()["id"]
    lonely = codat.send_json("POST", f"/companies/{company}/sync/expenses/expense-transactions", [expense()])
    assert (lonely.status, lonely.json()["error"]) == (404, f"Company {company} has no data connection")
    unlinked = f"/companies/{OTHER_COMPANY}/sync/expenses/expense-transactions"
    assert codat.send_json("POST", unlinked, [expense()]).rule == "codat.not-linked"
    codat.send_json("POST", f"{HOME}/expense-transactions", [expense()])
    # The company's first linked connection is the one to Xero.
    assert codat.get(f"{connection(XERO)}/data/directCosts/{expense()['id']}").status == 200


@pytest.mark.proves("codat.expenses-configuration")
def test_the_configuration_is_kept(codat: Codat) -> None:
    assert codat.get(f"{HOME}/config").json() == {"bankAccount": {}, "supplier": {}, "customer": {}}

    configured = {"bankAccount": {"id": "89"}, "supplier": {"id": "124"}, "customer": {"id": "140"}}

    assert codat.send_json("POST", f"{HOME}/config", configured).json() == configured
    assert codat.get(f"{HOME}/config").json() == configured


def test_a_created_expense_is_created_once_for_an_idempotency_key(codat: Codat) -> None:
    path, key = f"{HOME}/expense-transactions", "5eed0000-0000-4000-8000-000000000001"

    first, second = (codat.send_json("POST", path, [expense()], idempotency_key=key).json() for _ in range(2))

    assert first == second
    assert len(codat.get(f"{HOME}/syncs/list/status").json()) == 1


def test_what_waits_and_what_was_uploaded_is_in_a_snapshot(make: Callable[..., Codat]) -> None:
    codat = make(codat_push_polls=1)
    at = Expenses(codat)
    sync = at.create("expense", expense("a"))
    dataset = at.send("POST", "data/expense-transactions", {"items": [expense("b")]}).json()["datasetId"]
    codat.push(f"{at.connection}/files", file_part(b"content"))
    control = Client(codat.app, "/_emulator/sandboxes")

    archive = control.get("/default/snapshot").body
    assert control.put("/restored/snapshot", archive, content_type="application/zip").status == 200

    codat.headers["x-emulator-sandbox"] = "restored"
    assert codat.get(f"/companies/{at.company}/files").json()[0]["fileName"] == "a.pdf"
    assert codat.get(f"{at.home}/syncs/{sync}/status").json()["syncStatus"] == "Complete"
    assert at.attach(sync, "a").status == 200
    assert at.send("POST", "syncs", {"datasetIds": [dataset]}).status == 202
    # The sandbox that it was taken of has gone on without.
    codat.headers["x-emulator-sandbox"] = "default"
    assert at.attach(sync, "a").rule == "codat.receipt-early"
