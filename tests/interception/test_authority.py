"""The certificate authority of a machine: its files, and what it can and cannot sign for."""

import os
import shutil
import socket
import ssl
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import certifi
import pytest
from click.testing import CliRunner

from emulator.cli import main
from emulator.interception.authority import CertificateAuthority
from emulator.interception.state import NoAuthority, bundle_path, certificate_path, directory, remove
from emulator.vendors import HOSTS

# Asks for a name at an address and a port, trusting a file; prints the body or the error.
NODE = """
const [name, port, ca] = process.argv.slice(1);
const trust = { servername: name, ca: require("fs").readFileSync(ca) };
const options = { host: "127.0.0.1", port, headers: { Host: name }, ...trust };
require("https").get(options, response => response.on("data", data => console.log(String(data))))
  .on("error", error => console.log(error.message));
"""


@pytest.fixture
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return directory()


@contextmanager
def https_server(context: ssl.SSLContext) -> Iterator[int]:
    """The port of a server that answers every connection with one response."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with suppress(OSError), context.wrap_socket(connection, server_side=True) as tls:
                        tls.recv(1000)
                        tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")

        Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def with_python(name: str, port: int) -> str:
    context = ssl.create_default_context(cafile=certificate_path())
    # As newer Pythons check by default.
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_connection(("127.0.0.1", port)) as connection:
        try:
            with context.wrap_socket(connection, server_hostname=name) as tls:
                tls.sendall(b"GET / HTTP/1.1\r\n\r\n")
                return tls.recv(1000).decode()
        except ssl.SSLError as error:
            return str(error)


def with_node(name: str, port: int) -> str:
    command = ["node", "-e", NODE, name, str(port), str(certificate_path())]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def with_curl(name: str, port: int) -> str:
    command = ["curl", "-sS", "--noproxy", "*", "--cacert", str(certificate_path())]
    command += ["--resolve", f"{name}:{port}:127.0.0.1", f"https://{name}:{port}/"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return result.stdout or result.stderr


CLIENTS = [
    with_python,
    pytest.param(with_node, marks=pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")),
    pytest.param(with_curl, marks=pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")),
]


@pytest.mark.parametrize("ask", CLIENTS)
def test_it_can_sign_for_a_vendors_host_and_for_no_other(own_state: Path, ask: Callable[[str, int], str]) -> None:
    authority = CertificateAuthority.load(HOSTS)

    with https_server(authority.context("api.xero.com")) as port:
        assert "hi" in ask("api.xero.com", port)
    # Whoever has its key can issue this, but nobody accepts it.
    with https_server(authority.context("example.com")) as port:
        refusal = ask("example.com", port)
    assert "permitted subtree" in refusal or "PERMITTED_VIOLATION" in refusal.upper()


def test_its_key_is_for_its_owner_only_and_it_stays_the_same(own_state: Path) -> None:
    first = CertificateAuthority.load(HOSTS)

    assert stat.S_IMODE((own_state / "ca-key.pem").stat().st_mode) == 0o600
    assert b"PRIVATE" not in certificate_path().read_bytes()
    assert CertificateAuthority.load(HOSTS).fingerprint == first.fingerprint
    assert set(first.hosts) == {*HOSTS, "localhost"}


def test_it_is_made_anew_for_a_host_that_it_lacks_and_after_its_removal(own_state: Path) -> None:
    first = CertificateAuthority.load(["api.xero.com"])
    second = CertificateAuthority.load(HOSTS)
    assert first.fingerprint != second.fingerprint
    assert certificate_path().read_bytes() in bundle_path().read_bytes()

    assert remove()
    assert not remove()
    assert list(own_state.iterdir()) == []
    assert CertificateAuthority.load(HOSTS).fingerprint != second.fingerprint


def test_a_broken_file_and_a_folder_that_cannot_be_written_are_sentences(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_state.mkdir()
    (own_state / "ca-key.pem").write_bytes(b"nonsense")
    with pytest.raises(NoAuthority, match="ca remove"):
        CertificateAuthority.load(HOSTS)

    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    with pytest.raises(NoAuthority, match="XDG_STATE_HOME"):
        CertificateAuthority.load(HOSTS)


def test_where_the_system_has_no_authorities_those_of_certifi_are_in_the_bundle(
    own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    CertificateAuthority.load(HOSTS)
    nowhere = SimpleNamespace(cafile=None, openssl_cafile=str(own_state / "nowhere.pem"))
    monkeypatch.setattr("ssl.get_default_verify_paths", lambda: nowhere)

    bundle = bundle_path().read_bytes()

    assert bundle == Path(certifi.where()).read_bytes() + b"\n" + certificate_path().read_bytes()


def test_the_command_shows_and_removes_it(own_state: Path) -> None:
    run = CliRunner().invoke
    assert run(main, ["ca", "path"]).stdout == f"{certificate_path()}\n"
    output = run(main, ["ca", "show"]).stdout
    assert CertificateAuthority.load(HOSTS).fingerprint in output
    assert "api.codat.io" in output
    assert run(main, ["ca", "remove"]).stdout == f"removed from {own_state}\n"
    assert run(main, ["ca", "remove"]).stdout == f"there is none in {own_state}\n"
