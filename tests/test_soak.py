"""The soak command: how it judges, and, with `EMULATOR_TEST_SOAK=1`, a short run of everything that it has."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from click.testing import CliRunner

from bench.soak import __main__ as soak
from bench.soak.checks import Check, Plan, at_most, exactly, none_of
from bench.soak.loads import LOADS, Load
from bench.soak.target import complaints
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("check", "held", "figure"),
    [
        (exactly("files", 10, 10), True, "10"),
        (exactly("files", 11, 10), False, "11, expected 10"),
        (at_most("memory", 64, 64, "MiB"), True, "64.0 MiB, 64.0 at most"),
        (at_most("memory", 64.1, 64, "MiB"), False, "64.1 MiB, 64.0 at most"),
        (none_of("lost", [], "9 files"), True, "0 of 9 files"),
        (none_of("lost", ["a", "b", "c", "d"], "9 files"), False, "4 of 9 files: a; b; c"),
    ],
)
def test_a_check_says_what_was_measured_and_whether_it_holds(check: Check, held: bool, figure: str) -> None:
    assert (check.held, check.figure) == (held, figure)


def test_a_share_of_a_load_is_never_nothing() -> None:
    assert (Plan(share=0.01).count(2000), Plan(share=0.001).count(40)) == (20, 1)


def test_what_a_server_complains_about_is_known_by_its_form() -> None:
    assert not complaints("attachment-emulator ready on http://127.0.0.1:4600\nInvalid HTTP request received.\n")
    assert complaints('Exception in ASGI application\nTraceback (most recent call last):\n  File "a.py"\nKeyError: 1\n')


@pytest.mark.parametrize(("held", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_says_whether_everything_held(monkeypatch: pytest.MonkeyPatch, held: bool, status: int) -> None:
    async def judged(*_: Any) -> AsyncIterator[Check]:
        yield Check("files", "9", held)

    monkeypatch.setattr(soak, "_checks", judged)
    monkeypatch.setattr(soak, "_allow_many_files", lambda: None)
    monkeypatch.setitem(LOADS, "store", Load("a load", judged))
    ran = CliRunner().invoke(soak.main, ["--only", "store"])

    assert ran.exit_code == status, ran.output
    assert f"{'held' if held else 'FAILED':7} httptools      files: 9" in ran.output


@pytest.mark.skipif("EMULATOR_TEST_SOAK" not in os.environ, reason="EMULATOR_TEST_SOAK is not set")
def test_a_short_soak_holds() -> None:
    command = [sys.executable, "-m", "bench.soak", "--seconds", "5", "--share", "0.01"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)

    assert ran.returncode == 0, ran.stdout + ran.stderr
