"""A receiver of webhooks: an HTTP server in a thread of the test's process."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from types import MappingProxyType
from typing import Any
from weakref import finalize

# How often (seconds) the server looks whether it is to stop.
_POLL_SECONDS = 0.05


@dataclass(eq=False)
class ReceivedWebhook:
    """A request that arrived at a receiver."""

    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """As it was signed."""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When it arrived: the machine's time in UTC, which no test has moved."""
    status: int = 200
    """What it was answered with."""
    error: BaseException | None = None
    """What the test's own function raised instead of an answer, which was 500."""

    @property
    def json(self) -> Any:
        """The body, parsed. Raises ValueError where it is not JSON."""
        return json.loads(self.body)


Respond = Callable[[ReceivedWebhook], int]
"""Returns the status of the answer to a webhook. Runs in the receiver's thread."""


class ReceiverServer:
    """Receives webhooks at any path of a free port on loopback. Thread-safe."""

    def __init__(self) -> None:
        self.arrived = Condition()
        """Notified when something was received; to be held while `received` is read."""
        self.received: list[ReceivedWebhook] = []
        """In the order of their arrival."""
        self.responders: dict[str, Respond] = {}
        """Who answers, by path; an unknown path gets 404."""
        server = _start(self)
        self.url = f"http://127.0.0.1:{server.server_port}"
        # A test that never closes its sandbox leaves neither a socket nor a thread behind.
        self.close = finalize(self, _stop, server)

    def received_below(self, path: str) -> list[ReceivedWebhook]:
        """Return what was received at the paths that begin so, in the order of its arrival."""
        return [webhook for webhook in self.received if webhook.path.startswith(path)]

    def has_more_than(self, number: int, path: str) -> bool:
        """Return whether more than so many webhooks were received at the paths that begin so."""
        return len(self.received_below(path)) > number

    def receive(self, webhook: ReceivedWebhook) -> int:
        """Record a webhook and return the status of its answer."""
        respond = self.responders.get(webhook.path, _unknown)
        try:
            webhook.status = check_status(respond(webhook))
        except BaseException as error:
            # pytest.fail() raises no Exception.
            webhook.status, webhook.error = 500, error
        with self.arrived:
            self.received.append(webhook)
            self.arrived.notify_all()
        return webhook.status


def check_status(status: int) -> int:
    """Return the status of an answer. Raises ValueError for what is none."""
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise ValueError(f"{status} is no status of an answer: expected a number from 200 to 599")
    return status


def _unknown(_: ReceivedWebhook) -> int:
    return 404


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A thread that waits for a client that sends nothing must not keep the test from ending.
    block_on_close = False


def _start(receiver: ReceiverServer) -> _Server:
    from weakref import proxy

    # Otherwise the running server would keep its receiver alive.
    owner = proxy(receiver)

    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def do_POST(self) -> None:
            length = self.headers.get("content-length", "")
            body = self.rfile.read(int(length)) if length.isdecimal() else b""
            headers = MappingProxyType({name.lower(): value for name, value in self.headers.items()})
            self.send_response(owner.receive(ReceivedWebhook(self.path, headers, body)))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing to the test's output."""

    server = _Server(("127.0.0.1", 0), Handler)
    arguments = {"poll_interval": _POLL_SECONDS}
    Thread(target=server.serve_forever, kwargs=arguments, name="webhook receiver", daemon=True).start()
    return server


def _stop(server: _Server) -> None:
    server.shutdown()
    server.server_close()
