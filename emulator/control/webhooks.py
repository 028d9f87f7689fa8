"""The operations on webhooks: register, list and remove endpoints, and list what was sent to them."""

from starlette.responses import Response

from emulator.control.errors import ControlError
from emulator.control.long_lists import stream_list
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
        webhook_format,
        body.url,
        event_types=body.event_types,
        tags=body.tags,
        disabled=body.disabled,
        check=body.check,
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
    context.sandbox.webhooks.remove(_find_endpoint(context).id)


@operation("POST", "/sandboxes/{sandbox}/webhooks/{webhook}/check", "Check an endpoint as its vendor does.")
async def check_webhook(context: ControlContext) -> models.WebhookEndpoint:
    """Xero sends a request with a right and one with a wrong signature, and sends no events unless the answers are 200
    and 401. The other vendors check nothing."""
    endpoint = _find_endpoint(context)
    context.sandbox.webhooks.check(endpoint)
    return _render_endpoint(endpoint)


@operation(
    "GET",
    "/sandboxes/{sandbox}/webhooks/deliveries",
    "List what was sent to the endpoints.",
    content=models.WebhookDeliveryList,
)
async def list_webhook_deliveries(context: ControlContext, query: models.WebhookDeliveryQuery) -> Response:
    """As many as the setting `max_exchanges` allows, with 8 MiB of bodies at most, beside those that are pending.
    `limit` selects the last ones."""
    deliveries = list(context.sandbox.webhooks.deliveries.values())
    if query.limit is not None:
        deliveries = deliveries[-query.limit :] if query.limit else []
    return stream_list("deliveries", deliveries, _render_delivery)


@operation("POST", "/sandboxes/{sandbox}/webhooks/deliveries/{delivery}/send", "Send a webhook again.", status=201)
async def send_webhook_again(context: ControlContext) -> models.WebhookDelivery:
    """The same event goes to the same endpoint once more, as a new delivery."""
    webhooks, delivery_id = context.sandbox.webhooks, context.path_params["delivery"]
    delivery = webhooks.deliveries.get(delivery_id)
    if delivery is not None and delivery.expected is not None:
        detail = f"The delivery {delivery_id} belongs to a check of its endpoint; check the endpoint instead."
        raise ControlError(422, "Not an event", detail)
    if delivery is None or delivery.endpoint.id not in webhooks.endpoints:
        detail = f"There is no delivery {delivery_id} to an endpoint of this sandbox."
        raise ControlError(404, "No such delivery", detail)
    return _render_delivery(webhooks.send_again(delivery))


def _find_endpoint(context: ControlContext) -> Endpoint:
    endpoint_id = context.path_params["webhook"]
    endpoint = context.sandbox.webhooks.endpoints.get(endpoint_id)
    if endpoint is None:
        raise ControlError(404, "No such webhook", f"There is no webhook {endpoint_id} in this sandbox.")
    return endpoint


def _render_endpoint(endpoint: Endpoint) -> models.WebhookEndpoint:
    return models.WebhookEndpoint(
        id=endpoint.id,
        vendor=endpoint.format.vendor,
        url=endpoint.url,
        event_types=list(endpoint.event_types),
        tags=list(endpoint.tags),
        disabled=endpoint.disabled,
        status=endpoint.status,
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
        body=delivery.body.decode(),
        state=delivery.state,
        fault=delivery.fault,
        exchange=message.exchange,
        created=iso(message.created),
        next_attempt=iso(delivery.next_attempt) if delivery.next_attempt else None,
        attempts=[_render_attempt(attempt) for attempt in delivery.attempts],
    )


def _render_attempt(attempt: Attempt) -> models.WebhookAttempt:
    return models.WebhookAttempt(
        at=iso(attempt.at), headers=dict(attempt.headers), status=attempt.status, error=attempt.error
    )
