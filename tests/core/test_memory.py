import pytest

from emulator.core import memory
from emulator.core.memory import WORTH, trim


@pytest.fixture
def trims(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(memory, "_malloc_trim", lambda: calls.append)
    return calls


def test_the_system_gets_back_what_is_worth_the_while(trims: list[int]) -> None:
    trim(WORTH - 1)
    assert trims == []

    trim(WORTH)
    assert trims == [0]


def test_a_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_malloc_trim", lambda: None)

    trim(WORTH)


def test_asking_this_machines_library_harms_nothing() -> None:
    trim(WORTH)
