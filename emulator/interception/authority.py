"""The certificate authority of this machine, which can sign for the vendors' hosts and loopback only.

It is made on first use, in a folder of the user's own. Nothing is added to a system's trust store.
"""

import os
import ssl
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from emulator.interception.state import NoAuthority, certificate_path, directory, draft, write

VALID_FOR = timedelta(days=365)
LEAF_VALID_FOR = timedelta(days=1)
# A certificate that ends sooner than this is replaced.
RENEW_BEFORE = timedelta(hours=1)
# Clocks of clients in containers may be behind.
BACKDATED = timedelta(minutes=5)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LOOPBACK_NETWORKS = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class CertificateAuthority:
    """Signs certificates for the hosts that it was made for."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self.certificate = certificate
        # One key for all leaves of this process: making keys is what takes time.
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._contexts: dict[tuple[str, ...], tuple[datetime, ssl.SSLContext]] = {}

    @classmethod
    def load(cls, hosts: Iterable[str]) -> "CertificateAuthority":
        """Return this machine's authority, made anew if there is none, it has expired or lacks a host.

        Raises NoAuthority.
        """
        names = frozenset(hosts)
        path = directory() / "ca-key.pem"
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            authority = cls._read(path)
            if authority is None or not authority.serves(names):
                if authority is not None:
                    path.unlink(missing_ok=True)
                _write_once(path, _new_authority(names), 0o600)
                authority = cls._read(path)
            if authority is None:
                raise NoAuthority(f"{path} is no certificate authority; delete it, and a new one is made")
            pem = authority.certificate.public_bytes(serialization.Encoding.PEM)
            certificate = certificate_path()
            if not certificate.exists() or certificate.read_bytes() != pem:
                write(certificate, pem, 0o644)
        except OSError as error:
            raise NoAuthority(
                f"the certificate authority in {path.parent} cannot be used: {error.strerror}; "
                "set XDG_STATE_HOME to a folder that can be written"
            ) from None
        return authority

    @classmethod
    def _read(cls, path: Path) -> "CertificateAuthority | None":
        try:
            pem = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            key = serialization.load_pem_private_key(pem, None)
            certificate = x509.load_pem_x509_certificate(pem)
        except ValueError:
            raise NoAuthority(
                f"{path} is no certificate authority; `attachment-emulator ca remove` deletes it, and a new one is made"
            ) from None
        return cls(cast("ec.EllipticCurvePrivateKey", key), certificate)

    def serves(self, hosts: Iterable[str]) -> bool:
        """Return whether it is valid for longer than a leaf certificate, and may sign for all these hosts."""
        ends = self.certificate.not_valid_after_utc
        return ends > datetime.now(UTC) + LEAF_VALID_FOR and set(hosts) <= set(self.hosts)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that it may sign for."""
        constraints = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return tuple(name.value for name in constraints.permitted_subtrees or () if isinstance(name, x509.DNSName))

    @property
    def fingerprint(self) -> str:
        """The SHA-256 fingerprint of the certificate, in hexadecimal."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's TLS context with a certificate for these names, valid for a day. Offers HTTP/1.1 only."""
        now = datetime.now(UTC)
        renew_at, context = self._contexts.get(names, (now, None))
        if context is None or renew_at <= now:
            context = self._new_context(self.issue(*names))
            self._contexts[names] = now + LEAF_VALID_FOR - RENEW_BEFORE, context
        return context

    def issue(self, *names: str) -> bytes:
        """Return a certificate for these host names and addresses with its key, as PEM."""
        certificate = (
            _builder(names[0], self.certificate.subject, self._leaf_key.public_key(), LEAF_VALID_FOR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return _pem_of(self._leaf_key) + certificate.public_bytes(serialization.Encoding.PEM)

    @staticmethod
    def _new_context(pem: bytes) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        # Python loads certificates from files only.
        handle, name = tempfile.mkstemp()
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(pem)
            context.load_cert_chain(name)
        finally:
            Path(name).unlink()
        return context


def _new_authority(hosts: frozenset[str]) -> bytes:
    """Return the key and the certificate of a new authority as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    permitted: list[x509.GeneralName] = [x509.DNSName(host) for host in (*sorted(hosts), "localhost")]
    permitted += [x509.IPAddress(network) for network in _LOOPBACK_NETWORKS]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "attachment-emulator on this machine")])
    certificate = (
        _builder(subject, subject, key.public_key(), VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem_of(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: str | x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, valid_for: timedelta
) -> x509.CertificateBuilder:
    if isinstance(subject, str):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + valid_for)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_once(path: Path, content: bytes, mode: int) -> None:
    """Write a file unless another process has just done so."""
    prepared = draft(path, content, mode)
    try:
        with suppress(FileExistsError):
            path.hardlink_to(prepared)
    finally:
        prepared.unlink()
