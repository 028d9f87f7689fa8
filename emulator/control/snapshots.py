"""The operations on snapshots: save a sandbox as a zip archive, and restore it.

The archive's `sandbox.json` has the seed, the number of ids drawn from it, the clock, the settings that differ from
their defaults, and the state of every vendor. `core.storage.serialization` serializes the states,
`core.storage.archives` reads and writes archives. A restored sandbox continues like the original: the same next ids,
tokens and signed URLs. It does not have the journal, the faults, the idempotency keys, and the endpoints and deliveries
of webhooks.

Xero tokens that carry the name of their sandbox still do after a restore. In a sandbox of another name they work for
requests that name that sandbox in the path or a header.
"""

import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from emulator.control.documents import render_document, render_file
from emulator.control.errors import ControlError
from emulator.control.models.sandboxes import Sandbox as SandboxModel
from emulator.control.models.sandboxes import SnapshotClock, SnapshotDocument
from emulator.control.operation import Content, ControlContext, operation
from emulator.control.sandboxes import changed_settings, check_settings, render_sandbox
from emulator.core.clock import Clock, has_room_around
from emulator.core.json_reader import JsonObject
from emulator.core.numbers import parse_int
from emulator.core.sandbox import DEFAULT, Sandbox, SandboxRegistry
from emulator.core.storage.archives import MAX_OVERHEAD, pack, reason_too_large, unpack
from emulator.core.storage.downloads import disposition
from emulator.core.storage.file_store import Blob, StoreFull
from emulator.core.storage.serialization import InvalidSnapshot, Reader, Writer, written
from emulator.core.validation import describe_errors
from emulator.core.vendor import Vendor
from emulator.settings import OPTIONS, SERVER_SETTINGS, UnusableSnapshot
from emulator.version import __version__

Vendors = Mapping[str, Vendor]
ARCHIVE = Content("application/zip", "A zip archive: `sandbox.json`, and each file once below `blobs/`.")
FORMAT = "attachment-emulator sandbox"
# Increase it with every change of the states or of how they are written.
VERSION = 2
# How many bytes of an archive are buffered before they are written to disk.
BUFFER_BYTES = 1024 * 1024


def load_snapshot(registry: SandboxRegistry, vendors: Vendors, path: Path) -> None:
    """Restore `default` from a snapshot file, if it exists. Raises UnusableSnapshot."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        # Opening a pipe would wait for somebody to write into it.
        raise UnusableSnapshot(f"the snapshot {path} cannot be read: it is not a regular file")
    try:
        with path.open("rb") as file:
            document, blobs = _unpack(file, registry)
            registry.put(_restore(registry, vendors, DEFAULT, document, blobs))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnusableSnapshot(f"the snapshot {path} cannot be read: {error.strerror}") from None
    except ControlError as error:
        raise UnusableSnapshot(f"the snapshot {path} cannot be used. {error.detail}") from None


@operation("GET", "/sandboxes/{sandbox}/snapshot", "Save a sandbox as a zip archive.", content=ARCHIVE, problems=(507,))
async def take_snapshot(context: ControlContext) -> Response:
    """The archive has everything in the sandbox except its journal, faults, idempotency keys and webhooks."""
    sandbox = context.sandbox
    blobs: dict[str, Blob] = {}
    document = await asyncio.to_thread(_encode, _describe(sandbox, context.vendors, blobs))
    return _Archive(pack(document, blobs), f"{sandbox.name}.zip")


@operation(
    "PUT", "/sandboxes/{sandbox}/snapshot", "Restore a sandbox from a snapshot.", upload=ARCHIVE, problems=(413, 507)
)
async def restore_snapshot(context: ControlContext) -> SandboxModel:
    """If the archive cannot be restored, the sandbox stays as it was."""
    registry = context.registry
    try:
        with TemporaryFile() as file:
            await _receive(context.request, file, registry.store.max_bytes + MAX_OVERHEAD)
            document, blobs = await asyncio.to_thread(_unpack, file, registry)
    except OSError as error:
        raise ControlError(
            507, "No space for the archive", f"The archive cannot be written to a temporary file: {error}."
        ) from None
    restored = await asyncio.to_thread(
        _restore, registry, context.vendors, context.path_params["sandbox"], document, blobs
    )
    return render_sandbox(registry.put(restored))


# --- Out --------------------------------------------------------------------------------------------------------------


class _Archive(Response):
    media_type = ARCHIVE.media_type

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__(headers={"content-disposition": disposition(name).decode()})
        del self.headers["content-length"]
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            # Let other requests proceed while a fast client reads.
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})


def _describe(sandbox: Sandbox, vendors: Vendors, blobs: dict[str, Blob]) -> JsonObject:
    """Return the content of `sandbox.json`, and add the files that it refers to to `blobs`."""
    clock = sandbox.clock
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
        "settings": changed_settings(sandbox),
        "vendors": {
            name: Writer(vendors[name].snapshot_schema, blobs).write(sandbox.states[name])
            for name in vendors
            if name in sandbox.states
        },
    }


def _encode(content: JsonObject) -> bytes:
    """Return `sandbox.json`. Raises ControlError for one that could not be restored."""
    # A lone surrogate is written as a JSON escape.
    document = json.dumps(content, indent=1, ensure_ascii=False, default=written).encode("utf-8", "backslashreplace")
    if reason := reason_too_large(document):
        raise ControlError(507, "Sandbox too large", f"The archive could not be restored: {reason}.")
    return document


# --- In ---------------------------------------------------------------------------------------------------------------


async def _receive(request: Request, file: IO[bytes], limit: int) -> None:
    """Write the uploaded archive to a file.

    Raises ControlError for more than `limit` bytes, OSError and ClientDisconnect.
    """
    declared, received = parse_int(request.headers.get("content-length", ""), 0), 0
    buffer = bytearray()
    async for piece in request.stream():
        received += len(piece)
        if max(declared, received) > limit:
            raise ControlError(
                413, "Archive too large", f"An archive has at most {limit} bytes, which depends on max_store_bytes."
            )
        buffer += piece
        if len(buffer) >= BUFFER_BYTES:
            await asyncio.to_thread(file.write, buffer)
            buffer = bytearray()
    file.write(buffer)


def _unpack(file: IO[bytes], registry: SandboxRegistry) -> tuple[Any, dict[str, Blob]]:
    """Return document and files of an archive. Raises ControlError."""
    try:
        return unpack(file, registry.store)
    except InvalidSnapshot as error:
        raise _invalid(str(error)) from None
    except StoreFull as full:
        raise ControlError(507, "The files do not fit into the store", str(full)) from None


def _restore(registry: SandboxRegistry, vendors: Vendors, name: str, content: Any, blobs: dict[str, Blob]) -> Sandbox:
    """Return a new sandbox with the content of a snapshot, not yet registered. Raises ControlError."""
    document = _validate(content)
    settings = {name: option.default for name, option in OPTIONS.items() if name not in SERVER_SETTINGS}
    options = registry.options.replace(**settings | {**check_settings(document.settings)})
    sandbox = Sandbox(name, options, registry.store, document.seed)
    if not 0 <= document.ids_drawn < 2**63:
        raise _invalid("ids_drawn is not a valid count")
    sandbox.ids.drawn = document.ids_drawn
    _set(sandbox.clock, document.clock)
    for vendor_name, state in document.vendors.items():
        if vendor_name not in vendors:
            raise _invalid(f"there is no vendor {vendor_name!r}")
        vendor = vendors[vendor_name]
        try:
            sandbox.states[vendor_name] = Reader(vendor.snapshot_schema, sandbox, blobs, document.version).read_state(
                state
            )
        except InvalidSnapshot as error:
            raise _invalid(f"of {vendor_name}, {error}") from None
        _check_consistency(vendor, sandbox)
    return sandbox


def _validate(content: Any) -> SnapshotDocument:
    _check_version(content)
    try:
        return SnapshotDocument.model_validate(content)
    except ValidationError as error:
        raise ControlError(422, "Invalid value", describe_errors(error, SnapshotDocument, "sandbox.json")) from None


def _check_consistency(vendor: Vendor, sandbox: Sandbox) -> None:
    """Check that what a restored state holds can be shown: otherwise requests for the sandbox would fail."""
    try:
        vendor.check_state(sandbox)
        contents = [render_document(vendor, document).to_dict() for document in vendor.documents(sandbox)]
        contents += [render_file(vendor, file).to_dict() for file in vendor.files(sandbox)]
        json.dumps(contents, ensure_ascii=False).encode()
    except Exception as error:
        raise _invalid(f"what it says of {vendor.name} is inconsistent ({error!r})") from None


def _check_version(content: Any) -> None:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _invalid(f"it is not an {FORMAT}")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise _invalid(f"its version is {version!r}")
    if version > VERSION:
        raise _invalid(
            f"it was written by a newer emulator ({content.get('emulator')}), in version {version}; "
            f"this one ({__version__}) reads up to version {VERSION}"
        )


def _set(clock: Clock, snapshot: SnapshotClock) -> None:
    try:
        if snapshot.frozen_at is None:
            clock.advance(snapshot.ahead / 10**6)
        else:
            clock.freeze(snapshot.frozen_at)
        possible = has_room_around(clock.now())
    except OverflowError:
        possible = False
    if not possible:
        raise _invalid("its clock is too far in the past or future")


def _invalid(reason: str) -> ControlError:
    return ControlError(422, "Invalid snapshot", f"The archive cannot be restored: {reason}.")
