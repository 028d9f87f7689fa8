"""What Codat says with a status that a fault has ordered, in the form of its real answers."""

from emulator.core.rules import Answer, Grade, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.codat import rules

_OPENAPI = "OpenAPI, the example of this status"
_NAMELESS = "nothing is documented; the form is that of every error"


def _said(
    status: int, error: str, grade: Grade = "documented", source: str = _OPENAPI, service: str = rules.PUBLIC
) -> FaultResponse:
    sentence = f"A {status} is an error message like every other."
    return FaultResponse(
        Rule(f"codat.status-{status}", sentence, grade, source, "2026-06", Answer(status, service, error))
    )


FAULT_RESPONSES = by_status(
    _said(400, "Error processing request - not valid."),
    _said(401, "Unauthorized"),
    _said(
        402,
        "You have exceeded the 50-company limit that applies to a Free plan. We recommend that you delete any "
        "companies you no longer need and retry the request.",
    ),
    _said(403, "You are using an outdated API key or a key not associated with that resource."),
    _said(404, "NotFound", "observed", "live, of an unknown path"),
    _said(408, "RequestTimeout", "inferred", f"{_NAMELESS}; SDKs try again"),
    _said(409, "The data set has not been requested."),
    _said(413, "PayloadTooLarge", "inferred", _NAMELESS),
    FaultResponse(rules.RATE_LIMITS, {"seconds": 1}, {"X-Rate-Limit-Remaining": "0"}),
    _said(451, "Platform is not currently available for compliance purposes.", service="StdznCustomData"),
    _said(500, "There is a problem with our server. Please try again later."),
    _said(502, "BadGateway", "inferred", _NAMELESS),
    _said(503, "The Codat API is temporarily offline for maintenance. Please try again later."),
    _said(504, "GatewayTimeout", "inferred", _NAMELESS),
)
