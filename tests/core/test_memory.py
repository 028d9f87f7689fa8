import pytest

from emulator.core import memory
from emulator.core.memory import WORTH, FreedMemory


@pytest.fixture
def trims(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(memory, "_malloc_trim", lambda: calls.append)
    return calls


def test_the_system_gets_back_what_is_worth_the_while_also_of_many_small_sandboxes(trims: list[int]) -> None:
    freed = FreedMemory()
    for _ in range(4):
        freed.add(WORTH // 4 - 1)
        freed.add(-WORTH)
    assert trims == []

    freed.add(4)
    assert trims == [0]
    freed.add(WORTH - 1)
    assert trims == [0]


def test_a_library_that_cannot_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_malloc_trim", lambda: None)

    FreedMemory().add(WORTH)


def test_asking_this_machines_library_harms_nothing() -> None:
    FreedMemory().add(WORTH)
