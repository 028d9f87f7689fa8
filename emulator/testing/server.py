"""A server for tests: one that is started here, in a thread, or one that runs elsewhere."""

from datetime import datetime
from itertools import count
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack
from uuid import uuid4

from emulator.testing.control import Control
from emulator.testing.sandbox import Sandbox
from emulator.types import SandboxSettings, ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable


class Emulator:
    """A running emulator.

    `with Emulator() as server: sandbox = server.sandbox()` starts one on a free port of loopback, with settings by name
    if any are given; `Emulator(url="http://emulator:4600")` uses one that runs elsewhere. If that one asks for a
    control token, pass `control_token` or set the environment variable EMULATOR_CONTROL_TOKEN.
    """

    def __init__(self, *, url: str | None = None, **settings: Unpack[ServerSettings]) -> None:
        """Nothing is started yet. The port is a free one and no request is logged, unless `port` and `log` are given.

        Raises TypeError for a setting that does not exist, ValueError for a value that the setting does not take.
        """
        if url and (others := [name for name in settings if name != "control_token"]):
            raise TypeError(
                f"a server that runs elsewhere has its own settings: leave out {', '.join(others)}, or give settings "
                "to a sandbox of it"
            )
        self._token = settings.get("control_token")
        self._given_url = url
        self._settings: ServerSettings = {"port": 0, "log": "off", **settings}
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
        """Start the server; it accepts requests when this returns.

        Raises CannotListen where the port is taken, EmulatorError where no emulator answers at the URL.
        """
        if self._control is not None:
            return self
        if self._given_url:
            control = Control(self._given_url, token=self._token)
            try:
                control.health()
            finally:
                # No connection stays open to a server that turns out to be no emulator.
                control.close()
        else:
            from emulator.server import BackgroundServer
            from emulator.settings import Settings

            server = BackgroundServer(Settings.of(**self._settings))
            self._stop = server.stop
            control = Control(server.url, token=self._token or "")
        self._control = control
        return self

    def stop(self) -> None:
        """Stop the server at once if it was started here; one that runs elsewhere runs on."""
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
        **settings: Unpack[SandboxSettings],
    ) -> Sandbox:
        """Return a sandbox that starts anew, under a name that no other has unless one is given.

        Raises as `Sandbox.reset` does.
        """
        if name is None:
            name = f"box-{next(self._numbers)}"
            if self._given_url:
                # On a server that others use too, their first sandbox has another name than ours, and the same ids.
                seed, name = seed or name, f"{name}-{uuid4().hex[:8]}"
        sandbox = self.get_sandbox(name)
        sandbox.reset(seed=seed, now=now, frozen=frozen, **settings)
        return sandbox

    def get_sandbox(self, name: str = "default") -> Sandbox:
        """Return the sandbox with this name as it is; the first request to it creates it.

        Raises RuntimeError where the server was not started.
        """
        return Sandbox(self.control, name)
