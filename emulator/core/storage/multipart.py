"""A streaming multipart/form-data reader: files go into the store piece by piece, small fields into memory.

It differs from the form reader of a server framework: a part is a file if it has a `filename` or `filename*`; part
headers are available; a vendor's limits are checked while the bytes arrive; and a body that ends before its closing
boundary is refused instead of read as an empty form.
"""

import logging
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import unquote, unquote_to_bytes

from python_multipart.exceptions import FormParserError, MultipartParseError
from python_multipart.multipart import MultipartParser, MultipartState, parse_options_header

from emulator.core.storage.file_store import Blob, BlobWriter, FileStore

MAX_PARTS = 100
MAX_HEADERS = 32
MAX_FOLDED_LINES = 100
# The most bytes of all part headers, of all fields that are not files, of the text before the first boundary, and of
# everything that is not a file.
MAX_HEADER_BYTES = 64 * 1024
MAX_FIELD_BYTES = 1024 * 1024
MAX_PREAMBLE_BYTES = 64 * 1024
MAX_OVERHEAD = 2 * 1024 * 1024

_silent = logging.getLogger("emulator.multipart")
_silent.disabled = True


class BadMultipart(Exception):
    """The body is not readable multipart/form-data; the message is a clause that says why."""


@dataclass(slots=True)
class Part:
    """One part of a form: a file with its blob, or a field with its bytes."""

    headers: dict[str, str] = field(default_factory=dict)
    """The part headers, by name in lower case."""
    name: str = ""
    file_name: str | None = None
    """Without directories; None for a field."""
    value: bytes = b""
    blob: Blob | None = None

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty if the part names none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def stored_type(self) -> str:
        """The media type as it was sent, with parameters; empty if there is none or a header cannot hold it."""
        content_type = self.headers.get("content-type", "")
        return content_type if content_type.isascii() and content_type.isprintable() else ""


Watch = Callable[[Part, int], None]
ReadNames = Callable[[str], tuple[str, str | None]]
"""Returns name and file name of a Content-Disposition; the file name is None if it is missing or empty."""


class FormReader:
    """Reads a form: call `write` with every piece, then `finish`. Leaving the `with` block early stores nothing.

    `watch` is called with every file part: with size 0 once its headers are read, and before a piece is stored with the
    size in bytes that the part then has. It may raise.
    """

    def __init__(self, store: FileStore, content_type: str, watch: Watch, read_names: ReadNames | None = None) -> None:
        """Start reading; `read_names` is `names_of` by default.

        Raises BadMultipart if the content type is not that of a form.
        """
        self._store = store
        self._watch = watch
        self._read_names = read_names or names_of
        self._parts: list[Part] = []
        self._open = ExitStack()
        self._writer: BlobWriter | None = None
        self._header = (bytearray(), bytearray())
        self._header_bytes = 0
        self._folded_lines = 0
        self._last_header: tuple[str, str] | None = None
        """Name and value of the header that has just ended, which the next line may continue."""
        self._field_bytes = 0
        self._preamble: bytearray | None = bytearray(b"\r\n")
        self._ended = False
        media_type, parameters = parse_options_header(content_type)
        boundary = parameters.get(b"boundary", b"")
        if media_type != b"multipart/form-data":
            raise BadMultipart("its Content-Type is not multipart/form-data")
        if not boundary:
            raise BadMultipart("its Content-Type names no boundary")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._finished,
                },
                max_header_count=MAX_HEADERS,
                max_header_size=MAX_HEADER_BYTES,
            )
        except FormParserError as error:
            raise BadMultipart(f"its boundary cannot be used ({error})") from None
        self._parser.logger = _silent

    def __enter__(self) -> "FormReader":
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()
        # Reader and parser refer to each other; without this, blobs would wait for the garbage collector.
        self._parts = []
        self._parser.callbacks = {}

    def write(self, data: bytes) -> None:
        """Parse a piece of the body. Raises BadMultipart, StoreFull, and whatever `watch` raises."""
        if self._ended:
            return
        if self._preamble is not None:
            # Text before the first boundary is legal and ignored.
            boundary, searched = self._parser.boundary, len(self._preamble)
            # No more than it may have, whatever the size of the piece.
            self._preamble += data[: MAX_PREAMBLE_BYTES + len(boundary)]
            start = self._preamble.find(boundary, max(0, searched - len(boundary)))
            is_near = 0 <= start <= MAX_PREAMBLE_BYTES
            if not is_near and len(self._preamble) - len(boundary) >= MAX_PREAMBLE_BYTES:
                raise BadMultipart(f"its boundary does not appear in its first {MAX_PREAMBLE_BYTES} bytes")
            if start < 0:
                return
            data = boundary[2:] + data[start + len(boundary) - searched :]
            self._preamble = None
        while data:
            try:
                self._parser.write(data)
            except FormParserError as error:
                data = self._unfold(data, error.offset if isinstance(error, MultipartParseError) else -1)
            else:
                return

    def finish(self) -> list[Part]:
        """Return the parts in order. Raises BadMultipart if the body ended too early."""
        if not self._ended:
            raise BadMultipart("it ends before its closing boundary")
        return self._parts

    def _unfold(self, data: bytes, offset: int) -> bytes:
        """Continue the last header with a folded line (RFC 5322, 2.2.3), which the parser does not know.

        `offset` is where the parser stopped. Return the rest of the piece. Raises BadMultipart for anything else.
        """
        parser = self._parser
        is_folded = data[offset : offset + 1] in (b" ", b"\t") and parser.marks.get("header_field") == offset
        if offset < 0 or not is_folded or self._last_header is None:
            # The parser's message depends on how the body was split into pieces.
            raise BadMultipart("it is malformed")
        self._folded_lines += 1
        if self._folded_lines > MAX_FOLDED_LINES:
            raise BadMultipart(f"its part headers have more than {MAX_FOLDED_LINES} folded lines")
        name, value = self._last_header
        del self._parts[-1].headers[name.lower()]
        self._header = (bytearray(name.encode()), bytearray(value.encode() + b" "))
        parser.marks.clear()
        parser.state, parser.index = MultipartState.HEADER_VALUE_START, 0
        return data[offset + 1 :]

    def _begin(self) -> None:
        if len(self._parts) == MAX_PARTS:
            raise BadMultipart(f"it has more than {MAX_PARTS} parts")
        self._parts.append(Part())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._last_header = None
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_header(end - start)
        self._header[1].extend(data[start:end])

    def _count_header(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > MAX_HEADER_BYTES:
            raise BadMultipart(f"its part headers hold more than {MAX_HEADER_BYTES} bytes")

    def _header_end(self) -> None:
        name, value = (_decode(bytes(raw)).strip() for raw in self._header)
        headers = self._parts[-1].headers
        if name.lower() in headers:
            raise BadMultipart(f"a part of it says {name} twice")
        headers[name.lower()] = value
        self._last_header = (name, value)
        self._header = (bytearray(), bytearray())

    def _headers_finished(self) -> None:
        self._last_header = None
        part = self._parts[-1]
        part.name, part.file_name = self._read_names(part.headers.get("content-disposition", ""))
        if part.file_name is not None:
            self._watch(part, 0)
            self._writer = self._open.enter_context(self._store.writer())

    def _data(self, data: bytes, start: int, end: int) -> None:
        piece = data if end - start == len(data) else data[start:end]
        part = self._parts[-1]
        if self._writer is not None:
            self._watch(part, self._writer.size + len(piece))
            self._writer.write(piece)
            return
        self._field_bytes += len(piece)
        if self._field_bytes > MAX_FIELD_BYTES:
            raise BadMultipart(f"its fields hold more than {MAX_FIELD_BYTES} bytes")
        part.value += piece

    def _end(self) -> None:
        if self._writer is not None:
            self._parts[-1].blob = self._writer.commit()
            self._writer = None

    def _finished(self) -> None:
        self._ended = True


_CONTROLS = re.compile("[\x00-\x1f\x7f]")
_PARAMETER = re.compile(r';\s*([^=;\s"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))', re.DOTALL)


def names_of(disposition: str) -> tuple[str, str | None]:
    """Return name and file name of a Content-Disposition; the file name is None if it is missing or empty.

    Quoted pairs (`\\"`) are decoded, and so are the three percent forms that browsers write for a quote and for line
    breaks; `filename*` (RFC 5987) takes precedence over `filename`. Directories and control characters are removed, and
    a name of dots and spaces counts as missing.
    """
    parameters = {
        key.lower(): _unquote(quoted) if quoted or not plain else plain.strip(' "')
        for key, quoted, plain in _PARAMETER.findall(disposition)
    }
    file_name = _decode_extended(parameters.get("filename*", "")) or parameters.get("filename", "")
    return parameters.get("name", ""), clean_file_name(file_name) or None


def clean_file_name(file_name: str) -> str:
    """Remove directories and control characters from a name; a name of dots and spaces becomes empty."""
    file_name = _CONTROLS.sub("", re.split(r"[/\\]", file_name)[-1])
    return file_name if file_name.strip(" .") else ""


def _unquote(value: str) -> str:
    value = re.sub(r'\\(["\\])', r"\1", value)
    return value.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def _decode_extended(value: str) -> str:
    charset, quote, rest = value.strip('"').partition("'")
    encoded = rest.partition("'")[2]
    if not quote or charset.lower() not in ("utf-8", "iso-8859-1"):
        return ""
    try:
        return unquote(encoded, charset, "strict")
    except UnicodeDecodeError:
        return unquote_to_bytes(encoded).decode("latin-1")


def _decode(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
