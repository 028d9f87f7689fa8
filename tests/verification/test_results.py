"""The rules that are verified, and how a result adds to them."""

import re
from pathlib import Path
from typing import Any

import pytest
import verified
from click.testing import CliRunner

from emulator.cli import main
from emulator.testing import Emulator
from emulator.vendors import RULES
from emulator.verification import results
from emulator.verification.results import verified_rules


def result(**members: Any) -> dict[str, Any]:
    return {
        "vendor": "xero",
        "how": "live",
        "target": "https://api.xero.com",
        "date": "2027-01-31T10:00:00Z",
        "proved": ["xero.file-type", "xero.no-such-rule"],
        "differences": [{"rule": "xero.empty-file"}, {"rule": None}],
        **members,
    }


def test_what_the_package_says_is_of_rules_that_there_are() -> None:
    assert verified_rules().keys() <= {rule.id for rule in RULES}
    for verification in verified_rules().values():
        assert verification.how in ("live", "recording")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", verification.date)


def test_a_result_confirms_rules_and_takes_back_what_differs() -> None:
    before = {"date": "2026-01-01", "how": "recording"}
    known = {"xero.empty-file": before, "xero.method": before}

    assert verified.add(known, result()) == 1

    assert known == {"xero.method": before, "xero.file-type": {"date": "2027-01-31", "how": "live"}}


def test_a_newer_confirmation_stays() -> None:
    newer = {"date": "2027-02-01", "how": "live"}
    known = {"xero.file-type": newer}

    verified.add(known, result(how="recording", target="traffic.har"))

    assert known == {"xero.file-type": newer}


def test_an_emulator_confirms_nothing() -> None:
    with pytest.raises(SystemExit, match="only the vendor itself can confirm a rule"):
        verified.add({}, result(target="http://127.0.0.1:4600/xero"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff", "is no result"),
        (b"{", "is no result: expected the file that `attachment-emulator verify --json` has written"),
        (b"[]", "is no result"),
        (b'{"vendor": "xero"}', "is no result"),
    ],
)
def test_what_is_no_result_is_refused_with_a_sentence(tmp_path: Path, content: bytes | None, reason: str) -> None:
    file = tmp_path / "result.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SystemExit, match=reason):
        verified.read(str(file))


def test_a_verified_rule_says_so_in_the_command_and_in_the_control_api(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, emulator_server: Emulator
) -> None:
    file = tmp_path / "results.json"
    file.write_text('{"verified": {"xero.file-type": {"date": "2027-01-31", "how": "live"}}}')
    monkeypatch.setattr(results, "FILE", file)
    verified_rules.cache_clear()
    try:
        told = CliRunner().invoke(main, ["rules", "xero.file-type"]).output
        table = CliRunner().invoke(main, ["rules", "xero"]).output
        rules = {rule["id"]: rule for rule in emulator_server.control.ask("GET", "/rules", {"vendor": "xero"})["rules"]}
    finally:
        verified_rules.cache_clear()

    assert "Verified: 2027-01-31, against the API" in told
    assert table.count("Verified: 2027-01-31, against the API") == 1
    assert rules["xero.file-type"]["verified"] == {"date": "2027-01-31", "how": "live"}
    assert rules["xero.empty-file"]["verified"] is None
