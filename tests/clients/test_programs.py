"""Programs in other languages that docs/clients shows: those with a vendor's host in them run through `run`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.node_project import needs_packages
from tests.conftest import ROOT, LiveServer

pytestmark = needs_packages
PROGRAMS = ROOT / "tests/clients/programs"


@pytest.fixture
def folder(tmp_path: Path, invoice_pdf: Path) -> Path:
    shutil.copy(invoice_pdf, tmp_path / "invoice.pdf")
    return tmp_path


def command(*words: str) -> list[str]:
    if shutil.which(words[0]) is None:
        pytest.skip(f"there is no {words[0]}")
    return list(words)


@pytest.mark.parametrize(
    ("words", "vendor"),
    [
        (("ruby", "faraday.rb"), "xero"),
        (("ruby", "net_http.rb"), "dualentry"),
        (("php", "-d", "curl.cainfo={ca}", "guzzle.php"), "vrplatform"),
        (("go", "run", "main.go"), "codat"),
    ],
    ids=lambda words: words if isinstance(words, str) else words[-1],
)
def test_a_program_with_the_vendors_host_uploads_its_file_and_lists_it(
    words: tuple[str, ...], vendor: str, folder: Path
) -> None:
    *others, program = command(*words)
    filled = [word.format(ca=folder / "attachment-emulator/ca.pem") for word in others]
    environment = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder)}

    ended = subprocess.run(
        [sys.executable, "-m", "emulator", "run", "--fail-on-refusal", "--", *filled, str(PROGRAMS / program)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, "invoice.pdf\n"), ended.stderr
    assert f"  requests               {vendor} " in ended.stderr
    assert "  files uploaded         1\n" in ended.stderr


def test_a_program_in_java_uploads_its_file_and_lists_it(folder: Path, live: LiveServer) -> None:
    words = command("java", "Upload.java")
    program = (PROGRAMS / "Upload.java").read_text("utf-8").replace("http://127.0.0.1:4600", live.url)
    (folder / "Upload.java").write_text(program, "utf-8")

    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)

    assert (ended.returncode, ended.stdout) == (0, "invoice.pdf\n"), ended.stderr
