"""A pytest plugin that puts the emulator's protocols in the place of uvicorn's, before uvicorn's tests import them."""

import asyncio
from typing import Any

import pytest
from uvicorn.protocols.http import h11_impl, httptools_impl

from emulator.protocol import protocol_class

# Any: uvicorn's modules have their own classes only.
_h11: Any = h11_impl
_httptools: Any = httptools_impl
_h11.H11Protocol, _httptools.HttpToolsProtocol = protocol_class("h11"), protocol_class("httptools")


@pytest.fixture(autouse=True)
def a_turn_of_the_loop_after_each_request(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head is sent with the body that follows it, or else with the loop's next turn, which uvicorn's mock has not."""
    mock_loop: Any = vars(request.module).get("MockLoop")
    if mock_loop is None:
        return
    run_one = mock_loop.run_one

    async def run_one_and_take_a_turn(loop: Any) -> Any:
        result = await run_one(loop)
        await asyncio.sleep(0)
        return result

    monkeypatch.setattr(mock_loop, "run_one", run_one_and_take_a_turn)
