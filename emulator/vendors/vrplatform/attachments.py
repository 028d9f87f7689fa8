"""Handlers of attachments: upload, change who may see them, download (also by signed URL), delete."""

from urllib.parse import quote

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import NOSNIFF, Reply, common_headers
from emulator.core.signing import sign, verify_token
from emulator.core.storage import media_types
from emulator.core.storage.downloads import FileResponse, disposition
from emulator.core.storage.multipart import Part, clean_file_name
from emulator.vendors.vrplatform import audit, errors, rules
from emulator.vendors.vrplatform.audit_log import Change
from emulator.vendors.vrplatform.locks import check_open
from emulator.vendors.vrplatform.models import AttachmentForm, AttachmentUpdate
from emulator.vendors.vrplatform.rendering import render_attachment
from emulator.vendors.vrplatform.state import Attachment, Team, state_of
from emulator.vendors.vrplatform.validation import check_content_type, read_attachment_id, read_model, validate
from emulator.vendors.vrplatform.values import is_media_type
from emulator.vendors.vrplatform.zod import UNDEFINED, to_issue

# The path of the signed URLs that a download can redirect to. It needs no API key.
SIGNED_PATH = "/_emulator/files"
# What the audit calls an attachment.
ENTITY_TYPE = "transactionAttachment"


async def upload(request: VendorRequest, team: Team) -> Response:
    """Stage a file, for a transaction to name it in attachmentIds later."""
    check_content_type(request, "multipart/form-data")
    parts = await request.read_files(rules.MAX_FILE_BYTES, rules.BAD_MULTIPART)
    attachment = _new_attachment(request, parts)
    team.attachments[attachment.id] = attachment
    audit.record(request, team, Change("insert", ENTITY_TYPE, attachment.id))
    return errors.success(request, render_attachment(attachment, None))


async def patch(request: VendorRequest, team: Team, attachment: str) -> Response:
    """Change whether owners may see a file."""
    attachment_id = read_attachment_id(request, attachment)
    update = await read_model(request, AttachmentUpdate)
    target = find_attachment(request, team, attachment_id)
    target.is_owner_accessible = update.isOwnerAccessible
    audit.record(request, team, Change("update", ENTITY_TYPE, target.id, ("isOwnerAccessible",)))
    return errors.success(request, render_attachment(target, target.transaction_id))


async def download(request: VendorRequest, team: Team, attachment: str) -> Response:
    """Return the bytes of a file, or redirect to a signed URL if `vrplatform.download-redirects` is on."""
    target = find_attachment(request, team, read_attachment_id(request, attachment))
    if not request.value(rules.REDIRECT):
        return _file_response(request, target)
    until = int(request.sandbox.clock.now().timestamp()) + request.value(rules.URL_LIFETIME)
    # A signed token separates its values by blanks, and a team's id may contain one.
    token = sign(state_of(request.sandbox).secret, team.id.encode().hex(), target.id, until)
    location = quote(f"{request.mount_url}{SIGNED_PATH}/{token}", safe=":/%#?=@[]!$&'()*+,;")
    return Reply(b"", 302, {**common_headers(request), b"location": location.encode()})


async def fetch_signed(request: VendorRequest, token: str) -> Response:
    """Return the file that a signed URL names, while the URL is valid. Raises Refusal."""
    state = state_of(request.sandbox)
    signed = verify_token(state.secret, token)
    if signed is None or request.sandbox.clock.now().timestamp() >= int(signed[2]):
        raise request.refusal(rules.URL_LIFETIME)
    team_id, attachment_id, _ = signed
    return _file_response(request, find_attachment(request, state.team(bytes.fromhex(team_id).decode()), attachment_id))


async def delete(request: VendorRequest, team: Team, attachment: str) -> Response:
    """Delete a file for good."""
    target = find_attachment(request, team, read_attachment_id(request, attachment))
    transaction = team.transactions.get(target.transaction_id or "")
    if transaction:
        check_open(request, transaction)
        if not request.value(rules.DELETE_LINKED):
            raise request.refusal(rules.DELETE_LINKED, attachment=target.id)
    team.delete_attachment(target)
    audit.record(request, team, Change("delete", ENTITY_TYPE, target.id))
    return errors.success(request, {"id": target.id})


def find_attachment(request: VendorRequest, team: Team, attachment_id: str) -> Attachment:
    """Return the team's attachment with this id. Raises Refusal."""
    attachment = team.attachments.get(attachment_id)
    if attachment is None:
        raise request.refusal(rules.ATTACHMENT_UNKNOWN, attachment=attachment_id)
    return attachment


def _file_response(request: VendorRequest, attachment: Attachment) -> Response:
    """Return the bytes of a file, to be saved under its name."""
    headers = {**common_headers(request), **NOSNIFF, b"content-disposition": disposition(attachment.filename)}
    return FileResponse(attachment.blob, attachment.content_type, headers)


def _new_attachment(request: VendorRequest, parts: list[Part]) -> Attachment:
    """Return a new attachment from the parts of a form. Raises Refusal unless exactly one of them is a file."""
    files = [(part, part.blob) for part in parts if part.name == "file" and part.blob]
    fields = {part.name: part.value.decode("utf-8", "replace") for part in parts if part.blob is None}
    if len(files) > 1:
        raise request.refusal(rules.ONE_FILE)
    if not files:
        received = fields.get("file", UNDEFINED)
        raise request.refusal(rules.FILE_MISSING, issues=[to_issue("file_type", ("file",), received)])
    file, blob = files[0]
    part_type = file.stored_type if is_media_type(file.stored_type) else media_types.DEFAULT
    form = validate(
        request,
        AttachmentForm,
        {
            "contentType": fields.get("contentType") or part_type,
            "filename": clean_file_name(fields.get("filename", "")) or file.file_name or "",
            "isOwnerAccessible": fields.get("isOwnerAccessible"),
        },
        {"max_name_length": request.value(rules.MAX_NAME_LENGTH)},
    )
    return Attachment(request.sandbox.ids.uuid(), form.filename, form.contentType, blob, form.isOwnerAccessible)
