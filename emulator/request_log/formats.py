"""The forms in which an entry of the request log is written: one line of text, or one of JSON."""

import json
import os
import time
from collections.abc import Callable
from functools import cache, lru_cache
from textwrap import shorten
from urllib.parse import unquote

import click

from emulator.request_log.entry import LogEntry

Format = Callable[[LogEntry], str]
Sentences = Callable[[str], str]
"""Returns the sentence of a rule, by its id."""

# The most characters of a rule's sentence, of a target and of the file names.
MAX_SENTENCE = 90
MAX_TARGET = 300
MAX_NAMES = 100
_COLOURS = {2: "green", 3: "cyan", 4: "yellow", 5: "red"}
_OUTCOMES = {
    "disconnected": "the client closed the connection",
    "cut": "the connection was cut",
    "failed": "a bug in the emulator, see the traceback",
}


def as_text(sentence_of: Sentences, *, coloured: bool) -> Format:
    """Return the format for people: time, vendor, method, status, duration, bytes, target, and what is remarkable."""
    reason_of = cache(lambda rule: _reason(rule, sentence_of(rule)))

    def format_entry(entry: LogEntry) -> str:
        status = f"{entry.status or '---'}"
        size, direction = (entry.request_bytes, "up") if entry.request_bytes else (entry.response_bytes, "down")
        target = entry.target if entry.target.isprintable() else printable(entry.target)
        if len(target) > MAX_TARGET:
            target = f"{target[: MAX_TARGET - 1]}…"
        start = _local_time(int(entry.at.timestamp()))
        vendor = f"{entry.vendor or '-':10}"
        remarks = _remarks(entry, reason_of)
        if coloured:
            start, vendor = click.style(start, dim=True), click.style(vendor, fg="cyan")
            status = click.style(status, fg=_COLOURS.get((entry.status or 0) // 100, "magenta"), bold=True)
            remarks = [click.style(remark, fg="yellow") for remark in remarks]
        line = (
            f"{start} {vendor} {entry.method:6} {status} {_milliseconds(entry.duration):>9} "
            f"{format_size(size):>8} {direction if size else '':4} {target}"
        )
        return " | ".join([line, *remarks]) if remarks else line

    return format_entry


def as_json(sentence_of: Sentences) -> Format:
    """Return the format for programs: one JSON object a line."""

    def format_entry(entry: LogEntry) -> str:
        return json.dumps({**entry.to_dict(), "sentences": [sentence_of(rule) for rule in entry.rules]})

    return format_entry


def describe_loss(lost: int) -> str:
    """Return the line of text for requests that are missing."""
    return f"… {lost} more request{'s' * (lost != 1)} not shown: they came faster than they could be written"


def describe_loss_as_json(lost: int) -> str:
    """Return the line of JSON for requests that are missing."""
    return json.dumps({"not_shown": lost})


def is_coloured(descriptor: int) -> bool:
    """Return whether what is written there is for the eyes of somebody who wants colours."""
    return os.isatty(descriptor) and not os.environ.get("NO_COLOR")


def printable(text: str) -> str:
    """Return text that a client sent in such a form that it cannot control the terminal."""
    return "".join(char if char.isprintable() else " " if char == "\t" else ascii(char)[1:-1] for char in text)


def _remarks(entry: LogEntry, reason_of: Callable[[str], str]) -> list[str]:
    """Return what follows the target: the sandbox, the files, the fault, the rules, the hint."""
    remarks = []
    if entry.sandbox not in (None, "default") and not entry.target.startswith(f"/sandbox/{entry.sandbox}/"):
        remarks.append(f"sandbox {entry.sandbox}")
    if entry.webhook:
        remarks.append(f"webhook {printable(entry.webhook)}")
    if names := _file_names(entry):
        remarks.append(names)
    if entry.outcome in _OUTCOMES:
        remarks.append(_OUTCOMES[entry.outcome])
    if entry.fault:
        remarks.append(f"fault {entry.fault}")
    if entry.rules:
        remarks += map(reason_of, entry.rules)
    if entry.hint:
        remarks.append(printable(entry.hint))
    return remarks


def _file_names(entry: LogEntry) -> str:
    """Return the names of the files in a form, or the one that the path hides behind percent-encoding."""
    names = ", ".join(entry.files)
    if not names and "%" in entry.target:
        last = entry.target.partition("?")[0].rpartition("/")[2]
        names = unquote(last) if "%" in last else ""
    names = printable(names) if names else ""
    return names if len(names) <= MAX_NAMES else f"{names[: MAX_NAMES - 1]}…"


def _reason(rule: str, sentence: str) -> str:
    return f"{rule}: {shorten(sentence, MAX_SENTENCE, placeholder='…')}" if sentence else rule


@lru_cache(1)
def _local_time(second: int) -> str:
    """Return the time of day in the time zone of this process; cached, as many requests come in the same second."""
    return time.strftime("%H:%M:%S", time.localtime(second))


def _milliseconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.1f} ms" if seconds < 10 else f"{seconds:.1f} s"


def format_size(size: int) -> str:
    """Return a number of bytes as people write it."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
