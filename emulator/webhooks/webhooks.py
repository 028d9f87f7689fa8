"""The webhooks of one sandbox: the endpoints that receive events, and what was sent to them."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from emulator.core.clock import Clock
from emulator.core.faults.fault import Faults
from emulator.core.ids import Ids
from emulator.webhooks.models import HANDSHAKE, Delivery, DeliveryState, Endpoint, Message, Render, WebhookFormat
from emulator.webhooks.worker import EndpointWorker

# How many deliveries may wait for one endpoint, and how many bytes their bodies may have in one sandbox; further ones
# are discarded.
MAX_PENDING = 10_000
MAX_PENDING_BYTES = 16 * 1024 * 1024
# The most bytes that the bodies of deliveries have together that are listed and no longer pending.
MAX_FINISHED_BYTES = 8 * 1024 * 1024
# How long (real seconds) a new endpoint may take to answer the vendor's check.
HANDSHAKE_TIMEOUT = 5


class Webhooks:
    """Endpoints and deliveries. Ids and secrets do not depend on the ids that the vendors draw."""

    def __init__(self, clock: Clock, seed: str, max_finished: int, allowed_hosts: str, faults: Faults) -> None:
        """`max_finished` is how many deliveries are listed that are no longer pending."""
        self._clock = clock
        self._faults = faults
        self.ids = Ids(f"{seed}/webhooks")
        self._allowed_hosts = allowed_hosts
        self.endpoints: dict[str, Endpoint] = {}
        """By id, oldest first."""
        self.deliveries: dict[str, Delivery] = {}
        """By id, oldest first."""
        self._workers: dict[str, EndpointWorker] = {}
        self._held: dict[str, Delivery] = {}
        """By endpoint, the delivery that a fault sends after the next one."""
        self._pending_bytes = 0
        self._finished: deque[Delivery] = deque()
        self._finished_bytes = 0
        self._max_finished = max_finished
        self.published: dict[tuple[str, str], datetime] = {}
        """When a message of a vendor and an event type was last created."""
        self.on_attempt: Callable[[Delivery], None] | None = None
        """Called after every attempt, and with a delivery that ends before its first one."""

    def register(
        self,
        webhook_format: WebhookFormat,
        url: str,
        *,
        event_types: Iterable[str] = (),
        tags: Iterable[str] = (),
        disabled: bool = False,
        check: bool = True,
    ) -> Endpoint:
        """Add an endpoint, with a secret of its own; `check` it as the vendor does, if the vendor does."""
        secret = webhook_format.new_secret(self.ids)
        endpoint = Endpoint(
            id=self.ids.uuid(),
            format=webhook_format,
            url=url,
            secret=secret,
            created=self._clock.now(),
            event_types=tuple(event_types),
            tags=tuple(tags),
            disabled=disabled,
        )
        self.endpoints[endpoint.id] = endpoint
        self._workers[endpoint.id] = EndpointWorker(
            self._clock, self._allowed_hosts, self._record_attempt, self._leave_queue
        )
        self._clock.on_change = self._wake
        if check:
            self.check(endpoint)
        return endpoint

    def check(self, endpoint: Endpoint) -> None:
        """Begin the vendor's check of an endpoint, if it has one: that it accepts what is signed rightly, and nothing
        else."""
        if endpoint.format.handshake is None:
            return
        # Whatever an earlier check is still answered with no longer counts.
        self._workers[endpoint.id].cancel_checks()
        body = endpoint.challenge = endpoint.format.handshake(self.ids)
        endpoint.status = "intent to receive"
        for expected, fault in ((200, None), (401, "webhook-wrong-signature")):
            message = Message(
                id=endpoint.format.new_id(self.ids),
                vendor=endpoint.format.vendor,
                event_type=HANDSHAKE,
                created=self._clock.now(),
                timeout=HANDSHAKE_TIMEOUT,
            )
            self._add(self._new_delivery(endpoint, message, body, fault=fault, expected=expected))

    def remove(self, endpoint_id: str) -> None:
        """Remove an endpoint. What is pending for it is cancelled."""
        del self.endpoints[endpoint_id]
        self._workers.pop(endpoint_id).close()
        if held := self._held.pop(endpoint_id, None):
            self._end(held, "cancelled")

    def of_vendor(self, vendor: str) -> list[Endpoint]:
        """Return the endpoints of a vendor, oldest first."""
        return [endpoint for endpoint in self.endpoints.values() if endpoint.format.vendor == vendor]

    def publish(self, message: Message, render: Render) -> None:
        """Send a message to every endpoint that accepts it. Returns at once."""
        self.published[message.vendor, message.event_type] = message.created
        for endpoint in self.endpoints.values():
            if endpoint.accepts(message):
                delivery = self._new_delivery(endpoint, message, render(endpoint))
                delivery.first_due = message.created
                self._deliver(delivery)

    def send_again(self, delivery: Delivery) -> Delivery:
        """Send the message of a delivery to its endpoint once more, as a delivery of its own."""
        again = self._new_delivery(delivery.endpoint, delivery.message, delivery.body)
        self._add(again)
        return again

    def close(self) -> None:
        """End all deliveries and remove the endpoints: the sandbox is gone."""
        self._clock.on_change = None
        for endpoint_id in list(self.endpoints):
            self.remove(endpoint_id)
        # A worker that is just being cancelled would keep them until the next collection of garbage.
        self.deliveries.clear()
        self._finished.clear()

    def _deliver(self, delivery: Delivery) -> None:
        """Send an event, as far as an armed fault lets it."""
        endpoint, message = delivery.endpoint, delivery.message
        fault = self._faults.next_due_for_webhook(message.vendor, message.event_type)
        delivery.fault = fault.kind if fault else None
        if delivery.fault == "webhook-dropped":
            self._end(delivery, "dropped")
            return
        if delivery.fault == "webhook-reordered" and endpoint.id not in self._held:
            self.deliveries[delivery.id] = self._held[endpoint.id] = delivery
            return
        if fault and fault.kind == "webhook-late":
            delivery.first_due += timedelta(seconds=fault.seconds or 0)
        self._add(delivery)
        if held := self._held.pop(endpoint.id, None):
            held.first_due = delivery.first_due
            self._add(held)

    def _new_delivery(
        self, endpoint: Endpoint, message: Message, body: bytes, fault: str | None = None, expected: int | None = None
    ) -> Delivery:
        return Delivery(self.ids.uuid(), endpoint, message, body, self._clock.now(), fault=fault, expected=expected)

    def _add(self, delivery: Delivery) -> None:
        worker = self._workers[delivery.endpoint.id]
        self.deliveries[delivery.id] = delivery
        if worker.pending >= MAX_PENDING or self._pending_bytes + len(delivery.body) > MAX_PENDING_BYTES:
            self._end(delivery, "discarded")
        else:
            self._pending_bytes += len(delivery.body)
            delivery.next_attempt = delivery.due
            worker.add(delivery)

    def _end(self, delivery: Delivery, state: DeliveryState) -> None:
        self.deliveries[delivery.id] = delivery
        delivery.state = state
        self._record_end(delivery)
        if self.on_attempt and state != "cancelled":
            self.on_attempt(delivery)

    def _record_attempt(self, delivery: Delivery) -> None:
        endpoint, attempt = delivery.endpoint, delivery.attempts[-1]
        if self.on_attempt:
            self.on_attempt(delivery)
        if delivery.expected is not None or endpoint.disabled:
            return
        if delivery.succeeded:
            endpoint.failing_since = None
            return
        endpoint.failing_since = endpoint.failing_since or delivery.due_of(len(delivery.attempts) - 1)
        limit = endpoint.format.disabled_after
        if limit is not None and attempt.at - endpoint.failing_since >= limit:
            endpoint.disabled = endpoint.gave_up = True

    def _leave_queue(self, delivery: Delivery) -> None:
        self._pending_bytes -= len(delivery.body)
        self._record_end(delivery)

    def _record_end(self, delivery: Delivery) -> None:
        if delivery.expected is not None and delivery.state != "cancelled":
            self._record_check(delivery)
        self._finished.append(delivery)
        self._finished_bytes += len(delivery.body)
        while len(self._finished) > self._max_finished or self._finished_bytes > MAX_FINISHED_BYTES:
            oldest = self._finished.popleft()
            self._finished_bytes -= len(oldest.body)
            self.deliveries.pop(oldest.id, None)

    def _record_check(self, delivery: Delivery) -> None:
        """Note what a new endpoint answered to the vendor's check. One wrong answer is enough to refuse it."""
        endpoint = delivery.endpoint
        if delivery.body != endpoint.challenge:
            return
        if delivery.state != "delivered":
            endpoint.status = "refused"
        elif endpoint.status == "intent to receive" and delivery.fault:
            # The wrongly signed request is the last one.
            endpoint.status = "ok"

    def _wake(self) -> None:
        for worker in self._workers.values():
            if worker.pending:
                worker.wake()
