"""What the models of the vendors' seed data share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from emulator.core import seed
from emulator.core.routing import UUID


def _check_file(name: str) -> str:
    try:
        seed.file(name)
    except OSError:
        raise ValueError(f"there is no fixtures/files/{name}") from None
    return name


def _check_uuid(text: str) -> str:
    if not UUID.fullmatch(text) or text != text.lower():
        raise ValueError("an id is a UUID in lower case")
    return text


SeedFile = Annotated[str, AfterValidator(_check_file)]
Uuid = Annotated[str, AfterValidator(_check_uuid)]


class SeedModel(BaseModel):
    """Says everything that there may be: a misspelt member is an error."""

    model_config = ConfigDict(extra="forbid")
