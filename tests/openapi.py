"""Holds Xero's answers against Xero's published OpenAPI file, where a developer has one at hand.

The file is not part of this project. `XERO_OPENAPI` names it; without one the checks pass everything.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

XERO = os.environ.get("XERO_OPENAPI", "")
API = "/api.xro/2.0"


def check(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Asserts that a JSON answer of the accounting API is what the contract says."""
    if not XERO or API not in path or not content_type.startswith("application/json;"):
        return
    operation = _operation(method, path.partition(API)[2])
    if operation is None:
        return
    _validator("Error" if status >= 400 else _schema_of_success(operation)).validate(json.loads(body))


def operations() -> Iterator[tuple[str, str]]:
    """Yields method and path template of every operation in the contract."""
    for template, item in _contract()["paths"].items():
        for method in item.keys() & {"get", "put", "post", "delete", "patch"}:
            yield method.upper(), template


def _operation(method: str, path: str) -> Any:
    """The contract's operation for a request, in which names of endpoints may be spelt in any letter case."""
    for pattern, item in _patterns():
        if method.lower() in item and pattern.fullmatch(path):
            return item[method.lower()]
    return None


def _schema_of_success(operation: Any) -> str:
    response = operation["responses"]["200"]
    if "$ref" in response:
        response = _contract()["components"]["responses"][_name(response)]
    return _name(response["content"]["application/json"]["schema"])


def _name(reference: Any) -> str:
    name: str = reference["$ref"].rpartition("/")[2]
    return name


@cache
def _patterns() -> list[tuple[re.Pattern[str], Any]]:
    paths = sorted(_contract()["paths"].items(), key=lambda path: path[0].count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?", re.IGNORECASE), item) for path, item in paths]


@cache
def _contract() -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(XERO).read_text("utf-8"), Loader=loader)


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft4Validator

    components = {"schemas": _contract()["components"]["schemas"]}
    return Draft4Validator({"$ref": f"#/components/schemas/{schema}", "components": components})
