"""The operations on webhooks: register, list and remove endpoints, and list what was sent to them."""

from emulator.control.errors import ControlError
from emulator.control.models import webhooks as models
from emulator.control.operation import ControlContext, operation
from emulator.core.clock import iso
from emulator.webhooks.addresses import rejection_reason
from emulator.webhooks.models import Attempt, Delivery, Endpoint


@operation("GET", "/sandboxes/{sandbox}/webhooks", "List the endpoints that receive webhooks.")
async def list_webhooks(context: ControlContext) -> models.WebhookEndpointList:
    """Those that were registered with the vendor's own API are among them."""
    endpoints = context.sandbox.webhooks.endpoints.values()
    return models.WebhookEndpointList(webhooks=[_render_endpoint(endpoint) for endpoint in endpoints])


@operation("POST", "/sandboxes/{sandbox}/webhooks", "Register an endpoint.", status=201)
async def register_webhook(context: ControlContext, body: models.WebhookRegistration) -> models.WebhookEndpoint:
    """From now on the vendor's events are sent to the URL, signed with the secret in the answer."""
    webhook_format = context.vendors[body.vendor].webhooks
    if webhook_format is None:
        senders = ", ".join(name for name, vendor in context.vendors.items() if vendor.webhooks)
        raise ControlError(
            422,
            "Invalid value",
            f"vendor is {body.vendor}, whose webhooks are not emulated; those of {senders} are.",
        )
    if reason := rejection_reason(body.url, context.registry.options.webhook_hosts):
        raise ControlError(422, "Invalid value", f"url cannot be used: {reason}")
    endpoint = context.sandbox.webhooks.register(
        webhook_format, body.url, event_types=body.event_types, tags=body.tags, disabled=body.disabled
    )
    return _render_endpoint(endpoint)


@operation("DELETE", "/sandboxes/{sandbox}/webhooks", "Remove all endpoints.")
async def remove_all_webhooks(context: ControlContext) -> None:
    """What is pending for them is cancelled."""
    webhooks = context.sandbox.webhooks
    for endpoint_id in list(webhooks.endpoints):
        webhooks.remove(endpoint_id)


@operation("DELETE", "/sandboxes/{sandbox}/webhooks/{webhook}", "Remove an endpoint.")
async def remove_webhook(context: ControlContext) -> None:
    """What is pending for it is cancelled."""
    webhooks, endpoint_id = context.sandbox.webhooks, context.path_params["webhook"]
    if endpoint_id not in webhooks.endpoints:
        raise ControlError(404, "No such webhook", f"There is no webhook {endpoint_id} in this sandbox.")
    webhooks.remove(endpoint_id)


@operation("GET", "/sandboxes/{sandbox}/webhooks/deliveries", "List what was sent to the endpoints.")
async def list_webhook_deliveries(context: ControlContext) -> models.WebhookDeliveryList:
    """As many as the setting `max_exchanges` allows, beside those that are pending."""
    deliveries = context.sandbox.webhooks.deliveries.values()
    return models.WebhookDeliveryList(deliveries=[_render_delivery(delivery) for delivery in deliveries])


def _render_endpoint(endpoint: Endpoint) -> models.WebhookEndpoint:
    return models.WebhookEndpoint(
        id=endpoint.id,
        vendor=endpoint.format.vendor,
        url=endpoint.url,
        event_types=list(endpoint.event_types),
        tags=list(endpoint.tags),
        disabled=endpoint.disabled,
        secret=endpoint.secret,
    )


def _render_delivery(delivery: Delivery) -> models.WebhookDelivery:
    message = delivery.message
    return models.WebhookDelivery(
        id=delivery.id,
        webhook=delivery.endpoint.id,
        vendor=message.vendor,
        url=delivery.endpoint.url,
        event_id=message.id,
        event_type=message.event_type,
        body=message.body.decode(),
        state=delivery.state,
        created=iso(message.created),
        next_attempt=iso(delivery.next_attempt) if delivery.next_attempt else None,
        attempts=[_render_attempt(attempt) for attempt in delivery.attempts],
    )


def _render_attempt(attempt: Attempt) -> models.WebhookAttempt:
    return models.WebhookAttempt(
        at=iso(attempt.at), headers=dict(attempt.headers), status=attempt.status, error=attempt.error
    )
