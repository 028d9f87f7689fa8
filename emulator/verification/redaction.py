"""What is shown and saved of a vendor's answers: no credentials, no names and amounts, and digests in place of files.

What is left is what a comparison needs: members, types, forms, order, layout, and the texts of errors.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from emulator.core.redaction import is_secret
from emulator.verification.answer import Answer
from emulator.verification.comparison import DATES, FORMS, form_of, layout_of
from emulator.verification.secrets import without_secrets

REDACTED = "redacted"
_ID_NAME = re.compile(r"(?:\bid|Id|ID|_id|\bnumber)$")
_DELIMITED = re.compile(r"(?<=>)[^<>]*[^<>\s][^<>]*(?=<)")
_KEPT_FORMS = {*DATES, *FORMS} - {"a URL"}


def redact_header(name: str, value: str) -> str:
    """Return the value of a header; of a credential only that it was there."""
    if value and is_secret(name):
        return REDACTED
    return without_secrets(re.sub(r"(https?://[^\s?]+)\?\S+", r"\1?redacted", value))


def redact_answer(answer: Answer, exact: Collection[str], sent: Collection[str] = ()) -> str | None:
    """Return the text of an answer's body, or None for a file.

    `exact` are the members whose values are left; `sent` are the texts and numbers of somebody's request, which an
    error may repeat.
    """
    is_error = answer.status >= 400
    tree = answer.tree()
    if answer.is_json and tree is not None:
        return _laid_out(answer, _redact_error(tree, sent) if is_error else redact_json(tree, exact))
    if answer.is_xml and tree is not None:
        text = answer.body.decode("utf-8", "replace")
        return _DELIMITED.sub(lambda match: _redact_repeated(match[0], sent), text) if is_error else redact_xml(text)
    if not answer.body or (is_error and not answer.is_html):
        return without_secrets(answer.body.decode("utf-8", "replace"))
    return None


def scalars(value: Any) -> Iterator[str]:
    """Yield the texts and numbers in a JSON value, as texts."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from scalars(item)
    elif value is not None and not isinstance(value, bool):
        yield _short(str(value))


def digest(body: bytes) -> str:
    """Return what stands for the bytes of a file."""
    return f"{len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"


def redact_xml(text: str) -> str:
    return _DELIMITED.sub(_redact_element, text)


def redact_json(value: Any, exact: Collection[str], path: str = "") -> Any:
    match value:
        case dict():
            return {name: redact_json(item, exact, f"{path}.{name}".lstrip(".")) for name, item in value.items()}
        case list():
            return [redact_json(item, exact, f"{path}[]") for item in value]
        case int() | str() if _ID_NAME.search(path) or path in exact:
            return value
        case str():
            return _redact_text(value)
        case int() | float() if path not in exact and not isinstance(value, bool):
            return type(value)()
    return value


def _redact_error(value: Any, sent: Collection[str]) -> Any:
    match value:
        case dict():
            return {name: _redact_error(item, sent) for name, item in value.items()}
        case list():
            return [_redact_error(item, sent) for item in value]
        case str():
            return _redact_repeated(value, sent)
        case int() | float() if _short(str(value)) in sent and not isinstance(value, bool):
            return type(value)()
    return value


def _redact_repeated(text: str, sent: Collection[str]) -> str:
    return REDACTED if _short(text) in sent else without_secrets(text)


def _short(text: str) -> str:
    """Return a number without zeros at its end: a vendor repeats 25 as 25.00."""
    return re.sub(r"(?<=\d)\.0+$", "", text)


def _redact_text(text: str) -> str:
    form = form_of(text)
    if form == "a decimal number":
        return re.sub(r"\d", "0", text)
    if form == "a URL":
        return re.sub(r"(https?://[^/?]+).*", rf"\1/{REDACTED}", text)
    return text if form in _KEPT_FORMS else REDACTED


def _redact_element(match: re.Match[str]) -> str:
    value = match[0]
    if value in ("true", "false"):
        return value
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return re.sub(r"\d", "0", value)
    return value if form_of(value) in _KEPT_FORMS else REDACTED


def _laid_out(answer: Answer, tree: Any) -> str:
    """Return JSON as the answer laid it out."""
    match = re.search(r"indented by (\d+)", layout_of(answer))
    if match is None:
        return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    text = json.dumps(tree, ensure_ascii=False, indent=int(match[1]))
    return text.replace("\n", "\r\n") if "CRLF" in layout_of(answer) else text
