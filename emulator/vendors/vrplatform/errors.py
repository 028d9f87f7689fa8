"""VRPlatform's responses: compact JSON, and for refusals a code, a message, issues and a context."""

import json

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal
from emulator.vendors.vrplatform.zod import Issue

JSON = b"application/json"


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    """Return a response with a JSON body."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=float)
    return Reply(text.encode("utf-8", "replace"), status, {**common_headers(request), b"content-type": JSON})


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """Return a refusal as VRPlatform's error. Its fact `issues` lists what is wrong with the input."""
    issues = [issue._asdict() for issue in _issues(refusal)]
    if refusal.item:
        issues.append({"code": refusal.item, "message": refusal.message})
    body = {"code": refusal.answer.kind, "message": refusal.message, "issues": issues, "context": None}
    return success(request, body, refusal.answer.status)


def _issues(refusal: Refusal) -> list[Issue]:
    issues = refusal.facts.get("issues")
    return issues if isinstance(issues, list) else []
