import pytest

from emulator import create_app
from emulator.core import memory, sandbox
from emulator.core.memory import WORTH, FreedMemory
from tests.vendor_clients import client_of


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


@pytest.mark.parametrize("end", ["delete", "reset"])
def test_what_requests_leave_counts_as_freed_with_their_sandbox(
    trims: list[int], monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(sandbox, "REQUEST_BYTES", WORTH // 2)
    app = create_app()
    client = client_of(app, "codat", "/sandbox/busy")

    for requests, expected in ((1, []), (2, [0])):
        for _ in range(requests):
            client.get("/companies")
        getattr(app.registry, end)("busy")
        assert trims == expected
