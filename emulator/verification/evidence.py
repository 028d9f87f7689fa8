"""What is kept of a request whose answers differ, for the report page: redacted, and cut where it is long."""

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from emulator.core.redaction import redact_target
from emulator.verification.answer import Answer, find_header
from emulator.verification.redaction import (
    REDACTED,
    digest,
    redact_answer,
    redact_header,
    redact_json,
    redact_xml,
    scalars,
)
from emulator.verification.secrets import without_secrets

MAX_BODY_CHARACTERS = 6000
MAX_BODY_LINES = 400
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
# What a form of a recorded login may show: these are fixed words.
_PLAIN_FIELDS = {"grant_type", "token_type_hint", "scope", "response_type"}


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer as the report page shows it."""

    head: str
    """Method and URL, or the status."""
    headers: tuple[str, ...]
    body: tuple[str, ...]
    """Its lines."""

    def without(self, private: Collection[str]) -> "Message":
        """Return it without what is private."""

        def redacted(text: str) -> str:
            for value in sorted(private, key=len, reverse=True):
                # In JSON, too.
                for written in (value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
                    text = text.replace(written, REDACTED) if written else text
            return text

        return Message(redacted(self.head), tuple(map(redacted, self.headers)), tuple(map(redacted, self.body)))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was sent, and both answers."""

    sent: Message
    emulator: Message
    vendor: Message


def describe_request(
    method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes | None, *, own: bool
) -> Message:
    """Return a request; `own` says that verification wrote its body, `body` is None where a recording left it out."""
    headers = list(headers)
    content_type = find_header(headers, "content-type").lower()
    if body is None:
        text = "(not in the recording)"
    elif own:
        text = _text(body)
    else:
        text = _redact_sent(body, content_type)
    return Message(f"{method} {without_secrets(redact_target(url))}", _header_lines(headers), _lines(text))


def describe_answer(answer: Answer, exact: Collection[str], sent: Collection[str] = ()) -> Message:
    """Return an answer; `exact` are the members whose values are not redacted, `sent` what an error may repeat."""
    text = redact_answer(answer, exact, sent)
    if text is not None and answer.is_json:
        text = _indent(text)
    if text is None:
        text = f"({'a page of HTML, ' if answer.is_html else ''}{digest(answer.body)})"
    if not answer.complete:
        text = "(not in the recording)"
    return Message(str(answer.status), _header_lines(answer.headers), _lines(text))


def _header_lines(headers: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{name}: {redact_header(name, value)}" for name, value in headers)


def _lines(text: str) -> tuple[str, ...]:
    lines = text.splitlines()
    beginning = "\n".join(lines[:MAX_BODY_LINES])[:MAX_BODY_CHARACTERS]
    left_out = len("\n".join(lines)) - len(beginning)
    more = (f"… and {left_out} more characters",) if left_out else ()
    return (*beginning.splitlines(), *more)


def _text(body: bytes) -> str:
    """Return a body that is text; a digest of any other."""
    text = body.decode("utf-8", "replace")
    return f"({digest(body)})" if _NO_TEXT.search(text) else without_secrets(text)


def _redact_sent(body: bytes, content_type: str) -> str:
    """Return what somebody sent to the vendor, as its answers are shown: without names, amounts and credentials."""
    if not body:
        return ""
    if "json" in content_type:
        tree = _json(body)
        return f"({digest(body)})" if tree is None else json.dumps(redact_json(tree, ()), ensure_ascii=False, indent=2)
    text = body.decode("utf-8", "replace")
    if "x-www-form-urlencoded" in content_type:
        fields = parse_qsl(text, keep_blank_values=True)
        return "\n".join(f"{name}={value if name in _PLAIN_FIELDS else REDACTED}" for name, value in fields)
    if "xml" in content_type:
        return redact_xml(text)
    return f"({digest(body)})"


def repeatable(body: bytes | None) -> set[str]:
    """Return the texts and numbers of a request that an error may repeat."""
    text = (body or b"").decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        return set(re.findall(r">\s*([^<>]*[^<>\s])\s*<", text))
    return set(scalars(_json(body or b"")))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _indent(text: str) -> str:
    """Return JSON on one line as JSON that can be read; its layout is a difference of its own."""
    try:
        return text if "\n" in text else json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text
