"""Xero's response for each status that an injected fault can ask for."""

from emulator.core.rules import Answer, Rule
from emulator.core.vendor import FaultResponse, by_status
from emulator.vendors.xero import rules

_OFFLINE = "The Xero API is currently offline for maintenance"


def _gateway(status: int, reason: str) -> FaultResponse:
    page = (
        f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    source = "the Server header names nginx, whose page this is"
    return FaultResponse(
        Rule(
            f"xero.status-{status}",
            f"The gateway's {status}.",
            "inferred",
            source,
            "2021-06",
            Answer(status, "text", page),
        )
    )


FAULT_RESPONSES = by_status(
    FaultResponse(
        Rule(
            "xero.status-400",
            "A validation error that names no element.",
            "inferred",
            "cassettes of pyxero and xero-ruby (the form)",
            "2019",
            Answer(400, "validation", ""),
        ),
        {"rejected": ()},
    ),
    FaultResponse(rules.TOKEN_UNKNOWN),
    FaultResponse(rules.TENANT, headers={"X-AppMinLimit-Remaining": "9999"}),
    FaultResponse(rules.UNKNOWN_RECORD),
    FaultResponse(rules.MAX_REQUEST_BYTES),
    FaultResponse(
        rules.RATE_LIMITS,
        {"problem": "minute", "seconds": 1},
        {"X-MinLimit-Remaining": "0", "X-DayLimit-Remaining": "4940", "X-AppMinLimit-Remaining": "9940"},
    ),
    FaultResponse(
        Rule(
            "xero.status-500",
            "An error of Xero's own is a problem with a title.",
            "observed",
            "XeroAPI/xero-node#466, #510",
            "2021",
            Answer(500, "gateway", rules.SERVER_ERROR),
        )
    ),
    FaultResponse(rules.METHOD),
    _gateway(502, "Bad Gateway"),
    FaultResponse(
        Rule(
            "xero.status-503",
            "The maintenance notice is plain text.",
            "inferred",
            "tests of pyxero, whose author had not seen it in production",
            "2013",
            Answer(503, "text", _OFFLINE),
        )
    ),
    _gateway(504, "Gateway Time-out"),
)
