"""What a sandbox contains: its documents and files, and putting more into it."""

from dataclasses import asdict
from typing import Any

from starlette.responses import JSONResponse, Response

from emulator.control.asking import PLAIN, Asked, Refused
from emulator.core.storage.downloads import FileResponse, disposition
from emulator.core.vendor import HeldFile, InvalidDocument, Vendor
from emulator.vendors import VENDOR_NAMES, VENDORS

_VENDOR = "|".join(VENDOR_NAMES)
DOCUMENTS = PLAIN.schema(f"vendor?:{_VENDOR} owner?:text kind?:text")
PLANT = PLAIN.schema(f"vendor!:{_VENDOR} kind!:text owner?:text fields?:object")
FILES = PLAIN.schema(f"vendor?:{_VENDOR} owner?:text staged?:bool")


async def list_documents(asked: Asked) -> Response:
    query = asked.query
    found = [
        {"vendor": pack.name, **asdict(document)}
        for pack in _packs(query["vendor"])
        for document in pack.documents(asked.sandbox)
        if query["owner"] in (None, document.owner) and query["kind"] in (None, document.kind)
    ]
    return JSONResponse({"documents": found})


async def create_document(asked: Asked) -> Response:
    """A new document, like the seed data's first of its kind but for the given fields."""
    body = asked.body
    try:
        document = VENDORS[body["vendor"]].create_document(
            asked.sandbox, body["owner"], body["kind"], body["fields"] or {}
        )
    except InvalidDocument as error:
        raise Refused(422, "Cannot be there", f"{error}.") from None
    return JSONResponse({"vendor": body["vendor"], **asdict(document)}, 201)


async def list_files(asked: Asked) -> Response:
    """Every attachment of every vendor; `staged` are those that no document has, among them what a client forgot."""
    query = asked.query
    found = [
        file_shown(pack, file)
        for pack in _packs(query["vendor"])
        for file in pack.files(asked.sandbox)
        if query["owner"] in (None, file.owner) and query["staged"] in (None, not file.documents)
    ]
    return JSONResponse({"files": found})


async def read_file(asked: Asked) -> Response:
    """The bytes with this SHA-256, if an attachment of the sandbox has them."""
    wanted = asked.params["sha256"].lower()
    for pack in VENDORS.values():
        for file in pack.files(asked.sandbox):
            if file.blob and file.blob.sha256 == wanted:
                headers = {b"content-disposition": disposition(file.name)}
                return FileResponse(file.blob, "application/octet-stream", headers)
    raise Refused(404, "No such file", f"No attachment in this sandbox has the SHA-256 {wanted}.")


def _packs(vendor: str | None) -> tuple[Vendor, ...]:
    return (VENDORS[vendor],) if vendor else tuple(VENDORS.values())


def file_shown(pack: Vendor, file: HeldFile) -> dict[str, Any]:
    return {
        "vendor": pack.name,
        "owner": file.owner,
        "id": file.id,
        "name": file.name,
        "content_type": file.content_type,
        "size": file.blob.size if file.blob else None,
        "sha256": file.blob.sha256 if file.blob else None,
        "documents": list(file.documents),
        "staged": not file.documents,
    }
