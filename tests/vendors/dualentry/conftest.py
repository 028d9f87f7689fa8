from collections.abc import Callable
from typing import Any

import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import Sandbox
from tests.asgi import Answer, Client

KEY = "org_live_demo_secret"
FORM = "multipart/form-data; boundary=frontier"

# What creating one takes at least.
MONEY = {"company_id": 1, "currency_iso_4217_code": "NZD", "exchange_rate": "1.00"}
ITEM = {"position": 1, "item_id": 501, "memo": "Beans", "quantity": 2, "rate": "10.50"}
DATED: dict[str, Any] = {"date": "2026-03-02"}
LEAST: dict[str, dict[str, Any]] = {
    "invoices": DATED,
    "bills": DATED,
    "journal-entries": DATED,
    "sales-orders": {**DATED, **MONEY, "items": [ITEM], "memo": "Order", "customer_id": 31},
    "purchase-orders": {
        **DATED,
        **MONEY,
        "items": [{**ITEM, "classifications": []}],
        "memo": "Order",
        "vendor_id": 41,
    },
    "customer-prepayments": {
        **DATED,
        **MONEY,
        "customer_id": 31,
        "amount": "300",
        "bank_or_undeposited_funds_amount": 300,
    },
    "customer-deposits": {**DATED, **MONEY, "account_number": 1010, "items": [{"position": 1, "amount": 7}]},
    "customer-refunds": {**DATED, **MONEY, "account_number": 1010, "customer_id": 31},
    "cash-sales": {**DATED, **MONEY, "customer_id": 31, "bank_or_undeposited_account_amount": "21"},
    "vendor-refunds": {**DATED, **MONEY, "account_number": 1010, "vendor_id": 41},
    "direct-expenses": {
        **DATED,
        "company_id": 1,
        "currency_iso_4217_code": "NZD",
        "account_number": 1010,
        "vendor_id": 41,
        "bank_or_credit_card_amount": "9.99",
    },
    "customer-prepayment-applications": {**DATED, **MONEY},
    "statistical-journals": DATED,
}
SLUGS = tuple(LEAST)
PATCHABLE = ("invoices", "bills", "customer-prepayments", "customer-prepayment-applications")
DELETABLE = ("statistical-journals",)


def file_part(
    content: bytes = b"bytes",
    disposition: str = 'name="files"; filename="a.pdf"',
    content_type: str | None = None,
) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}"]
    lines += [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def form(*parts: bytes, boundary: str = "frontier") -> bytes:
    line = f"--{boundary}".encode()
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"


class DualEntry(Client):
    def __init__(self, app: EmulatorApp, **headers: str) -> None:
        super().__init__(app, "/dualentry", {"x-api-key": KEY, **headers})
        self.gateway = app

    @property
    def sandbox(self) -> Sandbox:
        return self.gateway.registry.sandbox("default")

    def upload(self, record: str, *parts: bytes, **headers: str | None) -> Answer:
        """Adds files to a record such as `invoices/1002`."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        target = f"/public/v2/{record}/attachments/"
        return self.request("POST", target, form(*parts), {"content-type": FORM, **names})

    def create(self, slug: str, **fields: Any) -> dict[str, Any]:
        """A new record with what it takes at least, and these fields."""
        return self.ok(self.send_json("POST", f"/public/v2/{slug}/", {**LEAST[slug], **fields}))

    def read(self, record: str) -> dict[str, Any]:
        return self.ok(self.get(f"/public/v2/{record}/"))

    def files(self, record: str) -> list[dict[str, Any]]:
        attachments: list[dict[str, Any]] = self.read(record)["attachments"]
        return attachments

    def listed(self, slug: str, query: str = "") -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ok(self.get(f"/public/v2/{slug}/{query}"))["items"]
        return items

    def at(self, url: str) -> str:
        """The target of a URL that an answer gave, below the mount."""
        start = "http://emulator.test/dualentry"
        assert url.startswith(start)
        return url.removeprefix(start)

    def ok(self, answer: Answer) -> dict[str, Any]:
        assert answer.status == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def everything(self) -> Any:
        """All records, by the revision of what is in them, all files, and what the store holds: to compare before and
        after.
        """
        control = Client(self.app, "/_emulator/sandboxes/default")
        pages = [control.get(f"/{page}?vendor=dualentry") for page in ("documents", "files")]
        assert [page.status for page in pages] == [200, 200]
        return [page.json() for page in pages], self.sandbox.store.used_bytes


def internal_id(record: dict[str, Any]) -> int:
    """The id of a record beside its number; statistical journals name it otherwise."""
    number: int = record.get("internal_id") or record["id"]
    return number


def errors(answer: Answer) -> Any:
    """What is wrong, out of the vendor's envelope."""
    body = answer.json()
    assert body.keys() == {"success", "errors"}
    assert body["success"] is False
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    return body["errors"]


@pytest.fixture
def make() -> Callable[..., DualEntry]:
    """A client of an emulator with these options."""
    return lambda **options: DualEntry(create_app(**options))


@pytest.fixture
def dualentry(make: Callable[..., DualEntry]) -> DualEntry:
    return make()
