"""A request to the control API, read and checked; and what it says when something does not fit."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.requests import Request

from emulator.core.json_reader import JsonObject, read_json
from emulator.core.sandbox import Sandbox, SandboxRegistry
from emulator.core.schemas import Convert, Language, Problems, Schema, Unfit

MAX_BODY_BYTES = 4 * 1024 * 1024


class Refused(Exception):
    """A request that the control API does not carry out: an RFC 9457 problem."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, with its path, query and body as its operation's contract reads them."""

    registry: SandboxRegistry
    request: Request
    params: dict[str, str]
    query: JsonObject
    body: JsonObject

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox in the path, which appears on first use. Raises NoSandbox."""
        return self.registry.sandbox(self.params["sandbox"])


def _of(types: tuple[type, ...], wanted: str) -> Convert:
    def convert(value: object) -> Any:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise Unfit("kind", f"is {wanted}")
        return value

    return convert


def _text(value: object) -> str:
    found: str = _of((str,), "text")(value)
    if not found.isprintable():
        raise Unfit("kind", "is printable text")
    return found


def _number(value: object) -> float:
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,9})?", value, re.ASCII):
        return float(value)
    found = float(_of((int, Decimal), "a number")(value))
    if abs(found) > 10**12:
        raise Unfit("kind", "is a number below a million millions")
    return found


def _whole(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value, re.ASCII):
        return int(value)
    found: int = _of((int,), "a whole number")(value)
    return found


def _moment(value: object) -> datetime:
    """ISO 8601; UTC where it names no zone."""
    try:
        found = datetime.fromisoformat(_of((str,), "text")(value))
        # Some moments that can be written are none in UTC.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unfit("kind", "is a moment, such as 2026-02-01T09:00:00Z") from None


def _truth(value: object) -> bool:
    if isinstance(value, str) and value in ("true", "false"):
        return value == "true"
    found: bool = _of((bool,), "true or false")(value)
    return found


def _choice(words: Sequence[str]) -> Callable[[Any], str]:
    def convert(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise Unfit("kind", f"is one of {', '.join(words)}")
        return value

    return convert


PLAIN = Language(
    kinds={
        "text": _text,
        "whole": _whole,
        "number": _number,
        "bool": _truth,
        "moment": _moment,
        "object": _of((dict,), "an object"),
    },
    choice=_choice,
    missing=lambda _: Unfit("missing", "is needed"),
    no_object=lambda _: Unfit("kind", "is a JSON object"),
    no_list=lambda _: Unfit("kind", "is a list"),
)


async def read_body(request: Request, schema: Schema) -> JsonObject:
    """The JSON object in the body; an empty body counts as an empty one. Raises Refused."""
    size, pieces = 0, []
    async for piece in request.stream():
        size += len(piece)
        if size > MAX_BODY_BYTES:
            raise Refused(413, "Too large", f"A body holds at most {MAX_BODY_BYTES} bytes.")
        pieces.append(piece)
    try:
        given = read_json(b"".join(pieces) or b"{}")
    except ValueError as error:
        raise Refused(400, "Not JSON", f"The body cannot be read: {error}.") from None
    return checked(given, schema, "The body")


def read_query(request: Request, schema: Schema) -> JsonObject:
    """Raises Refused."""
    return checked(dict(request.query_params), schema, "The query")


def checked(given: object, schema: Schema, name: str) -> JsonObject:
    """What `name` says, as the schema reads it. Raises Refused."""
    problems = Problems()
    found = PLAIN.read(given, schema, (), problems)
    for unknown in given if isinstance(given, dict) else ():
        if unknown not in schema:
            # A setting with a typo in it must not be taken for one that was made.
            problems.add((unknown,), Unfit("unknown", f"is unknown; known are {', '.join(schema) or 'none'}"))
    if problems:
        faults = "; ".join(f"{'.'.join(map(str, each.place)) or name} {each.message}" for each in problems)
        raise Refused(422, "Does not fit", f"{faults}.")
    return found
