"""Delivery, whichever vendor's: order, repetition on the sandbox's clock, and when it ends."""

import asyncio
import json
import socket

import httpx
import pytest

from emulator import create_app
from emulator.testing import EmulatorError
from tests.webhooks.conftest import CONNECTION, Box
from tests.webhooks.receiver import Receiver, receiving

DELAYS = [0, 5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600]


def attempts(box: Box) -> list[int]:
    return [len(delivery["attempts"]) for delivery in box.deliveries()]


@pytest.mark.proves("codat.webhook-attempts")
def test_what_fails_is_repeated_as_the_sandbox_s_clock_moves(box: Box) -> None:
    box.sandbox.clock.freeze()
    with receiving(*[500] * 8) as receiver:
        box.register(receiver)
        box.attach()
        for number, seconds in enumerate(DELAYS):
            box.sandbox.clock.advance(seconds)
            receiver.next()
            box.wait(lambda _, number=number: attempts(box) == [number + 1])  # type: ignore[misc]

    [delivery] = box.deliveries()
    assert (delivery["state"], delivery["next_attempt"]) == ("failed", None)
    assert {attempt["status"] for attempt in delivery["attempts"]} == {500}


def test_one_step_of_the_clock_sends_all_attempts_that_it_passes(box: Box) -> None:
    with receiving(*[500] * 7) as receiver:
        box.register(receiver)
        box.attach()
        box.wait(lambda _: attempts(box) == [1])
        box.sandbox.clock.advance(days=2)

        [delivery] = box.wait(lambda deliveries: deliveries[0]["state"] != "pending")

    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * 7 + [200]


def test_an_endpoint_gets_events_in_order_and_a_slow_one_delays_no_answer(box: Box, receiver: Receiver) -> None:
    receiver.gate.clear()
    box.register(receiver)
    keys = [box.attach(name=f"{number}.pdf")["pushOperationKey"] for number in range(5)]
    receiver.gate.set()

    assert [json.loads(receiver.next().body)["payload"]["id"] for _ in keys] == keys
    last = box.ask("GET", "/deliveries?limit=2")["deliveries"]
    assert [json.loads(delivery["body"])["payload"]["id"] for delivery in last] == keys[-2:]
    assert [delivery["exchange"] for delivery in last] == [4, 5]


def test_a_failed_event_lets_later_ones_pass(box: Box) -> None:
    with receiving(503) as receiver:
        box.register(receiver)
        box.attach()
        box.attach()
        first, second = box.wait(lambda deliveries: deliveries[1]["state"] == "delivered")

    assert first["state"] == "pending"
    assert first["next_attempt"] > second["created"]


@pytest.mark.proves("codat.webhook-timeout")
def test_a_receiver_that_takes_too_long_is_not_waited_for(box: Box, receiver: Receiver) -> None:
    box.sandbox.configure(codat_webhook_timeout=1)
    receiver.gate.clear()
    box.register(receiver)
    box.attach()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])

    assert delivery["attempts"][0]["status"] is None
    assert delivery["attempts"][0]["error"] == "There was no answer within 1 seconds."


def test_a_receiver_that_is_down_is_an_attempt_with_an_error(box: Box) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    box.ask("POST", vendor="codat", url=url)
    box.attach()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])

    assert delivery["attempts"][0]["error"].startswith("There was no answer: ")


@pytest.mark.parametrize("url", ["http://xn--.localhost/", f"http://127.0.0.1/{'a' * 70_000}", "http://127.0.0.1:0/"])
def test_a_url_that_cannot_be_called_is_an_attempt_with_an_error(box: Box, url: str) -> None:
    box.ask("POST", vendor="codat", url=url)
    box.attach()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])

    assert delivery["state"] == "pending"
    assert delivery["attempts"][0]["error"].startswith("There was no answer: ")
    assert not delivery["attempts"][0]["error"].endswith("..")


@pytest.mark.proves("codat.webhook-disabled")
def test_five_days_of_nothing_but_failures_disable_a_consumer(box: Box) -> None:
    box.sandbox.clock.freeze()
    with receiving(500, 200, *[500] * 20) as receiver:
        box.register(receiver)

        def attach(number: int) -> bool:
            box.attach()
            box.wait(lambda deliveries: len(deliveries) == number and deliveries[-1]["attempts"])
            return box.sandbox.webhooks.endpoints()[0].disabled

        attach(1)
        box.sandbox.clock.advance(seconds=5)
        box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")
        box.sandbox.clock.advance(days=5)
        assert not attach(2)
        box.sandbox.clock.advance(days=4)
        box.wait(lambda deliveries: deliveries[1]["state"] == "failed")
        assert not attach(3)
        box.sandbox.clock.advance(days=2)
        box.wait(lambda deliveries: deliveries[2]["state"] == "failed")

    assert box.sandbox.webhooks.endpoints()[0].disabled
    last = box.deliveries()[2]["attempts"]
    assert [(attempt["status"], attempt["error"]) for attempt in last] == [
        *[(500, None)] * 2,
        *[(None, "The endpoint is disabled.")] * 6,
    ]
    box.attach()
    assert len(box.deliveries()) == 3


@pytest.mark.parametrize("end", ["reset", "delete"])
def test_the_end_of_a_sandbox_ends_its_deliveries(box: Box, receiver: Receiver, end: str) -> None:
    receiver.gate.clear()
    box.register(receiver)
    for _ in range(3):
        box.attach()
    receiver.next()
    getattr(box.sandbox, end)()
    receiver.gate.set()

    # Whatever is sent from here on comes after what the old sandbox had left to send.
    box.register(receiver)
    key = box.attach()["pushOperationKey"]
    assert json.loads(receiver.next().body)["payload"]["id"] == key
    assert len(box.deliveries()) == 1


def test_a_removed_endpoint_gets_nothing_more(box: Box, receiver: Receiver) -> None:
    receiver.statuses = [500]
    endpoint = box.register(receiver)
    box.attach()
    box.wait(lambda _: attempts(box) == [1])
    box.ask("DELETE", f"/{endpoint['id']}")

    assert box.ask("GET")["webhooks"] == []
    assert [delivery["state"] for delivery in box.deliveries()] == ["cancelled"]

    receiver.gate.clear()
    second = box.register(receiver)
    box.attach()
    receiver.next(), receiver.next()
    box.ask("DELETE", f"/{second['id']}")
    assert [delivery["state"] for delivery in box.deliveries()] == ["cancelled"] * 2
    with pytest.raises(EmulatorError, match="There is no webhook"):
        box.ask("DELETE", f"/{endpoint['id']}")


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "https://example.com/", "http://127.0.0.1.example.com/"])
def test_only_this_machine_is_called_unless_a_setting_allows_more(box: Box, url: str) -> None:
    with pytest.raises(EmulatorError, match="--webhook-hosts"):
        box.ask("POST", vendor="codat", url=url)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1:3000", "http://127.0.0.1:99999/", "http://"])
def test_what_is_no_url_of_a_web_server_is_refused(box: Box, url: str) -> None:
    with pytest.raises(EmulatorError, match="is not a URL that begins with http"):
        box.ask("POST", vendor="codat", url=url)


def test_a_vendor_without_webhooks_says_so(box: Box, receiver: Receiver) -> None:
    with pytest.raises(EmulatorError, match="whose webhooks are not emulated; those of xero, codat, dualentry are"):
        box.register(receiver, vendor="vrplatform")


def test_what_an_event_loop_leaves_behind_is_sent_in_the_next_one(receiver: Receiver) -> None:
    transport = httpx.ASGITransport(app=create_app())
    file = {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}

    async def attach(http: httpx.AsyncClient) -> None:
        headers = {"Authorization": "Basic YTpi"}
        path = f"/codat{CONNECTION}/push/invoices/inv-1/attachment"
        (await http.post(path, files=file, headers=headers)).raise_for_status()

    async def begin() -> None:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            members = {"vendor": "codat", "url": receiver.url}
            await http.post("/_emulator/sandboxes/default/webhooks", json=members)
            await attach(http)
            await asyncio.to_thread(receiver.next)

    async def go_on() -> list[str]:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            await attach(http)
            await asyncio.to_thread(lambda: [receiver.next() for _ in range(2)])
            while True:
                answer = await http.get("/_emulator/sandboxes/default/webhooks/deliveries")
                states = [delivery["state"] for delivery in answer.json()["deliveries"]]
                # The worker is the other task; it closes its connection last.
                if "pending" not in states and len(asyncio.all_tasks()) == 1:
                    return states
                await asyncio.sleep(0.01)

    receiver.gate.clear()
    asyncio.run(begin())
    receiver.gate.set()

    assert asyncio.run(go_on()) == ["delivered"] * 2


def test_events_beyond_what_an_endpoint_can_wait_for_are_discarded(
    box: Box, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emulator.webhooks.webhooks.MAX_PENDING", 2)
    receiver.gate.clear()
    box.register(receiver)
    box.attach()
    receiver.next()
    for _ in range(3):
        box.attach()

    assert [delivery["state"] for delivery in box.deliveries()] == ["pending", "pending", "discarded", "discarded"]
    receiver.gate.set()
    box.wait(lambda deliveries: deliveries[1]["state"] == "delivered")
