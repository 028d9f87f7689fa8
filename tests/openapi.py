"""Holds answers against a vendor's published OpenAPI file, where a developer has one at hand.

The file is not part of this project. `XERO_OPENAPI` names it; without one the checks pass everything.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

XERO = os.environ.get("XERO_OPENAPI", "")


def check(path: str, status: int, content_type: str, body: bytes) -> None:
    """Asserts that a JSON answer about attachments is what the contract says."""
    if not XERO or "/attachments" not in path.lower() or not content_type.startswith("application/json;"):
        return
    value = json.loads(body)
    _validator("Attachments" if status == 200 else "Error").validate(value)
    known = _contract()["components"]["schemas"]["Attachment"]["properties"].keys()
    for attachment in value.get("Attachments", ()):
        assert attachment.keys() <= known


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
