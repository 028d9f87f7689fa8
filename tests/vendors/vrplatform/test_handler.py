"""Which checks a request meets, in which order."""

from collections.abc import Callable

import pytest

from emulator.vendors.vrplatform.auth import NO_TEAM_SCOPE
from emulator.vendors.vrplatform.operations import OPERATIONS
from tests.asgi import Client
from tests.vendors.vrplatform.conftest import FILES, INVOICE, VRPlatform, error, ok

NOT_EMULATED = (501, "NOT_IMPLEMENTED", "This operation is not emulated.")
MISSING = (401, "UNAUTHORIZED", "Missing provider api key")
SIX = [
    ("POST", FILES),
    ("PATCH", f"{FILES}/{INVOICE}"),
    ("GET", f"{FILES}/{INVOICE}/download"),
    ("DELETE", f"{FILES}/{INVOICE}"),
    ("POST", "/transactions"),
    ("PUT", "/transactions/txn-123"),
]


# --- Keys and teams ---------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.credential")
@pytest.mark.parametrize("mode", ["any", "strict"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"x-api-key": ""}, {"x-api-key": " "}, {"authorization": "Bearer "}, {"authorization": "Basic dnJwX2RlbW86"}],
)
def test_a_request_needs_a_key(make: Callable[..., VRPlatform], mode: str, headers: dict[str, str]) -> None:
    for method, path in SIX:
        refused = make(auth=mode).request(method, path, headers={"x-api-key": None, **headers})

        assert refused.rule == "vrplatform.credential"
        assert error(refused) == MISSING


@pytest.mark.parametrize(
    ("mode", "headers"),
    [
        ("any", {"x-api-key": "whatever"}),
        ("any", {"authorization": "Bearer whatever"}),
        ("off", {}),
        ("strict", {"x-api-key": "vrp_demo"}),
        ("strict", {"authorization": "bearer vrp_demo"}),
        ("strict", {"x-api-key": "vrp_demo", "x-team-id": "team_123"}),
        ("strict", {"x-api-key": "vrp_manager", "x-team-id": "team_456"}),
        ("strict", {"x-api-key": "vrp_manager", "x-team-id": "team_123"}),
    ],
)
def test_a_good_key_is_let_in(make: Callable[..., VRPlatform], mode: str, headers: dict[str, str]) -> None:
    vrplatform = make(auth=mode)
    del vrplatform.headers["x-api-key"]
    vrplatform.headers |= headers

    staged = vrplatform.stage()

    (owner,) = [item["owner"] for item in vrplatform.held() if item["id"] == staged]
    assert owner == headers.get("x-team-id", "team_123")


@pytest.mark.proves(
    "vrplatform.key-unknown", "vrplatform.key-inactive", "vrplatform.key-team", "vrplatform.team-needed"
)
def test_strict_auth_knows_keys_and_their_teams(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(auth="strict")

    def refused(key: str, team: str | None = None) -> tuple[str | None, tuple[int, str, str]]:
        answer = vrplatform.get("/transactions", x_api_key=key, x_team_id=team)
        return answer.rule, error(answer)

    for key, team, rule, message in (
        ("nobodys", None, "key-unknown", "Invalid provider API key, not found"),
        ("nobodys", "team_123", "key-unknown", "Invalid provider API key, not found"),
        ("VRP_DEMO", None, "key-unknown", "Invalid provider API key, not found"),
        ("vrp_inactive", None, "key-inactive", "Provider API key is inactive"),
        ("vrp_inactive", "team_456", "key-inactive", "Provider API key is inactive"),
        ("vrp_demo", "team_456", "key-team", "Provider API key is not allowed for tenant"),
        ("vrp_manager", "team_789", "key-team", "Provider API key is not allowed for tenant"),
    ):
        assert refused(key, team) == (f"vrplatform.{rule}", (401, "UNAUTHORIZED", message))
    for blank in (None, "", " "):
        assert refused("vrp_manager", blank) == (
            "vrplatform.team-needed",
            (403, "FORBIDDEN", "Managed team context required, set x-team-id to the target team"),
        )
    assert {item["owner"] for item in vrplatform.held()} <= {"team_123"}


@pytest.mark.proves("vrplatform.team")
@pytest.mark.parametrize("mode", ["any", "off"])
def test_any_team_is_there_on_first_use(make: Callable[..., VRPlatform], mode: str) -> None:
    vrplatform = make(auth=mode)
    vrplatform.change("txn-123", description="Ours")

    assert vrplatform.of_team("team_123").read("txn-123")["description"] == "Ours"
    assert vrplatform.of_team("any team").read("txn-123")["description"] == "HVAC Repair - Beach House"


# --- Paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("vrplatform.unknown-path", "vrplatform.error")
@pytest.mark.parametrize("key", [None, "anything"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", FILES),
        ("GET", f"{FILES}/{INVOICE}"),
        ("HEAD", f"{FILES}/{INVOICE}/download"),
        ("PUT", f"{FILES}/{INVOICE}"),
        ("POST", f"{FILES}/{INVOICE}"),
        ("POST", f"{FILES}/{INVOICE}/download"),
        ("DELETE", FILES),
        ("PATCH", "/transactions/txn-123"),
        ("DELETE", "/transactions"),
        ("GET", "/transactions/txn-123/attachments"),
        ("GET", "/Transactions"),
        ("GET", "/v1/transactions"),
        ("GET", "/nowhere"),
        ("GET", "/"),
    ],
)
def test_what_vrplatform_does_not_have_is_not_found(
    vrplatform: VRPlatform, method: str, path: str, key: str | None
) -> None:
    refused = vrplatform.request(method, path, headers={"x-api-key": key})

    assert (refused.status, refused.rule) == (404, "vrplatform.unknown-path")
    assert refused.text == '{"code":"NOT_FOUND","message":"Not found","issues":[],"context":null}'


BESIDE = [operation for operation in OPERATIONS if operation.handler is None]


@pytest.mark.proves("vrplatform.not-emulated")
@pytest.mark.parametrize("operation", BESIDE, ids=lambda operation: operation.id)
def test_what_vrplatform_has_and_the_emulator_has_not_is_a_501(vrplatform: VRPlatform, operation: object) -> None:
    (match,) = [item for item in BESIDE if item is operation]
    path = match.path.replace("{id}", "some-id")

    assert vrplatform.request(match.method, path, headers={"x-api-key": None}).status == 401
    assert error(vrplatform.request(match.method, path)) == NOT_EMULATED


@pytest.mark.proves("vrplatform.not-emulated")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/accounts"),
        ("GET", "/listings/listing-123"),
        ("DELETE", "/contacts/contact-hvac"),
        ("GET", "/audit/attempts"),
        ("POST", "/statements/batch"),
        ("PATCH", "/teams/team_123"),
    ],
)
def test_a_resource_that_is_known_in_part_has_no_path_that_is_not_found(
    vrplatform: VRPlatform, method: str, path: str
) -> None:
    assert error(vrplatform.request(method, path, headers={"x-api-key": None})) == MISSING
    assert error(vrplatform.request(method, path)) == NOT_EMULATED


@pytest.mark.proves("vrplatform.teams")
def test_operations_without_a_team_need_none(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(auth="strict")
    without_team = [operation for operation in OPERATIONS if operation.context is NO_TEAM_SCOPE]

    for operation in without_team:
        path = operation.path.replace("{id}", "team_123").replace("{team}", "team_123")
        answer = vrplatform.request(operation.method, path, headers={"x-api-key": "vrp_manager"})
        assert answer.status == (200 if operation.handler else 501)
    assert vrplatform.get("/audit/mutations", x_api_key="vrp_manager").rule == "vrplatform.team-needed"


@pytest.mark.parametrize("host", ["api.vrplatform.app", "staging.api.vrplatform.app", "api.edge.vrplatform.app:443"])
def test_the_vendors_host_names_need_no_mount(vrplatform: VRPlatform, host: str) -> None:
    client = Client(vrplatform.app, "", {**vrplatform.headers, "host": host})

    assert ok(client.get("/transactions/txn-123"))["id"] == "txn-123"
    assert client.get(FILES).rule == "vrplatform.unknown-path"


def test_a_trailing_slash_is_nothing(vrplatform: VRPlatform) -> None:
    assert ok(vrplatform.get("/transactions/txn-123/"))["id"] == "txn-123"


def test_every_answer_tells_the_sandboxs_time(vrplatform: VRPlatform) -> None:
    vrplatform.sandbox.clock.freeze()
    vrplatform.sandbox.clock.advance(86400)
    day = f"{vrplatform.sandbox.clock.now():%a, %d %b %Y}"

    for path in ("/transactions", "/nowhere", f"{FILES}/{INVOICE}/download"):
        assert vrplatform.get(path).headers["date"].startswith(day)


def test_the_emulators_own_header_can_be_left_out(make: Callable[..., VRPlatform]) -> None:
    assert make(hide_emulator_headers=True).get("/nowhere").rule is None


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation.id for operation in OPERATIONS]

    assert len(set(names)) == len(names)
