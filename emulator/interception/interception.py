"""Which hosts the server stands in for as a proxy, and what it says about all others."""

import ssl
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from emulator.core.proxy_counts import MAX_NAME, ProxyCounts

if TYPE_CHECKING:
    from emulator.interception.authority import CertificateAuthority

HTTPS_PORT = "443"


class Interception:
    """The vendors' hosts, the authority that signs for them, and the counts of what was refused."""

    def __init__(self, hosts: Collection[str], counts: ProxyCounts, passthrough: str = "") -> None:
        """`passthrough` names the real hosts that tunnels may lead to, as the setting does."""
        self.hosts = hosts
        self._passthrough = frozenset(
            name if ":" in name else f"{name}:{HTTPS_PORT}" for name in passthrough.lower().replace(",", " ").split()
        )
        self.counts = counts

    @cached_property
    def authority(self) -> "CertificateAuthority":
        """This machine's certificate authority, made on first use. Raises NoAuthority."""
        from emulator.interception.authority import CertificateAuthority

        return CertificateAuthority.load(self.hosts)

    def context(self, host: str) -> ssl.SSLContext:
        """Return a TLS context for a vendor's host; a client that asks for another name is refused."""
        context = self.authority.context(host)

        def check_name(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> int | None:
            return None if name is None or name.lower() == host else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context.sni_callback = check_name
        return context

    def loopback_context(self) -> ssl.SSLContext:
        """Return a TLS context for clients that connect to the server itself, by loopback or a vendor's name."""
        from emulator.interception.authority import LOOPBACK

        context = self.authority.context(*LOOPBACK)

        def choose_certificate(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            if name is not None and name.lower() in self.hosts:
                connection.context = self.authority.context(name.lower())

        context.sni_callback = choose_certificate
        return context

    def host_of(self, target: str, port: str = HTTPS_PORT) -> str | None:
        """Return the vendor's host that a target `host:port` means, or None for any other target."""
        host, _, port_text = target.rpartition(":")
        host = host.lower()
        return host if port_text == port and host in self.hosts else None

    def passes_through(self, target: str) -> bool:
        """Return whether a tunnel to a target `host:port` leads to the real host; one of a vendor's has to be named."""
        return target.lower() in self._passthrough

    def refusal(self, target: str) -> str:
        """Count a target that is refused, and return the sentence that says so."""
        self.counts.refuse(target)
        return (
            f"The attachment emulator does not connect to {target[:MAX_NAME]!a}, and nothing was sent there. It stands "
            f"in for these hosts, https on port {HTTPS_PORT} or http on port 80: {', '.join(self.hosts)}. "
            "List other hosts that the program needs in NO_PROXY, or start the emulator with --passthrough HOST.\n"
        )
