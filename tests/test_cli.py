"""The command, as a person at a terminal meets it."""

import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from emulator import __version__
from emulator.cli import main
from emulator.settings import OPTIONS
from emulator.vendors import PACKS, RULES
from tests.conftest import LiveServer

HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t", "Accept": "application/json"}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_option_can_be_read_about() -> None:
    help_text = run("serve", "--help")

    for name in OPTIONS:
        assert f"--{name.replace('_', '-')}" in help_text
    assert "EMULATOR_MAX_STORE_BYTES" in help_text
    assert "[default: 1073741824]" in help_text


def test_rules_are_printed_as_a_table_with_their_evidence() -> None:
    table = run("rules")

    assert table.startswith("RULE ")
    for rule in RULES:
        assert f"\n{rule.id} " in table
    assert "Setting: xero_max_attachments = 10" in table
    for pack in PACKS:
        own = run("rules", pack.name)
        assert [line for line in own.splitlines() if not line.startswith(" ")] == [
            line for line in table.splitlines() if line.startswith(("RULE ", f"{pack.name}."))
        ]


def test_operations_are_printed_with_what_backs_them() -> None:
    lines = run("operations").splitlines()

    assert len(lines) == sum(len(pack.operations) for pack in PACKS)
    upload = next(line for line in lines if "createInvoiceAttachmentByFileName" in line)
    assert upload.split()[:3] == [
        "PUT",
        "/xero/api.xro/2.0/Invoices/{document}/Attachments/{file_name:rest}",
        "emulated",
    ]
    assert any("/Payments" in line and "not emulated" in line for line in lines)


def test_the_version_is_said() -> None:
    assert run("--version").strip().endswith(__version__)


def test_a_flag_outweighs_the_environment_which_outweighs_the_file(
    start: Callable[..., LiveServer], tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("xero_max_attachments = 1\nmax_store_bytes = 111\nxero_rate_per_day = 7\n")

    server = start(
        "--max-store-bytes=333",
        EMULATOR_CONFIG=str(file),
        EMULATOR_MAX_STORE_BYTES="222",
        EMULATOR_XERO_RATE_PER_DAY="8",
    )

    assert httpx.get(f"{server.url}/_emulator/health").json()["store"]["max_bytes"] == 333
    files = f"{server.xero}/Invoices/INV-0002/Attachments"
    assert httpx.put(f"{files}/1.txt", content=b"1", headers=HEADERS).headers["x-daylimit-remaining"] == "7"
    assert httpx.put(f"{files}/2.txt", content=b"1", headers=HEADERS).status_code == 400


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("port = ", "Invalid value"),
        ("a = " + "[" * 20_000, "Invalid value"),
        ("prot = 1", "there is no setting 'prot'"),
        ("port = 'high'", "port takes a whole number, not 'high'"),
        (None, "No such file"),
    ],
)
def test_a_settings_file_that_cannot_be_used_gets_a_sentence(tmp_path: Path, text: str | None, complaint: str) -> None:
    file = tmp_path / "settings.toml"
    if text is not None:
        file.write_text(text)

    result = CliRunner().invoke(main, ["serve", "--config", str(file)])

    assert result.exit_code == 2
    assert complaint in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--port", "-1"], "port goes from 0 to"),
        (["--port", "99999"], "there is no port 99999"),
        (["--auth", "some"], "'some' is not one of 'any', 'strict', 'off'"),
        (["--host", "é..x"], "there is no host 'é..x'"),
        (["--host", "no.such.host.invalid"], "cannot listen on port"),
        (["--host", "192.0.2.1"], "cannot listen on port"),
    ],
)
def test_an_unfit_option_gets_a_sentence(arguments: list[str], complaint: str) -> None:
    result = CliRunner().invoke(main, ["serve", *arguments])

    assert result.exit_code in (1, 2)
    assert complaint in result.output


def test_a_busy_port_ends_the_command_with_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "emulator", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert f"port {port} on 127.0.0.1 is taken" in ended.stderr
