"""The command that follows a running emulator: `attachment-emulator tail`."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from http.client import HTTPException, HTTPResponse
from typing import Any

import click

from emulator.commands.remote import connect, require_sandbox
from emulator.commands.server_arguments import json_option, sandbox_option, takes_vendor_and_url
from emulator.request_log.entry import LogEntry
from emulator.request_log.formats import Format, as_text, is_coloured
from emulator.request_log.formats import as_json as json_format
from emulator.testing.control import Control, EmulatorError, path_of

# How long (seconds) the server may send nothing: longer than the pause between two of its signs of life.
SILENCE = 40
# How long (seconds) between two attempts to reach a server that does not answer.
PAUSE = 0.5


class Tail:
    """Prints the exchanges of one sandbox that match, those that there are first."""

    def __init__(self, control: Control, sandbox: str, vendor: str | None, *, refused: bool, as_json: bool) -> None:
        self._control = control
        self._sandbox = sandbox
        self._vendor = vendor
        self._only_refused = refused
        self._format: Format = (
            json_format(self._sentence_of)
            if as_json
            else as_text(self._sentence_of, coloured=is_coloured(sys.stdout.fileno()))
        )
        self._last = 0
        """The number of the exchange that came last."""
        self._listed: set[int] = set()
        """The numbers of those that were printed before the stream began."""

    def print_last(self, number: int) -> None:
        """Print the last exchanges that match, this many. Raises EmulatorError."""
        answer = self._control.ask_sandbox("GET", self._sandbox, "/journal")
        ended = [exchange for exchange in answer["exchanges"] if exchange["outcome"] != "open"]
        matching = [exchange for exchange in ended if self._matches(exchange)]
        for exchange in matching[len(matching) - number :] if number < len(matching) else matching:
            self._print(exchange)
        self._listed = {exchange["number"] for exchange in ended}
        self._last = max(self._listed, default=0)

    def follow(self) -> None:
        """Print the exchanges as they end, until the connection breaks. Raises EmulatorError."""
        with self._control.stream(path_of(self._sandbox, f"/journal/events?after={self._last}"), SILENCE) as response:
            for event, data in _events(response):
                if event == "reset":
                    self._last = 0
                    self._listed.clear()
                elif event == "exchange":
                    exchange = json.loads(data)
                    self._last = exchange["number"]
                    if exchange["number"] not in self._listed and self._matches(exchange):
                        self._print(exchange)

    def _matches(self, exchange: Mapping[str, Any]) -> bool:
        if self._vendor not in (None, exchange["vendor"]):
            return False
        return not self._only_refused or LogEntry.of_answer(self._sandbox, exchange).refused

    def _print(self, exchange: Mapping[str, Any]) -> None:
        click.echo(self._format(LogEntry.of_answer(self._sandbox, exchange)))

    def _sentence_of(self, rule: str) -> str:
        return self._sentences.get(rule, "")

    @cached_property
    def _sentences(self) -> Mapping[str, str]:
        return {rule["id"]: rule["sentence"] for rule in self._control.ask("GET", "/rules")["rules"]}


@click.command()
@click.option(
    "-n", "--lines", type=click.IntRange(0), default=10, metavar="N", help="Begin with the last N.  [default: 10]"
)
@click.option("--refused", is_flag=True, help="Only requests that were refused or disturbed by a fault.")
@sandbox_option
@json_option
@takes_vendor_and_url
def tail(url: str, vendor: str | None, sandbox: str, lines: int, *, refused: bool, as_json: bool) -> None:
    """Follow the requests to a running emulator until Ctrl-C.

    Prints a line for every request, like the log of `serve`: first for the last ones, then for each that ends. Waits
    for the server if it is restarted.
    """
    with connect(url) as control, suppress(KeyboardInterrupt):
        names = require_sandbox(control, sandbox)
        follower = Tail(control, sandbox, vendor, refused=refused, as_json=as_json)
        follower.print_last(lines)
        others = [name for name in names if name != sandbox]
        if others:
            _say(f"following sandbox {sandbox}; --sandbox selects another: {', '.join(others[:10])}")
        while True:
            with suppress(EmulatorError):
                follower.follow()
            _say(f"the connection to {control.url} ended; waiting for the server")
            _wait_for(control)
            _say(f"following {control.url} again")


def _wait_for(control: Control) -> None:
    while True:
        time.sleep(PAUSE)
        with suppress(EmulatorError):
            control.health()
            return


def _events(response: HTTPResponse) -> Iterator[tuple[str, str]]:
    """Yield name and data of every server-sent event until the stream ends."""
    name, data = "", ""
    with suppress(OSError, HTTPException):
        for line in response:
            field, _, value = line.decode().rstrip("\r\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif not field and name:
                yield name, data
                name = data = ""


def _say(message: str) -> None:
    click.echo(f"attachment-emulator: {message}", err=True)
