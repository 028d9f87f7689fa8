"""Serialization of a vendor's state in a sandbox to JSON and back.

Plain values are written as they are. Everything else is an object with a member that begins with `$`:

    {"$type": "Document", "$id": 7, ...}        an instance of a class in the vendor's schema, with its slots
    {"$same": 7}                                the same instance again (an instance has an `$id` only if needed)
    {"$constant": "Invoices"}                   a constant of the vendor package: a kind, an integration
    {"$call": "Record.attach", "with": [...]}   a `partial`: a function to call later, with its arguments
    {"$blob": "9f86d0…"}                        a file, by its SHA-256
    {"$decimal": "1.50"}, {"$moment": "2026-02-02T09:00:00+00:00"}, {"$day": "2026-02-02"}
    {"$tuple": […]}, {"$set": […]}, {"$frozenset": […]} (sets of strings)
    {"$pairs": [[key, value], …]}               a mapping whose keys are not all plain strings
    {"$sandbox": true}                          a reference to the sandbox
    {"$keys": []}                               idempotency keys, which a snapshot does not include

JSON objects, which states replace and never change in place, are written last (`Unwritten`): so the state is read at
once, and the rest takes no time of the event loop's.

Only what a vendor's schema names is written or read, so that a foreign archive cannot create other objects.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar
from weakref import ProxyType, proxy

from emulator.core.credentials import RevokedKeys
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import FixedWindow, TokenBucket
from emulator.core.sandbox import Sandbox
from emulator.core.storage.field_types import field_types, fits, parameter_types
from emulator.core.storage.file_store import Blob


class InvalidSnapshot(Exception):
    """The archive is not a snapshot that can be restored; the message is a clause that says why."""


@dataclass(frozen=True)
class SnapshotSchema:
    """The types that a vendor's state consists of."""

    types: tuple[type, ...]
    """Classes whose `__slots__` are their whole content, each annotated. The first is that of the state itself."""
    constants: Mapping[str, object] = field(default_factory=dict)
    """Objects that all sandboxes share, by name."""
    calls: tuple[Callable[..., object], ...] = ()
    """The functions that a `partial` may refer to."""
    upgrades: Mapping[int, Callable[[Any], None]] = field(default_factory=dict)
    """The functions that change a state which a snapshot of this version holds to one of the next version."""


_COMMON = (FixedWindow, TokenBucket, RevokedKeys)
_PLAIN = frozenset({type(None), bool, int, float, str})


# Annotations of attributes whose values are never changed in place.
_IMMUTABLE = (JsonObject, tuple[JsonObject, ...])


class Unwritten:
    """A value that is not written yet: pass `written` to `json.dumps` as its `default`."""

    __slots__ = ("value", "writer")

    def __init__(self, value: Any, writer: "Writer") -> None:
        self.value = value
        self.writer = writer


def written(value: object) -> Any:
    """Return the JSON for an unwritten value, whether its state still has it or not."""
    if isinstance(value, Unwritten):
        return value.writer.write(value.value)
    raise TypeError(f"{type(value).__qualname__} is no JSON")


class Writer:
    """Serializes one vendor's state and collects the blobs that it refers to."""

    def __init__(self, schema: SnapshotSchema, blobs: dict[str, Blob]) -> None:
        """Blobs are added to `blobs` by SHA-256."""
        self._blobs = blobs
        self._types = {*_COMMON, *schema.types}
        self._constants = {id(constant): name for name, constant in schema.constants.items()}
        self._calls = {*schema.calls}
        self._written: dict[int, dict[str, Any]] = {}
        self._shared = 0

    def write(self, value: Any) -> Any:
        """Return the JSON for a value. Raises TypeError for a type that is not in the schema."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is dict:
            return self._mapping(value)
        if kind is list:
            return [self.write(item) for item in value]
        if id(value) in self._constants:
            return {"$constant": self._constants[id(value)]}
        if kind in self._writers:
            return self._writers[kind](self, value)
        if kind in self._types:
            return self._instance(value)
        raise TypeError(f"{kind.__qualname__} has no name in a snapshot")

    def _blob(self, blob: Blob) -> dict[str, Any]:
        self._blobs[blob.sha256] = blob
        return {"$blob": blob.sha256}

    def _mapping(self, value: dict[Any, Any]) -> dict[str, Any]:
        for key in value:
            if type(key) is not str or key.startswith("$"):
                return {"$pairs": [[self.write(key), self.write(item)] for key, item in value.items()]}
        return {key: self.write(item) for key, item in value.items()}

    def _call(self, value: "partial[object]") -> dict[str, Any]:
        if value.func not in self._calls or value.keywords:
            raise TypeError(f"{value!r} has no name in a snapshot")
        return {"$call": value.func.__qualname__, "with": [self.write(argument) for argument in value.args]}

    def _instance(self, value: Any) -> dict[str, Any]:
        written = self._written.get(id(value))
        if written is not None:
            if "$id" not in written:
                self._shared += 1
                written["$id"] = self._shared
            return {"$same": written["$id"]}
        type_: Any = type(value)
        written = self._written[id(value)] = {"$type": type_.__name__}
        types = field_types(type_)
        for name in type_.__slots__:
            attribute = getattr(value, name)
            is_immutable = types.get(name) in _IMMUTABLE
            written[name] = Unwritten(attribute, self) if is_immutable else self.write(attribute)
        return written

    # On the class: on an instance it would be a reference cycle, which would keep the blobs in memory.
    _writers: ClassVar[Mapping[type, Callable[["Writer", Any], dict[str, Any]]]] = {
        Blob: _blob,
        Decimal: lambda _, value: {"$decimal": str(value)},
        datetime: lambda _, value: {"$moment": value.isoformat()},
        date: lambda _, value: {"$day": value.isoformat()},
        tuple: lambda self, value: {"$tuple": [self.write(item) for item in value]},
        set: lambda _, value: {"$set": sorted(value)},
        frozenset: lambda _, value: {"$frozenset": sorted(value)},
        partial: _call,
        ProxyType: lambda _, __: {"$sandbox": True},
        IdempotencyKeys: lambda _, __: {"$keys": []},
    }


class Reader:
    """Restores one vendor's state from JSON that a Writer wrote."""

    def __init__(
        self, schema: SnapshotSchema, sandbox: Sandbox, blobs: Mapping[str, Blob], version: int | None = None
    ) -> None:
        """`version` is that of the snapshot; None for the present one."""
        self._upgrades = [
            schema.upgrades[number] for number in sorted(schema.upgrades) if version is not None and number >= version
        ]
        self._state = schema.types[0]
        self._types = {type_.__name__: type_ for type_ in (*_COMMON, *schema.types)}
        self._constants = schema.constants
        self._calls = {function.__qualname__: function for function in schema.calls}
        self._sandbox = sandbox
        self._blobs = blobs
        self._read_instances: dict[int, Any] = {}

    def read_state(self, written: Any) -> Any:
        """Return the vendor's state. Raises InvalidSnapshot."""
        try:
            state = self.read(written)
            if type(state) is not self._state:
                raise InvalidSnapshot(f"it is not a {self._state.__name__}")
            for upgrade in self._upgrades:
                upgrade(state)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise InvalidSnapshot(f"a value in it is invalid ({error})") from None
        return state

    def read(self, written: Any) -> Any:
        """Return the value that the JSON stands for.

        Raises InvalidSnapshot, or what a type raises for an invalid value.
        """
        if isinstance(written, list):
            return [self.read(item) for item in written]
        if not isinstance(written, dict):
            return written
        first = next(iter(written), "")
        if not first.startswith("$"):
            return {key: self.read(item) for key, item in written.items()}
        if "$type" in written:
            return self._instance(written)
        if "$call" in written:
            return self._call(written)
        return _look_up(self._makers, first, "mark")(self, written[first])

    def _instance(self, written: dict[str, Any]) -> Any:
        type_ = _look_up(self._types, written["$type"], "type")
        names = type_.__slots__
        if odd := ({*written} - {"$type", "$id"}) ^ {*names}:
            wrong = ", ".join(f"{'has no' if name in written else 'needs'} {name}" for name in sorted(odd))
            raise InvalidSnapshot(f"{type_.__name__} {wrong}")
        instance = type_.__new__(type_)
        if "$id" in written:
            self._read_instances[written["$id"]] = instance
        types = field_types(type_)
        for name in names:
            value = self.read(written[name])
            if not fits(value, types.get(name, Any)):
                raise InvalidSnapshot(f"{name} of {type_.__name__} is or holds a value of the wrong type")
            # Some classes are frozen dataclasses.
            object.__setattr__(instance, name, value)
        return instance

    def _call(self, written: dict[str, Any]) -> "partial[object]":
        function = _look_up(self._calls, written["$call"], "call")
        arguments = [self.read(argument) for argument in written["with"]]
        types = parameter_types(function, tuple(self._types.values()))
        if len(arguments) != len(types) or not all(map(fits, arguments, types)):
            raise InvalidSnapshot(f"{written['$call']} takes other arguments")
        return partial(function, *arguments)

    _makers: ClassVar[Mapping[str, Callable[["Reader", Any], Any]]] = {
        "$same": lambda self, written: _look_up(self._read_instances, written, "instance"),
        "$constant": lambda self, written: _look_up(self._constants, written, "constant"),
        "$blob": lambda self, written: _look_up(self._blobs, written, "file"),
        "$decimal": lambda _, written: _finite(Decimal(written)),
        "$moment": lambda _, written: datetime.fromisoformat(written),
        "$day": lambda _, written: date.fromisoformat(written),
        "$tuple": lambda self, written: tuple(self.read(item) for item in written),
        "$set": lambda _, written: set(_texts(written)),
        "$frozenset": lambda _, written: frozenset(_texts(written)),
        "$pairs": lambda self, written: {self.read(key): self.read(item) for key, item in written},
        "$sandbox": lambda self, _: proxy(self._sandbox),
        "$keys": lambda _, __: IdempotencyKeys(),
    }


def _look_up(known: Mapping[Any, Any], name: object, kind: str) -> Any:
    if name not in known:
        raise InvalidSnapshot(f"there is no {kind} {name!r}")
    return known[name]


def _texts(written: object) -> list[str]:
    if not isinstance(written, list):
        raise InvalidSnapshot("a set is written as something else than a list")
    return written


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise InvalidSnapshot(f"{number} is no number")
    return number
