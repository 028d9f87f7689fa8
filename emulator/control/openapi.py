"""The OpenAPI document of the control API, written from its routes."""

import re
from collections.abc import Iterable
from typing import Any

from emulator import __version__
from emulator.core.routing import Operation
from emulator.core.schemas import Field, Schema

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "bool": {"type": "boolean"},
    "moment": {"type": "string", "format": "date-time"},
    "object": {"type": "object"},
}
_PROBLEM = {
    "description": "A problem (RFC 9457).",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            }
        }
    },
}


def document(routes: Iterable[Operation]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "attachment-emulator, control API",
            "version": __version__,
            "description": "The emulator's own API, beside those of the vendors.",
        },
        "paths": paths,
    }


def _operation(route: Operation) -> dict[str, Any]:
    contract = route.context
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": each.required, "schema": _type(each)}
        for name, each in contract.query.items()
    ]
    described: dict[str, Any] = {
        "operationId": route.id,
        "summary": contract.summary,
        "parameters": parameters,
        "responses": {"2XX": {"description": "Done."}, "4XX": _PROBLEM},
    }
    if contract.body is not None:
        described["requestBody"] = {"content": {"application/json": {"schema": _object(contract.body)}}}
    if contract.upload:
        described["requestBody"] = {"content": {contract.upload: {"schema": {"type": "string", "format": "binary"}}}}
    return described


def _object(schema: Schema) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, each in schema.items() if each.required],
        "properties": {name: _type(each) for name, each in schema.items()},
    }


def _type(of: Field) -> dict[str, Any]:
    found = _TYPES.get(of.kind) or {"type": "string", "enum": of.kind.split("|")}
    return {**found, **({"default": of.default} if of.default is not None else {})}
