"""A handler is tried with webhooks that come twice, come late, or that the vendor did not send."""

import base64
import hashlib
import hmac

from emulator.testing import Sandbox
from emulator.testing.receiver import ReceivedWebhook


class Handler:
    """Stands for yours: it refuses what Xero did not sign, and handles nothing twice."""

    def __init__(self) -> None:
        self.key = ""
        self.handled: set[str] = set()

    def __call__(self, webhook: ReceivedWebhook) -> int:
        digest = hmac.digest(self.key.encode(), webhook.body, hashlib.sha256)
        signature = webhook.headers["x-xero-signature"]
        if not hmac.compare_digest(base64.b64encode(digest).decode(), signature):
            return 401
        self.handled |= {event["resourceId"] for event in webhook.json["events"]}
        return 200


def test_a_handler_takes_what_xero_signs_and_nothing_else(emulator: Sandbox) -> None:
    handler = Handler()
    receiver = emulator.webhooks.receive("xero", respond=handler)
    handler.key = receiver.secret
    emulator.faults.webhook_doubled(event_type="CONTACT")
    emulator.faults.webhook_wrong_signature(event_type="INVOICE")

    with emulator.xero.client() as http:
        http.put("/Contacts", json={"Contacts": [{"Name": "New"}]}).raise_for_status()
        receiver.wait_for("CONTACT", times=2)
        assert len(handler.handled) == 1

        invoice = {"Type": "ACCREC", "Contact": {"Name": "New"}, "LineItems": [{"Description": "Work"}]}
        http.put("/Invoices", json={"Invoices": [invoice]}).raise_for_status()
        assert receiver.wait_for("INVOICE").status == 401
        assert len(handler.handled) == 1

    emulator.clock.advance(minutes=5)
    assert receiver.wait_for("INVOICE", times=2).status == 200
    assert len(handler.handled) == 2
