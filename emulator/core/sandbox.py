"""A sandbox: one private world. All state that a request can change hangs off one of these."""

from collections.abc import Callable
from typing import Any, Literal, Protocol, TypeVar

from emulator.core.blobs import FileStore
from emulator.core.clock import Clock
from emulator.core.ids import Ids
from emulator.core.journal import Journal
from emulator.core.rules import Tunable

AuthMode = Literal["any", "strict", "off"]
S = TypeVar("S")
T = TypeVar("T", bound=bool | int | str)


class Options(Protocol):
    """What the core and the packs ask of the settings."""

    @property
    def auth(self) -> AuthMode: ...
    @property
    def bare(self) -> bool: ...
    @property
    def external_url(self) -> str: ...
    @property
    def max_exchanges(self) -> int: ...
    @property
    def max_store_bytes(self) -> int: ...
    @property
    def seed(self) -> str: ...
    def value(self, rule: Tunable[T]) -> T: ...


DEFAULT = "default"


class Sandbox:
    """Clock, ids, journal and, per vendor, whatever state its pack keeps."""

    def __init__(self, name: str, options: Options, store: FileStore) -> None:
        self.name = name
        self.options = options
        self.store = store
        self.clock = Clock()
        self.ids = Ids(f"{options.seed}/{name}")
        self.journal = Journal(options.max_exchanges)
        self._states: dict[str, Any] = {}

    def state(self, vendor: str, create: Callable[["Sandbox"], S]) -> S:
        """The state that a pack keeps here, created on first use."""
        state: S | None = self._states.get(vendor)
        if state is None:
            state = self._states[vendor] = create(self)
        return state


class World:
    """One server's sandboxes, and the file store that they share. `default` is there from the start."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = FileStore(options.max_store_bytes)
        self.sandboxes = {DEFAULT: Sandbox(DEFAULT, options, self.store)}

    @property
    def default(self) -> Sandbox:
        return self.sandboxes[DEFAULT]
