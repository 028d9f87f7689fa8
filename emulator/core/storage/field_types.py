"""Types of the attributes of classes in a snapshot, and the check of values against them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

# Those of which no subclass will do: a bool is an int.
_EXACT = frozenset({bool, int, str, NoneType})


@cache
def field_types(type_: Any) -> Mapping[str, Any]:
    """Return the annotations of a class's slots, by name."""
    slots: tuple[str, ...] = type_.__slots__
    hints = get_type_hints(type_)
    return {name: hints[name] for name in slots if name in hints}


@cache
def parameter_types(function: Callable[..., object], types: tuple[type, ...]) -> tuple[Any, ...]:
    """Return the types of a function's parameters; that of the first, of a method, is its class among `types`."""
    code = function.__code__
    hints = get_type_hints(function)
    owner = next((type_ for type_ in types if getattr(type_, function.__name__, None) is function), Any)
    return tuple(hints.get(name, owner) for name in code.co_varnames[: code.co_argcount])


def fits(value: Any, hint: Any) -> bool:
    """Return whether a value is of the type that an annotation names, all through collections."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(fits(value, argument) for argument in arguments)
    if origin is Literal:
        return type(value) is str and value in arguments
    if origin is None or origin is Callable:
        return _is_a(value, origin or hint)
    return type(value) is origin and _items_fit(value, arguments)


def _items_fit(value: Any, hints: tuple[Any, ...]) -> bool:
    if type(value) is dict:
        key_hint, item_hint = hints
        return all(fits(key, key_hint) for key in value) and all(fits(item, item_hint) for item in value.values())
    if type(value) is tuple and hints[-1] is not ...:
        return len(value) == len(hints) and all(map(fits, value, hints))
    return all(fits(item, hints[0]) for item in value)


def _is_a(value: Any, type_: Any) -> bool:
    if type_ is Any or type_ is object:
        return True
    if type_ is Callable:
        return callable(value)
    if type_ in _EXACT:
        return type(value) is type_
    if type_ is float:
        return type(value) in (int, float)
    # One without a time zone cannot be compared with those of the clock.
    return isinstance(value, type_) and not (type_ is datetime and value.tzinfo is None)
