"""Reading of requests into models. Invalid input raises Refusal."""

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from emulator.core.json_reader import read_json
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.models import AttachmentPath, DryRun, Input
from emulator.vendors.vrplatform.zod import to_issues

# The most values in a body: each may be an issue of the answer.
MAX_VALUES = 20_000
AnyInput = TypeVar("AnyInput", bound=Input)
AnyWrite = TypeVar("AnyWrite", bound=DryRun)


def validate(
    request: VendorRequest, model: type[AnyInput], value: object, context: Mapping[str, object] | None = None
) -> AnyInput:
    """Return the value as the model reads it. `context` has the limits that a setting changes. Raises Refusal."""
    try:
        return model.model_validate(value, context=context)
    except ValidationError as error:
        raise request.refusal(rules.INPUT, issues=to_issues(error)) from None


async def read_write(request: VendorRequest, model: type[AnyWrite]) -> AnyWrite:
    """Return the body of a write, with the query parameter dryRun. Raises Refusal."""
    body = await read_body(request)
    value = {**body, **_dry_run(request)} if isinstance(body, dict) else body
    return await request.parse(validate, request, model, value)


async def read_model(request: VendorRequest, model: type[AnyInput]) -> AnyInput:
    """Return the body as the model reads it. Raises Refusal."""
    body = await read_body(request)
    return await request.parse(validate, request, model, body)


def read_dry_run(request: VendorRequest) -> DryRun:
    """Return the query parameter dryRun of a write without a body. Raises Refusal."""
    return validate(request, DryRun, _dry_run(request))


def _dry_run(request: VendorRequest) -> dict[str, object]:
    return {"dryRun": query_values(request).get("dryRun")}


async def read_body(request: VendorRequest) -> Any:
    """Return the JSON value in the body. Raises Refusal."""
    check_content_type(request, "application/json")
    body = await request.read_body(rules.MAX_JSON_BYTES)
    try:
        return await request.parse(read_json, body, Decimal, MAX_VALUES)
    except ValueError:
        raise request.refusal(rules.BAD_JSON) from None


def query_values(request: VendorRequest) -> dict[str, list[str]]:
    """Return all values of each query parameter. A parameter whose first value is empty counts as missing."""
    parameters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        parameters.setdefault(name, []).append(value)
    return {name: values for name, values in parameters.items() if values[0]}


def read_attachment_id(request: VendorRequest, attachment: str) -> str:
    """Return the attachment id in the path, in lower case. Raises Refusal."""
    return validate(request, AttachmentPath, {"attachmentId": attachment}).attachmentId


def check_content_type(request: VendorRequest, expected: str) -> None:
    """Check the media type of the body. Raises Refusal."""
    content_type = request.headers.get("content-type", "")
    if not content_type:
        raise request.refusal(rules.CONTENT_TYPE, reason="Missing content-type header")
    if content_type.partition(";")[0].strip().lower() != expected:
        raise request.refusal(rules.CONTENT_TYPE, reason=f'Unsupported content-type "{content_type}"')


def refuse_filters(request: VendorRequest, names: Set[str]) -> None:
    """Refuse a query that has filters which are not emulated. Raises Refusal."""
    if names:
        raise request.refusal(rules.FILTERS, names=", ".join(sorted(names)))
