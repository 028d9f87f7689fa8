"""What a test sees of files, and what it does to the time."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from emulator.testing import EmulatorError, Sandbox

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)
PDF = b"%PDF-1.7"


@pytest.fixture
def holding(emulator: Sandbox) -> Sandbox:
    """A sandbox with a file of Xero's, and a staged one of VRPlatform's."""
    with emulator.xero.client() as http:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=PDF).raise_for_status()
    with emulator.vrplatform.client() as http:
        http.post("/transaction-attachments", files={"file": ("b.pdf", b"staged")}).raise_for_status()
    return emulator


def test_a_file_is_shown_with_all_that_is_known_of_it(holding: Sandbox) -> None:
    (file,) = (file for file in holding.files.find(vendor="xero") if file.name == "a.pdf")

    assert (file.vendor, file.owner) == ("xero", holding.xero.tenant_id)
    assert (file.content_type, file.size, file.sha256) == ("application/pdf", 8, hashlib.sha256(PDF).hexdigest())
    assert (len(file.documents), file.staged) == (1, False)
    assert file in holding.files.find(owner=holding.xero.tenant_id)
    assert file in holding.xero.files()


def test_staged_files_are_told_from_attached_ones(holding: Sandbox) -> None:
    assert "b.pdf" in {file.name for file in holding.files.staged()}
    assert {file.vendor for file in holding.files.staged("vrplatform")} == {"vrplatform"}
    assert holding.files.staged("xero") == []
    assert "b.pdf" not in {file.name for file in holding.files.find(staged=False)}
    assert len(holding.files.find()) == len(holding.files.staged()) + len(holding.files.find(staged=False))


def test_the_bytes_of_a_file_are_read_by_its_digest(holding: Sandbox) -> None:
    assert holding.files.read(hashlib.sha256(PDF).hexdigest()) == PDF
    with pytest.raises(EmulatorError, match="No attachment in this sandbox"):
        holding.files.read("0" * 64)


def test_a_filter_that_does_not_exist_is_an_error(emulator: Sandbox) -> None:
    filters: dict[str, Any] = {"name": "a.pdf"}
    with pytest.raises(TypeError, match=r"^Files\.find\(\) has no argument 'name'. It takes vendor, owner, staged\.$"):
        emulator.files.find(**filters)


def test_a_reset_lets_go_of_files(holding: Sandbox) -> None:
    holding.reset()

    assert {"a.pdf", "b.pdf"}.isdisjoint(file.name for file in holding.files.find())


# --- Time -------------------------------------------------------------------------------------------------------------


def test_the_clock_of_a_test_stands_still(emulator: Sandbox) -> None:
    assert emulator.clock.now() == emulator.clock.now() == NOW


@pytest.mark.parametrize(
    "at",
    [
        "2027-01-01T00:00:00Z",
        "2027-01-01T00:00:00",
        "2027-01-01",
        datetime(2027, 1, 1),  # noqa: DTZ001 - that it names no zone is the point.
        datetime(2027, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, 13, tzinfo=timezone(timedelta(hours=13))),
    ],
)
def test_it_goes_to_any_moment(emulator: Sandbox, at: datetime | str) -> None:
    assert emulator.clock.set(at) == emulator.clock.now() == datetime(2027, 1, 1, tzinfo=UTC)


def test_it_is_moved_on_and_back(emulator: Sandbox) -> None:
    clock = emulator.clock

    assert clock.advance(90) == NOW + timedelta(seconds=90)
    assert clock.advance(0.5, minutes=1, hours=1, days=1) == NOW + timedelta(1, 90 + 60 + 3600 + 0.5)
    assert clock.advance(days=-1) < clock.advance(days=1)
    with pytest.raises(EmulatorError, match="cannot be set that far"):
        clock.advance(days=10_000_000)


def test_it_goes_on_from_where_it_stood_and_can_be_stopped_again(emulator: Sandbox) -> None:
    clock = emulator.clock

    assert clock.resume() >= NOW
    stopped = clock.freeze()

    assert clock.now() == stopped >= NOW


def test_what_is_no_moment_is_told_of(emulator: Sandbox) -> None:
    with pytest.raises(EmulatorError, match="now is a moment"):
        emulator.clock.set("noon")


def test_documents_and_exchanges_have_the_time_of_the_clock(emulator: Sandbox) -> None:
    emulator.clock.set("2027-01-01")

    with emulator.xero.client() as http:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=PDF).raise_for_status()
        (record,) = http.get("/Invoices/INV-0002/History").json()["HistoryRecords"]

    assert record["DateUTCString"] == "2027-01-01T00:00:00"
    assert emulator.journal.har()["log"]["entries"][0]["startedDateTime"] == "2027-01-01T00:00:00+00:00"
