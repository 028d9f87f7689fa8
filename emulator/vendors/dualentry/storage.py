"""Where the files are: the URLs that `download_url` and `upload_url` lead to, as an object store would serve them.

A URL bears a token that names the file, what may be done with it and until when, signed with the sandbox's secret: no
credential is needed, and none that was made up is good.
"""

from typing import Literal

from starlette.responses import Response

from emulator.core.request import Call
from emulator.core.responses import Reply, surroundings
from emulator.core.signing import opened, sign
from emulator.core.storage import media_types
from emulator.core.storage.downloads import disposition, download
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Attachment, Organisation, state_of

PATH = "/storage"
Purpose = Literal["get", "put"]


def url(call: Call, organisation: Organisation, attachment: Attachment, purpose: Purpose) -> str:
    """A new URL for a file, good for a while by the sandbox's clock."""
    until = int(call.sandbox.clock.now().timestamp()) + call.value(rules.DOWNLOAD_LIFETIME)
    token = sign(state_of(call.sandbox).secret, purpose, organisation.number, attachment.id, until)
    return f"{call.mount_url}{PATH}/{token}"


async def fetch(call: Call, token: str) -> Response:
    """What download_url answers."""
    attachment = _attachment_of(call, token, "get")
    if attachment.blob is None:
        raise call.refusal(rules.BAD_TOKEN)
    headers = {**surroundings(call), b"content-disposition": disposition(attachment.file_name)}
    return download(call, attachment.blob, attachment.content_type, headers)


async def put(call: Call, token: str) -> Response:
    """What upload_url takes: the bytes, as they are."""
    attachment = _attachment_of(call, token, "put")
    blob = await call.save_body(rules.MAX_FILE_BYTES)
    if attachment.blob is not None:
        raise call.refusal(rules.UPLOADED_ALREADY)
    attachment.content_type = call.headers.get("content-type") or media_types.type_of(attachment.file_name)
    attachment.blob = blob
    return Reply(b"", 200, {**surroundings(call), b"etag": f'"{blob.sha256[:32]}"'.encode()})


def _attachment_of(call: Call, token: str, purpose: Purpose) -> Attachment:
    said = opened(state_of(call.sandbox).secret, token)
    if said is None or said[0] != purpose:
        raise call.refusal(rules.BAD_TOKEN)
    _, organisation, attachment, until = said
    if call.sandbox.clock.now().timestamp() >= int(until):
        raise call.refusal(rules.DOWNLOAD_LIFETIME)
    return state_of(call.sandbox).organisations[int(organisation)].attachments[int(attachment)]
