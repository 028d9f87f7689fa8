"""The command that explains the last refused request: `attachment-emulator doctor`."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from emulator.commands.remote import connect, require_sandbox
from emulator.commands.server_arguments import sandbox_option, takes_url
from emulator.request_log.formats import printable
from emulator.testing.control import Control, EmulatorError
from emulator.testing.exchange import Exchange
from emulator.testing.sandbox import Sandbox

WIDTH = 100
# The most characters of an answer that are printed.
MAX_PRINTED = 1000
# What the client got instead of an answer, by outcome.
_NO_ANSWER = {
    "open": "nothing yet",
    "disconnected": "nothing, as it closed the connection,",
    "cut": "a broken connection",
}
_UNITS = (("hour", 3600), ("minute", 60), ("second", 1))
_FAULT_HINT = (
    "The request triggered a fault, armed by a test or by the client's own header; the request itself may be correct."
)
_DEFECT_HINT = "This is a bug in the emulator, not in the request; see the server's log."
_MISSING_HINT = "The request may be correct, but is not emulated: see `attachment-emulator operations {vendor}`."
_STRICT_HINT = (
    "With auth = strict only credentials that the emulator issued are accepted; use --auth any "
    "to accept all well-formed ones."
)


@dataclass(frozen=True)
class Explanation:
    """A refused exchange and what is known about it."""

    exchange: Exchange
    rules: tuple[Mapping[str, Any], ...]
    """The rules that refused it, as the control API lists them."""
    settings: Mapping[str, Any]
    """The settings of its sandbox."""
    answer: str
    """The body of the answer, if it is available as text."""
    sandbox_path: str
    """The URL of its sandbox in the control API."""


@click.command()
@sandbox_option
@takes_url
def doctor(url: str, sandbox: str) -> None:
    """Explain the last request that was refused.

    Prints the vendor's rule that refused it, the evidence for the rule, and what to do.

    The default URL is EMULATOR_URL, or where `serve` listens by default, or as EMULATOR_HOST and EMULATOR_PORT say.
    """
    with connect(url) as control:
        others = [name for name in require_sandbox(control, sandbox) if name != sandbox]
        exchanges = Sandbox(control, sandbox).journal.find()
        refused = next(filter(_is_refused, reversed(exchanges)), None)
        lines = (
            _report_no_refusal(control, sandbox, exchanges, others)
            if refused is None
            else explain(gather(control, sandbox, refused))
        )
        click.echo("\n".join((*lines, *_report_unrouted(control))))


def gather(control: Control, sandbox: str, exchange: Exchange) -> Explanation:
    """Look up the rules, settings and answer of an exchange. Raises EmulatorError."""
    box = Sandbox(control, sandbox)
    rules = {rule["id"]: rule for rule in control.ask("GET", "/rules", {"vendor": exchange.vendor})["rules"]}
    return Explanation(
        exchange,
        tuple(rules[name] for name in exchange.rules),
        control.ask_sandbox("GET", sandbox, "/settings")["settings"],
        _answer_of(box, exchange),
        f"{control.url}/_emulator/sandboxes/{sandbox}",
    )


def explain(explanation: Explanation) -> Iterator[str]:
    """Return the explanation as lines for a terminal."""
    return map(printable, _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    exchange = explanation.exchange
    received = _NO_ANSWER.get(exchange.outcome, exchange.status)
    yield f"{exchange.method} {exchange.target}"
    operation = f", operation {exchange.operation}" if exchange.operation else ""
    yield f"  got {received} from {exchange.vendor} (exchange {exchange.number}{operation})"
    if explanation.answer:
        yield from _indented(explanation.answer.strip().splitlines())
    for rule in explanation.rules:
        yield ""
        yield f"Rule {rule['id']} ({rule['grade']}, {rule['date']})"
        yield from _wrapped(rule["sentence"])
        if rule["on_page"]:
            yield from _wrapped(f"The page says: {rule['on_page']}")
        yield from _wrapped(f"Source: {rule['source']}")
        if rule["setting"]:
            value, default = explanation.settings[rule["setting"]], rule["default"]
            yield from _wrapped(
                f"Setting: {rule['setting']} = {value}{'' if value == default else f' (default {default})'}"
            )
    yield ""
    yield "What to do"
    for hint in _hints(explanation):
        yield from _wrapped(hint)


def _hints(explanation: Explanation) -> Iterator[str]:
    exchange = explanation.exchange
    if exchange.fault:
        yield f"{_FAULT_HINT} Its kind is {exchange.fault}; DELETE {explanation.sandbox_path}/faults disarms all."
    elif exchange.outcome == "failed":
        yield _DEFECT_HINT
    elif exchange.hint:
        yield exchange.hint
    elif exchange.status == 501:
        yield _MISSING_HINT.format(vendor=exchange.vendor)
    elif explanation.rules:
        yield f"Change the request: the vendor refuses it too ({explanation.rules[0]['grade']})."
    else:
        yield "No rule of the vendor refused it; the answer above says what the emulator could not do."
    if exchange.status in (401, 403) and explanation.settings["auth"] == "strict":
        yield _STRICT_HINT
    for rule in explanation.rules:
        if rule["setting"]:
            name = rule["setting"]
            yield (
                f"If the vendor behaves differently for you: serve --{name.replace('_', '-')}, or for this sandbox "
                f'PATCH {explanation.sandbox_path}/settings with {{"settings": {{"{name}": …}}}}.'
            )


def _report_no_refusal(control: Control, sandbox: str, exchanges: list[Exchange], others: list[str]) -> Iterator[str]:
    if exchanges:
        yield f"No request was refused in sandbox {sandbox}. The last one was:"
        yield from map(printable, f"  {exchanges[-1]}".splitlines())
    else:
        vendors = ", ".join(f"{control.url}/{name}" for name in control.health()["vendors"])
        yield f"Sandbox {sandbox} has received no requests. The vendors are at {vendors} ."
    if others:
        yield f"Other sandboxes, which --sandbox selects: {', '.join(others)}."


def _report_unrouted(control: Control) -> Iterator[str]:
    """Report the last request that is in no journal: that of a client with a wrong base URL, mostly."""
    requests = control.ask("GET", "/unrouted")["requests"]
    if requests:
        last = requests[-1]
        yield ""
        yield f"The last request that reached no vendor, {_ago(last['seconds_ago'])}"
        yield printable(f"  {last['method']} {last['target']} -> {last['status']}")
        yield from map(printable, _wrapped(last["detail"]))


def _ago(seconds: float) -> str:
    unit, size = next(unit for unit in _UNITS if seconds >= unit[1] or unit[1] == 1)
    count = int(seconds / size)
    return f"{count} {unit}{'s' * (count != 1)} ago"


def _is_refused(exchange: Exchange) -> bool:
    return bool(exchange.rules) or exchange.fault is not None or (exchange.status or 0) >= 400


def _answer_of(box: Sandbox, exchange: Exchange) -> str:
    try:
        return box.journal.body_of(exchange, "response").decode()[:MAX_PRINTED]
    except (EmulatorError, UnicodeDecodeError):
        return ""


def _wrapped(text: str) -> Iterable[str]:
    return _indented(textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))


def _indented(lines: Iterable[str]) -> Iterable[str]:
    return (f"  {line}" for line in lines)
