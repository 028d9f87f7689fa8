"""Files: staging them, who may see them, downloading, deleting."""

import re
from urllib.parse import quote

from starlette.responses import Response

from emulator.core.request import Call
from emulator.core.responses import Reply, surroundings
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


async def upload(call: Call, team: Team) -> Response:
    rendering.check_type(call, "multipart/form-data")
    limit = call.value(rules.MAX_FILE_BYTES)

    def watch(_: Part, size: int) -> None:
        if size > limit:
            raise call.refusal(rules.MAX_FILE_BYTES)

    try:
        parts = await call.read_form(watch)
    except BadMultipart as error:
        raise call.refusal(rules.BAD_MULTIPART, reason=str(error)) from None
    attachment = _staged(call, parts)
    team.attachments[attachment.id] = attachment
    return errors.success(call, rendering.attachment(attachment, None))


async def patch(call: Call, team: Team, attachment: str) -> Response:
    problems = Problems()
    attachment_id = rendering.read_uuid(call, attachment, "attachmentId")
    fields = await rendering.read_object(call, _VISIBILITY, problems)
    if problems:
        raise call.refusal(rules.INPUT, problems=problems)
    found = find(call, team, attachment_id)
    found.is_owner_accessible = fields["isOwnerAccessible"]
    return errors.success(call, rendering.attachment(found, found.transaction_id))


async def download(call: Call, team: Team, attachment: str) -> Response:
    found = find(call, team, rendering.read_uuid(call, attachment, "attachmentId"))
    if not call.value(rules.REDIRECT):
        return _file(call, found)
    until = int(call.sandbox.clock.now().timestamp()) + call.value(rules.URL_LIFETIME)
    # Ids hold no blanks, and names of teams might.
    token = sign(state_of(call.sandbox).secret, team.id.encode().hex(), found.id, until)
    location = quote(f"{call.mount_url}{SIGNED_PATH}/{token}", safe=":/%#?=@[]!$&'()*+,;")
    return Reply(b"", 302, {**surroundings(call), b"location": location.encode()})


async def fetch_signed(call: Call, token: str) -> Response:
    """Where a download leads that redirects."""
    said = opened(state_of(call.sandbox).secret, token)
    if said is None or call.sandbox.clock.now().timestamp() >= int(said[2]):
        raise call.refusal(rules.URL_LIFETIME)
    return _file(call, find(call, state_of(call.sandbox).team(bytes.fromhex(said[0]).decode()), said[1]))


async def delete(call: Call, team: Team, attachment: str) -> Response:
    found = find(call, team, rendering.read_uuid(call, attachment, "attachmentId"))
    holder = team.transactions.get(found.transaction_id or "")
    if holder:
        check_open(call, holder)
        if not call.value(rules.DELETE_LINKED):
            raise call.refusal(rules.DELETE_LINKED, attachment=found.id)
    team.delete_attachment(found)
    return errors.success(call, {"id": found.id})


def find(call: Call, team: Team, attachment_id: str) -> Attachment:
    found = team.attachments.get(attachment_id)
    if found is None:
        raise call.refusal(rules.ATTACHMENT_UNKNOWN, attachment=attachment_id)
    return found


def _file(call: Call, attachment: Attachment) -> Response:
    headers = {**surroundings(call), b"content-disposition": disposition(attachment.filename)}
    return FileResponse(attachment.blob, attachment.content_type, headers)


def _staged(call: Call, parts: list[Part]) -> Attachment:
    """What a form's parts come to. Refuses what is no single file."""
    files = [(part, part.blob) for part in parts if part.name == "file" and part.blob]
    fields = {part.name: part.value.decode("utf-8", "replace") for part in parts if part.blob is None}
    if len(files) > 1:
        raise call.refusal(rules.ONE_FILE)
    if not files:
        received = "string" if "file" in fields else "undefined"
        problems = Problems()
        problems.add(("file",), Unfit("invalid_type", f"Invalid input: expected file, received {received}"))
        raise call.refusal(rules.FILE_MISSING, problems=problems)
    file, blob = files[0]
    own_type = file.stored_type if _MEDIA_TYPE.fullmatch(file.stored_type) else media_types.DEFAULT
    content_type = fields.get("contentType") or own_type
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise rendering.bad_input(call, ("contentType",), Unfit("invalid_format", "Invalid media type"))
    name = clean_file_name(fields.get("filename", "")) or file.file_name or ""
    if len(name) > MAX_NAME:
        message = f"Too big: expected string to have <={MAX_NAME} characters"
        raise rendering.bad_input(call, ("filename",), Unfit("too_big", message))
    return Attachment(
        call.sandbox.ids.uuid(),
        name,
        content_type,
        blob,
        fields.get("isOwnerAccessible") in ("true", "1"),
    )
