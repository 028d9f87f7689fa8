"""The grammar of `where` and `order` in a list's query string.

Xero takes a small part of C#'s expressions. lark parses it, which loads with the first clause; each expression becomes
a function of a document. What would need more than the emulator knows is unsupported, and never a wrong list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from lark import Lark, v_args
from lark.exceptions import LarkError, VisitError
from lark.visitors import Transformer_NonRecursive

from emulator.core.json_reader import JsonObject
from emulator.core.routing import UUID
from emulator.vendors.xero.rendering import BOOLEANS, DATES, DECIMALS, MEMBER_NAMES, OBJECTS

Evaluate = Callable[[JsonObject], Any]
# A longer clause, in characters, would hold up other requests; a deeper one would exhaust Python's stack.
MAX_CLAUSE = 4000
MAX_DEPTH = 50

_GRAMMAR = r"""
    ?start: any_of
    ?any_of: all_of (_OR all_of)*
    ?all_of: negated (_AND negated)*
    ?negated: _NOT negated -> negation
        | comparison
    ?comparison: operand (OPERATOR operand)?
    ?operand: operand "." NAME "(" [arguments] ")" -> method
        | operand "." NAME -> member
        | NAME "(" [arguments] ")" -> function
        | NAME -> name
        | STRING -> text
        | NUMBER -> number
        | "(" any_of ")"
    arguments: any_of ("," any_of)*

    _OR.2: "||" | /or\b/i
    _AND.2: "&&" | /and\b/i
    _NOT.2: /!(?!=)/ | /not\b/i
    OPERATOR: "==" | "!=" | "<>" | ">=" | "<=" | ">" | "<" | "="
    NAME: /[A-Za-z_]\w*/
    STRING: /"(?:[^"\\]|\\.|"")*"/
    NUMBER: /-?\d+(\.\d+)?[mMdD]?/
    %ignore /\s+/
"""


class InvalidClause(ValueError):
    """A clause that Xero cannot parse; the message is the parser's."""


class UnsupportedClause(ValueError):
    """A clause with something that Xero has and the emulator does not."""


class Guid(str):
    """A GUID literal, which matches an id in any letter case."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Term:
    """A part of a clause."""

    evaluate: Evaluate
    is_condition: bool = False
    path: tuple[str, ...] = ()
    """The member that it reads; empty for anything else."""
    is_literal: bool = False
    static_type: str = ""
    """The type of which a static method follows, in lower case: `datetime` of `DateTime.Parse`."""
    depth: int = 0


def parse_where(clause: str, members: frozenset[str], type_name: str) -> Evaluate:
    """Return the function that tells whether a document is in the list.

    `members` are those that a document of this type has. Raises InvalidClause and UnsupportedClause.
    """
    if len(clause) > MAX_CLAUSE:
        raise UnsupportedClause
    try:
        # Not recursive, so that no clause is too deep to be judged.
        condition = _Compiler(members, type_name).transform(_parser().parse(clause))
    except VisitError as error:
        raise error.orig_exc from None
    except LarkError:
        raise InvalidClause("Syntax error") from None
    return _conditions(condition)[0]


def parse_order(clause: str, members: frozenset[str], type_name: str) -> list[tuple[Evaluate, bool]]:
    """Return what a list is ordered by, and for each whether it descends.

    Raises InvalidClause and UnsupportedClause.
    """
    if len(clause) > MAX_CLAUSE:
        raise UnsupportedClause
    terms = []
    for term in filter(None, (term.strip() for term in clause.split(","))):
        names, _, direction = term.partition(" ")
        if direction.strip().upper() not in ("", "ASC", "DESC", "ASCENDING", "DESCENDING"):
            raise InvalidClause("Syntax error")
        first, *rest = names.split(".")
        member = _member(first, members, type_name)
        for name in rest:
            member = _nested_member(member, name)
        terms.append((member.evaluate, direction.strip().upper().startswith("DESC")))
    return terms


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


def _member(name: str, members: frozenset[str], type_name: str) -> _Term:
    """Return a member of a document, its name in any letter case."""
    known = next((member for member in members if member.lower() == name.lower()), None)
    if known is None:
        raise InvalidClause(f"No property or field '{name}' exists in type '{type_name}'")
    return _Term(lambda document: document.get(known), known in BOOLEANS, (known,))


def _nested_member(parent: _Term, name: str) -> _Term:
    """Return a member of a member that is an object, such as `Contact.Name`."""
    if len(parent.path) != 1 or parent.path[0] not in OBJECTS:
        # A property of a text, a date or a list, such as `Date.Year`.
        raise UnsupportedClause
    known = MEMBER_NAMES.get(name.lower())
    if known is None:
        raise InvalidClause(f"No property or field '{name}' exists in type '{parent.path[0]}'")
    return _Term(
        lambda document: (parent.evaluate(document) or {}).get(known), known in BOOLEANS, (*parent.path, known)
    )


def _conditions(*terms: _Term) -> list[Evaluate]:
    if not all(term.is_condition for term in terms):
        raise InvalidClause("Expression of type 'Boolean' expected")
    return [term.evaluate for term in terms]


def _deeper(*terms: _Term) -> int:
    depth = max(term.depth for term in terms) + 1
    if depth > MAX_DEPTH:
        raise UnsupportedClause
    return depth


@v_args(inline=True)
class _Compiler(Transformer_NonRecursive[Any, _Term]):
    """Makes functions of expressions."""

    def __init__(self, members: frozenset[str], type_name: str) -> None:
        super().__init__()
        self._members = members
        self._type_name = type_name

    def any_of(self, *terms: _Term) -> _Term:
        conditions = _conditions(*terms)
        return _Term(
            lambda document: any(holds(document) for holds in conditions), is_condition=True, depth=_deeper(*terms)
        )

    def all_of(self, *terms: _Term) -> _Term:
        conditions = _conditions(*terms)
        return _Term(
            lambda document: all(holds(document) for holds in conditions), is_condition=True, depth=_deeper(*terms)
        )

    def negation(self, term: _Term) -> _Term:
        (holds,) = _conditions(term)
        return _Term(lambda document: not holds(document), is_condition=True, depth=_deeper(term))

    def comparison(self, left: _Term, operator: str, right: _Term) -> _Term:
        if left.static_type or right.static_type:
            raise InvalidClause("Syntax error")
        compare = _COMPARISONS[operator]
        return _Term(
            lambda document: compare(left.evaluate(document), right.evaluate(document)),
            is_condition=True,
            depth=_deeper(left, right),
        )

    def name(self, name: str) -> _Term:
        if name.lower() in _CONSTANTS:
            value = _CONSTANTS[name.lower()]
            return _Term(lambda _: value, value is not None)
        if name.lower() in _STATIC_TYPES:
            return _Term(lambda _: None, static_type=name.lower())
        return _member(name, self._members, self._type_name)

    def member(self, operand: _Term, name: str) -> _Term:
        return _nested_member(operand, name)

    def text(self, literal: str) -> _Term:
        value = literal[1:-1].replace('""', '"').replace('\\"', '"')
        return _Term(lambda _: value, is_literal=True)

    def number(self, literal: str) -> _Term:
        value = Decimal(literal.rstrip("mMdD"))
        return _Term(lambda _: value, is_literal=True)

    def arguments(self, *arguments: _Term) -> tuple[Any, ...]:
        if not all(argument.is_literal for argument in arguments):
            raise UnsupportedClause
        return tuple(argument.evaluate({}) for argument in arguments)

    def function(self, name: str, arguments: tuple[Any, ...] | None) -> _Term:
        value = _call(name.lower(), arguments or ())
        return _Term(lambda _: value)

    def method(self, operand: _Term, name: str, arguments: tuple[Any, ...] | None) -> _Term:
        if operand.static_type:
            return self.function(f"{operand.static_type}.{name}", arguments)
        if name.lower() not in _TESTS and name.lower() not in _CHANGES:
            raise UnsupportedClause
        given, is_test = arguments or (), name.lower() in _TESTS
        has_text = not operand.is_condition and not _NO_TEXTS.intersection(operand.path[-1:])
        if not has_text or len(given) != is_test or not all(isinstance(argument, str) for argument in given):
            raise InvalidClause(f"No applicable method '{name}' exists with these arguments")
        apply: Callable[..., Any] = _TESTS[name.lower()] if is_test else _CHANGES[name.lower()]

        def evaluate(document: JsonObject) -> Any:
            value = operand.evaluate(document)
            # Of null, no test is true.
            return apply(value, *given) if isinstance(value, str) else False if is_test else None

        return _Term(evaluate, is_test, depth=_deeper(operand))


def _call(name: str, arguments: tuple[Any, ...]) -> Any:
    """Return the value of `Guid("…")`, `DateTime(2026, 1, 31)` and their kind."""
    if name not in _FUNCTIONS:
        raise UnsupportedClause
    try:
        return _FUNCTIONS[name](*arguments)
    except (TypeError, ValueError, OverflowError):
        raise InvalidClause(f"No applicable method '{name}' exists with these arguments") from None


def _guid(text: str) -> Guid:
    if not UUID.fullmatch(text):
        raise ValueError(text)
    return Guid(text)


def _datetime(*numbers: Decimal) -> datetime:
    if len(numbers) not in (3, 6) or any(number % 1 for number in numbers):
        raise ValueError(numbers)
    year, month, day, hour, minute, second = [*map(int, numbers), 0, 0, 0][:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _parse_datetime(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "guid": _guid,
    "guid.parse": _guid,
    "datetime": _datetime,
    "datetime.parse": _parse_datetime,
}
_CONSTANTS = {"true": True, "false": False, "null": None}
_STATIC_TYPES = ("datetime", "guid")
# Members that are no texts, and so have none of a text's methods.
_NO_TEXTS = DATES | DECIMALS.keys() | BOOLEANS | OBJECTS
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "equals": str.__eq__,
}
_CHANGES: dict[str, Callable[[str], str]] = {"tolower": str.lower, "toupper": str.upper, "trim": str.strip}


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str) and (isinstance(left, Guid) or isinstance(right, Guid)):
        return left.lower() == right.lower()
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def evaluate(left: Any, right: Any) -> bool:
        for types in ((Decimal, int), (datetime,), (str,)):
            if isinstance(left, types) and isinstance(right, types):
                return compare(left, right)
        # Null, and what is of another type, is neither more nor less.
        return False

    return evaluate


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<>": lambda left, right: not _equal(left, right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
}
