"""Files: staging them, who may see them, downloading, deleting."""

from urllib.parse import quote

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.signing import opened, sign
from emulator.core.storage import media_types
from emulator.core.storage.downloads import FileResponse, disposition
from emulator.core.storage.multipart import BadMultipart, Part, clean_file_name
from emulator.vendors.vrplatform import errors, rules
from emulator.vendors.vrplatform.locks import check_open
from emulator.vendors.vrplatform.models import UNDEFINED, AttachmentForm, AttachmentUpdate, is_media_type, issue
from emulator.vendors.vrplatform.rendering import render_attachment
from emulator.vendors.vrplatform.state import Attachment, Team, state_of
from emulator.vendors.vrplatform.validation import check_content_type, read_attachment_id, read_body, validate

# Where signed URLs lead: no key is needed there.
SIGNED_PATH = "/_emulator/files"


async def upload(request: VendorRequest, team: Team) -> Response:
    check_content_type(request, "multipart/form-data")
    limit = request.value(rules.MAX_FILE_BYTES)

    def watch(_: Part, size: int) -> None:
        if size > limit:
            raise request.refusal(rules.MAX_FILE_BYTES)

    try:
        parts = await request.read_form(watch)
    except BadMultipart as error:
        raise request.refusal(rules.BAD_MULTIPART, reason=str(error)) from None
    attachment = _staged(request, parts)
    team.attachments[attachment.id] = attachment
    return errors.success(request, render_attachment(attachment, None))


async def patch(request: VendorRequest, team: Team, attachment: str) -> Response:
    attachment_id = read_attachment_id(request, attachment)
    update = validate(request, AttachmentUpdate, await read_body(request))
    target = find(request, team, attachment_id)
    target.is_owner_accessible = update.isOwnerAccessible
    return errors.success(request, render_attachment(target, target.transaction_id))


async def download(request: VendorRequest, team: Team, attachment: str) -> Response:
    target = find(request, team, read_attachment_id(request, attachment))
    if not request.value(rules.REDIRECT):
        return _file(request, target)
    until = int(request.sandbox.clock.now().timestamp()) + request.value(rules.URL_LIFETIME)
    # Ids hold no blanks, and names of teams might.
    token = sign(state_of(request.sandbox).secret, team.id.encode().hex(), target.id, until)
    location = quote(f"{request.mount_url}{SIGNED_PATH}/{token}", safe=":/%#?=@[]!$&'()*+,;")
    return Reply(b"", 302, {**common_headers(request), b"location": location.encode()})


async def fetch_signed(request: VendorRequest, token: str) -> Response:
    """The file that a download redirects to, while its URL is valid."""
    state = state_of(request.sandbox)
    signed = opened(state.secret, token)
    if signed is None or request.sandbox.clock.now().timestamp() >= int(signed[2]):
        raise request.refusal(rules.URL_LIFETIME)
    team_id, attachment_id, _ = signed
    return _file(request, find(request, state.team(bytes.fromhex(team_id).decode()), attachment_id))


async def delete(request: VendorRequest, team: Team, attachment: str) -> Response:
    target = find(request, team, read_attachment_id(request, attachment))
    holder = team.transactions.get(target.transaction_id or "")
    if holder:
        check_open(request, holder)
        if not request.value(rules.DELETE_LINKED):
            raise request.refusal(rules.DELETE_LINKED, attachment=target.id)
    team.delete_attachment(target)
    return errors.success(request, {"id": target.id})


def find(request: VendorRequest, team: Team, attachment_id: str) -> Attachment:
    """Raises Refusal."""
    attachment = team.attachments.get(attachment_id)
    if attachment is None:
        raise request.refusal(rules.ATTACHMENT_UNKNOWN, attachment=attachment_id)
    return attachment


def _file(request: VendorRequest, attachment: Attachment) -> Response:
    headers = {**common_headers(request), b"content-disposition": disposition(attachment.filename)}
    return FileResponse(attachment.blob, attachment.content_type, headers)


def _staged(request: VendorRequest, parts: list[Part]) -> Attachment:
    """The attachment that the parts of a form describe. Raises Refusal unless there is exactly one file."""
    files = [(part, part.blob) for part in parts if part.name == "file" and part.blob]
    fields = {part.name: part.value.decode("utf-8", "replace") for part in parts if part.blob is None}
    if len(files) > 1:
        raise request.refusal(rules.ONE_FILE)
    if not files:
        received = fields.get("file", UNDEFINED)
        raise request.refusal(rules.FILE_MISSING, issues=[issue("file_type", ("file",), received)])
    file, blob = files[0]
    own_type = file.stored_type if is_media_type(file.stored_type) else media_types.DEFAULT
    form = validate(
        request,
        AttachmentForm,
        {
            "contentType": fields.get("contentType") or own_type,
            "filename": clean_file_name(fields.get("filename", "")) or file.file_name or "",
            "isOwnerAccessible": fields.get("isOwnerAccessible"),
        },
    )
    return Attachment(request.sandbox.ids.uuid(), form.filename, form.contentType, blob, form.isOwnerAccessible)
