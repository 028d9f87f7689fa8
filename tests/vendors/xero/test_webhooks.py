"""Xero's events, their signatures, and its check of new endpoints."""

import hmac
import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import httpx
import pytest

from emulator.testing import EmulatorError
from tests.webhooks.conftest import Box, box, receiver, server  # noqa: F401
from tests.webhooks.receiver import Receiver

CREDIT_NOTE = {"Type": "ACCPAYCREDIT", "Contact": {"Name": "A new supplier"}, "Status": "DRAFT"}


def signature(secret: str, body: bytes) -> str:
    return b64encode(hmac.new(secret.encode(), body, sha256).digest()).decode()


def put(box: Box, kind: str, *documents: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: F811
    with box.sandbox.xero.client() as http:
        answer = http.put(f"/{kind}", json={kind: documents})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()[kind]
    return items


@pytest.mark.proves("xero.webhook-handshake")
def test_a_new_endpoint_is_checked_with_a_right_and_a_wrong_signature(box: Box, receiver: Receiver) -> None:  # noqa: F811
    receiver.statuses = [200, 401]
    endpoint = box.register(receiver, vendor="xero")
    right, wrong = receiver.next(), receiver.next()
    box.wait(lambda _: box.ask("GET")["webhooks"][0]["status"] == "ok")

    assert endpoint["status"] == "intent to receive"
    assert right.body == wrong.body
    assert json.loads(right.body)["events"] == []
    assert right.headers["x-xero-signature"] == signature(endpoint["secret"], right.body)
    assert wrong.headers["x-xero-signature"] != right.headers["x-xero-signature"]


@pytest.mark.proves("xero.webhook-handshake")
@pytest.mark.parametrize(
    ("statuses", "body"), [([200, 200], b""), ([401, 401], b""), ([202, 401], b""), ([200, 401], b"{}")]
)
def test_an_endpoint_that_fails_the_check_gets_no_events(
    box: Box,  # noqa: F811
    receiver: Receiver,  # noqa: F811
    statuses: list[int],
    body: bytes,
) -> None:
    receiver.statuses, receiver.body = statuses, body
    box.register(receiver, vendor="xero")
    receiver.next(), receiver.next()
    box.wait(lambda _: box.ask("GET")["webhooks"][0]["status"] == "refused")
    put(box, "Contacts", {"Name": "Unannounced"})
    assert len(box.deliveries()) == 2

    receiver.statuses, receiver.body = [200, 401], b""
    [endpoint] = box.sandbox.webhooks.endpoints()
    assert box.sandbox.webhooks.check(endpoint).status == "intent to receive"
    box.wait(lambda _: box.sandbox.webhooks.endpoints()[0].status == "ok")


def test_only_the_answers_to_the_last_check_count(box: Box, receiver: Receiver) -> None:  # noqa: F811
    receiver.gate.clear()
    receiver.statuses = [500, 200, 401]
    endpoint = box.register(receiver, vendor="xero")
    receiver.next()
    box.sandbox.webhooks.check(endpoint["id"])
    receiver.gate.set()

    deliveries = box.wait(lambda deliveries: all(delivery["state"] != "pending" for delivery in deliveries))
    assert [delivery["state"] for delivery in deliveries] == ["failed", "cancelled", "delivered", "delivered"]
    assert box.sandbox.webhooks.endpoints()[0].status == "ok"
    with pytest.raises(EmulatorError, match="check the endpoint instead"):
        box.sandbox.webhooks.send_again(deliveries[0]["id"])


@pytest.mark.proves("xero.webhook-events", "xero.webhook-signature")
def test_a_created_credit_note_and_its_new_contact_are_events(box: Box, receiver: Receiver) -> None:  # noqa: F811
    secret = box.register(receiver, vendor="xero", check=False)["secret"]
    [note] = put(box, "CreditNotes", CREDIT_NOTE)
    contact, created = receiver.next(), receiver.next()
    [event] = json.loads(created.body)["events"]

    assert created.headers["x-xero-signature"] == signature(secret, created.body)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", event.pop("eventDateUtc"))
    assert event == {
        "resourceUrl": f"{box.sandbox.xero.base_url}/CreditNotes/{note['CreditNoteID']}",
        "resourceId": note["CreditNoteID"],
        "tenantId": box.sandbox.xero.tenant_id,
        "tenantType": "ORGANISATION",
        "eventCategory": "CREDITNOTE",
        "eventType": "CREATE",
        "data": {"Type": "ACCPAYCREDIT", "Status": "DRAFT"},
    }
    assert json.loads(contact.body)["events"][0]["resourceId"] == note["Contact"]["ContactID"]
    headers = dict(box.sandbox.xero.headers)
    assert httpx.get(event["resourceUrl"], headers=headers).json()["CreditNotes"][0]["CreditNoteID"]


@pytest.mark.proves("xero.webhook-batch")
def test_the_events_of_a_request_come_together_and_are_numbered(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.register(receiver, vendor="xero", check=False, event_types=["CONTACT"])
    first = put(box, "Contacts", {"Name": "One"}, {"Name": "Two"})
    with box.sandbox.xero.client() as http:
        changed = {"Contacts": [{"ContactID": first[0]["ContactID"], "EmailAddress": "a@example.com"}]}
        assert http.post("/Contacts", json=changed).status_code == 200
    put(box, "CreditNotes", {**CREDIT_NOTE, "Contact": {"ContactID": first[0]["ContactID"]}})
    created, updated = (json.loads(receiver.next().body) for _ in range(2))

    assert [event["resourceId"] for event in created["events"]] == [contact["ContactID"] for contact in first]
    assert [event["eventType"] for event in updated["events"]] == ["UPDATE"]
    numbers = [(body["firstEventSequence"], body["lastEventSequence"]) for body in (created, updated)]
    assert numbers == [(1, 2), (3, 3)]
    assert all(re.fullmatch("[A-Z]{20}", body["entropy"]) for body in (created, updated))
    assert len(box.deliveries()) == 2


@pytest.mark.proves("xero.attachment-updates")
def test_an_attachment_is_an_update_only_by_a_setting(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.register(receiver, vendor="xero", check=False)
    document = box.sandbox.xero.invoice()

    def attach() -> Any:
        box.sandbox.clock.advance(seconds=1)
        with box.sandbox.xero.client() as http:
            path = f"/Invoices/{document.id}"
            assert http.put(f"{path}/Attachments/a.pdf", content=b"%PDF-1.7").status_code == 200
            return http.get(path).json()["Invoices"][0]["UpdatedDateUTC"]

    before = attach()
    assert attach() == before
    assert box.deliveries() == []
    box.sandbox.configure(xero_attachment_updates=True)

    assert attach() > before
    [event] = json.loads(receiver.next().body)["events"]
    assert (event["resourceId"], event["eventType"]) == (document.id, "UPDATE")


@pytest.mark.proves("xero.webhook-attempts")
def test_only_a_200_ends_the_attempts_of_a_day(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.clock.freeze()
    receiver.statuses = [201, 204, 301, 400, 500, 503, 500]
    box.register(receiver, vendor="xero", check=False)
    put(box, "Contacts", {"Name": "Repeated"})
    box.wait(lambda deliveries: len(deliveries[0]["attempts"]) == 1)
    box.sandbox.clock.advance(days=1)
    [delivery] = box.wait(lambda deliveries: deliveries[0]["state"] == "failed")

    assert [attempt["status"] for attempt in delivery["attempts"]] == [201, 204, 301, 400, 500, 503, 500]


@pytest.mark.proves("xero.webhook-timeout")
def test_a_slow_receiver_is_not_waited_for(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.sandbox.configure(xero_webhook_timeout=1)
    receiver.gate.clear()
    box.register(receiver, vendor="xero", check=False)
    put(box, "Contacts", {"Name": "Waiting"})

    [delivery] = box.wait(lambda deliveries: deliveries[0]["attempts"])
    assert delivery["attempts"][0]["error"] == "There was no answer within 1 seconds."


def test_a_refused_list_and_a_replayed_request_send_nothing(box: Box, receiver: Receiver) -> None:  # noqa: F811
    box.register(receiver, vendor="xero", check=False)
    with box.sandbox.xero.client() as http:
        bad = {"Contacts": [{"Name": "Good"}, {"Name": ""}]}
        assert http.put("/Contacts", json=bad).status_code == 400
        for _ in range(2):
            good = http.put("/Contacts", json={"Contacts": [{"Name": "Once"}]}, headers={"Idempotency-Key": "k"})
            assert good.status_code == 200

    assert len(box.deliveries()) == 1
