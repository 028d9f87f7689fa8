"""Handlers of the files of a company, which belong to no record: upload, list, download."""

import asyncio
from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.request import VendorRequest
from emulator.core.responses import NOSNIFF, Reply, common_headers
from emulator.core.storage.archives import zip_files
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.file_store import Blob, FileStore
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.lookups import check_linked, find_company, find_connection
from emulator.vendors.codat.state import Attachment, Company
from emulator.vendors.codat.uploads import BINARY, receive_files


async def upload(request: VendorRequest, company: str, connection: str) -> Response:
    """Add the files of a form. Answer without a body."""
    _, data_connection = find_connection(request, company, connection)
    check_linked(request, data_connection)
    data_connection.add_files(await receive_files(request))
    return Reply(b"", 200, common_headers(request))


async def list_all(request: VendorRequest, company: str) -> Response:
    """List the files that were uploaded for a company, as a bare array."""
    files = [_render(file) for file in _files_of(find_company(request, company))]
    return errors.success(request, files)


async def download(request: VendorRequest, company: str) -> Response:
    """Return the company's files, or those of one day, as a zip archive."""
    files = _files_of(find_company(request, company))
    if day := _read_day(request):
        files = [file for file in files if file.created.date() == day]
    archive = await asyncio.to_thread(_archive, request.sandbox.store, files)
    return FileResponse(archive, BINARY, {**common_headers(request), **NOSNIFF})


def _files_of(company: Company) -> list[Attachment]:
    return [file for connection in company.connections.values() for file in connection.files.values()]


def _render(file: Attachment) -> dict[str, Any]:
    return {"fileName": file.name, "displayName": None, "sourceType": "Accounting", "uploaded": ticks(file.created)}


def _read_day(request: VendorRequest) -> date | None:
    """Return the day that the query names; None without one. Raises Refusal."""
    text = request.query_params.get("date", "")
    try:
        return date.fromisoformat(text.partition("T")[0]) if text else None
    except ValueError:
        raise request.refusal(rules.FILES_DATE) from None


def _archive(store: FileStore, files: Iterable[Attachment]) -> Blob:
    """Return the zip archive of the files. Raises StoreFull."""
    by_name: dict[str, Blob] = {}
    for file in files:
        by_name[_unused_name(file.name, by_name)] = file.blob
    with store.writer() as writer:
        for piece in zip_files(by_name):
            writer.write(piece)
        return writer.commit()


def _unused_name(name: str, used: Iterable[str]) -> str:
    """Return the name, with a number before its extension if it is used."""
    stem, dot, extension = name.rpartition(".")
    candidates = (f"{stem} ({number}){dot}{extension}" for number in count(2))
    return name if name not in used else next(candidate for candidate in candidates if candidate not in used)
