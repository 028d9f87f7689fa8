"""A proxy's tunnels, in front of uvicorn's protocols: CONNECT turns the connection into TLS for a vendor's host."""

import asyncio
import logging
import re
import ssl
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.types import Scope

from emulator.core.credentials import basic
from emulator.core.proxy_counts import MAX_NAME
from emulator.core.sandbox_selection import CONNECTION_SANDBOX
from emulator.interception.interception import HTTPS_PORT, Interception
from emulator.interception.state import NoAuthority

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as _UvicornProtocol
else:
    _UvicornProtocol = object

logger = logging.getLogger("emulator")

# How long (seconds) a TLS handshake may take.
HANDSHAKE_TIMEOUT = 10
# How long (seconds) a real host may take to accept a connection.
CONNECT_TIMEOUT = 30
MAX_HEAD_BYTES = 16 * 1024
_CONNECT = b"CONNECT "
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_HEAD = re.compile(rb"CONNECT ([^ \r\n]*) HTTP/1\.[01]\r?\n(.*)", re.DOTALL)
_ABSOLUTE = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)


class RelayProtocol(asyncio.Protocol):
    """One end of a tunnel to a real host: what arrives goes to the other end, as fast as that takes it."""

    transport: asyncio.Transport

    def __init__(self, connections: set[Any]) -> None:
        # The server ends these when it stops.
        self._connections = connections
        self._other: asyncio.Transport | None = None

    def relay(self, transport: asyncio.Transport, other: asyncio.Transport) -> None:
        """Begin, on a connection of which nothing has been read."""
        self.transport, self._other = transport, other
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        if self._other is not None:
            self._other.write(data)

    def eof_received(self) -> bool:
        if self._other is not None and self._other.can_write_eof():
            self._other.write_eof()
        return True

    def pause_writing(self) -> None:
        if self._other is not None:
            self._other.pause_reading()

    def resume_writing(self) -> None:
        if self._other is not None:
            self._other.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        if self._other is not None:
            self._other.close()

    def shutdown(self) -> None:
        """Close the tunnel, as uvicorn asks every connection to when it stops."""
        self.transport.close()


class TunnelProtocol(_UvicornProtocol):
    """Answers CONNECT as a proxy would; everything else goes to the protocol behind it."""

    interception: Interception | None = None
    _beginning: bytes | None = b""
    """The first bytes of the connection until it is known what they are; then None."""
    _plain_transport: asyncio.Transport
    _early = b""
    """What arrived before the loop handed over the transport: a handshake's end may bring the first request along."""
    _lost_early = False
    _tunnel_host: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # uvicorn narrows it, too.
        self._plain_transport = transport
        super().connection_made(transport)
        if self.scheme == "https" or self.interception is None:
            self._beginning = None

    def data_received(self, data: bytes) -> None:
        interception = self.interception
        if self.transport is None:
            self._early += data  # type: ignore[unreachable] # uvicorn declares that there always is one.
            return
        if self._beginning is None or interception is None:
            super().data_received(data)
            return
        data = self._beginning = self._beginning + data
        if not data.startswith(_CONNECT[: len(data)]):
            self._beginning = None
            super().data_received(data)
        elif b"\r\n\r\n" in data:
            head, _, rest = data.partition(b"\r\n\r\n")
            self._connect(interception, head, rest)
        elif len(data) > MAX_HEAD_BYTES:
            self._refuse(431, "Request Header Fields Too Large", "The head of a CONNECT request is too long.\n")
        else:
            self._set_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport is None:
            self._lost_early = True  # type: ignore[unreachable]
            return
        super().connection_lost(exc)

    def eof_received(self) -> Any:
        if self.transport is None:
            return False  # type: ignore[unreachable]
        if self.scheme == "https":
            # TLS cannot be closed on one side only.
            super().eof_received()
            return False
        return super().eof_received()

    def _connect(self, interception: Interception, head: bytes, rest: bytes) -> None:
        self._unset_keepalive_if_required()
        match = _HEAD.fullmatch(head + b"\r\n")
        if match is None or rest:
            reason = "The bytes after its head came too early" if match else "Its first line is not valid"
            self._refuse(400, "Bad Request", f"This CONNECT request cannot be answered. {reason}.\n")
            return
        target = match[1].decode("latin-1")
        if interception.passes_through(target):
            self._run_task(self._pass_through(interception, target))
            return
        host = interception.host_of(target)
        if host is None:
            self._refuse(403, "Forbidden", interception.refusal(target))
            return
        try:
            context = interception.context(host)
        except NoAuthority as error:
            self._refuse(502, "Bad Gateway", f"There is no TLS: {error}.\n")
            return
        sandbox = _sandbox_from_user(match[2].decode("latin-1"))
        self._run_task(self._serve_tls(interception, host, context, sandbox))

    def _run_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _pass_through(self, interception: Interception, target: str) -> None:
        client = self._plain_transport
        client.pause_reading()
        host, _, port = target.rpartition(":")
        connections: set[Any] = self.server_state.connections
        near, far = RelayProtocol(connections), RelayProtocol(connections)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                server, _ = await self.loop.create_connection(lambda: far, host.strip("[]"), int(port))
        except (OSError, ValueError) as error:
            reason = str(error) or "it did not answer in time"
            self._refuse(502, "Bad Gateway", f"The tunnel to {target[:MAX_NAME]!a} cannot be opened: {reason}.\n")
            return
        if client.is_closing():
            server.abort()
            return
        interception.counts.pass_through(target)
        client.write(_ESTABLISHED)
        far.relay(server, client)
        near.relay(client, server)
        client.set_protocol(near)
        client.resume_reading()
        # This protocol hears no more of its connection; with an exception uvicorn's leaves the transport alone.
        self.connection_lost(ConnectionAbortedError("the connection leads to a real host"))

    async def _serve_tls(
        self, interception: Interception, host: str, context: ssl.SSLContext, sandbox: str | None
    ) -> None:
        transport = self._plain_transport
        transport.pause_reading()
        transport.write(_ESTABLISHED)
        make_protocol: Any = type(self)
        app_state = {**self.app_state, **({CONNECTION_SANDBOX: sandbox} if sandbox else {})}
        protocol = make_protocol(self.config, self.server_state, app_state)
        protocol._tunnel_host = host  # noqa: SLF001 - of this class.
        try:
            tls_transport = await self.loop.start_tls(
                transport, protocol, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_TIMEOUT
            )
            if tls_transport is not None and not protocol._lost_early:  # noqa: SLF001 - of this class.
                protocol.open_tunnel(tls_transport)
        except (OSError, asyncio.CancelledError) as error:
            transport.abort()
            if not isinstance(error, asyncio.CancelledError):
                interception.counts.failed_handshakes[host] += 1
                logger.warning(_explain(host, error))
        finally:
            # With an exception uvicorn's protocol leaves the transport alone, which is the new protocol's.
            self.connection_lost(ConnectionAbortedError("the connection was turned into TLS"))

    def open_tunnel(self, transport: asyncio.Transport) -> None:
        """Begin to serve what comes through TLS."""
        self.connection_made(transport)
        self._set_timeout()
        if self._early:
            early, self._early = self._early, b""
            self.data_received(early)

    def _set_timeout(self) -> None:
        """Close a connection that stays silent, as uvicorn closes one between requests."""
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def _refuse(self, status: int, reason: str, sentence: str) -> None:
        body = sentence.encode("ascii", "backslashreplace")
        self.transport.write(
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
            + body
        )
        self.transport.close()


def misdirected(scope: Scope, tunnel_host: str | None) -> str | None:
    """Return a sentence if a request inside a tunnel is for another host, to which the certificate does not belong."""
    if tunnel_host is None:
        return None
    asked = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    if asked.lower().removesuffix(f":{HTTPS_PORT}") == tunnel_host:
        return None
    return (
        f"This is a tunnel to {tunnel_host}, and the request's Host is {asked[:MAX_NAME]!a}. Open a tunnel to that "
        f"host, or send Host: {tunnel_host}.\n"
    )


def proxied(scope: Scope, interception: Interception | None) -> str | None:
    """Make a request in absolute form, as a proxy gets it, one to its host. Return a sentence if it is refused."""
    if scope["raw_path"].startswith(b"/") or interception is None:
        return None
    match = _ABSOLUTE.fullmatch(scope["raw_path"].decode("latin-1"))
    if match is None:
        return None
    scheme, authority, path = match[1].lower(), match[2], match[3].partition("#")[0] or "/"
    # axios asks its proxy for https in this form, without a tunnel.
    default_port = "443" if scheme == "https" else "80"
    has_port = re.search(r":\d+\Z", authority)
    target = authority if has_port else f"{authority}:{default_port}"
    own_port = (scope["server"] or ("", None))[1]
    if interception.host_of(target, default_port) is None and not target.endswith(f":{own_port}"):
        return interception.refusal(target)
    scope["scheme"] = scheme
    scope["raw_path"], scope["path"] = path.encode("latin-1"), unquote(path)
    scope["headers"][:] = [
        (b"host", authority.encode("latin-1")),
        *(header for header in scope["headers"] if header[0] != b"host"),
    ]
    for header, value in scope["headers"]:
        if header == b"proxy-authorization" and (sandbox := _user_of(value.decode("latin-1"))):
            scope["state"][CONNECTION_SANDBOX] = sandbox
    return None


def _sandbox_from_user(headers: str) -> str | None:
    for line in headers.split("\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "proxy-authorization":
            return _user_of(value.strip())
    return None


def _user_of(authorization: str) -> str | None:
    user = (basic(authorization) or b"").partition(b":")[0]
    return user.decode("utf-8", "replace") or None


def _explain(host: str, error: OSError) -> str:
    reason = getattr(error, "reason", None) or str(error) or type(error).__name__
    if reason == "HTTP_REQUEST":
        return f"A client sent plain HTTP into its tunnel to {host}:443; it has to speak TLS there."
    if "UNKNOWN_CA" in reason or "CERTIFICATE" in reason or "BAD_CERT" in reason:
        return (
            f"A client does not trust the emulator's certificate for {host} ({reason}). Set the variables that "
            "`attachment-emulator env` prints, or let it trust the file that `attachment-emulator ca path` prints."
        )
    return (
        f"The TLS handshake for {host} failed ({reason}). If the client does not trust the emulator's certificate, set "
        "the variables that `attachment-emulator env` prints."
    )
