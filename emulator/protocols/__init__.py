"""What a connection speaks: HTTP on the wire, with the details that vendors' clients need, and open to faults."""

import asyncio
from functools import cache


@cache
def protocol(parser: str) -> type[asyncio.Protocol]:
    """The one that parses with `httptools` or `h11`."""
    # Each takes its time to load.
    if parser == "h11":
        from emulator.protocols.strict import StrictProtocol

        return StrictProtocol
    from emulator.protocols.http import HttpProtocol

    return HttpProtocol
