"""A Xero document holds ten attachments: a client counts them, overwrites existing files and merges the rest."""

import io
import itertools
import zipfile
from collections.abc import Mapping
from urllib.parse import quote

import httpx
import pytest

from emulator.testing import Sandbox


# --8<-- [start:recipe]
def merged(files: Mapping[str, bytes], room: int, name: str) -> dict[str, bytes]:
    """Return the files as at most `room` (one or more); a zip archive of this name holds the excess."""
    if len(files) <= room:
        return dict(files)
    listed = list(files.items())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for file_name, data in listed[room - 1 :]:
            written.writestr(file_name, data)
    return {**dict(listed[: room - 1]), name: archive.getvalue()}


def attach(http: httpx.Client, document: str, files: Mapping[str, bytes], most: int = 10) -> None:
    """Attach files to a document, `Invoices/…`. Raises ValueError, before sending anything, if it is full."""
    answer = http.get(f"/{document}/Attachments").raise_for_status()
    there = {attachment["FileName"] for attachment in answer.json()["Attachments"]}
    overwriting = {name: data for name, data in files.items() if name in there}
    new = {name: data for name, data in files.items() if name not in there}
    if new and len(there) >= most:
        raise ValueError(f"{document} has {len(there)} attachments, and room for no more")
    unused = next(name for name in map("more-{}.zip".format, itertools.count(1)) if name not in {*there, *files})
    for name, data in {**overwriting, **merged(new, most - len(there), unused)}.items():
        http.put(f"/{document}/Attachments/{quote(name)}", content=data).raise_for_status()


# --8<-- [end:recipe]


def receipts(numbers: range) -> dict[str, bytes]:
    return {f"{number}.pdf": b"%%PDF-1.7 %d" % number for number in numbers}


def test_the_eleventh_is_refused(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(10)))
        refused = http.put(f"/Invoices/{invoice.id}/Attachments/11.pdf", content=b"%PDF-1.7")

    assert refused.status_code == 400
    (error,) = refused.json()["Elements"][0]["ValidationErrors"]
    assert error["Message"].startswith("The file couldn't be uploaded because the API limit of 10 attachments")


def test_what_has_no_room_goes_into_a_zip(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(2)))
        attach(http, f"Invoices/{invoice.id}", receipts(range(2, 16)))

    emulator.xero.assert_attached("Invoices", invoice, times=10)
    (more,) = emulator.xero.assert_attached("Invoices", invoice, "more-1.zip")
    archive = zipfile.ZipFile(io.BytesIO(emulator.files.read(str(more.sha256))))
    assert {name: archive.read(name) for name in archive.namelist()} == receipts(range(9, 16))
    emulator.journal.assert_not_called(status="4xx")


def test_a_full_document_takes_a_new_version_and_nothing_new(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    with emulator.xero.client() as http:
        attach(http, f"Invoices/{invoice.id}", receipts(range(10)))
        attach(http, f"Invoices/{invoice.id}", {"3.pdf": b"%PDF-1.7 corrected"})
        with pytest.raises(ValueError, match="room for no more"):
            attach(http, f"Invoices/{invoice.id}", receipts(range(10, 11)))

    emulator.xero.assert_attached("Invoices", invoice, "3.pdf", content=b"%PDF-1.7 corrected")
    emulator.xero.assert_attached("Invoices", invoice, times=10)
