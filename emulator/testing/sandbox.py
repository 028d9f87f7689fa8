"""One sandbox, as a test holds it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from emulator.testing.arguments import check_settings
from emulator.testing.changes import Changes
from emulator.testing.clock import Clock
from emulator.testing.control import Control, path_of
from emulator.testing.faults import Faults
from emulator.testing.files import Files
from emulator.testing.intercept import Interception, Redirection, stop_all
from emulator.testing.journal import Journal
from emulator.testing.usage import Usage
from emulator.testing.vendors import Codat, DualEntry, VRPlatform, Xero
from emulator.testing.webhooks import Webhooks
from emulator.types import SandboxSettings


class Sandbox:
    """One isolated part of a server: four vendors, their files, a journal, faults and a clock that no other has."""

    def __init__(self, control: Control, name: str) -> None:
        self._control = control
        self.name = name
        self.url = control.sandbox_url(name)
        """The URL that the vendors are mounted below."""
        self.journal = Journal(control, name)
        self.files = Files(control, name)
        self.clock = Clock(control, name)
        self.faults = Faults(control, name)
        self.webhooks = Webhooks(control, name)
        self.usage = Usage(control, name)
        self.xero = Xero(control, name)
        self.codat = Codat(control, name)
        self.dualentry = DualEntry(control, name)
        self.vrplatform = VRPlatform(control, name)

    def __repr__(self) -> str:
        return f"<Sandbox {self.name} at {self.url}>"

    def reset(
        self,
        *,
        seed: str | None = None,
        now: datetime | str | None = None,
        frozen: bool | None = None,
        **settings: Unpack[SandboxSettings],
    ) -> None:
        """Start anew: with a seed for the ids, a time, a clock that stands still or not, and settings of its own.

        Raises TypeError for a name that is no setting of a sandbox's, EmulatorError for a value that does not fit.
        """
        check_settings(settings, "seed", "now", "frozen")
        at = now if isinstance(now, str | None) else now.isoformat()
        self._control.ask_sandbox(
            "POST", self.name, "/reset", seed=seed, now=at, frozen=frozen, settings=settings or None
        )

    def configure(self, **settings: Unpack[SandboxSettings]) -> Mapping[str, Any]:
        """Change settings of this sandbox; return all that are in force.

        Raises TypeError for a name that is no setting of a sandbox's, EmulatorError for a value that does not fit.
        """
        check_settings(settings)
        answer = self._control.ask_sandbox("PATCH", self.name, "/settings", settings=settings)
        values: Mapping[str, Any] = answer["settings"]
        return values

    def changes(self) -> Changes:
        """Return what a `with` block changes: `with emulator.changes() as changes:`."""
        return Changes(self._control, self.name)

    def snapshot(self) -> bytes:
        """Return everything in the sandbox as one zip archive: the documents readable, each file once."""
        archive: bytes = self._control.ask("GET", path_of(self.name, "/snapshot"))
        return archive

    def restore(self, archive: bytes) -> None:
        """Replace everything in the sandbox with a snapshot, of whichever sandbox that is.

        Journal, faults and idempotency keys start anew. Raises EmulatorError, and then changes nothing.
        """
        self._control.ask("PUT", path_of(self.name, "/snapshot"), body=archive)

    def intercept(self, *, block_others: bool = False) -> Interception:
        """Redirect this process's requests to the vendors' own hosts to this sandbox, from now on.

        It lasts until the end of its `with` block, until `stop()`, or until the end of the test if the sandbox is the
        fixture `emulator`. Other hosts are left alone; with `block_others`, a request to one raises RequestBlocked,
        unless it is this machine. Raises EmulatorError where the emulator does not answer.
        """
        hosts = self._control.vendor_hosts()
        return Interception(Redirection(self._control.url, self.name, hosts, block_others=block_others))

    def stop_intercepting(self) -> None:
        """Stop all that `intercept` began for this sandbox and that is still in force."""
        stop_all(self._control.url, self.name)

    def delete(self) -> None:
        """Delete the sandbox and its files; `default` starts anew instead.

        Raises EmulatorError where it does not exist.
        """
        self.webhooks.close()
        self._control.ask_sandbox("DELETE", self.name)
