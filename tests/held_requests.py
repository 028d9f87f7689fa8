"""Requests that stay under way for as long as a test wants."""

import asyncio
from typing import Literal

from starlette.types import ASGIApp, Message, Scope

Where = Literal["upload", "download"]


class Held:
    """A request that stops before its body has arrived, or before its answer is sent, until it is let go."""

    def __init__(self, app: ASGIApp, scope: Scope, where: Where) -> None:
        self._where = where
        self._stopped = asyncio.Event()
        self._gate = asyncio.Event()
        self._messages: list[Message] = []
        self._lost = False
        self._task = asyncio.ensure_future(self._run(app, scope))

    async def stopped(self) -> "Held":
        await self._stopped.wait()
        return self

    async def let_go(self, *, lost: bool = False) -> int | None:
        """The status of its answer; None where the connection is lost instead."""
        self._lost = lost
        self._gate.set()
        await self._task
        return self._messages[0]["status"] if self._messages else None

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            # Whoever waits for a request that ended early is told.
            self._stopped.set()

    async def _receive(self) -> Message:
        await self._stop_at("upload")
        return {"type": "http.disconnect"} if self._lost else {"type": "http.request", "body": b"bytes"}

    async def _send(self, message: Message) -> None:
        await self._stop_at("download")
        self._messages.append(message)

    async def _stop_at(self, where: Where) -> None:
        if where == self._where:
            self._stopped.set()
            await self._gate.wait()
