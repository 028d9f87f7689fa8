"""DualEntry's response for each status that an injected fault can ask for."""

from emulator.core.rules import Answer, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.dualentry import rules

_DOCUMENTED_FORM = "docs, errors (the status and the form). The words are inferred"
_PROXY_FORM = "the form of the proxy's 413"


def _response(
    status: int, message: str, source: str = _DOCUMENTED_FORM, form: str = "errors", item: str = "__all__"
) -> FaultResponse:
    sentence = f"A response with status {status} that is not about a particular field."
    answer = Answer(status, form, message, item=item)
    return FaultResponse(Rule(f"dualentry.status-{status}", sentence, "inferred", source, "2026-07", answer))


FAULT_RESPONSES = by_status(
    _response(400, "Bad request"),
    FaultResponse(rules.CREDENTIAL),
    _response(402, "Your organization's subscription does not permit this"),
    FaultResponse(rules.KEY_UNKNOWN),
    _response(404, "Not found"),
    _response(409, "This period is closed", "tests of the vendor's command line tool (such a conflict)"),
    FaultResponse(rules.MAX_FILE_BYTES),
    _response(422, "Unprocessable entity"),
    FaultResponse(rules.RATE_LIMITS, {"seconds": 1}, {"X-RateLimit-Remaining": "0"}),
    _response(500, "Internal server error"),
    _response(502, "502 Bad Gateway", _PROXY_FORM, "proxy"),
    _response(503, "Service unavailable"),
    _response(504, "504 Gateway Time-out", _PROXY_FORM, "proxy"),
)
