"""The command, as a person at a terminal meets it."""

import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import httpx
import pytest
from click.testing import CliRunner

from emulator import __version__
from emulator.cli import main
from emulator.commands.progress import progress
from emulator.commands.serve import misspelt_variables
from emulator.commands.server_arguments import default_url
from emulator.console.text import agent_guide, as_greeting
from emulator.core.rules import Rule, Tunable
from emulator.server import _own_address, network_url
from emulator.settings import OPTIONS
from emulator.testing import Emulator
from emulator.vendors import RULES, VENDORS
from tests.conftest import LiveServer

ASKING = ("remote", "doctor", "tail", "listings")
HEADERS = {"Authorization": "Bearer x", "xero-tenant-id": "t", "Accept": "application/json"}


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_every_option_can_be_read_about() -> None:
    help_text, settings = run("serve", "--help"), run("serve", "--help-settings")

    for name, option in OPTIONS.items():
        assert f"--{name.replace('_', '-')}" in (settings if option.rule else help_text)
    assert "EMULATOR_PORT" in help_text
    assert "1073741824]" in help_text


def test_the_help_of_serve_fits_on_two_screens() -> None:
    result = CliRunner().invoke(main, ["serve", "--help"], terminal_width=80)

    assert len(result.output.splitlines()) <= 48


def test_rules_are_printed_as_a_table_with_their_evidence() -> None:
    table = run("rules")

    assert table.startswith("RULE ")
    for rule in RULES:
        assert f"\n{rule.id} " in table
    assert "Setting: xero_max_attachments = 10" in table
    for vendor in VENDORS.values():
        own = run("rules", vendor.name)
        assert [line for line in own.splitlines() if not line.startswith(" ")] == [
            line for line in table.splitlines() if line.startswith(("RULE ", f"{vendor.name}."))
        ]


def test_one_rule_is_printed_whole() -> None:
    output = run("rules", "xero.max-attachments")

    assert output.startswith("xero.max-attachments\n  A document can have at most this many attachments")
    for part in (
        "Grade: observed (2026)",
        "Source: page; ",
        "Answer: 400 The file couldn't be uploaded because the API limit of {value}",
        "Setting: xero_max_attachments (serve --xero-max-attachments,",
        "Default: 10",
    ):
        assert f"  {part}" in output
    assert run("rules", "xero_max_attachments") == output
    assert run("rules", "max-attachments").startswith(output.rstrip())


@pytest.mark.parametrize(
    ("part", "has_part"),
    [
        ("The page says", lambda rule: bool(rule.on_page)),
        ("Answer", lambda rule: bool(rule.answer)),
        ("Headers", lambda rule: bool(rule.answer and rule.answer.headers)),
        ("Default", lambda rule: isinstance(rule, Tunable)),
    ],
)
def test_a_rule_is_printed_with_a_part_if_it_has_one(part: str, has_part: Callable[[Rule], bool]) -> None:
    for expected in (True, False):
        rule = next(rule for rule in RULES if has_part(rule) == expected)
        assert (f"\n  {part}: " in run("rules", rule.id)) == expected


def test_coding_agents_get_the_guide_of_a_server_without_one() -> None:
    assert run("agent-guide") == agent_guide("http://127.0.0.1:4600")


def test_rules_are_found_by_their_words() -> None:
    rules = [line.split()[0] for line in run("rules", "--search", "JPEG").splitlines() if not line.startswith(" ")]

    assert "xero.file-type" in rules
    assert "xero.max-attachments" not in rules
    result = CliRunner().invoke(main, ["rules", "codat", "--search", "giraffe"])
    assert (result.exit_code, result.stderr) == (1, "attachment-emulator: no rule of codat mentions 'giraffe'\n")


def test_operations_are_printed_with_what_backs_them() -> None:
    lines = run("operations").splitlines()

    assert len(lines) == sum(len(vendor.operations) for vendor in VENDORS.values())
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
    ("text", "rejection_reason"),
    [
        (b"port = ", "is not TOML: Invalid value (at end of document)."),
        (b"a = " + b"[" * 20_000, "is not TOML: "),
        (b"\xff\xfe", "is not TOML: it is not UTF-8 text."),
        (b"prot = 1", "there is no setting 'prot'; did you mean 'port'?"),
        (b"max-store-bytes = 1", "there is no setting 'max-store-bytes'; did you mean 'max_store_bytes'?"),
        (b"nonsense = 1", "there is no setting 'nonsense'; `attachment-emulator serve --help-settings` lists them."),
        (b"port = 'high'", "port takes a whole number, not 'high'."),
        (b"host = ''", "host is an address or a host name, such as 127.0.0.1 (0.0.0.0 for all addresses), not ''."),
        (None, "cannot be read: No such file or directory."),
    ],
)
def test_a_settings_file_that_cannot_be_used_gets_a_sentence(
    tmp_path: Path, text: bytes | None, rejection_reason: str
) -> None:
    file = tmp_path / "settings.toml"
    if text is not None:
        file.write_bytes(text)

    result = CliRunner().invoke(main, ["serve", "--config", str(file)])

    assert result.exit_code == 2
    assert f"the settings file {file}" in result.output
    assert rejection_reason in result.output
    assert "Traceback" not in result.output


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["serve", "--config", str(tmp_path)])

    assert result.exit_code == 2
    assert f"the settings file {tmp_path} cannot be read: Is a directory." in result.output


@pytest.mark.parametrize(
    ("arguments", "rejection_reason"),
    [
        (["--port", "-1"], "port is at least 0 and at most"),
        (["--port", "99999"], "port is at least 0 and at most 65535"),
        (["--auth", "some"], "'some' is not one of 'any', 'strict', 'off'"),
        (["--host", ""], "host is an address or a host name, such as 127.0.0.1 (0.0.0.0 for all addresses), not ''"),
        (["--host", "é..x"], "'é..x' is not a valid host name"),
        (["--host", "no.such.host.invalid"], "cannot listen on port"),
        (["--host", "192.0.2.1"], "cannot listen on port"),
    ],
)
def test_an_unfit_option_gets_a_sentence(arguments: list[str], rejection_reason: str) -> None:
    result = CliRunner().invoke(main, ["serve", *arguments])

    assert result.exit_code in (1, 2)
    assert rejection_reason in result.output


@pytest.mark.parametrize(
    ("arguments", "rejection_reason"),
    [
        (["sevre"], "No such command 'sevre'. Did you mean 'serve'?"),
        (["serve", "--prot", "1"], "No such option '--prot'. Did you mean '--port'?"),
        (["serve", "--nonsense"], "No such option '--nonsense'.\n"),
        (["health", "--ulr", "x"], "No such option '--ulr'. Did you mean '--url'?"),
        (["serve", "here"], "Got unexpected extra argument (here)"),
        (["rules", "zero"], "there is no vendor or rule 'zero'; did you mean xero?"),
        (["rules", "xero.file-typ"], "there is no vendor or rule 'xero.file-typ'; did you mean xero.file-type?"),
        (["rules", "0"], "there is no vendor or rule '0'; `attachment-emulator rules` lists them"),
        (["serve", "--xero-max-attachements", "3"], "'--xero-max-attachments'"),
        (["files", "xerro"], "'xerro' is neither a vendor nor a URL; did you mean xero?"),
        (["documents", "all"], "'all' is neither a vendor nor a URL; the vendors are xero, codat,"),
        (["snapshot", "save", "a.zip", "b.zip"], "Got unexpected extra argument (b.zip)"),
        (["completion", "ksh"], "'ksh' is not one of 'bash', 'zsh', 'fish'"),
        (["snapshot", "save", "http://127.0.0.1:4600"], "Missing argument 'FILE'"),
    ],
)
def test_words_that_the_command_does_not_know_get_a_sentence(arguments: list[str], rejection_reason: str) -> None:
    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 2
    assert rejection_reason in result.output


def test_a_variable_that_nearly_names_a_setting_is_told_apart_from_one_of_something_else() -> None:
    names = ("EMULATOR_PROT", "EMULATOR_PORT", "EMULATOR_HOME", "EMULATOR_", "EMULATOR_MAX_STORE", "MAX_STORE")

    assert [sentence.partition("; ")[2] for sentence in misspelt_variables(dict.fromkeys(names, ""))] == [
        "did you mean EMULATOR_MAX_STORE_BYTES?",
        "did you mean EMULATOR_PORT?",
    ]


def test_a_busy_port_ends_the_command_with_one_line_that_names_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        ended = CliRunner().invoke(main, ["serve", "--port", str(port)], catch_exceptions=False)

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert f"port {port} on 127.0.0.1 is taken" in ended.stderr


def test_the_commands_are_listed_each_with_a_whole_sentence() -> None:
    listed = run("--help").partition("Commands:\n")[2].splitlines()

    assert [line.split()[0] for line in listed] == [
        "serve",
        "health",
        "doctor",
        "tail",
        "sandboxes",
        "files",
        "documents",
        "snapshot",
        "run",
        "env",
        "ca",
        "rules",
        "operations",
        "verify",
        "agent-guide",
        "completion",
    ]
    for line in listed:
        assert line.endswith(".")
        assert not line.endswith("...")


def test_asking_an_emulator_imports_neither_vendors_nor_a_web_stack() -> None:
    modules = ", ".join(f"emulator.{name}" for name in ("cli", *(f"commands.{name}" for name in ASKING)))
    code = (
        f"import {modules}, sys; print([m for m in ('starlette', 'uvicorn', 'emulator.vendors') if m in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


# --- What it says first -----------------------------------------------------------------------------------------------


def test_a_person_is_greeted_with_the_base_urls() -> None:
    terminal, stderr = os.openpty()
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    os.close(stderr)
    try:
        assert server.stdout
        url = server.stdout.readline().removeprefix("attachment-emulator ready on ").strip()
        output = read_until(terminal, "Ctrl-C stops the emulator.")
    finally:
        server.terminate()
        out, _ = server.communicate(timeout=15)
        os.close(terminal)

    for base in ("xero/api.xro/2.0", "codat", "dualentry/public/v2", "vrplatform"):
        assert f" {url}/{base}\n" in output
    assert out == ""


@pytest.mark.parametrize("auth", ["any", "strict", "off"])
def test_the_greeting_has_a_request_that_works(auth: Literal["any", "strict", "off"]) -> None:
    with Emulator(auth=auth) as server:
        greeting = as_greeting(server.url, tuple(VENDORS.values()), strict=auth == "strict")
        curl = greeting[greeting.index("curl") : greeting.index("`attachment-emulator doctor")]
        answer = subprocess.check_output(["sh", "-c", f"{curl.strip()} --silent --fail"], text=True)

    assert answer.startswith("{")


def read_until(terminal: int, end: str) -> str:
    output = ""
    while end not in output:
        output += os.read(terminal, 4096).decode().replace("\r\n", "\n")
    return output


def test_who_listens_for_others_is_told_an_address_that_works(start: Callable[..., LiveServer]) -> None:
    server = start("--host", "0.0.0.0", EMULATOR_MAX_STORE_BYTE="1")
    _, _, errors = server.stop()

    assert "attachment-emulator: others on the network can reach it too" in errors
    assert f"at http://{_own_address('0.0.0.0')}:{server.url.rpartition(':')[2]} , and read every request" in errors
    assert "EMULATOR_MAX_STORE_BYTE is no setting and does nothing; did you mean EMULATOR_MAX_STORE_BYTES?" in errors


def test_a_machine_without_a_network_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unconnected(socket.socket):
        def connect(self, address: object) -> None:
            raise OSError(101, "Network is unreachable")

    monkeypatch.setattr("emulator.server.socket.socket", Unconnected)

    assert network_url("0.0.0.0", "http://127.0.0.1:1") == f"http://{socket.gethostname()}:1"


def test_with_a_control_token_others_are_asked_for_it(start: Callable[..., LiveServer]) -> None:
    server = start("--host", "0.0.0.0", "--control-token", "s3cret-token")
    without = CliRunner().invoke(main, ["sandboxes", server.url], env={"EMULATOR_CONTROL_TOKEN": None})
    with_another = CliRunner().invoke(main, ["sandboxes", server.url], env={"EMULATOR_CONTROL_TOKEN": "an0ther-token"})
    with_token = CliRunner().invoke(main, ["sandboxes", server.url], env={"EMULATOR_CONTROL_TOKEN": "s3cret-token"})
    _, _, errors = server.stop()

    assert (without.exit_code, "environment variable EMULATOR_CONTROL_TOKEN" in without.output) == (1, True)
    assert (with_another.exit_code, "sent is not the one that this emulator" in with_another.output) == (1, True)
    assert (with_token.exit_code, "default" in with_token.output) == (0, True)
    assert "use the vendors' APIs; for everything else it asks them for the control token" in errors
    assert "s3cret" not in errors


@pytest.mark.parametrize(
    ("host", "url", "is_told"),
    [
        ("127.0.0.1", "http://127.0.0.1:1", False),
        ("localhost", "http://127.0.0.1:1", False),
        ("::1", "http://[::1]:1", False),
        ("10.1.2.3", "http://10.1.2.3:1", True),
        ("::", "http://[::1]:1", True),
        ("0", "http://127.0.0.1:1", True),
        ("no.such.host.invalid", "http://no.such.host.invalid:1", False),
    ],
)
def test_who_listens_on_loopback_is_told_nothing(host: str, url: str, is_told: bool) -> None:
    assert (network_url(host, url) is not None) == is_told


# --- Asking one that runs ---------------------------------------------------------------------------------------------


def test_health_is_one_line_and_an_exit_code(live: LiveServer) -> None:
    host, _, port = live.url.removeprefix("http://").partition(":")

    lines = {run("health", live.url)}
    for environment in (
        {"EMULATOR_HOST": host, "EMULATOR_PORT": port},
        {"EMULATOR_HOST": "0.0.0.0", "EMULATOR_PORT": port},
    ):
        lines.add(CliRunner(env=environment).invoke(main, ["health"]).output)

    (line,) = lines
    assert line.startswith(f"attachment-emulator {__version__} is healthy at {live.url}: ")
    assert line.endswith(" bytes in the store\n")
    assert line.count("\n") == 1


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("", "", "http://127.0.0.1:4600"),
        ("0.0.0.0", "1", "http://127.0.0.1:1"),
        ("::", "1", "http://[::1]:1"),
        ("10.1.2.3", "", "http://10.1.2.3:4600"),
    ],
)
def test_who_names_no_url_asks_where_serve_would_listen(
    host: str, port: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMULATOR_HOST", host)
    monkeypatch.setenv("EMULATOR_PORT", port)

    assert default_url() == url


def test_health_of_nobody_and_of_somebody_else_is_one_line_and_exit_code_1(live: LiveServer) -> None:
    for url, rejection_reason in (
        ("http://127.0.0.1:1", "no emulator answers at http://127.0.0.1:1: nothing listens there; `attachment-emul"),
        ("http://no.such.host.invalid", "the host name is not known"),
        (live.url.replace("http:", "https:"), "what listens there does not speak TLS"),
        (f"{live.url}/xero", "which is no answer of an emulator"),
        ("localhost:4600", "'localhost:4600' is no URL of an emulator"),
    ):
        result = CliRunner().invoke(main, ["health", url])
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
        assert rejection_reason in result.stderr


def test_a_sandbox_is_kept_in_a_file_and_is_there_again(live: LiveServer, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    attached = f"{live.url}/sandbox/{{}}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.txt"
    httpx.put(attached.format("kept"), content=b"kept", headers=HEADERS)

    saved = run("snapshot", "save", live.url, str(file), "--sandbox", "kept")
    restored = run("snapshot", "restore", live.url, str(file), "--sandbox", "again")

    assert saved == f"sandbox kept saved in {file} ({file.stat().st_size} bytes)\n"
    assert restored == f"sandbox again restored from {file}\n"
    assert httpx.get(attached.format("again"), headers=HEADERS).content == b"kept"
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize(
    ("arguments", "rejection_reason"),
    [
        (["save", "{url}", "{folder}/none/a.zip"], "{folder}/none/a.zip: No such file or directory"),
        (
            ["save", "{url}", "{folder}/a.zip", "--sandbox", "never"],
            "there is no sandbox 'never' at {url}; the sandboxes are ",
        ),
        (["restore", "{url}", "{folder}/a.zip"], "{folder}/a.zip: No such file or directory"),
        (["restore", "{url}", "{folder}/empty"], "The archive cannot be restored: it is not a zip archive"),
        (["restore", "http://127.0.0.1:1", "{folder}/empty"], "no emulator answers at http://127.0.0.1:1"),
    ],
)
def test_a_snapshot_that_cannot_be_kept_or_used_gets_a_sentence(
    arguments: list[str], rejection_reason: str, live: LiveServer, tmp_path: Path
) -> None:
    (tmp_path / "empty").touch()
    known = {"url": live.url, "folder": str(tmp_path)}

    result = CliRunner().invoke(main, ["snapshot", *(argument.format_map(known) for argument in arguments)])

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert rejection_reason.format_map(known) in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_what_takes_long_shows_on_a_terminal_for_as_long_as_it_takes(
    stream: io.StringIO, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("emulator.commands.progress.DELAY", 0.01)
    monkeypatch.setattr("emulator.commands.progress.INTERVAL", 0.01)

    with progress("saving"):
        time.sleep(0.05)
    monkeypatch.setattr("emulator.commands.progress.DELAY", 60)
    with progress("too short to show"):
        pass

    assert ("\r\x1b[Ksaving … 0 s" in stream.getvalue()) == shown
    assert "short" not in stream.getvalue()
    assert not stream.getvalue().rpartition("\x1b[K")[2]


def test_a_server_begins_with_a_snapshot_once_there_is_one(start: Callable[..., LiveServer], tmp_path: Path) -> None:
    file = tmp_path / "default.zip"
    attached = "Invoices/INV-0002/Attachments/a.txt"

    first = start(EMULATOR_SNAPSHOT=str(file))
    httpx.put(f"{first.xero}/{attached}", content=b"kept", headers=HEADERS)
    run("snapshot", "save", first.url, str(file))
    _, _, errors = first.stop()
    second = start(EMULATOR_SNAPSHOT=str(file), EMULATOR_LOG="off")

    assert errors.startswith(f"attachment-emulator: there is no snapshot {file} yet; starting with the seed data.\n")
    assert httpx.get(f"{second.xero}/{attached}", headers=HEADERS).content == b"kept"
    # No person looks: there is the one line that says where it is.
    assert second.stop() == (0, "", "")


@pytest.mark.parametrize(
    ("name", "rejection_reason"),
    [
        ("empty", "cannot be used. The archive cannot be restored: it is not a zip archive"),
        (".", "cannot be read: Is a dir"),
        ("pipe", "cannot be read: it is not a regular file"),
    ],
)
def test_a_server_does_not_begin_with_a_snapshot_of_no_use(name: str, rejection_reason: str, tmp_path: Path) -> None:
    file = tmp_path / name
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")

    result = CliRunner().invoke(main, ["serve", "--port", "0", "--snapshot", str(file)])

    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert f"attachment-emulator: the snapshot {file} {rejection_reason}" in result.stderr


# --- Completion -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_a_script_that_asks_the_command_what_there_is(shell: str) -> None:
    script = run("completion", shell)

    assert "_ATTACHMENT_EMULATOR_COMPLETE" in script
    completion = {
        "_ATTACHMENT_EMULATOR_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "attachment-emulator se",
        "COMP_CWORD": "1" if shell != "fish" else "se",
    }
    result = CliRunner(env=completion).invoke(main, prog_name="attachment-emulator")
    assert "serve" in result.output
    assert "health" not in result.output


def test_the_script_for_bash_is_one_that_bash_takes() -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash")

    checked = subprocess.run(
        ["bash", "-n"], input=run("completion", "bash"), capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")
