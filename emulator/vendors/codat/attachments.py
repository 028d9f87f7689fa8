"""Handlers of attachments: push, list, get, download, and the routes of Sync for Payables and Sync for Expenses."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import read_json
from emulator.core.request import VendorRequest
from emulator.core.responses import common_headers
from emulator.core.storage import media_types
from emulator.core.storage.downloads import FileResponse
from emulator.core.storage.multipart import MAX_OVERHEAD, BadMultipart, Part
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.integrations import Integration
from emulator.vendors.codat.lookups import (
    check_attachments_supported,
    find_attachment,
    find_company,
    find_connection,
    find_record,
)
from emulator.vendors.codat.push_operations import push
from emulator.vendors.codat.records import new_expense
from emulator.vendors.codat.state import Attachment, Connection, Record

BINARY = media_types.DEFAULT


async def upload(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """Push a file to a record with the accounting API. Answer with the push operation."""
    owner, data_connection = find_connection(request, company, connection)
    target = _find_target(request, data_connection, data_type, record)
    attachment = await _receive(request, data_connection.integration, data_type)
    operation = push(
        request,
        owner,
        data_connection,
        target,
        "AttachmentUploaded",
        partial(Record.attach, target, attachment),
        attachment.id,
    )
    return errors.success(request, rendering.render_push_operation(owner, operation))


async def list_all(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """List the attachments of a record, in one page."""
    target = _find(request, company, connection, data_type, record)
    attachments = [rendering.render_attachment(attachment) for attachment in target.attachments.values()]
    return errors.success(request, {"attachments": attachments})


async def get(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    """Return one attachment's metadata."""
    target = _find(request, company, connection, data_type, record)
    return errors.success(request, rendering.render_attachment(find_attachment(request, target, attachment)))


async def download(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    """Return the bytes of an attachment."""
    target = _find(request, company, connection, data_type, record)
    return FileResponse(find_attachment(request, target, attachment).blob, BINARY, common_headers(request))


async def delete(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    """Delete an attachment with Sync for Payables v1. Answer with the push operation."""
    owner, data_connection = find_connection(request, company, connection)
    target = _find_target(request, data_connection, data_type, record)
    if not data_connection.integration.deletes:
        raise request.refusal(rules.PAYABLES_DELETE, platform=data_connection.integration.key)
    to_delete = find_attachment(request, target, attachment)
    detach = partial(Record.detach, target, to_delete.id)
    operation = push(request, owner, data_connection, target, "Deleted", detach, to_delete.id)
    return errors.success(request, rendering.render_push_operation(owner, operation))


async def upload_payable(
    request: VendorRequest, company: str, connection: str, record: str, data_type: str
) -> Response:
    """Attach a file to a bill with Sync for Payables v2, which writes it without a push operation."""
    _, data_connection = find_connection(request, company, connection)
    target = _find_target(request, data_connection, data_type, record)
    attachment = await _receive(request, data_connection.integration, data_type)
    target.attach(attachment)
    return errors.success(request, rendering.render_attachment(attachment), 201)


async def list_payable(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """List the attachments of a bill as a bare array."""
    target = _find(request, company, connection, data_type, record)
    attachments = [rendering.render_attachment(attachment) for attachment in target.attachments.values()]
    return errors.success(request, attachments)


async def upload_expense(
    request: VendorRequest,
    company: str,
    transaction: str,
    data_type: str,
    **_: str,
) -> Response:
    """Attach a file to an expense transaction, which becomes a direct cost of the company's linked connection.

    The emulator does not check the sync's id.
    """
    owner = find_company(request, company)
    connections = list(owner.connections.values())
    linked = (connection for connection in connections if connection.status == "Linked")
    data_connection = next(linked, connections[0] if connections else None)
    if data_connection is None:
        raise request.refusal(rules.CONNECTION_UNKNOWN, connection=f"of company {owner.id}")
    check_attachments_supported(request, data_connection, data_type)
    attachment = await _receive(request, data_connection.integration, data_type)
    target = data_connection.records.get((data_type, transaction)) or new_expense(
        transaction, ticks(attachment.created)
    )
    data_connection.add(target)
    target.attach(attachment)
    return errors.success(request, {"companyId": owner.id, "id": attachment.id, "transactionId": transaction})


def _find(request: VendorRequest, company: str, connection: str, data_type: str, record: str) -> Record:
    """Return the record that a path names. Raises Refusal."""
    _, data_connection = find_connection(request, company, connection)
    return _find_target(request, data_connection, data_type, record)


def _find_target(request: VendorRequest, data_connection: Connection, data_type: str, record: str) -> Record:
    """Return a record that can have attachments. Raises Refusal."""
    check_attachments_supported(request, data_connection, data_type)
    return find_record(request, data_connection, data_type, record)


# --- Receiving a file -------------------------------------------------------------------------------------------------


async def _receive(request: VendorRequest, integration: Integration, data_type: str) -> Attachment:
    """Read the one file of a form, checked against the integration's rules while it arrives. Raises Refusal."""
    checker = _UploadChecker(request, integration)
    try:
        parts = await request.read_form(checker.check)
    except BadMultipart as error:
        raise request.refusal(rules.BAD_MULTIPART, reason=str(error)) from None
    file = next((part for part in parts if part.blob is not None), None)
    if file is None or file.blob is None:
        raise request.refusal(rules.ONE_FILE, found="is none")
    metadata = _read_metadata(request, parts)
    name = file.file_name or ""
    content_type = metadata.get("contentType") or file.headers.get("content-type") or media_types.type_of(name)
    if data_type == "bills" and not integration.keeps_extension and media_types.extension_of(name) in media_types.TYPES:
        name = name.rpartition(".")[0]
    return Attachment(
        request.sandbox.ids.uuid(),
        name,
        content_type,
        file.blob,
        request.sandbox.clock.now(),
        bool(metadata.get("includeWhenSent")),
    )


@dataclass(slots=True)
class _UploadChecker:
    """Refuses a file that the integration does not accept, as soon as enough of the form has arrived to know it."""

    request: VendorRequest
    integration: Integration
    file: Part | None = None

    def check(self, part: Part, size: int) -> None:
        """Check the file part, of which `size` bytes have arrived. Raises Refusal."""
        if self.file is None:
            self.file = part
            self._check_part(part)
        elif self.file is not part:
            raise self.request.refusal(rules.ONE_FILE, found="are several")
        limit = self.integration.max_bytes
        if limit and max(size, self._minimum_size()) > self.request.value(limit):
            raise self.request.refusal(limit, limit=rules.in_megabytes(self.request.value(limit)))

    def _minimum_size(self) -> int:
        """Return the fewest bytes that the file can have, given the request's Content-Length."""
        return self.request.declared_length - MAX_OVERHEAD

    def _check_part(self, part: Part) -> None:
        integration = self.integration
        if integration.typed_files and part.content_type in ("", BINARY):
            raise self.request.refusal(integration.typed_files, content_type=part.content_type or "nothing")
        extension = media_types.extension_of(part.file_name or "")
        if integration.extensions and extension not in self.request.value(integration.extensions).lower().split():
            raise self.request.refusal(integration.extensions)


def _read_metadata(request: VendorRequest, parts: list[Part]) -> dict[str, Any]:
    """Return the merged members of all fields typed application/json; a later field overrides an earlier one."""
    metadata: dict[str, Any] = {}
    for part in parts:
        if part.blob is not None or part.content_type != "application/json":
            continue
        try:
            fields = read_json(part.value)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise request.refusal(rules.METADATA, item="metadata", reason="The metadata is no JSON object.")
        metadata |= fields
    if not isinstance(metadata.get("includeWhenSent"), bool | None):
        raise _invalid_metadata(request, "includeWhenSent", "true or false")
    if not isinstance(metadata.get("contentType"), str | None):
        raise _invalid_metadata(request, "contentType", "text")
    return metadata


def _invalid_metadata(request: VendorRequest, member: str, expected: str) -> Exception:
    return request.refusal(rules.METADATA, item=f"metadata.{member}", reason=f"{member} is {expected}.")
