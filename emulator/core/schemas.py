"""Schemas as short texts, and holding what a client sent against them, in whatever words a vendor has for misfits.

A schema is a text of `name:kind` pairs. A name that ends in `!` is required, one that ends in `?` may be null (and is,
by default); `name:kind=value` has a default. A kind is one of the vendor's language, a choice of words (`FIXED|OPEN`),
the name of another schema, or `[kind]` for a list. What a schema does not name is ignored.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from emulator.core.json_reader import JsonObject

Place = tuple[str | int, ...]
Convert = Callable[[Any], Any]
"""Gives a value as its kind has it. Raises Unfit."""


class Unfit(Exception):
    """One value that does not fit: the vendor's name for the fault, and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class Problem(NamedTuple):
    """What is wrong with a request, and where."""

    place: Place
    code: str
    message: str


class Problems(list[Problem]):
    def add(self, place: Place, unfit: Unfit) -> None:
        self.append(Problem(place, unfit.code, unfit.message))


Check = Callable[[Any, Place, Problems], Any]


@dataclass(frozen=True, slots=True)
class Field:
    kind: str
    check: Check
    required: bool
    nullable: bool
    default: Any

    @property
    def many(self) -> bool:
        """Whether it is a list."""
        return self.kind.startswith("[")


Schema = Mapping[str, Field]
_SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Language:
    """A vendor's kinds, and its words for what is missing or is of another kind."""

    kinds: Mapping[str, Convert]
    choice: Callable[[Sequence[str]], Convert]
    missing: Callable[[str], Unfit]
    """Of a kind that is not there."""
    no_object: Callable[[object], Unfit]
    no_list: Callable[[object], Unfit]

    def schema(self, text: str, nested: Mapping[str, Schema] | None = None) -> Schema:
        """A schema from its text; `nested` holds those that it refers to by name."""
        fields = {}
        for entry in text.split():
            name, _, rest = entry.partition(":")
            kind, given, default = rest.partition("=")
            check = self._check_of(kind, nested or {})
            field = Field(kind, check, name.endswith("!"), name.endswith("?"), None)
            if given:
                value = [] if field.many else check(_SWITCHES.get(default, default), (), Problems())
                field = replace(field, default=value)
            fields[name.rstrip("!?")] = field
        return fields

    def read(
        self, given: object, fields: Schema, place: Place, problems: Problems, *, partial: bool = False
    ) -> JsonObject:
        """The values of a JSON object, converted, with defaults filled in; with `partial` only those that are given.

        What does not fit is added to `problems`.
        """
        if not isinstance(given, dict):
            problems.add(place, self.no_object(given))
            return {}
        found: JsonObject = {}
        for name, field in fields.items():
            if name not in given:
                if field.required and not partial:
                    problems.add((*place, name), self.missing(field.kind))
                elif not partial:
                    found[name] = copy(field.default)
            elif given[name] is None and field.nullable:
                found[name] = None
            else:
                found[name] = field.check(given[name], (*place, name), problems)
        return found

    def _check_of(self, kind: str, nested: Mapping[str, Schema]) -> Check:
        if kind.startswith("["):
            return self._list_of(self._check_of(kind[1:-1], nested))
        if kind in nested:
            fields = nested[kind]
            return lambda value, place, problems: self.read(value, fields, place, problems)
        return _scalar(self.kinds[kind] if kind in self.kinds else self.choice(kind.split("|")))

    def _list_of(self, check: Check) -> Check:
        def check_all(value: object, place: Place, problems: Problems) -> Any:
            if not isinstance(value, list):
                problems.add(place, self.no_list(value))
                return []
            return [check(each, (*place, number), problems) for number, each in enumerate(value)]

        return check_all


def _scalar(convert: Convert) -> Check:
    def check(value: object, place: Place, problems: Problems) -> Any:
        try:
            return convert(value)
        except Unfit as unfit:
            problems.add(place, unfit)
            return None

    return check
