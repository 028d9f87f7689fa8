"""Codat's responses: compact JSON, and the ErrorMessage for refusals."""

import json
from typing import Any

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal

JSON = b"application/json"


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    """Return a response with a JSON body."""
    return Reply(to_json(body), status, {**common_headers(request), b"content-type": JSON})


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """Return a refusal as an ErrorMessage.

    Of the refusal's facts, `status` overrides the status of its rule, and `validator` is the validatorName of the
    validation error.
    """
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


def to_json(body: object) -> bytes:
    """Serialize a body."""
    # Amounts are decimals where they come from JSON with a fraction.
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, default=float, allow_nan=False)
    return text.encode("utf-8", "replace")
