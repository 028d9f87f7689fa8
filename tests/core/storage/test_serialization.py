"""What packs keep as JSON, and back."""

import gc
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Literal
from weakref import proxy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.credentials import RevokedKeys
from emulator.core.idempotency import IdempotencyKeys
from emulator.core.json_reader import JsonObject
from emulator.core.rate_limits import FixedWindow, TokenBucket
from emulator.core.sandbox import Sandbox
from emulator.core.storage import serialization
from emulator.core.storage.field_types import field_types
from emulator.core.storage.file_store import Blob, FileStore
from emulator.core.storage.serialization import InvalidSnapshot, Reader, SnapshotSchema, Writer
from emulator.settings import Settings
from emulator.vendors import VENDORS

KINDS = {"small": object(), "$large": object()}
NOW = datetime(2026, 2, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    more: Any = None


@dataclass(slots=True)
class State:
    value: Any
    others: list[Any] = field(default_factory=list)

    def change(self, value: object) -> None:
        self.value = value


class Counted:
    __slots__ = ("_count", "name")

    def __init__(self) -> None:
        self.name = "counted"
        self._count = 3


NAMED = SnapshotSchema((State, Note, Counted), KINDS, (State.change,))
STORE = FileStore(10**6)
SANDBOX = Sandbox("default", Settings(), STORE)
FILES = [STORE.put(data, own=True) for data in (b"", b"one", b"two")]

TEXTS = st.text(st.characters(), max_size=8) | st.sampled_from(["$type", "$", "$same", "é", "\ud800", '"\\\n'])
KEYS = TEXTS | st.integers() | st.tuples(TEXTS, TEXTS)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.dates()
    | st.sets(TEXTS)
    | st.frozensets(TEXTS)
    | st.sampled_from([*KINDS.values(), *FILES])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.builds(Note, TEXTS, inner)
        | st.builds(State, inner, st.lists(inner, max_size=2))
    ),
    max_leaves=15,
)


def written(state: object) -> tuple[Any, dict[str, Blob]]:
    """As it comes out of a file."""
    blobs: dict[str, Blob] = {}
    serialized = Writer(NAMED, blobs).write(state)
    return json.loads(json.dumps(serialized, ensure_ascii=False).encode("utf-8", "backslashreplace")), blobs


def again(state: State) -> State:
    serialized, blobs = written(state)
    read: State = Reader(NAMED, SANDBOX, blobs).read_state(serialized)
    return read


def read(serialized: object) -> Any:
    return Reader(NAMED, SANDBOX, {}).read_state(serialized)


def holding(value: object) -> dict[str, Any]:
    """What is written of a state, with this in its place for a value."""
    return {"$type": "State", "value": value, "others": []}


def types(value: object) -> Any:
    """1 is not True, and 1.0 is neither, whatever == says of them."""
    if isinstance(value, dict):
        return [(types(key), types(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [types(item) for item in value]
    return (type(value), types(value.value)) if isinstance(value, State) else type(value)


@given(VALUES)
def test_whatever_a_state_holds_is_the_same_when_it_is_read_again(value: object) -> None:
    copy = again(State(value))

    assert copy.value == value
    assert types(copy.value) == types(value)


def test_the_order_of_a_mapping_stays() -> None:
    assert list(again(State({"b": 1, "a": 2})).value) == ["b", "a"]
    assert list(again(State({2: 1, 1: 2})).value) == [2, 1]


@given(VALUES)
def test_what_is_shared_stays_shared_and_what_is_merely_equal_does_not(value: object) -> None:
    shared = State(value)
    copy = again(State(shared, [shared, State(value), {"x": shared}]))

    assert copy.value is copy.others[0] is copy.others[2]["x"]
    assert copy.others[1] == copy.value
    assert copy.others[1] is not copy.value


def test_a_state_may_refer_to_itself() -> None:
    state = State(None)
    state.others.append(Note("inner", state))

    copy = again(state)

    assert copy.others[0].more is copy


def test_only_what_is_shared_has_a_number() -> None:
    note = Note("a")

    serialized, _ = written(State(note, [note, Note("b")]))

    assert serialized["value"]["$id"] == serialized["others"][0]["$same"]
    assert "$id" not in serialized
    assert "$id" not in serialized["others"][1]


def test_what_is_to_be_done_later_is_done_to_what_was_restored() -> None:
    target = State("before")

    copy = again(State(partial(State.change, target, "after"), [target]))
    copy.value()

    assert (copy.others[0].value, target.value) == ("after", "before")


def test_constants_and_files_are_those_that_are_there() -> None:
    copy = again(State([*KINDS.values(), *FILES]))

    assert all(one is other for one, other in zip(copy.value, [*KINDS.values(), *FILES], strict=True))
    assert written(State(FILES))[1] == {blob.sha256: blob for blob in FILES}


def test_private_slots_and_the_cores_own_classes_are_kept() -> None:
    window, bucket = FixedWindow(60), TokenBucket(5, 0.1)
    window.take(int(NOW.timestamp()))
    bucket.take(NOW)

    copy = again(State([Counted(), window, bucket])).value

    assert (copy[0].name, copy[0]._count) == ("counted", 3)
    assert copy[1].take(int(NOW.timestamp())) == window.take(int(NOW.timestamp())) == 2
    assert copy[2].left(NOW) == bucket.left(NOW) == 4


def test_the_sandbox_is_the_one_that_is_restored_and_keys_start_anew() -> None:
    keys = IdempotencyKeys()
    elsewhere = Sandbox("elsewhere", Settings(), STORE)

    copy = again(State([proxy(elsewhere), keys])).value

    assert copy[0].name == "default"
    assert copy[1] is not keys


@pytest.mark.parametrize(
    "value", [object(), open, lambda: None, partial(print, 1), partial(State.change, value=1), b"bytes", KINDS.keys()]
)
def test_what_nobody_has_named_cannot_be_written(value: object) -> None:
    with pytest.raises(TypeError, match="has no name in a snapshot"):
        written(State(value))


@dataclass(slots=True)
class Typed:
    fields: JsonObject
    names: dict[tuple[str, str], "Note"] = field(default_factory=dict)
    at: datetime | None = None
    share: float = 0.5
    kind: Literal["a", "b"] = "a"
    lines: tuple[JsonObject, ...] = ()
    later: Callable[[], object] | None = None

    def add(self, name: str, note: Note) -> None:
        self.names[name, name] = note


TYPED = SnapshotSchema((Typed, Note), calls=(Typed.add,))


def read_typed(**fields: Any) -> Typed:
    serialized = {"$type": "Typed", **FITTING, **fields}
    state: Typed = Reader(TYPED, SANDBOX, {}).read_state(json.loads(json.dumps(serialized)))
    return state


NOTE = {"$type": "Note", "text": "a", "more": None}
FITTING: dict[str, Any] = {
    "fields": {"a": [1]},
    "names": {"$pairs": [[{"$tuple": ["a", "b"]}, NOTE]]},
    "at": {"$moment": "2026-02-03T00:00:00+00:00"},
    "share": 1,
    "kind": "b",
    "lines": {"$tuple": [{}]},
    "later": None,
}
UNFITTING: list[dict[str, Any]] = [
    {"fields": []},
    {"fields": None},
    {"names": {"$pairs": [["a", NOTE]]}},
    {"names": {"$pairs": [[{"$tuple": ["a", 1]}, NOTE]]}},
    {"names": {"$pairs": [[{"$tuple": ["a"]}, NOTE]]}},
    {"names": {"a": NOTE}},
    {"names": {"$pairs": [[{"$tuple": ["a", "b"]}, {}]]}},
    {"at": {"$moment": "2026-02-03T00:00:00"}},
    {"at": {"$day": "2026-02-03"}},
    {"share": True},
    {"share": "1"},
    {"kind": "c"},
    {"kind": 1},
    {"lines": {"$tuple": [1]}},
    {"lines": []},
    {"later": {"$call": "Typed.add", "with": [NOTE, "a", NOTE]}},
    {"later": {"$call": "Typed.add", "with": [{"$type": "Typed", **FITTING}, 1, NOTE]}},
    {"later": {"$call": "Typed.add", "with": []}},
    {"later": "a"},
]


def test_attributes_hold_what_they_are_annotated_with() -> None:
    state = read_typed(later={"$call": "Typed.add", "with": [{"$type": "Typed", **FITTING}, "a", NOTE]})

    assert (state.names, state.at, state.share, state.lines) == ({("a", "b"): Note("a")}, NOW, 1, ({},))


@pytest.mark.parametrize("fields", UNFITTING)
def test_an_attribute_of_another_type_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidSnapshot):
        read_typed(**fields)


def test_every_attribute_of_every_vendors_state_is_annotated() -> None:
    for vendor in VENDORS.values():
        for type_ in (*vendor.snapshot_schema.types, FixedWindow, TokenBucket, RevokedKeys):
            assert {*field_types(type_)} == {*type_.__slots__}  # type: ignore[attr-defined] # All have slots, which mypy does not know of `type`.


def test_what_changes_after_a_state_was_read_is_not_written() -> None:
    state = Typed({"a": 1}, {("a", "b"): Note("before")})
    tree = Writer(TYPED, {}).write(state)

    state.fields = {"a": 2}
    state.names.clear()

    text = json.dumps(tree, default=serialization.written)
    assert '"fields": {"a": 1}' in text
    assert "before" in text


UNREADABLE: dict[str, object] = {
    "it is not a State": {"$type": "Note", "text": "a", "more": None},
    "there is no type 'Path'": holding({"$type": "Path"}),
    "there is no constant 'medium'": holding({"$constant": "medium"}),
    "there is no call 'print'": holding({"$call": "print", "with": []}),
    "there is no file 'ab'": holding({"$blob": "ab"}),
    "there is no instance 4": holding({"$same": 4}),
    "there is no mark '$python'": holding({"$python": "print()"}),
    "State needs others, needs value": {"$type": "State"},
    "Note has no author": holding({"$type": "Note", "text": "a", "more": None, "author": "b"}),
    "Note has no __class__, needs text": holding({"$type": "Note", "more": None, "__class__": 1}),
    "Infinity is no number": holding({"$decimal": "Infinity"}),
    "a set is written as something else": holding({"$set": "ab"}),
    "a value in it is invalid": holding({"$moment": "yesterday"}),
}


@pytest.mark.parametrize("reason", UNREADABLE)
def test_what_was_changed_by_hand_and_does_not_fit_is_refused_in_a_sentence(reason: str) -> None:
    with pytest.raises(InvalidSnapshot) as refused:
        read(UNREADABLE[reason])

    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize(
    "serialized",
    [
        None,
        [],
        "State",
        {},
        {"$type": []},
        {"$type": "State", "value": 1, "others": [], "$id": []},
        holding({"$decimal": "one"}),
        holding({"$decimal": []}),
        holding({"$tuple": 1}),
        holding({"$set": [[]]}),
        holding({"$pairs": [1]}),
        holding({"$pairs": [[[], 1]]}),
        holding({"$blob": []}),
        holding({"$call": "State.change"}),
        holding({"$day": 1}),
    ],
)
def test_anything_else_that_is_no_state_is_refused_too(serialized: object) -> None:
    with pytest.raises(InvalidSnapshot):
        read(serialized)


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(10**5):
        deep = [deep]

    with pytest.raises(InvalidSnapshot):
        read(holding(deep))


@contextmanager
def without_collection() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@pytest.mark.parametrize("altered", [lambda serialized: serialized, lambda serialized: {**serialized, "more": 1}])
def test_neither_writing_nor_reading_keeps_a_file_any_longer_than_the_state(altered: Callable[[Any], Any]) -> None:
    store = FileStore(100)
    with without_collection():
        with store.writer() as writer:
            writer.write(b"bytes")
            state = State(writer.commit())
        serialized, blobs = written(state)
        with suppress(InvalidSnapshot):
            Reader(NAMED, SANDBOX, blobs).read_state(altered(serialized))
        del state, blobs

        assert store.used_bytes == 0


def test_dates_and_moments_are_told_apart() -> None:
    copy = again(State([date(2026, 2, 3), NOW, Decimal("1.50")])).value

    assert copy == [date(2026, 2, 3), NOW, Decimal("1.50")]
    assert str(copy[2]) == "1.50"
