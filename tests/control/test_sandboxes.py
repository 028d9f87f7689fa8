"""Sandboxes by the control API: listing, deleting, starting anew, settings and clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.settings import OPTIONS, SERVER_SETTINGS
from emulator.vendors.xero import rules
from tests.control.conftest import SANDBOXES, Control, problem
from tests.vendor_clients import VENDOR_NAMES, attach, client_of

NOW = "2026-02-03T04:05:06Z"

# --- Which there are --------------------------------------------------------------------------------------------------


def test_only_default_is_there_from_the_start(control: Control) -> None:
    (only,) = control.get(SANDBOXES).json()["sandboxes"]

    assert (only["name"], only["exchanges"], only["clock"]["frozen"]) == ("default", 0, False)


def names(control: Control) -> list[str]:
    return [sandbox["name"] for sandbox in control.get(SANDBOXES).json()["sandboxes"]]


@pytest.mark.parametrize(
    ("method", "below", "fields"),
    [
        ("PATCH", "/clock", {"frozen": True}),
        ("PATCH", "/settings", {"settings": {"auth": "strict"}}),
        ("POST", "/faults", {"kind": "status"}),
        ("POST", "/documents", {"vendor": "codat", "kind": "bills"}),
    ],
)
def test_a_sandbox_appears_when_something_is_changed_in_it(
    control: Control, method: str, below: str, fields: dict[str, Any]
) -> None:
    assert control.of("mine").send(method, below, **fields).status in (200, 201)

    assert names(control) == ["default", "mine"]


def test_who_only_looks_at_a_sandbox_sees_what_it_will_be_and_does_not_make_it(control: Control) -> None:
    mine = control.of("mine")

    def looked() -> list[object]:
        return [mine.everything(), mine.documents(), mine.read("/faults"), mine.get(f"{mine.home}/snapshot").status]

    before = looked()
    assert names(control) == ["default"]

    mine.reset()

    assert looked() == before


def test_to_ask_whether_a_sandbox_is_there_does_not_make_it(control: Control) -> None:
    for _ in range(2):
        status, detail = problem(control.get(f"{SANDBOXES}/mine"))
        assert (status, "mine" in detail) == (404, True)

    client_of(control.gateway, "codat", "/sandbox/mine").get("/companies")
    assert control.of("mine").read()["exchanges"] == 1


def test_a_deleted_sandbox_is_gone_and_the_next_of_its_name_starts_anew(control: Control) -> None:
    mine = control.of("mine")
    attach(client_of(control.gateway, "codat", "/sandbox/mine"), "codat")

    assert control.request("DELETE", mine.home).status == 204

    assert problem(control.get(mine.home))[0] == 404
    assert "a.pdf" not in {file["name"] for file in mine.files()}


def test_default_starts_anew_where_it_is_deleted(control: Control) -> None:
    attach(client_of(control.gateway, "codat"), "codat")

    assert control.request("DELETE", control.home).status == 204

    assert control.read()["exchanges"] == 0
    assert "a.pdf" not in {file["name"] for file in control.files()}


def test_what_is_not_there_cannot_be_deleted(control: Control) -> None:
    status, detail = problem(control.request("DELETE", f"{SANDBOXES}/mine"))

    assert (status, detail) == (404, "There is no sandbox 'mine'.")


@pytest.mark.parametrize("below", ["/reset", "/clock", "/settings", "/journal", "/files", "/documents", "/world"])
def test_no_page_makes_a_sandbox_of_a_bad_name_or_beyond_the_cap(make: Callable[..., Control], below: str) -> None:
    control = make(max_sandboxes=1)

    for name in ("a.b", "x" * 65, "%2561", "second"):
        method = "POST" if below == "/reset" else "GET"
        assert problem(control.request(method, f"{SANDBOXES}/{name}{below}"))[0] in (400, 404, 409)
    assert len(control.get(SANDBOXES).json()["sandboxes"]) == 1


def test_a_summary_counts_exchanges_files_and_faults(control: Control) -> None:
    untouched = control.read()
    assert (untouched["exchanges"], untouched["files"], untouched["faults"]) == (0, len(control.files()), 0)

    for vendor in VENDOR_NAMES:
        attach(client_of(control.gateway, vendor), vendor)
    control.send("POST", "/faults", kind="delay", vendor="xero")

    (summary,) = control.get(SANDBOXES).json()["sandboxes"]
    assert (summary["files"], summary["faults"]) == (len(control.files()), 1)
    assert summary["files"] > untouched["files"]
    assert summary["exchanges"] == len(control.exchanges()) == control.read()["exchanges"]


# --- Starting anew ----------------------------------------------------------------------------------------------------


def test_reset_makes_a_sandbox_what_it_is_on_first_use(control: Control) -> None:
    before = control.everything()
    for vendor in VENDOR_NAMES:
        attach(client_of(control.gateway, vendor), vendor)
    control.send("PATCH", "/settings", settings={"auth": "strict"})
    control.send("PATCH", "/clock", now=NOW, frozen=True)
    assert control.everything() != before

    assert control.reset().status == 200

    assert control.everything() == before


def test_what_ends_in_the_old_sandbox_is_not_told_to_whoever_listens_to_the_new(control: Control) -> None:
    events: list[object] = []
    registry = control.gateway.registry
    old = registry.sandbox("default").journal
    old.listeners.add(events.append)
    before = old.open(datetime.now(UTC), "xero", "GET", "/", [])

    control.reset()
    old.close(before)
    new = registry.sandbox("default").journal
    after = new.open(datetime.now(UTC), "xero", "GET", "/", [])
    new.close(after)

    assert events == [after]


def test_an_empty_body_is_enough_to_start_anew(control: Control) -> None:
    assert control.request("POST", f"{control.home}/reset").status == 200


def test_reset_takes_a_seed_settings_and_a_moment(control: Control) -> None:
    mine = control.of("mine")
    sandbox = mine.reset(seed="s", settings={"auth": "strict", "xero_max_attachments": 3}, now=NOW, frozen=True).json()

    assert sandbox == {"name": "mine", "exchanges": 0, "clock": {"now": NOW, "frozen": True}}
    settings = mine.read("/settings")["settings"]
    assert (settings["auth"], settings["xero_max_attachments"]) == ("strict", 3)
    assert control.read("/settings")["settings"]["auth"] == "any"


def test_the_same_seed_gives_the_same_ids_and_another_gives_others(control: Control) -> None:
    def id_of_new_bill(seed: str | None) -> str:
        control.reset(seed=seed)
        return str(control.send("POST", "/documents", vendor="codat", kind="bills").json()["id"])

    assert (
        id_of_new_bill("a")
        == id_of_new_bill("a")
        != id_of_new_bill("b")
        != id_of_new_bill(None)
        == id_of_new_bill(None)
    )


def test_what_a_reset_does_not_name_is_as_on_first_use(control: Control) -> None:
    control.reset(settings={"auth": "off"}, now=NOW, frozen=True)

    control.reset(seed="s")

    assert control.read("/settings")["settings"]["auth"] == "any"
    assert control.read("/clock")["frozen"] is False


UNFIT = [
    ({"seed": 1}, "seed is text."),
    ({"seeds": "a"}, "seeds is unknown; did you mean seed?"),
    ({"now": "yesterday"}, "now is a moment, such as 2026-02-01T09:00:00Z."),
    ({"now": "0001-01-01T00:00:00+14:00"}, "now is a moment, such as 2026-02-01T09:00:00Z."),
    ({"now": 1}, "now is a moment, such as 2026-02-01T09:00:00Z."),
    ({"speed": 1}, "speed is unknown; did you mean seed?"),
    ({"world": "a"}, "world is unknown; known are seed, settings, now, frozen."),
    ({"seeds": 1, "frozen": 1}, "frozen is true or false; seeds is unknown; did you mean seed?"),
    (
        {"seeds": 1, "more": 1},
        "seeds is unknown; did you mean seed? more is unknown; known are seed, settings, now, frozen.",
    ),
    ({"now": "9999-12-31T23:59:59Z"}, "The clock cannot be set that far into the past or future."),
    ({"frozen": "yes"}, "frozen is true or false."),
    ({"frozen": 1}, "frozen is true or false."),
    ({"settings": []}, "settings is an object."),
    ({"settings": {"port": 1}}, "settings.port applies to the whole server; a sandbox cannot change it."),
    ({"settings": {"nonsense": 1}}, "settings.nonsense is unknown."),
    (
        {"settings": {"xero_max_attachment": 1}},
        "settings.xero_max_attachment is unknown; did you mean xero_max_attachments?",
    ),
    ({"settings": {"auth": "some"}}, "settings: auth is one of any, strict, off, not 'some'."),
    ({"seed": 1, "frozen": 1}, "seed is text; frozen is true or false."),
]


@pytest.mark.parametrize(("fields", "detail"), UNFIT)
def test_a_reset_that_does_not_fit_is_refused_and_leaves_all_as_it_was(
    control: Control, fields: dict[str, Any], detail: str
) -> None:
    attach(client_of(control.gateway, "codat"), "codat")
    before = control.everything()

    assert problem(control.reset(**fields)) == (422, detail)

    assert control.everything() == before


def test_what_is_no_proper_text_is_refused(control: Control) -> None:
    for body in (b'{"seed": "\\udcff"}', b'{"\\udcff": 1}', b'{"settings": {"\\udcff": 1}}'):
        status, detail = problem(control.request("POST", f"{control.home}/reset", body))
        assert (status, detail.startswith(("seed is printable text", "The body names", "settings.\\udcff"))) == (
            422,
            True,
        )


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_a_sandbox_shows_every_setting_that_it_can_have_for_itself(control: Control) -> None:
    settings = control.read("/settings")["settings"]

    assert settings.keys() == OPTIONS.keys() - SERVER_SETTINGS
    assert (settings["auth"], settings["hide_emulator_headers"], settings[rules.MAX_ATTACHMENTS.setting]) == (
        "any",
        False,
        10,
    )


def test_settings_change_one_by_one_and_in_this_sandbox_alone(control: Control) -> None:
    mine = control.of("mine")
    before = control.read("/settings")

    mine.send("PATCH", "/settings", settings={"auth": "strict"})
    answer = mine.send("PATCH", "/settings", settings={"hide_emulator_headers": True})

    assert answer.json() == mine.read("/settings")
    assert answer.json()["settings"] == {**before["settings"], "auth": "strict", "hide_emulator_headers": True}
    assert control.read("/settings") == before


def test_a_setting_is_in_force_from_the_next_request_on(control: Control) -> None:
    xero = client_of(control.gateway, "xero")
    assert xero.get("/Invoices").status == 200

    control.send("PATCH", "/settings", settings={"auth": "strict"})

    assert xero.get("/Invoices").status == 401


def test_a_rate_limit_is_in_force_for_whoever_has_called_before(control: Control) -> None:
    xero = client_of(control.gateway, "xero")
    xero.get("/Invoices")

    control.send("PATCH", "/settings", settings={rules.RATE_PER_DAY.setting: 7})

    assert int(xero.get("/Invoices").headers["x-daylimit-remaining"]) == 5


@pytest.mark.parametrize("name", sorted(SERVER_SETTINGS))
def test_what_is_the_servers_is_no_sandboxs_to_change(control: Control, name: str) -> None:
    answer = control.send("PATCH", "/settings", settings={name: OPTIONS[name].default})

    assert problem(answer) == (422, f"settings.{name} applies to the whole server; a sandbox cannot change it.")


@pytest.mark.parametrize(
    "invalid", [{"nonsense": 1}, {"auth": "some"}, {"xero_max_attachments": True}, {"xero_max_attachments": -1}]
)
def test_settings_of_which_one_does_not_fit_change_nothing(control: Control, invalid: dict[str, Any]) -> None:
    before = control.read("/settings")

    assert problem(control.send("PATCH", "/settings", settings={"hide_emulator_headers": True, **invalid}))[0] == 422

    assert control.read("/settings") == before


def test_settings_have_to_be_given(control: Control) -> None:
    assert problem(control.request("PATCH", f"{control.home}/settings")) == (422, "settings is needed.")


# --- The clock --------------------------------------------------------------------------------------------------------


def moment(control: Control) -> datetime:
    return datetime.fromisoformat(control.read("/clock")["now"])


def test_a_clock_runs_until_it_is_frozen_and_goes_on_from_there(control: Control) -> None:
    assert control.send("PATCH", "/clock", now=NOW, frozen=True).json() == {"now": NOW, "frozen": True}
    assert control.read("/clock") == control.read("/clock")

    assert control.send("PATCH", "/clock", frozen=False).json()["frozen"] is False

    assert timedelta() <= moment(control) - datetime.fromisoformat(NOW) < timedelta(minutes=1)


def test_a_clock_is_moved_on_by_seconds_frozen_or_not(control: Control) -> None:
    control.send("PATCH", "/clock", now=NOW, frozen=True)
    assert control.send("PATCH", "/clock", advance=1.5).json() == {"now": "2026-02-03T04:05:07.500000Z", "frozen": True}
    assert control.send("PATCH", "/clock", advance=-1.5).json() == {"now": NOW, "frozen": True}

    control.send("PATCH", "/clock", frozen=False)
    control.send("PATCH", "/clock", advance=24 * 60 * 60)

    assert moment(control) >= datetime.fromisoformat(NOW) + timedelta(days=1)


def test_a_clock_that_is_set_runs_on_unless_it_is_frozen(control: Control) -> None:
    control.send("PATCH", "/clock", now=NOW)
    assert control.read("/clock")["frozen"] is False
    assert moment(control) >= datetime.fromisoformat(NOW)

    control.send("PATCH", "/clock", frozen=True)
    control.send("PATCH", "/clock", now=NOW)

    assert control.read("/clock") == {"now": NOW, "frozen": True}


def test_a_clock_is_set_moved_on_and_frozen_in_that_order(control: Control) -> None:
    clock = control.send("PATCH", "/clock", now="2026-01-01T00:00:00", advance=60, frozen=True).json()

    assert clock == {"now": "2026-01-01T00:01:00Z", "frozen": True}


def test_a_moment_may_be_in_any_zone(control: Control) -> None:
    clock = control.send("PATCH", "/clock", now="2026-02-03T17:05:06+13:00", frozen=True).json()

    assert clock["now"] == NOW


def test_the_clock_of_one_sandbox_is_its_own(control: Control) -> None:
    control.of("mine").send("PATCH", "/clock", now="2001-01-01T00:00:00Z", frozen=True)

    assert abs(moment(control) - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "fields",
    [
        {"now": "9999-12-31T23:59:59Z"},
        {"advance": 10**12},
        {"advance": -(10**12)},
        {"now": "9999-12-31T23:59:59Z", "advance": 10**12},
        {"advance": 10**13},
        {"advance": "soon"},
        {"advance": True},
    ],
)
@pytest.mark.parametrize("frozen", [True, False])
def test_a_clock_that_cannot_go_so_far_stays_as_it_was(control: Control, fields: dict[str, Any], frozen: bool) -> None:
    control.send("PATCH", "/clock", now=NOW, frozen=frozen)

    assert problem(control.send("PATCH", "/clock", **fields))[0] == 422

    assert control.read("/clock")["frozen"] is frozen
    assert timedelta() <= moment(control) - datetime.fromisoformat(NOW) < timedelta(minutes=1)


@pytest.mark.parametrize("now", ["0101-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2000-02-29T00:00:00Z", "9899-12-31"])
@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_at_any_moment_that_the_clock_takes_every_vendor_goes_on_working(
    control: Control, now: str, vendor: str
) -> None:
    assert control.send("PATCH", "/clock", now=now, frozen=True).status == 200

    attach(client_of(control.gateway, vendor), vendor)
