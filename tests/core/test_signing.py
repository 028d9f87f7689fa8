from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.core.signing import sign, verify_token

WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Z", "C"]), min_size=1), max_size=5)


@given(st.text(st.characters(codec="utf-8")), WORDS)
def test_a_token_says_what_was_signed(secret: str, payload: list[str]) -> None:
    token = sign(secret, *payload)

    assert verify_token(secret, token) == payload
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_what_is_said_is_text() -> None:
    assert verify_token("secret", sign("secret", 7, "seven")) == ["7", "seven"]


@given(st.integers(min_value=0), st.integers(1, 255))
def test_no_byte_of_a_token_can_be_another(at: int, change: int) -> None:
    token = sign("secret", "file", 7, 1_800_000_000)
    data = bytearray(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    data[at % len(data)] ^= change

    assert verify_token("secret", urlsafe_b64encode(bytes(data)).decode().rstrip("=")) is None


@given(st.text())
def test_what_was_not_signed_says_nothing(token: str) -> None:
    assert verify_token("secret", token) is None


@pytest.mark.parametrize("token", ["", "A", "é", "\udcff", "=", "A===", "AAAA" * 6, "AAAA" * 9])
def test_what_is_no_token_says_nothing(token: str) -> None:
    assert verify_token("secret", token) is None


def test_another_secret_opens_nothing() -> None:
    token = sign("secret", "file", 7)

    assert verify_token("Secret", token) is None
    assert sign("Secret", "file", 7) != token
    # Neither does one token's signature hold for a longer text.
    assert verify_token("secret", token + sign("secret", "more")) is None
