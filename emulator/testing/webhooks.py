"""The webhooks of a sandbox: endpoints, what was sent to them, and receivers that need no server of the test's own."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, get_args

from emulator.testing.arguments import check_choice
from emulator.testing.control import Control, EmulatorError, SandboxPart
from emulator.types import WebhookVendor

if TYPE_CHECKING:
    from emulator.testing.receiver import ReceivedWebhook, ReceiverServer, Respond

DeliveryState = Literal["pending", "delivered", "failed", "cancelled", "discarded", "dropped"]
EndpointStatus = Literal["ok", "intent to receive", "refused"]
# How long (seconds) a test waits for a webhook by default.
TIMEOUT = 5


@dataclass(frozen=True)
class WebhookEndpoint:
    """A URL that receives a vendor's events."""

    id: str
    vendor: str
    url: str
    event_types: tuple[str, ...]
    """Only events of these types; empty for all."""
    tags: tuple[str, ...]
    """Only events with any of these tags; empty for all."""
    disabled: bool
    status: EndpointStatus
    """Whether it has passed the vendor's check of a new endpoint; always `ok` where there is none."""
    secret: str
    """What its events are signed with."""


@dataclass(frozen=True)
class WebhookAttempt:
    """One request to an endpoint."""

    at: str
    """In the sandbox's time, as ISO 8601."""
    headers: Mapping[str, str]
    status: int | None
    """The status of the answer; None without one."""
    error: str | None
    """Why there was no answer."""


@dataclass(frozen=True)
class WebhookDelivery:
    """One event on its way to one endpoint."""

    id: str
    webhook: str
    """The endpoint's id."""
    vendor: str
    url: str
    event_id: str
    event_type: str
    body: str
    state: DeliveryState
    fault: str | None
    """The kind of fault that it triggered."""
    exchange: int | None
    """The number of the exchange in the journal that caused it; None for a vendor's check."""
    created: str
    """In the sandbox's time, as ISO 8601."""
    next_attempt: str | None
    """When it is sent next; None if not again."""
    attempts: tuple[WebhookAttempt, ...]

    def __str__(self) -> str:
        attempts = ", ".join(str(attempt.status or attempt.error) for attempt in self.attempts)
        attempts = attempts or ("not sent yet" if self.state == "pending" else "not sent")
        fault = f" [fault: {self.fault}]" if self.fault else ""
        following = f", next at {self.next_attempt}" if self.next_attempt else ""
        return f"{self.vendor} {self.event_type}: {self.state}, {attempts}{following}{fault}"


class Webhooks(SandboxPart):
    """The webhooks of one sandbox: what vendors send on their own."""

    def __init__(self, control: Control, sandbox: str) -> None:
        super().__init__(control, sandbox)
        self._server: ReceiverServer | None = None
        self._receivers: list[Receiver] = []

    def register(
        self,
        url: str,
        vendor: WebhookVendor = "codat",
        *,
        event_types: Iterable[str] = (),
        tags: Iterable[str] = (),
        disabled: bool = False,
        check: bool = True,
    ) -> WebhookEndpoint:
        """Send a vendor's events to a URL from now on, all or only those of some types or with any of some tags.

        With `check`, a vendor that checks new endpoints does so: Xero sends requests that are signed rightly and
        wrongly, and sends no events unless they are answered with 200 and 401.

        Raises ValueError for a vendor whose webhooks are not emulated, EmulatorError for a URL that is neither on this
        machine nor allowed by the server's setting `webhook_hosts`.
        """
        check_choice("vendor with webhooks", vendor, get_args(WebhookVendor))
        answer = self._ask(
            "POST",
            "/webhooks",
            vendor=vendor,
            url=url,
            event_types=list(event_types),
            tags=list(tags),
            disabled=disabled,
            check=check,
        )
        return _parse_endpoint(answer)

    def endpoints(self) -> list[WebhookEndpoint]:
        """Return the endpoints, those that were registered with the vendor's own API among them."""
        return [_parse_endpoint(endpoint) for endpoint in self._ask("GET", "/webhooks")["webhooks"]]

    def check(self, endpoint: WebhookEndpoint | str) -> WebhookEndpoint:
        """Check an endpoint as its vendor does, and return it; its `status` tells the outcome later.

        Xero sends a request with a right and one with a wrong signature; the other vendors check nothing. Raises
        EmulatorError where there is no such endpoint.
        """
        endpoint_id = endpoint if isinstance(endpoint, str) else endpoint.id
        return _parse_endpoint(self._ask("POST", f"/webhooks/{endpoint_id}/check"))

    def remove(self, endpoint: WebhookEndpoint | str) -> None:
        """Remove an endpoint, or the one with this id. What is pending for it is cancelled.

        Raises EmulatorError where there is none.
        """
        self._ask("DELETE", f"/webhooks/{endpoint if isinstance(endpoint, str) else endpoint.id}")

    def clear(self) -> None:
        """Remove all endpoints. What is pending for them is cancelled."""
        self._ask("DELETE", "/webhooks")

    def deliveries(
        self, *, vendor: WebhookVendor | None = None, event_type: str | None = None, state: DeliveryState | None = None
    ) -> list[WebhookDelivery]:
        """Return what was sent or is to be sent, the oldest first. Raises ValueError for a state that there is not."""
        if state is not None:
            check_choice("state of a delivery", state, get_args(DeliveryState))
        deliveries = map(parse_delivery, self._ask("GET", "/webhooks/deliveries")["deliveries"])
        return [
            delivery
            for delivery in deliveries
            if vendor in (None, delivery.vendor)
            and event_type in (None, delivery.event_type)
            and state in (None, delivery.state)
        ]

    def send_again(self, delivery: WebhookDelivery | str) -> WebhookDelivery:
        """Send the event of a delivery to its endpoint once more. Raises EmulatorError where either is gone."""
        delivery_id = delivery if isinstance(delivery, str) else delivery.id
        return parse_delivery(self._ask("POST", f"/webhooks/deliveries/{delivery_id}/send"))

    def receive(
        self,
        vendor: WebhookVendor = "codat",
        *,
        event_types: Iterable[str] = (),
        tags: Iterable[str] = (),
        answers: Iterable[int] = (),
        respond: "Respond | None" = None,
    ) -> "Receiver":
        """Receive a vendor's events here, in this process, from now on.

        `answers` are the statuses of the first answers, 200 follows; or `respond` is called with every webhook and
        returns the status. The vendor's check of a new endpoint is left out. The emulator must run on the same machine.
        Raises as `register` does.
        """
        check_choice("vendor with webhooks", vendor, get_args(WebhookVendor))
        if self._server is None or not self._server.close.alive:
            # The server takes a while to import, and most tests need none.
            from emulator.testing.receiver import ReceiverServer

            self._server = ReceiverServer()
        path = f"/{vendor}/{len(self._server.responders) + 1}/"
        endpoint = self.register(f"{self._server.url}{path}", vendor, event_types=event_types, tags=tags, check=False)
        receiver = Receiver(self, self._server, endpoint, path)
        receiver.answer_with(*answers)
        self._server.responders[path] = respond or receiver.next_answer
        self._receivers.append(receiver)
        return receiver

    @property
    def received(self) -> "list[ReceivedWebhook]":
        """What arrived at all receivers, in the order of its arrival."""
        if self._server is None:
            return []
        with self._server.arrived:
            return self._server.received_below("/")

    def wait_for(self, event_type: str | None = None, *, times: int = 1, timeout: float = TIMEOUT) -> "ReceivedWebhook":
        """Return the first webhook of a type, or of any, that arrived at a receiver or arrives within so many seconds.

        With `times`, wait for so many and return the last of them. Raises AssertionError if there are fewer.
        """
        __tracebackhide__ = True
        if self._server is None:
            raise RuntimeError("nothing is received here: call `emulator.webhooks.receive()` first")
        return self.wait_at(self._server, "/", event_type, times, timeout)

    def close(self) -> None:
        """Stop receiving: remove the receivers' endpoints and stop their server. What was received stays."""
        receivers, self._receivers = self._receivers, []
        for receiver in receivers:
            # The sandbox may have been reset, and the server may have been stopped.
            with suppress(EmulatorError):
                self.remove(receiver.endpoint)
        if self._server is not None:
            self._server.close()

    def wait_at(
        self, server: "ReceiverServer", path: str, event_type: str | None, times: int, timeout: float
    ) -> "ReceivedWebhook":
        """Wait for webhooks at a path of the receivers' server, or at any below it; see `wait_for`."""
        __tracebackhide__ = True
        deadline, number = monotonic() + timeout, 0
        types: dict[tuple[str, bytes], str] = {}
        while True:
            with server.arrived:
                received = server.received_below(path)
            matches = [
                webhook
                for webhook in received
                if event_type is None or self._type_of(webhook, server.url, types) == event_type
            ]
            if len(matches) >= times:
                return matches[times - 1]
            number = len(received)
            with server.arrived:
                if not server.arrived.wait_for(
                    partial(server.has_more_than, number, path), max(0.0, deadline - monotonic())
                ):
                    break
        raise AssertionError(self._explain(event_type, times, timeout, len(matches)))

    def _type_of(self, webhook: "ReceivedWebhook", url: str, types: dict[tuple[str, bytes], str]) -> str | None:
        """Return the type of the event in a webhook: where it stands in a body is the vendor's business."""
        if (webhook.path, webhook.body) not in types:
            for delivery in self.deliveries():
                types[delivery.url.removeprefix(url), delivery.body.encode()] = delivery.event_type
        return types.get((webhook.path, webhook.body))

    def _explain(self, event_type: str | None, times: int, timeout: float, number: int) -> str:
        wanted = f"{times} webhook{'s' * (times != 1)}{f' of type {event_type}' if event_type else ''}"
        lines = [f"expected {wanted} within {timeout:g} seconds, received {number}."]
        if deliveries := self.deliveries():
            lines += ["Deliveries:", *(f"  {delivery}" for delivery in deliveries)]
        else:
            lines.append("The vendor has sent nothing: no request caused an event since the receiver was registered.")
        lines += [
            f"The receiver raised {type(webhook.error).__name__}: {webhook.error}"
            for webhook in self.received
            if webhook.error
        ]
        if any(delivery.next_attempt for delivery in deliveries):
            lines.append("Attempts follow the sandbox's clock: emulator.clock.advance() brings the next one.")
        return "\n".join(lines)


class Receiver:
    """Receives the events of one endpoint in the test's process."""

    def __init__(self, webhooks: Webhooks, server: "ReceiverServer", endpoint: WebhookEndpoint, path: str) -> None:
        self._webhooks = webhooks
        self._server = server
        self._path = path
        self._answers: list[int] = []
        self.endpoint = endpoint

    @property
    def url(self) -> str:
        """Where events are sent."""
        return self.endpoint.url

    @property
    def secret(self) -> str:
        """What events are signed with."""
        return self.endpoint.secret

    @property
    def received(self) -> "list[ReceivedWebhook]":
        """What arrived, in the order of its arrival."""
        with self._server.arrived:
            return self._server.received_below(self._path)

    def answer_with(self, *statuses: int) -> None:
        """Answer the next webhooks with these statuses, one each; 200 follows. Raises ValueError for no status."""
        from emulator.testing.receiver import check_status

        for status in statuses:
            check_status(status)
        with self._server.arrived:
            self._answers[:] = statuses

    def next_answer(self, _: "ReceivedWebhook") -> int:
        """Return the status of the next answer."""
        with self._server.arrived:
            return self._answers.pop(0) if self._answers else 200

    def wait_for(self, event_type: str | None = None, *, times: int = 1, timeout: float = TIMEOUT) -> "ReceivedWebhook":
        """Return the first webhook of a type, or of any, that arrived here or arrives within so many seconds.

        With `times`, wait for so many and return the last of them. Raises AssertionError if there are fewer.
        """
        __tracebackhide__ = True
        return self._webhooks.wait_at(self._server, self._path, event_type, times, timeout)


def _parse_endpoint(answer: Mapping[str, Any]) -> WebhookEndpoint:
    return WebhookEndpoint(**{**answer, "event_types": tuple(answer["event_types"]), "tags": tuple(answer["tags"])})


def parse_delivery(answer: Mapping[str, Any]) -> WebhookDelivery:
    return WebhookDelivery(**{**answer, "attempts": tuple(WebhookAttempt(**attempt) for attempt in answer["attempts"])})
