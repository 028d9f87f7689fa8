"""What the vendors' SDKs make of each fault, as `docs/recipes/sdks.md` has it: each test is a row of its tables.

A row that is no longer true fails with the one to put in its place.
"""

import hashlib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import codat_accounting.utils.retries as codat_retries
import httpx
import pytest
import urllib3.util.retry as urllib3_retry
from codat_accounting import CodatAccounting
from codat_accounting.models import errors, shared
from urllib3.exceptions import MaxRetryError, ProtocolError, ReadTimeoutError
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import HTTPStatusException, RateLimitException

from emulator.testing import File, Sandbox
from tests.conftest import ROOT
from tests.examples.recipes.codat_accounting_retries import RETRIES
from tests.examples.recipes.xero_python_retries import without_retries

PAGE = (ROOT / "docs/recipes/sdks.md").read_text("utf-8")
PDF = b"%PDF-1.7" + bytes(20_000)
# What a caller has to catch. Whether a reset is a ReadError or a RemoteProtocolError is a matter of moments.
KINDS = (
    MaxRetryError,
    ReadTimeoutError,
    ProtocolError,
    RateLimitException,
    HTTPStatusException,
    httpx.TimeoutException,
    httpx.TransportError,
    errors.ErrorMessage,
    errors.SDKError,
    ValueError,
)


UPLOADS: dict[str, dict[str, Any]] = {
    "status(401)": {"kind": "status", "status": 401},
    "status(429)": {"kind": "status", "status": 429},
    "status(500)": {"kind": "status", "status": 500},
    "status(503)": {"kind": "status", "status": 503},
    "status(503, retry_after=5)": {"kind": "status", "status": 503, "retry_after": 5},
    "early_refusal()": {"kind": "early-refusal"},
    'reset("before")': {"kind": "reset", "when": "before"},
    'reset("during")': {"kind": "reset", "when": "during"},
    'reset("after")': {"kind": "reset", "when": "after"},
    "empty_reply()": {"kind": "empty-reply"},
    "lost_answer()": {"kind": "lost-answer"},
    "delay()": {"kind": "delay", "seconds": 0.02},
    'stall("up")': {"kind": "stall", "direction": "up", "seconds": 0.02},
    'stall("down")': {"kind": "stall", "direction": "down", "seconds": 0.02},
    'slow(direction="up")': {"kind": "slow", "direction": "up", "bytes_per_second": 1_000_000},
    'slow(direction="down")': {"kind": "slow", "direction": "down", "bytes_per_second": 50_000},
    "truncated()": {"kind": "truncated"},
    'corrupted("up")': {"kind": "corrupted", "direction": "up"},
    'corrupted("down", after_bytes=0)': {"kind": "corrupted", "direction": "down", "after_bytes": 0},
    "malformed_chunk()": {"kind": "malformed-chunk"},
}
ENDLESS = (
    "status(429)",
    "status(500)",
    "status(503)",
    "status(503, retry_after=5)",
    'reset("during")',
    "lost_answer()",
)
# Later than the client waits.
LATE: dict[str, dict[str, Any]] = {
    "delay()": {"kind": "delay", "seconds": 1.0},
    'stall("up")': {"kind": "stall", "direction": "up"},
    'stall("down")': {"kind": "stall", "direction": "down"},
}
PATIENCE = 0.15
DOWNLOADS: dict[str, dict[str, Any]] = {
    "status(503)": UPLOADS["status(503)"],
    'reset("before")': UPLOADS['reset("before")'],
    'stall("down")': UPLOADS['stall("down")'],
    'slow(direction="down")': {"kind": "slow", "direction": "down", "bytes_per_second": 1_000_000},
    "truncated()": UPLOADS["truncated()"],
    'corrupted("down")': {"kind": "corrupted", "direction": "down"},
    "malformed_chunk()": UPLOADS["malformed_chunk()"],
}


class Time:
    """An SDK's clock, which moves when the SDK sleeps."""

    def __init__(self) -> None:
        self.slept = 0.0

    def time(self) -> float:
        return self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    recorded = Time()
    monkeypatch.setattr(urllib3_retry, "time", recorded)
    monkeypatch.setattr(codat_retries, "time", recorded)
    # What Codat's adds to each wait: anything up to a second.
    monkeypatch.setattr(codat_retries, "random", SimpleNamespace(uniform=lambda low, high: (low + high) / 2))
    return recorded


@pytest.fixture
def client() -> Iterator[ApiClient]:
    token: dict[str, Any] = {"access_token": "any", "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(client_id="id", client_secret="secret")
    client = ApiClient(configuration, oauth2_token_getter=lambda: token, oauth2_token_saver=token.update)
    yield client
    client.rest_client.pool_manager.clear()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as client:
        yield client


class Sdks:
    """Both, pointed at a sandbox, with an invoice each."""

    def __init__(self, box: Sandbox, clock: Time, client: ApiClient, http: httpx.Client) -> None:
        self.box, self.clock = box, clock
        self.xero = AccountingApi(client, base_url=box.xero.base_url)
        security = shared.Security(auth_header=box.codat.headers["Authorization"])
        # The SDK would make an asynchronous client of its own, which takes longer than a test.
        self.codat: Any = CodatAccounting(
            security, server_url=box.codat.base_url, client=http, async_client=box.codat.async_client()
        ).invoices
        self._company = box.codat.company()
        self.renew()

    def renew(self) -> None:
        """Go on with invoices that have no files."""
        self._xero_invoice = self.box.xero.invoice().id
        self._codat_invoice = self.box.codat.record("invoices", self._company).id

    @property
    def at_xero(self) -> tuple[str, str, str]:
        return self.box.xero.tenant_id, self._xero_invoice, "a.pdf"

    @property
    def at_codat(self) -> dict[str, str]:
        ids = {"company_id": self._company.owner, "connection_id": self._company.id}
        return {**ids, "invoice_id": self._codat_invoice}

    @property
    def files(self) -> list[File]:
        places = {f"Invoices/{self._xero_invoice}", f"invoices/{self._codat_invoice}"}
        return [file for file in self.box.files.find() if places.intersection(file.documents)]


@pytest.fixture
def sdks(emulator: Sandbox, clock: Time, client: ApiClient, http: httpx.Client) -> Sdks:
    return Sdks(emulator, clock, client, http)


def create(sdks: Sdks, **more: Any) -> None:
    sdks.xero.create_invoice_attachment_by_file_name(*sdks.at_xero, PDF, **more)


def update(sdks: Sdks, **more: Any) -> None:
    sdks.xero.update_invoice_attachment_by_file_name(*sdks.at_xero, PDF, **more)


def upload(sdks: Sdks, **more: Any) -> None:
    file = {"content": PDF, "file_name": "a.pdf"}
    sdks.codat.upload_attachment(request={**sdks.at_codat, "attachment_upload": {"file": file}}, **more)


def read(sdks: Sdks) -> bytes:
    path = Path(sdks.xero.get_invoice_attachment_by_file_name(*sdks.at_xero, "application/pdf"))
    data = path.read_bytes()
    path.unlink()
    return data


def download(sdks: Sdks) -> bytes:
    (listed,) = sdks.codat.list_attachments(request=sdks.at_codat).attachments
    data: bytes = sdks.codat.download_attachment(request={**sdks.at_codat, "attachment_id": listed.id}).read()
    return data


def outcome(call: Callable[[], object]) -> str:
    """What a caller gets: nothing to worry about, or an exception."""
    try:
        call()
    except KINDS as error:
        return next(f"`{kind.__name__}`" for kind in KINDS if isinstance(error, kind))
    return "returns"


def seen(sdks: Sdks, requests: int) -> str:
    slept, sdks.clock.slept = sdks.clock.slept, 0
    waited = f", slept {slept:.0f} s" if slept else ""
    return f"{requests} request{'s' * (requests != 1)}{waited}"


def met_by_upload(sdks: Sdks, call: Callable[..., None], fault: dict[str, Any], **more: Any) -> str:
    """A cell of a table: what comes of an upload that triggers a fault."""
    sdks.renew()
    sdks.box.journal.clear()
    armed = sdks.box.faults.arm(**fault)
    result = outcome(lambda: call(sdks, **more))
    armed.assert_triggered()
    armed.disarm()
    damaged = "damaged " * any(file.sha256 != hashlib.sha256(PDF).hexdigest() for file in sdks.files)
    count = len(sdks.files)
    files = f"{count or 'no'} {damaged}file{'s' * (count > 1)}"
    return f"{result}; {seen(sdks, len(sdks.box.journal))}; {files}"


def met_by_download(sdks: Sdks, call: Callable[[Sdks], bytes], fault: dict[str, Any]) -> str:
    sdks.box.journal.clear()
    path = "a.pdf" if call is read else "download"
    armed = sdks.box.faults.arm(**fault, path=path)
    received: list[bytes] = []
    result = outcome(lambda: received.append(call(sdks)))
    armed.assert_triggered()
    armed.disarm()
    damaged = ", damaged bytes" * any(data != PDF for data in received)
    return f"{result}{damaged}; {seen(sdks, len(sdks.box.journal.find(path=path)))}"


def rows(table: str) -> list[str]:
    """What stands in a table of the page, by its heading."""
    section = re.search(rf"^## {re.escape(table)}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert section, f"the page has no heading {table!r}"
    # Without the head of the table.
    return re.findall(r"^\|.*$", section[1], re.MULTILINE)[2:]


def check(table: str, fault: str, cells: Sequence[str]) -> None:
    row = f"| {' | '.join([f'`{fault}`', *cells])} |"
    assert row in rows(table)


ONCE, ALWAYS = "One fault during an upload", "A fault on every request"
TOO_LATE, DOWN = "With a timeout", "Downloads"


@pytest.mark.parametrize("fault", UPLOADS)
def test_an_upload_triggers_a_fault_once(sdks: Sdks, fault: str) -> None:
    check(ONCE, fault, [met_by_upload(sdks, call, UPLOADS[fault]) for call in (create, update, upload)])


@pytest.mark.parametrize("fault", ENDLESS)
def test_an_upload_triggers_a_fault_each_time(sdks: Sdks, fault: str) -> None:
    endless = {**UPLOADS[fault], "times": 0}
    check(ALWAYS, fault, [met_by_upload(sdks, call, endless) for call in (create, update, upload)])


@pytest.mark.parametrize("fault", LATE)
def test_an_answer_comes_too_late(sdks: Sdks, fault: str) -> None:
    late, seconds = LATE[fault], (5, PATIENCE)
    of_xero = [met_by_upload(sdks, call, late, _request_timeout=seconds) for call in (create, update)]
    check(TOO_LATE, fault, [*of_xero, met_by_upload(sdks, upload, late, timeout_ms=int(PATIENCE * 1000))])


@pytest.mark.parametrize("fault", DOWNLOADS)
def test_a_download_triggers_a_fault(sdks: Sdks, fault: str) -> None:
    create(sdks)
    upload(sdks)
    check(DOWN, fault, [met_by_download(sdks, call, DOWNLOADS[fault]) for call in (read, download)])


@pytest.mark.parametrize(("table", "faults"), [(ONCE, UPLOADS), (ALWAYS, ENDLESS), (TOO_LATE, LATE), (DOWN, DOWNLOADS)])
def test_the_tables_have_these_rows_and_no_others(table: str, faults: Sequence[str]) -> None:
    assert [row.split("`")[1] for row in rows(table)] == list(faults)


def test_xeros_sdk_overlooks_a_timeout_that_is_no_pair_and_no_whole_number(sdks: Sdks) -> None:
    late: dict[str, Any] = {"kind": "delay", "seconds": 0.1}

    assert met_by_upload(sdks, create, late, _request_timeout=0.01) == "returns; 1 request; 1 file"


def test_xeros_sdk_keeps_the_first_client_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Configuration, "_default", None)

    Configuration(oauth2_token=OAuth2Token(client_id="first"))

    assert Configuration(oauth2_token=OAuth2Token(client_id="second")).oauth2_token.client_id == "first"


@pytest.mark.parametrize(
    ("fault", "cell"),
    [
        ("status(429)", "`RateLimitException`; 1 request; no file"),
        ("lost_answer()", "`MaxRetryError`; 1 request; 1 file"),
    ],
)
def test_xeros_sdk_can_be_kept_from_trying_again(sdks: Sdks, client: ApiClient, fault: str, cell: str) -> None:
    without_retries(client)

    assert met_by_upload(sdks, create, UPLOADS[fault]) == cell


@pytest.mark.parametrize(
    ("fault", "cell"),
    [
        (UPLOADS["status(503)"], "`ErrorMessage`; 7 requests, slept 13 s; no file"),
        (LATE["delay()"], "`TimeoutException`; 1 request; 1 file"),
    ],
)
def test_codats_sdk_can_be_kept_from_trying_for_an_hour(sdks: Sdks, fault: dict[str, Any], cell: str) -> None:
    endless = {**fault, "times": 0}

    assert met_by_upload(sdks, upload, endless, retries=RETRIES, timeout_ms=int(PATIENCE * 1000)) == cell
