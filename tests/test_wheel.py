"""The wheel, as a stranger gets it: built, installed into an empty environment, served from there."""

import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT

HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t", "Accept": "application/json"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(target.glob("*.whl"))


def test_the_wheel_holds_the_package_with_its_types_and_its_seed_world(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == {"emulator"}
    for name in ("py.typed", "control/front_page.html", "fixtures/xero.json", "fixtures/files/invoice.pdf"):
        assert f"emulator/{name}" in names


def test_the_wheel_serves_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    scripts = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([str(scripts / "python"), "-m", "pip", "install", "--quiet", str(wheel)], check=True)

    server = subprocess.Popen(
        [str(scripts / "attachment-emulator"), "serve", "--port", "0"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        url = server.stdout.readline().split()[-1]
        files = f"{url}/xero/api.xro/2.0/Invoices/INV-0001/Attachments"
        assert httpx.get(f"{files}/INV-0001.pdf", headers=HEADERS).content.startswith(b"%PDF")
        assert httpx.put(f"{files}/a.pdf", content=b"1", headers=HEADERS).status_code == 200
    finally:
        server.terminate()
        server.communicate(timeout=15)
    assert server.returncode == 0
