"""A receiver of webhooks on a free port of loopback."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread


@dataclass(frozen=True)
class Received:
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    url: str = ""
    statuses: list[int] = field(default_factory=list)
    """Of the next answers; 200 when there are none left."""
    headers: dict[str, str] = field(default_factory=dict)
    """Of all answers."""
    body: bytes = b""
    """Of all answers."""
    gate: Event = field(default_factory=Event)
    """Answers wait until it is set, as it is at first."""
    queue: "Queue[Received]" = field(default_factory=Queue)

    def next(self) -> Received:
        return self.queue.get(timeout=20)


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    receiver = Receiver(statuses=list(statuses))
    receiver.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.queue.put(Received({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.gate.wait(20)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(receiver.body)))
            self.end_headers()
            # The client may have gone, which even an empty write would notice.
            if receiver.body:
                self.wfile.write(receiver.body)

        log_message: Callable[..., None] = lambda *_: None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()
