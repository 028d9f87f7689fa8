"""Sandboxes: isolated environments that hold all state a request can change."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal, Protocol, Self, TypeVar
from weakref import proxy

from emulator.core.clock import Clock
from emulator.core.faults.fault import Faults
from emulator.core.ids import Ids
from emulator.core.journal import Journal, Listener
from emulator.core.memory import trim
from emulator.core.proxy_counts import ProxyCounts
from emulator.core.rules import Tunable
from emulator.core.storage.file_store import FileStore

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
    def trusted_hosts(self) -> str: ...
    @property
    def value(self) -> RuleValues: ...
    def replace(self, **values: object) -> Self: ...


DEFAULT = "default"
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class NoSandbox(Exception):
    """The sandbox does not exist and cannot be created; the message is a sentence that says why."""


class Sandbox:
    """One isolated environment: clock, ids, journal, faults and the state of every vendor."""

    def __init__(self, name: str, options: Options, store: FileStore, seed: str | None = None) -> None:
        self.name = name
        self.options = options
        self.store = store
        self.seed = f"{options.seed}/{name}" if seed is None else seed
        """What its ids are derived from."""
        self.clock = Clock()
        self.ids = Ids(self.seed)
        self.journal = Journal(options.max_exchanges)
        self.faults = Faults(self.seed)
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


class SandboxRegistry:
    """The sandboxes of one server and the file store that they share. `default` exists from the start."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = FileStore(options.max_store_bytes)
        self.proxy_counts = ProxyCounts()
        self.sandboxes: dict[str, Sandbox] = {}
        self._waiting: dict[str, set[Listener]] = {}
        """The journal listeners of deleted sandboxes, by name, for the next sandbox with that name."""
        self.reset(DEFAULT)

    def sandbox(self, name: str) -> Sandbox:
        """Return the sandbox with this name, creating it on first use. Raises NoSandbox."""
        return self.sandboxes.get(name) or self.reset(name)

    def reset(self, name: str, seed: str | None = None, **settings: object) -> Sandbox:
        """Replace a sandbox by a new one, with settings of its own where some are given.

        Requests in progress finish in the old one. Raises NoSandbox, and what `Settings.replace` raises.
        """
        options = self.options.replace(**settings) if settings else self.options
        return self.put(Sandbox(name, options, self.store, seed))

    def put(self, sandbox: Sandbox) -> Sandbox:
        """Add a sandbox, replacing one with the same name. Raises NoSandbox."""
        name = sandbox.name
        if not NAME.fullmatch(name):
            raise NoSandbox(f"A sandbox is named with 1 to 64 letters, digits, - and _, not {name!r}.")
        old = self.sandboxes.get(name)
        if old is None and len(self.sandboxes) >= self.options.max_sandboxes:
            raise NoSandbox(
                f"There are {len(self.sandboxes)} sandboxes, the most that max_sandboxes allows; delete some."
            )
        sandbox.journal.listeners = self._detach_listeners(old) if old else self._waiting.pop(name, set())
        used_bytes = self.store.used_bytes
        self.sandboxes[name] = sandbox
        del old
        trim(used_bytes - self.store.used_bytes)
        return sandbox

    def delete(self, name: str) -> None:
        """Delete a sandbox and its files; `default` is reset instead. Raises NoSandbox."""
        if name not in self.sandboxes:
            raise NoSandbox(f"There is no sandbox {name!r}.")
        if name == DEFAULT:
            self.reset(name)
        else:
            if listeners := self._detach_listeners(self.sandboxes[name]):
                self._waiting[name] = listeners
            used_bytes = self.store.used_bytes
            del self.sandboxes[name]
            trim(used_bytes - self.store.used_bytes)

    def _detach_listeners(self, old: Sandbox) -> set[Listener]:
        """Take the listeners of a sandbox that is replaced, so that they no longer hear of its late exchanges."""
        listeners, old.journal.listeners = old.journal.listeners, set()
        return listeners
