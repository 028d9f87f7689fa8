"""Conversions and error texts, held against the library whose words they are; and the notation of schemas."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from emulator.core.json_reader import read_json
from emulator.core.schemas import Problems, Unfit
from emulator.vendors.dualentry.schemas import MAX_DIGITS, PYDANTIC, outline, said, shown

KINDS = PYDANTIC.kinds

# JSON, as a request holds it.
ANY = """null true false 0 1 2 -1 7 1.0 1.5 -0.0 0.1 1e2 1e-2 [] {} [1] {"a":1} "" " " "1" "0" "abc" "é" """.split(" ")
ANY = [text for text in ANY if text.strip('"')] + ['""', '" "', '" 7 "']
BIG = ["123456789012345678901234567890"]
INTEGERS = """"+7" "-7" "--7" "+" "07" "-0" "7.0" "7.000" "7." ".0" "7.5" "1e3" "_1" "1__0" "1_000" "0x10"
    "\\u0663" "1,5" "123456789012345678" "-12345678901234567" 1e300 123456789012345678901234567890""".split()
DECIMALS = """"1.50" "1E+3" "1E-3" "1_000" "nan" "NaN" "sNaN" "inf" "-Infinity" "Infinity" "$5" "1,5" "--1" ".5" "5."
    "+.5"
    "1e" "-0" "0.000000000000000000000000000001" "123456789012345678901234567890" "\\u0663" "0x10" 1.10 1e-7""".split()
BOOLEANS = """"true" "True" "TRUE" "tRuE" "t" "T" "yes" "Y" "on" "ON" "off" "no" "n" "F" "f" "2" "truth" "10"
    "none" 10 1e2""".split()
DATES = """"2026-03-02" "2026-3-2" "2026-02-30" "2024-02-29" "2023-02-29" "2026-13-01" "2026-00-01" "2026-01-00"
    "2026-01-32" "02/03/2026" "2026/03/02" "2026-03-02T00:00:00" "2026-03-02T00:00:00Z" "2026-03-02T00:00"
    "2026-03-02T10:00:00" "2026-03-02T00:00:00.000" "2026-03-02T00:00:00.5" "2026-03-02T00:00:00+13:00"
    "2026-03-02x" "2026-W10-1" "2026-061" "soon" "tomorrow,at-noon" "9999-12-31" "2026-03-0x" "2026-0x-02"
    "202x-03-02" "2026-03" "2026-03-02Z" "\\u0662026-03-02" "2026-03-02T" "2026-03-02T25:00:00"
    "2026-03-02T0x:00:00" "2026-03-02T00:61:00" "2026-03-02T00:00:00junk" "2026-03-02t00:00:00"
    "2026-03-02_00:00:00" "-2026-03-02" "+2026-03-02" """.split()
SPACED = ['" 1.50 "', '" true"', '" 2026-03-02"', '"2026-03-02 00:00:00"', '"2026-03-02 10:00"']


def theirs(adapter: TypeAdapter[Any], text: str) -> tuple[object, ...]:
    try:
        value = adapter.validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        return first["type"], first["msg"]
    return type(value), value


def ours(convert: Callable[[Any], Any], text: str) -> tuple[object, ...]:
    try:
        value = convert(read_json(text.encode()))
    except Unfit as unfit:
        return unfit.code, unfit.message
    return type(value), value


@pytest.mark.parametrize("text", dict.fromkeys(ANY + INTEGERS + SPACED))
def test_whole_numbers(text: str) -> None:
    # Texts of more digits are left out: no id has them.
    assert ours(KINDS["int"], text) == theirs(TypeAdapter(int), text)


@pytest.mark.parametrize("text", dict.fromkeys(ANY + BIG + INTEGERS[:-2] + DECIMALS + SPACED))
def test_amounts(text: str) -> None:
    own, other = ours(KINDS["decimal"], text), theirs(TypeAdapter(Decimal), text)

    assert own == other
    if text.startswith('"'):
        # Equal numbers may differ in their digits. Those of a JSON number are lost to the library, and not to us.
        assert str(own[1]) == str(other[1])


@pytest.mark.parametrize(
    "text", ['"1E+30"', '"9999999999999999999999999999999"', '"1E-31"', '"0.0000000000000000000000000000001"', "1e300"]
)
def test_an_amount_has_so_many_digits(text: str) -> None:
    with pytest.raises(Unfit) as unfit:
        KINDS["decimal"](read_json(text.encode()))

    assert unfit.value.code == "decimal_max_digits"
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Annotated[Decimal, Field(max_digits=MAX_DIGITS)]).validate_python(10**40)
    assert (unfit.value.code, unfit.value.message) == (error.value.errors()[0]["type"], error.value.errors()[0]["msg"])


@pytest.mark.parametrize("text", dict.fromkeys(ANY + BIG + INTEGERS + BOOLEANS + SPACED))
def test_texts(text: str) -> None:
    assert ours(KINDS["text"], text) == theirs(TypeAdapter(str), text)


@pytest.mark.parametrize("text", dict.fromkeys(ANY + BOOLEANS + SPACED))
def test_booleans(text: str) -> None:
    assert ours(KINDS["bool"], text) == theirs(TypeAdapter(bool), text)


def is_timestamp(text: str) -> bool:
    """Whether it is a number, or reads as one: the library takes that for seconds since 1970, and we do not."""
    try:
        return not isinstance(json.loads(text), bool) and isinstance(float(json.loads(text)), float)
    except (TypeError, ValueError):
        return False


@pytest.mark.parametrize("text", [text for text in dict.fromkeys(ANY + DATES + SPACED) if not is_timestamp(text)])
def test_dates(text: str) -> None:
    assert ours(KINDS["date"], text) == theirs(TypeAdapter(date), text)


@pytest.mark.parametrize("text", [text for text in dict.fromkeys(ANY + DATES + SPACED) if not is_timestamp(text)])
def test_moments(text: str) -> None:
    own, other = ours(KINDS["datetime"], text), theirs(TypeAdapter(datetime), text)

    # What is wrong with one is said in fewer words.
    assert own[0] == other[0]
    if own[0] is datetime:
        assert own == other


@pytest.mark.parametrize("text", dict.fromkeys(ANY))
def test_objects(text: str) -> None:
    assert ours(KINDS["object"], text) == theirs(TypeAdapter(dict[str, Any]), text)


@pytest.mark.parametrize("text", [*ANY, '"draft"', '"posted"', '"archived"', '"Posted"', '"paid"'])
def test_words(text: str) -> None:
    own = ours(KINDS["status"], text)
    other = theirs(TypeAdapter(Literal["draft", "posted", "archived"]), text)

    # The contract's are enumerations, whose kind of error has another name and the same words.
    assert own == (("enum", other[1]) if other[0] == "literal_error" else other)


@pytest.mark.parametrize(("text", "good"), [('"NZD"', True), ('"nzd"', False), ('"NZ"', False), ("5", False)])
def test_currencies(text: str, good: bool) -> None:
    own = ours(KINDS["currency"], text)

    assert own == ((str, "NZD") if good else ("enum", "Input should be the ISO 4217 code of a currency"))


# --- Schemas ----------------------------------------------------------------------------------------------------------

INNER = PYDANTIC.schema("id!:int note?:text")
OUTER = PYDANTIC.schema(
    "name!:text tags:[int]= inner?:Inner inners:[Inner]= size:int=7 ratio?:decimal kind:A|B=A", {"Inner": INNER}
)


class Inner(BaseModel):
    id: int
    note: str | None = None


class Outer(BaseModel):
    name: str
    tags: list[int] = []
    inner: Inner | None = None
    inners: list[Inner] = []
    size: int = 7
    ratio: Decimal | None = None
    kind: Literal["A", "B"] = "A"


@pytest.mark.parametrize(
    "given",
    [
        {"name": "a"},
        {},
        {"name": None},
        {"name": "a", "tags": None},
        {"name": "a", "tags": [1, "2", "x", None]},
        {"name": "a", "tags": {"1": 1}},
        {"name": "a", "inner": {"id": "5", "more": 1}},
        {"name": "a", "inner": None, "ratio": None},
        {"name": "a", "inner": {}},
        {"name": "a", "inner": {"id": "x", "note": 1}},
        {"name": "a", "inners": [{"id": 1}, {"note": "n"}, {"id": None}]},
        {"name": "a", "size": "8", "ratio": "1.10", "kind": "B", "unknown": 1},
        {"size": "x", "ratio": [], "inners": [{}]},
    ],
)
def test_objects_are_held_against_their_schema(given: dict[str, Any]) -> None:
    problems = Problems()
    found = PYDANTIC.read(given, OUTER, ("body",), problems)

    try:
        wanted, theirs_say = Outer(**given).model_dump(), []
    except ValidationError as error:
        wanted = None
        theirs_say = [
            f"{each['type']} body.{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
        ]
    assert [said(problem) for problem in problems] == theirs_say
    assert wanted is None or found == wanted


@pytest.mark.parametrize("given", [None, [], "text", 5, True])
def test_what_is_no_object_fits_no_schema(given: object) -> None:
    problems = Problems()

    assert PYDANTIC.read(given, INNER, ("body", "payload"), problems) == {}
    words = "Input should be a valid dictionary or object to extract fields from"
    assert [said(problem) for problem in problems] == [f"model_attributes_type body.payload: {words}"]
    # As from a framework that reads models from any object's attributes.
    with pytest.raises(ValidationError) as error:
        Inner.model_validate(given, from_attributes=True)
    if not isinstance(given, str | int):
        assert error.value.errors()[0]["msg"] == words


def test_part_of_an_object_needs_nothing_and_gets_no_defaults() -> None:
    problems = Problems()

    assert PYDANTIC.read({"size": 1}, OUTER, (), problems, partial=True) == {"size": 1}
    assert problems == []


def test_defaults_are_read_as_their_kind() -> None:
    found = PYDANTIC.read({}, PYDANTIC.schema("a:decimal=1.00 b:bool=false c:text= d:[int]= e?:int"), (), Problems())

    assert found == {"a": Decimal("1.00"), "b": False, "c": "", "d": [], "e": None}
    assert str(found["a"]) == "1.00"


def test_an_outline_shows_blanks_where_nothing_was_said() -> None:
    lines = outline("id:int rate:decimal")
    members = outline("name:text paid:bool at?:date state:text=new lines:[Line] tags:[text]", {"Line": lines})

    assert shown({"lines": [{"id": 1, "more": 2}], "more": 3}, members) == {
        "name": "",
        "paid": False,
        "at": None,
        "state": "new",
        "lines": [{"id": 1, "rate": 0}],
        "tags": [],
    }
    assert shown({"name": "n", "lines": None}, members)["lines"] == []
