"""When faults trigger."""

from collections.abc import Callable
from typing import Any

import pytest

from emulator.core.faults import fault
from emulator.core.faults.fault import KINDS, MAX_SECONDS, SENTENCES, Fault, Faults, InvalidFault

REQUEST = ("xero", "getInvoices", "GET", "/api.xro/2.0/Invoices/1/Attachments/a.pdf", None)


def triggered(armed: Faults, requests: int = 12) -> list[int]:
    """Which of so many like requests suffer."""
    return [number for number in range(1, requests + 1) if armed.next_due(*REQUEST)]


def test_every_kind_is_described() -> None:
    assert list(SENTENCES) == list(KINDS)


@pytest.mark.parametrize(
    ("counting", "expected"),
    [
        ({}, [1]),
        ({"times": 3}, [1, 2, 3]),
        ({"times": 0}, list(range(1, 13))),
        ({"skip": 2}, [3]),
        ({"skip": 12}, []),
        ({"skip": 2, "times": 2}, [3, 4]),
        ({"skip": 10, "times": 0}, [11, 12]),
        ({"every": 4}, [4, 8, 12]),
        ({"every": 4, "times": 2}, [4, 8]),
        ({"every": 3, "skip": 1}, [4, 7, 10]),
        ({"every": 3, "skip": 1, "times": 1}, [4]),
    ],
)
def test_a_fault_strikes_as_often_as_it_is_told(counting: dict[str, Any], expected: list[int]) -> None:
    armed = Faults("seed")
    fault = armed.arm(Fault("reset", **counting))

    assert triggered(armed) == expected
    assert fault.triggered == len(expected)


def test_a_fault_counts_whom_it_might_have_struck_until_it_is_spent() -> None:
    armed = Faults("seed")
    fault = armed.arm(Fault("reset", skip=2))

    seen = []
    for _ in range(5):
        armed.next_due(*REQUEST)
        seen.append((fault.matched, fault.triggered, fault.spent))

    assert seen == [(1, 0, False), (2, 0, False), (3, 1, True), (3, 1, True), (3, 1, True)]


def test_luck_is_the_same_in_every_run_and_another_with_another_seed() -> None:
    def run(seed: str) -> list[int]:
        armed = Faults(seed)
        armed.arm(Fault("reset", probability=0.3))
        armed.arm(Fault("delay", probability=0.3, every=2))
        return triggered(armed, 200)

    assert run("one") == run("one")
    assert run("one") != run("two")
    assert 0 < len(run("one")) < 200


def test_one_fault_strikes_at_a_time_the_earlier_first() -> None:
    armed = Faults("seed")
    for kind in ("reset", "delay"):
        armed.arm(Fault(kind, times=2))
    always = armed.arm(Fault("lost-answer", times=0))

    kinds = [fault.kind for fault in (armed.next_due(*REQUEST) for _ in range(6)) if fault]

    assert kinds == ["reset", "reset", "delay", "delay", "lost-answer", "lost-answer"]
    assert (always.matched, always.triggered) == (2, 2)


@pytest.mark.parametrize(
    ("aim", "meets"),
    [
        ({}, True),
        ({"vendor": "xero"}, True),
        ({"vendor": "codat"}, False),
        ({"operation": "getInvoices"}, True),
        ({"operation": "getInvoice"}, False),
        ({"method": "get"}, True),
        ({"method": "HEAD"}, False),
        ({"path": "Attachments"}, True),
        ({"path": "/Attachments/b"}, False),
        ({"path": "/api.xro/2.0/Invoices/*"}, True),
        ({"path": "/xero/api.xro/2.0/Invoices/*"}, True),
        ({"path": "/codat/*"}, False),
        ({"path": "*/a.pdf"}, True),
        ({"path": "*/Attachments"}, False),
        ({"path": "a.pdf", "method": "GET", "vendor": "xero", "operation": "getInvoices"}, True),
        ({"path": "a.pdf", "method": "PUT", "vendor": "xero", "operation": "getInvoices"}, False),
        ({"header": "reset"}, False),
    ],
)
def test_a_fault_meets_only_whom_it_is_aimed_at(aim: dict[str, Any], meets: bool) -> None:
    armed = Faults("seed")
    fault = armed.arm(Fault("reset", **aim))

    assert bool(armed.next_due(*REQUEST)) is meets
    assert fault.matched == meets


def test_who_came_with_a_fault_in_a_header_suffers_from_others_too() -> None:
    armed = Faults("seed")
    own = armed.arm(Fault("reset", header="reset"))
    other = armed.arm(Fault("delay"))

    assert armed.next_due(*REQUEST[:4], "something else") is other
    assert armed.next_due(*REQUEST[:4], "reset") is own


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Fault("delay", status=503), "kind delay takes no status; it takes seconds"),
        (lambda: Fault("lost-answer", after_bytes=1), "kind lost-answer takes no after_bytes; it takes nothing more"),
        (lambda: Fault("truncated", direction="up"), "takes no direction"),
        (lambda: Fault("reset", when="before", after_bytes=1), "is for when=during, not when=before"),
        (lambda: Fault("reset", when="after", after_bytes=1), "is for when=during, not when=after"),
        (lambda: Fault("reset", probability=0), "probability is above 0"),
        (lambda: Fault("reset", probability=1.1), "at most 1"),
        (lambda: Fault("reset", probability=float("nan")), "at most 1"),
        (lambda: Fault("reset", every=0), "every is at least 1"),
        (lambda: Fault("reset", every=-1), "every is at least 1"),
        (lambda: Fault("reset", times=-1), "times is at least 0"),
        (lambda: Fault("reset", skip=-1), "skip is at least 0"),
        (lambda: Fault("truncated", after_bytes=-5), "after_bytes is at least 0"),
        (lambda: Fault("status", retry_after=-1), "retry_after is at least 0"),
        (lambda: Fault("delay", seconds=MAX_SECONDS + 1), "seconds is at least 0 and at most 60"),
        (lambda: Fault("delay", seconds=-1), "seconds is at least 0 and at most 60"),
        (lambda: Fault("slow", bytes_per_second=0), "bytes_per_second is at least 1"),
    ],
)
def test_what_cannot_be_is_not_armed(make: Callable[[], Fault], reason: str) -> None:
    with pytest.raises(InvalidFault, match=reason):
        make()


def test_there_is_an_end_to_how_many_faults_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "MAX_FAULTS", 3)
    armed = Faults("seed")
    for _ in range(3):
        armed.arm(Fault("reset"))
    triggered(armed)

    with pytest.raises(InvalidFault, match="there are 3 faults in this sandbox, the most"):
        armed.arm(Fault("reset"))
    armed.disarm(2)
    assert armed.arm(Fault("reset")).number == 4


def test_spent_faults_of_headers_make_room_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "MAX_FAULTS", 3)
    armed = Faults("seed")
    armed.arm(Fault("reset"))
    for header in ("a", "b"):
        armed.arm(Fault("reset", header=header))
        armed.next_due(*REQUEST[:4], header)
        armed.next_due(*REQUEST[:4], header)

    armed.arm(Fault("reset", header="c"))

    assert [fault.header for fault in armed] == [None, "b", "c"]
    with pytest.raises(InvalidFault):
        for header in "de":
            armed.arm(Fault("reset", header=header))


def test_a_disarmed_fault_is_gone_and_its_number_is_not_used_again() -> None:
    armed = Faults("seed")
    first, second = armed.arm(Fault("reset", times=0)), armed.arm(Fault("delay", times=0))

    assert armed.find(first.number) is first
    assert armed.disarm(first.number)
    assert not armed.disarm(first.number)
    assert armed.find(first.number) is None
    assert armed.next_due(*REQUEST) is second
    armed.clear()
    assert (len(armed.armed), armed.next_due(*REQUEST)) == (0, None)
    assert armed.arm(Fault("reset")).number == 3
