"""The events that DualEntry sends, their topics and their signature."""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from emulator.core.ids import Ids
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.errors import to_json
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType
from emulator.vendors.dualentry.state import Record
from emulator.webhooks.models import Delivery, Endpoint, Message, WebhookFormat

API_VERSION = "2026-06-27"
Action = Literal["created", "updated", "deleted"]
_ACTIONS: tuple[Action, ...] = ("created", "updated", "deleted")


def _sign(secret: str, delivery: Delivery, moment: datetime) -> Mapping[str, str]:
    timestamp = str(int(moment.timestamp()))
    content = timestamp.encode() + b"." + delivery.body
    return {
        "Dualentry-Webhook-Signature-V1": hmac.new(secret.encode(), content, sha256).hexdigest(),
        "Dualentry-Webhook-Request-Timestamp": timestamp,
        "Dualentry-Webhook-Uuid": delivery.endpoint.id,
    }


WEBHOOKS = WebhookFormat(
    vendor="dualentry",
    new_id=Ids.uuid,
    new_secret=Ids.token,
    sign=_sign,
    # A day with growing pauses, and four more days.
    delays=(0, 60, 540, 3000, 7200, 18_000, 57_600, *[86_400] * 4),
    final=(400, 401, 403, 404, 405, 410, 422),
    honours_retry_after=True,
    disabled_after=timedelta(days=5),
)


def topic(record_type: RecordType, action: Action) -> str:
    """Return the name of an event, such as `core.invoice/created`."""
    return f"core.{record_type.name.lower()}/{action}"


TOPICS = tuple(
    topic(record_type, action)
    for record_type in RECORD_TYPES.values()
    for action in _ACTIONS
    if action != "deleted" or record_type.deletable
)
"""The topics of the records that the emulator has."""


def send_event(request: VendorRequest, record: Record, action: Action) -> None:
    """Send the event of a change to a record."""
    webhooks, now = request.sandbox.webhooks, request.sandbox.clock.now()
    if not webhooks.of_vendor(WEBHOOKS.vendor):
        return
    event = {
        "event_id": WEBHOOKS.new_id(webhooks.ids),
        "api_version": API_VERSION,
        "topic": topic(record.kind, action),
        "object_type": f"core.{record.kind.name}",
        "object": {"id": record.internal_id},
    }

    def render(endpoint: Endpoint) -> bytes:
        return to_json({**event, "webhook_uuid": endpoint.id, "created_at": now})

    webhooks.publish(
        Message(
            id=str(event["event_id"]),
            vendor=WEBHOOKS.vendor,
            event_type=str(event["topic"]),
            created=now,
            timeout=request.value(rules.WEBHOOK_TIMEOUT),
            exchange=request.exchange.number,
        ),
        render,
    )
