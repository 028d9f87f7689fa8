"""Sandboxes: isolated environments that hold all state a request can change."""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import Any, Literal, Protocol, Self, TypeVar
from weakref import proxy

from emulator.core.clock import Clock
from emulator.core.faults.fault import Faults
from emulator.core.ids import Ids
from emulator.core.journal import Exchange, Journal, Listener, Listeners
from emulator.core.memory import FreedMemory
from emulator.core.proxy_counts import ProxyCounts
from emulator.core.redaction import redact_target
from emulator.core.rules import Tunable
from emulator.core.storage.file_store import FileStore
from emulator.core.unrouted import MAX_UNROUTED, UnroutedRequest
from emulator.core.usage import Usage
from emulator.webhooks.configured import ConfiguredEndpoint, Sender, parse_endpoint, register_all
from emulator.webhooks.models import Delivery
from emulator.webhooks.webhooks import Webhooks

AuthMode = Literal["any", "strict", "off"]
S = TypeVar("S")
T = TypeVar("T", bound=bool | int | str)


class RuleValues(Protocol):
    """Returns the value in force for a rule."""

    def __call__(self, rule: Tunable[T], /) -> T: ...


class Options(Protocol):
    """The settings that the core and the vendors read."""

    @property
    def auth(self) -> AuthMode: ...
    @property
    def hide_emulator_headers(self) -> bool: ...
    @property
    def external_url(self) -> str: ...
    @property
    def max_exchanges(self) -> int: ...
    @property
    def max_retry_after(self) -> int: ...
    @property
    def max_sandboxes(self) -> int: ...
    @property
    def max_store_bytes(self) -> int: ...
    @property
    def seed(self) -> str: ...
    @property
    def control_token(self) -> str: ...
    @property
    def trusted_hosts(self) -> str: ...
    @property
    def value(self) -> RuleValues: ...
    @property
    def webhook(self) -> str: ...
    @property
    def webhook_hosts(self) -> str: ...
    def replace(self, **values: object) -> Self: ...


DEFAULT = "default"
# About what a request leaves in memory: its exchange, a document, a webhook.
REQUEST_BYTES = 2048
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class NoSandbox(Exception):
    """The sandbox does not exist and cannot be created; the message is a sentence that says why."""


class Sandbox:
    """One isolated environment: clock, ids, journal, faults and the state of every vendor."""

    def __init__(self, name: str, options: Options, store: FileStore, seed: str | None = None) -> None:
        self.name = name
        self.began = monotonic()
        """When it was made or reset, in seconds of `time.monotonic`."""
        self.options = options
        self.store = store
        self.seed = f"{options.seed}/{name}" if seed is None else seed
        """What its ids are derived from."""
        self.clock = Clock()
        self.ids = Ids(self.seed)
        self.journal = Journal(options.max_exchanges)
        self.faults = Faults(self.seed)
        self.webhooks = Webhooks(self.clock, self.seed, options.max_exchanges, options.webhook_hosts, self.faults)
        self.usage = Usage()
        self.states: dict[str, Any] = {}
        """The vendors' states, by vendor name."""
        self.in_flight: Counter[str] = Counter()
        """How many requests are in progress, by the name under which a vendor limits them. Not part of a snapshot."""

    def state(self, vendor: str, create: Callable[["Sandbox"], S]) -> S:
        """Return the vendor's state, creating it on first use."""
        state: S | None = self.states.get(vendor)
        if state is None:
            # The state refers to its sandbox weakly: a cycle would keep the files of a deleted sandbox.
            state = self.states[vendor] = create(proxy(self))
        return state

    def release_slot(self, of: str) -> None:
        """Take one request off those in flight under this name."""
        self.in_flight[of] -= 1
        if not self.in_flight[of]:
            del self.in_flight[of]


class RequestObserver(Protocol):
    """Hears of every request to a vendor, in whichever sandbox, of those that reach none, and of every webhook."""

    def exchange_ended(self, sandbox: str, exchange: Exchange) -> None:
        """Called with the name of the sandbox."""

    def webhook_attempted(self, sandbox: str, delivery: Delivery) -> None:
        """Called with the name of the sandbox, after every attempt and for a webhook that is not sent."""

    def request_rejected(self, method: str, target: str, status: int, detail: str) -> None:
        """Called for a request that reached no vendor, with a sentence that says why."""


class SandboxRegistry:
    """The sandboxes of one server and the file store that they share. `default` exists from the start."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.started = monotonic()
        """When the server started, in seconds of `time.monotonic`."""
        self.store = FileStore(options.max_store_bytes)
        self._freed = FreedMemory()
        self.proxy_counts = ProxyCounts()
        self.sandboxes: dict[str, Sandbox] = {}
        self._waiting: dict[str, Listeners] = {}
        """The listeners of sandboxes that do not exist, by name, for the next sandbox with that name."""
        self.unrouted: deque[UnroutedRequest] = deque(maxlen=MAX_UNROUTED)
        self.observer: RequestObserver | None = None
        self._at_close: set[Callable[[], None]] = set()
        self._endpoints: list[ConfiguredEndpoint] = []
        """The webhook endpoints that `default` begins with."""
        self.reset(DEFAULT)

    def reject(self, method: str, target: str, status: int, detail: str) -> None:
        """Remember a request that reached no vendor, and tell the observer of it."""
        self.unrouted.append(UnroutedRequest(method, redact_target(target), status, detail))
        if self.observer:
            self.observer.request_rejected(method, target, status, detail)

    def unrouted_beside(self, name: str) -> list[UnroutedRequest]:
        """Return the requests that reached no vendor since a sandbox was made or reset, and that name no other one."""
        sandbox = self.sandboxes.get(name)
        began = sandbox.began if sandbox else self.started
        return [request for request in self.unrouted if request.at >= began and request.sandbox in (None, name)]

    def close(self) -> None:
        """End the answers that would otherwise never end, because the server stops."""
        for callback in tuple(self._at_close):
            callback()

    @contextmanager
    def closing(self, callback: Callable[[], None]) -> Iterator[None]:
        """Call the callback if the server stops inside the context."""
        self._at_close.add(callback)
        try:
            yield
        finally:
            self._at_close.discard(callback)

    def sandbox(self, name: str) -> Sandbox:
        """Return the sandbox with this name, creating it on first use. Raises NoSandbox."""
        return self.sandboxes.get(name) or self.reset(name)

    def preview(self, name: str) -> Sandbox:
        """Return the sandbox with this name, or one like it would be on first use, without creating it.

        Raises NoSandbox.
        """
        if sandbox := self.sandboxes.get(name):
            return sandbox
        self._check_room_for(name)
        return Sandbox(name, self.options, self.store)

    @contextmanager
    def listening(self, name: str, on_end: Listener, on_reset: Callable[[], None] = lambda: None) -> Iterator[Journal]:
        """Tell what happens in the sandbox with this name, which need not exist yet, and yield its present journal.

        `on_end` is called with every exchange that ends, `on_reset` when the sandbox is reset or deleted. Raises
        NoSandbox.
        """
        journal = self.preview(name).journal
        listeners = journal.listeners if name in self.sandboxes else self._waiting.setdefault(name, Listeners())
        listeners.add(on_end, on_reset)
        try:
            yield journal
        finally:
            listeners.discard(on_end)
            if not listeners and self._waiting.get(name) is listeners:
                del self._waiting[name]

    def reset(self, name: str, seed: str | None = None, **settings: object) -> Sandbox:
        """Replace a sandbox by a new one, with settings of its own where some are given.

        Requests in progress finish in the old one. Raises NoSandbox, and what `Settings.replace` raises.
        """
        options = self.options.replace(**settings) if settings else self.options
        return self.put(Sandbox(name, options, self.store, seed))

    def put(self, sandbox: Sandbox) -> Sandbox:
        """Add a sandbox, replacing one with the same name. Raises NoSandbox."""
        name = sandbox.name
        old = self.sandboxes.get(name)
        if old is None:
            self._check_room_for(name)
        sandbox.journal.listeners = self._detach_listeners(old) if old else self._waiting.pop(name, Listeners())
        used_bytes, requests = self.store.used_bytes, old.journal.last_number if old else 0
        self.sandboxes[name] = sandbox
        sandbox.webhooks.on_attempt = partial(self._webhook_attempted, name)
        if name == DEFAULT:
            register_all(sandbox.webhooks, self._endpoints)
        if old:
            old.webhooks.close()
            sandbox.journal.listeners.tell_reset()
        del old
        self._freed.add(used_bytes - self.store.used_bytes + requests * REQUEST_BYTES)
        return sandbox

    def begin_with_webhooks(self, vendors: Mapping[str, Sender]) -> None:
        """Register the endpoints of the setting `webhook` in `default`, now and whenever it is replaced.

        Raises InvalidWebhook.
        """
        self._endpoints = [
            parse_endpoint(endpoint, vendors, self.options.webhook_hosts) for endpoint in self.options.webhook.split()
        ]
        register_all(self.sandboxes[DEFAULT].webhooks, self._endpoints)

    def _check_room_for(self, name: str) -> None:
        """Check that a sandbox with this name can be created. Raises NoSandbox."""
        if not NAME.fullmatch(name):
            raise NoSandbox(f"A sandbox is named with 1 to 64 letters, digits, - and _, not {name!r}.")
        if len(self.sandboxes) >= self.options.max_sandboxes:
            raise NoSandbox(
                f"There are {len(self.sandboxes)} sandboxes, the most that max_sandboxes allows; delete some."
            )

    def delete(self, name: str) -> None:
        """Delete a sandbox and its files; `default` is reset instead. Raises NoSandbox."""
        if name not in self.sandboxes:
            raise NoSandbox(f"There is no sandbox {name!r}.")
        if name == DEFAULT:
            self.reset(name)
        else:
            if listeners := self._detach_listeners(self.sandboxes[name]):
                self._waiting[name] = listeners
            self.sandboxes[name].webhooks.close()
            used_bytes, requests = self.store.used_bytes, self.sandboxes[name].journal.last_number
            del self.sandboxes[name]
            listeners.tell_reset()
            self._freed.add(used_bytes - self.store.used_bytes + requests * REQUEST_BYTES)

    def close_exchange(self, sandbox: Sandbox, exchange: Exchange) -> None:
        """Record the end of an exchange in the sandbox's journal and tell the observer."""
        sandbox.journal.close(exchange)
        if self.observer:
            self.observer.exchange_ended(sandbox.name, exchange)

    def _webhook_attempted(self, name: str, delivery: Delivery) -> None:
        if self.observer:
            self.observer.webhook_attempted(name, delivery)

    def _detach_listeners(self, old: Sandbox) -> Listeners:
        """Take the listeners of a sandbox that is replaced, so that they no longer hear of its late exchanges."""
        listeners, old.journal.listeners = old.journal.listeners, Listeners()
        return listeners
