"""A sandbox: one private world. All state that a request can change hangs off one of these."""

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
from emulator.core.rules import Tunable
from emulator.core.storage.file_store import FileStore

AuthMode = Literal["any", "strict", "off"]
S = TypeVar("S")
T = TypeVar("T", bound=bool | int | str)


class RuleValues(Protocol):
    """Gives the value of a rule."""

    def __call__(self, rule: Tunable[T], /) -> T: ...


class Options(Protocol):
    """What the core and the vendors ask of the settings."""

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
    """There is no such sandbox, and there will be none; the message says why, in a sentence."""


class Sandbox:
    """Clock, ids, journal, faults and, for each vendor, the state that its package keeps."""

    def __init__(self, name: str, options: Options, store: FileStore, seed: str | None = None) -> None:
        self.name = name
        self.options = options
        self.store = store
        self.seed = f"{options.seed}/{name}" if seed is None else seed
        """What its ids follow from."""
        self.clock = Clock()
        self.ids = Ids(self.seed)
        self.journal = Journal(options.max_exchanges)
        self.faults = Faults(self.seed)
        self.states: dict[str, Any] = {}
        """By vendor."""
        self.in_flight: Counter[str] = Counter()
        """How many requests are in progress, by the name under which a vendor limits them. No part of a snapshot."""

    def state(self, vendor: str, create: Callable[["Sandbox"], S]) -> S:
        """The state that a vendor package keeps here, created on first use."""
        state: S | None = self.states.get(vendor)
        if state is None:
            # A state refers to its sandbox weakly: no cycle keeps its files once the sandbox has gone.
            state = self.states[vendor] = create(proxy(self))
        return state

    def release_slot(self, of: str) -> None:
        """One request fewer of that name is under way."""
        self.in_flight[of] -= 1
        if not self.in_flight[of]:
            del self.in_flight[of]


class SandboxRegistry:
    """One server's sandboxes, and the file store that they share. `default` is there from the start."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = FileStore(options.max_store_bytes)
        self.sandboxes: dict[str, Sandbox] = {}
        self._waiting: dict[str, set[Listener]] = {}
        """Who listened to a sandbox that was deleted, and waits for the next of its name."""
        self.reset(DEFAULT)

    @property
    def default(self) -> Sandbox:
        return self.sandboxes[DEFAULT]

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of this name, which appears on first use. Raises NoSandbox."""
        return self.sandboxes.get(name) or self.reset(name)

    def reset(self, name: str, seed: str | None = None, **settings: object) -> Sandbox:
        """A sandbox as it is on first use, with settings of its own where some are given.

        Requests under way end in the world they began in. Raises NoSandbox, and what `Settings.with_` raises.
        """
        options = self.options.replace(**settings) if settings else self.options
        return self.put(Sandbox(name, options, self.store, seed))

    def put(self, sandbox: Sandbox) -> Sandbox:
        """Let a sandbox take the place of the one with its name. Raises NoSandbox."""
        name = sandbox.name
        if not NAME.fullmatch(name):
            raise NoSandbox(f"A sandbox is named with 1 to 64 letters, digits, - and _, not {name!r}.")
        old = self.sandboxes.get(name)
        if old is None and len(self.sandboxes) >= self.options.max_sandboxes:
            raise NoSandbox(
                f"There are {len(self.sandboxes)} sandboxes, which is the most that max_sandboxes allows; delete some."
            )
        sandbox.journal.listeners = self._detach_listeners(old) if old else self._waiting.pop(name, set())
        used_bytes = self.store.used_bytes
        self.sandboxes[name] = sandbox
        del old
        trim(used_bytes - self.store.used_bytes)
        return sandbox

    def delete(self, name: str) -> None:
        """Let a sandbox go, and its files with it; `default` starts anew. Raises NoSandbox."""
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
        """Taken from a sandbox that ends: what still ends in it is nothing to whoever listens to the next."""
        listeners, old.journal.listeners = old.journal.listeners, set()
        return listeners
