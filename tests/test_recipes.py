"""The pages of `docs/recipes` show code that runs, and name what there is."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from emulator.core.rules import Tunable
from emulator.settings import OPTIONS
from emulator.vendors import RULES
from tests.clients import test_recipes as run_recipes
from tests.conftest import ROOT
from tests.recipe_pages import PAGES, blocks

PROGRAMS = ROOT / "tests/examples/recipes"
LANGUAGES = {".py": "python", ".mjs": "js", ".rb": "ruby", ".sh": "sh"}
BY_ID = {rule.id: rule for rule in RULES}
# The pages that have a program in each language, or say why not.
RECIPES = sorted(PAGES.keys() - {"index", "sdks"})


@pytest.mark.parametrize("page", RECIPES)
def test_a_recipe_is_a_program_in_each_language(page: str) -> None:
    recipe = page.replace("-", "_")
    named = [block.path.name for block in blocks(page) if block.path.stem == recipe]

    headings = re.findall("^### (.*)$", PAGES[page], re.MULTILINE)
    assert headings == ["Python", "JavaScript", "Ruby", "curl"]
    assert named == [f"{recipe}{suffix}" for suffix in LANGUAGES][: len(named)]
    assert len(named) == 4 or re.search(r"^### curl\n\nNot as a shell program: ", PAGES[page], re.MULTILINE)


def test_each_block_is_a_program_and_each_program_is_on_a_page_and_run() -> None:
    shown = [block.path for page in PAGES for block in blocks(page) if str(block.path) != "fault"]
    files = {path for path in PROGRAMS.iterdir() if path.suffix in LANGUAGES and path.name != "__init__.py"}
    programs = {path for path in files if not path.name.startswith("test_")}
    marks = [mark for item in vars(run_recipes).values() for mark in getattr(item, "pytestmark", ())]
    run = {program.path for mark in marks if mark.args[0] == "program" for program in mark.args[1]}

    assert len(shown) == len({*shown})
    assert {str(path.relative_to(ROOT)) for path in programs} <= {str(path) for path in shown}
    assert run == {*shown}


def test_each_python_program_has_its_imports(tmp_path: Path) -> None:
    for block in (block for page in PAGES for block in blocks(page) if block.language == "python"):
        (tmp_path / block.path.name).write_text(block.text, "utf-8")

    lint = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select=F", "."]
    checked = subprocess.run(lint, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout


def test_each_recipe_has_a_test() -> None:
    assert {f"test_{page.replace('-', '_')}.py" for page in RECIPES} <= {path.name for path in PROGRAMS.iterdir()}


def test_the_index_lists_each_page() -> None:
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", PAGES["index"])) == PAGES.keys() - {"index"}


@pytest.mark.parametrize("page", PAGES)
def test_rules_and_settings_are_named_as_they_are(page: str) -> None:
    named = re.findall(r"`((?:xero|codat|dualentry|vrplatform)[._-][a-z_.-]+)", PAGES[page])

    others = {"codat-accounting", "codat-platform", "codat-sync-for-expenses", "codat-sync-for-payables", "xero-python"}
    assert {name for name in named if name not in BY_ID and name not in OPTIONS} <= others


@pytest.mark.parametrize("vendor", ["xero", "codat", "dualentry"])
def test_keys_live_as_long_as_the_page_says(vendor: str) -> None:
    rule = BY_ID[f"{vendor}.idempotency-lifetime"]

    assert isinstance(rule, Tunable)
    assert f"| {rule.value // 60} minutes, `{rule.id}` |" in PAGES["retry-safely"]


@pytest.mark.parametrize("sdk", ["xero-python", "codat-accounting"])
def test_the_sdks_are_those_that_were_observed(sdk: str) -> None:
    assert f"`{sdk}` {version(sdk)}" in PAGES["sdks"]
