"""Rules and settings by the control API: what explains a refusal."""

from typing import Any

import pytest

from emulator.settings import OPTIONS, SERVER_SETTINGS
from tests.control.conftest import Control, problem
from tests.vendor_clients import client_of

RULES = "/_emulator/rules"


def ids(control: Control, query: str) -> set[str]:
    return {rule["id"] for rule in control.get(f"{RULES}{query}").json()["rules"]}


def test_a_refusal_is_explained_by_its_rule_and_the_setting_in_force(control: Control) -> None:
    control.send("PATCH", "/settings", settings={"xero_file_type": "pdf txt"})
    client_of(control.gateway, "xero").put("/Invoices/INV-0002/Attachments/a.jpeg", b"x")

    (refused,) = control.exchanges("?status=400")
    rule = control.get(f"{RULES}/{refused['rules'][0]}").json()
    settings = control.read("/settings")

    assert (rule["id"], rule["status"], rule["setting"]) == ("xero.file-type", refused["status"], "xero_file_type")
    assert rule["message"] in client_of(control.gateway, "xero").put("/Invoices/INV-0002/Attachments/a.gif", b"x").text
    assert "jpeg" in rule["default"].split()
    assert settings["changed"] == ["xero_file_type"]
    assert settings["settings"][rule["setting"]] == "pdf txt"


def test_a_rule_shows_the_values_of_its_setting(control: Control) -> None:
    limit = control.get(f"{RULES}/xero.max-attachments").json()
    scopes = control.get(f"{RULES}/xero.scopes").json()
    fixed = control.get(f"{RULES}/xero.credential").json()

    assert (limit["vendor"], limit["status"], limit["default"]) == ("xero", 400, 10)
    assert (limit["values"]["type"], limit["values"]["lowest"]) == ("integer", 0)
    assert (scopes["values"]["type"], scopes["values"]["pattern"]) == ("string", "broad|granular|both")
    assert (fixed["setting"], fixed["default"], fixed["values"]) == (None, None, None)


@pytest.mark.parametrize(
    ("query", "expected", "missing"),
    [
        ("?search=jpeg", "xero.file-type", "xero.max-attachments"),
        ("?search=AT+MOST+ATTACHMENTS+xero.max", "xero.max-attachments", "xero.file-type"),
        ("?search=AuthenticationUnsuccessful", "xero.credential", "xero.scope"),
        ("?search=pyxero%23337", "xero.token-expired", "xero.credential"),
        ("?grade=inferred&vendor=xero", "xero.reconnect", "xero.scope"),
        ("?search=", "xero.reconnect", "xero.nothing"),
    ],
)
def test_rules_are_found_by_words_and_grade(control: Control, query: str, expected: str, missing: str) -> None:
    matching = ids(control, query)

    assert expected in matching
    assert missing not in matching


def test_a_rule_that_is_not_there_is_answered_with_the_nearest(control: Control) -> None:
    assert problem(control.get(f"{RULES}/xero.filetype")) == (
        404,
        "There is no rule 'xero.filetype'; did you mean xero.file-type?",
    )
    assert problem(control.get(f"{RULES}/zzz")) == (
        404,
        "There is no rule 'zzz'; GET /_emulator/rules lists them.",
    )
    assert problem(control.get(f"{RULES}?grade=rumoured"))[0] == 422


def test_every_setting_is_described_with_the_values_that_it_takes(control: Control) -> None:
    settings: dict[str, dict[str, Any]] = {
        setting["name"]: setting for setting in control.get("/_emulator/settings").json()["settings"]
    }

    assert settings.keys() == OPTIONS.keys()
    assert {name for name, setting in settings.items() if setting["server_wide"]} == SERVER_SETTINGS
    assert settings["auth"]["values"]["choices"] == ["any", "strict", "off"]
    assert settings["xero_max_attachments"]["rule"] == "xero.max-attachments"
    assert settings["hide_emulator_headers"]["values"]["type"] == "boolean"


def test_a_setting_that_is_put_back_is_no_longer_changed(control: Control) -> None:
    assert control.read("/settings")["changed"] == []

    assert control.send("PATCH", "/settings", settings={"auth": "off"}).json()["changed"] == ["auth"]
    assert control.send("PATCH", "/settings", settings={"auth": "any"}).json()["changed"] == []
