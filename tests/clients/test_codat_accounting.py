"""The official SDK, codat-accounting, and codat-platform against the live server."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from codat_accounting import CodatAccounting
from codat_accounting.models import errors, shared
from codat_accounting.utils import BackoffStrategy, RetryConfig
from codat_platform import CodatPlatform
from codat_platform.models import shared as platform

from tests.conftest import ROOT, LiveServer

PDF = (ROOT / "fixtures/files/invoice.pdf").read_bytes()
COMPANY = "5eed0000-0000-4000-8000-00000000c001"
XERO = "5eed0000-0000-4000-8000-00000000d001"
SANDBOX = "5eed0000-0000-4000-8000-00000000d005"
KEY = "Basic " + base64.b64encode(b"my-api-key").decode()


@pytest.fixture
def codat(live: LiveServer) -> Iterator[Any]:
    # By default the SDK retries for an hour.
    retries = RetryConfig("backoff", BackoffStrategy(50, 200, 1.5, 500), retry_connection_errors=False)
    security = shared.Security(auth_header=KEY)
    with httpx.Client() as client:
        yield CodatAccounting(security=security, server_url=f"{live.url}/codat", client=client, retry_config=retries)


RECORDS = {
    "bills": ("bill", "bill-1"),
    "invoices": ("invoice", "inv-2"),
    "direct_costs": ("direct_cost", "dc-1"),
    "direct_incomes": ("direct_income", "di-1"),
}


@pytest.mark.parametrize("plural", RECORDS)
@pytest.mark.parametrize("name", ["receipt.pdf", "aé b.pdf"])
def test_a_file_goes_up_and_comes_back_unchanged(codat: Any, plural: str, name: str) -> None:
    one, record = RECORDS[plural]
    api = getattr(codat, plural)
    ids = {"company_id": COMPANY, "connection_id": XERO, f"{one}_id": record}
    file = {"content": PDF, "file_name": name, "content_type": "application/pdf"}
    assert api.upload_attachment(request={**ids, "attachment_upload": {"file": file}}) is None

    listed = api.list_attachments(request=ids).attachments
    newest = listed[-1]
    assert (newest.name, newest.content_type, newest.file_size) == (name, "application/pdf", len(PDF))
    assert api.get_attachment(request={**ids, "attachment_id": newest.id}) == newest
    assert api.download_attachment(request={**ids, "attachment_id": newest.id}).read() == PDF


@pytest.mark.parametrize(
    ("api", "one", "record"), [("bill_credit_notes", "bill_credit_note", "bcn-1"), ("transfers", "transfer", "tr-1")]
)
def test_types_that_can_only_be_written_are_written(codat: Any, api: str, one: str, record: str) -> None:
    file = {"content": PDF, "file_name": "a.pdf"}
    ids = {"company_id": COMPANY, "connection_id": XERO, f"{one}_id": record}

    assert getattr(codat, api).upload_attachment(request={**ids, "attachment_upload": {"file": file}}) is None


@pytest.mark.parametrize(
    ("api", "one", "record"),
    [
        ("customers", "customer", "cus-1"),
        ("suppliers", "supplier", "sup-1"),
        ("purchase_orders", "purchase_order", "po-1"),
    ],
)
def test_types_that_can_only_be_read_are_read(codat: Any, api: str, one: str, record: str) -> None:
    ids = {"company_id": COMPANY, "connection_id": XERO, f"{one}_id": record}

    assert getattr(codat, api).list_attachments(request=ids).attachments == []
    with pytest.raises(errors.ErrorMessage):
        getattr(codat, api).get_attachment(request={**ids, "attachment_id": "none"})


GOOD = {"company_id": COMPANY, "connection_id": XERO, "invoice_id": "inv-1"}


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"company_id": "nobody"}, 404, "No company was found with ID nobody"),
        ({"connection_id": "nothing"}, 404, "Data connection nothing not found"),
        ({"invoice_id": "nope"}, 404, "invoices nope not found"),
        ({"attachment_id": "nope"}, 404, "Attachment nope not found"),
    ],
)
def test_what_is_not_there_becomes_a_typed_error(codat: Any, change: dict[str, str], status: int, error: str) -> None:
    request: dict[str, Any] = {**GOOD, "attachment_id": "att-1", **change}

    with pytest.raises(errors.ErrorMessage) as refused:
        codat.invoices.get_attachment(request=request)

    assert refused.value.data.status_code == status
    assert error in str(refused.value.data.error)
    assert len(str(refused.value.data.correlation_id)) == 32


def test_a_refused_upload_becomes_a_typed_error_with_its_reason(codat: Any) -> None:
    file = {"content": PDF, "file_name": "a.exe"}

    with pytest.raises(errors.ErrorMessage) as refused:
        codat.invoices.upload_attachment(request={**GOOD, "attachment_upload": {"file": file}})

    validation = refused.value.data.validation
    assert validation
    assert validation.errors
    assert validation.errors[0].item_id == "fileExtension"


def test_a_missing_key_becomes_a_typed_error(live: LiveServer) -> None:
    security = shared.Security(auth_header="Basic")
    with httpx.Client() as client, pytest.raises(errors.ErrorMessage) as refused:
        codat: Any = CodatAccounting(security=security, server_url=f"{live.url}/codat", client=client)
        codat.invoices.list_attachments(request=GOOD)

    assert refused.value.data.error == "Unauthorized"


def test_the_records_of_the_seed_data_can_be_read(codat: Any) -> None:
    for api in ("bills", "invoices", "customers", "suppliers", "purchase_orders", "bill_credit_notes"):
        assert getattr(codat, api).list(request={"company_id": COMPANY}).results
    for api in ("direct_costs", "direct_incomes", "transfers"):
        assert getattr(codat, api).list(request={"company_id": COMPANY, "connection_id": SANDBOX}).results
    assert codat.invoices.get(request={"company_id": COMPANY, "invoice_id": "inv-1"}).total_amount == 552


def test_the_platform_sdk_makes_a_company_and_its_connection(live: LiveServer) -> None:
    with httpx.Client() as client:
        security = platform.Security(auth_header=KEY)
        codat: Any = CodatPlatform(security=security, server_url=f"{live.url}/codat", client=client)
        company = codat.companies.create(request={"name": "Tui Traders"})
        assert company
        link = codat.connections.create(request={"company_id": company.id, "request_body": {"platform_key": "gbol"}})
        assert link
        assert link.status == "PendingAuth"
        listed = codat.connections.list(request={"company_id": company.id})
        assert listed
        assert [entry.id for entry in listed.results or []] == [link.id]
        history = codat.push_data.list_operations(request={"company_id": COMPANY})
        assert history
        assert history.total_results >= 0
        assert codat.companies.list(request={})
