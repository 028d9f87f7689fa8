"""The worker of one endpoint: it sends messages one at a time, in their order, and repeats what failed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from emulator.core.clock import Clock, machine_time
from emulator.webhooks.addresses import rejection_reason
from emulator.webhooks.models import Attempt, Delivery, DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    import httpx


class EndpointWorker:
    """Sends the deliveries of one endpoint when they are due by the sandbox's clock.

    It runs as a task of the server's event loop while there is something to send, so no answer waits for it. A
    delivery that waits for its next attempt lets later ones pass.
    """

    def __init__(self, clock: Clock, allowed_hosts: str, finished: Callable[[Delivery], None]) -> None:
        """`finished` is called with every delivery that is no longer pending."""
        self._clock = clock
        self._allowed_hosts = allowed_hosts
        self._finished = finished
        self._queue: list[tuple[datetime, int, Delivery]] = []
        self._numbers = 0
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pending(self) -> int:
        """How many deliveries wait for an attempt."""
        return len(self._queue)

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
            self._changed = asyncio.Event()
            self._task = self._loop.create_task(self._run())

    def close(self) -> None:
        """End the worker. What is pending is cancelled."""
        if self._task and self._loop and not self._loop.is_closed():
            self._task.cancel()
        for _, _, delivery in self._queue:
            self._finish(delivery, "cancelled")
        self._queue.clear()

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
        delivery.next_attempt = None
        try:
            attempt = await self._attempt(client, delivery)
        except asyncio.CancelledError:
            self._finish(delivery, "cancelled")
            raise
        delivery.attempts.append(attempt)
        delivery.next_attempt = delivery.endpoint.format.due(delivery.message, len(delivery.attempts))
        if attempt.succeeded:
            self._finish(delivery, "delivered")
        elif delivery.next_attempt is None:
            self._finish(delivery, "failed")
        else:
            self.add(delivery)

    async def _attempt(self, client: "httpx.AsyncClient", delivery: Delivery) -> Attempt:
        from emulator.webhooks.sender import post

        endpoint, message, now = delivery.endpoint, delivery.message, self._clock.now()
        if reason := rejection_reason(endpoint.url, self._allowed_hosts):
            return Attempt(now, {}, None, reason)
        # A receiver compares the signed time with its own clock, which no test has moved.
        headers = endpoint.format.sign(endpoint.secret, message, machine_time())
        headers = {"content-type": "application/json", **headers}
        status, error = await post(client, endpoint.url, headers, message.body, message.timeout)
        return Attempt(now, headers, status, error)

    def _finish(self, delivery: Delivery, state: DeliveryState) -> None:
        delivery.state, delivery.next_attempt = state, None
        self._finished(delivery)
