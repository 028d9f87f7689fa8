"""The events that Codat sends, and their signatures, which are Svix's."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from emulator.core.clock import iso
from emulator.core.ids import Ids
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import rules
from emulator.vendors.codat.errors import to_json
from emulator.vendors.codat.state import Company, ExpenseSync, PushOperation
from emulator.webhooks.models import Delivery, Message, WebhookFormat

KEY_MARK = "whsec_"
QUOTA_REACHED, QUOTA_RESET = "client.rateLimit.reached", "client.rateLimit.reset"
# The write types of events, by those of push operations.
_WRITE_TYPES = {
    "Created": "Create",
    "Modified": "Update",
    "Deleted": "Delete",
    "AttachmentUploaded": "UploadAttachment",
}


def _new_secret(ids: Ids) -> str:
    return KEY_MARK + b64encode(bytes.fromhex(ids.token()[:48])).decode()


def _sign(secret: str, delivery: Delivery, moment: datetime) -> Mapping[str, str]:
    """Return Svix's headers without its name: the signature is of id, timestamp and body, joined by full stops."""
    timestamp = str(int(moment.timestamp()))
    content = b".".join((delivery.message.id.encode(), timestamp.encode(), delivery.body))
    digest = hmac.digest(b64decode(secret.removeprefix(KEY_MARK)), content, sha256)
    return {
        "webhook-id": delivery.message.id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }


WEBHOOKS = WebhookFormat(
    vendor="codat",
    new_id=lambda ids: f"msg_{ids.token()[:27]}",
    new_secret=_new_secret,
    sign=_sign,
    delays=(0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600),
    disabled_after=timedelta(days=5),
)


def send_write_event(request: VendorRequest, company: Company, operation: PushOperation) -> None:
    """Send the event of a push operation that has ended."""
    if operation.completed is None:
        return
    uploaded = operation.change == "AttachmentUploaded"
    outcome, status = ("unsuccessful", "TimedOut") if operation.timed_out else ("successful", "Success")
    payload = {
        "id": operation.key,
        "type": _WRITE_TYPES[operation.change],
        "referenceCompany": _reference(company),
        "connectionId": operation.connection_id,
        "requestedOnDate": _date(operation.requested),
        "completedOnDate": _date(operation.completed),
        "status": status,
        "record": {"id": operation.record_id} if uploaded or not operation.timed_out else None,
        "attachmentId": operation.attachment_id if uploaded and not operation.timed_out else None,
    }
    _send(request, f"{operation.data_type}.write.{outcome}", payload, company)


def send_sync_event(request: VendorRequest, company: Company, sync: ExpenseSync) -> None:
    """Send the event of a sync of expenses that is complete."""
    transactions = [
        {"id": transaction.id, "status": "Completed", "errorMessage": None} for transaction in sync.transactions
    ]
    payload = {"referenceCompany": _reference(company), "syncId": sync.id, "transactions": transactions}
    _send(request, "expenses.sync.successful", payload, company)


def send_quota_events(request: VendorRequest, quota: int) -> None:
    """Send the events of a request beyond the day's quota, if it is the first one: now, and at the day's end."""
    now = request.sandbox.clock.now()
    last = request.sandbox.webhooks.published.get((WEBHOOKS.vendor, QUOTA_REACHED))
    if last and last.date() == now.date():
        return
    end = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    reached = {"dailyQuota": quota, "quotaRemaining": 0, "expiryDate": _date(end)}
    reset = {"dailyQuota": quota, "quotaRemaining": quota, "expiryDate": _date(end + timedelta(days=1))}
    _send(request, QUOTA_REACHED, reached)
    _send(request, QUOTA_RESET, reset, at=end)


def _send(
    request: VendorRequest,
    event_type: str,
    payload: JsonObject,
    company: Company | None = None,
    at: datetime | None = None,
) -> None:
    webhooks, created = request.sandbox.webhooks, at or request.sandbox.clock.now()
    if not webhooks.of_vendor(WEBHOOKS.vendor):
        return
    event = {"id": webhooks.ids.uuid(), "eventType": event_type, "generatedDate": _date(created), "payload": payload}
    body = to_json(event)
    message = Message(
        id=WEBHOOKS.new_id(webhooks.ids),
        vendor=WEBHOOKS.vendor,
        event_type=event_type,
        created=created,
        timeout=request.value(rules.WEBHOOK_TIMEOUT),
        exchange=request.exchange.number,
        tags=frozenset(f"{key}:{value}" for key, value in company.tags.items()) if company else frozenset(),
    )
    webhooks.publish(message, lambda _: body)


def _reference(company: Company) -> JsonObject:
    return {"id": company.id, "name": company.name, "description": company.description, "tags": company.tags}


def _date(moment: datetime) -> str:
    return iso(moment.replace(microsecond=0))
