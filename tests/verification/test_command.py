"""`attachment-emulator verify`, as a person at a terminal meets it."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from emulator.cli import main
from emulator.testing import Sandbox
from emulator.vendors import VENDOR_NAMES

TOKEN = "a-token-that-nobody-sees"


def verify(*arguments: str, input_: str | None = None) -> Result:
    environment = {"EMULATOR_VERIFY_TOKEN": TOKEN, "NO_PROXY": "*"}
    return CliRunner().invoke(main, ["verify", *arguments], input=input_, env=environment)


def against(target: Sandbox, vendor: str, *arguments: str, input_: str | None = None) -> Result:
    return verify(vendor, "--against", f"{target.url}/{vendor}", *arguments, input_=input_)


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_second_emulator_does_not_differ_and_no_credential_is_written_anywhere(
    vendor: str, target: Sandbox, tmp_path: Path
) -> None:
    files = {option: tmp_path / option for option in ("save", "json", "junit", "report")}

    result = against(target, vendor, "--write", "--yes", *(f"--{option}={file}" for option, file in files.items()))

    assert result.exit_code == 0, result.output
    assert result.output.rstrip().endswith("no difference")
    archive = json.loads(files["save"].read_text())["log"]
    report = json.loads(files["json"].read_text())
    suite = ElementTree.fromstring(files["junit"].read_bytes())
    assert len(archive["entries"]) == report["requests"] > report["compared"] > 20
    assert report["differences"] == report["skipped"] == report["left_behind"] == []
    assert len(suite) == report["compared"]
    assert suite.get("failures") == "0"
    for written in (result.output, *(file.read_text() for file in files.values())):
        assert TOKEN not in written
        assert not any(name in written for name in ("Kowhai", "Harbour Lane", "Tern Street"))


CHANGES: dict[str, dict[str, tuple[Any, str]]] = {
    "xero": {
        "xero_max_attachments": (5, "status: the emulator says 200, the vendor said 400"),
        "xero_file_names_case_sensitive": (True, "count Attachments: the emulator says"),
        "xero_content_disposition": (True, "extra header Content-Disposition"),
    },
    "codat": {"codat_max_json_bytes": (100 * 1024 * 1024, "status: the emulator says 400, the vendor said 200")},
    "dualentry": {"dualentry_known_parties": (True, "status: the emulator says 200, the vendor said 4")},
    "vrplatform": {"vrplatform_refuse_duplicates": (True, "status: the emulator says 200, the vendor said 400")},
}


@pytest.mark.parametrize("vendor", CHANGES)
def test_the_settings_that_are_changed_at_the_target_are_the_rules_that_differ(
    vendor: str, target: Sandbox, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {setting: value for setting, (value, _) in CHANGES[vendor].items()}
    target.configure(**settings)

    result = against(target, vendor, "--write", "--yes", "--json", str(tmp_path / "result.json"))

    assert result.exit_code == 1, result.output
    differences = json.loads((tmp_path / "result.json").read_text())["differences"]
    assert {difference["rule"].replace(".", "_").replace("-", "_") for difference in differences} == settings.keys()
    for _, sentence in CHANGES[vendor].values():
        assert sentence in result.output


def test_the_plan_comes_first_and_nothing_is_sent_unless_it_is_agreed_to(target: Sandbox) -> None:
    for answer in ("n\n", "", "\n"):
        result = against(target, "xero", input_=answer)

        assert result.exit_code == 2
        assert "  refusal  PUT    /api.xro/2.0/Invoices/{unknown}/Attachments/verify.pdf" in result.output
        assert "and 0 write" in result.output
        assert "nothing was sent; --yes sends it without asking" in result.output
    assert target.journal.find() == []
    assert against(target, "xero", input_="y\n").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "either --against URL, or --recording FILE"),
        (("--against", "api.xero.com"), "'api.xero.com' is not the URL of an API"),
        (("--against", "https://[::1"), "'https://[::1' is not the URL of an API"),
        (("--against", "https://api.xero.com:0"), "'https://api.xero.com:0' is not the URL of an API"),
        (("--against", "http://api.xero.com"), "would get the token unencrypted"),
        (("--against", "https://me:secret@api.xero.com"), "is not the URL of an API"),
        (
            ("--against", "https://no.such.host.invalid"),
            "did not answer GET /connections: there is no host with this name, so check the URL",
        ),
        (
            ("--against", "http://127.0.0.1:9/xero"),
            "127.0.0.1:9 did not answer GET /xero/connections: nothing listens there",
        ),
        (("--against", "https://api.xero.com", "--token", "  "), "a token is missing: set EMULATOR_VERIFY_TOKEN"),
        (("--against", "https://api.xero.com", "--json", ""), ". is a folder: expected the name of a file"),
        (("--against", "https://api.xero.com", "--save", "nowhere/at/all.har"), "nowhere/at is not a folder"),
        (("--against", "https://api.xero.com", "--token", "a\nb"), "characters that no header can have"),
    ],
)
def test_what_cannot_run_is_one_sentence(arguments: tuple[str, ...], message: str) -> None:
    result = verify("xero", "--yes", *arguments)

    assert result.exit_code == 2
    [line] = [line for line in result.output.splitlines() if line.startswith("attachment-emulator: ")]
    assert message in line
    assert "Traceback" not in result.output
    assert ("requests are sent in a minute, and" in result.output) == ("invalid" in str(arguments))


def test_a_target_without_tls_is_named_as_such(target: Sandbox) -> None:
    result = verify("xero", "--yes", "--against", f"{target.url}/xero".replace("http:", "https:"))

    assert result.exit_code == 2
    assert "it does not speak TLS, so try http:// in place of https://." in result.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("option", ["--save", "--json", "--junit", "--report"])
def test_a_result_that_cannot_be_saved_is_shown_all_the_same(target: Sandbox, option: str) -> None:
    result = verify("xero", "--yes", "--against", f"{target.url}/xero", option, "/dev/full")

    assert result.exit_code == 2
    assert "no difference" in result.output
    assert "attachment-emulator: /dev/full cannot be written: No space left on device" in result.output


@pytest.mark.parametrize("where", ["_print_plan", "_report"])
def test_ctrl_c_is_no_difference(monkeypatch: pytest.MonkeyPatch, target: Sandbox, where: str) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"emulator.commands.verify.{where}", interrupt)
    result = verify("xero", "--yes", "--against", f"{target.url}/xero")

    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == "attachment-emulator: interrupted"


def test_a_token_is_needed_where_the_target_is_elsewhere() -> None:
    result = CliRunner().invoke(main, ["verify", "xero", "--yes", "--against", "https://api.xero.com"])

    assert result.exit_code == 2
    assert "set EMULATOR_VERIFY_TOKEN" in result.output


def test_another_vendor_than_the_target_is_refused_with_one_sentence(target: Sandbox) -> None:
    result = verify("xero", "--yes", "--against", f"{target.url}/codat")

    assert result.exit_code == 2
    assert "does not answer like this vendor's API: GET /connections was answered 404" in result.output
    assert "check the URL, which ends with the vendor's name where an emulator is" in result.output
