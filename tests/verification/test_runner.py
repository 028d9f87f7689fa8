"""A run against targets that are not what they should be, and one that the user ends."""

import os
import signal
import threading
from collections.abc import Callable
from itertools import count
from typing import Any

import httpx
import pytest

from emulator.testing import Sandbox
from emulator.vendors import load_probes
from emulator.verification import runner
from emulator.verification.runner import Interruption, Outcome, Runner, check_safe
from emulator.verification.side import Allowance, CouldNotRun, Side
from tests.verification.sides import MARK, run, side

Handler = Callable[[httpx.Request], httpx.Response]
CONNECTIONS = [{"id": "c", "tenantId": "tenant-1", "tenantType": "ORGANISATION"}]


def fake(vendor: str, handler: Handler, url: str = "https://api.vendor.example") -> Side:
    """A target that answers as a function does."""
    return Side(load_probes(vendor), url, "token", mark=MARK, transport=httpx.MockTransport(handler))


def verify(vendor: str, emulator: Sandbox, handler: Handler, *, write: bool = False) -> Outcome:
    with side(vendor, emulator) as ours, fake(vendor, handler) as theirs:
        return Runner(load_probes(vendor), ours, theirs, write=write).run()


def path_of(request: httpx.Request) -> str:
    """The path as it is sent."""
    return str(request.extensions["target"], "ascii")


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused")


def late(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("")


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (lambda _: httpx.Response(200, html="<html><title>Welcome</title></html>"), "with a page of HTML"),
        (lambda _: httpx.Response(200), "GET /connections was answered 200 without a body"),
        (lambda _: httpx.Response(404, json={"error": "not here"}), "does not answer like this vendor's API"),
        (lambda _: httpx.Response(401, json={"Detail": "TokenExpired"}), "does not accept the token"),
        (lambda _: httpx.Response(200, json=[]), "has no tenant id for this token"),
        (lambda _: httpx.Response(429), "Stopped at the first 429"),
        (lambda _: httpx.Response(402, json={}), "is about money"),
        (lambda _: httpx.Response(403, json={"Detail": "Upgrade your subscription"}), "is about money"),
        (unreachable, "did not answer GET /connections: Connection refused"),
        (late, "within 30 seconds"),
    ],
)
def test_a_target_that_is_not_the_vendor_gets_one_request_and_one_sentence(
    emulator: Sandbox, handler: Handler, message: str
) -> None:
    requests = []

    def counted(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return handler(request)

    with pytest.raises(CouldNotRun, match=message) as error:
        verify("xero", emulator, counted)

    assert len(requests) == 1
    assert "\n" not in str(error.value)


def test_the_first_429_ends_the_run(emulator: Sandbox) -> None:
    numbers = count(1)

    def limited(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=CONNECTIONS) if next(numbers) < 6 else httpx.Response(429)

    outcome = verify("xero", emulator, limited)

    assert outcome.stopped.startswith("Stopped at the first 429")
    assert outcome.requests == 6
    assert outcome.exit_status == 2


def test_a_token_that_may_not_do_something_leaves_that_out(emulator: Sandbox) -> None:
    def without_scope(request: httpx.Request) -> httpx.Response:
        if path_of(request) == "/connections":
            return httpx.Response(200, json=CONNECTIONS)
        return httpx.Response(401, json={"Detail": "AuthorizationUnsuccessful"})

    outcome = verify("xero", emulator, without_scope)

    skipped = {check.rule: check.skipped for check in outcome.checks if check.skipped}
    assert "the token may not do this: 401" in skipped["xero.filters"]
    assert "Invoices was answered 401" in skipped["xero.number-as-id"]
    assert "the token may not do this: 401" in skipped["xero.query-syntax"]
    assert "xero.filters" not in outcome.proved


@pytest.mark.parametrize(
    ("vendor", "url", "answer", "safe"),
    [
        ("xero", "https://api.xero.com", {"Organisations": [{"IsDemoCompany": True}]}, True),
        ("xero", "https://api.xero.com", {"Organisations": [{"IsDemoCompany": False}]}, False),
        ("xero", "https://api.xero.com", {"Organisations": [{"IsDemoCompany": "true"}]}, False),
        ("xero", "https://api.xero.com", {}, False),
        ("codat", "https://api.codat.io", {"results": [{"integrationKey": "mqjo", "status": "Linked"}]}, True),
        ("codat", "https://api.codat.io", {"results": [{"integrationKey": "gbol", "status": "Linked"}]}, False),
        ("dualentry", "https://api-dev.dualentry.com", {}, True),
        ("dualentry", "https://api.dualentry.com", {}, False),
        ("dualentry", "https://api-dev.dualentry.com.example", {}, False),
        ("vrplatform", "https://staging.api.vrplatform.app", {}, True),
        ("vrplatform", "https://api.vrplatform.app", {}, False),
    ],
)
def test_only_a_target_that_is_safe_by_the_vendors_word_is_written_to(
    vendor: str, url: str, answer: object, safe: bool
) -> None:
    with fake(vendor, lambda _: httpx.Response(200, json=answer), url) as target:
        target.variables["owner"] = "one"
        if safe:
            check_safe(target.probes, target)
        else:
            with pytest.raises(CouldNotRun, match="Nothing was written"):
                check_safe(target.probes, target)


def test_a_real_company_gets_reads_only_even_with_write(emulator: Sandbox) -> None:
    methods = []

    def real(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        return httpx.Response(200, json=CONNECTIONS if path_of(request) == "/connections" else {})

    with pytest.raises(CouldNotRun, match="--write needs Xero's demo company"):
        verify("xero", emulator, real, write=True)

    assert set(methods) == {"GET"}


def test_requests_are_spread_over_minutes_and_some_are_left_for_cleaning_up() -> None:
    now = [0.0]
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    allowance = Allowance(50, 120, now=lambda: now[0], sleep=sleep)
    for _ in range(110):
        allowance.take(reserve=10)

    assert waits == [60, 60]
    with pytest.raises(CouldNotRun, match="Stopped after 110 requests"):
        allowance.take(reserve=10)
    allowance.take()


def test_ctrl_c_ends_the_run_and_removes_what_was_created(emulator: Sandbox, target: Sandbox) -> None:

    def interrupt(probe: str) -> None:
        if probe == "xero.upload-answer":
            os.kill(os.getpid(), signal.SIGINT)

    with side("xero", emulator) as ours, side("xero", target) as theirs:
        outcome = Runner(load_probes("xero"), ours, theirs, write=True, progress=interrupt).run()

    assert outcome.stopped == "Interrupted."
    assert outcome.exit_status == 2
    assert len(outcome.removed) == 1
    assert outcome.left_behind == []
    assert theirs.exchanges[-1].step.json["Invoices"][0]["Status"] == "DELETED"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_waiting_ends_with_ctrl_c_but_not_while_something_is_to_be_removed() -> None:
    interruption = Interruption()
    interruption.wanted = True

    with pytest.raises(CouldNotRun, match=r"Interrupted\."):
        interruption.sleep(10)
    with interruption.deferred():
        interruption.sleep(0.01)


def test_what_cannot_be_removed_is_said(emulator: Sandbox, target: Sandbox) -> None:
    target.faults.status(500, method="DELETE", times=100)

    _, outcome = run("vrplatform", emulator, target, write=True)

    assert any("/transactions/" in item and ": 500" in item for item in outcome.left_behind)
    assert outcome.exit_status == 2


def test_what_was_created_before_a_429_is_removed_after_a_while(emulator: Sandbox, target: Sandbox) -> None:
    target.faults.status(429, method="POST", path="/transaction-attachments", retry_after=0)
    target.faults.status(429, method="DELETE", retry_after=0, times=2)

    _, outcome = run("vrplatform", emulator, target, write=True)

    assert outcome.stopped.startswith("Stopped at the first 429")
    assert outcome.left_behind == []
    assert outcome.removed
    assert outcome.exit_status == 2


def test_a_write_is_looked_up_until_it_is_done(emulator: Sandbox, target: Sandbox, monkeypatch: Any) -> None:
    monkeypatch.setattr(runner, "POLL_SECONDS", 0)
    target.configure(codat_push_polls=2)

    verified, outcome = run("codat", emulator, target, write=True)

    draft = [exchange for exchange in verified.target.exchanges if exchange.step in verified.probes.draft]
    assert [exchange.step.method for exchange in draft] == ["POST", "GET", "GET"]
    assert outcome.left_behind == []
    assert len(outcome.removed) == 1


def test_a_write_without_an_answer_may_have_been_carried_out(emulator: Sandbox, target: Sandbox) -> None:
    target.faults.lost_answer(method="POST", path="/transactions")

    _, outcome = run("vrplatform", emulator, target, write=True)

    assert f"Whether it was carried out is not known: look for {MARK}." in outcome.stopped
    assert outcome.exit_status == 2


def test_a_draft_that_the_vendor_refuses_ends_the_run(emulator: Sandbox, target: Sandbox) -> None:
    target.faults.status(400, method="POST", path="/public/v2/bills/")

    _, outcome = run("dualentry", emulator, target, write=True)

    assert outcome.stopped.startswith("The draft cannot be created: POST /public/v2/bills/ was answered 400")
    assert outcome.removed == []


@pytest.mark.parametrize("answer", ["nothing", "no JSON", "another service"])
def test_what_listens_on_this_machine_is_written_to_only_if_it_is_an_emulator(answer: str, monkeypatch: Any) -> None:
    def get(url: str, **_: object) -> httpx.Response:
        if answer == "nothing":
            raise httpx.ConnectError("refused")
        return (
            httpx.Response(200, text="no JSON") if answer == "no JSON" else httpx.Response(200, json={"status": "ok"})
        )

    monkeypatch.setattr(httpx, "get", get)
    with (
        fake("dualentry", lambda _: httpx.Response(200, json={}), "http://localhost:8080") as forwarded,
        pytest.raises(CouldNotRun, match="Nothing was written"),
    ):
        check_safe(forwarded.probes, forwarded)


def test_the_second_ctrl_c_ends_the_run_at_once_and_things_are_removed_all_the_same(
    emulator: Sandbox, target: Sandbox
) -> None:
    def interrupt(probe: str) -> None:
        if probe == "xero.upload-answer":
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)

    with side("xero", emulator) as ours, side("xero", target) as theirs:
        outcome = Runner(load_probes("xero"), ours, theirs, write=True, progress=interrupt).run()

    assert outcome.stopped == "Interrupted."
    assert outcome.exit_status == 2
    # Removing goes on: only a third one ends that, too.
    assert len(outcome.removed) == 1


def test_a_removal_without_an_answer_is_left_behind_and_said(emulator: Sandbox, target: Sandbox) -> None:
    target.faults.lost_answer(method="DELETE", times=100)

    _, outcome = run("vrplatform", emulator, target, write=True)

    assert outcome.left_behind
    assert all(item.startswith("DELETE /") and "did not answer" in item for item in outcome.left_behind)
    assert outcome.exit_status == 2


def test_without_what_says_that_a_target_is_safe_nothing_is_written() -> None:
    with fake("codat", lambda _: httpx.Response(200, json={})) as target:
        with pytest.raises(CouldNotRun, match=r"^Nothing was written: the target has no .*, and --write needs "):
            check_safe(target.probes, target)
        assert target.exchanges == []


def test_outside_the_main_thread_nobody_listens_for_ctrl_c() -> None:
    handlers: list[object] = []

    def listen() -> None:
        with Interruption().listening():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()

    assert handlers == [signal.getsignal(signal.SIGINT)]
