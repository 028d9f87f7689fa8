"""Holds answers against the vendors' published OpenAPI files, where a developer has them at hand.

The files are not part of this project. `XERO_OPENAPI` names Xero's, `CODAT_OPENAPI` a folder of Codat's, as it is in
codatio/oas; without them the checks pass everything.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema_rs import Draft202012Validator

XERO = os.environ.get("XERO_OPENAPI", "")
CODAT = os.environ.get("CODAT_OPENAPI", "")
METHODS = ("get", "put", "post", "patch", "delete")


class Contract:
    """One OpenAPI file."""

    def __init__(self, file: Path) -> None:
        self._document: Any = _corrected(load(file))
        # Xero's client libraries add the base path themselves; Codat's paths may have one.
        server = (self._document.get("servers") or [{"url": ""}])[0]["url"]
        base = "" if "xero.com" in server else urlsplit(server).path.rstrip("/")
        self._paths = {base + path: item for path, item in self._document["paths"].items()}
        self._patterns = [
            (re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?", re.IGNORECASE), path)
            for path in sorted(self._paths, key=lambda path: path.count("{"))
        ]
        self._validators: dict[str, Any] = {}

    def operations(self) -> Iterator[tuple[str, str]]:
        """Yields method and path template of every operation."""
        for path, item in self._paths.items():
            yield from ((method.upper(), path) for method in METHODS if method in item)

    def check(self, method: str, path: str, status: int, body: bytes) -> None:
        """Asserts that a JSON answer is one that the contract has, if it has the operation and the status."""
        template = next((path_ for pattern, path_ in self._patterns if pattern.fullmatch(path)), None)
        operation = self._paths[template].get(method.lower()) if template else None
        response = self._resolve((operation or {}).get("responses", {}).get(str(status), {}))
        schema = response.get("content", {}).get("application/json", {}).get("schema")
        if schema:
            key = json.dumps(schema)
            if key not in self._validators:
                # Schemas refer to components and, where one is used once, to each other's paths.
                referred = {name: self._document[name] for name in ("components", "paths")}
                self._validators[key] = Draft202012Validator({**schema, **referred})
            self._validators[key].validate(json.loads(body))

    def _resolve(self, item: Any) -> Any:
        while "$ref" in item:
            section, name = item["$ref"].split("/")[-2:]
            item = self._document["components"][section][name]
        return item


def check(method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """Asserts that a JSON answer of Xero's accounting API, or of Codat, is what the contract says."""
    if XERO and "/api.xro/2.0" in path and content_type.startswith("application/json;"):
        xero().check(method, path.partition("/api.xro/2.0")[2], status, body)
    if CODAT and path.startswith("/codat/") and content_type.startswith("application/json"):
        for contract in codat().values():
            contract.check(method, path.removeprefix("/codat"), status, body)


def load(file: Path) -> Any:
    """Return a contract as it is."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document = yaml.load(file.read_text("utf-8"), Loader=loader)
    # Through JSON, which has no dates: YAML reads those of the examples.
    return json.loads(json.dumps(document, default=str))


@cache
def xero() -> Contract:
    return Contract(Path(XERO))


@cache
def codat() -> dict[str, Contract]:
    """Codat's contracts, by file name."""
    return {file.stem: Contract(file) for file in sorted(Path(CODAT).glob("*.yaml"))} if CODAT else {}


def _corrected(value: Any) -> Any:
    """Write `nullable` of OpenAPI 3.0 as JSON Schema has it, and take out where the contracts contradict themselves."""
    if isinstance(value, list):
        return [_corrected(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {name: _corrected(item) for name, item in value.items()}
    if "allOf" in value:
        # It would refuse the members that allOf names.
        value.pop("additionalProperties", None)
    if value.get("maximum") == 2000 and "Number of items to return" in value.get("description", ""):
        # The query parameter of this name may be 5000.
        del value["maximum"]
    if not isinstance(value.get("examples", []), list):
        # As OpenAPI has them, not as JSON Schema does.
        del value["examples"]
    if value.pop("nullable", False) is True or str(value.get("description", "")).endswith("null if Pending."):
        if not isinstance(value.get("type"), str):
            return {"anyOf": [value, {"type": "null"}]}
        # In place, as other schemas point to what is inside.
        value["type"] = [value["type"], "null"]
        if "enum" in value:
            value["enum"] = [*value["enum"], None]
    return value
