"""The commands `run` and `env`: programs with a vendor's host written into them, unmodified."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from click.testing import CliRunner, Result

from emulator.cli import main
from emulator.interception.environment import variables
from emulator.interception.receipt import Receipt
from tests.conftest import LiveServer

PROGRAM = """
import sys, urllib.error, httpx, requests, urllib.request
headers = {"Authorization": "Bearer x", "xero-tenant-id": "demo", "Accept": "application/json"}
invoice = "https://api.xero.com/api.xro/2.0/Invoices/INV-0002"
assert requests.get(invoice, headers=headers).status_code == 200
assert httpx.put(invoice + "/Attachments/a.pdf", headers=headers, content=b"abc").status_code == 200
assert urllib.request.urlopen(urllib.request.Request(invoice, headers=headers)).status == 200
assert requests.put(invoice + "/Attachments/a.exe", headers=headers, data=b"abc").status_code == 400
assert requests.get("https://api.xero.com/api.xro/2.0/Payments", headers=headers).status_code == 501
try:
    requests.get("https://example.com/")
except requests.exceptions.ProxyError as error:
    assert "403" in str(error)
sys.exit(int(sys.argv[1]))
"""

REFUSED_PROGRAM = """
import sys, urllib.error, urllib.request
headers = {"Authorization": "Bearer x", "xero-tenant-id": "demo"}
try:
    urllib.request.urlopen(urllib.request.Request("https://api.xero.com/api.xro/2.0/" + sys.argv[1], headers=headers))
except urllib.error.HTTPError as error:
    sys.exit(error.code not in (404, 501))
"""

NODE_PROGRAM = """
const https = require("node:https");
const headers = { Authorization: "Basic eA==" };
const companies = "https://api.codat.io/companies";
const get = (url) => new Promise((resolve) => {
  https.get(url, { headers }, (answer) => answer.resume().on("end", () => resolve(answer.statusCode)))
    .on("error", (error) => resolve(error.message));
});
(async () => {
  const form = new FormData();
  form.append("file", new Blob(["x".repeat(1_000_000)]), "a.txt");
  const staged = await fetch("https://api.vrplatform.app/transaction-attachments", {
    method: "POST", headers: { "x-api-key": "k", "x-team-id": "team_123" }, body: form });
  const { byteSize } = await staged.json();
  const refused = await fetch("https://example.com/").catch(({ cause }) => cause.message);
  const own = await fetch(process.argv[1] + "/_emulator/health").then(({ status }) => status);
  console.log([byteSize, await get(companies), await get("https://example.com/"), refused, own].join());
})();
"""


@pytest.fixture(autouse=True)
def _own_state(state_home: Path) -> None:
    """Children find the certificate authority of these tests."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments], catch_exceptions=False)


def test_a_program_runs_unmodified_and_a_receipt_says_what_it_did(tmp_path: Path) -> None:
    har, junit = tmp_path / "out.har", tmp_path / "out.xml"

    options = ["--sandbox", "ci", "--har", str(har), "--junit", str(junit)]
    ended = subprocess.run(
        [sys.executable, "-m", "emulator", "run", *options, "--", sys.executable, "-c", PROGRAM, "7"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 7, ended.stderr
    for line in (
        "requests               xero 5",
        "files uploaded         1",
        "refusals               xero.file-type 1",
        "not emulated (501)     getPayments 1",
        "hosts refused          example.com:443 1",
        "real hosts reached     none",
        "used  xero: calls 5, busiest minute 5, busiest day 5",
        "used    5 of 60 calls per minute and organisation (8.33%): xero.rate-per-minute",
    ):
        assert f"  {line}" in ended.stderr
    assert len(json.loads(har.read_text())["log"]["entries"]) == 5
    assert ElementTree.fromstring(junit.read_text()).get("failures") == "3"


def test_a_refusal_and_a_501_can_fail_the_run() -> None:
    for option, path in (("--fail-on-refusal", "nowhere"), ("--fail-on-501", "Payments")):
        command = ["--", sys.executable, "-c", REFUSED_PROGRAM, path]
        assert run(option, *command).exit_code == 1
        assert run(*command).exit_code == 0


def test_a_server_that_runs_is_used_and_a_command_that_is_missing_is_a_sentence(live: LiveServer) -> None:
    ended = run("--url", live.url, "--", "no-such-command")

    assert ended.exit_code == 127
    assert "no-such-command cannot be run: No such file or directory" in ended.stderr


@pytest.mark.parametrize("format_", ["sh", "dotenv", "github", "json", "fish", "powershell"])
def test_the_variables_in_every_syntax(format_: str) -> None:
    command = ["env", "http://127.0.0.1:4700", "--sandbox", "a-b", "--format", format_]
    printed = CliRunner().invoke(main, command, catch_exceptions=False).stdout

    if format_ == "json":
        assert json.loads(printed) == variables("http://127.0.0.1:4700", "a-b")
        return
    for name, value in variables("http://127.0.0.1:4700", "a-b").items():
        assert name in printed
        assert value in printed
    assert "http://a-b:sandbox@127.0.0.1:4700" in printed


def test_a_shell_takes_the_variables_and_no_proxy_keeps_its_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost, registry.example")
    script = f'eval "$({sys.executable} -m emulator env --format sh)"; echo "$NO_PROXY"'

    printed = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=True).stdout

    assert printed.strip() == "localhost,127.0.0.1,::1,registry.example"


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
def test_programs_for_node_reach_it_whether_or_not_their_version_reads_the_proxy(
    live: LiveServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--no-warnings")

    ended = run("--sandbox", "node", "--", "node", "-e", NODE_PROGRAM, live.url)

    assert ended.exit_code == 0, ended.stderr
    results = capfd.readouterr().out.strip().split(",")
    assert results[:2] == ["1000000", "200"], ended.stderr
    assert all("403" in result for result in results[2:4])
    assert results[4] == "200"
    assert "hosts refused          example.com:443 2" in ended.stderr


def test_the_script_for_node_is_added_to_the_options_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=99")
    options = variables("http://127.0.0.1:4600")["NODE_OPTIONS"]
    assert options.startswith('--max-old-space-size=99 --require "')
    assert os.path.isfile(options.split('"')[1])  # noqa: PTH113 - the path as it is written.

    monkeypatch.setenv("NODE_OPTIONS", options)
    assert variables("http://127.0.0.1:4600")["NODE_OPTIONS"] == options


@pytest.mark.parametrize("option", [("--seed", "7"), ("--passthrough", "example.com")])
def test_what_only_a_new_emulator_takes_is_refused_for_one_that_runs(option: tuple[str, str], live: LiveServer) -> None:
    ended = run("--url", live.url, *option, "--", "true")

    assert ended.exit_code == 2
    assert f"{option[0]} is for an emulator that `run` starts" in ended.stderr


def test_an_unfit_value_is_refused_before_anything_is_run() -> None:
    ended = run("--passthrough", "::", "--", "true")

    assert ended.exit_code == 2
    assert "Error: Invalid value for '--passthrough': passthrough takes hosts" in ended.stderr


def test_it_goes_on_until_it_is_interrupted_and_names_the_real_hosts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        target = f"127.0.0.1:{port}"
        program = f"""
import http.client, os, urllib.parse
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
connection = http.client.HTTPConnection(proxy.hostname, proxy.port)
connection.set_tunnel("127.0.0.1", {port})
connection.connect()
"""
        command = [sys.executable, "-m", "emulator", "run", "--keep", "--passthrough", target]
        with subprocess.Popen(
            [*command, "--", sys.executable, "-c", program], stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr
            lines = []
            for line in process.stderr:
                lines.append(line.strip())
                if "goes on at" in line:
                    break
            url = lines[-1].split()[4].rstrip(";")
            assert httpx.get(f"{url}/_emulator/health", trust_env=False).json()["status"] == "ok"
            process.send_signal(signal.SIGINT)

    assert process.returncode == 0
    assert f"real hosts reached     {target} 1 (through the emulator)" in lines


def test_webhooks_are_registered_for_the_run_and_their_secrets_printed() -> None:
    ended = run("--webhook", "codat=http://127.0.0.1:9/a=b", "--", "true")

    assert ended.exit_code == 0
    secret = re.search(
        r"attachment-emulator: webhooks of codat go to http://127\.0\.0\.1:9/a=b , signed with the secret (\S+)\n",
        ended.stderr,
    )
    assert secret
    assert len(secret[1]) > 20


@pytest.mark.parametrize("value", ["codat", "vrplatform=http://127.0.0.1:9/", "=http://127.0.0.1:9/"])
def test_a_webhook_for_nobody_is_refused_before_anything_is_run(value: str) -> None:
    ended = run("--webhook", value, "--", "true")

    assert ended.exit_code == 2
    assert f"{value!r} is not VENDOR=URL, where VENDOR is one of " in " ".join(ended.stderr.split())


def test_a_command_that_a_signal_ends_gives_the_exit_code_that_a_shell_would() -> None:
    assert run("--", "sh", "-c", "kill -TERM $$").exit_code == 128 + signal.SIGTERM


def test_a_command_that_is_no_program_gives_126(tmp_path: Path) -> None:
    ended = run("--", str(tmp_path))

    assert ended.exit_code == 126
    assert f"{tmp_path} cannot be run: Permission denied" in ended.stderr


def test_ctrl_c_is_the_commands_own_and_its_exit_code_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = subprocess.Popen.wait
    interrupts = iter([KeyboardInterrupt, KeyboardInterrupt])

    def interrupted(process: "subprocess.Popen[bytes]") -> int:
        for interrupt in interrupts:
            raise interrupt
        return wait(process)

    monkeypatch.setattr("subprocess.Popen.wait", interrupted)

    ended = run("--", "sh", "-c", "exit 5")

    assert (ended.exit_code, list(interrupts)) == (5, [])
    assert "requests               none" in ended.stderr


def test_without_an_authority_there_is_a_sentence_and_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "attachment-emulator").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    for command in (["run", "--", "true"], ["env"]):
        ended = CliRunner().invoke(main, command, catch_exceptions=False)
        assert (ended.exit_code, ended.stdout) == (1, "")
        assert ended.stderr.startswith("attachment-emulator: ")
        assert "attachment-emulator" in ended.stderr.partition(": ")[2]


@pytest.mark.parametrize(
    ("shell", "variable"),
    [("/usr/bin/fish", "set -gx HTTPS_PROXY "), ("/bin/zsh", "export HTTPS_PROXY="), ("", "export HTTPS_PROXY=")],
)
def test_the_variables_are_for_the_users_own_shell(shell: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", shell)

    assert variable in CliRunner().invoke(main, ["env"], catch_exceptions=False).stdout


def test_the_receipt_counts_faults_and_failed_handshakes() -> None:
    receipt = Receipt(Counter(xero=3), faults=Counter({"reset": 2}), failed_handshakes=Counter({"api.xero.com": 1}))

    lines = list(receipt.lines())

    assert "faults triggered       reset 2" in lines
    assert "TLS handshakes failed  api.xero.com 1" in lines
