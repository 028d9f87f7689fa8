"""Handlers of webhook consumers, the endpoints that receive Codat's events."""

from starlette.responses import Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.models import WebhookConsumer
from emulator.vendors.codat.validation import read_model
from emulator.vendors.codat.webhook_events import WEBHOOKS
from emulator.webhooks.models import Endpoint


async def list_all(request: VendorRequest) -> Response:
    consumers = request.sandbox.webhooks.of_vendor(WEBHOOKS.vendor)
    return errors.success(request, {"results": [_render(consumer) for consumer in consumers]})


async def create(request: VendorRequest) -> Response:
    fields = await read_model(request, WebhookConsumer, rules.WEBHOOK_CONSUMER)
    webhooks = request.sandbox.webhooks
    if len(webhooks.of_vendor(WEBHOOKS.vendor)) >= request.value(rules.MAX_WEBHOOKS):
        raise request.refusal(rules.MAX_WEBHOOKS)
    endpoint = webhooks.register(
        WEBHOOKS,
        fields["url"],
        event_types=fields["eventTypes"],
        tags=fields.get("companyTags") or (),
        disabled=bool(fields.get("disabled")),
    )
    return errors.success(request, _render(endpoint), 201)


async def delete(request: VendorRequest, webhook: str) -> Response:
    consumers = {consumer.id for consumer in request.sandbox.webhooks.of_vendor(WEBHOOKS.vendor)}
    if webhook.lower() not in consumers:
        raise request.refusal(rules.WEBHOOK_UNKNOWN, webhook=webhook)
    request.sandbox.webhooks.remove(webhook.lower())
    return Reply(b"", 204, common_headers(request))


def _render(consumer: Endpoint) -> JsonObject:
    return {
        "id": consumer.id,
        "url": consumer.url,
        "eventTypes": list(consumer.event_types),
        "disabled": consumer.disabled,
        "companyTags": list(consumer.tags),
    }
