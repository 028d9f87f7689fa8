"""A server for tests: one that is started here, in a thread, or one that runs elsewhere."""

from datetime import datetime
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from emulator.testing.control import Control
from emulator.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable


class Emulator:
    """A running emulator.

    `with Emulator() as server: box = server.sandbox()` starts one on a free port of loopback, with settings by name if
    any are given; `Emulator(url="http://emulator:4600")` uses one that runs elsewhere.
    """

    def __init__(self, *, url: str | None = None, port: int = 0, **settings: Any) -> None:
        """Nothing is started yet. Raises TypeError for a setting that does not exist, ValueError for an unfit value."""
        if url and (port or settings):
            raise TypeError("a server that runs elsewhere has its port and settings; give settings to a sandbox of it")
        self._given_url = url
        self._settings = {"port": port, **settings}
        self._control: Control | None = None
        self._stop: Callable[[], None] | None = None
        self._numbers = count(1)
        if not url:
            from emulator.settings import Settings

            Settings.of(**self._settings)

    @property
    def url(self) -> str:
        """The base URL, without a trailing slash. Raises RuntimeError where the server was not started."""
        return self.control.url

    @property
    def control(self) -> Control:
        """The control API. Raises RuntimeError where the server was not started."""
        if self._control is None:
            raise RuntimeError("this emulator is not running: use it in a `with` statement, or start it")
        return self._control

    def start(self) -> Self:
        """Accepts requests when this returns. Raises CannotListen (the port is taken), or EmulatorError (nobody answers
        at the URL)."""
        if self._control is not None:
            return self
        if self._given_url:
            control = Control(self._given_url)
            try:
                control.health()
            finally:
                # Nothing stays open to whoever turns out to be somebody else.
                control.close()
        else:
            from emulator.server import BackgroundServer
            from emulator.settings import Settings

            server = BackgroundServer(Settings.of(**self._settings))
            self._stop = server.stop
            control = Control(server.url)
        self._control = control
        return self

    def stop(self) -> None:
        """Ends what was started here, at once; a server that runs elsewhere runs on."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._stop is not None:
            self._stop()
            self._stop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def sandbox(
        self,
        name: str | None = None,
        *,
        seed: str | None = None,
        now: datetime | str | None = None,
        frozen: bool | None = None,
        **settings: Any,
    ) -> Sandbox:
        """A sandbox that starts anew, of a name that nobody has used yet unless one is given. Raises EmulatorError."""
        if name is None:
            name = f"box-{next(self._numbers)}"
            if self._given_url:
                # On a server that others use too, their first sandbox has another name than ours, and the same ids.
                seed, name = seed or name, f"{name}-{uuid4().hex[:8]}"
        box = self.existing(name)
        box.reset(seed=seed, now=now, frozen=frozen, **settings)
        return box

    def existing(self, name: str = "default") -> Sandbox:
        """A sandbox as it is, or will be on first use. Raises RuntimeError where the server was not started."""
        return Sandbox(self.control, name)
