"""Drives the newest SDKs of Codat, in an environment of their own; run by test_codat_newest.py.

Reads one request a line from stdin, as JSON, and writes one answer a line to stdout. Every request names the base URL
and the value of the Authorization header.
"""

import json
import sys
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.request import urlopen

from codat_platform import CodatPlatform
from codat_platform.models import shared as platform_models
from codat_sync_for_expenses import CodatSyncExpenses
from codat_sync_for_expenses.models import shared as expenses_models
from codat_sync_for_payables import CodatSyncPayables
from codat_sync_for_payables.models import shared as payables_models
from codat_sync_for_payables.utils import retries

EXPENSE = "4d7c6929-7770-412b-91bb-44d3bc71d111"


class Clock:
    """Stands for the module `time` in the SDK, so that nobody waits."""

    slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


class Jitter:
    """Stands for the module `random` in the SDK: a wait is always three quarters of the longest."""

    @staticmethod
    def random() -> float:
        return 0.5


clock: Any = Clock()
retries.time, retries.random = clock, Jitter


def platform_of(request: Mapping[str, Any]) -> Any:
    return CodatPlatform(platform_models.Security(auth_header=request["key"]), server_url=request["base_url"])


def payables_of(request: Mapping[str, Any]) -> Any:
    return CodatSyncPayables(payables_models.Security(auth_header=request["key"]), server_url=request["base_url"])


def expenses_of(request: Mapping[str, Any]) -> Any:
    return CodatSyncExpenses(expenses_models.Security(auth_header=request["key"]), server_url=request["base_url"])


def _file(request: Mapping[str, Any]) -> dict[str, Any]:
    return {"file": {"content": bytes.fromhex(request["content"]), "file_name": request["file_name"]}}


def link_company(request: Mapping[str, Any]) -> dict[str, Any]:
    """Create a company, and open the link of its connection, as the customer would."""
    platform = platform_of(request)
    company = platform.companies.create(request={"name": "Tui Traders"})
    body = {"platform_key": request["platform"]}
    connection = platform.connections.create(request={"company_id": company.id, "request_body": body})
    with urlopen(connection.link_url) as page:
        page.read()
    linked = platform.connections.get(request={"company_id": company.id, "connection_id": connection.id})
    described = {"company_id": company.id, "company_update_request": {"description": "linked", "tags": {"a": "b"}}}
    updated = platform.companies.update(request=described)
    return {
        "company_id": company.id,
        "connection_id": connection.id,
        "status": linked.status.value,
        "tags": updated.tags,
    }


def attach_to_bill(request: Mapping[str, Any]) -> dict[str, Any]:
    """Create a supplier and a bill, change it, attach a file, and download what the bill's list has."""
    payables = payables_of(request)
    ids = {name: request[name] for name in ("company_id", "connection_id")}
    supplier = payables.suppliers.create(
        request={**ids, "supplier_prototype": {"supplier_name": "Beans", "status": "Active"}}
    )
    bill = {
        "supplier_ref": {"id": supplier.id},
        "issue_date": "2023-04-23T00:00:00",
        "due_date": "2023-05-23T00:00:00",
        "currency": "GBP",
        "status": "Open",
        "line_items": [{"unit_amount": 1, "quantity": 2, "tax_amount": 0.5, "total_amount": 2.5}],
    }
    ids["bill_id"] = payables.bills.create(request={**ids, "bill_prototype": bill}).id
    changed = payables.bills.update(request={**ids, "bill_prototype": {**bill, "reference": "changed"}})
    listed = payables.bills.list(request=ids).results
    attachment = payables.bills.upload_attachment(request={**ids, "attachment_upload": _file(request)})
    (found,) = payables.bills.list_attachments(request=ids)
    downloaded = payables.bills.download_attachment(request={**ids, "attachment_id": found.id}).read()
    return {
        "bills": [entry.id for entry in listed] == [ids["bill_id"]] and listed[0].reference == changed.reference,
        "same": found == attachment,
        "name": found.name,
        "content_type": found.content_type,
        "sha256": sha256(downloaded).hexdigest(),
    }


def attach_to_expense(request: Mapping[str, Any]) -> dict[str, Any]:
    """Create an expense, wait for its sync, and attach a receipt."""
    expenses = expenses_of(request)
    company = {"company_id": request["company_id"]}
    line = {"net_amount": 1.5, "account_ref": {"id": "35"}}
    expense = {"type": "Payment", "issue_date": "2024-05-21T00:00:00+00:00", "currency": "GBP", "lines": [line]}
    created = expenses.expenses.create(request={**company, "request_body": [{"id": EXPENSE, **expense}]})
    sync = {**company, "sync_id": created.sync_id}
    status = expenses.sync.get(request=sync)
    (transaction,) = expenses.transaction_status.list(request=sync).results
    target = {**sync, "transaction_id": transaction.transaction_id, "attachment_upload": _file(request)}
    receipt = expenses.attachments.upload(request=target)
    updated = {"transaction_id": EXPENSE, "update_expense_request": {**expense, "notes": "changed"}}
    expenses.expenses.update(request={**company, **updated})
    return {
        "status": status.sync_status,
        "transaction": transaction.status.value,
        "record": receipt.transaction_id,
        "syncs": len(expenses.sync.list(request=company)),
    }


def upload(request: Mapping[str, Any]) -> dict[str, Any]:
    """Attach a file to a bill: what the caller gets, and how many seconds the SDK slept."""
    bills = payables_of(request).bills
    ids = {name: request[name] for name in ("company_id", "connection_id", "bill_id")}
    return _met(lambda: bills.upload_attachment(request={**ids, "attachment_upload": _file(request)}))


def download(request: Mapping[str, Any]) -> dict[str, Any]:
    """Download the one attachment of a bill: also the digest of what the caller gets."""
    bills = payables_of(request).bills
    ids = {name: request[name] for name in ("company_id", "connection_id", "bill_id", "attachment_id")}
    bodies: list[bytes] = []
    met = _met(lambda: bodies.append(bills.download_attachment(request=ids).read()))
    return {**met, "sha256": [sha256(body).hexdigest() for body in bodies]}


def _met(call: Callable[[], object]) -> dict[str, Any]:
    clock.slept = 0.0
    try:
        call()
    except Exception as error:
        return {"outcome": f"`{type(error).__name__}`", "slept": clock.slept}
    return {"outcome": "returns", "slept": clock.slept}


for line in sys.stdin:
    command = json.loads(line)
    sys.stdout.write(json.dumps(globals()[command["do"]](command)) + "\n")
    sys.stdout.flush()
