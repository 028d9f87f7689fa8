"""What faults do, where the client calls the application; on sockets in tests/test_faults.py."""

import asyncio
import hashlib
import re
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.faults import connection
from emulator.core.faults.connection import ConnectionAbortedInProcess
from emulator.core.faults.fault import KINDS, WEBHOOK_KINDS, Fault
from emulator.core.journal import Exchange
from emulator.core.vendor import Vendor
from emulator.vendors import VENDORS
from tests.asgi import Answer, Client, scope_of
from tests.control.conftest import Control
from tests.vendor_clients import SEED, VENDOR_NAMES, attach, client_of, request_of
from tests.vendors.vrplatform.conftest import FILES

CONTENT = bytes(range(256)) * 8
FILE = f"/Invoices/{SEED['xero']['id']}/Attachments/a.pdf"
# Every way in which a request can go wrong: with the exception that httpx gives, if any, and whether it is carried out.
WAYS: tuple[tuple[dict[str, Any], type[Exception] | None, bool], ...] = (
    ({"kind": "status", "status": 503}, None, False),
    ({"kind": "early-refusal", "status": 413}, None, False),
    ({"kind": "reset", "when": "before"}, httpx.ReadError, False),
    ({"kind": "reset", "when": "during"}, httpx.ReadError, False),
    ({"kind": "reset", "when": "after"}, httpx.ReadError, False),
    ({"kind": "empty-reply"}, httpx.RemoteProtocolError, False),
    ({"kind": "stall", "direction": "up", "seconds": 60}, httpx.ReadTimeout, False),
    ({"kind": "lost-answer"}, httpx.ReadError, True),
    ({"kind": "delay", "seconds": 0.001}, None, True),
    ({"kind": "truncated"}, httpx.RemoteProtocolError, True),
    ({"kind": "stall", "direction": "down", "seconds": 60}, httpx.ReadTimeout, True),
    ({"kind": "slow", "direction": "up", "bytes_per_second": 10**9}, None, True),
    ({"kind": "slow", "direction": "down", "bytes_per_second": 10**9}, None, True),
    ({"kind": "corrupted", "direction": "down"}, None, True),
    ({"kind": "malformed-chunk"}, httpx.RemoteProtocolError, True),
)
IDS = ["-".join(str(value) for value in way.values() if isinstance(value, str)) for way, _, _ in WAYS]
every_way = pytest.mark.parametrize(("way", "error", "carried_out"), WAYS, ids=IDS)


@pytest.fixture
def app() -> EmulatorApp:
    return create_app()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long (seconds) faults would have waited; they do not."""
    waited: list[float] = []

    async def note(_: object, seconds: float) -> bool:
        waited.append(seconds)
        return False

    monkeypatch.setattr(connection._InProcessConnection, "ends_within", note)
    return waited


def arm(app: EmulatorApp, **fields: Any) -> Fault:
    return app.registry.sandbox("default").faults.arm(Fault(**fields))


def upload(app: EmulatorApp, vendor: str, content: bytes = CONTENT, **headers: str | None) -> Answer:
    method, target, body, fields = request_of(vendor, SEED[vendor], content)
    return client_of(app, vendor).request(
        method, target, body, {**fields, **{name.replace("_", "-"): value for name, value in headers.items()}}
    )


def held(app: EmulatorApp, content: bytes = CONTENT) -> list[str]:
    """The names under which there are these bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    return [file["name"] for file in Control(app).files() if file["sha256"] == sha256]


def last(app: EmulatorApp) -> Exchange:
    return list(app.registry.sandbox("default").journal)[-1]


def test_every_kind_is_tried_here() -> None:
    assert {way["kind"] for way, _, _ in WAYS} == set(KINDS) - WEBHOOK_KINDS


# --- What is carried out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
@every_way
def test_an_upload_is_carried_out_or_not_as_the_fault_has_it_and_no_byte_more_is_kept(
    app: EmulatorApp, vendor: str, way: dict[str, Any], error: type[Exception] | None, carried_out: bool
) -> None:
    def seen() -> list[Any]:
        return [Control(app).read(f"{page}?vendor={vendor}") for page in ("/files", "/documents")]

    before = seen()
    fault = arm(app, vendor=vendor, **way)

    if error:
        with pytest.raises(error):
            upload(app, vendor)
    else:
        assert upload(app, vendor).headers["emulator-fault"] == fault.kind

    assert held(app) == ["a.pdf"] * carried_out
    assert (seen() == before) is not carried_out
    assert app.registry.store.used_bytes == len(CONTENT) * carried_out
    exchange = last(app)
    cut = error is not None or fault.kind == "early-refusal"
    assert (exchange.fault, exchange.outcome, exchange.rules) == (fault.kind, "cut" if cut else "answered", ())
    assert exchange.operation is not None
    assert (fault.matched, fault.triggered) == (1, 1)


@every_way
def test_the_request_after_a_fault_is_as_ever(
    app: EmulatorApp, way: dict[str, Any], error: type[Exception] | None, carried_out: bool
) -> None:
    arm(app, **way)
    try:
        upload(app, "xero")
    except httpx.HTTPError:
        assert error

    assert attach(client_of(app, "xero"), "xero", content=CONTENT).headers.get("emulator-fault") is None
    assert client_of(app, "xero", xero_tenant_id=SEED["xero"]["owner"]).get(FILE).body == CONTENT
    assert app.registry.store.used_bytes == len(CONTENT)


@pytest.mark.parametrize(("vendor", "key", "files"), [
    ("xero", None, 1),
    ("xero", "k", 1),
    ("codat", None, 2),
    ("codat", "k", 1),
    ("dualentry", None, 2),
    ("dualentry", "k", 1),
    ("vrplatform", None, 2),
    ("vrplatform", "k", 2),
])  # fmt: skip
def test_the_naive_retry_after_a_lost_answer_leaves_what_it_leaves_at_the_vendor(
    app: EmulatorApp, vendor: str, key: str | None, files: int
) -> None:
    arm(app, kind="lost-answer")

    with pytest.raises(httpx.ReadError):
        upload(app, vendor, idempotency_key=key)
    assert upload(app, vendor, idempotency_key=key).status == 200

    assert held(app) == ["a.pdf"] * files
    assert app.registry.store.used_bytes == len(CONTENT)


def test_a_lost_answer_is_in_the_journal_with_the_status_that_nobody_saw(app: EmulatorApp) -> None:
    arm(app, kind="lost-answer", times=2)
    for name in ("a.pdf", "a.exe"):
        with pytest.raises(httpx.ReadError):
            client_of(app, "xero").put(f"/Invoices/{SEED['xero']['id']}/Attachments/{name}", b"bytes")

    assert [(exchange.status, exchange.outcome) for exchange in app.registry.sandbox("default").journal] == [
        (200, "cut"),
        (400, "cut"),
    ]


def test_a_refusal_under_a_fault_that_carries_out_is_the_vendors_own(app: EmulatorApp) -> None:
    arm(app, kind="delay", seconds=0)

    refused = client_of(app, "xero").put(f"/Invoices/{SEED['xero']['id']}/Attachments/a.exe", b"MZ")

    assert (refused.status, refused.rule, refused.headers["emulator-fault"]) == (400, "xero.file-type", "delay")


# --- The vendors' words -----------------------------------------------------------------------------------------------

FAILURES = [
    pytest.param(vendor, status, kind, id=f"{vendor.name}-{status}-{kind}")
    for vendor in VENDORS.values()
    for status in vendor.fault_responses
    for kind in ("status", "early-refusal")
]


@pytest.mark.parametrize(("vendor", "status", "kind"), FAILURES)
def test_an_ordered_status_has_the_vendors_form_and_no_rule(vendor: Vendor, status: int, kind: str) -> None:
    app = create_app(hide_emulator_headers=False)
    arm(app, kind=kind, status=status, vendor=vendor.name)

    answer = upload(app, vendor.name)

    assert answer.status == status
    assert answer.headers["emulator-fault"] == kind
    assert answer.rule is None
    assert last(app).rules == ()
    assert int(answer.headers["content-length"]) == len(answer.body)
    says = vendor.fault_responses[status].rule.answer
    assert says
    text = str(answer.json()) if "json" in answer.headers.get("content-type", "") else answer.text
    assert says.message.partition("{")[0] in text.replace("\\'", "'")
    assert not re.search(r"\{\w+\}", text)


@pytest.mark.parametrize(
    ("vendor", "status", "provocation"),
    [
        ("xero", 401, {"authorization": None}),
        ("codat", 401, {"authorization": None}),
        ("dualentry", 401, {"x_api_key": None}),
        ("vrplatform", 401, {"x_api_key": None}),
    ],
)
def test_an_ordered_status_has_the_form_of_a_real_one(
    app: EmulatorApp, vendor: str, status: int, provocation: Any
) -> None:
    def shape(answer: Answer) -> tuple[int, str, set[str]]:
        return answer.status, answer.headers["content-type"], set(answer.json())

    real = upload(app, vendor, **provocation)
    arm(app, kind="status", status=status, vendor=vendor)

    assert shape(upload(app, vendor)) == shape(real)


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_an_ordered_wait_is_told_whatever_the_vendor_says(app: EmulatorApp, vendor: str) -> None:
    arm(app, kind="status", retry_after=0)
    arm(app, kind="status", retry_after=7)
    arm(app, kind="status")

    waits = [upload(app, vendor).headers.get("retry-after") for _ in range(3)]

    assert waits[:2] == ["0", "7"]
    assert int(waits[2] or 0) <= app.registry.options.max_retry_after


def test_a_bare_emulator_marks_no_answer(app: EmulatorApp) -> None:
    hidden = create_app(hide_emulator_headers=True)
    for item in (app, hidden):
        arm(item, kind="status")

    marked, plain = upload(app, "xero"), upload(hidden, "xero")

    assert set(marked.headers) - set(plain.headers) == {"emulator-fault"}
    assert (plain.status, plain.body) == (marked.status, marked.body)
    assert last(hidden).fault == "status"


# --- Proofs -----------------------------------------------------------------------------------------------------------


def test_an_ordered_refusal_proves_no_rule(pytester: pytest.Pytester) -> None:
    """The suite's own check, in a run of its own: the same answer, once ordered and once deserved."""
    pytester.makeconftest("from tests.conftest import proofs_hold")
    pytester.makeini("[pytest]\nmarkers = proves")
    pytester.makepyfile("""
import pytest
from emulator import create_app
from emulator.core.faults.fault import Fault
from tests.vendor_clients import client_of

@pytest.mark.proves("xero.method")
@pytest.mark.parametrize("ordered", [True, False])
def test_it(ordered):
    app = create_app()
    if ordered:
        app.registry.sandbox("default").faults.arm(Fault("status", status=501))
    assert client_of(app, "xero").request("GET" if ordered else "DELETE", "/Invoices").status == 501
""")

    result = pytester.runpytest("-q", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_it[[]True[]]*", "*nothing was refused under xero.method*"])


# --- Bytes ------------------------------------------------------------------------------------------------------------


def differences(one: bytes, other: bytes) -> list[int]:
    assert len(one) == len(other)
    return [at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]


def pieces() -> Iterator[bytes]:
    for at in range(0, len(CONTENT), 100):
        yield CONTENT[at : at + 100]


def stored(app: EmulatorApp) -> bytes:
    return client_of(app, "xero").get(FILE).body


SPOTS = [({}, 1024), ({"after_bytes": 0}, 0), ({"after_bytes": 777}, 777), ({"after_bytes": 10**9}, 2047)]


@pytest.mark.parametrize(("fields", "at"), SPOTS)
@pytest.mark.parametrize("direction", ["up", "down"])
def test_exactly_one_byte_is_another_and_the_length_stays(
    app: EmulatorApp, direction: str, fields: dict[str, int], at: int
) -> None:
    client = client_of(app, "xero")
    if direction == "down":
        client.put(FILE, CONTENT)
    arm(app, kind="corrupted", direction=direction, **fields)
    if direction == "up":
        client.put(FILE, pieces(), content_length=str(len(CONTENT)))

    assert differences(stored(app), CONTENT) == [at]
    assert app.registry.store.used_bytes == len(CONTENT)


@pytest.mark.parametrize(("after_bytes", "at"), [(None, 0), (0, 0), (777, 777)])
def test_of_an_upload_of_no_told_length_the_byte_that_was_named_is_another(
    app: EmulatorApp, after_bytes: int | None, at: int
) -> None:
    arm(app, kind="corrupted", direction="up", after_bytes=after_bytes)

    client_of(app, "xero").put(FILE, pieces())

    assert differences(stored(app), CONTENT) == [at]


def test_a_corrupted_form_is_what_the_vendor_finds_in_it(app: EmulatorApp) -> None:
    method, target, body, headers = request_of("codat", SEED["codat"], CONTENT)
    arm(app, kind="corrupted", direction="up", after_bytes=body.index(CONTENT) + 5)

    assert client_of(app, "codat").request(method, target, body, headers).status == 200

    sha256 = next(file["sha256"] for file in Control(app).files("?vendor=codat") if file["name"] == "a.pdf")
    assert differences(Control(app).get(f"{Control(app).home}/files/{sha256}").body, CONTENT) == [5]


@pytest.mark.parametrize(
    ("range_header", "part"), [("bytes=100-199", slice(100, 200)), ("bytes=-10", slice(-10, None))]
)
def test_of_a_part_of_a_file_it_is_the_parts_byte(app: EmulatorApp, range_header: str, part: slice) -> None:
    url = download_url(app)
    arm(app, kind="corrupted")

    answer = Client(app).get(url, range=range_header)

    assert answer.status == 206
    assert differences(answer.body, CONTENT[part]) == [len(CONTENT[part]) // 2]


def download_url(app: EmulatorApp) -> str:
    """Of a file with the usual content, below no mount; it knows ranges and HEAD."""
    attach(client_of(app, "dualentry"), "dualentry", content=CONTENT)
    record = client_of(app, "dualentry").get(f"/public/v2/invoices/{SEED['dualentry']['id']}/").json()
    url: str = next(
        attachment["download_url"] for attachment in record["attachments"] if attachment["file_name"] == "a.pdf"
    )
    return url.removeprefix("http://emulator.test")


@pytest.mark.parametrize("kind", ["truncated", "stall"])
def test_an_answer_without_a_body_breaks_off_before_its_head(app: EmulatorApp, kind: str) -> None:
    url = download_url(app)
    arm(app, kind=kind, method="HEAD")
    sent: list[Any] = []

    async def head() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def collect(message: Any) -> None:
            sent.append(message)

        await app(scope_of("HEAD", url, {}), receive, collect)

    with pytest.raises(httpx.HTTPError):
        asyncio.run(head())

    assert sent == []


@pytest.mark.parametrize("kind", ["status", "delay", "slow", "corrupted"])
def test_a_head_request_gets_the_head_of_what_the_fault_leaves(app: EmulatorApp, kind: str) -> None:
    url = download_url(app)
    arm(app, kind=kind, vendor="dualentry", **({"seconds": 0} if kind == "delay" else {}))

    answer = Client(app).request("HEAD", url)

    assert (answer.body, answer.headers["emulator-fault"]) == (b"", kind)


# --- Time -------------------------------------------------------------------------------------------------------------


def test_a_delay_is_as_long_as_was_said(app: EmulatorApp, pauses: list[float]) -> None:
    arm(app, kind="delay", seconds=42)

    assert upload(app, "xero").status == 200
    assert pauses == [42]


@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("bytes_per_second", [1, 100, 1000])
def test_a_slow_transfer_takes_as_long_as_its_bytes_at_that_rate(
    app: EmulatorApp, pauses: list[float], direction: str, bytes_per_second: int
) -> None:
    client = client_of(app, "xero")
    client.put(FILE, CONTENT)
    arm(app, kind="slow", direction=direction, bytes_per_second=bytes_per_second)

    if direction == "up":
        client.put(FILE, pieces())
        assert len(pauses) == len(list(pieces()))
    else:
        assert client.get(FILE).body == CONTENT
        assert max(pauses) <= 1

    assert sum(pauses) == pytest.approx(len(CONTENT) / bytes_per_second)


# --- Through httpx ----------------------------------------------------------------------------------------------------


@every_way
def test_httpx_gets_in_process_the_exception_of_a_connection(
    app: EmulatorApp, way: dict[str, Any], error: type[Exception] | None, carried_out: bool
) -> None:
    arm(app, **way)

    async def put() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator.test/xero/api.xro/2.0") as http:
            headers = {"Authorization": "Bearer x", "xero-tenant-id": "t"}
            return await http.put(FILE, content=CONTENT, headers=headers)

    if error:
        with pytest.raises(error):
            asyncio.run(put())
    else:
        assert asyncio.run(put()).headers["emulator-fault"] == way["kind"]


def test_who_has_no_httpx_gets_pythons_own_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "httpx")

    assert isinstance(ConnectionAbortedInProcess("ReadTimeout", "no answer").exception, ConnectionResetError)


# --- Signing in -------------------------------------------------------------------------------------------------------


@every_way
def test_a_token_request_can_go_wrong_too(
    app: EmulatorApp, way: dict[str, Any], error: type[Exception] | None, carried_out: bool
) -> None:
    form = b"grant_type=client_credentials&client_id=c&client_secret=s"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    fault = arm(app, path="*/connect/token", **way)

    if error:
        with pytest.raises(error):
            Client(app).request("POST", "/xero/identity/connect/token", form, headers)
    else:
        Client(app).request("POST", "/xero/identity/connect/token", form, headers)

    assert (fault.triggered, last(app).fault) == (1, fault.kind)


def test_a_staged_file_whose_answer_was_lost_is_an_orphan(app: EmulatorApp) -> None:
    arm(app, kind="lost-answer", operation=None, path=FILES)
    with pytest.raises(httpx.ReadError):
        upload(app, "vrplatform")

    assert "a.pdf" in {file["name"] for file in Control(app).files("?vendor=vrplatform&staged=true")}
