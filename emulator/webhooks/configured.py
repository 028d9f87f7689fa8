"""The endpoints that the setting `webhook` gives the sandbox `default`, after every reset too."""

from collections.abc import Mapping
from typing import Protocol

from emulator.webhooks.addresses import rejection_reason
from emulator.webhooks.models import WebhookFormat
from emulator.webhooks.webhooks import Webhooks

ConfiguredEndpoint = tuple[WebhookFormat, str]
"""Format and URL."""


class InvalidWebhook(ValueError):
    """An endpoint in the setting `webhook` cannot be used; the message is one line that says why."""


class Sender(Protocol):
    """A vendor that may send webhooks."""

    @property
    def webhooks(self) -> WebhookFormat | None: ...


def parse_endpoint(text: str, vendors: Mapping[str, Sender], allowed_hosts: str) -> ConfiguredEndpoint:
    """Return the endpoint that is written as `vendor=URL`. Raises InvalidWebhook."""
    vendor, equals, url = text.partition("=")
    if not equals:
        raise InvalidWebhook(f"webhook {text!r} is no endpoint: expected vendor=URL, as codat=http://127.0.0.1:3000/")
    if vendor not in vendors:
        raise InvalidWebhook(f"webhook {text!r} names no vendor: expected one of {', '.join(vendors)}")
    webhook_format = vendors[vendor].webhooks
    if webhook_format is None:
        senders = ", ".join(name for name, sender in vendors.items() if sender.webhooks)
        raise InvalidWebhook(f"webhook {text!r}: the webhooks of {vendor} are not emulated, only those of {senders}")
    if reason := rejection_reason(url, allowed_hosts):
        raise InvalidWebhook(f"webhook {text!r}: {reason.removesuffix('.')}")
    return webhook_format, url


def register_all(webhooks: Webhooks, endpoints: list[ConfiguredEndpoint]) -> None:
    """Register endpoints in a new sandbox."""
    for webhook_format, url in endpoints:
        # The program behind the URL starts later, with the secret that the server prints.
        webhooks.register(webhook_format, url, check=False)
