"""The files of this machine's certificate authority, in a folder of the user's own."""

import os
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path

from platformdirs import user_state_path


class NoAuthority(Exception):
    """The certificate authority can be neither read nor made; the one-line message says why."""


def directory() -> Path:
    """Return the folder of the certificate authority: below XDG_STATE_HOME, or where this system keeps state."""
    return user_state_path("attachment-emulator", appauthor=False)


def certificate_path() -> Path:
    """Return the path of the authority's certificate, which clients are to trust."""
    return directory() / "ca.pem"


def remove() -> bool:
    """Delete the certificate authority. Return whether there was one."""
    existed = False
    for name in ("ca-key.pem", "ca.pem", "bundle.pem"):
        with suppress(FileNotFoundError):
            (directory() / name).unlink()
            existed = True
    return existed


def bundle_path() -> Path:
    """Write the system's certificate authorities and ours into one file, and return its path."""
    paths = ssl.get_default_verify_paths()
    system = Path(paths.cafile or paths.openssl_cafile)
    if not system.exists():
        with suppress(ImportError):
            import certifi

            system = Path(certifi.where())
    path = directory() / "bundle.pem"
    content = (system.read_bytes() if system.exists() else b"") + b"\n" + certificate_path().read_bytes()
    if not path.exists() or path.read_bytes() != content:
        write(path, content, 0o644)
    return path


def draft(path: Path, content: bytes, mode: int) -> Path:
    """Write a new file beside a path, so that the path never leads to half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    prepared = Path(name)
    prepared.chmod(mode)
    return prepared


def write(path: Path, content: bytes, mode: int) -> None:
    """Replace a file in one step."""
    draft(path, content, mode).replace(path)
