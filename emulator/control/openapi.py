"""The OpenAPI document of the control API, made from its operations and their models."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from emulator.control import BASE
from emulator.control.models.base import SHA256, Problem
from emulator.control.operation import Content, Operation
from emulator.core.json_reader import JsonObject
from emulator.core.validation import VENDOR_NAME_FORMAT
from emulator.version import __version__

_SCHEMAS = "#/components/schemas/"
# What can stand in the braces of a path.
_PATH_PARAMETERS: Mapping[str, JsonObject] = {
    "sandbox": {
        "description": "The name of a sandbox, which is created on first use: 1 to 64 letters, digits, - and _.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        "example": "default",
    },
    "sha256": {"description": "SHA-256 of a file, in hexadecimal.", "schema": {"type": "string"}, "example": SHA256},
    "number": {"description": "A number in this sandbox.", "schema": {"type": "integer"}, "example": 1},
    "side": {
        "description": "Whose bytes: the client's or the server's.",
        "schema": {"type": "string", "enum": ["request", "response"]},
        "example": "request",
    },
}
# Every problem that there is, by status: what it is about, and one as it is sent.
_PROBLEMS: Mapping[int, tuple[str, str, str]] = {
    400: ("The body is not JSON.", "Not JSON", "The body cannot be read: it is nested too deeply."),
    403: (
        "The request comes from a web page of another origin, or by a public domain.",
        "Not from here",
        "Pages of https://example.com may not use the control API.",
    ),
    404: ("It does not exist.", "There is no such sandbox", "There is no sandbox 'orders'."),
    409: ("There is no room for more.", "Too many faults", "There are 1000 faults in this sandbox, which is the most."),
    413: ("The body is too long.", "Too large", "A body holds at most 4194304 bytes."),
    422: ("A value does not fit.", "Does not fit", "advanse is unknown; did you mean advance?"),
    500: (
        "A defect of the emulator.",
        "The emulator failed",
        "This is a defect of the emulator; the server's log says more.",
    ),
    507: (
        "There is no room for the files.",
        "The files do not fit into the store",
        "The store's cap is 1073741824 bytes; raise max_store_bytes, or remove what is no longer needed.",
    ),
}


def openapi_document(operations: Iterable[Operation], vendor_names: Iterable[str]) -> JsonObject:
    """An OpenAPI 3.1 document, as JSON."""
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
        "tags": [{"name": name} for name in dict.fromkeys(operation.tag for operation in operations)],
        "paths": paths,
        "components": {
            # A query's members stand where the query is, one by one.
            "schemas": {name: schema for name, schema in schemas.items() if name not in queries},
            "responses": {_problem_name(status): _problem_response(status) for status in _PROBLEMS},
        },
    }


def path_parameters(path: str) -> list[str]:
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
        # There is no null in a query: a parameter is there, or it is not.
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
        return {"description": "Done; there is nothing more to say."}
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
    statuses = {403, 422, 500, *operation.problems}
    if path_parameters(operation.path):
        statuses.add(404)
    if operation.body:
        statuses |= {400, 413}
    yield from sorted(statuses)


def _problem_name(status: int) -> str:
    return f"Problem{status}"


def _problem_response(status: int) -> JsonObject:
    description, title, detail = _PROBLEMS[status]
    example = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    content = {"schema": {"$ref": _SCHEMAS + Problem.__name__}, "example": example}
    return {"description": description, "content": {"application/problem+json": content}}


def _schemas(operations: Iterable[Operation], vendor_names: list[str]) -> JsonObject:
    """The schemas of all models, by name."""
    models: dict[type[BaseModel], None] = {Problem: None}
    for operation in operations:
        models |= dict.fromkeys(model for model in (operation.query, operation.body, operation.answer) if model)
    _, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_SCHEMAS + "{model}")
    schemas: JsonObject = definitions["$defs"]
    _name_vendors(schemas, vendor_names)
    return schemas


def _name_vendors(schema: Any, names: list[str]) -> None:
    """Let whatever is the name of a vendor be one of these."""
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
    """A value that fits a schema: the one that it gives, or one put together from those of its members. Optional
    members without an example of their own are left out."""
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].removeprefix(_SCHEMAS)], schemas)
    if given := schema.get("examples") or schema.get("enum"):
        return given[0]
    if "const" in schema:
        return schema["const"]
    if schema["type"] == "array":
        return [_example(schema["items"], schemas)]
    if schema["type"] == "object":
        required = schema.get("required", ())
        members = schema.get("properties", {}).items()
        return {name: _example(member, schemas) for name, member in members if name in required or "examples" in member}
    return {"boolean": False, "integer": 1, "number": 1.0, "string": "text"}[schema["type"]]
