"""Headers of files that a client uploaded, so that a browser shows the harmless ones and runs none.

What a browser may show inline is decided by the first bytes, never by the name or the type that the client gave. All
text, HTML and SVG among it, is plain text.
"""

import re
from collections.abc import Mapping

from emulator.core.storage.downloads import disposition
from emulator.core.storage.file_store import Blob

# How many bytes decide.
HEAD = 4096
OCTETS = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF....WEBP", "image/webp"),
    (rb"%PDF-", "application/pdf"),
)
_CONTROL_CHARACTERS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# Of the types that clients give, those that a browser could run or render, and JSON, which a client of this API reads.
_ACTIVE = re.compile(r"html|svg|script|css|json|[/+]xml$")
_MEDIA_TYPE = re.compile(r"(?:application|audio|font|image|text|video)/[\w.+-]+", re.ASCII)


def preview_type(head: bytes) -> str | None:
    """Return the media type as which a browser may show a file with these first bytes, or None."""
    for signature, media_type in _SIGNATURES:
        if re.match(signature, head, re.DOTALL):
            return media_type
    return TEXT if _is_text(head[:HEAD]) else None


def file_headers(name: str, head: bytes, content_type: str = "") -> tuple[str, Mapping[bytes, bytes]]:
    """Return the media type and the headers of a file, from its name, first bytes and the type that its client gave."""
    shown_as = preview_type(head)
    return shown_as or _passive(content_type), {
        b"content-disposition": disposition(name, inline=shown_as is not None),
        b"content-security-policy": b"sandbox; default-src 'none'; style-src 'unsafe-inline'",
        b"cross-origin-resource-policy": b"same-origin",
        b"x-content-type-options": b"nosniff",
    }


def head_of(blob: Blob) -> bytes:
    """Return the bytes that decide."""
    # In the store a small chunk is the last one, or before a large one.
    return b"".join(chunk[:HEAD] for chunk in blob.chunks[:2])[:HEAD]


def _passive(content_type: str) -> str:
    """Return a media type without parameters, or the one of unknown bytes for any that a browser could run."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type if _MEDIA_TYPE.fullmatch(media_type) and not _ACTIVE.search(media_type) else OCTETS


def _is_text(head: bytes) -> bool:
    """Return whether bytes are the beginning of a text in UTF-8."""
    if _CONTROL_CHARACTERS.search(head):
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut off.
        return len(head) == HEAD and error.start > HEAD - 4 and error.end == HEAD
    return True
