"""What is loaded with a vendor, and what is not."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("vendor", ["xero"])
def test_a_vendor_without_models_does_not_load_pydantic(vendor: str) -> None:
    code = f"""
import sys
import emulator.settings
from emulator.vendors import load
load("{vendor}")
print("pydantic" in sys.modules)
load("vrplatform")
print("pydantic" in sys.modules)
"""

    assert subprocess.check_output([sys.executable, "-c", code], text=True).split() == ["False", "True"]
