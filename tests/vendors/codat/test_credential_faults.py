"""Keys and connections that a test lets go bad, in every auth mode."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from emulator.core.vendor import CredentialFault, UnknownCredential
from emulator.vendors.codat.credential_faults import CREDENTIAL_FAULTS
from tests.asgi import Client
from tests.vendors.codat.conftest import COMPANY, OTHER_COMPANY, QUICKBOOKS, UNKNOWN, XERO, Codat, connection, file_part

LIST = "/data/invoices/inv-1/attachments"
KEY, OTHER_KEY = "Basic ZGVtby1rZXk=", "Basic b3RoZXIta2V5"


@pytest.fixture(params=["any", "strict", "off"])
def codat(request: pytest.FixtureRequest, make: Callable[..., Codat]) -> Codat:
    codat = make(auth=request.param)
    codat.headers["authorization"] = KEY
    return codat


def invalidate(codat: Codat, state: str, owner: str | None = None) -> None:
    CREDENTIAL_FAULTS[state](codat.sandbox, CredentialFault(owner))


@pytest.mark.proves("codat.key-unknown")
@pytest.mark.parametrize("owner", ["demo-key", "sbx_default.demo-key", None])
def test_a_revoked_key_is_unauthorised(codat: Codat, owner: str | None) -> None:
    assert codat.get("/companies").status == 200

    invalidate(codat, "revoked", owner)

    for path in ("/companies", f"{connection()}{LIST}"):
        refused = codat.get(path)
        assert (refused.status, refused.rule) == (401, "codat.key-unknown")
        assert refused.json()["error"] == "Unauthorized"
    codat.gateway.registry.reset("default")
    assert codat.get("/companies").status == 200


def test_another_key_is_good_still(make: Callable[..., Codat]) -> None:
    codat = make()

    invalidate(codat, "revoked", "demo-key")

    assert codat.get("/companies", authorization=OTHER_KEY).status == 200
    assert make(auth="off").get("/companies", authorization=None).status == 200


@pytest.mark.proves("codat.not-linked", "codat.not-linked-read")
@pytest.mark.parametrize("owner", [XERO, XERO.upper(), COMPANY, None])
def test_a_deauthorised_connection_is_out_of_reach_until_it_is_linked_again(codat: Codat, owner: str | None) -> None:
    invalidate(codat, "deauthorised", owner)

    read = codat.get(f"{connection()}{LIST}")
    pushed = codat.push(f"{connection()}/push/invoices/inv-1/attachment", file_part())
    assert (read.status, read.rule) == (404, "codat.not-linked-read")
    assert (pushed.status, pushed.rule) == (400, "codat.not-linked")
    for refused in (read, pushed):
        assert f"{XERO} is Deauthorized" in refused.text
    answer = codat.get(connection()).json()
    assert answer["status"] == "Deauthorized"
    link = urlsplit(answer["linkUrl"]).path
    assert Client(codat.app).get(link).status == 200
    assert codat.get(f"{connection()}{LIST}").status == 200


@pytest.mark.parametrize(("owner", "others"), [(XERO, "Linked"), (COMPANY, "Deauthorized"), (None, "Deauthorized")])
def test_a_company_loses_all_its_connections(codat: Codat, owner: str | None, others: str) -> None:
    invalidate(codat, "deauthorised", owner)

    assert codat.get(connection(QUICKBOOKS)).json()["status"] == others


@pytest.mark.parametrize("owner", [UNKNOWN, OTHER_COMPANY, "x"])
def test_what_is_not_linked_has_nothing_to_lose(codat: Codat, owner: str) -> None:
    with pytest.raises(UnknownCredential, match=owner):
        invalidate(codat, "deauthorised", owner)


def test_a_company_without_a_link_is_not_counted_as_active(codat: Codat) -> None:
    invalidate(codat, "deauthorised")

    assert codat.get("/companies").headers["x-rate-limit-limit"] == "1000"
    with pytest.raises(UnknownCredential, match="any company"):
        invalidate(codat, "deauthorised")
