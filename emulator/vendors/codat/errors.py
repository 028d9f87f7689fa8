"""How Codat phrases its answers: compact JSON, the ErrorMessage, and the headers around both."""

import json
from typing import Any

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal

JSON = b"application/json"


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    return Reply(dumped(body), status, {**common_headers(request), b"content-type": JSON})


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """An ErrorMessage. The fact `status` is a status of its own, `validator` in whose name a detail is given."""
    status: Any = refusal.facts.get("status", refusal.answer.status)
    body: dict[str, Any] = {
        "statusCode": status,
        "service": refusal.answer.kind,
        "error": refusal.message,
        "correlationId": request.correlation_id.replace("-", ""),
    }
    if refusal.detail:
        validator = refusal.facts.get("validator", "Attachment")
        error = {"itemId": refusal.item, "message": refusal.detail, "validatorName": validator}
        body["validation"] = {"errors": [error], "warnings": []}
    body |= {"canBeRetried": "Unknown", "detailedErrorCode": 0}
    response = success(request, body, status)
    response.headers.update(refusal.headers)
    return response


def dumped(body: object) -> bytes:
    # The seed data's amounts are decimals.
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=float, allow_nan=False)
    return text.encode("utf-8", "replace")
