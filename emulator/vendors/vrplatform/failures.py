"""What VRPlatform says when something went wrong, the request to blame or not: what a fault makes it say."""

from collections.abc import Mapping

from emulator.core.pack import Failure
from emulator.core.rules import Answer, Grade, Rule
from emulator.vendors.vrplatform import rules

_DEFAULTS = "docs list the status; code and words are the defaults of the framework that the docs point to"
_NAMELESS = "nothing is documented; code and words are in the manner of the others"


def _said(status: int, code: str, message: str, source: str = _NAMELESS, grade: Grade = "inferred") -> Failure:
    answer = Answer(status, code, message)
    sentence = f"A {status} has a code and a message."
    return Failure(Rule(f"vrplatform.status-{status}", sentence, grade, source, "2026-05", answer))


FAILURES: Mapping[int, Failure] = {
    400: _said(400, "BAD_REQUEST", "Input validation failed", _DEFAULTS),
    401: Failure(rules.KEY_UNKNOWN),
    403: _said(403, "FORBIDDEN", "Insufficient access", _DEFAULTS),
    404: _said(404, "NOT_FOUND", "Not found", _DEFAULTS),
    409: _said(409, "CONFLICT", "Conflict"),
    413: Failure(rules.MAX_JSON_BYTES),
    429: _said(429, "TOO_MANY_REQUESTS", "Too many requests"),
    500: _said(500, "INTERNAL_SERVER_ERROR", "Internal server error", _DEFAULTS),
    502: _said(502, "BAD_GATEWAY", "Bad gateway"),
    503: _said(503, "SERVICE_UNAVAILABLE", "Service unavailable"),
    504: _said(504, "GATEWAY_TIMEOUT", "Gateway timeout"),
}
