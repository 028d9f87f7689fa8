"""Codat's events, their signatures, and the consumers that receive them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from svix.webhooks import Webhook, WebhookVerificationError

from tests.vendors.codat.conftest import Codat
from tests.webhooks.conftest import COMPANY, CONNECTION, Box, box, receiver, server  # noqa: F401
from tests.webhooks.receiver import Receiver

CONSUMER = {"url": "http://127.0.0.1:9/hooks", "eventTypes": ["bills.write.successful"]}


@pytest.mark.proves("codat.webhook-write")
def test_an_uploaded_attachment_is_an_event(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.register(receiver)
    operation = box.attach("inv-1")

    event = json.loads(receiver.next().body)

    assert event["eventType"] == "invoices.write.successful"
    assert event["payload"] == {
        "id": operation["pushOperationKey"],
        "type": "UploadAttachment",
        "referenceCompany": event["payload"]["referenceCompany"],
        "connectionId": operation["dataConnectionKey"],
        "requestedOnDate": operation["requestedOnUtc"][:19] + "Z",
        "completedOnDate": operation["completedOnUtc"][:19] + "Z",
        "status": "Success",
        "record": {"id": "inv-1"},
        "attachmentId": operation["changes"][0]["attachmentId"],
    }
    assert event["payload"]["referenceCompany"]["id"] == COMPANY


def test_a_pending_write_is_an_event_when_it_completes(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.configure(codat_push_polls=1)
    box.register(receiver)
    with box.sandbox.codat.client() as http:
        key = http.post(f"{CONNECTION}/push/bills", json={"status": "Open"}).json()["pushOperationKey"]
        assert box.deliveries() == []
        for _ in range(2):
            http.get(f"/companies/{COMPANY}/push/{key}")

    event = json.loads(receiver.next().body)
    assert (event["eventType"], event["payload"]["type"]) == ("bills.write.successful", "Create")
    assert event["payload"]["attachmentId"] is None
    assert len(box.deliveries()) == 1


@pytest.mark.proves("codat.push-timeout", "codat.webhook-write-unsuccessful")
@pytest.mark.parametrize("kind", ["UploadAttachment", "Create"])
def test_a_write_that_times_out_is_an_event_and_writes_nothing(box: Box, receiver: Receiver, kind: str) -> None:  # noqa: F811
    box.sandbox.configure(codat_push_polls=5)
    box.register(receiver)
    with box.sandbox.codat.client() as http:
        if kind == "Create":
            body: dict[str, Any] = {"json": {"status": "Draft"}}
            path = f"{CONNECTION}/push/invoices"
        else:
            body = {"files": {"file": ("a.pdf", b"%PDF-1.7", "application/pdf")}}
            path = f"{CONNECTION}/push/invoices/inv-1/attachment"
        invoices = http.get(f"/companies/{COMPANY}/data/invoices").json()["totalResults"]
        operation = (
            f"/companies/{COMPANY}/push/" + http.post(f"{path}?timeoutInMinutes=2", **body).json()["pushOperationKey"]
        )
        box.sandbox.clock.advance(minutes=1)
        assert http.get(operation).json()["status"] == "Pending"
        box.sandbox.clock.advance(minutes=1)
        answer = http.get(operation).json()
        assert http.get(f"/companies/{COMPANY}/data/invoices").json()["totalResults"] == invoices

    event = json.loads(receiver.next().body)
    assert (answer["status"], answer["changes"][0]["attachmentId"]) == ("TimedOut", None)
    assert event["eventType"] == "invoices.write.unsuccessful"
    assert (event["payload"]["type"], event["payload"]["status"]) == (kind, "TimedOut")
    assert event["payload"]["record"] == ({"id": "inv-1"} if kind == "UploadAttachment" else None)
    assert event["payload"]["attachmentId"] is None


@pytest.mark.proves("codat.webhook-sync")
def test_a_complete_sync_of_expenses_is_an_event(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.register(receiver, event_types=["expenses.sync.successful"])
    transfer = {"date": "2026-02-01", "from": {"accountRef": {"id": "a"}, "amount": 5}}
    body = {**transfer, "to": {"accountRef": {"id": "b"}, "amount": 5}}
    with box.sandbox.codat.client() as http:
        path = f"/companies/{COMPANY}/sync/expenses/transfer-transactions/one"
        sync = http.put(path, json=body).json()["syncId"]

    event = json.loads(receiver.next().body)
    assert event["payload"]["syncId"] == sync
    assert event["payload"]["transactions"] == [{"id": "one", "status": "Completed", "errorMessage": None}]


@pytest.mark.proves("codat.webhook-quota")
def test_the_end_of_the_quota_and_of_its_day_are_events(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.configure(codat_rate_limits=True, codat_rate_per_day=1)
    box.sandbox.clock.freeze()
    box.sandbox.clock.set("2026-02-03T10:00:05Z")
    box.register(receiver)
    box.register(receiver, tags=["region:us"])
    with box.sandbox.codat.client() as http:
        quota = int(http.get("/companies").headers["x-rate-limit-limit"])
        statuses = [http.get("/companies").status_code for _ in range(quota + 1)]
        reached = json.loads(receiver.next().body)
        box.wait(lambda deliveries: deliveries[0]["state"] == "delivered")
        assert len(box.deliveries()) == 2
        box.sandbox.clock.advance(hours=14)
        reset = json.loads(receiver.next().body)
        assert http.get("/companies").status_code == 200

    assert statuses == [200] * (quota - 1) + [429, 429]
    events = [(event["eventType"], event["generatedDate"], event["payload"]) for event in (reached, reset)]
    assert events == [
        (
            "client.rateLimit.reached",
            "2026-02-03T10:00:05Z",
            {"dailyQuota": quota, "quotaRemaining": 0, "expiryDate": "2026-02-04T00:00:00Z"},
        ),
        (
            "client.rateLimit.reset",
            "2026-02-04T00:00:00Z",
            {"dailyQuota": quota, "quotaRemaining": quota, "expiryDate": "2026-02-05T00:00:00Z"},
        ),
    ]


@pytest.mark.proves("codat.webhook-signature")
def test_svix_verifies_what_is_sent_and_nothing_else(box: Box, receiver: Receiver) -> None:  # noqa: F811
    # However far its clock was moved, the sandbox's receivers have the machine's.
    box.sandbox.clock.advance(days=400)
    secret = box.register(receiver)["secret"]
    box.attach()
    received = receiver.next()

    assert Webhook(secret).verify(received.body, dict(received.headers)) == json.loads(received.body)
    stale = {**received.headers, "webhook-timestamp": str(int(received.headers["webhook-timestamp"]) - 600)}
    for body, headers in ((received.body + b" ", received.headers), (received.body, stale)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, dict(headers))


@pytest.mark.proves("codat.webhook-tags")
def test_a_consumer_with_tags_gets_events_of_companies_with_one_of_them(box: Box, receiver: Receiver) -> None:  # noqa: F811
    with box.sandbox.codat.client() as http:
        for tags in (["region:uk"], ["region:us", "tier:9"], None):
            consumer = {"url": receiver.url, "eventTypes": ["invoices.write.successful"], "companyTags": tags}
            assert http.post("/webhooks", json=consumer).status_code == 201
        http.patch(f"/companies/{COMPANY}", json={"tags": {"region": "us"}})
    box.attach()

    box.wait(lambda deliveries: len(deliveries) == 2 and all(each["state"] == "delivered" for each in deliveries))
    ids = [endpoint["id"] for endpoint in box.ask("GET")["webhooks"]]
    assert {delivery["webhook"] for delivery in box.deliveries()} == set(ids[1:])


def test_consumers_are_created_listed_and_deleted(codat: Codat) -> None:
    created = codat.send_json("POST", "/webhooks", {**CONSUMER, "disabled": True})

    assert created.status == 201
    consumer = created.json()
    assert consumer == {"id": consumer["id"], **CONSUMER, "disabled": True, "companyTags": []}
    assert codat.get("/webhooks").json() == {"results": [consumer]}
    assert codat.request("DELETE", f"/webhooks/{consumer['id']}").status == 204
    assert codat.get("/webhooks").json() == {"results": []}


@pytest.mark.proves("codat.webhook-unknown")
def test_a_consumer_is_deleted_once(codat: Codat) -> None:
    answer = codat.request("DELETE", "/webhooks/12571faf-0898-47e7-afdd-0fe9eb0a9bf5")

    assert (answer.status, answer.rule) == (404, "codat.webhook-unknown")


@pytest.mark.proves("codat.webhook-consumer")
@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "example.com"},
        {"eventTypes": []},
        {"companyTags": ["region"]},
        {"companyTags": ["a:b"] * 11},
        {"disabled": "yes"},
    ],
)
def test_an_invalid_consumer_is_refused(codat: Codat, wrong: dict[str, object]) -> None:
    answer = codat.send_json("POST", "/webhooks", {**CONSUMER, **wrong})

    assert (answer.status, answer.rule) == (400, "codat.webhook-consumer")


@pytest.mark.proves("codat.max-webhooks")
def test_a_client_has_so_many_consumers_and_no_more(make: Callable[..., Codat]) -> None:
    codat = make(codat_max_webhooks=1)

    assert codat.send_json("POST", "/webhooks", CONSUMER).status == 201
    assert codat.send_json("POST", "/webhooks", CONSUMER).rule == "codat.max-webhooks"
