"""Verifications in tests: one sandbox against another."""

from emulator.testing import Sandbox
from emulator.vendors import load_probes
from emulator.verification.runner import Outcome, Runner
from emulator.verification.side import Side

MARK = "emulator-verify-test"


def side(vendor: str, sandbox: Sandbox) -> Side:
    """A sandbox of an emulator as one of the sides."""
    return Side(load_probes(vendor), f"{sandbox.url}/{vendor}", "emulator", mark=MARK)


def run(vendor: str, emulator: Sandbox, target: Sandbox, *, write: bool) -> tuple[Runner, Outcome]:
    with side(vendor, emulator) as ours, side(vendor, target) as theirs:
        runner = Runner(load_probes(vendor), ours, theirs, write=write)
        return runner, runner.run()
