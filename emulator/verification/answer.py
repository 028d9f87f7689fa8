"""Answers, from whichever side they come."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from emulator.verification.secrets import without_secrets

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a request."""

    status: int
    headers: Headers
    """With names as they were sent, where that is known."""
    body: bytes = field(repr=False)
    knows_case: bool = True
    """Whether the letter case of its header names is that of the wire."""
    complete: bool = True
    """Whether the body is as it was sent; a recording may have left it out."""

    def header(self, name: str) -> str:
        return find_header(self.headers, name)

    @property
    def media_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        return self.media_type == "application/json" or self.media_type.endswith("+json")

    @property
    def is_xml(self) -> bool:
        return self.media_type in ("application/xml", "text/xml") or self.media_type.endswith("+xml")

    @property
    def is_html(self) -> bool:
        return self.media_type == "text/html" and self.body.lstrip()[:1] == b"<"

    def tree(self) -> Any:
        """Return the body as JSON values; XML as objects of elements. None if it is neither, or cannot be read."""
        try:
            if self.is_json:
                return json.loads(self.body)
            if self.is_xml:
                root = fromstring(self.body)
                return {_tag(root): _element(root)}
        except (ValueError, RecursionError, ParseError, DefusedXmlException):
            return None
        return None

    def find(self, path: str) -> Any:
        """Return the value at a path such as `Invoices[0].InvoiceID`, or None.

        `results[integrationKey=mqjo].id` is of the first object with this member; `header:location` is a header.
        """
        if path.startswith("header:"):
            return self.header(path.removeprefix("header:")) or None
        value = self.tree()
        for part in path.replace("[", ".[").strip(".").split("."):
            if part.startswith("["):
                value = _select(value, part[1:-1])
            else:
                value = value.get(part) if isinstance(value, dict) else None
        return value

    def summary(self) -> str:
        """Return the status, and the beginning of what the answer says."""
        return f"{self.status} {self.excerpt()}".rstrip()

    def excerpt(self) -> str:
        """Return the beginning of what the answer says, on one line and without what looks like a credential."""
        text = " ".join(self.body[:400].decode("utf-8", "replace").split())
        text = without_secrets("".join(character if character.isprintable() else "?" for character in text))
        return f"with a page of HTML ({text[:60]}…)" if self.is_html else text[:240]


def find_header(headers: Iterable[tuple[str, str]], name: str) -> str:
    """Return the first value of the header with this name, which is in lower case; empty if there is none."""
    return next((value for known, value in headers if known.lower() == name), "")


def _select(value: Any, selector: str) -> Any:
    """Return the item of a list with this index, or the first object in it with this member (`name=value`)."""
    name, _, wanted = selector.partition("=")
    items = value if isinstance(value, list) else []
    if wanted:
        items = [item for item in items if isinstance(item, dict) and item.get(name) == wanted]
    index = 0 if wanted else int(selector)
    return items[index] if len(items) > index else None


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _element(element: Element) -> Any:
    """Return an element as an object with a list for each name of a child, or as its text."""
    if not len(element) and not element.attrib:
        return element.text or ""
    children: dict[str, Any] = {f"@{name.rpartition('}')[2]}": value for name, value in element.attrib.items()}
    for child in element:
        children.setdefault(_tag(child), []).append(_element(child))
    return children


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value that is neither an object nor a list, with its path: `Invoices[].InvoiceID`."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from walk(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, f"{path}[]")
    else:
        yield path, value
