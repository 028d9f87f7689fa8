"""Where the files are: the URLs that `download_url` and `upload_url` lead to, as an object store would serve them.

A URL bears a token that names the file, what may be done with it and until when, signed with the sandbox's secret: no
credential is needed, and none that was made up is good.
"""

from typing import Literal

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.signing import opened, sign
from emulator.core.storage import media_types
from emulator.core.storage.downloads import disposition, download
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Attachment, Organisation, state_of

PATH = "/storage"
Purpose = Literal["get", "put"]


def url(request: VendorRequest, organisation: Organisation, attachment: Attachment, purpose: Purpose) -> str:
    """A new URL for a file, good for a while by the sandbox's clock."""
    until = int(request.sandbox.clock.now().timestamp()) + request.value(rules.DOWNLOAD_LIFETIME)
    token = sign(state_of(request.sandbox).secret, purpose, organisation.number, attachment.id, until)
    return f"{request.mount_url}{PATH}/{token}"


async def fetch(request: VendorRequest, token: str) -> Response:
    """What download_url answers."""
    attachment = _attachment_of(request, token, "get")
    if attachment.blob is None:
        raise request.refusal(rules.BAD_TOKEN)
    headers = {**common_headers(request), b"content-disposition": disposition(attachment.file_name)}
    return download(request, attachment.blob, attachment.content_type, headers)


async def put(request: VendorRequest, token: str) -> Response:
    """What upload_url takes: the bytes, as they are."""
    attachment = _attachment_of(request, token, "put")
    blob = await request.save_body(rules.MAX_FILE_BYTES)
    if attachment.blob is not None:
        raise request.refusal(rules.UPLOADED_ALREADY)
    attachment.content_type = request.headers.get("content-type") or media_types.type_of(attachment.file_name)
    attachment.blob = blob
    return Reply(b"", 200, {**common_headers(request), b"etag": f'"{blob.sha256[:32]}"'.encode()})


def _attachment_of(request: VendorRequest, token: str, purpose: Purpose) -> Attachment:
    said = opened(state_of(request.sandbox).secret, token)
    if said is None or said[0] != purpose:
        raise request.refusal(rules.BAD_TOKEN)
    _, organisation, attachment, until = said
    if request.sandbox.clock.now().timestamp() >= int(until):
        raise request.refusal(rules.DOWNLOAD_LIFETIME)
    return state_of(request.sandbox).organisations[int(organisation)].attachments[int(attachment)]
