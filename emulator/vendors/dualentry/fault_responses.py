"""What DualEntry says with a status that a fault has ordered, in the form of its real answers."""

from emulator.core.rules import Answer, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.dualentry import rules

_WORDS = "docs, errors (the status and the form). The words are inferred"
_PROXY = "the form of the proxy's 413"


def _said(
    status: int, message: str, source: str = _WORDS, form: str = "errors", item: str = "__all__"
) -> FaultResponse:
    sentence = f"A {status} that no field is to blame for."
    answer = Answer(status, form, message, item=item)
    return FaultResponse(Rule(f"dualentry.status-{status}", sentence, "inferred", source, "2026-07", answer))


FAULT_RESPONSES = by_status(
    _said(400, "Bad request"),
    FaultResponse(rules.CREDENTIAL),
    _said(402, "Your organization's subscription does not permit this"),
    FaultResponse(rules.KEY_UNKNOWN),
    _said(404, "Not found"),
    _said(409, "This period is closed", "tests of the vendor's command line tool (such a conflict)"),
    FaultResponse(rules.MAX_FILE_BYTES),
    _said(422, "Unprocessable entity"),
    FaultResponse(rules.RATE_LIMITS, {"seconds": 1}, {"X-RateLimit-Remaining": "0"}),
    _said(500, "Internal server error"),
    _said(502, "502 Bad Gateway", _PROXY, "proxy"),
    _said(503, "Service unavailable"),
    _said(504, "504 Gateway Time-out", _PROXY, "proxy"),
)
