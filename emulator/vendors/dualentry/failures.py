"""What DualEntry says when something went wrong, the request to blame or not: what a fault makes it say."""

from collections.abc import Mapping

from emulator.core.pack import Failure
from emulator.core.rules import Answer, Rule
from emulator.vendors.dualentry import rules

_WORDS = "docs, errors (the status and the form). The words are inferred"
_PROXY = "the form of the proxy's 413"


def _said(status: int, message: str, source: str = _WORDS, form: str = "errors", item: str = "__all__") -> Failure:
    sentence = f"A {status} that no field is to blame for."
    answer = Answer(status, form, message, item=item)
    return Failure(Rule(f"dualentry.status-{status}", sentence, "inferred", source, "2026-07", answer))


FAILURES: Mapping[int, Failure] = {
    400: _said(400, "Bad request"),
    401: Failure(rules.CREDENTIAL),
    402: _said(402, "Your organization's subscription does not permit this"),
    403: Failure(rules.KEY_UNKNOWN),
    404: _said(404, "Not found"),
    409: _said(409, "This period is closed", "tests of the vendor's command line tool (such a conflict)"),
    413: Failure(rules.MAX_FILE_BYTES),
    422: _said(422, "Unprocessable entity"),
    429: Failure(rules.RATE_LIMITS, {"seconds": 1}),
    500: _said(500, "Internal server error"),
    502: _said(502, "502 Bad Gateway", _PROXY, "proxy"),
    503: _said(503, "Service unavailable"),
    504: _said(504, "504 Gateway Time-out", _PROXY, "proxy"),
}
