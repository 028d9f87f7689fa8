"""Without timeouts a client waits as long as the server does; limits on each step and on the total prevent that."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.testing import Sandbox
from tests.examples.recipes.timeouts import LIMITS, TooSlowError, download

PDF = b"%PDF-1.7"
URL = "/Invoices/INV-0002/Attachments/a.pdf"

SHORT = httpx.Timeout(0.1, connect=5)


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        ({"kind": "delay", "seconds": 0.2}, True),
        ({"kind": "stall", "direction": "down"}, True),
        ({"kind": "stall", "direction": "up"}, False),
    ],
)
def test_an_answer_that_does_not_come_is_a_read_timeout(
    emulator: Sandbox, fault: dict[str, Any], arrives: bool
) -> None:
    emulator.faults.arm(**fault)

    with emulator.xero.client(timeout=SHORT) as http, pytest.raises(httpx.ReadTimeout):
        http.put(URL, content=PDF)

    emulator.journal.wait_for(method="PUT")
    # The exception does not say which of the two it was.
    emulator.xero.assert_attached("Invoices", "INV-0002", times=int(arrives))


def test_an_upload_that_nobody_takes_is_a_write_timeout(emulator: Sandbox) -> None:
    emulator.faults.stall("up", after_bytes=0)

    with emulator.xero.client(timeout=SHORT) as http, pytest.raises(httpx.WriteTimeout):
        # More than the buffers on the way hold.
        http.put(URL, content=bytes(32 * 1024 * 1024))


def test_no_read_timeout_meets_a_download_that_is_merely_slow(emulator: Sandbox, tmp_path: Path) -> None:
    with emulator.xero.client(timeout=SHORT) as http:
        http.put(URL, content=PDF + bytes(100_000))
        slow = emulator.faults.slow(10_000, method="GET")
        with pytest.raises(TooSlowError):
            download(http, URL, tmp_path / "a.pdf", 0.15)

    slow.assert_triggered()


def test_what_comes_in_time_is_stored(emulator: Sandbox, tmp_path: Path) -> None:
    with emulator.xero.client(timeout=LIMITS) as http:
        http.put(URL, content=PDF)
        download(http, URL, tmp_path / "a.pdf", 30)

    assert (tmp_path / "a.pdf").read_bytes() == PDF
