"""Selection of a request's sandbox by header or credential; one in the path is selected by its mount."""

from urllib.parse import parse_qs

from starlette.types import Scope

from emulator.core.credentials import credential_from_headers, sandbox_from_credential
from emulator.core.request import VendorRequest
from emulator.core.sandbox import DEFAULT
from emulator.core.vendor import Vendor

CONNECTION_SANDBOX = "emulator.sandbox"
"""The key of the connection's state for the sandbox that the user name of a proxy names."""
# The longest token request that is searched for the name of a sandbox, in bytes.
MAX_TOKEN_REQUEST = 64 * 1024


async def select_sandbox(request: VendorRequest, vendor: Vendor) -> str:
    """Return the name of the sandbox in a header, a credential or the proxy's user name, or `default`.

    Raises ClientDisconnect.
    """
    headers = request.headers
    name = headers.get("x-emulator-sandbox")
    if name is None:
        name = sandbox_from_credential(credential_from_headers(headers))
    if name is None and request.path in vendor.sign_in:
        name = await _sandbox_from_sign_in(request)
    return connection_sandbox(request.scope) or DEFAULT if name is None else name


def connection_sandbox(scope: Scope) -> str | None:
    """Return the sandbox that the client named as the user of the proxy, or None."""
    name: str | None = scope.get("state", {}).get(CONNECTION_SANDBOX)
    return name


async def _sandbox_from_sign_in(request: VendorRequest) -> str | None:
    """Return the name of the sandbox in a consent request (GET) or a token request (POST), or None."""
    in_query = request.method == "GET"
    form: bytes = request.scope["query_string"] if in_query else await request.peek(MAX_TOKEN_REQUEST)
    fields = parse_qs(form.decode("latin-1"))
    credentials = (fields[name][0] for name in ("client_id", "code", "refresh_token", "token") if name in fields)
    return next(filter(None, map(sandbox_from_credential, credentials)), None)
