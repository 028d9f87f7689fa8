"""Faults, as a test arms them in Python and by the marker."""

import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import httpx
import pytest

from emulator.core.faults.fault import KINDS
from emulator.testing import EmulatorError, Sandbox
from emulator.testing.faults import Fault, Faults
from tests.test_plugin import Run, run

__all__ = ["run"]

FILE = "/Invoices/INV-0002/Attachments/a.pdf"
Arm = Callable[[Faults], Fault]


def put(box: Sandbox, content: bytes = b"%PDF-1.7") -> httpx.Response:
    with box.xero.client() as http:
        return http.put(FILE, content=content)


@pytest.mark.parametrize(
    ("arm", "seen"),
    [
        (lambda faults: faults.status(), 503),
        (lambda faults: faults.status(500, retry_after=1), 500),
        (lambda faults: faults.reset(), httpx.TransportError),
        (lambda faults: faults.reset("before"), httpx.TransportError),
        (lambda faults: faults.reset("after"), httpx.ReadError),
        (lambda faults: faults.reset(after_bytes=1), httpx.TransportError),
        (lambda faults: faults.empty_reply(), httpx.RemoteProtocolError),
        (lambda faults: faults.lost_answer(), httpx.ReadError),
        (lambda faults: faults.delay(0.001), 200),
        (lambda faults: faults.truncated(after_bytes=3), httpx.RemoteProtocolError),
        (lambda faults: faults.stall(seconds=0.001), httpx.ReadError),
        (lambda faults: faults.stall("up", after_bytes=1, seconds=0.001), httpx.ReadError),
        (lambda faults: faults.slow(10**6), 200),
        (lambda faults: faults.slow(10**6, "up"), 200),
        (lambda faults: faults.corrupted(), 200),
        (lambda faults: faults.corrupted("up", after_bytes=0), 200),
        (lambda faults: faults.malformed_chunk(), httpx.RemoteProtocolError),
        (lambda faults: faults.arm("status", status=504), 504),
    ],
)
def test_each_kind_has_its_name_in_python(emulator: Sandbox, arm: Arm, seen: Any) -> None:
    fault = arm(emulator.faults)

    with nullcontext() if isinstance(seen, int) else pytest.raises(seen):
        assert put(emulator).status_code == seen

    fault.assert_triggered(times=1)
    assert put(emulator).status_code == 200
    assert (fault.triggered, fault.matched) == (1, 1)
    assert emulator.journal[0].fault == fault.kind


def test_every_kind_has_a_method() -> None:
    assert {kind.replace("-", "_") for kind in KINDS} <= set(dir(Faults))


@pytest.mark.parametrize("name", [kind.replace("-", "_") for kind in KINDS])
def test_every_method_says_whom_it_meets_and_how_often(emulator: Sandbox, name: str) -> None:
    aim = {"vendor": "xero", "operation": "getInvoices", "method": "GET", "path": "*/Invoices"}
    if name.startswith("webhook_"):
        aim = {"vendor": "xero", "event_type": "INVOICE"}

    fault = getattr(emulator.faults, name)(**aim, times=2, skip=1, every=3)

    assert all(repr({name: value})[1:-1] in repr(fault) for name, value in {**aim, "times": 2, "every": 3}.items())
    assert repr(fault).startswith(f"<Fault {fault.number} {name.replace('_', '-')} ")
    assert put(emulator).status_code == 200
    fault.assert_triggered(times=0)
    assert fault.matched == 0


def test_whether_a_fault_was_met_is_asserted_in_words(emulator: Sandbox) -> None:
    armed, other = emulator.faults.status(method="PUT", times=0), emulator.faults.reset(vendor="codat")
    put(emulator)
    put(emulator)

    armed.assert_triggered()
    armed.assert_triggered(2)
    other.assert_triggered(times=0)
    with pytest.raises(AssertionError, match="was to trigger 1 times, and triggered 2 times"):
        armed.assert_triggered(times=1)
    with pytest.raises(AssertionError, match="was to trigger never, and triggered 2 times"):
        armed.assert_triggered(times=0)
    with pytest.raises(
        AssertionError, match=r"<Fault 2 reset {.*}> was to trigger at least once, and triggered 0 times"
    ):
        other.assert_triggered()


def test_faults_are_a_sequence_and_can_be_disarmed(emulator: Sandbox) -> None:
    first = emulator.faults.status(times=0)
    emulator.faults.reset()
    assert [(fault.number, fault.kind) for fault in emulator.faults] == [(1, "status"), (2, "reset")]

    first.disarm()
    assert [fault.kind for fault in emulator.faults] == ["reset"]
    emulator.faults.clear()
    assert list(emulator.faults) == []

    assert put(emulator).status_code == 200
    with pytest.raises(EmulatorError, match="There is no fault 1 in this sandbox"):
        first.assert_triggered()


@pytest.mark.parametrize(
    ("arm", "error", "words"),
    [
        (lambda faults: faults.arm("rest"), ValueError, "no fault kind 'rest'. Did you mean 'reset'?"),
        (lambda faults: faults.arm("flood"), ValueError, "Choose one of status, early-refusal, "),
        (lambda faults: faults.arm("reset", wen="after"), TypeError, "no argument 'wen'. Did you mean 'when'?"),
        (lambda faults: faults.arm("reset", when="aftr"), ValueError, "no when 'aftr'. Did you mean 'after'?"),
        (lambda faults: faults.reset(vendor="xero", tiems=2), TypeError, "'tiems'. Did you mean 'times'?"),
        (lambda faults: faults.reset(operation="none"), ValueError, "no operation 'none'."),
        (lambda faults: faults.delay(secnds=2), TypeError, "Faults.delay() has no argument 'secnds'. Did you mean"),
        (lambda faults: faults.lost_answer(after_bytes=1), TypeError, "It takes vendor, operation, "),
        (lambda faults: faults.arm("lost-answer", after_bytes=1), EmulatorError, "takes no after_bytes"),
        (lambda faults: faults.status(418, vendor="xero"), EmulatorError, "Xero is not known to answer 418"),
        (lambda faults: faults.reset("aftr"), EmulatorError, "when is one of before, during, after"),
        (lambda faults: faults.delay(61), EmulatorError, "Seconds is at least 0 and at most 60"),
    ],
)
def test_a_fault_that_cannot_exist_is_an_error_in_words(
    emulator: Sandbox, arm: Callable[[Any], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)):
        arm(emulator.faults)
    assert list(emulator.faults) == []


def test_luck_is_the_same_in_every_run_of_a_test(emulator: Sandbox) -> None:
    def run() -> list[int]:
        emulator.reset(seed="seed")
        emulator.faults.status(probability=0.5)
        return [put(emulator).status_code for _ in range(12)]

    assert run() == run()


def test_resetting_a_sandbox_disarms_and_another_has_its_own(emulator: Sandbox, emulator_server: Any) -> None:
    beside = emulator_server.sandbox()
    for box in (emulator, beside):
        box.faults.status(times=0)

    emulator.reset()

    assert [put(box).status_code for box in (emulator, beside)] == [200, 503]


def test_the_naive_retry_after_a_lost_answer_makes_a_second_file(emulator: Sandbox) -> None:
    lost = emulator.faults.lost_answer(vendor="dualentry", method="POST")
    with emulator.dualentry.client() as http:
        with pytest.raises(httpx.ReadError):
            http.post("/invoices/1002/attachments/", files={"files": ("a.pdf", b"12345")})
        http.post("/invoices/1002/attachments/", files={"files": ("a.pdf", b"12345")})

    lost.assert_triggered(times=1)
    emulator.dualentry.assert_attached("invoices", "1002", "a.pdf", times=2)


def test_an_exchange_shows_its_fault_in_a_line(emulator: Sandbox) -> None:
    emulator.faults.status(500)
    emulator.faults.reset()
    emulator.faults.lost_answer()
    for _ in range(3):
        with suppress(httpx.TransportError):
            put(emulator)

    assert [splitline.partition(" -> ")[2] for splitline in emulator.journal.report().splitlines()[1:]] == [
        "500 [fault: status]",
        "cut [fault: reset]",
        "200 [fault: lost-answer] (8 bytes)",
    ]


# --- The marker -------------------------------------------------------------------------------------------------------


def test_the_marker_arms_faults_and_the_next_test_has_none(run: Run) -> None:
    result = run("""
@pytest.mark.emulator(faults=[{"kind": "status", "status": 500}, {"kind": "status", "status": 503, "times": 2}])
def test_marked(emulator):
    assert [upload(emulator).status_code for _ in range(4)] == [500, 503, 503, 200]
    assert [fault.triggered for fault in emulator.faults] == [1, 2]

def test_other(emulator):
    assert upload(emulator).status_code == 200
    assert list(emulator.faults) == []
""")

    result.assert_outcomes(passed=2)


def test_of_several_markers_the_nearest_says_the_faults_and_settings_stay(run: Run) -> None:
    result = run("""
pytestmark = pytest.mark.emulator(hide_emulator_headers=True, faults=[{"kind": "status", "status": 500}])

@pytest.mark.emulator(faults={"kind": "status", "status": 503})
def test_nearest(emulator):
    answer = upload(emulator)
    assert (answer.status_code, "Emulator-Fault" in answer.headers) == (503, False)

@pytest.mark.emulator(faults=[])
def test_none(emulator):
    assert upload(emulator).status_code == 200
""")

    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ('[{"kind": "flood"}]', "*there is no fault kind 'flood'. Choose one of status*"),
        ('[{"kind": "status", "tiems": 1}]', "*has no argument 'tiems'. Did you mean 'times'*"),
        ('[{"status": 503}]', "*kind*"),
    ],
)
def test_a_marker_whose_fault_cannot_be_is_an_error_of_its_test(run: Run, faults: str, words: str) -> None:
    result = run(f"""
@pytest.mark.emulator(faults={faults})
def test_marked(emulator):
    pass

def test_other(emulator):
    pass
""")

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([words])


def test_a_failure_is_reported_with_the_faults_that_struck(run: Run) -> None:
    result = run("""
@pytest.mark.emulator(faults=[{"kind": "status", "status": 503}, {"kind": "lost-answer"}])
def test_it(emulator):
    assert upload(emulator).status_code == 503
    upload(emulator)
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- attachment-emulator -*",
            "*PUT */a.pdf -> 503 [[]fault: status[]]",
            "*PUT */a.pdf -> 200 [[]fault: lost-answer[]]*",
        ]
    )


def test_a_fault_that_was_not_met_fails_in_the_test_and_not_in_the_emulators_code(run: Run) -> None:
    result = run("""
def test_it(emulator):
    emulator.faults.lost_answer(vendor="codat").assert_triggered()
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([">*.assert_triggered()", "E*was to trigger at least once, and triggered 0 times"])
    result.stdout.no_fnmatch_line("*testing/faults.py*")
