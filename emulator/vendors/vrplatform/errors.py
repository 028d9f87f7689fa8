"""How VRPlatform phrases its answers: compact JSON, and errors with a code, a message and issues."""

import json

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.core.responses import Reply, common_headers
from emulator.core.rules import Refusal
from emulator.core.schemas import Problem

JSON = b"application/json"


def success(request: VendorRequest, body: object, status: int = 200) -> Response:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=float)
    return Reply(text.encode("utf-8", "replace"), status, {**common_headers(request), b"content-type": JSON})


def refuse(request: VendorRequest, refusal: Refusal) -> Response:
    """The fact `problems` lists what is wrong with the input."""
    body: dict[str, object] = {"code": refusal.answer.kind, "message": refusal.message}
    issues = [_issue(problem) for problem in _problems(refusal)]
    if refusal.item:
        issues.append({"code": refusal.item, "message": refusal.message})
    if issues:
        body["issues"] = issues
    return success(request, body, refusal.answer.status)


def _problems(refusal: Refusal) -> list[Problem]:
    problems = refusal.facts.get("problems")
    return problems if isinstance(problems, list) else []


def _issue(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "path": list(problem.place), "message": problem.message}
