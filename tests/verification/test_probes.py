"""Every vendor's probes: what they say of the rules, and what they do to a vendor."""

from typing import NamedTuple

import pytest

from emulator.testing import Emulator, Sandbox
from emulator.vendors import VENDOR_NAMES, VENDORS, load_probes
from emulator.verification.runner import Outcome, Runner
from tests.verification.sides import run

# Refusals that the emulator has off until a setting turns them on.
OFF = {
    "xero.filters",
    "dualentry.known-parties",
    "vrplatform.filters",
    "vrplatform.refuse-duplicates",
    "vrplatform.delete-linked",
    "vrplatform.known-references",
}
every_vendor = pytest.mark.parametrize("vendor", VENDOR_NAMES)


@every_vendor
def test_every_rule_has_a_probe_or_a_reason_why_not(vendor: str) -> None:
    probes = load_probes(vendor)
    probed = [rule for probe in probes.probes for rule in probe.rules]

    assert sorted([*probed, *probes.unprobed]) == sorted(rule.id for rule in VENDORS[vendor].rules)
    assert all(reason.strip() for reason in probes.unprobed.values())
    assert {*probes.concerns.values()} <= {*probed, *probes.unprobed}


class Written(NamedTuple):
    """A run with `write`, and what the target had before and after."""

    vendor: str
    runner: Runner
    outcome: Outcome
    added: set[str]
    has_same_files: bool


@pytest.fixture(scope="module", params=VENDOR_NAMES)
def written(request: pytest.FixtureRequest, emulator_server: Emulator) -> Written:
    vendor, emulator, target = request.param, emulator_server.sandbox(), emulator_server.sandbox()
    at_target = getattr(target, vendor)
    before, files = {document.id for document in at_target.documents()}, at_target.files()
    runner, outcome = run(vendor, emulator, target, write=True)
    added = {document.id for document in at_target.documents()} - before
    return Written(vendor, runner, outcome, added, at_target.files() == files)


def test_the_emulator_does_not_differ_from_itself_and_each_probe_meets_the_refusals_that_it_is_about(
    written: Written,
) -> None:
    vendor, runner, outcome = written[:3]

    assert [f"{check.request}: {difference}" for check in outcome.differing for difference in check.differences] == []
    assert [check for check in outcome.checks if check.skipped] == []
    assert outcome.exit_status == 0
    assert set(outcome.proved) == {rule for probe in runner.probes.probes for rule in probe.rules}
    assert unmet(runner, vendor) <= OFF


def unmet(runner: Runner, vendor: str) -> set[str]:
    """The refusals that no answer to their probe names."""
    named: dict[int, set[str]] = {}
    for exchange in runner.emulator.exchanges:
        rules = exchange.answer.header("emulator-rule").replace(" ", "").split(",")
        named.setdefault(id(exchange.step), set()).update(rules)
    refusals = {rule.id for rule in VENDORS[vendor].rules if rule.answer}
    return {
        rule
        for probe in runner.probes.probes
        for rule in refusals.intersection(probe.rules)
        if not any(rule in named[id(step)] for step in probe.steps)
    }


@every_vendor
def test_without_write_nothing_changes_and_all_but_reads_are_refused(
    vendor: str, emulator: Sandbox, target: Sandbox
) -> None:
    before = contents(target, vendor)

    runner, outcome = run(vendor, emulator, target, write=False)

    assert contents(target, vendor) == before
    assert outcome.exit_status == 0
    assert len(outcome.compared) > 10
    accepted = [
        f"{exchange.step.method} {exchange.url}"
        for exchange in runner.target.exchanges
        if exchange.step.method != "GET" and exchange.answer.status < 400
    ]
    assert accepted == []


def test_what_a_run_with_write_has_created_is_marked_and_removed_or_voided(written: Written) -> None:
    assert written.outcome.left_behind == []
    # What the vendor can only void or archive.
    assert len(written.added) == {"xero": 2, "codat": 1, "dualentry": 2, "vrplatform": 0}[written.vendor]
    assert all(any(one in removal for removal in written.outcome.removed) for one in written.added)
    if written.vendor == "vrplatform":
        assert written.has_same_files


def contents(sandbox: Sandbox, vendor: str) -> tuple[set[str], list[str]]:
    """The documents, and the files; a team that VRPlatform's part meets for the first time has what the others have."""
    documents = getattr(sandbox, vendor).documents()
    return (
        {f"{document.kind}/{document.id} {document.revision}" for document in documents},
        [file.name for file in getattr(sandbox, vendor).files()],
    )


def test_what_a_request_may_do_is_told_from_its_method_and_path() -> None:
    effects = {
        (step.method, step.effect)
        for vendor in VENDOR_NAMES
        for probe in load_probes(vendor).probes
        for step in probe.steps
    }

    assert {effect for method, effect in effects if method == "GET"} == {"read"}
    assert ("POST", "write") in effects
    assert ("POST", "refusal") in effects
