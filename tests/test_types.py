"""The types of the public API are those of what there is, and can be imported."""

import subprocess
import sys
from typing import get_args

from emulator import types
from emulator.settings import OPTIONS, SERVER_SETTINGS
from tests.conftest import ROOT


def test_the_generated_types_are_current() -> None:
    script = ROOT / "docs/api_types.py"
    check = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert check.returncode == 0, check.stderr


def test_settings_of_the_whole_server_are_none_of_a_sandbox() -> None:
    assert types.ServerSettings.__annotations__.keys() == OPTIONS.keys()
    assert types.ServerSettings.__annotations__.keys() - types.SandboxSettings.__annotations__.keys() == SERVER_SETTINGS


def test_choices_are_literals() -> None:
    assert get_args(types.SandboxSettings.__annotations__["auth"]) == OPTIONS["auth"].choices
