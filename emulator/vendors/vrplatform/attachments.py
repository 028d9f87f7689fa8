"""Files: staging them, who may see them, downloading, deleting."""

import re
from urllib.parse import quote

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.schemas import Problems, Unfit
from emulator.core.signing import opened, sign
from emulator.core.storage import media_types
from emulator.core.storage.downloads import FileResponse, disposition
from emulator.core.storage.multipart import BadMultipart, Part, clean_file_name
from emulator.vendors.vrplatform import errors, rendering, rules
from emulator.vendors.vrplatform.locks import check_open
from emulator.vendors.vrplatform.models import ZOD
from emulator.vendors.vrplatform.state import Attachment, Team, state_of

_VISIBILITY = ZOD.schema("isOwnerAccessible!:bool")
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+( ?;[ -~]*)?", re.ASCII)
# What file systems and headers have room for.
MAX_NAME = 255
# Where signed URLs lead: no key is needed there.
SIGNED_PATH = "/_emulator/files"


async def upload(request: VendorRequest, team: Team) -> Response:
    rendering.check_type(request, "multipart/form-data")
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
    return errors.success(request, rendering.attachment(attachment, None))


async def patch(request: VendorRequest, team: Team, attachment: str) -> Response:
    problems = Problems()
    attachment_id = rendering.read_uuid(request, attachment, "attachmentId")
    fields = await rendering.read_object(request, _VISIBILITY, problems)
    if problems:
        raise request.refusal(rules.INPUT, problems=problems)
    found = find(request, team, attachment_id)
    found.is_owner_accessible = fields["isOwnerAccessible"]
    return errors.success(request, rendering.attachment(found, found.transaction_id))


async def download(request: VendorRequest, team: Team, attachment: str) -> Response:
    found = find(request, team, rendering.read_uuid(request, attachment, "attachmentId"))
    if not request.value(rules.REDIRECT):
        return _file(request, found)
    until = int(request.sandbox.clock.now().timestamp()) + request.value(rules.URL_LIFETIME)
    # Ids hold no blanks, and names of teams might.
    token = sign(state_of(request.sandbox).secret, team.id.encode().hex(), found.id, until)
    location = quote(f"{request.mount_url}{SIGNED_PATH}/{token}", safe=":/%#?=@[]!$&'()*+,;")
    return Reply(b"", 302, {**common_headers(request), b"location": location.encode()})


async def fetch_signed(request: VendorRequest, token: str) -> Response:
    """Where a download leads that redirects."""
    said = opened(state_of(request.sandbox).secret, token)
    if said is None or request.sandbox.clock.now().timestamp() >= int(said[2]):
        raise request.refusal(rules.URL_LIFETIME)
    return _file(request, find(request, state_of(request.sandbox).team(bytes.fromhex(said[0]).decode()), said[1]))


async def delete(request: VendorRequest, team: Team, attachment: str) -> Response:
    found = find(request, team, rendering.read_uuid(request, attachment, "attachmentId"))
    holder = team.transactions.get(found.transaction_id or "")
    if holder:
        check_open(request, holder)
        if not request.value(rules.DELETE_LINKED):
            raise request.refusal(rules.DELETE_LINKED, attachment=found.id)
    team.delete_attachment(found)
    return errors.success(request, {"id": found.id})


def find(request: VendorRequest, team: Team, attachment_id: str) -> Attachment:
    found = team.attachments.get(attachment_id)
    if found is None:
        raise request.refusal(rules.ATTACHMENT_UNKNOWN, attachment=attachment_id)
    return found


def _file(request: VendorRequest, attachment: Attachment) -> Response:
    headers = {**common_headers(request), b"content-disposition": disposition(attachment.filename)}
    return FileResponse(attachment.blob, attachment.content_type, headers)


def _staged(request: VendorRequest, parts: list[Part]) -> Attachment:
    """What a form's parts come to. Refuses what is no single file."""
    files = [(part, part.blob) for part in parts if part.name == "file" and part.blob]
    fields = {part.name: part.value.decode("utf-8", "replace") for part in parts if part.blob is None}
    if len(files) > 1:
        raise request.refusal(rules.ONE_FILE)
    if not files:
        received = "string" if "file" in fields else "undefined"
        problems = Problems()
        problems.add(("file",), Unfit("invalid_type", f"Invalid input: expected file, received {received}"))
        raise request.refusal(rules.FILE_MISSING, problems=problems)
    file, blob = files[0]
    own_type = file.stored_type if _MEDIA_TYPE.fullmatch(file.stored_type) else media_types.DEFAULT
    content_type = fields.get("contentType") or own_type
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise rendering.bad_input(request, ("contentType",), Unfit("invalid_format", "Invalid media type"))
    name = clean_file_name(fields.get("filename", "")) or file.file_name or ""
    if len(name) > MAX_NAME:
        message = f"Too big: expected string to have <={MAX_NAME} characters"
        raise rendering.bad_input(request, ("filename",), Unfit("too_big", message))
    return Attachment(
        request.sandbox.ids.uuid(),
        name,
        content_type,
        blob,
        fields.get("isOwnerAccessible") in ("true", "1"),
    )
