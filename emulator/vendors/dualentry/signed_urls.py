"""The file storage that `download_url` and `upload_url` lead to, which behaves like an object store.

A URL contains a token that names the file, the permitted method and the expiry, and is signed with the sandbox's
secret. No other credential is needed.
"""

from typing import Literal

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import NOSNIFF, Reply, common_headers
from emulator.core.signing import sign, verify_token
from emulator.core.storage import media_types
from emulator.core.storage.downloads import disposition, download
from emulator.vendors.dualentry import rules
from emulator.vendors.dualentry.state import Attachment, Organisation, state_of

STORAGE_PATH = "/storage"
Purpose = Literal["get", "put"]


def sign_url(request: VendorRequest, organisation: Organisation, attachment: Attachment, purpose: Purpose) -> str:
    """Return a new signed URL for a file, which expires by the sandbox's clock."""
    until = int(request.sandbox.clock.now().timestamp()) + request.value(rules.DOWNLOAD_LIFETIME)
    token = sign(state_of(request.sandbox).secret, purpose, organisation.number, attachment.id, until)
    return f"{request.mount_url}{STORAGE_PATH}/{token}"


async def fetch(request: VendorRequest, token: str) -> Response:
    """Return the bytes of the file that a download_url names."""
    attachment = _find_attachment(request, token, "get")
    if attachment.blob is None:
        raise request.refusal(rules.BAD_TOKEN)
    headers = {**common_headers(request), **NOSNIFF, b"content-disposition": disposition(attachment.file_name)}
    return download(request, attachment.blob, attachment.content_type, headers)


async def put(request: VendorRequest, token: str) -> Response:
    """Store the request body as the bytes of the file that an upload_url names."""
    attachment = _find_attachment(request, token, "put")
    blob = await request.save_body(rules.MAX_FILE_BYTES)
    if attachment.blob is not None:
        raise request.refusal(rules.UPLOADED_ALREADY)
    attachment.content_type = request.headers.get("content-type") or media_types.type_of(attachment.file_name)
    attachment.blob = blob
    return Reply(b"", 200, {**common_headers(request), b"etag": f'"{blob.sha256[:32]}"'.encode()})


def _find_attachment(request: VendorRequest, token: str, purpose: Purpose) -> Attachment:
    """Return the file that a token names. Raises Refusal if the token is invalid, expired or for another purpose."""
    claims = verify_token(state_of(request.sandbox).secret, token)
    if claims is None or claims[0] != purpose:
        raise request.refusal(rules.BAD_TOKEN)
    _, organisation, attachment, until = claims
    if request.sandbox.clock.now().timestamp() >= int(until):
        raise request.refusal(rules.DOWNLOAD_LIFETIME)
    organisations = state_of(request.sandbox).organisations
    # The secret is the same after a reset, and the organisation or the file may be gone.
    files = organisations[int(organisation)].attachments if int(organisation) < len(organisations) else {}
    if int(attachment) not in files:
        raise request.refusal(rules.FILE_GONE)
    return files[int(attachment)]
