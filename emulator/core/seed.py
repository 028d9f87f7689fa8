"""The seed data: what a new sandbox contains, read from `fixtures/`."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent.parent
# In an installed wheel the fixtures lie inside the package, in a checkout beside it.
_FIXTURES = next(path for path in (_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures") if path.is_dir())


@cache
def load(vendor: str) -> Any:
    """A vendor's part of the seed data. Shared by all sandboxes: not to be changed."""
    return json.loads((_FIXTURES / f"{vendor}.json").read_text("utf-8"), parse_float=Decimal)


@cache
def file(name: str) -> bytes:
    """The bytes of one of the seed data's files."""
    return (_FIXTURES / "files" / name).read_bytes()


@cache
def files() -> Mapping[str, bytes]:
    """All of the seed data's files, by their SHA-256."""
    contents = [file(path.name) for path in (_FIXTURES / "files").iterdir()]
    return {hashlib.sha256(data).hexdigest(): data for data in contents}
