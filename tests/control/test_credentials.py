"""Letting credentials go bad."""

import pytest

from emulator.vendors import VENDORS
from tests.asgi import Client
from tests.control.conftest import Control, problem

XERO = {"authorization": "Bearer any", "xero-tenant-id": "5eed0000-0000-4000-8000-000000000001"}


def test_every_vendor_has_states_that_its_credentials_can_be_in() -> None:
    assert {vendor.name: tuple(vendor.credential_faults) for vendor in VENDORS.values()} == {
        "xero": ("expired", "revoked", "limited", "disconnected"),
        "codat": ("revoked", "deauthorised"),
        "dualentry": ("revoked",),
        "vrplatform": ("revoked", "inactive", "limited"),
    }


def test_a_state_holds_in_its_own_sandbox(control: Control) -> None:
    answer = control.send("POST", "/credentials", vendor="xero", state="limited", scopes="accounting.contacts openid")

    assert (answer.status, answer.json()) == (200, {"vendor": "xero", "state": "limited", "owner": None})
    here = Client(control.app, "/xero/api.xro/2.0", XERO)
    assert [here.get(path).status for path in ("/Contacts", "/Invoices")] == [200, 401]
    assert Client(control.app, "/sandbox/other/xero/api.xro/2.0", XERO).get("/Invoices").status == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"vendor": "xero", "state": "stale"},
            "state is one of expired, revoked, limited, disconnected for xero, not 'stale'.",
        ),
        ({"vendor": "dualentry", "state": "expired"}, "state is one of revoked for dualentry, not 'expired'."),
        ({"vendor": "xero"}, "state is needed"),
        ({"vendor": "sage", "state": "expired"}, "vendor is one of"),
        ({"vendor": "xero", "state": "disconnected", "owner": "x"}, "no organisation x was ever connected."),
        ({"vendor": "xero", "state": "expired", "tenant": "x"}, "tenant is unknown"),
    ],
)
def test_what_no_vendor_knows_is_refused_and_changes_nothing(
    control: Control, fields: dict[str, str], words: str
) -> None:
    status, detail = problem(control.send("POST", "/credentials", **fields))

    assert status == 422
    assert words in detail
    assert Client(control.app, "/xero/api.xro/2.0", XERO).get("/Invoices").status == 200
