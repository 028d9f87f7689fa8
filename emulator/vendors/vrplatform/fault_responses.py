"""VRPlatform's response for each status that an injected fault can ask for."""

from emulator.core.rules import Answer, Grade, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.vrplatform import rules

_FRAMEWORK_DEFAULT = "docs list the status; code and words are the defaults of the framework that the docs point to"
_UNDOCUMENTED = "nothing is documented; code and words are in the manner of the others"


def _response(
    status: int, code: str, message: str, source: str = _UNDOCUMENTED, grade: Grade = "inferred"
) -> FaultResponse:
    answer = Answer(status, code, message)
    sentence = f"A response with status {status} has a code and a message."
    return FaultResponse(Rule(f"vrplatform.status-{status}", sentence, grade, source, "2026-05", answer))


FAULT_RESPONSES = by_status(
    _response(400, "BAD_REQUEST", "Input validation failed", _FRAMEWORK_DEFAULT),
    FaultResponse(rules.KEY_UNKNOWN),
    _response(403, "FORBIDDEN", "Insufficient access", _FRAMEWORK_DEFAULT),
    _response(404, "NOT_FOUND", "Not found", _FRAMEWORK_DEFAULT),
    _response(409, "CONFLICT", "Conflict"),
    FaultResponse(rules.MAX_JSON_BYTES),
    _response(429, "TOO_MANY_REQUESTS", "Too many requests"),
    _response(500, "INTERNAL_SERVER_ERROR", "Internal server error", _FRAMEWORK_DEFAULT),
    _response(502, "BAD_GATEWAY", "Bad gateway"),
    _response(503, "SERVICE_UNAVAILABLE", "Service unavailable"),
    _response(504, "GATEWAY_TIMEOUT", "Gateway timeout"),
)
