"""The worker of one endpoint: it sends messages one at a time, in their order, and repeats what failed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from heapq import heapify, heappop, heappush
from time import perf_counter
from typing import TYPE_CHECKING

from emulator.core.clock import Clock, machine_time
from emulator.core.ids import Ids
from emulator.webhooks.addresses import rejection_reason
from emulator.webhooks.models import Attempt, Delivery, DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    import httpx

# How old the time of a signature is that no receiver should accept.
OLD = timedelta(days=1)


class EndpointWorker:
    """Sends the deliveries of one endpoint when they are due by the sandbox's clock.

    It runs as a task of the server's event loop while there is something to send, so no answer waits for it. A
    delivery that waits for its next attempt lets later ones pass.
    """

    def __init__(
        self,
        clock: Clock,
        allowed_hosts: str,
        attempted: Callable[[Delivery], None],
        finished: Callable[[Delivery], None],
    ) -> None:
        """`attempted` is called after every attempt, `finished` with every delivery that is no longer pending."""
        self._clock = clock
        self._allowed_hosts = allowed_hosts
        self._attempted = attempted
        self._finished = finished
        self._current: Delivery | None = None
        """The delivery that is being sent."""
        self._queue: list[tuple[datetime, int, Delivery]] = []
        self._numbers = 0
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many deliveries wait for an attempt or for its answer."""
        return len(self._queue) + (self._current is not None)

    def add(self, delivery: Delivery) -> None:
        """Send a delivery when its next attempt is due."""
        if delivery.next_attempt:
            self._numbers += 1
            heappush(self._queue, (delivery.next_attempt, self._numbers, delivery))
            self.wake()

    def wake(self) -> None:
        """Look again at what is due: something was added, or the clock was moved."""
        if self._task and not self._task.done() and self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._changed.set)
            return
        # In process, every request may have an event loop of its own, which ends with it. Without one, the next request
        # starts the worker again.
        with suppress(RuntimeError):
            self._loop = asyncio.get_running_loop()
            self._put_back()
            self._changed = asyncio.Event()
            self._task = self._loop.create_task(self._run())

    def close(self) -> None:
        """End the worker. What is pending is cancelled."""
        self._put_back()
        if self._task and self._loop and not self._loop.is_closed():
            self._task.cancel()
        for _, _, delivery in self._queue:
            self._finish(delivery, "cancelled")
        self._queue.clear()

    def cancel_checks(self) -> None:
        """Cancel what is pending of the vendor's check of the endpoint."""
        checks = [delivery for _, _, delivery in self._queue if delivery.expected is not None]
        self._queue = [item for item in self._queue if item[2].expected is None]
        heapify(self._queue)
        for delivery in checks:
            self._finish(delivery, "cancelled")

    def _put_back(self) -> None:
        """Send a delivery anew that was cut short with its event loop."""
        if delivery := self._current:
            self._current = None
            self._numbers += 1
            # Before all others that are due at the same time.
            heappush(self._queue, (delivery.next_attempt or self._clock.now(), -self._numbers, delivery))

    async def _run(self) -> None:
        from emulator.webhooks.sender import new_client

        # Closing the client lets requests in between, which may add something.
        while self._queue:
            # Its TLS context takes a while to load.
            async with await asyncio.to_thread(new_client) as client:
                await self._send_all(client)

    async def _send_all(self, client: "httpx.AsyncClient") -> None:
        while self._queue:
            wait = (self._queue[0][0] - self._clock.now()).total_seconds()
            if wait > 0:
                await self._wait(None if self._clock.frozen else wait)
            else:
                await self._send(client, heappop(self._queue)[2])

    async def _wait(self, seconds: float | None) -> None:
        """Wait so long, or until `wake` is called."""
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    async def _send(self, client: "httpx.AsyncClient", delivery: Delivery) -> None:
        if delivery.expected is None and delivery.endpoint.status == "refused":
            self._finish(delivery, "cancelled")
            return
        self._current = delivery
        attempt = await self._attempt(client, delivery)
        self._current = delivery.next_attempt = None
        delivery.attempts.append(attempt)
        self._go_on(delivery, attempt)
        self._attempted(delivery)

    def _go_on(self, delivery: Delivery, attempt: Attempt) -> None:
        """End a delivery after an attempt, or send it again later."""
        due = delivery.due
        if delivery.succeeded and delivery.fault == "webhook-doubled" and len(delivery.attempts) == 1:
            delivery.next_attempt = self._clock.now()
            self.add(delivery)
        elif delivery.succeeded:
            self._finish(delivery, "delivered")
        elif due is None or delivery.is_final:
            self._finish(delivery, "failed")
        else:
            delivery.next_attempt = due
            if delivery.endpoint.format.honours_retry_after and attempt.status == 429:
                delivery.next_attempt = max(due, self._clock.now() + timedelta(seconds=attempt.retry_after))
            self.add(delivery)

    async def _attempt(self, client: "httpx.AsyncClient", delivery: Delivery) -> Attempt:
        from emulator.webhooks.sender import post

        endpoint, message, now = delivery.endpoint, delivery.message, self._clock.now()
        fault = delivery.fault if not delivery.attempts else None
        if endpoint.disabled and delivery.expected is None:
            return Attempt(now, {}, None, "The endpoint is disabled.")
        if reason := rejection_reason(endpoint.url, self._allowed_hosts):
            return Attempt(now, {}, None, reason)
        # A receiver compares the signed time with its own clock, which no test has moved.
        moment = machine_time() - (OLD if fault == "webhook-old-timestamp" else timedelta(0))
        secret = endpoint.format.new_secret(Ids(message.id)) if fault == "webhook-wrong-signature" else endpoint.secret
        headers = {"content-type": "application/json", **endpoint.format.sign(secret, delivery, moment)}
        started = perf_counter()
        answer = await post(client, endpoint.url, headers, delivery.body, message.timeout, cut=fault == "webhook-cut")
        duration = perf_counter() - started
        return Attempt(now, headers, answer.status, answer.error, answer.has_body, answer.retry_after, duration)

    def _finish(self, delivery: Delivery, state: DeliveryState) -> None:
        delivery.state, delivery.next_attempt = state, None
        self._finished(delivery)
