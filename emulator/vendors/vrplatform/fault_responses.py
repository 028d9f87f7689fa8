"""What VRPlatform says with a status that a fault has ordered, in the form of its real answers."""

from emulator.core.rules import Answer, Grade, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.vrplatform import rules

_DEFAULTS = "docs list the status; code and words are the defaults of the framework that the docs point to"
_NAMELESS = "nothing is documented; code and words are in the manner of the others"


def _said(status: int, code: str, message: str, source: str = _NAMELESS, grade: Grade = "inferred") -> FaultResponse:
    answer = Answer(status, code, message)
    sentence = f"A {status} has a code and a message."
    return FaultResponse(Rule(f"vrplatform.status-{status}", sentence, grade, source, "2026-05", answer))


FAULT_RESPONSES = by_status(
    _said(400, "BAD_REQUEST", "Input validation failed", _DEFAULTS),
    FaultResponse(rules.KEY_UNKNOWN),
    _said(403, "FORBIDDEN", "Insufficient access", _DEFAULTS),
    _said(404, "NOT_FOUND", "Not found", _DEFAULTS),
    _said(409, "CONFLICT", "Conflict"),
    FaultResponse(rules.MAX_JSON_BYTES),
    _said(429, "TOO_MANY_REQUESTS", "Too many requests"),
    _said(500, "INTERNAL_SERVER_ERROR", "Internal server error", _DEFAULTS),
    _said(502, "BAD_GATEWAY", "Bad gateway"),
    _said(503, "SERVICE_UNAVAILABLE", "Service unavailable"),
    _said(504, "GATEWAY_TIMEOUT", "Gateway timeout"),
)
