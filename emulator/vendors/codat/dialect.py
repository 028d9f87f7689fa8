"""How Codat phrases its answers: compact JSON, the ErrorMessage, and the headers around both."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from emulator.core.call import Call
from emulator.core.clock import http_date
from emulator.core.rules import Refusal

JSON = "application/json"


def success(call: Call, body: object, status: int = 200) -> Response:
    return Response(dumped(body), status, {**surroundings(call), "content-type": JSON})


def refuse(call: Call, refusal: Refusal) -> Response:
    """An ErrorMessage. The facts `status`, `problems` and `validator` are a status of its own, and what is to stand
    under `validation` (a list of item and message) in whose name."""
    status: Any = refusal.facts.get("status", refusal.answer.status)
    body: dict[str, Any] = {
        "statusCode": status,
        "service": refusal.answer.kind,
        "error": refusal.message,
        "correlationId": call.correlation_id.replace("-", ""),
    }
    problems: Any = refusal.facts.get("problems")
    if problems:
        validator = refusal.facts.get("validator", "Attachment")
        errors = [{"itemId": item, "message": message, "validatorName": validator} for item, message in problems]
        body["validation"] = {"errors": errors, "warnings": []}
    body |= {"canBeRetried": "Unknown", "detailedErrorCode": 0}
    return success(call, body, status)


def dumped(body: object) -> bytes:
    # The seed world's amounts are decimals.
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=float, allow_nan=False)
    return text.encode("utf-8", "replace")


def surroundings(call: Call) -> Mapping[str, str]:
    """The headers around every answer."""
    return {"Date": http_date(call.sandbox.clock.now()), **call.answer_headers}
