"""Arming faults by the control API and by a header, and what is told of them afterwards."""

from contextlib import nullcontext
from typing import Any

import httpx
import pytest

from emulator.core.emulator_app import EmulatorApp
from emulator.core.faults import fault
from emulator.core.faults.fault import KINDS, MAX_FAULTS, WEBHOOK_KINDS, Fault, Kind
from emulator.core.faults.models import FaultRequest
from tests.asgi import Answer
from tests.control.conftest import Control, problem
from tests.vendor_clients import VENDOR_NAMES, client_of
from tests.vendors.xero.conftest import Xero

LOOK = "/Invoices/INV-0002/Attachments"

FAULT_SCHEMA = FaultRequest.model_json_schema()["properties"]


@pytest.fixture
def app(control: Control) -> EmulatorApp:
    return control.gateway


@pytest.fixture
def xero(app: EmulatorApp) -> Xero:
    return Xero(app)


def arm(control: Control, **fields: Any) -> dict[str, Any]:
    answer = control.send_json("POST", f"{control.home}/faults", fields)
    assert answer.status == 201, answer.text
    fault: dict[str, Any] = answer.json()
    return fault


def armed(control: Control) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = control.read("/faults")["faults"]
    return faults


def marked(answer: Answer) -> str | None:
    return answer.headers.get("emulator-fault")


# --- By the control API -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_fault_is_shown_with_all_that_it_does(control: Control, kind: Kind) -> None:
    aim = {"event_type": "INVOICE"} if kind in WEBHOOK_KINDS else {"path": "*/a.pdf"}
    fault = arm(control, kind=kind, vendor="xero", skip=2, **aim)

    does = {name: value for name, value in KINDS[kind].items() if value is not None}
    aimed = {"kind": kind, "vendor": "xero", "skip": 2, **aim}
    counted = {"number": 1, "times": 1, "every": 1, "probability": 1.0, "matched": 0, "triggered": 0}
    assert fault == {**does, **aimed, **counted}
    assert control.read("/faults/1") == fault
    assert armed(control) == [fault]


def test_a_fault_tells_how_often_it_was_met(control: Control, xero: Xero) -> None:
    arm(control, kind="status", method="GET", times=2, skip=1)

    statuses = [xero.get(LOOK).status for _ in range(4)]

    assert statuses == [200, 503, 503, 200]
    assert [(fault["matched"], fault["triggered"]) for fault in armed(control)] == [(3, 2)]


def test_a_fault_can_be_disarmed_and_all_of_them(control: Control, xero: Xero) -> None:
    for _ in range(3):
        arm(control, kind="status", times=0)

    assert control.request("DELETE", f"{control.home}/faults/2").status == 204
    assert [fault["number"] for fault in armed(control)] == [1, 3]
    assert xero.get(LOOK).status == 503
    assert control.request("DELETE", f"{control.home}/faults").status == 204
    assert (armed(control), xero.get(LOOK).status) == ([], 200)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("number", ["2", "0", "-1", "one", "1.0", "9" * 30, "٣"])
def test_a_fault_that_is_not_there_is_said_not_to_be(control: Control, method: str, number: str) -> None:
    arm(control, kind="reset")

    status, detail = problem(control.request(method, f"{control.home}/faults/{number}".encode()))

    assert (status, "There is no fault" in detail) == (404, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "kind is needed"),
        ({"kind": "flood"}, "kind is one of status, early-refusal, reset"),
        ({"kind": "status", "vendor": "sage"}, "vendor is one of xero, codat"),
        (
            {"kind": "status", "vendor": "xero", "operation": "getInvoicez"},
            "Xero has no operation 'getInvoicez'; /_emu",
        ),
        ({"kind": "status", "operation": "getInvoicez"}, "No vendor has an operation 'getInvoicez'"),
        ({"kind": "status", "vendor": "codat", "operation": "getInvoices"}, "Codat has no operation 'getInvoices'"),
        ({"kind": "status", "status": 418, "vendor": "xero"}, "Xero is not known to answer 418, only 400, 401"),
        ({"kind": "status", "status": 200}, "is not known to answer 200"),
        ({"kind": "status", "status": -1}, "is not known to answer -1"),
        ({"kind": "status", "status": 451}, "is not known to answer 451"),
        ({"kind": "status", "status": "many"}, "status is a whole number"),
        ({"kind": "status", "seconds": 1}, "A fault of kind status takes no seconds; it takes status, retry_after."),
        ({"kind": "delay", "status": 503}, "takes no status"),
        ({"kind": "delay", "seconds": 61}, "Seconds is at least 0 and at most 60"),
        ({"kind": "delay", "seconds": "soon"}, "seconds is a number"),
        ({"kind": "reset", "when": "later"}, "when is one of before, during, after"),
        ({"kind": "reset", "when": "before", "after_bytes": 5}, "is for when=during, not when=before."),
        ({"kind": "truncated", "after_bytes": -1}, "After_bytes is at least 0"),
        ({"kind": "slow", "bytes_per_second": 0}, "at least 1"),
        ({"kind": "reset", "probability": 0}, "Probability is above 0"),
        ({"kind": "reset", "every": 0}, "Every is at least 1"),
        ({"kind": "reset", "times": -1}, "Times is at least 0"),
        ({"kind": "reset", "tiems": 1}, "tiems is unknown; did you mean times?"),
        ({"kind": "reset", "header": "x"}, "header is unknown"),
        ({"kind": "reset", "triggered": 7}, "triggered is unknown"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_not_armed(
    control: Control, fields: dict[str, Any], words: str
) -> None:
    status, detail = problem(control.send("POST", "/faults", **fields))

    assert (status, words in detail) == (422, True), detail
    assert armed(control) == []


@pytest.mark.parametrize("body", [b"status", b"[]", b'{"kind": NaN}', b"\xff"])
def test_what_is_no_object_is_refused(control: Control, body: bytes) -> None:
    assert problem(control.post(f"{control.home}/faults", body))[0] in (400, 422)


def test_a_status_need_be_known_only_of_the_vendors_that_have_the_operation(control: Control) -> None:
    assert arm(control, kind="status", status=451, operation="upload-invoice-attachment")["status"] == 451
    assert arm(control, kind="status", status=501, operation="getInvoices")["status"] == 501


def test_there_are_only_so_many(control: Control) -> None:
    for _ in range(MAX_FAULTS):
        control.gateway.registry.sandbox("default").faults.arm(Fault("reset"))

    status, detail = problem(control.send("POST", "/faults", kind="reset"))

    assert (status, f"There are {MAX_FAULTS} faults" in detail) == (409, True)


# --- What triggers it -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_fault_of_one_vendor_leaves_the_others_alone(control: Control, app: EmulatorApp, vendor: str) -> None:
    arm(control, kind="status", vendor=vendor, times=0)

    met = [item for item in VENDOR_NAMES if marked(client_of(app, item).get("/")) == "status"]

    assert met == [vendor]


@pytest.mark.parametrize(
    ("aim", "triggered"),
    [
        ({"operation": "getInvoiceAttachments"}, [True, False, False]),
        ({"operation": "createInvoiceAttachmentByFileName"}, [False, True, False]),
        ({"method": "put"}, [False, True, False]),
        ({"path": "Bills"}, [False, False, False]),
        ({"path": "*/Attachments"}, [True, False, False]),
        ({"path": "/xero/api.xro/2.0/*/a.pdf"}, [False, True, True]),
        ({"path": "/api.xro/2.0/*/a.pdf"}, [False, True, True]),
        ({"path": "/a.pdf", "method": "GET"}, [False, False, True]),
        ({"operation": "getInvoiceAttachments", "method": "PUT"}, [False, False, False]),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/sandbox/default"])
def test_a_fault_strikes_by_operation_method_and_path(
    control: Control, app: EmulatorApp, prefix: str, aim: dict[str, str], triggered: list[bool]
) -> None:
    client = client_of(app, "xero", prefix)
    arm(control, kind="delay", seconds=0, times=0, **aim)

    answers = [client.get(LOOK), client.put(f"{LOOK}/a.pdf", b"bytes"), client.get(f"{LOOK}/a.pdf")]

    assert [marked(answer) == "delay" for answer in answers] == triggered


def test_operations_go_by_the_names_in_their_list(control: Control) -> None:
    listed = control.get("/_emulator/operations").json()["operations"]

    for operation in listed[:: len(listed) // 50]:
        arm(control, kind="reset", vendor=operation["vendor"], operation=operation["id"])


def test_a_sandbox_has_its_own_faults(control: Control, app: EmulatorApp) -> None:
    arm(control.of("mine"), kind="status", times=0)

    assert [marked(client_of(app, "xero", prefix).get(LOOK)) for prefix in ("", "/sandbox/other", "/sandbox/mine")] == [
        None,
        None,
        "status",
    ]
    assert armed(control) == armed(control.of("other")) == []


@pytest.mark.parametrize("end", ["reset", "delete", "restore"])
def test_a_sandbox_that_starts_anew_has_no_faults(control: Control, xero: Xero, end: str) -> None:
    archive = control.get(f"{control.home}/snapshot").body
    arm(control, kind="status", times=0)
    xero.get(LOOK, x_emulator_fault="reset; skip=5")

    if end == "restore":
        assert control.put(f"{control.home}/snapshot", archive).status < 300
    elif end == "reset":
        control.reset()
    else:
        control.request("DELETE", control.home)

    assert (armed(control), xero.get(LOOK).status) == ([], 200)


# --- By a header ------------------------------------------------------------------------------------------------------


def test_a_header_arms_a_fault_for_the_requests_that_carry_it(control: Control, xero: Xero) -> None:
    value = "status; status=500; times=2"

    statuses = [xero.get(LOOK, x_emulator_fault=header).status for header in (None, value, None, value, value, None)]

    assert statuses == [200, 500, 200, 500, 200, 200]
    assert [(fault["header"], fault["matched"], fault["triggered"]) for fault in armed(control)] == [(value, 2, 2)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("lost-answer", {"kind": "lost-answer", "times": 1}),
        (" delay ;seconds=0.5; ; every = 3 ", {"kind": "delay", "seconds": 0.5, "every": 3}),
        ("stall;direction=up;after_bytes=7;seconds=0", {"direction": "up", "after_bytes": 7, "seconds": 0}),
        (
            "reset; probability=0.25; method=put; path=*/a.pdf",
            {"probability": 0.25, "method": "put", "path": "*/a.pdf"},
        ),
        ("status; retry_after=0; operation=getInvoices", {"retry_after": 0, "operation": "getInvoices"}),
    ],
)
def test_a_header_says_all_that_the_control_api_takes(
    control: Control, xero: Xero, header: str, expected: dict[str, Any]
) -> None:
    xero.request("POST", "/none", headers={"x-emulator-fault": f"{header}; vendor=xero; skip=1"})

    (fault,) = armed(control)
    assert {name: fault[name] for name in expected} == expected
    assert (fault["skip"], fault["vendor"]) == (1, "xero")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "kind is one of"),
        (";", "kind is one of"),
        ("flood", "kind is one of"),
        ("Reset", "kind is one of"),
        ("status=503", "kind is one of"),
        ("status; 503", "503 is unknown"),
        ("status; status=", "status is a whole number"),
        ("status; status=0x1F7", "status is a whole number"),
        ("status; status=418; vendor=xero", "not known to answer 418"),
        ("status; status=-503", "status is a whole number"),
        ("reset; times=-1", "times is a whole number"),
        ("reset; times=9999999999999999999999", "times is a whole number"),
        ("delay; seconds=nan", "seconds is a number"),
        ("delay; seconds=1e9", "seconds is a number"),
        ("delay; seconds=99", "Seconds is at least 0 and at most 60"),
        ("reset; when=before; after_bytes=1", "is for when=during"),
        ("reset; operation=none", "No vendor has an operation 'none'"),
        ("reset; header=reset", "header is unknown"),
        ("reset; =", "is unknown"),
        ('{"kind": "reset"}', "kind is one of"),
        ("r\xe9set; \xff=\x80", "kind is one of"),
        ("reset; path=\x80", "path is printable text"),
        ("x" * 60_000, "kind is one of"),
    ],
)
def test_a_header_that_orders_nothing_is_refused_in_a_sentence_and_the_request_not_carried_out(
    control: Control, xero: Xero, header: str, words: str
) -> None:
    status, detail = problem(xero.put(f"{LOOK}/a.pdf", b"bytes", x_emulator_fault=header))

    assert (status, words in detail) == (422, True), detail
    (exchange,) = control.get(f"{control.home}/journal").json()["exchanges"]
    assert (exchange["operation"], exchange["hint"]) == ("createInvoiceAttachmentByFileName", None)
    assert (armed(control), xero.names("/Invoices/INV-0002")) == ([], [])
    assert control.gateway.registry.store.used_bytes == 0


def test_a_thousand_different_headers_fill_nothing_up(
    control: Control, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fault, "MAX_FAULTS", 100)

    statuses = {xero.get(LOOK, x_emulator_fault=f"status; retry_after={number}").status for number in range(1000)}

    assert statuses == {503}
    assert [fault["retry_after"] for fault in armed(control)] == list(range(900, 1000))


def test_headers_whose_faults_wait_are_refused_when_there_are_too_many(control: Control, xero: Xero) -> None:
    for number in range(MAX_FAULTS):
        control.gateway.registry.sandbox("default").faults.arm(Fault("reset", skip=1, header=str(number)))

    status, detail = problem(xero.get(LOOK, x_emulator_fault="reset"))

    assert (status, f"There are {MAX_FAULTS} faults" in detail) == (400, True)
    assert xero.get(LOOK).status == 200


def test_the_header_chooses_in_the_sandbox_of_its_request(control: Control, app: EmulatorApp) -> None:
    client_of(app, "codat", "/sandbox/mine", x_emulator_fault="status").get("/companies")

    assert armed(control) == []
    assert [fault["triggered"] for fault in armed(control.of("mine"))] == [1]


# --- What is told -----------------------------------------------------------------------------------------------------


def test_the_journal_tells_of_faults_with_the_operation_and_without_a_hint(control: Control, xero: Xero) -> None:
    arm(control, kind="status", status=500)
    xero.get(LOOK)
    xero.get(LOOK)

    triggered, other = control.exchanges()
    assert (triggered["fault"], triggered["status"], triggered["outcome"], triggered["rules"]) == (
        "status",
        500,
        "answered",
        [],
    )
    assert (triggered["operation"], triggered["hint"]) == (other["operation"], None) == ("getInvoiceAttachments", None)
    assert ["emulator-fault", "status"] in triggered["response"]["headers"]
    assert (other["fault"], other["status"]) == (None, 200)
    assert control.exchanges("?fault=status") == [triggered]
    assert control.exchanges("?operation=getInvoiceAttachments") == [triggered, other]


def test_a_fault_that_strikes_a_path_that_is_not_there_leaves_the_hint(control: Control, xero: Xero) -> None:
    arm(control, kind="status")
    xero.get("/Invoicez/INV-0002/Attachments")

    assert control.exchanges()[0]["hint"].startswith("Did you mean GET /xero/api.xro/2.0/Invoices/")


@pytest.mark.parametrize("fields", [{"kind": "reset"}, {"kind": "lost-answer"}, {"kind": "status"}])
def test_the_journal_and_its_har_take_exchanges_that_were_cut(
    control: Control, xero: Xero, fields: dict[str, Any]
) -> None:
    arm(control, **fields)
    with nullcontext() if fields["kind"] == "status" else pytest.raises(httpx.ReadError):
        xero.put(f"{LOOK}/a.pdf", b"bytes")

    har = control.read("/journal/har")["log"]["entries"]
    (exchange,) = control.exchanges()
    assert exchange["outcome"] == ("answered" if fields["kind"] == "status" else "cut")
    assert [entry["response"]["status"] for entry in har] == [exchange["status"] or 0]
    assert control.read(f"/journal/wait?fault={fields['kind']}") == exchange


@pytest.mark.parametrize(
    ("vendor", "name"),
    [("xero", "x-minlimit-remaining"), ("codat", "x-rate-limit-remaining"), ("dualentry", "x-ratelimit-remaining")],
)
def test_an_ordered_429_says_that_nothing_is_left_and_counts_nothing(control: Control, vendor: str, name: str) -> None:
    client = client_of(control.gateway, vendor)
    target = {"xero": "/Invoices", "codat": "/companies", "dualentry": "/public/v2/invoices/"}[vendor]
    control.send("PATCH", "/clock", frozen=True)
    left = int(client.get(target).headers[name])
    control.send("POST", "/faults", kind="status", status=429)

    answer = client.get(target)

    assert (answer.status, answer.headers[name], answer.headers["retry-after"]) == (429, "0", "1")
    assert int(client.get(target).headers[name]) == left - 1


@pytest.mark.parametrize(("vendor", "name"), [("codat", "x-rate-limit-limit"), ("dualentry", "x-ratelimit-limit")])
def test_what_every_answer_says_of_limits_an_ordered_one_says_too(control: Control, vendor: str, name: str) -> None:
    control.send("POST", "/faults", kind="status", status=500)

    assert int(client_of(control.gateway, vendor).get("/").headers[name]) > 0


@pytest.mark.parametrize("name", [name for name, member in FAULT_SCHEMA.items() if "minimum" in member])
def test_the_bounds_of_numbers_are_those_in_the_schema(control: Control, name: str) -> None:
    # Of several kinds the one that allows most: a delivery can wait for longer than a client.
    kind = next((kind for kind, parameters in reversed(list(KINDS.items())) if name in parameters), "reset")
    member = FAULT_SCHEMA[name]
    lowest = 0.01 if "exclusiveMinimum" in member else member["minimum"]
    inside, outside = [lowest], [member["minimum"] - 1]
    if "maximum" in member:
        inside.append(member["maximum"])
        outside.append(member["maximum"] + 1)

    assert [control.send("POST", "/faults", kind=kind, **{name: value}).status for value in inside] == [
        201 for _ in inside
    ]
    assert [control.send("POST", "/faults", kind=kind, **{name: value}).status for value in outside] == [
        422 for _ in outside
    ]
