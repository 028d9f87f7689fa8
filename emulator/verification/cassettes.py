"""The YAML of cassettes, which holds nothing but texts, lists and mappings, whatever its tags say."""

import base64
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:
    # The same, in C.
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Base):
    """Reads what Ruby's and Python's VCR write. No tag makes an object, and a date stays a text."""

    # Only these are no texts: `null`, and `<<`.
    yaml_implicit_resolvers = {  # noqa: RUF012 - as its base has it.
        first: [(tag, form) for tag, form in forms if tag.endswith((":null", ":merge"))]
        for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _construct_binary(loader: Any, node: Any) -> bytes:
    try:
        return base64.b64decode(loader.construct_scalar(node))
    except ValueError:
        raise yaml.YAMLError("a binary text is not Base64") from None


def _construct_plain(loader: Any, _: str, node: Any) -> Any:
    """Return what stands behind a tag of a programming language, without what the tag means."""
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


# Ruby writes `!binary`, Python `!!binary`.
Loader.add_constructor("!binary", _construct_binary)
Loader.add_constructor("tag:yaml.org,2002:binary", _construct_binary)
Loader.add_multi_constructor("", _construct_plain)
