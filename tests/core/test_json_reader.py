from decimal import Decimal

import pytest

from emulator.core.json_reader import read_json


def test_values_are_read_with_exact_fractions() -> None:
    assert read_json(b'\xef\xbb\xbf{"a": [1, 0.10, null, "\xc3\xa9"]}') == {"a": [1, Decimal("0.10"), None, "é"]}
    assert str(read_json(b"0.10")) == "0.10"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"\xff", "it is not JSON"),
        (b"NaN", "NaN is no number"),
        (b"-Infinity", "-Infinity is no number"),
        (b"1e999", "1e999 is too large"),
        (b"9" * 5000, "it is not JSON"),
        (b"[" + b"[]," * 100_000 + b"1]", "it holds more than 100000 lists and objects"),
        (b"[" + b"1," * 200_001 + b"1]", "it holds more than 200000 values"),
        (b"[" * 41 + b"]" * 41, "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 41 + b"1" + b"}" * 41, "nested too deeply"),
    ],
)
def test_what_cannot_be_written_again_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_json(body)
