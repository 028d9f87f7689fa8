"""Webhooks as a test registers and receives them."""

import threading
from time import sleep
from typing import Any

import pytest
from svix.webhooks import Webhook

from emulator.testing import EmulatorError, Sandbox
from emulator.testing.receiver import ReceivedWebhook, Respond

CONNECTION = (
    "/companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001/push/invoices"
)
EVENT = "invoices.write.successful"


def attach(sandbox: Sandbox, record: str = "inv-1") -> None:
    with sandbox.codat.client() as http:
        form: dict[str, Any] = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}
        http.post(f"{CONNECTION}/{record}/attachment", files=form).raise_for_status()


def test_a_receiver_verifies_what_it_gets_and_its_own_function_answers(emulator: Sandbox) -> None:
    def verify(webhook: ReceivedWebhook) -> int:
        Webhook(secrets[0]).verify(webhook.body, dict(webhook.headers))
        return 202

    secrets = ["whsec_" + "A" * 32]
    receiver = emulator.webhooks.receive("codat", respond=verify)
    attach(emulator)
    refused = receiver.wait_for(EVENT)
    assert (refused.status, type(refused.error).__name__) == (500, "WebhookVerificationError")

    secrets[0] = receiver.secret
    emulator.clock.advance(seconds=5)

    accepted = receiver.wait_for(EVENT, times=2)
    assert (accepted.status, accepted.error, accepted.body) == (202, None, refused.body)
    assert emulator.webhooks.received == [refused, accepted]


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (lambda _: pytest.fail("not this one"), "Failed: not this one"),
        (lambda _: None, "ValueError: None is no status of an answer: expected a number from 200 to 599"),
    ],
)
def test_a_function_that_gives_no_answer_answers_500_and_the_test_is_told(
    emulator: Sandbox, respond: Respond, reason: str
) -> None:
    receiver = emulator.webhooks.receive(respond=respond)
    attach(emulator)

    assert receiver.wait_for(EVENT).status == 500
    with pytest.raises(AssertionError, match=f"The receiver raised {reason}"):
        receiver.wait_for(EVENT, times=2, timeout=0.01)


def test_receivers_are_told_apart_and_filter(emulator: Sandbox) -> None:
    everything = emulator.webhooks.receive()
    bills = emulator.webhooks.receive(event_types=["bills.write.successful"])
    attach(emulator)

    assert everything.wait_for().json["eventType"] == EVENT
    assert emulator.webhooks.wait_for(EVENT) is everything.received[0]
    assert bills.received == []
    with pytest.raises(AssertionError) as raised:
        bills.wait_for(timeout=0.01)
    assert str(raised.value).startswith("expected 1 webhook within 0.01 seconds, received 0.\nDeliveries:\n  codat")


def test_a_test_that_waits_in_vain_is_told_when_the_next_attempt_is_due(emulator: Sandbox) -> None:
    receiver = emulator.webhooks.receive(answers=[503])
    with pytest.raises(AssertionError, match="no request caused an event since the receiver was registered"):
        receiver.wait_for(timeout=0)
    attach(emulator)
    receiver.wait_for()

    with pytest.raises(AssertionError, match=rf"{EVENT}: pending, .*\n.*emulator\.clock\.advance\(\)"):
        receiver.wait_for(EVENT, times=2, timeout=0.05)


def test_the_report_of_a_failure_has_the_webhooks_of_each_request(emulator: Sandbox) -> None:
    emulator.clock.freeze()
    receiver = emulator.webhooks.receive(answers=[503])
    emulator.faults.webhook_dropped(event_type="bills.write.successful")
    attach(emulator)
    receiver.wait_for()
    with emulator.codat.client() as http:
        http.post(f"{CONNECTION.removesuffix('invoices')}bills", json={"status": "Open"}).raise_for_status()
    while not emulator.webhooks.deliveries()[0].attempts:
        sleep(0.01)

    lines = emulator.journal.report().splitlines()
    assert lines[2].startswith(f"      webhook codat {EVENT}: pending, 503, next at ")
    assert lines[4] == "      webhook codat bills.write.successful: dropped, not sent [fault: webhook-dropped]"
    assert len(lines) == 5


def test_endpoints_are_registered_listed_and_removed(emulator: Sandbox) -> None:
    first = emulator.webhooks.register("http://127.0.0.1:1/hooks", "codat", tags=["region:us"], disabled=True)
    second = emulator.webhooks.register("http://127.0.0.1:1/hooks")
    assert emulator.webhooks.endpoints() == [first, second]

    emulator.webhooks.remove(first)
    attach(emulator)
    assert [delivery.webhook for delivery in emulator.webhooks.deliveries(event_type=EVENT)] == [second.id]
    emulator.webhooks.clear()

    assert emulator.webhooks.endpoints() == []
    assert emulator.webhooks.deliveries(state="pending") == []
    with pytest.raises(EmulatorError, match="There is no webhook"):
        emulator.webhooks.remove(first)


def test_a_vendor_a_state_or_a_status_that_does_not_exist_is_refused(emulator: Sandbox) -> None:
    with pytest.raises(ValueError, match="there is no vendor with webhooks 'codatt'"):
        emulator.webhooks.register("http://127.0.0.1:1/", "codatt")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="there is no state of a delivery 'lost'"):
        emulator.webhooks.deliveries(state="lost")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="42 is no status of an answer"):
        emulator.webhooks.receive(answers=[42])
    with pytest.raises(RuntimeError, match=r"call `emulator\.webhooks\.receive\(\)` first"):
        emulator.webhooks.__class__(emulator.webhooks._control, emulator.name).wait_for()


def test_a_receiver_ends_with_its_test_and_leaves_nothing_running(emulator: Sandbox) -> None:
    emulator.webhooks.receive()
    assert any(thread.name == "webhook receiver" for thread in threading.enumerate())

    emulator.webhooks.close()

    assert emulator.webhooks.endpoints() == []
    assert emulator.webhooks.received == []
    emulator.webhooks.receive()
    attach(emulator)
    assert emulator.webhooks.wait_for(EVENT)
