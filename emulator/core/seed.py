"""The seed data that a new sandbox contains, read from `fixtures/`."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent.parent
# The fixtures are inside the package in an installed wheel, and beside it in a checkout.
_FIXTURES = next(path for path in (_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures") if path.is_dir())


@cache
def load(vendor: str) -> Any:
    """Return a vendor's part of the seed data. All sandboxes share it; do not change it."""
    return json.loads((_FIXTURES / f"{vendor}.json").read_text("utf-8"), parse_float=Decimal)


@cache
def file(name: str) -> bytes:
    """Return the bytes of a file in the seed data."""
    return (_FIXTURES / "files" / name).read_bytes()


@cache
def files() -> Mapping[str, bytes]:
    """Return all files in the seed data, by SHA-256."""
    contents = [file(path.name) for path in (_FIXTURES / "files").iterdir()]
    return {hashlib.sha256(data).hexdigest(): data for data in contents}
