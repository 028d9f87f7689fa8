"""Recordings of traffic: HTTP archives (HAR), and the cassettes of VCR (Ruby, Python) and Betamax."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.verification.answer import Answer, Headers, find_header
from emulator.verification.side import CouldNotRun

MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_BODY_BYTES = 32 * 1024 * 1024
_FORMATS = "an HTTP archive (HAR), a cassette of VCR (Ruby or Python), or one of Betamax"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded request and its answer."""

    number: int
    """Its place in the file, from 1."""
    method: str
    url: str
    headers: Headers
    body: bytes | None = field(repr=False)
    """None where the recording left it out."""
    answer: Answer


@dataclass(slots=True)
class Recording:
    """What a file holds."""

    name: str
    exchanges: list[Recorded] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    """The places of the entries that lack something, or that were never answered."""


class _Unreadable(Exception):
    """The entry cannot be used."""


def read_recording(path: Path) -> Recording:
    """Read a file. Raises CouldNotRun, whose message is about the file, and OSError."""
    # A pipe or a device has no size to look at.
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise CouldNotRun(f"{path} has more than the {MAX_FILE_BYTES} bytes that are read: record less")
    tree = _load(path, data)
    recording = Recording(path.name)
    for number, entry in enumerate(_entries(path, tree), 1):
        try:
            recording.exchanges.append(_read_entry(number, entry))
        except (_Unreadable, KeyError, TypeError, ValueError, AttributeError, LookupError, RecursionError):
            recording.unreadable.append(number)
    if not recording.exchanges:
        count = len(recording.unreadable)
        raise CouldNotRun(
            f"{path} has no request with an answer" + (f" among its {count} entries" if count > 1 else "")
        )
    return recording


def _load(path: Path, data: bytes) -> Any:
    """Return the file as JSON or YAML values. Raises CouldNotRun."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CouldNotRun(f"{path} is not text (byte {error.start} is not UTF-8): expected {_FORMATS}") from None
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg:
                raise CouldNotRun(
                    f"{path} is cut: its JSON ends in line {error.lineno} before it is complete"
                ) from None
            raise CouldNotRun(f"{path} is not valid JSON: {error.msg} in line {error.lineno}") from None
        except RecursionError:
            raise CouldNotRun(f"{path} is nested too deeply to be a recording") from None
    return _load_yaml(path, text)


def _load_yaml(path: Path, text: str) -> Any:
    try:
        import yaml

        from emulator.verification.cassettes import Loader
    except ImportError:
        raise CouldNotRun(
            f"{path} is not JSON, and YAML needs PyYAML: run `pip install 'attachment-emulator[verify]'`"
        ) from None
    try:
        return yaml.load(text, Loader)  # noqa: S506 - it makes nothing but texts, lists and mappings.
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise CouldNotRun(f"{path} is cut, or is not a cassette in YAML: {problem}{where}") from None
    except RecursionError:
        raise CouldNotRun(f"{path} is nested too deeply to be a recording") from None


def _entries(path: Path, tree: Any) -> list[Any]:
    """Return the entries of a recording, whichever format it has. Raises CouldNotRun."""
    if isinstance(tree, dict):
        log = tree.get("log")
        for entries in (
            log.get("entries") if isinstance(log, dict) else None,
            tree.get("http_interactions"),
            tree.get("interactions"),
        ):
            if isinstance(entries, list):
                return entries
    raise CouldNotRun(f"{path} is no recording that can be read: expected {_FORMATS}")


def _read_entry(number: int, entry: Any) -> Recorded:
    request, response = entry["request"], entry["response"]
    from_archive = "status" in response and not isinstance(response["status"], dict)
    if from_archive:
        return _read_archived(number, request, response)
    return _read_taped(number, request, response, from_ruby="recorded_at" in entry)


def _read_archived(number: int, request: Mapping[str, Any], response: Mapping[str, Any]) -> Recorded:
    status = int(response["status"])
    if status < 100:
        raise _Unreadable
    content = response.get("content") or {}
    headers = _pairs(response.get("headers"))
    body, complete = b"", not content.get("size")
    if isinstance(content.get("text"), str):
        body, complete = _decode(content["text"], content.get("encoding")), True
    # A browser has taken the compression off, and left the header.
    if body[:2] == b"\x1f\x8b":
        body, complete = _decompress(body, headers)
    posted = request.get("postData") or {}
    sent_headers = _pairs(request["headers"])
    if posted.get("mimeType") and not any(name.lower() == "content-type" for name, _ in sent_headers):
        sent_headers += (("Content-Type", str(posted["mimeType"])),)
    sent: bytes | None = b""
    if isinstance(posted.get("text"), str) and (posted["text"] or not request.get("bodySize", 0)):
        sent = _decode(posted["text"], posted.get("encoding"))
    elif posted or (request.get("bodySize") or 0) > 0 or _declared_length(sent_headers):
        sent = None
    knows_case = str(response.get("httpVersion", "")).upper() in ("HTTP/1.1", "HTTP/1.0") and _has_case(headers)
    answer = Answer(status, headers, body, knows_case=knows_case, complete=complete)
    return Recorded(number, str(request["method"]).upper(), str(request["url"]), sent_headers, sent, answer)


def _read_taped(number: int, request: Mapping[str, Any], response: Mapping[str, Any], *, from_ruby: bool) -> Recorded:
    headers = _pairs(response.get("headers"))
    body = _taped_body(response.get("body"))
    complete = body is not None
    if body and find_header(headers, "content-encoding"):
        body, complete = _decompress(body, headers)
    # Ruby's Net::HTTP writes every header name in the same letter case.
    knows_case = not from_ruby and _has_case(headers)
    answer = Answer(int(response["status"]["code"]), headers, body or b"", knows_case=knows_case, complete=complete)
    url = request.get("uri") or request["url"]
    sent = _taped_body(request.get("body"))
    return Recorded(number, str(request["method"]).upper(), str(url), _pairs(request.get("headers")), sent, answer)


def _taped_body(body: Any) -> bytes | None:
    """Return the body of a cassette, in any of the forms that cassettes have; None if it is not there."""
    if isinstance(body, dict):
        if isinstance(body.get("base64_string"), str):
            return _decode(body["base64_string"], "base64")
        body = body.get("string", "")
    if body is None:
        return b""
    if not isinstance(body, str | bytes):
        raise _Unreadable
    return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


def _pairs(headers: Any) -> Headers:
    """Return headers, whether they are a list of names and values, or a mapping to one value or several."""
    if not isinstance(headers, dict):
        listed = [(item["name"], item["value"]) for item in headers or ()]
    else:
        listed = [
            (name, one) for name, value in headers.items() for one in (value if isinstance(value, list) else [value])
        ]
    # HTTP/2 has what is no header, such as `:status`.
    return tuple((_scalar(name), _scalar(value)) for name, value in listed if not _scalar(name).startswith(":"))


def _scalar(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str | int | float):
        return str(value)
    raise _Unreadable


def _declared_length(headers: Headers) -> bool:
    return any(name.lower() == "content-length" and value.strip() not in ("", "0") for name, value in headers)


def _has_case(headers: Headers) -> bool:
    return any(name != name.lower() for name, _ in headers)


def _decode(text: str, encoding: object) -> bytes:
    if encoding != "base64":
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except binascii.Error:
        raise _Unreadable from None


def _decompress(body: bytes, headers: Headers) -> tuple[bytes, bool]:
    """Return a body without its compression, and whether that was possible."""
    encoding = find_header(headers, "content-encoding").strip().lower() or "gzip"
    if encoding == "identity":
        return body, True
    for bits in _window_bits(encoding):
        decompressor = zlib.decompressobj(bits)
        try:
            text = decompressor.decompress(body, MAX_BODY_BYTES)
        except zlib.error:
            continue
        return text, decompressor.eof and not decompressor.unconsumed_tail
    # It was decoded already, and only the header is left; or it is something that only its own library reads.
    readable = encoding in ("gzip", "x-gzip", "deflate") or body[:1] in (b"{", b"[", b"<")
    return (body, True) if readable else (b"", False)


def _window_bits(encoding: str) -> Iterator[int]:
    if encoding in ("gzip", "x-gzip"):
        yield 16 + zlib.MAX_WBITS
    elif encoding == "deflate":
        yield from (zlib.MAX_WBITS, -zlib.MAX_WBITS)
