"""Files on records: push, list, get, download, and the ways of Sync for Payables and Sync for Expenses."""

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
from emulator.vendors.codat.finding import attachment_of, check_attachments, company_of, connection_of, record_of
from emulator.vendors.codat.integrations import Integration
from emulator.vendors.codat.pushing import push
from emulator.vendors.codat.records import expense
from emulator.vendors.codat.state import Attachment, Connection, Record

BINARY = media_types.DEFAULT


async def upload(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    """The push that Codat's accounting API offers."""
    owner, link = connection_of(request, company, connection)
    target = _target(request, link, data_type, record)
    attachment = await _receive(request, link.integration, data_type)
    operation = push(
        request, owner, link, target, "AttachmentUploaded", partial(Record.attach, target, attachment), attachment.id
    )
    return errors.success(request, rendering.operation(owner, operation))


async def list_all(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    target = _find(request, company, connection, data_type, record)
    return errors.success(
        request, {"attachments": [rendering.attachment(each) for each in target.attachments.values()]}
    )


async def get(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    target = _find(request, company, connection, data_type, record)
    return errors.success(request, rendering.attachment(attachment_of(request, target, attachment)))


async def download(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    target = _find(request, company, connection, data_type, record)
    return FileResponse(attachment_of(request, target, attachment).blob, BINARY, common_headers(request))


async def delete(
    request: VendorRequest, company: str, connection: str, record: str, attachment: str, data_type: str
) -> Response:
    """Sync for Payables, v1."""
    owner, link = connection_of(request, company, connection)
    target = _target(request, link, data_type, record)
    if not link.integration.deletes:
        raise request.refusal(rules.PAYABLES_DELETE, platform=link.integration.key)
    found = attachment_of(request, target, attachment)
    operation = push(request, owner, link, target, "Deleted", partial(Record.detach, target, found.id), found.id)
    return errors.success(request, rendering.operation(owner, operation))


async def upload_payable(
    request: VendorRequest, company: str, connection: str, record: str, data_type: str
) -> Response:
    """Sync for Payables, v2: written at once."""
    _, link = connection_of(request, company, connection)
    target = _target(request, link, data_type, record)
    attachment = await _receive(request, link.integration, data_type)
    target.attach(attachment)
    return errors.success(request, rendering.attachment(attachment), 201)


async def list_payable(request: VendorRequest, company: str, connection: str, record: str, data_type: str) -> Response:
    target = _find(request, company, connection, data_type, record)
    return errors.success(request, [rendering.attachment(each) for each in target.attachments.values()])


async def upload_expense(
    request: VendorRequest,
    company: str,
    transaction: str,
    data_type: str,
    **_: str,
) -> Response:
    """Sync for Expenses: a transaction becomes a direct cost of the company's linked connection; any sync will do."""
    owner = company_of(request, company)
    connections = list(owner.connections.values())
    link = next((each for each in connections if each.status == "Linked"), connections[0] if connections else None)
    if link is None:
        raise request.refusal(rules.CONNECTION_UNKNOWN, connection=f"of company {owner.id}")
    check_attachments(request, link, data_type)
    attachment = await _receive(request, link.integration, data_type)
    target = link.records.get((data_type, transaction)) or expense(transaction, ticks(attachment.created))
    link.add(target)
    target.attach(attachment)
    return errors.success(request, {"companyId": owner.id, "id": attachment.id, "transactionId": transaction})


def _find(request: VendorRequest, company: str, connection: str, data_type: str, record: str) -> Record:
    _, link = connection_of(request, company, connection)
    return _target(request, link, data_type, record)


def _target(request: VendorRequest, link: Connection, data_type: str, record: str) -> Record:
    check_attachments(request, link, data_type)
    return record_of(request, link, data_type, record)


# --- Receiving a file -------------------------------------------------------------------------------------------------


async def _receive(request: VendorRequest, integration: Integration, data_type: str) -> Attachment:
    """The one file of a form, held against the integration's rules while it comes."""
    gate = _Gate(request, integration)
    try:
        parts = await request.read_form(gate.watch)
    except BadMultipart as error:
        raise request.refusal(rules.BAD_MULTIPART, reason=str(error)) from None
    file = next((part for part in parts if part.blob is not None), None)
    if file is None or file.blob is None:
        raise request.refusal(rules.ONE_FILE, found="is none")
    metadata = _metadata(request, parts)
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
class _Gate:
    """Stops a file that the integration would not take, as soon as that is known."""

    request: VendorRequest
    integration: Integration
    file: Part | None = None

    def watch(self, part: Part, size: int) -> None:
        if self.file is None:
            self.file = part
            self._check_part(part)
        elif self.file is not part:
            raise self.request.refusal(rules.ONE_FILE, found="are several")
        limit = self.integration.max_bytes
        if limit and max(size, self._least()) > self.request.value(limit):
            raise self.request.refusal(limit, limit=rules.in_megabytes(self.request.value(limit)))

    def _least(self) -> int:
        """How large the file is at least, by what the request says of its length."""
        return self.request.declared_length - MAX_OVERHEAD

    def _check_part(self, part: Part) -> None:
        integration = self.integration
        if integration.typed_files and part.content_type in ("", BINARY):
            raise self.request.refusal(integration.typed_files, content_type=part.content_type or "nothing")
        extension = media_types.extension_of(part.file_name or "")
        if integration.extensions and extension not in self.request.value(integration.extensions).lower().split():
            raise self.request.refusal(integration.extensions)


def _metadata(request: VendorRequest, parts: list[Part]) -> dict[str, Any]:
    """What the fields typed application/json say; later ones outweigh earlier ones."""
    metadata: dict[str, Any] = {}
    for part in parts:
        if part.blob is not None or part.content_type != "application/json":
            continue
        try:
            tree = read_json(part.value)
        except ValueError:
            tree = None
        if not isinstance(tree, dict):
            raise request.refusal(rules.METADATA, item="metadata", reason="The metadata is no JSON object.")
        metadata |= tree
    if not isinstance(metadata.get("includeWhenSent"), bool | None):
        raise _unfit(request, "includeWhenSent", "true or false")
    if not isinstance(metadata.get("contentType"), str | None):
        raise _unfit(request, "contentType", "text")
    return metadata


def _unfit(request: VendorRequest, member: str, kind: str) -> Exception:
    return request.refusal(rules.METADATA, item=f"metadata.{member}", reason=f"{member} is {kind}.")
