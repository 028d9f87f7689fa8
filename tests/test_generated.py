"""What a script in `docs` writes is what it would write now. The pages of fidelity have a test of their own."""

import sys
from importlib import import_module

import pytest


# In this process: the emulator, which takes most of a script's time, is loaded already.
@pytest.mark.parametrize("script", ["api_types", "growth", "recipes", "reference"])
def test_what_is_written_by_a_script_is_current(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [f"docs/{script}.py", "--check"])

    import_module(script).main()
