"""The grammar of `where` and `order` in a list's query string.

Xero takes a small part of C#'s expressions. lark parses it, which loads with the first clause; each expression becomes
a function of a document.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

from lark import Lark, Transformer, v_args
from lark.exceptions import LarkError, UnexpectedEOF, VisitError

from emulator.core.json_reader import JsonObject

Evaluate = Callable[[JsonObject], Any]
# The longest clause that is parsed, in characters.
MAX_CLAUSE = 4000

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


def parse_where(clause: str, members: frozenset[str], type_name: str) -> Evaluate:
    """Return the function that tells whether a document is in the list.

    `members` are those that a document of this type has. Raises InvalidClause and UnsupportedClause.
    """
    if len(clause) > MAX_CLAUSE:
        raise UnsupportedClause
    try:
        tree = _parser().parse(clause)
        evaluate: Evaluate = _Compiler(members, type_name).transform(tree)
    except VisitError as error:
        raise error.orig_exc from None
    except UnexpectedEOF:
        raise InvalidClause("Expression expected") from None
    except (LarkError, RecursionError):
        raise InvalidClause("Syntax error") from None
    return evaluate


def parse_order(clause: str, members: frozenset[str], type_name: str) -> list[tuple[Evaluate, bool]]:
    """Return what a list is ordered by, and for each whether it descends. Raises InvalidClause."""
    terms = []
    for term in filter(None, (term.strip() for term in clause.split(","))):
        path, _, direction = term.partition(" ")
        first, *rest = path.split(".")
        if direction.strip().upper() not in ("", "ASC", "DESC", "ASCENDING", "DESCENDING"):
            raise InvalidClause("Syntax error")
        value = _member(first, members, type_name)
        for name in rest:
            value = partial(_read_nested, value, name)
        terms.append((value, direction.strip().upper().startswith("DESC")))
    return terms


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", maybe_placeholders=True)


def _member(name: str, members: frozenset[str], type_name: str) -> Evaluate:
    """Return the function that reads a member of a document, its name in any letter case."""
    known = next((member for member in members if member.lower() == name.lower()), None)
    if known is None:
        raise InvalidClause(f"No property or field '{name}' exists in type '{type_name}'")
    return lambda document: document.get(known)


def _read_nested(read: Evaluate, name: str, document: JsonObject) -> Any:
    value = read(document)
    if isinstance(value, dict):
        return next((item for key, item in value.items() if key.lower() == name.lower()), None)
    return None


@v_args(inline=True)
class _Compiler(Transformer[Any, Evaluate]):
    """Makes functions of expressions."""

    def __init__(self, members: frozenset[str], type_name: str) -> None:
        super().__init__()
        self._members = members
        self._type_name = type_name

    def any_of(self, *terms: Evaluate) -> Evaluate:
        return lambda document: any(term(document) for term in terms)

    def all_of(self, *terms: Evaluate) -> Evaluate:
        return lambda document: all(term(document) for term in terms)

    def negation(self, term: Evaluate) -> Evaluate:
        return lambda document: not term(document)

    def comparison(self, left: Evaluate, operator: str, right: Evaluate) -> Evaluate:
        compare = _COMPARISONS[operator]
        return lambda document: compare(left(document), right(document))

    def name(self, name: str) -> Evaluate:
        constants = {"true": True, "false": False, "null": None}
        if name.lower() in constants:
            value = constants[name.lower()]
            return lambda _: value
        if name.lower() in _STATIC_TYPES:
            return _STATIC_TYPES[name.lower()]
        return _member(name, self._members, self._type_name)

    def member(self, operand: Evaluate, name: str) -> Evaluate:
        if operand in _STATIC_TYPES.values():
            raise UnsupportedClause
        return partial(_read_nested, operand, name)

    def text(self, literal: str) -> Evaluate:
        value = literal[1:-1].replace('""', '"').replace('\\"', '"')
        return lambda _: value

    def number(self, literal: str) -> Evaluate:
        value = Decimal(literal.rstrip("mMdD"))
        return lambda _: value

    def arguments(self, *arguments: Evaluate) -> tuple[Any, ...]:
        return tuple(argument({}) for argument in arguments)

    def function(self, name: str, arguments: tuple[Any, ...] | None) -> Evaluate:
        value = _call(name.lower(), arguments or ())
        return lambda _: value

    def method(self, operand: Evaluate, name: str, arguments: tuple[Any, ...] | None) -> Evaluate:
        if operand in _STATIC_TYPES.values():
            type_name = next(name for name, static in _STATIC_TYPES.items() if static is operand)
            return self.function(f"{type_name}.{name}", arguments)
        apply = _METHODS.get(name.lower())
        if apply is None:
            raise UnsupportedClause
        given = arguments or ()
        if len(given) != (0 if name.lower() in ("tolower", "toupper", "trim") else 1):
            raise InvalidClause(f"No applicable method '{name}' exists in type 'String'")

        def evaluate(document: JsonObject) -> Any:
            value = operand(document)
            return apply(value, *map(str, given)) if isinstance(value, str) else None

        return evaluate


def _call(name: str, arguments: tuple[Any, ...]) -> Any:
    """Return the value of `Guid("…")`, `DateTime(2026, 1, 31)` and their kind."""
    try:
        if name in ("guid", "guid.parse"):
            (text,) = arguments
            return Guid(text)
        if name == "datetime":
            year, month, day, hour, minute, second = (*map(int, arguments), 0, 0, 0)[:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        if name == "datetime.parse":
            (text,) = arguments
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        raise InvalidClause(f"No applicable method '{name}' exists with these arguments") from None
    raise UnsupportedClause


def _no_value(_: JsonObject) -> None:
    return None


# What stands before a static method, such as `DateTime.Parse`.
_STATIC_TYPES: dict[str, Evaluate] = {"datetime": partial(_no_value), "guid": partial(_no_value)}
_METHODS: dict[str, Callable[..., Any]] = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "equals": str.__eq__,
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
}


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
