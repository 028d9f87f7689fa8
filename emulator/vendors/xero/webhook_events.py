"""The events that Xero sends, their signature, and the check of a new endpoint."""

import hmac
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from hashlib import sha256

from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.xero import rules
from emulator.vendors.xero.document_storage import Change
from emulator.vendors.xero.document_types import CONTACTS, CREDIT_NOTES, INVOICES
from emulator.vendors.xero.state import Organisation
from emulator.webhooks.models import Delivery, Endpoint, Message, WebhookFormat

# The documents whose changes are events, and the categories of these events.
_CATEGORIES = {CONTACTS: "CONTACT", INVOICES: "INVOICE", CREDIT_NOTES: "CREDITNOTE"}
_ENTROPY_LENGTH = 20


def _sign(secret: str, delivery: Delivery, _: datetime) -> Mapping[str, str]:
    digest = hmac.digest(secret.encode(), delivery.body, sha256)
    return {"x-xero-signature": b64encode(digest).decode()}


def _new_secret(ids: Ids) -> str:
    return b64encode(bytes.fromhex(ids.token() + ids.token())).decode()


def _handshake(ids: Ids) -> bytes:
    return _body([], 0, 0, _entropy(ids))


WEBHOOKS = WebhookFormat(
    vendor="xero",
    new_id=Ids.uuid,
    new_secret=_new_secret,
    sign=_sign,
    delays=(0, 5 * 60, 15 * 60, 3600, 3 * 3600, 6 * 3600, 49_200),
    accepted=(200,),
    handshake=_handshake,
)


def send_changes(request: VendorRequest, organisation: Organisation, changes: Iterable[Change]) -> None:
    """Send the events of a request's changes: those of one category together."""
    webhooks = request.sandbox.webhooks
    if not webhooks.of_vendor(WEBHOOKS.vendor):
        return
    now = request.sandbox.clock.now()
    for kind, category in _CATEGORIES.items():
        events = [_event(request, organisation, category, change) for change in changes if change.document.kind is kind]
        if events:
            message = Message(
                id=WEBHOOKS.new_id(webhooks.ids),
                vendor=WEBHOOKS.vendor,
                event_type=category,
                created=now,
                timeout=request.value(rules.WEBHOOK_TIMEOUT),
                exchange=request.exchange.number,
            )
            webhooks.publish(message, partial(_numbered, events, _entropy(webhooks.ids)))


def _event(request: VendorRequest, organisation: Organisation, category: str, change: Change) -> JsonObject:
    document, now = change.document, request.sandbox.clock.now()
    event: JsonObject = {
        # Clients follow the URL, so it has the emulator's address in place of api.xero.com.
        "resourceUrl": f"{request.api_url}/api.xro/2.0/{document.kind.plural}/{document.id}",
        "resourceId": document.id,
        "tenantId": organisation.tenant_id,
        "tenantType": "ORGANISATION",
        "eventCategory": category,
        "eventType": change.event_type,
        "eventDateUtc": now.replace(tzinfo=None).isoformat(timespec="milliseconds"),
    }
    if document.kind is CREDIT_NOTES:
        event["data"] = {"Type": document.fields.get("Type"), "Status": document.fields.get("Status")}
    return event


def _numbered(events: list[JsonObject], entropy: str, endpoint: Endpoint) -> bytes:
    """Return the body for an endpoint, with the next numbers of its events."""
    first = endpoint.last_event + 1
    endpoint.last_event += len(events)
    return _body(events, first, endpoint.last_event, entropy)


def _body(events: list[JsonObject], first: int, last: int, entropy: str) -> bytes:
    body = {"events": events, "firstEventSequence": first, "lastEventSequence": last, "entropy": entropy}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _entropy(ids: Ids) -> str:
    """Return random capital letters."""
    return "".join(chr(ord("A") + byte % 26) for byte in bytes.fromhex(ids.token())[:_ENTROPY_LENGTH])
