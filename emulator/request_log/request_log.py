"""The request log: a line on stderr for every request to the server, and for every webhook that it sends."""

import os
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import TracebackType
from typing import Literal, Self

from emulator.core.clock import Clock
from emulator.core.journal import Exchange
from emulator.core.redaction import redact_target
from emulator.core.rules import Rule
from emulator.core.vendor import Vendor
from emulator.request_log.entry import LogEntry
from emulator.request_log.formats import Format, as_json, as_text, describe_loss, describe_loss_as_json, is_coloured
from emulator.request_log.writer import BatchWriter
from emulator.webhooks.models import Delivery

LogMode = Literal["requests", "refusals", "json"]
STDERR = 2
# About how many characters a line has beside what the client chose.
FIXED_LENGTH = 60


class RequestLog:
    """Has written what the server's registry tells of requests, until its `with` statement ends."""

    def __init__(self, writer: BatchWriter[LogEntry], *, only_refusals: bool) -> None:
        self._writer = writer
        self._only_refusals = only_refusals
        self._clock = Clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()

    def exchange_ended(self, sandbox: str, exchange: Exchange) -> None:
        """Log an exchange with a vendor."""
        self._add(LogEntry.of_exchange(sandbox, exchange))

    def webhook_attempted(self, sandbox: str, delivery: Delivery) -> None:
        """Log an attempt to deliver a webhook, or that there is none."""
        self._add(LogEntry.of_delivery(sandbox, delivery))

    def request_rejected(self, method: str, target: str, status: int, detail: str) -> None:
        """Log a request that reached no vendor."""
        target = redact_target(target)
        self._add(LogEntry(at=self._clock.now(), method=method, target=target, status=status, hint=detail))

    def _add(self, entry: LogEntry) -> None:
        if not self._only_refusals or entry.refused:
            self._writer.add(entry, FIXED_LENGTH + len(entry.target) + sum(map(len, entry.files)))


def open_request_log(mode: LogMode, vendors: Mapping[str, Vendor], rules: Sequence[Rule]) -> RequestLog | None:
    """Return a log that writes to stderr; None where the process has no stderr."""
    if sys.stderr is None:
        return None
    sentences = {rule.id: rule.sentence for rule in rules}.__getitem__
    try:
        # Not sys.stderr, whose lock a thread that waits for a full pipe would hold at the end of the process.
        stream = open(os.dup(STDERR), "wb", buffering=0)  # noqa: PTH123, SIM115 - a descriptor; open until the end.
    except OSError:
        return None
    if mode == "json":
        format_entry, loss = as_json(sentences), describe_loss_as_json
    else:
        format_entry, loss = as_text(sentences, coloured=is_coloured(STDERR)), describe_loss
    writer = BatchWriter(stream, sys.stderr.encoding or "utf-8", _with_hints(format_entry, vendors), loss)
    return RequestLog(writer, only_refusals=mode == "refusals")


def _with_hints(format_entry: Format, vendors: Mapping[str, Vendor]) -> Format:
    """Return a format that also says what a request that matched nothing probably meant."""

    # A client that is set up wrongly repeats its mistake, and looking for the nearest operation takes long.
    @lru_cache(1024)
    def find_hint(vendor: str, method: str, path: str) -> str | None:
        # Loaded with the first request that needs a hint.
        from emulator.control.hints import hint_for

        return hint_for(vendors[vendor], method, path)

    def format_with_hint(entry: LogEntry) -> str:
        if entry.operation is None and entry.vendor and not entry.webhook:
            entry.hint = find_hint(entry.vendor, entry.method, entry.target.partition("?")[0])
        return format_entry(entry)

    return format_with_hint
