"""The OpenAPI document of the control API, generated from its operations and models."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from emulator.control import BASE
from emulator.control.models.base import SHA256, Problem
from emulator.control.operation import Content, Operation
from emulator.core import problems
from emulator.core.json_reader import JsonObject
from emulator.core.validation import VENDOR_NAME_FORMAT
from emulator.version import __version__

_SCHEMAS = "#/components/schemas/"
# The path parameters by name.
_PATH_PARAMETERS: Mapping[str, JsonObject] = {
    "sandbox": {
        "description": "The name of a sandbox, which is created on first use: 1 to 64 letters, digits, - and _.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "example": "default",
    },
    "rule": {
        "description": "The id of a rule, which the header `Emulator-Rule` names.",
        "schema": {"type": "string"},
        "example": "xero.max-attachments",
    },
    "sha256": {"description": "SHA-256 of a file, in hexadecimal.", "schema": {"type": "string"}, "example": SHA256},
    "number": {"description": "A number in this sandbox.", "schema": {"type": "integer"}, "example": 1},
    "index": {
        "description": "Which of the form's files, counted from 0.",
        "schema": {"type": "integer"},
        "example": 0,
    },
    "side": {
        "description": "Whose bytes: the client's or the server's.",
        "schema": {"type": "string", "enum": ["request", "response"]},
        "example": "request",
    },
    "delivery": {
        "description": "The delivery's id.",
        "schema": {"type": "string"},
        "example": "5b1f3c0e-6a0f-4d52-8c0b-1d9b7a3f2c44",
    },
    "webhook": {
        "description": "The endpoint's id.",
        "schema": {"type": "string"},
        "example": "0b8e6a3e-5a0f-4c40-9d0e-0b4f6c1b2a11",
    },
}
# The problem responses by status: description, and title and detail of an example.
_PROBLEMS: Mapping[int, tuple[str, str, str]] = {
    400: ("The body is not JSON.", "Not JSON", "The body cannot be read: it is nested too deeply."),
    401: (
        "The server was started with a control token, which the request does not have.",
        "Control token needed",
        "This emulator was started with a control token: send it as Authorization: Bearer TOKEN.",
    ),
    403: (
        "The request comes from a web page of another origin or site, or names a public domain as host.",
        "Forbidden host or origin",
        "Pages of https://example.com may not use the control API.",
    ),
    404: ("It does not exist.", "There is no such sandbox", "There is no sandbox 'orders'."),
    409: (
        "A limit is reached.",
        "Too many faults",
        "There are 1000 faults in this sandbox, the most that it can hold; disarm some.",
    ),
    413: ("The body is too large.", "Body too large", "A body has at most 4194304 bytes."),
    415: (
        "A web page sends something other than JSON.",
        "Not JSON",
        "A page sends JSON, with Content-Type: application/json.",
    ),
    422: ("A value is invalid.", "Invalid value", "advanse is unknown; did you mean advance?"),
    500: (
        "A bug in the emulator.",
        "Internal error of the emulator",
        "This is a bug in the emulator; see the server's log.",
    ),
    507: (
        "The files do not fit into the store.",
        "The files do not fit into the store",
        "The file store holds at most 1073741824 bytes; raise max_store_bytes, or delete files and sandboxes.",
    ),
}


def openapi_document(operations: Iterable[Operation], vendor_names: Iterable[str]) -> JsonObject:
    """Return an OpenAPI 3.1 document."""
    operations = tuple(operations)
    schemas = _schemas(operations, list(vendor_names))
    queries = {operation.query.__name__ for operation in operations}
    paths: dict[str, JsonObject] = {}
    for operation in operations:
        paths.setdefault(BASE + operation.path, {})[operation.method.lower()] = _describe(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "attachment-emulator, control API",
            "version": __version__,
            "description": "The emulator's own API, beside those of the vendors.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        # Needed only where the setting `control_token` has one.
        "security": [{}, {"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            # The members of a query are listed as parameters instead.
            "schemas": {name: schema for name, schema in schemas.items() if name not in queries},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The setting `control_token`, if it is set.",
                }
            },
            "responses": {_problem_name(status): _problem_response(status) for status in _PROBLEMS},
        },
    }


def path_parameters(path: str) -> list[str]:
    """Return the names of the parameters in a path."""
    return re.findall(r"{(\w+)}", path)


def _describe(operation: Operation, schemas: JsonObject) -> JsonObject:
    description: JsonObject = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas)],
    }
    if operation.description:
        description["description"] = operation.description
    if operation.deprecated:
        description["deprecated"] = True
    if operation.body:
        schema = schemas[operation.body.__name__]
        description["requestBody"] = {
            # An empty body is an empty object.
            "required": bool(schema.get("required")),
            "content": _json(operation.body, schemas),
        }
    if operation.upload:
        description["requestBody"] = {
            "required": True,
            "description": operation.upload.description,
            "content": _other(operation.upload),
        }
    description["responses"] = {
        str(operation.status): _success(operation, schemas),
        **{
            str(status): {"$ref": f"#/components/responses/{_problem_name(status)}"}
            for status in _problem_statuses(operation)
        },
    }
    return description


def _path_parameters(operation: Operation) -> Iterator[JsonObject]:
    for name in path_parameters(operation.path):
        yield {"name": name, "in": "path", "required": True, **_PATH_PARAMETERS[name]}


def _query_parameters(operation: Operation, schemas: JsonObject) -> Iterator[JsonObject]:
    schema = schemas[operation.query.__name__]
    for name, member in schema["properties"].items():
        required = name in schema.get("required", ())
        # A query parameter is present or absent; it cannot be null.
        value = {key: member[key] for key in member if key not in ("anyOf", "description", "examples", "title")}
        value |= next((choice for choice in member.get("anyOf", ()) if choice != {"type": "null"}), {})
        if value.get("default", "") is None:
            del value["default"]
        yield {
            "name": name,
            "in": "query",
            "required": required,
            "description": member["description"],
            "schema": value,
        }


def _success(operation: Operation, schemas: JsonObject) -> JsonObject:
    if operation.content:
        return {"description": operation.content.description, "content": _other(operation.content)}
    if operation.answer is None:
        return {"description": "Done. The response has no body."}
    schema = schemas[operation.answer.__name__]
    return {"description": schema.get("description", operation.summary), "content": _json(operation.answer, schemas)}


def _json(model: type[BaseModel], schemas: JsonObject) -> JsonObject:
    name = model.__name__
    return {"application/json": {"schema": {"$ref": _SCHEMAS + name}, "example": _example(schemas[name], schemas)}}


def _other(content: Content) -> JsonObject:
    if content.media_type == "application/json":
        return {content.media_type: {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}}
    described: JsonObject = {"schema": {"type": "string", "description": content.description}}
    if content.example:
        described["example"] = content.example
    return {content.media_type: described}


def _problem_statuses(operation: Operation) -> Iterator[int]:
    statuses = {401, 403, 422, 500, *operation.problems}
    if operation.path == "/health":
        statuses.remove(401)
    if path_parameters(operation.path):
        statuses.add(404)
    if operation.body:
        statuses |= {400, 413, 415} if operation.method == "POST" else {400, 413}
    yield from sorted(statuses)


def _problem_name(status: int) -> str:
    return f"Problem{status}"


def _problem_response(status: int) -> JsonObject:
    description, title, detail = _PROBLEMS[status]
    example = problems.problem_members(status, title, detail)
    content = {"schema": {"$ref": _SCHEMAS + Problem.__name__}, "example": example}
    return {"description": description, "content": {problems.MEDIA_TYPE: content}}


def _schemas(operations: Iterable[Operation], vendor_names: list[str]) -> JsonObject:
    """Return the schemas of all models, by name."""
    models: dict[type[BaseModel], None] = {Problem: None}
    for operation in operations:
        models |= dict.fromkeys(model for model in (operation.query, operation.body, operation.answer) if model)
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_SCHEMAS + "{model}")
    schemas: JsonObject = definitions["$defs"]
    _name_vendors(schemas, vendor_names)
    return schemas


def _name_vendors(schema: Any, names: list[str]) -> None:
    """Replace the placeholder for vendor names by an enumeration."""
    if isinstance(schema, dict):
        if schema.get("format") == VENDOR_NAME_FORMAT:
            del schema["format"]
            schema["enum"] = names
        for value in schema.values():
            _name_vendors(value, names)
    elif isinstance(schema, list):
        for value in schema:
            _name_vendors(value, names)


def _example(schema: JsonObject, schemas: JsonObject) -> Any:
    """Return an example for a schema: its own, or one composed of its members' examples.

    Optional members without an example are left out.
    """
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].removeprefix(_SCHEMAS)], schemas)
    if examples := schema.get("examples") or schema.get("enum"):
        return examples[0]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    if schema["type"] == "array":
        return [_example(schema["items"], schemas)]
    if schema["type"] == "object":
        required = schema.get("required", ())
        members = schema.get("properties", {}).items()
        return {name: _example(member, schemas) for name, member in members if name in required or "examples" in member}
    return schema.get("const", {"boolean": False, "integer": 1, "number": 1.0, "string": "text"}[schema["type"]])
