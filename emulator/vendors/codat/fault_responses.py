"""Codat's response for each status that an injected fault can ask for."""

from emulator.core.rules import Answer, Grade, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.codat import rules

_OPENAPI = "OpenAPI, the example of this status"
_UNDOCUMENTED = "nothing is documented; the form is that of every error"


def _response(
    status: int, error: str, grade: Grade = "documented", source: str = _OPENAPI, service: str = rules.PUBLIC
) -> FaultResponse:
    sentence = f"A response with status {status} is an ErrorMessage."
    return FaultResponse(
        Rule(f"codat.status-{status}", sentence, grade, source, "2026-06", Answer(status, service, error))
    )


FAULT_RESPONSES = by_status(
    _response(400, "Error processing request - not valid."),
    _response(401, "Unauthorized"),
    _response(
        402,
        "You have exceeded the 50-company limit that applies to a Free plan. We recommend that you delete any "
        "companies you no longer need and retry the request.",
    ),
    _response(403, "You are using an outdated API key or a key not associated with that resource."),
    _response(404, "NotFound", "observed", "live, of an unknown path"),
    _response(405, "MethodNotAllowed", "inferred", "docs, list of errors, which shows no body"),
    _response(408, "RequestTimeout", "inferred", f"{_UNDOCUMENTED}; SDKs try again"),
    _response(409, "The data set has not been requested."),
    _response(413, "PayloadTooLarge", "inferred", _UNDOCUMENTED),
    _response(
        422,
        "Expense transaction updates are not supported for platforms other than Xero.",
        service="ExpenseSyncApi",
    ),
    FaultResponse(rules.RATE_LIMITS, {"seconds": 1}, {"X-Rate-Limit-Remaining": "0"}),
    _response(451, "Platform is not currently available for compliance purposes.", service="StdznCustomData"),
    _response(500, "There is a problem with our server. Please try again later."),
    _response(502, "BadGateway", "inferred", _UNDOCUMENTED),
    _response(503, "The Codat API is temporarily offline for maintenance. Please try again later."),
    _response(504, "GatewayTimeout", "inferred", _UNDOCUMENTED),
)
