"""What does not fit a schema, in the words of Zod."""

from decimal import Decimal

import pytest

from emulator.core.schemas import Problems
from emulator.vendors.vrplatform.models import MAX_INT, ZOD

NESTED = {"Line": ZOD.schema("amount!:int")}
UUID = "1a3a5a1f-9c33-49bd-91c7-02bd0f3f5a92"


def read(kind: str, value: object) -> tuple[object, list[tuple[str, str]]]:
    """What a value of this kind becomes, and what is wrong with it."""
    problems = Problems()
    found = ZOD.read({"it": value}, ZOD.schema(f"it!:{kind}", NESTED), (), problems)
    return found["it"], [(each.code, each.message) for each in problems]


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("text", "", ""),
        ("bool", False, False),
        ("int", 5, 5),
        ("int", -MAX_INT, -MAX_INT),
        ("int", MAX_INT, MAX_INT),
        ("int", Decimal("5.00"), 5),
        ("int", Decimal("1e3"), 1000),
        ("uuid", UUID.upper(), UUID),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", "2024-12-31T23:59:59.999Z", "2024-12-31"),
        ("date", "2024-12-31T23:59:59+13:00", "2024-12-31"),
        ("object", {"any": 1}, {"any": 1}),
        ("query-int", "-15", -15),
        ("query-bool", "true", True),
        ("query-bool", "false", False),
        ("a|b", "b", "b"),
        ("[text]", [], []),
        ("[Line]", [{"amount": 1, "more": 2}], [{"amount": 1}]),
    ],
)
def test_what_fits_is_read(kind: str, value: object, found: object) -> None:
    assert read(kind, value) == (found, [])


EACH_TYPE = {
    "string": "text",
    "number": 5,
    "boolean": True,
    "array": [],
    "object": {},
    "null": None,
}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("text", "string"),
        ("uuid", "string"),
        ("date", "string"),
        ("bool", "boolean"),
        ("int", "number"),
        ("object", "object"),
        ("Line", "object"),
        ("[text]", "array"),
    ],
)
@pytest.mark.parametrize("received", EACH_TYPE)
def test_a_value_of_another_type_is_told_both(kind: str, expected: str, received: str) -> None:
    message = f"Invalid input: expected {expected}, received {received}"
    _, problems = read(kind, EACH_TYPE[received])

    assert (("invalid_type", message) in problems) is (expected != received)


@pytest.mark.parametrize(
    ("kind", "value", "code", "message"),
    [
        ("int", Decimal("2.5"), "invalid_type", "Invalid input: expected int, received number"),
        ("int", MAX_INT + 1, "too_big", f"Too big: expected int to be <={MAX_INT}"),
        ("int", -MAX_INT - 1, "too_small", f"Too small: expected int to be >=-{MAX_INT}"),
        ("text", Decimal("2.5"), "invalid_type", "Invalid input: expected string, received number"),
        ("uuid", "", "invalid_format", "Invalid UUID"),
        ("uuid", UUID.replace("-", ""), "invalid_format", "Invalid UUID"),
        ("uuid", f"{UUID}\n", "invalid_format", "Invalid UUID"),
        ("query-int", "2.5", "invalid_type", "Invalid input: expected number, received NaN"),
        ("query-int", "٣", "invalid_type", "Invalid input: expected number, received NaN"),
        ("query-bool", "yes", "invalid_type", "Invalid input: expected boolean, received string"),
        ("a|b", "c", "invalid_value", 'Invalid option: expected one of "a"|"b"'),
        ("a|b", ["a"], "invalid_value", 'Invalid option: expected one of "a"|"b"'),
    ],
)
def test_a_value_that_does_not_fit_is_told_why(kind: str, value: object, code: str, message: str) -> None:
    assert read(kind, value) == (None, [(code, message)])


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2024-6-5",
        "15.06.2024",
        "2024-13-01",
        "2024-00-01",
        "2024-06-32",
        "2024-06-31",
        "2024-02-30",
        "2023-02-29",
        "2024-06-15 ",
        "2024-06-15\n",
        "2024-06-15T",
        "2024-06-15 10:00",
        "٢٠٢٤-06-15",
    ],
)
def test_a_day_is_one_of_the_calendars(value: str) -> None:
    assert read("date", value) == (None, [("invalid_format", "Invalid ISO date")])


def test_what_is_missing_is_undefined() -> None:
    problems = Problems()

    ZOD.read({}, ZOD.schema("a!:text b!:x|y c!:[uuid] d!:Line e!:bool f!:int g!:date", NESTED), (), problems)

    assert [(each.place, each.message) for each in problems] == [
        (("a",), "Invalid input: expected string, received undefined"),
        (("b",), 'Invalid option: expected one of "x"|"y"'),
        (("c",), "Invalid input: expected array, received undefined"),
        (("d",), "Invalid input: expected object, received undefined"),
        (("e",), "Invalid input: expected boolean, received undefined"),
        (("f",), "Invalid input: expected number, received undefined"),
        (("g",), "Invalid input: expected string, received undefined"),
    ]
