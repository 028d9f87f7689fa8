"""Handlers of webhooks: the endpoints that receive DualEntry's events, their topics and their deliveries."""

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.dualentry import errors, rendering, rules
from emulator.vendors.dualentry.models import Model, Page, Webhook, WebhookChanges
from emulator.vendors.dualentry.state import Organisation
from emulator.vendors.dualentry.validation import ValidationErrors
from emulator.vendors.dualentry.webhook_events import TOPICS, WEBHOOKS
from emulator.webhooks.models import Delivery, Endpoint


async def list_all(request: VendorRequest, _: Organisation) -> Response:
    """List the webhooks."""
    return _page(request, [_render(endpoint) for endpoint in request.sandbox.webhooks.of_vendor(WEBHOOKS.vendor)])


async def create(request: VendorRequest, _: Organisation) -> Response:
    """Create a webhook. Only this response has the secret."""
    fields = await _read(request, Webhook)
    endpoint = request.sandbox.webhooks.register(
        WEBHOOKS, fields["url"], event_types=fields["topics"], disabled=not fields["is_active"]
    )
    return errors.success(request, {**_render(endpoint), "secret": endpoint.secret})


async def get(request: VendorRequest, _: Organisation, webhook_uuid: str) -> Response:
    """Return a webhook."""
    return errors.success(request, _render(_find(request, webhook_uuid)))


async def put(request: VendorRequest, _: Organisation, webhook_uuid: str) -> Response:
    """Replace the URL and the topics of a webhook."""
    return _update(request, webhook_uuid, await _read(request, Webhook))


async def patch(request: VendorRequest, _: Organisation, webhook_uuid: str) -> Response:
    """Change what is sent of a webhook: its URL, its topics, whether it is active."""
    return _update(request, webhook_uuid, await _read(request, WebhookChanges))


async def delete(request: VendorRequest, _: Organisation, webhook_uuid: str) -> Response:
    """Delete a webhook."""
    request.sandbox.webhooks.remove(_find(request, webhook_uuid).id)
    return errors.success(request, {"success": True})


async def list_topics(request: VendorRequest, _: Organisation) -> Response:
    """List the topics that a webhook can have."""
    return _page(request, list(TOPICS))


async def list_deliveries(request: VendorRequest, _: Organisation, webhook_uuid: str) -> Response:
    """List what was sent to a webhook, the newest first."""
    endpoint = _find(request, webhook_uuid)
    deliveries = reversed(request.sandbox.webhooks.deliveries.values())
    return _page(request, [_render_delivery(delivery) for delivery in deliveries if delivery.endpoint is endpoint])


def _update(request: VendorRequest, webhook_uuid: str, fields: JsonObject) -> Response:
    endpoint = _find(request, webhook_uuid)
    endpoint.url = fields.get("url") or endpoint.url
    endpoint.event_types = tuple(fields.get("topics") or endpoint.event_types)
    if (is_active := fields.get("is_active")) is not None:
        endpoint.set_disabled(not is_active)
    return errors.success(request, _render(endpoint))


def _find(request: VendorRequest, webhook_uuid: str) -> Endpoint:
    endpoint = request.sandbox.webhooks.endpoints.get(webhook_uuid.lower())
    if endpoint is None or endpoint.format is not WEBHOOKS:
        raise request.refusal(rules.WEBHOOK_UNKNOWN)
    return endpoint


async def _read(request: VendorRequest, model: type[Model]) -> JsonObject:
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    fields = await rendering.read_payload(request, model, validation_errors)
    for index, topic in enumerate(fields.get("topics") or ()):
        if topic not in TOPICS:
            location = ("body", "payload", "topics", index)
            validation_errors.add("value_error", location, f"Value error, unknown topic {topic}")
    if validation_errors:
        raise request.refusal(rules.WEBHOOK, errors=validation_errors)
    return fields


def _page(request: VendorRequest, items: list[JsonObject] | list[str]) -> Response:
    validation_errors = ValidationErrors(request.value(rules.AMOUNT_DIGITS))
    page = rendering.read_query(request, Page, validation_errors)
    if page is None:
        raise request.refusal(rules.QUERY, errors=validation_errors)
    limit = min(page.limit, request.value(rules.MAX_LIMIT))
    return errors.success(request, {"items": items[page.offset :][:limit], "count": len(items)})


def _render(endpoint: Endpoint) -> JsonObject:
    return {
        "uuid": endpoint.id,
        "url": endpoint.url,
        # An endpoint that was registered with the control API may have none, which is all of them.
        "topics": list(endpoint.event_types or TOPICS),
        "is_active": not endpoint.disabled,
        "last_error": "webhook_disabled" if endpoint.gave_up else None,
        "created_at": endpoint.created,
    }


def _render_delivery(delivery: Delivery) -> JsonObject:
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "event_id": delivery.message.id,
        "topic": delivery.message.event_type,
        "status": delivery.state,
        "attempts": len(delivery.attempts),
        "response_status": last.status if last else None,
        "created_at": delivery.message.created,
        "last_attempt_at": last.at if last else None,
        "next_attempt_at": delivery.next_attempt,
    }
