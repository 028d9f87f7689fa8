"""Keys that a test lets go bad, in every auth mode."""

from collections.abc import Callable

import pytest

from emulator.core.vendor import CredentialFault
from emulator.vendors.vrplatform.credential_faults import CREDENTIAL_FAULTS
from tests.vendors.vrplatform.conftest import VRPlatform, error

KEY = "vrp_demo"


@pytest.fixture(params=["any", "strict", "off"])
def vrplatform(request: pytest.FixtureRequest, make: Callable[..., VRPlatform]) -> VRPlatform:
    made = make(auth=request.param)
    made.headers |= {"x-api-key": KEY, "x-team-id": "team_123"}
    return made


@pytest.mark.parametrize(
    ("state", "rule", "message"),
    [
        pytest.param(
            "inactive",
            "vrplatform.key-inactive",
            "Provider API key is inactive",
            marks=pytest.mark.proves("vrplatform.key-inactive"),
        ),
        pytest.param(
            "revoked",
            "vrplatform.key-unknown",
            "Invalid provider API key, not found",
            marks=pytest.mark.proves("vrplatform.key-unknown"),
        ),
    ],
)
@pytest.mark.parametrize("owner", [KEY, None])
def test_a_key_that_is_good_no_longer_is_refused(
    vrplatform: VRPlatform, state: str, rule: str, message: str, owner: str | None
) -> None:
    assert vrplatform.get("/transactions").status == 200

    CREDENTIAL_FAULTS[state](vrplatform.sandbox, CredentialFault(owner))

    refused = vrplatform.get("/transactions")
    assert refused.rule == rule
    assert error(refused) == (401, "UNAUTHORIZED", message)
    bearer = vrplatform.get("/transactions", x_api_key=None, authorization=f"Bearer {KEY}")
    assert bearer.rule == rule
    vrplatform.gateway.registry.reset("default")
    assert vrplatform.get("/transactions").status == 200


def test_another_key_is_good_still(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make()

    CREDENTIAL_FAULTS["inactive"](vrplatform.sandbox, CredentialFault(KEY))

    assert vrplatform.get("/transactions").status == 200
    assert vrplatform.get("/transactions", x_api_key=None).rule == "vrplatform.credential"
