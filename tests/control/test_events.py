"""The stream of server-sent events: live, resumed, across a reset."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message

from tests.asgi import Answer, scope_of
from tests.control.conftest import SANDBOXES, Control, problem
from tests.vendor_clients import client_of

Event = tuple[str, str, Any]


class Reader:
    """Reads one stream while a script in a thread makes requests."""

    def __init__(self, control: Control, query: str = "", **headers: str) -> None:
        self._control = control
        self._target = f"{control.home}/journal/events{query}"
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self._text = ""

    def read(self, least: int, script: Callable[[], object] | None = None) -> list[Event]:
        """Run the script once the stream listens, and return the events as soon as there are so many."""
        asyncio.run(self._read(least, script))
        return self.events()

    def events(self) -> list[Event]:
        """Id, name and data of the events so far."""
        blocks = [block for block in self._text.split("\n\n") if "event: " in block]
        return [
            (fields["id"], fields["event"], json.loads(fields["data"]))
            for fields in (dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks)
        ]

    async def _read(self, least: int, script: Callable[[], object] | None) -> None:
        enough, gone = asyncio.Event(), asyncio.Event()
        tasks: list[asyncio.Task[object]] = []

        async def receive() -> Message:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            self._text += message.get("body", b"").decode()
            if script and not tasks and "retry: " in self._text:
                tasks.append(asyncio.create_task(asyncio.to_thread(script)))
            if len(self.events()) >= least and (tasks or not script):
                enough.set()
            if not message.get("more_body", True):
                gone.set()

        await self._control.gateway(scope_of("GET", self._target, self._headers), receive, send)
        await asyncio.gather(*tasks)


def ask(control: Control, path: str = "/companies") -> Answer:
    return client_of(control.gateway, "codat", "" if control.name == "default" else f"/sandbox/{control.name}").get(
        path
    )


def numbers(events: list[Event]) -> list[int]:
    assert all(name == "exchange" and id_ == str(data["number"]) for id_, name, data in events)
    return [data["number"] for _, _, data in events]


def test_exchanges_are_streamed_as_they_end_and_as_the_journal_shows_them(control: Control) -> None:
    ask(control)

    events = Reader(control).read(2, lambda: [ask(control), ask(control)])

    assert numbers(events) == [2, 3]
    assert [data for _, _, data in events] == control.exchanges("?after=1")


@pytest.mark.parametrize(
    "resumed", [{"query": "?after=2"}, {"last_event_id": "2"}, {"query": "?after=1", "last_event_id": "2"}]
)
def test_who_comes_back_first_gets_what_was_missed_and_then_what_is_new(
    control: Control, resumed: dict[str, str]
) -> None:
    for _ in range(4):
        ask(control)

    assert numbers(Reader(control, **resumed).read(3, lambda: ask(control))) == [3, 4, 5]


def test_an_exchange_that_was_open_when_the_reader_left_is_not_missed(control: Control) -> None:
    """The ids are the numbers of requests; what counts for who comes back is the order of the ends."""
    journal = control.gateway.registry.sandbox("default").journal
    slow = journal.open(control.gateway.registry.sandbox("default").clock.now(), "codat", "GET", "/codat/slow", [])
    ask(control)
    ask(control)
    journal.close(slow)

    assert numbers(Reader(control, last_event_id="2").read(2)) == [3, 1]
    assert numbers(Reader(control, last_event_id="0").read(3)) == [2, 3, 1]


def test_filters_apply_to_the_missed_and_to_the_new(control: Control) -> None:
    ask(control, "/companies/none")
    ask(control)

    events = Reader(control, "?status=4xx&after=0").read(2, lambda: [ask(control), ask(control, "/companies/none")])

    assert numbers(events) == [1, 4]


def test_a_reset_is_told_and_the_numbers_begin_again(control: Control) -> None:
    ask(control)

    events = Reader(control, last_event_id="0").read(3, lambda: [control.reset(), ask(control)])

    assert [(id_, name) for id_, name, _ in events] == [("1", "exchange"), ("0", "reset"), ("1", "exchange")]


def test_who_comes_back_after_a_reset_is_told_of_it(control: Control) -> None:
    ask(control)
    ask(control)
    control.reset()
    ask(control)

    events = Reader(control, last_event_id="2").read(2)

    assert [(id_, name) for id_, name, _ in events] == [("0", "reset"), ("1", "exchange")]


def test_a_sandbox_can_be_listened_to_before_it_exists_and_after_it_is_deleted(control: Control) -> None:
    mine = control.of("mine")

    def script() -> None:
        assert [sandbox["name"] for sandbox in control.get(SANDBOXES).json()["sandboxes"]] == ["default"]
        ask(mine)
        mine.request("DELETE", mine.home)
        ask(mine)

    events = Reader(mine).read(3, script)

    assert [(id_, name) for id_, name, _ in events] == [("1", "exchange"), ("0", "reset"), ("1", "exchange")]


def test_a_reader_that_is_left_behind_sees_the_stream_end(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emulator.control.event_stream.MAX_UNREAD", 2)
    lines: list[bytes] = []

    async def read() -> None:
        never = asyncio.Event()

        async def receive() -> Message:
            await never.wait()
            raise AssertionError

        async def slow(message: Message) -> None:
            lines.append(message.get("body", b""))
            if len(lines) == 2:
                # It listens. Now comes more than it keeps.
                for _ in range(3):
                    await asyncio.to_thread(ask, control)

        await control.gateway(scope_of("GET", f"{control.home}/journal/events", {}), receive, slow)

    asyncio.run(read())

    assert b"".join(lines).count(b"event: exchange") == 2


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 30])
def test_an_id_that_is_none_of_ours_is_refused(control: Control, last: str) -> None:
    status, detail = problem(control.get(f"{control.home}/journal/events", last_event_id=last))

    assert (status, detail) == (422, f"The header Last-Event-ID is the number of an exchange, not {last!r}.")
