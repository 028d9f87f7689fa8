"""`attachment-emulator doctor`: why the last request that was refused was refused."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from emulator.commands.remote import connect, require_sandbox, sandbox_option, url_argument
from emulator.testing.control import Control, EmulatorError
from emulator.testing.journal import Exchange
from emulator.testing.sandbox import Sandbox

WIDTH = 100
# How much of an answer (characters) is shown.
MAX_SHOWN = 1000
# What came instead of an answer, by outcome.
_INSTEAD = {"open": "nothing yet", "disconnected": "nothing, as it went away,", "cut": "a broken connection"}
_FAULT_HINT = "A fault struck it, which a test or the client's own header armed; the request may be as it should be."
_DEFECT_HINT = "This is a defect of the emulator's, not of the request; the server's log says more."
_MISSING_HINT = "The request may be as it should be: `attachment-emulator operations {vendor}` lists what is emulated."
_STRICT_HINT = (
    "With auth = strict only credentials that the emulator issued are good; --auth any takes all that are well formed."
)


@dataclass(frozen=True)
class Facts:
    """What there is to say about an exchange."""

    exchange: Exchange
    rules: tuple[Mapping[str, Any], ...]
    """As the control API shows them."""
    settings: Mapping[str, Any]
    """Those in force in its sandbox."""
    answer: str
    """The body of the answer, if it is to be had as text."""
    sandbox_path: str
    """The URL of its sandbox in the control API."""


@click.command()
@url_argument
@sandbox_option
def doctor(url: str, sandbox: str) -> None:
    """Explain the last request that was refused.

    By which rule of the vendor's, how that is known, and what to do about it.

    Without a URL it asks where `serve` listens by default, or as EMULATOR_HOST and EMULATOR_PORT say.
    """
    with connect(url) as control:
        others = [name for name in require_sandbox(control, sandbox) if name != sandbox]
        exchanges = Sandbox(control, sandbox).journal.find()
        refused = next(filter(_is_refused, reversed(exchanges)), None)
        lines = (
            _nothing(control, sandbox, exchanges, others)
            if refused is None
            else explain(ask(control, sandbox, refused))
        )
        click.echo("\n".join(lines))


def ask(control: Control, sandbox: str, exchange: Exchange) -> Facts:
    """Raises EmulatorError."""
    box = Sandbox(control, sandbox)
    known = {each["id"]: each for each in control.ask("GET", "/rules", {"vendor": exchange.vendor})["rules"]}
    return Facts(
        exchange,
        tuple(known[name] for name in exchange.rules),
        control.ask_sandbox("GET", sandbox, "/settings")["settings"],
        _answer_of(box, exchange),
        f"{control.url}/_emulator/sandboxes/{sandbox}",
    )


def explain(facts: Facts) -> Iterator[str]:
    """Lines for a terminal."""
    return map(_printable, _explanation(facts))


def _explanation(facts: Facts) -> Iterator[str]:
    exchange = facts.exchange
    said = _INSTEAD.get(exchange.outcome, exchange.status)
    yield f"{exchange.method} {exchange.target}"
    operation = f", operation {exchange.operation}" if exchange.operation else ""
    yield f"  got {said} from {exchange.vendor} (exchange {exchange.number}{operation})"
    if facts.answer:
        yield from _indented(facts.answer.strip().splitlines())
    for rule in facts.rules:
        yield ""
        yield f"Rule {rule['id']} ({rule['grade']}, {rule['date']})"
        yield from _wrapped(rule["sentence"])
        if rule["on_page"]:
            yield from _wrapped(f"The page says: {rule['on_page']}")
        yield from _wrapped(f"Source: {rule['source']}")
        if rule["setting"]:
            value, default = facts.settings[rule["setting"]], rule["default"]
            yield from _wrapped(
                f"Setting: {rule['setting']} = {value}{'' if value == default else f' (default {default})'}"
            )
    yield ""
    yield "What to do"
    for hint in _hints(facts):
        yield from _wrapped(hint)


def _hints(facts: Facts) -> Iterator[str]:
    exchange = facts.exchange
    if exchange.fault:
        yield f"{_FAULT_HINT} It is of the kind {exchange.fault}; DELETE {facts.sandbox_path}/faults disarms all."
    elif exchange.outcome == "failed":
        yield _DEFECT_HINT
    elif exchange.hint:
        yield exchange.hint
    elif exchange.status == 501:
        yield _MISSING_HINT.format(vendor=exchange.vendor)
    elif facts.rules:
        yield f"Change the request: the vendor refuses it too ({facts.rules[0]['grade']})."
    else:
        yield "No rule of the vendor's refused it; the answer above says what the emulator lacks."
    if exchange.status in (401, 403) and facts.settings["auth"] == "strict":
        yield _STRICT_HINT
    for rule in facts.rules:
        if rule["setting"]:
            name = rule["setting"]
            yield (
                f"Where the vendor treats you otherwise: serve --{name.replace('_', '-')}, or for this sandbox alone "
                f'PATCH {facts.sandbox_path}/settings with {{"settings": {{"{name}": …}}}}.'
            )


def _nothing(control: Control, sandbox: str, exchanges: list[Exchange], others: list[str]) -> Iterator[str]:
    if exchanges:
        yield f"Nothing was refused in sandbox {sandbox}. What came last:"
        yield from map(_printable, f"  {exchanges[-1]}".splitlines())
    else:
        vendors = ", ".join(f"{control.url}/{name}" for name in control.health()["vendors"])
        yield f"No request has come to sandbox {sandbox}. Vendors are at {vendors} ."
    if others:
        yield f"Other sandboxes, to be named with --sandbox: {', '.join(others)}."


def _is_refused(exchange: Exchange) -> bool:
    return bool(exchange.rules) or exchange.fault is not None or (exchange.status or 0) >= 400


def _answer_of(box: Sandbox, exchange: Exchange) -> str:
    try:
        return box.journal.body_of(exchange, "response").decode()[:MAX_SHOWN]
    except (EmulatorError, UnicodeDecodeError):
        return ""


def _wrapped(text: str) -> Iterable[str]:
    return _indented(textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def _indented(lines: Iterable[str]) -> Iterable[str]:
    return (f"  {line}" for line in lines)


def _printable(line: str) -> str:
    # What a client sent comes back here, and must not steer the terminal.
    return "".join(each if each.isprintable() else " " if each == "\t" else ascii(each)[1:-1] for each in line)
