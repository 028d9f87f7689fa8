"""What deliveries hold: no more bytes than fit, nothing of how a body was made, and nothing after their sandbox."""

import asyncio
import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import ref

import pytest
from starlette.types import Message as AsgiMessage

from emulator import create_app
from emulator.core.emulator_app import EmulatorApp
from emulator.core.sandbox import Sandbox
from emulator.vendors.codat.webhook_events import WEBHOOKS
from emulator.webhooks.models import Endpoint, Message
from emulator.webhooks.webhooks import MAX_FINISHED_BYTES, MAX_PENDING_BYTES
from tests.asgi import scope_of
from tests.control.conftest import Control

MIB = 1024 * 1024
URL = "http://127.0.0.1:9/"


@pytest.fixture
def app() -> EmulatorApp:
    return create_app(max_exchanges=100_000)


@pytest.fixture
def sandbox(app: EmulatorApp) -> Sandbox:
    """One with an endpoint, to which nothing is sent, as no event loop runs."""
    sandbox = app.registry.sandbox("hooks")
    sandbox.webhooks.register(WEBHOOKS, URL)
    return sandbox


def publish(sandbox: Sandbox, body: bytes, times: int = 1) -> None:
    for _ in range(times):
        message = Message(sandbox.webhooks.ids.uuid(), "codat", "bills.write.successful", sandbox.clock.now(), 5)
        # Bodies that are equal are not one object, either.
        sandbox.webhooks.publish(message, lambda _: bytes(bytearray(body)))


@contextmanager
def traced() -> Iterator[None]:
    gc.collect()
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def states(sandbox: Sandbox) -> Counter[str]:
    return Counter(delivery.state for delivery in sandbox.webhooks.deliveries.values())


def test_how_a_body_is_made_is_not_kept_with_it(sandbox: Sandbox) -> None:
    class Events:
        """Stands for what a body is made of."""

    def render(_: Endpoint, events: Events = Events()) -> bytes:  # noqa: B008
        return repr(events).encode()

    events = ref(render.__defaults__[0])  # type: ignore[index]
    sandbox.webhooks.publish(Message("msg_1", "codat", "bills.write.successful", sandbox.clock.now(), 5), render)
    del render

    assert events() is None
    assert len(sandbox.webhooks.deliveries) == 1


def test_waiting_deliveries_have_so_many_bytes_together(sandbox: Sandbox) -> None:
    [first] = sandbox.webhooks.endpoints
    sandbox.webhooks.register(WEBHOOKS, URL)
    fitting = MAX_PENDING_BYTES // MIB // 2

    publish(sandbox, bytes(MIB), times=fitting + 2)
    assert states(sandbox) == {"pending": 2 * fitting, "discarded": 4}

    sandbox.webhooks.remove(first)
    publish(sandbox, bytes(MIB))
    assert states(sandbox)["pending"] == fitting + 1


def test_finished_deliveries_have_so_many_bytes_together_and_the_last_ones_are_listed(sandbox: Sandbox) -> None:
    fitting = MAX_FINISHED_BYTES // MIB
    publish(sandbox, bytes(MIB), times=MAX_PENDING_BYTES // MIB)
    ids = list(sandbox.webhooks.deliveries)
    [endpoint] = sandbox.webhooks.endpoints
    sandbox.webhooks.remove(endpoint)

    assert list(sandbox.webhooks.deliveries) == ids[-fitting:]
    assert states(sandbox) == {"cancelled": fitting}


def test_a_long_list_is_never_in_memory_at_once(app: EmulatorApp, sandbox: Sandbox) -> None:
    publish(sandbox, b"." * 500, times=5000)
    sizes: list[int] = []

    async def receive() -> AsgiMessage:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: AsgiMessage) -> None:
        sizes.append(len(message.get("body", b"")))

    def listing(query: str) -> None:
        target = f"/_emulator/sandboxes/hooks/webhooks/deliveries{query}"
        asyncio.run(app(scope_of("GET", target, {"host": "localhost"}), receive, send))

    # What is loaded and built for the first list stays.
    listing("?limit=1")
    sizes.clear()
    with traced():
        listing("")
        _, peak = tracemalloc.get_traced_memory()

    assert sum(sizes) > 4 * MIB
    assert peak < MIB


@pytest.mark.parametrize("end", ["delete", "reset"])
def test_nothing_is_left_of_deliveries_when_their_sandbox_is_gone(app: EmulatorApp, end: str) -> None:
    control = Control(app, "hooks")

    def use(times: int) -> None:
        sandbox = app.registry.sandbox("hooks")
        sandbox.webhooks.register(WEBHOOKS, URL)
        publish(sandbox, b"." * 500, times)
        assert len(control.read("/webhooks/deliveries")["deliveries"]) == times
        del sandbox
        getattr(app.registry, end)("hooks")

    use(1)
    with traced():
        use(2000)
        left, peak = tracemalloc.get_traced_memory()

    assert peak > 2 * MIB
    assert left < MIB / 4
