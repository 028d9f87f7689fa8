"""A sandbox as one archive, and back.

The archive's `sandbox.json` says which seed, how many ids were drawn from it, what time it is, which settings differ
from their defaults, and what each vendor has. `core.snapshots` says how the latter is written, `core.archives` what the
archive is like. A sandbox that is restored goes on as the original would have gone on: the same next ids, the same
tokens and signed URLs. It forgets the journal, the faults and the idempotency keys.

Tokens of Xero's that carry the name of their sandbox go on carrying it: in a sandbox of another name they are good for
requests that name it in the path or a header.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from emulator import __version__
from emulator.control.asking import PLAIN, Asked, Refused, checked
from emulator.control.documents import file_shown
from emulator.control.sandboxes import fitting, shown, values_of
from emulator.core.clock import Clock, has_room_around
from emulator.core.json_reader import JsonObject
from emulator.core.request import parse_int
from emulator.core.sandbox import DEFAULT, Sandbox, SandboxRegistry
from emulator.core.storage.archives import MAX_DOCUMENT_BYTES, MAX_OVERHEAD, pack, unpack
from emulator.core.storage.downloads import disposition
from emulator.core.storage.file_store import Blob, StoreFull
from emulator.core.storage.snapshots import InvalidSnapshot, Reader, Writer
from emulator.core.vendor import Vendor
from emulator.settings import OPTIONS, SERVER_SETTINGS, UnusableSnapshot
from emulator.vendors import VENDOR_NAMES, VENDORS

MEDIA_TYPE = "application/zip"
FORMAT = "attachment-emulator sandbox"
# A change of what states consist of, or of how they are written, is a new version.
VERSION = 1
# How much of an archive (bytes) is gathered before it is written to disk.
GATHERED = 1024 * 1024

_DOCUMENT = PLAIN.schema(
    "format!:text version!:whole emulator!:text name!:text seed!:text ids_drawn!:whole clock!:object settings!:object "
    "vendors!:object"
)
# Microseconds ahead of the machine's time, or the moment at which it stands.
_CLOCK = PLAIN.schema("ahead:whole=0 frozen_at?:moment")


def begin_with(registry: SandboxRegistry, path: Path) -> None:
    """Let `default` be as in a snapshot, if there is such a file. Raises UnusableSnapshot."""
    try:
        with path.open("rb") as file:
            registry.put(_sandbox(registry, DEFAULT, *_unpacked(file, registry)))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnusableSnapshot(f"the snapshot {path} cannot be read: {error.strerror}") from None
    except Refused as refused:
        raise UnusableSnapshot(f"the snapshot {path} is of no use. {refused.detail}") from None


async def take(asked: Asked) -> Response:
    """The archive, of this moment."""
    sandbox = asked.sandbox
    blobs: dict[str, Blob] = {}
    document = await asyncio.to_thread(_encoded, _written(sandbox, blobs))
    if len(document) > MAX_DOCUMENT_BYTES:
        size = f"{len(document)} bytes, and could not be restored from more than {MAX_DOCUMENT_BYTES}"
        raise Refused(507, "Too large", f"Without its files the sandbox has {size}.")
    return _Archive(pack(document, blobs), f"{sandbox.name}.zip")


async def restore(asked: Asked) -> Response:
    """All of it or nothing: where something does not fit, the sandbox stays as it was."""
    registry = asked.registry
    try:
        with TemporaryFile() as file:
            await _receive(asked.request, file, registry.store.max_bytes + MAX_OVERHEAD)
            found = await asyncio.to_thread(_unpacked, file, registry)
    except OSError as error:
        raise Refused(507, "No room for the archive", f"It cannot be held on disk meanwhile: {error}.") from None
    sandbox = registry.put(_sandbox(registry, asked.params["sandbox"], *found))
    return JSONResponse(shown(sandbox))


# --- Out --------------------------------------------------------------------------------------------------------------


class _Archive(Response):
    media_type = MEDIA_TYPE

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__(headers={"content-disposition": disposition(name).decode()})
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            # A client that reads fast must not keep the others waiting.
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


def _written(sandbox: Sandbox, blobs: dict[str, Blob]) -> JsonObject:
    clock = sandbox.clock
    settings = {name: value for name, value in values_of(sandbox).items() if value != OPTIONS[name].default}
    return {
        "format": FORMAT,
        "version": VERSION,
        "emulator": __version__,
        "name": sandbox.name,
        "seed": sandbox.seed,
        "ids_drawn": sandbox.ids.drawn,
        "clock": {"frozen_at": clock.now().isoformat()}
        if clock.frozen
        else {"ahead": round(clock.offset.total_seconds() * 10**6)},
        "settings": settings,
        "vendors": {
            vendor: Writer(VENDORS[vendor].snapshot_schema, blobs).write(sandbox.states[vendor])
            for vendor in VENDOR_NAMES
            if vendor in sandbox.states
        },
    }


def _encoded(document: JsonObject) -> bytes:
    # A lone surrogate comes out as what JSON has for it.
    return json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")


# --- In ---------------------------------------------------------------------------------------------------------------


async def _receive(request: Request, file: IO[bytes], limit: int) -> None:
    """Raises Refused for an archive that is longer than `limit` (bytes), OSError, ClientDisconnect."""
    declared, received = parse_int(request.headers.get("content-length", ""), 0), 0
    gathered = bytearray()
    async for piece in request.stream():
        received += len(piece)
        if max(declared, received) > limit:
            raise Refused(413, "Too large", f"An archive has at most {limit} bytes here; max_store_bytes decides.")
        gathered += piece
        if len(gathered) >= GATHERED:
            await asyncio.to_thread(file.write, gathered)
            gathered = bytearray()
    file.write(gathered)


def _unpacked(file: IO[bytes], registry: SandboxRegistry) -> tuple[Any, dict[str, Blob]]:
    """Raises Refused."""
    try:
        return unpack(file, registry.store)
    except InvalidSnapshot as error:
        raise _unfit(str(error)) from None
    except StoreFull as full:
        raise Refused(507, "The files do not fit into the store", str(full)) from None


def _sandbox(registry: SandboxRegistry, name: str, said: Any, blobs: dict[str, Blob]) -> Sandbox:
    """A new one, which is nowhere yet. Raises Refused."""
    _check_version(said)
    said = checked(said, _DOCUMENT, "sandbox.json")
    settings = {name: option.default for name, option in OPTIONS.items() if name not in SERVER_SETTINGS}
    options = registry.options.replace(**settings | fitting(said["settings"]))
    sandbox = Sandbox(name, options, registry.store, said["seed"])
    if not 0 <= said["ids_drawn"] < 2**63:
        raise _unfit("no such number of ids was ever drawn")
    sandbox.ids.drawn = said["ids_drawn"]
    _set(sandbox.clock, checked(said["clock"], _CLOCK, "clock"))
    for vendor, state in said["vendors"].items():
        if vendor not in VENDORS:
            raise _unfit(f"there is no vendor {vendor!r}")
        try:
            sandbox.states[vendor] = Reader(VENDORS[vendor].snapshot_schema, sandbox, blobs).read_state(state)
        except InvalidSnapshot as error:
            raise _unfit(f"of {vendor}, {error}") from None
        _check_sense(VENDORS[vendor], sandbox)
    return sandbox


def _check_sense(pack: Vendor, sandbox: Sandbox) -> None:
    """That the parts of a state, each of them sound, go together: else every look at the sandbox would fail."""
    try:
        seen = [asdict(each) for each in pack.documents(sandbox)]
        seen += [file_shown(pack, each) for each in pack.files(sandbox)]
        json.dumps(seen, ensure_ascii=False).encode()
    except Exception as error:
        raise _unfit(f"what it says of {pack.name} makes no sense ({error!r})") from None


def _check_version(said: Any) -> None:
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise _unfit(f"it is no {FORMAT}")
    version = said.get("version")
    if type(version) is not int or version < 1:
        raise _unfit(f"its version is {version!r}")
    if version > VERSION:
        raise _unfit(
            f"it was written by a newer emulator ({said.get('emulator')}), in version {version}; "
            f"this one ({__version__}) reads up to version {VERSION}"
        )


def _set(clock: Clock, said: JsonObject) -> None:
    try:
        if said["frozen_at"] is None:
            clock.advance(said["ahead"] / 10**6)
        else:
            clock.freeze(said["frozen_at"])
        possible = has_room_around(clock.now())
    except OverflowError:
        possible = False
    if not possible:
        raise _unfit("its clock cannot go that far")


def _unfit(reason: str) -> Refused:
    return Refused(422, "Cannot be restored", f"The archive cannot be restored: {reason}.")
