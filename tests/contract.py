"""Holds every answer of the control API against its own OpenAPI document."""

import json
import re
from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from emulator.control import BASE
from emulator.control.openapi import openapi_document
from emulator.control.routes import OPERATIONS
from emulator.vendors import VENDOR_NAMES

JSON = ("application/json", "application/problem+json")


def check(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Asserts that an answer of the control API is one that its document has."""
    if not path.startswith(f"{BASE}/"):
        return
    method = "get" if method == "HEAD" else method.lower()
    media_type = content_type.partition(";")[0]
    template = _template(path.rstrip("/"))
    if template is None or method not in document()["paths"][template]:
        assert (status, media_type) in ((403, JSON[1]), (404 if template is None else 405, JSON[1]))
        validator("Problem").validate(json.loads(body))
        return
    response = _response(template, method, status)
    content = response.get("content", {"": None})
    assert media_type in content or "*/*" in content, (template, method, status, media_type)
    if media_type in JSON:
        _validator_of(template, method, status, media_type).validate(json.loads(body))


@cache
def document() -> Any:
    # Through JSON, as a client gets it.
    return json.loads(json.dumps(openapi_document(OPERATIONS, VENDOR_NAMES)))


@cache
def validator(schema: str) -> Draft202012Validator:
    return _validator({"$ref": f"#/components/schemas/{schema}"})


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": document()["components"]})


@cache
def _validator_of(template: str, method: str, status: int, media_type: str) -> Draft202012Validator:
    return _validator(_response(template, method, status)["content"][media_type]["schema"])


def _response(template: str, method: str, status: int) -> Any:
    responses = document()["paths"][template][method]["responses"]
    assert str(status) in responses, f"{method} {template} is not said to answer {status}"
    response = responses[str(status)]
    reference = response.get("$ref", "").rpartition("/")[2]
    return document()["components"]["responses"][reference] if reference else response


@cache
def _template(path: str) -> str | None:
    """The path in the document that this one fits; of several the one with the fewest parameters."""
    fitting = [
        template
        for template in document()["paths"]
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template.replace(".", r"\.")), path)
    ]
    return min(fitting, key=lambda template: template.count("{"), default=None)
