"""SIGTERM in the middle of an upload."""

import asyncio
import time
from collections.abc import AsyncIterator
from subprocess import TimeoutExpired

from bench.soak.checks import Check, Plan, at_most, exactly
from bench.soak.target import Target, close
from bench.soak.traffic import VENDOR_NAMES, upload
from emulator.server import GRACE

# Seconds beside the server's own grace that its end may take: a tenth of this where nothing else runs.
_MORE = 3.0


async def stopping(target: Target, _: Plan) -> AsyncIterator[Check]:
    """The server ends with status 0, soon after the time that it gives to answers in progress."""
    connections = []
    for vendor in VENDOR_NAMES:
        request = upload(vendor, "stop", "a.pdf", bytes(200_000))
        connection = await target.connect()
        connection[1].write(request.raw(target.server.port)[:-1000])
        connections.append(connection)
    await asyncio.sleep(0.3)
    begun = time.monotonic()
    target.server.ask_to_stop()
    try:
        status: int | str = await asyncio.to_thread(target.server.wait, 10)
    except TimeoutExpired:
        status = "none after 10 s"
    seconds = time.monotonic() - begun
    yield exactly("exit status after SIGTERM in the middle of four uploads", status, 0)
    yield at_most("it took", seconds, GRACE + _MORE, "s")
    for _reader, writer in connections:
        close(writer)
