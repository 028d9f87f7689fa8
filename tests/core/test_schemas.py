from typing import Any

import pytest

from emulator.core.schemas import Language, Problems, Unfit


def _number(value: object) -> int:
    if not isinstance(value, int):
        raise Unfit("number", f"{value!r} is no number")
    return value * 10


def _choice(words: Any) -> Any:
    def convert(value: object) -> object:
        if value not in words:
            raise Unfit("choice", f"{value!r} is none of {', '.join(words)}")
        return value

    return convert


LANGUAGE = Language(
    kinds={"number": _number, "any": lambda value: value},
    choice=_choice,
    missing=lambda kind: Unfit("missing", f"no {kind}"),
    no_object=lambda value: Unfit("object", f"{value!r} is no object"),
    no_list=lambda value: Unfit("list", f"{value!r} is no list"),
)
LINE = LANGUAGE.schema("amount!:number colour:RED|BLUE=RED")
RECORD = LANGUAGE.schema("id!:number name?:any open:any=true lines:[Line]= grid:[[number]] line?:Line", {"Line": LINE})


def read(value: object, *, partial: bool = False) -> tuple[dict[str, Any], Problems]:
    problems = Problems()
    return LANGUAGE.read(value, RECORD, (), problems, partial=partial), problems


def test_values_are_converted_and_defaults_filled_in() -> None:
    assert read({"id": 1, "unknown": "ignored"}) == (
        {"id": 10, "name": None, "open": True, "lines": [], "grid": None, "line": None},
        [],
    )
    given = {"id": 1, "open": False, "lines": [{"amount": 2}], "grid": [[1], []], "line": {"amount": 3}}
    assert read(given) == (
        {
            "id": 10,
            "name": None,
            "open": False,
            "lines": [{"amount": 20, "colour": "RED"}],
            "grid": [[10], []],
            "line": {"amount": 30, "colour": "RED"},
        },
        [],
    )


def test_a_part_is_only_what_is_given() -> None:
    assert read({}, partial=True) == ({}, [])
    assert read({"name": None, "id": 4}, partial=True) == ({"id": 40, "name": None}, [])


def test_a_part_of_a_list_is_whole() -> None:
    _, problems = read({"lines": [{}]}, partial=True)

    assert problems == [(("lines", 0, "amount"), "missing", "no number")]


def test_all_that_is_wrong_is_told_with_its_place() -> None:
    given = {
        "name": 1,
        "lines": [{"amount": "x", "colour": "PINK"}, 5, {}],
        "grid": [[1, "y"], 2],
        "line": [],
    }

    _, problems = read(given)

    assert problems == [
        (("id",), "missing", "no number"),
        (("lines", 0, "amount"), "number", "'x' is no number"),
        (("lines", 0, "colour"), "choice", "'PINK' is none of RED, BLUE"),
        (("lines", 1), "object", "5 is no object"),
        (("lines", 2, "amount"), "missing", "no number"),
        (("grid", 0, 1), "number", "'y' is no number"),
        (("grid", 1), "list", "2 is no list"),
        (("line",), "object", "[] is no object"),
    ]


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_what_is_no_object_has_no_values(value: object) -> None:
    assert read(value) == ({}, [((), "object", f"{value!r} is no object")])


def test_null_is_for_those_that_may_be_null() -> None:
    _, problems = read({"id": None, "name": None, "lines": None, "line": None})

    assert [place for place, _, _ in problems] == [("id",), ("lines",)]


def test_a_field_knows_whether_it_is_a_list() -> None:
    assert [name for name, field in RECORD.items() if field.many] == ["lines", "grid"]
