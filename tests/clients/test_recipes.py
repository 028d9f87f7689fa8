"""The programs of docs/recipes, as they stand on the pages, meet the fault that their page arms, on a live server."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

import pytest

from emulator.testing import Sandbox
from emulator.types import VendorName
from tests.clients.environments import WANTED
from tests.clients.reader import RUNTIMES, Reader
from tests.examples.recipes.test_token_expiry import sign_in
from tests.recipe_pages import Block, blocks

pytestmark = pytest.mark.skipif(
    not WANTED, reason="each test starts a program or two; set EMULATOR_TEST_CLIENTS=1 to run it"
)

# Every program of a recipe uploads this, or these.
PDF = b"%PDF-1.7 a receipt"
RECEIPTS = {f"receipt-{number}.pdf": f"%PDF-1.7 receipt {number}".encode() for number in range(1, 15)}


def programs(page: str, stem: str = "", languages: Iterable[str] = RUNTIMES) -> pytest.MarkDecorator:
    """A test for each program of a page in these languages: those of the recipe, or those with this name."""
    stem = stem or page.replace("-", "_")
    matching = [block for block in blocks(page) if block.path.stem == stem and block.language in languages]
    return pytest.mark.parametrize("program", matching, ids=[block.path.name for block in matching])


@pytest.fixture
def emulator(reader: Reader) -> Sandbox:
    return reader.emulator


# --- Respect Retry-After ----------------------------------------------------------------------------------------------


@programs("retry-after")
def test_an_upload_waits_as_long_as_it_is_told(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("retry-after")

    ended = reader.run(program)

    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt.pdf\n"), ended.stderr
    entries = emulator.journal.har()["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [429, 429, 200]
    times = [datetime.fromisoformat(entry["startedDateTime"]) for entry in entries]
    # Timers of Node.js may end a millisecond early.
    assert all((later - earlier).total_seconds() >= 0.99 for earlier, later in pairwise(times))
    emulator.xero.assert_attached("Invoices", "INV-0002", "receipt.pdf", content=PDF, times=1)


@programs("retry-after")
def test_an_upload_does_not_wait_for_a_day(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.status(429, vendor="xero", retry_after=86_400)

    ended = reader.run(program)

    assert ended.returncode != 0
    assert "429" in ended.stderr or "Retry-After" in ended.stderr
    emulator.journal.assert_called(times=1, method="PUT")


@programs("retry-after", "test_rate_limit")
def test_the_test_passes_beside_the_program(reader: Reader, program: Block) -> None:
    (beside,) = (block for block in blocks("retry-after") if block.path.name == "retry_after.py")
    reader.save(beside, beside.text)
    reader.save(program, program.text)
    pytest_command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", program.path.name]

    ended = subprocess.run(pytest_command, cwd=reader.folder, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 0, ended.stdout
    assert "1 passed" in ended.stdout


# --- Retry safely -----------------------------------------------------------------------------------------------------


@programs("retry-safely")
def test_an_upload_whose_answer_is_lost_is_stored_once(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("retry-safely")

    ended = reader.run(program)

    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt.pdf\n"), ended.stderr
    uploads = emulator.journal.assert_called(times=2, vendor="codat", method="POST")
    assert uploads[0].fault == "lost-answer"
    emulator.codat.assert_attached("invoices", "inv-2", "receipt.pdf", content=PDF, times=1)


@programs("retry-safely")
def test_two_runs_are_two_uploads(emulator: Sandbox, reader: Reader, program: Block) -> None:
    for _ in range(2):
        assert reader.run(program).returncode == 0

    emulator.codat.assert_attached("invoices", "inv-2", "receipt.pdf", content=PDF, times=2)


@programs("retry-safely")
def test_an_upload_that_never_arrives_is_given_up(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.empty_reply(vendor="codat", times=0)

    ended = reader.run(program)

    assert (ended.returncode != 0, ended.stdout) == (True, "")
    emulator.journal.assert_called(times=3, vendor="codat", method="POST")


@programs("retry-safely")
def test_an_upload_that_is_refused_is_not_sent_again(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.status(403, vendor="codat")

    ended = reader.run(program)

    assert ended.returncode != 0
    assert "403" in ended.stderr
    emulator.journal.assert_called(times=1, vendor="codat", method="POST")


@programs("retry-safely", "codat_accounting_key")
def test_codats_sdk_sends_the_key(emulator: Sandbox, reader: Reader, program: Block) -> None:
    late = emulator.faults.delay(3, vendor="codat")

    ended = reader.run(program, change=("timeout_ms: int = 30_000", "timeout_ms: int = 1_000"))

    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt.pdf\n"), ended.stderr
    late.assert_triggered()
    emulator.codat.assert_attached("bills", "bill-1", "receipt.pdf", content=PDF, times=1)


# --- Set timeouts -----------------------------------------------------------------------------------------------------

PAUSES = {
    "python": ("read=60", "read=2"),
    "js": ("pause = 60_000", "pause = 2_000"),
    "ruby": ("read_timeout: 60", "read_timeout: 2"),
    "sh": ("--speed-time 60", "--speed-time 2"),
}
TOTALS = {
    "python": ("TOTAL = 300", "TOTAL = 3"),
    "js": ("total = 300_000", "total = 3_000"),
    "ruby": ("TOTAL = 300", "TOTAL = 3"),
    "sh": ("--max-time 300", "--max-time 3"),
}


@programs("timeouts")
def test_a_download_in_time_is_stored(reader: Reader, program: Block) -> None:
    ended = reader.run(program)

    assert ended.returncode == 0, ended.stderr
    assert (reader.folder / ended.stdout.removeprefix("downloaded ").strip()).read_bytes() == PDF


@programs("timeouts")
def test_a_download_that_stalls_is_given_up(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("timeouts")

    ended = reader.run(program, change=PAUSES[program.language])

    words = {"python": "httpx.ReadTimeout", "js": "nothing came for 2000 ms", "ruby": "Net::ReadTimeout", "sh": "(28)"}
    assert ended.returncode != 0
    assert words[program.language] in ended.stderr
    emulator.journal.assert_called(times=1, method="GET", fault="stall")


@programs("timeouts")
def test_a_slow_download_without_pauses_is_not_given_up(emulator: Sandbox, reader: Reader, program: Block) -> None:
    # It takes longer than a pause may.
    slow = emulator.faults.slow(5, method="GET")

    ended = reader.run(program, change=PAUSES[program.language])

    assert ended.returncode == 0, ended.stderr
    slow.assert_triggered()


@programs("timeouts")
def test_a_download_that_trickles_is_given_up(emulator: Sandbox, reader: Reader, program: Block) -> None:
    # Of more bytes than there are seconds.
    slow = emulator.faults.slow(2, method="GET")

    ended = reader.run(program, change=TOTALS[program.language])

    words = {"python": "TooSlowError", "js": "TimeoutError", "ruby": "too slow", "sh": "(28)"}
    assert ended.returncode != 0
    assert words[program.language] in ended.stderr
    slow.assert_triggered()


# --- Resume -----------------------------------------------------------------------------------------------------------

BATCH = dict(list(RECEIPTS.items())[:4])
PLACES = {"codat": ("invoices", "inv-2"), "dualentry": ("invoices", "1001"), "xero": ("Invoices", "INV-0002")}


@programs("resume", languages=["python", "js", "ruby"])
def test_a_batch_goes_on_where_its_page_has_it_break_off(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("resume")

    check_that_it_goes_on(emulator, reader, program, "codat")


@pytest.mark.parametrize("vendor", ["dualentry", "xero"])
@programs("resume", languages=["python", "js", "ruby"])
def test_a_batch_goes_on_at_other_vendors(
    emulator: Sandbox, reader: Reader, program: Block, vendor: VendorName
) -> None:
    emulator.faults.lost_answer(vendor=vendor, method="PUT" if vendor == "xero" else "POST", skip=2)

    check_that_it_goes_on(emulator, reader, program, vendor)


@programs("resume", languages=["sh"])
def test_a_batch_goes_on_with_curl(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.lost_answer(vendor="xero", method="PUT", skip=2)

    check_that_it_goes_on(emulator, reader, program, "xero")


def check_that_it_goes_on(emulator: Sandbox, reader: Reader, program: Block, vendor: VendorName) -> None:
    """Run a program twice. Its third upload loses its answer."""
    arguments = () if program.language == "sh" or vendor == "codat" else (vendor,)

    broken = reader.run(program, *arguments)
    ended = reader.run(program, *arguments)

    assert (broken.returncode != 0, broken.stdout) == (True, "uploaded receipt-1.pdf\nuploaded receipt-2.pdf\n")
    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt-4.pdf\n"), ended.stderr
    for name, data in BATCH.items():
        getattr(emulator, vendor).assert_attached(*PLACES[vendor], name, content=data, times=1)


@programs("resume")
def test_a_file_of_the_same_name_and_size_is_told_from_another(
    emulator: Sandbox, reader: Reader, program: Block
) -> None:
    with emulator.xero.client(headers={"xero-tenant-id": "demo"}) as http:
        http.put("/Invoices/INV-0002/Attachments/receipt-2.pdf", content=b"%PDF-1.7 receipt 9").raise_for_status()

    ended = reader.run(program, *(() if program.language == "sh" else ("xero",)))

    assert ended.stdout == "".join(f"uploaded {name}\n" for name in BATCH), ended.stderr
    for name, data in BATCH.items():
        emulator.xero.assert_attached("Invoices", "INV-0002", name, content=data, times=1)


# --- Check what arrived -----------------------------------------------------------------------------------------------


@programs("check-what-arrived")
def test_a_file_that_is_damaged_on_the_way_is_sent_again(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("check-what-arrived")

    ended = reader.run(program)

    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt.pdf\n"), ended.stderr
    emulator.journal.assert_called(times=1, method="PUT", fault="corrupted")
    emulator.journal.assert_called(times=2, method="PUT")
    emulator.xero.assert_attached("Invoices", "INV-0002", "receipt.pdf", content=PDF, times=1)


@programs("check-what-arrived")
def test_a_file_that_is_damaged_each_time_is_reported(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.corrupted("up", method="PUT", times=0)

    ended = reader.run(program)

    assert (ended.returncode != 0, ended.stdout) == (True, "")
    assert "DamagedError" in ended.stderr or "The stored bytes differ from those that were sent" in ended.stderr
    emulator.journal.assert_called(times=2, method="PUT")


# --- Refresh an expired token -----------------------------------------------------------------------------------------

THREE = "uploaded a.pdf\nuploaded b.pdf\nuploaded c.pdf\n"


@programs("token-expiry")
def test_an_expired_token_is_refreshed(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("token-expiry")

    ended = reader.run(program)

    assert (ended.returncode, ended.stdout) == (0, THREE), ended.stderr
    emulator.journal.assert_called(times=1, rule="xero.token-expired")
    emulator.journal.assert_called(times=1, path="/connect/token", status=200)
    emulator.xero.assert_attached("Invoices", "INV-0002", content=PDF, times=3)


@programs("token-expiry")
def test_a_refreshed_token_is_saved(emulator: Sandbox, reader: Reader, program: Block) -> None:
    # A refresh token that was used is refused.
    emulator.configure(auth="strict")
    (reader.folder / "token.json").write_text(json.dumps(sign_in(emulator)))
    tenant = ('"demo"', f'"{emulator.xero.tenant_id}"')
    if program.language == "sh":
        tenant = ("xero-tenant-id: demo", f"xero-tenant-id: {emulator.xero.tenant_id}")

    for _ in range(3):
        emulator.xero.expire_tokens()
        ended = reader.run(program, change=tenant)
        assert (ended.returncode, ended.stdout) == (0, THREE), ended.stderr

    emulator.journal.assert_called(times=3, rule="xero.token-expired")
    emulator.xero.assert_attached("Invoices", "INV-0002", content=PDF, times=3)


@programs("token-expiry")
def test_a_token_that_was_revoked_ends_the_program(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("token-expiry")
    emulator.xero.revoke_tokens()

    ended = reader.run(program)

    assert (ended.returncode != 0, ended.stdout) == (True, "")
    emulator.journal.assert_called(times=1, method="PUT")
    assert json.loads((reader.folder / "token.json").read_text())["refresh_token"] == "anything"


@programs("token-expiry", "xero_python_refresh")
def test_xeros_sdk_refreshes_its_token(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.arm("token-expiry")

    for _ in range(2):
        ended = reader.run(program)
        assert (ended.returncode, ended.stdout) == (0, THREE), ended.stderr
        emulator.xero.expire_tokens()

    emulator.journal.assert_called(times=2, rule="xero.token-expired")
    emulator.xero.assert_attached("Invoices", "INV-0002", content=PDF, times=3)


# --- Stay under ten attachments ---------------------------------------------------------------------------------------


@programs("ten-attachments")
def test_what_has_no_room_goes_into_an_archive(emulator: Sandbox, reader: Reader, program: Block) -> None:
    with emulator.xero.client(headers={"xero-tenant-id": "demo"}) as http:
        for name in ("receipt-3.pdf", "more-1.zip"):
            http.put(f"/Invoices/INV-0002/Attachments/{name}", content=b"PK an old one").raise_for_status()

    ended = reader.run(program)

    assert ended.returncode == 0, ended.stderr
    emulator.journal.assert_not_called(status="4xx")
    emulator.xero.assert_attached("Invoices", "INV-0002", times=10)
    # Two were there: the third receipt, which is overwritten, and another archive.
    apart = ["receipt-3.pdf", *(name for name in RECEIPTS if name != "receipt-3.pdf")][:8]
    for name in apart:
        emulator.xero.assert_attached("Invoices", "INV-0002", name, content=RECEIPTS[name])
    (more,) = emulator.xero.assert_attached("Invoices", "INV-0002", "more-2.zip")
    archive = zipfile.ZipFile(io.BytesIO(emulator.files.read(str(more.sha256))))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {
        name: data for name, data in RECEIPTS.items() if name not in apart
    }


@programs("ten-attachments")
def test_nothing_is_sent_to_a_full_document(emulator: Sandbox, reader: Reader, program: Block) -> None:
    reader.run(program)
    before = len(emulator.journal)

    ended = reader.run(program)

    assert (ended.returncode != 0, ended.stdout) == (True, "")
    assert "room for" in ended.stderr
    emulator.journal.assert_not_called(method="PUT", after=before)


# --- How the SDKs retry -----------------------------------------------------------------------------------------------


@programs("sdks", "xero_python_retries")
def test_xeros_sdk_sends_once(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.lost_answer(vendor="xero")

    broken, ended = reader.run(program), reader.run(program)

    assert (broken.returncode != 0, ended.returncode, ended.stdout) == (True, 0, "uploaded receipt.pdf\n"), ended.stderr
    emulator.journal.assert_called(times=2, method="PUT")
    emulator.xero.assert_attached("Invoices", "INV-0002", "receipt.pdf", content=PDF, times=1)


@programs("sdks", "codat_accounting_retries")
def test_codats_sdk_sends_again(emulator: Sandbox, reader: Reader, program: Block) -> None:
    emulator.faults.status(503, vendor="codat")

    ended = reader.run(program)

    assert (ended.returncode, ended.stdout) == (0, "uploaded receipt.pdf\n"), ended.stderr
    emulator.journal.assert_called(times=2, vendor="codat", method="POST")
    emulator.codat.assert_attached("bills", "bill-1", "receipt.pdf", content=PDF, times=1)
