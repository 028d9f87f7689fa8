"""What is released, as a stranger gets it: built, looked into, installed into an empty environment, used from there.

The installations need a package index and take some ten seconds each: they run with `EMULATOR_TEST_WHEEL=1` only.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path
from urllib.request import urlopen

import pytest

from emulator import __version__
from tests.conftest import ROOT

STEM = f"attachment_emulator-{__version__}"
JUNK = ("__pycache__", ".git/", ".pyc", ".coverage", "_cache", ".hypothesis", ".venv", ".egg-info", ".DS_Store")
BIN = "Scripts" if sys.platform == "win32" else "bin"
# A mark, so that nothing is built for a test that is skipped.
installs = pytest.mark.skipif(
    not os.environ.get("EMULATOR_TEST_WHEEL"), reason="it installs the wheel; EMULATOR_TEST_WHEEL=1 runs it"
)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both: the sdist, and the wheel that is built from what the sdist holds."""
    target = tmp_path_factory.mktemp("released")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    assert {path.name for path in target.iterdir()} == {f"{STEM}-py3-none-any.whl", f"{STEM}.tar.gz"}
    return target


@pytest.fixture(scope="module")
def wheel(released: Path) -> Path:
    return released / f"{STEM}-py3-none-any.whl"


def pythons() -> list[str]:
    """The interpreters of this machine that the package is for, oldest first, one of each version."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    named = [shutil.which(f"python3.{minor}") for minor in range(11, 16)]
    interpreters = {sys.version_info[:2]: sys.executable}
    for item in filter(None, [*named, *map(str, sorted(pyenv.glob("versions/3.*/bin/python")))]):
        answer = subprocess.run(
            [item, "-c", "import sys, venv; print(*sys.version_info[:2])"], capture_output=True, text=True, check=False
        )
        major, _, minor = answer.stdout.strip().partition(" ")
        if answer.returncode == 0 and (int(major), int(minor)) >= (3, 11):
            interpreters.setdefault((int(major), int(minor)), item)
    return [interpreters[version] for version in sorted(interpreters)]


def installed(wheel: Path, python: str, home: Path) -> Path:
    """The folder of the programs of an environment that has nothing but the wheel, what it needs, and pytest."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(home)], check=True)
    programs = home / BIN
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, str(wheel), "pytest"], check=True, capture_output=True)
    return programs


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(wheel, pythons()[0], tmp_path_factory.mktemp("oldest") / "venv")


def test_the_wheel_holds_the_package_with_its_types_and_its_seed_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.partition("/")[0] for name in names} == {"attachment_emulator", "emulator", f"{STEM}.dist-info"}
    assert "attachment_emulator/py.typed" in names
    for name in (
        "py.typed",
        "console/agents.md",
        "console/static/index.html",
        "console/static/views/start.js",
        "interception/node_proxy.cjs",
        "fixtures/xero.json",
    ):
        assert f"emulator/{name}" in names
    fixtures = {str(path.relative_to(ROOT)) for path in (ROOT / "fixtures").rglob("*") if path.is_file()}
    assert fixtures == {name.removeprefix("emulator/") for name in names if name.startswith("emulator/fixtures/")}
    assert not [name for name in names for junk in JUNK if junk in name]
    assert not [name for name in names if "/test_" in name or "conftest" in name]


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        about = message_from_string(archive.read(f"{STEM}.dist-info/METADATA").decode())
        points = ConfigParser()
        points.read_string(archive.read(f"{STEM}.dist-info/entry_points.txt").decode())
        licence = archive.read(f"{STEM}.dist-info/licenses/LICENSE").decode()

    assert (about["Name"], about["Version"]) == ("attachment-emulator", __version__)
    assert (about["License-Expression"], about["Requires-Python"]) == ("Apache-2.0", ">=3.11")
    assert "Typing :: Typed" in about.get_all("Classifier", [])
    assert points["console_scripts"]["attachment-emulator"] == "attachment_emulator.__main__:main"
    assert points["pytest11"]["attachment-emulator"] == "attachment_emulator.pytest_plugin"
    for section in ("Version 2.0, January 2004", *(f"\n   {number}. " for number in range(1, 10)), "END OF TERMS"):
        assert section in licence


def test_the_sdist_holds_what_it_is_built_and_tested_from_and_no_junk(released: Path) -> None:
    with tarfile.open(released / f"{STEM}.tar.gz") as archive:
        names = {name.removeprefix(f"{STEM}/") for name in archive.getnames()}

    for name in ("pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "Dockerfile", ".github/workflows/ci.yml"):
        assert name in names
    for name in ("emulator/py.typed", "fixtures/files/invoice.pdf", "tests/test_wheel.py", "docs/fidelity.py"):
        assert name in names
    assert not [name for name in names for junk in JUNK if junk in name]


def test_the_version_is_written_in_one_place() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert f'version = "{__version__}"' not in project
    assert "\n## [Unreleased]\n" in changelog
    assert __version__ in changelog


@installs
@pytest.mark.parametrize("which", ["oldest", "newest"])
def test_the_wheel_works_from_an_empty_environment(which: str, wheel: Path, programs: Path, tmp_path: Path) -> None:
    if which == "newest":
        if len(pythons()) == 1:
            pytest.skip("only one supported Python is here")
        programs = installed(wheel, pythons()[-1], tmp_path / "venv")

    used = subprocess.run(
        [programs / "python", ROOT / "tests" / "public_api.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert used.stderr == ""
    assert used.stdout == f"{__version__}: 1 file, 1 exchange, 09:00\n"

    server = subprocess.Popen(
        [programs / "attachment-emulator", "serve", "--port", "0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        health = subprocess.check_output([programs / "attachment-emulator", "health", url], text=True)
        assert health.startswith(f"attachment-emulator {__version__} is healthy at {url}")
        with urlopen(url) as page:
            assert b"Base URLs for your client" in page.read()
    finally:
        server.terminate()
        server.communicate(timeout=15)
    assert server.returncode == 0


@installs
def test_the_example_of_the_readme_passes_where_nothing_but_pytest_is_installed(programs: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests/examples/test_quickstart.py", tmp_path)

    ran = subprocess.run([programs / "pytest", "-q"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert "1 passed" in ran.stdout


@installs
def test_whoever_checks_types_strictly_finds_them_in_the_wheel(programs: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "public_api.py", tmp_path)

    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-executable", programs / "python", "public_api.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout
