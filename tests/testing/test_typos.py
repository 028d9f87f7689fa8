"""The public API catches a typo: a type checker before the test runs, and an error in words when it does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from mypy import api

from emulator.testing import Sandbox
from tests.conftest import ROOT

# Imported so that mypy does not follow: in the check of the whole project, the typos are no errors.
TYPOS: dict[str, Callable[[Sandbox], object]] = import_module("tests.typing.typos").TYPOS
FILE = ROOT / "tests/typing/typos.py"
FIRST_LINE = next(number for number, line in enumerate(FILE.read_text("utf-8").splitlines(), 1) if "lambda" in line)
LINES = set(range(FIRST_LINE, FIRST_LINE + len(TYPOS)))


def test_there_are_twelve() -> None:
    assert len(TYPOS) == len(LINES) == 12


@pytest.mark.parametrize("words", TYPOS)
def test_a_typo_is_an_error_in_words_before_anything_is_sent(
    emulator: Sandbox, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("emulator.testing.control.Control._send")

    with pytest.raises((TypeError, ValueError), match=re.escape(words)):
        TYPOS[words](emulator)


def test_mypy_refuses_every_typo() -> None:
    """As a user runs it, without the project's configuration; its cache is beside the project's, and kept."""
    cache = ROOT / ".mypy_cache/typos"
    output, complaints, _ = api.run(["--strict", "--config-file=", f"--cache-dir={cache}", str(FILE)])

    assert complaints == ""
    assert {int(line) for line in re.findall(r"typos\.py:(\d+): error", output)} == LINES


@pytest.mark.skipif("CI" not in os.environ, reason="takes both cores three seconds: in CI only")
def test_pyright_refuses_every_typo_and_nothing_in_the_examples() -> None:
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "pyright",
            "--outputjson",
            "--pythonpath",
            sys.executable,
            FILE,
            ROOT / "tests/examples",
        ],
        capture_output=True,
        check=False,
    )

    diagnostics = json.loads(checked.stdout)["generalDiagnostics"]
    assert {Path(diagnostic["file"]) for diagnostic in diagnostics} == {FILE}
    # pyright counts lines from 0.
    assert {diagnostic["range"]["start"]["line"] + 1 for diagnostic in diagnostics} == LINES
