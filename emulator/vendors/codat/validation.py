"""Reading of JSON bodies, checked against models, and of page numbers. Invalid input raises Refusal."""

from typing import Any, cast

from pydantic import ValidationError

from emulator.core.json_reader import JsonObject, read_json
from emulator.core.numbers import parse_int
from emulator.core.request import VendorRequest
from emulator.core.rules import Rule
from emulator.vendors.codat import rules
from emulator.vendors.codat.models import CodatModel, first_error


async def read_value(request: VendorRequest) -> Any:
    """Return the JSON value in the body. Raises Refusal for anything else."""
    body = await request.read_body(rules.MAX_JSON_BYTES)
    try:
        return await request.parse(read_json, body)
    except ValueError:
        raise request.refusal(rules.BAD_BODY, item="body", reason="The request body is no JSON.") from None


async def read_object(request: VendorRequest) -> JsonObject:
    """Return the JSON object in the body. Raises Refusal for anything else."""
    value = await read_value(request)
    if not isinstance(value, dict):
        raise request.refusal(rules.BAD_BODY, item="body", reason="The request body is no JSON object.")
    return value


async def read_model(request: VendorRequest, model: type[CodatModel], rule: Rule = rules.BAD_BODY) -> JsonObject:
    """Return the JSON object in the body, which fits the model. Raises Refusal."""
    return validate(request, model, await read_object(request), rule)


def validate(
    request: VendorRequest, model: type[CodatModel], value: object, rule: Rule, location: str = ""
) -> JsonObject:
    """Return a value that fits the model. `place` is where it is in the body. Raises the rule's refusal."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        item, reason = first_error(error, location)
        raise request.refusal(rule, validator=model.__name__, item=item, reason=reason) from None
    return cast("JsonObject", value)


def read_page_number(request: VendorRequest, name: str, default: int, highest: int = 2**31 - 1) -> int:
    """Return a number in the query, or the default if there is none. Raises Refusal unless it is from 1 to highest."""
    text = request.query_params.get(name, "")
    number = parse_int(text, 0) if text else default
    if not 1 <= number <= highest:
        raise request.refusal(rules.PAGE)
    return number
