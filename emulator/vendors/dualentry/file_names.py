"""How DualEntry reads the names in a form's Content-Disposition: as its web framework, Django, does.

Django reads the header with Python's own parser of message headers, and so does this.
"""

import codecs
import html
from email.message import Message
from email.utils import collapse_rfc2231_value
from posixpath import splitext
from typing import Any


def read_names(disposition: str, max_characters: int) -> tuple[str, str | None]:
    """Return name and file name of a Content-Disposition; the file name is None if it is missing or unusable.

    `%22` and `%0A` stay as they are, unlike in `core.storage.multipart.names_of`. An encoding in `filename*` that does
    not exist makes the header void.
    """
    try:
        parameters = _parameters_of(disposition)
    except ValueError:
        return "", None
    file_name = clean_file_name(parameters.get("filename", ""), max_characters)
    return parameters.get("name", "").strip(), file_name or None


def _parameters_of(disposition: str) -> dict[str, str]:
    """Return the parameters of a header. Raises ValueError."""
    message = Message()
    message["content-type"] = disposition
    # The value of `name*` is a tuple, unlike what its type says.
    parameters: list[tuple[str, Any]] = message.get_params() or []
    return {name: _decode(value) if isinstance(value, tuple) else value for name, value in parameters[1:]}


def _decode(extended: tuple[str | None, str | None, str]) -> str:
    """Return an extended value as text. Raises ValueError for an encoding that does not exist."""
    try:
        codecs.lookup(extended[0] or "us-ascii")
    except LookupError:
        raise ValueError(extended[0]) from None
    return collapse_rfc2231_value(extended)


def clean_file_name(file_name: str, max_characters: int) -> str:
    """Undo HTML entities, remove directories and unprintable characters, and cut a long name before its extension.

    A name of which nothing usable is left becomes empty.
    """
    file_name = html.unescape(file_name).rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
    file_name = "".join(character for character in file_name if character.isprintable())
    if file_name in ("", ".", ".."):
        return ""
    if len(file_name) > max_characters:
        stem, extension = splitext(file_name)
        extension = extension[:max_characters]
        file_name = stem[: max_characters - len(extension)] + extension
    return file_name
