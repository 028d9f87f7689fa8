"""What faults do to deliveries, and the same event once more."""

import json
import socket
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from svix.webhooks import Webhook, WebhookVerificationError

from emulator.testing import EmulatorError
from emulator.testing.faults import Fault, Faults
from tests.webhooks.conftest import Box
from tests.webhooks.receiver import Receiver


def attached(box: Box, *names: str) -> list[str]:
    """Attaches files and returns the keys of their push operations."""
    return [box.attach(name=name)["pushOperationKey"] for name in names]


def key_of(receiver: Receiver) -> str:
    key: str = json.loads(receiver.next().body)["payload"]["id"]
    return key


def delivered(box: Box, count: int) -> list[dict[str, Any]]:
    return box.wait(lambda deliveries: [one["state"] for one in deliveries] == ["delivered"] * count)


def test_a_dropped_webhook_is_never_sent(box: Box, receiver: Receiver) -> None:
    fault = box.sandbox.faults.webhook_dropped(vendor="codat", event_type="invoices.write.successful")
    box.register(receiver)
    _, second = attached(box, "a.pdf", "b.pdf")

    assert key_of(receiver) == second
    deliveries = box.wait(lambda deliveries: deliveries[1]["state"] == "delivered")
    assert [(one["state"], one["fault"]) for one in deliveries] == [("dropped", "webhook-dropped"), ("delivered", None)]
    assert fault.triggered == 1


def test_a_doubled_webhook_is_sent_twice_with_one_id(box: Box, receiver: Receiver) -> None:
    box.sandbox.faults.webhook_doubled()
    box.register(receiver)
    attached(box, "a.pdf")
    first, second = receiver.next(), receiver.next()

    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    [delivery] = delivered(box, 1)
    assert [attempt["status"] for attempt in delivery["attempts"]] == [200, 200]


def test_a_late_webhook_waits_for_the_sandbox_s_clock(box: Box, receiver: Receiver) -> None:
    box.sandbox.clock.freeze()
    box.sandbox.faults.webhook_late(90_000)
    box.register(receiver)
    first, second = attached(box, "a.pdf", "b.pdf")
    assert key_of(receiver) == second

    box.sandbox.clock.advance(days=1)
    assert box.deliveries()[0]["attempts"] == []
    box.sandbox.clock.advance(hours=1)
    assert key_of(receiver) == first


def test_a_reordered_webhook_follows_the_next_one(box: Box, receiver: Receiver) -> None:
    box.sandbox.faults.webhook_reordered()
    box.register(receiver)
    first, second, third = attached(box, "a.pdf", "b.pdf", "c.pdf")

    assert [key_of(receiver) for _ in range(3)] == [second, first, third]


def test_a_reordered_webhook_follows_the_next_one_however_late(box: Box, receiver: Receiver) -> None:
    box.sandbox.clock.freeze()
    box.sandbox.faults.webhook_reordered()
    box.sandbox.faults.webhook_late(3600)
    box.register(receiver)
    first, second = attached(box, "a.pdf", "b.pdf")
    box.sandbox.clock.advance(hours=1)

    assert [key_of(receiver) for _ in range(2)] == [second, first]


@pytest.mark.parametrize("arm", [Faults.webhook_wrong_signature, Faults.webhook_old_timestamp])
def test_what_must_not_be_accepted_comes_again_as_it_should_be(
    box: Box, receiver: Receiver, arm: Callable[[Faults], Fault]
) -> None:
    box.sandbox.clock.freeze()
    arm(box.sandbox.faults)
    receiver.statuses = [401]
    secret = box.register(receiver)["secret"]
    attached(box, "a.pdf")
    forged = receiver.next()
    box.wait(lambda deliveries: len(deliveries[0]["attempts"]) == 1)
    box.sandbox.clock.advance(seconds=5)
    genuine = receiver.next()

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(forged.body, dict(forged.headers))
    assert Webhook(secret).verify(genuine.body, dict(genuine.headers)) == json.loads(forged.body)


def test_a_cut_webhook_ends_in_the_middle_of_its_body(box: Box) -> None:
    received: list[bytes] = []

    def read(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            received.append(b"".join(iter(lambda: connection.recv(4096), b"")))

    box.sandbox.faults.webhook_cut()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reader = Thread(target=read, args=(listener,))
        reader.start()
        box.ask("POST", vendor="codat", url=f"http://127.0.0.1:{listener.getsockname()[1]}/")
        attached(box, "a.pdf")
        [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])
        reader.join(10)

    head, _, body = received[0].partition(b"\r\n\r\n")
    assert b"content-length: %d" % len(delivery["body"]) in head.lower()
    assert body.decode() == delivery["body"][: len(delivery["body"]) // 2]
    assert delivery["attempts"][0]["error"] == "A fault ended the connection in the middle of the body."


def test_faults_of_requests_and_of_webhooks_do_not_meet(box: Box, receiver: Receiver) -> None:
    of_requests = box.sandbox.faults.delay(0.001, vendor="codat", times=0)
    of_webhooks = box.sandbox.faults.webhook_dropped(times=0)
    box.register(receiver)
    attached(box, "a.pdf", "b.pdf")

    assert (of_requests.triggered, of_webhooks.triggered) == (2, 2)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "webhook-late", "path": "/x"}, "takes no path; a delivery has an event_type"),
        ({"kind": "delay", "event_type": "x"}, "takes no event_type; only those of webhooks do"),
        ({"kind": "webhook-dropped", "vendor": "vrplatform"}, "The webhooks of VRPlatform are not emulated"),
        ({"kind": "webhook-late", "seconds": -1}, "Seconds is at least 0"),
        ({"kind": "webhook-late", "seconds": 1e12}, "Seconds is at least 0 and at most 31536000"),
    ],
)
def test_a_fault_that_could_not_apply_is_refused(box: Box, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(EmulatorError, match=message):
        box.sandbox.faults.arm(**fields)


def test_a_delivery_can_be_sent_again(box: Box, receiver: Receiver) -> None:
    endpoint = box.register(receiver)
    attached(box, "a.pdf")
    first = receiver.next()
    [delivery] = delivered(box, 1)
    again = box.sandbox.webhooks.send_again(delivery["id"])
    second = receiver.next()

    assert (again.state, again.body) == ("pending", first.body.decode())
    assert (second.body, second.headers["webhook-id"]) == (first.body, first.headers["webhook-id"])
    delivered(box, 2)
    box.ask("DELETE", f"/{endpoint['id']}")
    with pytest.raises(EmulatorError, match=r"There is no delivery .* to an endpoint of this sandbox"):
        box.sandbox.webhooks.send_again(again)


def test_a_webhook_that_waits_for_the_next_one_is_cancelled_with_its_endpoint(box: Box, receiver: Receiver) -> None:
    box.sandbox.faults.webhook_reordered()
    endpoint = box.register(receiver)
    box.attach()

    box.ask("DELETE", f"/{endpoint['id']}")

    (delivery,) = box.deliveries()
    assert (delivery["state"], delivery["attempts"]) == ("cancelled", [])
