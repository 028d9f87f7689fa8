"""DualEntry's webhooks: their management, events, signatures and attempts."""

import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.vendors.dualentry.conftest import DualEntry, errors
from tests.webhooks.conftest import Box, box, receiver, server  # noqa: F401
from tests.webhooks.receiver import Receiver

PATH = "/public/v2/webhooks/"
URL = "http://127.0.0.1:9/hooks"
TOPIC = "core.invoice/updated"


@pytest.fixture
def http(box: Box) -> Iterator[httpx.Client]:  # noqa: F811
    with box.sandbox.dualentry.client() as client:
        yield client


def create(http: httpx.Client, url: str, *topics: str) -> dict[str, Any]:
    answer = http.post("/webhooks/", json={"url": url, "topics": topics})
    assert answer.status_code == 200, answer.text
    webhook: dict[str, Any] = answer.json()
    return webhook


def test_a_webhook_is_created_changed_and_deleted(dualentry: DualEntry) -> None:
    def send(method: str, path: str, **fields: object) -> dict[str, Any]:
        return dualentry.ok(dualentry.send_json(method, path, fields))

    created = send("POST", PATH, url=URL, topics=["core.bill/created"])
    secret, path = created.pop("secret"), f"{PATH}{created['uuid']}/"

    assert len(secret) == 64
    assert dualentry.ok(dualentry.get(path)) == created
    assert dualentry.ok(dualentry.get(PATH)) == {"items": [created], "count": 1}
    assert dualentry.ok(dualentry.get(PATH.replace("v2", "v1")))["items"] == [created]
    changed = send("PATCH", path, topics=[TOPIC], is_active=False)
    assert changed == {**created, "topics": [TOPIC], "is_active": False}
    replaced = send("PUT", path, url=f"{URL}/2", topics=["core.bill/updated"])
    assert replaced == {**created, "url": f"{URL}/2", "topics": ["core.bill/updated"]}
    assert dualentry.ok(dualentry.request("DELETE", path)) == {"success": True}
    assert dualentry.ok(dualentry.get(PATH)) == {"items": [], "count": 0}


@pytest.mark.proves("dualentry.webhook")
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "missing body.payload.url: Field required"),
        ({"url": URL, "topics": []}, "too_short body.payload.topics: "),
        ({"url": "ftp://x", "topics": [TOPIC]}, "string_pattern_mismatch body.payload.url: "),
        ({"url": URL, "topics": [TOPIC, "core.x/y"]}, "value_error body.payload.topics.1: Value error, unknown topic"),
    ],
)
def test_an_invalid_webhook_is_refused(dualentry: DualEntry, body: dict[str, Any], error: str) -> None:
    answer = dualentry.send_json("POST", PATH, body)

    assert answer.status == 422
    assert errors(answer)["__all__"][0].startswith(error)
    assert dualentry.ok(dualentry.get(PATH))["count"] == 0


@pytest.mark.proves("dualentry.webhook-unknown")
@pytest.mark.parametrize(("method", "below"), [("GET", ""), ("DELETE", ""), ("GET", "deliveries/")])
def test_an_unknown_webhook_gets_404(dualentry: DualEntry, method: str, below: str) -> None:
    answer = dualentry.request(method, f"{PATH}00000000-0000-4000-8000-00000000dead/{below}")

    assert (answer.status, errors(answer)) == (404, {"__all__": ["Not found"]})


@pytest.mark.proves("dualentry.webhook-events", "dualentry.webhook-signature")
def test_a_record_s_changes_are_signed_events(box: Box, http: httpx.Client, receiver: Receiver) -> None:  # noqa: F811
    topics = http.get("/webhooks/topics/").json()
    webhook = create(http, receiver.url, *topics["items"])
    journal = http.post("/statistical-journals/", json={"date": "2026-03-02"}).json()
    path = f"/statistical-journals/{journal['number']}/"
    http.post(f"{path}attachments/", files={"files": ("a.pdf", b"%PDF-1.7", "application/pdf")}).raise_for_status()
    http.delete(path).raise_for_status()
    received = [receiver.next() for _ in range(3)]
    events = [json.loads(one.body) for one in received]

    assert topics["count"] == len(topics["items"]) == 2 * 13 + 1
    assert [event["topic"].rpartition("/")[2] for event in events] == ["created", "updated", "deleted"]
    assert events[0] == {
        "event_id": events[0]["event_id"],
        "api_version": "2026-06-27",
        "topic": "core.statisticaljournal/created",
        "object_type": "core.StatisticalJournal",
        "object": {"id": journal["id"]},
        "webhook_uuid": webhook["uuid"],
        "created_at": events[0]["created_at"],
    }
    headers = received[0].headers
    content = headers["dualentry-webhook-request-timestamp"].encode() + b"." + received[0].body
    digest = hmac.new(webhook["secret"].encode(), content, sha256).hexdigest()
    assert headers["dualentry-webhook-signature-v1"] == digest
    assert headers["dualentry-webhook-uuid"] == webhook["uuid"]


@pytest.mark.proves("dualentry.webhook-deliveries")
def test_the_deliveries_of_a_webhook_are_listed(box: Box, http: httpx.Client, receiver: Receiver) -> None:  # noqa: F811
    webhook = create(http, receiver.url, "core.bill/created")
    create(http, receiver.url, TOPIC)
    receiver.statuses = [422]
    for _ in range(2):
        http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
    events = [json.loads(receiver.next().body)["event_id"] for _ in range(2)]
    box.wait(lambda deliveries: deliveries[-1]["state"] == "delivered")
    listed = http.get(f"/webhooks/{webhook['uuid']}/deliveries/").json()

    assert [item["event_id"] for item in listed["items"]] == events[::-1]
    assert [(item["status"], item["attempts"], item["response_status"]) for item in listed["items"]] == [
        ("delivered", 1, 200),
        ("failed", 1, 422),
    ]


@pytest.mark.proves("dualentry.webhook-attempts")
def test_five_days_of_failures_disable_a_webhook(box: Box, http: httpx.Client, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.clock.freeze()
    receiver.statuses = [500] * 11
    webhook = create(http, receiver.url, "core.bill/created")
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
    box.wait(lambda deliveries: len(deliveries[0]["attempts"]) == 1)
    box.sandbox.clock.advance(days=5, seconds=-1)
    box.wait(lambda deliveries: len(deliveries[0]["attempts"]) == 10)
    assert http.get(f"/webhooks/{webhook['uuid']}/").json()["is_active"]
    box.sandbox.clock.advance(seconds=1)
    box.wait(lambda deliveries: deliveries[0]["state"] == "failed")

    disabled = http.get(f"/webhooks/{webhook['uuid']}/").json()
    assert (disabled["is_active"], disabled["last_error"]) == (False, "webhook_disabled")
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
    assert len(box.deliveries()) == 1
    enabled = http.patch(f"/webhooks/{webhook['uuid']}/", json={"is_active": True}).json()
    assert (enabled["is_active"], enabled["last_error"]) == (True, None)
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
    box.wait(lambda deliveries: deliveries[1]["state"] == "delivered")


@pytest.mark.proves("dualentry.webhook-attempts")
@pytest.mark.parametrize(("headers", "due"), [({}, 60), ({"Retry-After": "7200"}, 7200), ({"Retry-After": "1"}, 60)])
def test_retry_after_of_a_429_is_honoured(
    box: Box,  # noqa: F811
    http: httpx.Client,
    receiver: Receiver,  # noqa: F811
    headers: dict[str, str],
    due: int,
) -> None:
    box.sandbox.clock.freeze()
    receiver.statuses, receiver.headers = [429], headers
    create(http, receiver.url, "core.bill/created")
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
    box.wait(lambda deliveries: deliveries[0]["attempts"] and deliveries[0]["next_attempt"])
    receiver.next()
    box.sandbox.clock.advance(seconds=due - 1)
    assert box.deliveries()[0]["state"] == "pending"
    box.sandbox.clock.advance(seconds=1)

    assert receiver.next()
    box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")


@pytest.mark.proves("dualentry.webhook-attempts")
def test_retry_after_may_be_a_date(box: Box, http: httpx.Client, receiver: Receiver) -> None:  # noqa: F811
    receiver.statuses = [429]
    receiver.headers = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)}
    create(http, receiver.url, "core.bill/created")
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"] and deliveries[0]["next_attempt"] and deliveries)
    wait = datetime.fromisoformat(delivery["next_attempt"]) - datetime.fromisoformat(delivery["attempts"][0]["at"])
    assert timedelta(hours=2, seconds=-10) < wait < timedelta(hours=2, seconds=10)


@pytest.mark.proves("dualentry.webhook-timeout")
def test_a_slow_receiver_is_not_waited_for(box: Box, http: httpx.Client, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.configure(dualentry_webhook_timeout=1)
    receiver.gate.clear()
    create(http, receiver.url, "core.bill/created")
    http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])
    assert delivery["attempts"][0]["error"] == "There was no answer within 1 seconds."
