"""Keys that a test lets go bad, in every auth mode."""

from collections.abc import Callable

import pytest

from emulator.core.vendor import CredentialFault
from emulator.vendors.dualentry.credential_faults import CREDENTIAL_FAULTS
from tests.vendors.dualentry.conftest import DualEntry, errors

INVOICES = "/public/v2/invoices/"
KEY, OTHER_KEY = "org_live_demo_secret", "org_live_other_secret"


@pytest.fixture(params=["any", "strict", "off"])
def dualentry(request: pytest.FixtureRequest, make: Callable[..., DualEntry]) -> DualEntry:
    return make(auth=request.param)


@pytest.mark.proves("dualentry.key-unknown")
@pytest.mark.parametrize("owner", [KEY, None])
def test_a_revoked_key_is_forbidden(dualentry: DualEntry, owner: str | None) -> None:
    assert dualentry.get(INVOICES, x_api_key=KEY).status == 200

    CREDENTIAL_FAULTS["revoked"](dualentry.sandbox, CredentialFault(owner))

    refused = dualentry.get(INVOICES, x_api_key=KEY)
    assert (refused.status, refused.rule) == (403, "dualentry.key-unknown")
    assert errors(refused) == {"__all__": ["API key authentication failed"]}
    assert dualentry.get(INVOICES, x_api_key=OTHER_KEY).status == (200 if owner else 403)
    dualentry.gateway.registry.reset("default")
    assert dualentry.get(INVOICES, x_api_key=KEY).status == 200


def test_no_key_is_another_matter(make: Callable[..., DualEntry]) -> None:
    dualentry = make()

    CREDENTIAL_FAULTS["revoked"](dualentry.sandbox, CredentialFault())

    assert dualentry.get(INVOICES, x_api_key=None).rule == "dualentry.credential"
