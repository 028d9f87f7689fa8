"""The types of the public API are those of what there is, and can be imported."""

from typing import get_args

from emulator import types
from emulator.settings import OPTIONS, SERVER_SETTINGS


def test_settings_of_the_whole_server_are_none_of_a_sandbox() -> None:
    assert types.ServerSettings.__annotations__.keys() == OPTIONS.keys()
    assert types.ServerSettings.__annotations__.keys() - types.SandboxSettings.__annotations__.keys() == SERVER_SETTINGS


def test_choices_are_literals() -> None:
    assert get_args(types.SandboxSettings.__annotations__["auth"]) == OPTIONS["auth"].choices
