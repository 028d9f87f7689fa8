"""The pages of `docs/recipes` show code that runs, and name what there is."""

import re
import subprocess
import sys
from importlib.metadata import version

import pytest

from emulator.core.rules import Tunable
from emulator.settings import OPTIONS
from emulator.vendors import RULES
from tests.conftest import ROOT

FOLDER = ROOT / "docs/recipes"
PAGES = {page.name: page.read_text("utf-8") for page in sorted(FOLDER.glob("*.md"))}
TESTS = sorted((ROOT / "tests/examples/recipes").glob("test_*.py"))
BY_ID = {rule.id: rule for rule in RULES}


def shown(page: str) -> list[tuple[str, str, str]]:
    """The code that a page has from elsewhere: the file, the region in it, the code."""
    return re.findall(r"^<!-- (\S+): ([\w-]+) -->\n```python\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"index.md"}))
def test_code_that_is_pasted_into_a_file_lacks_no_import(page: str) -> None:
    text = "\n".join(code for _, _, code in shown(page))
    lint = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select=F821", "-"]

    checked = subprocess.run(lint, input=text, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"index.md"}))
def test_no_page_has_code_that_is_not(page: str) -> None:
    assert PAGES[page].count("```python") == len(shown(page)) > 0


def test_each_recipe_has_a_test_and_each_test_a_page() -> None:
    used = {path for page in PAGES for path, _, _ in shown(page)}

    assert {str(path.relative_to(ROOT)) for path in TESTS} == {path for path in used if "examples" in path}


def test_the_index_lists_each_page() -> None:
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", PAGES["index.md"])) == PAGES.keys() - {"index.md"}


@pytest.mark.parametrize("page", PAGES)
def test_rules_and_settings_are_named_as_they_are(page: str) -> None:
    named = re.findall(r"`((?:xero|codat|dualentry|vrplatform)[._-][a-z_.-]+)", PAGES[page])

    others = {"codat-accounting", "codat-platform", "codat-sync-for-expenses", "codat-sync-for-payables", "xero-python"}
    assert {name for name in named if name not in BY_ID and name not in OPTIONS} <= others


@pytest.mark.parametrize("vendor", ["xero", "codat", "dualentry"])
def test_keys_live_as_long_as_the_page_says(vendor: str) -> None:
    rule = BY_ID[f"{vendor}.idempotency-lifetime"]

    assert isinstance(rule, Tunable)
    assert f"| {rule.value // 60} minutes, `{rule.id}` |" in PAGES["retry-safely.md"]


@pytest.mark.parametrize("sdk", ["xero-python", "codat-accounting"])
def test_the_sdks_are_those_that_were_observed(sdk: str) -> None:
    assert f"`{sdk}` {version(sdk)}" in PAGES["sdks.md"]
