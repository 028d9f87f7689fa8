"""Handlers of the attachments of records: push, list, get, download, and the routes of Sync for Payables."""

from functools import partial

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import NOSNIFF, common_headers
from emulator.core.storage.downloads import FileResponse
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.lookups import (
    check_attachments_supported,
    find_attachment,
    find_connection,
    find_record,
)
from emulator.vendors.codat.push_operations import push
from emulator.vendors.codat.state import Connection, Record
from emulator.vendors.codat.uploads import BINARY, receive_attachment


async def upload(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """Push a file to a record with the accounting API. Answer with the push operation."""
    owner, data_connection = find_connection(request, company, connection)
    target = _find_target(request, data_connection, data_type, record)
    attachment = await receive_attachment(request, data_connection.integration, data_type)
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
    return FileResponse(
        find_attachment(request, target, attachment).blob, BINARY, {**common_headers(request), **NOSNIFF}
    )


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
    attachment = await receive_attachment(request, data_connection.integration, data_type)
    target.attach(attachment)
    return errors.success(request, rendering.render_attachment(attachment), 201)


async def list_payable(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """List the attachments of a bill as a bare array."""
    target = _find(request, company, connection, data_type, record)
    attachments = [rendering.render_attachment(attachment) for attachment in target.attachments.values()]
    return errors.success(request, attachments)


def _find(request: VendorRequest, company: str, connection: str, data_type: str, record: str) -> Record:
    """Return the record that a path names. Raises Refusal."""
    _, data_connection = find_connection(request, company, connection)
    return _find_target(request, data_connection, data_type, record)


def _find_target(request: VendorRequest, data_connection: Connection, data_type: str, record: str) -> Record:
    """Return a record that can have attachments. Raises Refusal."""
    check_attachments_supported(request, data_connection, data_type)
    return find_record(request, data_connection, data_type, record)
