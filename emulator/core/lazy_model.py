"""The base of pydantic models that are built when they are first used, so that starting the server does not wait."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class LazyModel(BaseModel):
    """A model that is built when it is first used. Its annotations name what its module knows."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 0,
        _types_namespace: Any = None,
    ) -> bool | None:
        # Pydantic would also look for names among the variables of whoever uses the model first. Version 2.9 keeps
        # these variables as long as the class: a request's body, a list of thousands.
        return super().model_rebuild(
            force=force, raise_errors=raise_errors, _parent_namespace_depth=0, _types_namespace=_types_namespace
        )
