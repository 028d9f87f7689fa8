"""The report of a sandbox's last exchanges that a failed test shows: their webhooks, and what explains a refusal."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from emulator.core.printable import printable
from emulator.testing.control import Control, EmulatorError, path_of
from emulator.testing.exchange import Exchange
from emulator.testing.webhooks import parse_delivery

HEADLINE = "The last exchanges:"
NOTHING = "No request reached the sandbox."
_WIDTH = 110
# How many lines of the vendor's answer are shown.
_BODY_LINES = 4
# The longest value (characters) of a setting that is shown.
_MAX_VALUE = 60


def render_report(control: Control, sandbox: str, exchanges: Sequence[Exchange]) -> str:
    """Return the exchanges, a line each, and below them the webhooks that they caused.

    Below the first refusal by a rule follow the rule, its setting and the answer. Last come the requests that reached
    no vendor, as those of a client with a wrong base URL.

    Raises EmulatorError.
    """
    if not exchanges:
        return "\n".join([NOTHING, *_report_unrouted(control, sandbox)])
    lines = [HEADLINE]
    answer = control.ask_sandbox("GET", sandbox, "/webhooks/deliveries")
    deliveries = [parse_delivery(delivery) for delivery in answer["deliveries"]]
    explained: set[tuple[str, ...]] = set()
    for exchange in exchanges:
        lines += [f"  {line}" for line in str(exchange).splitlines()]
        lines += [
            f"      webhook {printable(str(delivery))}"
            for delivery in deliveries
            if delivery.exchange == exchange.number
        ]
        if exchange.rules and exchange.rules not in explained:
            explained.add(exchange.rules)
            lines += [f"      {printable(line)}" for line in _explain(control, sandbox, exchange)]
    return "\n".join([*lines, *_report_unrouted(control, sandbox)])


def is_shown_in(report: str, text: str) -> bool:
    """Return whether a text has the exchanges of a report, as the message of a failed assertion does."""
    exchanges = [line for line in report.splitlines() if line.startswith("  #")]
    return bool(exchanges) and all(line in text for line in exchanges)


def _report_unrouted(control: Control, sandbox: str) -> Iterator[str]:
    requests = control.ask("GET", "/unrouted", {"sandbox": sandbox})["requests"]
    if requests:
        yield "Requests that reached no vendor:"
    for request in requests:
        yield printable(f"  {request['method']} {request['target']} -> {request['status']}")
        yield from (f"      {printable(line)}" for line in wrap(request["detail"], _WIDTH, break_long_words=False))


def _explain(control: Control, sandbox: str, exchange: Exchange) -> Iterator[str]:
    settings: Mapping[str, Any] = control.ask_sandbox("GET", sandbox, "/settings")["settings"]
    for id_ in exchange.rules:
        rule = control.ask("GET", f"/rules/{id_}")
        yield from wrap(f"{id_} ({rule['grade']}): {rule['sentence']}", _WIDTH)
        if setting := rule["setting"]:
            value = str(settings[setting])
            yield f"The setting {setting} changes it; here it is {_shorten(value)}."
    if body := _read_answer(control, sandbox, exchange):
        yield from wrap(f"{exchange.vendor} answered: {body}", _WIDTH, max_lines=_BODY_LINES, placeholder=" …")


def _read_answer(control: Control, sandbox: str, exchange: Exchange) -> str:
    """Return the body of the answer as one line; empty where the journal does not have it."""
    try:
        body: bytes = control.ask("GET", path_of(sandbox, f"/journal/{exchange.number}/response"))
    except EmulatorError:
        return ""
    return " ".join(body.decode("utf-8", "replace").split())


def _shorten(value: str) -> str:
    return value if len(value) <= _MAX_VALUE else f"{value[:_MAX_VALUE]}…"
