"""Keys that a test lets go bad, in every auth mode."""

from collections.abc import Callable

import pytest

from emulator.core.vendor import CredentialFault
from emulator.vendors.vrplatform.credential_faults import CREDENTIAL_FAULTS
from tests.asgi import Client
from tests.vendors.vrplatform.conftest import FILES, INVOICE, VRPlatform, error, file_part

KEY = "vrp_demo"


@pytest.fixture(params=["any", "strict", "off"])
def vrplatform(request: pytest.FixtureRequest, make: Callable[..., VRPlatform]) -> VRPlatform:
    vrplatform = make(auth=request.param)
    vrplatform.headers |= {"x-api-key": KEY, "x-team-id": "team_123"}
    return vrplatform


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


# --- Scopes -----------------------------------------------------------------------------------------------------------


def limit(vrplatform: VRPlatform, owner: str | None, scopes: str) -> None:
    body = {"vendor": "vrplatform", "state": "limited", "owner": owner, "scopes": scopes}
    control = Client(vrplatform.gateway)
    assert control.send_json("POST", "/_emulator/sandboxes/default/credentials", body).status == 200


@pytest.mark.proves("vrplatform.scope")
@pytest.mark.parametrize("owner", [KEY, None])
def test_a_key_does_no_more_than_its_scopes_allow(vrplatform: VRPlatform, owner: str | None) -> None:
    before = vrplatform.everything()
    limit(vrplatform, owner, "transactions:read transaction-attachments:write reports:read")

    assert vrplatform.get("/transactions").status == 200
    for refused in (
        vrplatform.post_transaction(),
        vrplatform.change("txn-123", description="never"),
        vrplatform.get(f"{FILES}/{INVOICE}/download"),
        vrplatform.get("/teams"),
        vrplatform.get("/accounts"),
    ):
        assert refused.rule == "vrplatform.scope"
        assert error(refused) == (403, "FORBIDDEN", "Insufficient access")
    assert vrplatform.get("/reports/profit-and-loss").status == 501
    assert vrplatform.get("/nowhere").status == 404
    limit(vrplatform, owner, "transactions:read transaction-attachments:read")
    assert vrplatform.upload(file_part()).rule == "vrplatform.scope"
    assert vrplatform.everything() == before
    vrplatform.gateway.registry.reset("default")
    assert vrplatform.post_transaction().status == 200


def test_a_limit_of_one_key_is_not_that_of_another(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make()

    limit(vrplatform, f"sbx_default.{KEY}", "statements:read")
    assert vrplatform.get("/transactions", x_api_key=KEY).rule == "vrplatform.scope"
    assert vrplatform.get("/transactions", x_api_key="another").status == 200
    limit(vrplatform, None, "transactions:read")
    assert vrplatform.get("/transactions", x_api_key=KEY).status == 200
    assert vrplatform.get("/statements", x_api_key="another").rule == "vrplatform.scope"
