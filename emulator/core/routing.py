"""The table of a vendor's operations, and the router that finds the operation for a request.

Paths are matched on the segments of the raw request target, each percent-decoded once, so that `%2F` in a file name
stays inside its segment. A template's parts: `Word` (compared as the vendor's `fold` sees it), `{name}` (one segment),
`{name:uuid}` (one segment that reads as a UUID; tried first) and, last, `{name:rest}` (everything that is left).
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal
from urllib.parse import unquote_to_bytes

from starlette.responses import Response

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

Handler = Callable[..., Awaitable[Response]]
# How many paths are cached, as clients request the same ones again and again.
REMEMBERED_PATHS = 256


@lru_cache(REMEMBERED_PATHS)
def segments_of(path: bytes) -> tuple[str, ...]:
    """Return the segments of a raw path, each percent-decoded once as UTF-8; a trailing slash adds none.

    Bytes that are not UTF-8 come out as lone surrogates, for the vendor to refuse in its own format.
    """
    return tuple(unquote_to_bytes(part).decode("utf-8", "surrogateescape") for part in path.strip(b"/").split(b"/"))


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path of a vendor's API."""

    id: str
    """The vendor's own operation id where it has one."""
    method: str
    path: str
    handler: Handler | None
    """None for an operation of the vendor that is not emulated."""
    context: Any = None
    """Data of the vendor's own for its handler, such as the kind of document."""

    @property
    def backing(self) -> Literal["emulated", "not emulated"]:
        return "emulated" if self.handler else "not emulated"


@dataclass(frozen=True, slots=True)
class Match:
    """The result of routing: the operation (None if the path does not take this method), the path parameters, and the
    methods that the path takes."""

    operation: Operation | None
    params: dict[str, str]
    methods: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    operations: dict[str, Operation] = field(default_factory=dict)
    words: dict[str, "_Node"] = field(default_factory=dict)
    parameters: dict[tuple[int, str], "_Node"] = field(default_factory=dict)
    """Child nodes for path parameters, by precedence and name."""


_UUID, _REST = 0, 2
_PRECEDENCE = {"uuid": _UUID, "": 1, "rest": _REST}


class Router:
    """Finds the operation for a method and a path.

    `fold` maps the spellings of a fixed segment that the vendor treats alike (letter case, singular and plural) to one.
    """

    def __init__(self, operations: Iterable[Operation], fold: Callable[[str], str] = str) -> None:
        self._fold = fold
        self._root = _Node()
        self.match = lru_cache(REMEMBERED_PATHS)(self._match)
        for operation in operations:
            self._add(operation)

    def _match(self, method: str, segments: tuple[str, ...]) -> Match | None:
        """Return the match for a path, preferring one that takes the method; None for an unknown path."""
        path_match = None
        for node, params in self._walk(self._root, segments, 0):
            if method in node.operations:
                return Match(node.operations[method], params, tuple(node.operations))
            path_match = path_match or Match(None, params, tuple(node.operations))
        return path_match

    def _add(self, operation: Operation) -> None:
        node = self._root
        for part in operation.path.strip("/").split("/"):
            if part.startswith("{"):
                name, _, kind = part[1:-1].partition(":")
                node.parameters = dict(
                    sorted({(_PRECEDENCE[kind], name): _Node(), **node.parameters}.items(), key=itemgetter(0))
                )
                node = node.parameters[_PRECEDENCE[kind], name]
            else:
                node = node.words.setdefault(self._fold(part), _Node())
        if operation.method in node.operations:
            raise ValueError(f"{operation.method} {operation.path} is defined twice")
        node.operations[operation.method] = operation

    def _walk(self, node: _Node, segments: Sequence[str], position: int) -> Iterator[tuple[_Node, dict[str, str]]]:
        if position == len(segments):
            if node.operations:
                yield node, {}
            return
        segment = segments[position]
        if node.words and (word := node.words.get(self._fold(segment))):
            yield from self._walk(word, segments, position + 1)
        for (kind, name), child in node.parameters.items():
            if kind == _REST:
                yield child, {name: "/".join(segments[position:])}
            elif kind != _UUID or UUID.fullmatch(segment):
                for leaf, params in self._walk(child, segments, position + 1):
                    yield leaf, {name: segment, **params}
