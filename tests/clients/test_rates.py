"""What the official SDKs do when they have called too often."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from codat_accounting import CodatAccounting
from codat_accounting.models import errors, shared
from codat_accounting.utils import BackoffStrategy, RetryConfig
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import RateLimitException

from emulator.testing import Sandbox

PDF = b"%PDF-1.7"
INVOICE = "5eed0000-0000-4000-8000-000000000403"


@pytest.fixture
def xero(emulator: Sandbox) -> Iterator[AccountingApi]:
    token = {"access_token": "local", "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token(client_id="id", client_secret="secret")),
        pool_threads=1,
        oauth2_token_getter=lambda: token,
        oauth2_token_saver=token.update,
    )
    yield AccountingApi(client, base_url=emulator.xero.base_url)
    client.rest_client.pool_manager.clear()


def attach(xero: AccountingApi, emulator: Sandbox, verb: str) -> Any:
    upload = getattr(xero, f"{verb}_invoice_attachment_by_file_name")
    return upload(emulator.xero.tenant_id, INVOICE, "a.pdf", PDF)


def statuses(emulator: Sandbox) -> list[int | None]:
    return [exchange.status for exchange in emulator.journal]


# A real Retry-After would be slept on, three times.
@pytest.mark.emulator(xero_rate_limits=True, xero_rate_per_minute=1, max_retry_after=0)
@pytest.mark.parametrize(
    ("verb", "sent"),
    [
        pytest.param("create", [200, 429, 429, 429, 429], id="PUT is sent three times more"),
        pytest.param("update", [200, 429], id="POST is not sent again"),
    ],
)
def test_xero_python_meets_the_limit_of_a_minute(
    emulator: Sandbox, xero: AccountingApi, verb: str, sent: list[int | None]
) -> None:
    attach(xero, emulator, verb)

    with pytest.raises(RateLimitException) as refused:
        attach(xero, emulator, verb)

    assert refused.value.rate_limit == "minute"
    assert statuses(emulator) == sent
    emulator.clock.advance(60)
    assert attach(xero, emulator, verb).attachments[0].file_name == "a.pdf"


@pytest.mark.emulator(xero_rate_limits=True, xero_rate_concurrent=0)
def test_xero_python_does_not_try_again_where_no_wait_is_named(emulator: Sandbox, xero: AccountingApi) -> None:
    with pytest.raises(RateLimitException) as refused:
        attach(xero, emulator, "create")

    assert refused.value.rate_limit == "concurrent"
    assert statuses(emulator) == [429]


# It would hang for half a minute if it looked at Retry-After.
@pytest.mark.emulator(codat_rate_limits=True, codat_rate_per_minute=1, max_retry_after=30)
def test_codat_accounting_tries_again_in_a_rhythm_of_its_own(emulator: Sandbox) -> None:
    emulator.clock.advance(30)
    retries = RetryConfig("backoff", BackoffStrategy(1, 2, 1.5, 20), retry_connection_errors=False)
    security = shared.Security(auth_header=emulator.codat.headers["Authorization"])
    ids = {
        "company_id": "5eed0000-0000-4000-8000-00000000c001",
        "connection_id": "5eed0000-0000-4000-8000-00000000d001",
        "invoice_id": "inv-1",
    }
    upload: Any = {**ids, "attachment_upload": {"file": {"content": PDF, "file_name": "a.pdf"}}}
    with httpx.Client() as client:
        codat = CodatAccounting(
            security=security, server_url=emulator.codat.base_url, client=client, retry_config=retries
        )
        codat.invoices.upload_attachment(request=upload)

        with pytest.raises(errors.ErrorMessage) as refused:
            codat.invoices.upload_attachment(request=upload)

    assert refused.value.data.status_code == 429
    # An upload too is sent again.
    first, *others = emulator.journal
    assert first.status == 200
    assert len(others) > 1
    assert {exchange.status for exchange in others} == {429}
    assert emulator.codat.assert_attached("invoices", "inv-1", "a.pdf", times=1)
