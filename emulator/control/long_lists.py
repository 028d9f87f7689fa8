"""Answers with thousands of entries, which are never in memory together."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TypeVar

from starlette.responses import StreamingResponse

from emulator.control.models.base import AnswerModel

# So many bytes are rendered without a break, and sent as one piece.
PIECE_BYTES = 64 * 1024
T = TypeVar("T")


def stream_list(member: str, entries: Iterable[T], render: Callable[[T], AnswerModel]) -> StreamingResponse:
    """Return a JSON object with one member, a list, whose entries are rendered while it is sent."""
    return StreamingResponse(_pieces(member, entries, render), media_type="application/json")


async def _pieces(member: str, entries: Iterable[T], render: Callable[[T], AnswerModel]) -> AsyncIterator[bytes]:
    piece, separator = bytearray(b'{"%b":[' % member.encode()), b""
    for entry in entries:
        piece += separator + render(entry).to_json().encode()
        separator = b","
        if len(piece) >= PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
            # Sending does not let other requests proceed as long as the client reads.
            await asyncio.sleep(0)
    piece += b"]}"
    yield bytes(piece)
