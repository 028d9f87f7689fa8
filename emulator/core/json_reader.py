"""A strict reader of untrusted JSON, whose values can all be stored and written again."""

import json
from decimal import Decimal
from math import isinf
from typing import Any

JsonObject = dict[str, Any]

MAX_DEPTH = 40
# The most lists and objects, and the most values, in a body: far more than a document has, and few enough to be read
# in a moment. A small body of nothing else would otherwise keep the server busy.
MAX_CONTAINERS = 100_000
MAX_VALUES = 200_000


def read_json(body: bytes, number_type: type[Decimal] | type[float] = Decimal, max_values: int = MAX_VALUES) -> Any:
    """Parse a JSON body; numbers with a fraction become `number_type`.

    Raises ValueError with a clause that ends a sentence: "it is not JSON (…)".
    """

    def parse_number(text: str) -> Decimal | float:
        if isinf(float(text)):
            raise ValueError(f"{text} is too large")
        return number_type(text)

    if body.count(b"[") + body.count(b"{") > MAX_CONTAINERS:
        raise ValueError(f"it holds more than {MAX_CONTAINERS} lists and objects")
    if body.count(b",") > max_values:
        raise ValueError(f"it holds more than {max_values} values")
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_float=parse_number, parse_constant=refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"it is not JSON ({error})") from None
    _check_depth(value, MAX_DEPTH)
    return value


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python reads although JSON has none."""
    raise ValueError(f"{name} is no number")


def _check_depth(value: object, left: int) -> None:
    if left == 0:
        raise ValueError("it is nested too deeply")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        if isinstance(item, dict | list):
            _check_depth(item, left - 1)
