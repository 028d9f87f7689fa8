"""Exchanges as the control API shows them: which ones match a query, and their models."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TypedDict

from emulator.control.hints import hint_for
from emulator.control.models import journal as models
from emulator.core.clock import iso
from emulator.core.journal import Body, Exchange, Headers
from emulator.core.vendor import Vendor


def matching(journal: Iterable[Exchange], query: models.ExchangeFilter) -> Iterable[Exchange]:
    """Return the exchanges that match all filters."""
    return (exchange for exchange in journal if matches(exchange, query))


def matches(exchange: Exchange, query: models.ExchangeFilter) -> bool:
    """Return whether an exchange matches all filters."""
    path = exchange.target.partition("?")[0]
    return (
        query.vendor in (None, exchange.vendor)
        and (query.method or exchange.method).upper() == exchange.method
        and query.operation in (None, exchange.operation)
        and (query.path is None or query.path in path or fnmatchcase(path, query.path))
        and (query.status is None or _has_status(exchange, query.status))
        and (query.rule is None or query.rule in exchange.rules)
        and query.fault in (None, exchange.fault)
        and exchange.number > (query.after or 0)
    )


def _has_status(exchange: Exchange, wanted: str) -> bool:
    """Return whether the status is the wanted one (`404`) or in the wanted class (`4xx`)."""
    status = str(exchange.status or "")
    return status == wanted or (wanted.endswith("xx") and status[:1] == wanted[:1])


def render_exchange(exchange: Exchange, vendors: Mapping[str, Vendor]) -> models.Exchange:
    """Return the model of an exchange."""
    hint = exchange.hint
    if exchange.operation is None:
        hint = hint_for(vendors[exchange.vendor], exchange.method, exchange.target)
    return models.Exchange(
        number=exchange.number,
        at=iso(exchange.at),
        vendor=exchange.vendor,
        operation=exchange.operation,
        method=exchange.method,
        target=exchange.target,
        duration=None if exchange.duration is None else round(exchange.duration, 6),
        request=models.ExchangeRequest(
            headers=_render_headers(exchange.request_headers),
            **_measure(exchange.request_body),
            files=[models.FormFile(name=name, **_measure(file)) for name, file in exchange.files],
        ),
        status=exchange.status,
        response=models.ExchangeResponse(
            headers=_render_headers(exchange.response_headers), **_measure(exchange.response_body)
        ),
        rules=list(exchange.rules),
        outcome=exchange.outcome,
        fault=exchange.fault,
        hint=hint,
    )


def _render_headers(headers: Headers) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


class _Measured(TypedDict):
    size: int
    sha256: str | None
    available: bool


def _measure(body: Body | None) -> _Measured:
    if body is None:
        return {"size": 0, "sha256": None, "available": False}
    return {"size": body.size, "sha256": body.sha256, "available": body.is_available}
