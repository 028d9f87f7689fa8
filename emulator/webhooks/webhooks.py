"""The webhooks of one sandbox: the endpoints that receive events, and what was sent to them."""

from collections import deque
from collections.abc import Iterable

from emulator.core.clock import Clock
from emulator.core.ids import Ids
from emulator.webhooks.models import Delivery, Endpoint, Message, WebhookFormat
from emulator.webhooks.worker import EndpointWorker

# How many deliveries may wait for one endpoint; further ones are discarded.
MAX_PENDING = 10_000


class Webhooks:
    """Endpoints and deliveries. Ids and secrets do not depend on the ids that the vendors draw."""

    def __init__(self, clock: Clock, seed: str, max_finished: int, allowed_hosts: str) -> None:
        """`max_finished` is how many deliveries are listed that are no longer pending."""
        self._clock = clock
        self.ids = Ids(f"{seed}/webhooks")
        self._allowed_hosts = allowed_hosts
        self.endpoints: dict[str, Endpoint] = {}
        """By id, oldest first."""
        self.deliveries: dict[str, Delivery] = {}
        """By id, oldest first."""
        self._workers: dict[str, EndpointWorker] = {}
        self._finished: deque[str] = deque()
        self._max_finished = max_finished

    def register(
        self,
        webhook_format: WebhookFormat,
        url: str,
        *,
        event_types: Iterable[str] = (),
        tags: Iterable[str] = (),
        disabled: bool = False,
    ) -> Endpoint:
        """Add an endpoint, with a secret of its own."""
        secret = webhook_format.new_secret(self.ids)
        endpoint = Endpoint(
            self.ids.uuid(), webhook_format, url, secret, tuple(event_types), tuple(tags), disabled=disabled
        )
        self.endpoints[endpoint.id] = endpoint
        self._workers[endpoint.id] = EndpointWorker(self._clock, self._allowed_hosts, self._record_end)
        self._clock.on_change = self._wake
        return endpoint

    def remove(self, endpoint_id: str) -> None:
        """Remove an endpoint. What is pending for it is cancelled."""
        del self.endpoints[endpoint_id]
        self._workers.pop(endpoint_id).close()

    def of_vendor(self, vendor: str) -> list[Endpoint]:
        """Return the endpoints of a vendor, oldest first."""
        return [endpoint for endpoint in self.endpoints.values() if endpoint.format.vendor == vendor]

    def publish(self, message: Message) -> None:
        """Send a message to every endpoint that accepts it. Returns at once."""
        for endpoint in self.endpoints.values():
            if endpoint.accepts(message):
                self._deliver(Delivery(self.ids.uuid(), endpoint, message))

    def close(self) -> None:
        """End all deliveries and remove the endpoints: the sandbox is gone."""
        self._clock.on_change = None
        for endpoint_id in list(self.endpoints):
            self.remove(endpoint_id)

    def _deliver(self, delivery: Delivery) -> None:
        worker = self._workers[delivery.endpoint.id]
        self.deliveries[delivery.id] = delivery
        if worker.pending >= MAX_PENDING:
            delivery.state = "discarded"
            self._record_end(delivery)
        else:
            delivery.next_attempt = delivery.endpoint.format.due(delivery.message, 0)
            worker.add(delivery)

    def _record_end(self, delivery: Delivery) -> None:
        self._finished.append(delivery.id)
        while len(self._finished) > self._max_finished:
            self.deliveries.pop(self._finished.popleft(), None)

    def _wake(self) -> None:
        for worker in self._workers.values():
            if worker.pending:
                worker.wake()
