"""The part of `attachment-emulator verify` that replays recordings."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from emulator.testing import Emulator
from emulator.testing.control import Control, EmulatorError
from emulator.vendors import HOSTS, VENDOR_NAMES, VENDORS, load_probes
from emulator.verification.recordings import Recording, read_recording
from emulator.verification.replay import Created, Replay
from emulator.verification.runner import Outcome
from emulator.verification.side import CouldNotRun, Side

_MOUNT = re.compile(rf"(?:/sandbox/[^/]+)?/({'|'.join(VENDOR_NAMES)})(/.*|$)")


def replay(vendor: str, files: Sequence[Path]) -> Outcome:
    """Replay recordings in an emulator of its own. Raises CouldNotRun, and OSError for a file."""
    recordings = [read_recording(file) for file in files]
    for recording in recordings:
        _check_vendor(vendor, recording)
    probes = load_probes(vendor)
    with Emulator() as server:
        sandbox = server.sandbox()
        with Side(probes, f"{sandbox.url}/{vendor}", "emulator-verify", mark="emulator-verify") as emulator:
            stage = SandboxStage(server.control, sandbox.name, vendor)
            return Replay(probes, emulator, stage, path_at(vendor), refusals(vendor)).run(recordings)


def refusals(vendor: str) -> set[str]:
    """Return the rules of a vendor that refuse a request."""
    return {rule.id for rule in VENDORS[vendor].rules if rule.answer}


def path_at(vendor: str) -> Callable[[str], str | None]:
    """Return what tells the path below a vendor's mount for a URL, or None for one of somebody else's."""

    def path_of(url: str) -> str | None:
        name, path = locate(url)
        return path if name == vendor else None

    return path_of


def locate(url: str) -> tuple[str, str]:
    """Return the vendor that a URL is of, and the path below its mount; without a vendor, two empty texts."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    query = f"?{parts.query}" if parts.query else ""
    if host in HOSTS:
        vendor, prefix = HOSTS[host]
        return vendor, f"{prefix}{parts.path or '/'}{query}"
    if match := _MOUNT.fullmatch(parts.path):
        return match[1], f"{match[2] or '/'}{query}"
    return "", ""


def _check_vendor(vendor: str, recording: Recording) -> None:
    """Check that a recording has requests to a vendor. Raises CouldNotRun."""
    vendors = Counter(locate(exchange.url)[0] for exchange in recording.exchanges)
    if vendors[vendor]:
        return
    title = VENDORS[vendor].title
    others = [name for name in vendors if name]
    if others:
        raise CouldNotRun(
            f"{recording.name} has no request to {title}, but to {VENDORS[others[0]].title}: "
            f"run `attachment-emulator verify {others[0]}`"
        )
    hosts = sorted({_host(exchange.url) for exchange in recording.exchanges})
    own = ", ".join(host for host, (name, _) in HOSTS.items() if name == vendor)
    raise CouldNotRun(
        f"{recording.name} has no request to {title} ({own}), but to {', '.join(hosts[:5])}{'…' * (len(hosts) > 5)}"
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "no host"
    except ValueError:
        return "no host"


class SandboxStage:
    """A sandbox in which a recording is replayed."""

    def __init__(self, control: Control, sandbox: str, vendor: str) -> None:
        self._control = control
        self._sandbox = sandbox
        self._vendor = vendor

    def documents(self) -> Iterable[str]:
        answer = self._control.ask_sandbox("GET", self._sandbox, "/documents", vendor=self._vendor)
        return {name for document in answer["documents"] for name in (document["id"], document["number"]) if name}

    def create(self, kind: str, owner: str | None, fields: Mapping[str, Any]) -> Created | None:
        try:
            document = self._control.ask_sandbox(
                "POST", self._sandbox, "/documents", vendor=self._vendor, kind=kind, owner=owner, fields=fields
            )
        except EmulatorError:
            return None
        upload = document.get("upload")
        if upload:
            upload = {**upload, "path": upload["path"].removeprefix(f"/{self._vendor}")}
        return Created(document["id"], upload)

    def refuse_next(self, status: int) -> str | None:
        response = VENDORS[self._vendor].fault_responses.get(status)
        if response is None:
            return None
        self._control.ask_sandbox("POST", self._sandbox, "/faults", vendor=self._vendor, kind="status", status=status)
        return response.rule.id
