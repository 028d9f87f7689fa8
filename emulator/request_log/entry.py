"""LogEntry: what the request log says about a request or a webhook, read in the server or from the control API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from emulator.core.redaction import redact_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.core.journal import Exchange, Outcome
    from emulator.webhooks.models import Delivery


@dataclass(slots=True, kw_only=True)
class LogEntry:
    """One request that is over, of a client or of a vendor that sends a webhook."""

    at: datetime
    """When it began, by the clock of its sandbox."""
    sandbox: str | None = None
    vendor: str | None = None
    """None for a request that reached no vendor."""
    operation: str | None = None
    method: str
    target: str
    """Path and query as they were sent; of a webhook the URL."""
    status: int | None
    outcome: Outcome = "answered"
    duration: float | None = None
    """Seconds."""
    request_bytes: int = 0
    response_bytes: int = 0
    files: tuple[str, ...] = ()
    """The names of the files in a form."""
    rules: tuple[str, ...] = ()
    """The ids of the rules that refused it."""
    fault: str | None = None
    """The kind of fault that it triggered."""
    hint: str | None = None
    """What a request that matched nothing probably meant, or what is probably wrong with one that was accepted; of a
    webhook what becomes of it."""
    webhook: str | None = None
    """The type of a webhook's event; None for a request of a client."""

    @classmethod
    def of_delivery(cls, sandbox: str, delivery: Delivery) -> Self:
        """Return the entry of a webhook's last attempt, or of a webhook that was not sent."""
        attempt = delivery.attempts[-1] if delivery.attempts else None
        reasons = [attempt.error.rstrip(".")] if attempt and attempt.error else []
        outlook = (
            f"next attempt at {delivery.next_attempt:%Y-%m-%d %H:%M:%S}" if delivery.next_attempt else delivery.state
        )
        return cls(
            at=attempt.at if attempt else delivery.message.created,
            sandbox=sandbox,
            vendor=delivery.message.vendor,
            method="POST",
            target=redact_target(delivery.endpoint.url),
            status=attempt.status if attempt else None,
            duration=attempt.duration if attempt else None,
            request_bytes=len(delivery.body),
            fault=delivery.fault,
            hint="; ".join([*reasons, outlook]),
            webhook=delivery.message.event_type,
        )

    @classmethod
    def of_exchange(cls, sandbox: str, exchange: Exchange) -> Self:
        """Return the entry of an exchange in the server's own journal, without the hint of one that matched nothing."""
        request_body, response_body = exchange.request_body, exchange.response_body
        return cls(
            at=exchange.at,
            sandbox=sandbox,
            vendor=exchange.vendor,
            operation=exchange.operation,
            method=exchange.method,
            target=exchange.target,
            status=exchange.status,
            outcome=exchange.outcome,
            duration=exchange.duration,
            request_bytes=request_body.size if request_body else 0,
            response_bytes=response_body.size if response_body else 0,
            files=tuple([name for name, _ in exchange.files]),
            rules=exchange.rules,
            fault=exchange.fault,
            hint=exchange.hint,
        )

    @classmethod
    def of_answer(cls, sandbox: str, exchange: Mapping[str, Any]) -> Self:
        """Return the entry of an exchange as the control API describes it."""
        return cls(
            at=datetime.fromisoformat(exchange["at"]),
            sandbox=sandbox,
            request_bytes=exchange["request"]["size"],
            response_bytes=exchange["response"]["size"],
            files=tuple(file["name"] for file in exchange["request"]["files"]),
            rules=tuple(exchange["rules"]),
            **{name: exchange[name] for name in _SAME_IN_BOTH},
        )

    @property
    def refused(self) -> bool:
        """Whether the request was turned down, or disturbed by a fault, or the webhook not accepted."""
        if self.webhook and self.hint != "delivered":
            return True
        return bool(self.rules) or self.fault is not None or self.outcome == "failed" or (self.status or 0) >= 400

    def to_dict(self) -> dict[str, Any]:
        # Not asdict(), which copies every value.
        return {**{name: getattr(self, name) for name in self.__slots__}, "at": self.at.isoformat()}


_SAME_IN_BOTH = ("vendor", "operation", "method", "target", "status", "outcome", "duration", "fault", "hint")
