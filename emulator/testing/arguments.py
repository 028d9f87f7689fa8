"""Checks arguments before anything is sent: typos that a type checker finds are errors at run time, too."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args, get_origin

from emulator.core.suggestions import MAX_LISTED, nearest, unknown_setting
from emulator.types import SandboxSettings, ServerSettings


def check_keywords(function: str, given: Mapping[str, object], accepted: type[object], *others: str) -> None:
    """Check the keyword arguments of a function against a TypedDict, and against `others`, its own parameters.

    Raises TypeError for a name that is in neither, and ValueError for a value that is not in the name's Literal. None
    stands for an argument that was not given.
    """
    annotations: Mapping[str, object] = accepted.__annotations__
    for name, value in given.items():
        if name not in annotations:
            hint = _hint(name, (*annotations, *others), "It takes")
            raise TypeError(f"{function}() has no argument {name!r}.{hint}")
        if value is not None and get_origin(annotations[name]) is Literal:
            check_choice(name, value, get_args(annotations[name]))


def check_choice(noun: str, value: object, choices: Iterable[str], whose: str = "") -> None:
    """Check that a value is one of the choices. Raises ValueError."""
    choices = tuple(choices)
    if value not in choices:
        hint = _hint(str(value), choices, "Choose one of")
        raise ValueError(f"there is no {noun} {value!r}{whose}.{hint or _LISTED.get(noun, '')}")


def check_settings(settings: Iterable[str], *others: str) -> None:
    """Check that these are settings of a sandbox. `others` are the names of what may be given beside them.

    Raises TypeError.
    """
    for name in settings:
        if name in SandboxSettings.__annotations__:
            continue
        if name in ServerSettings.__annotations__:
            raise TypeError(f"{name} is a setting of the whole server, not of a sandbox: start the server with it")
        raise TypeError(unknown_setting(name, (*SandboxSettings.__annotations__, *others)))


# Where the names stand that are too many for a message.
_LISTED = {
    "rule": " `attachment-emulator rules` lists the rules.",
    "operation": " `attachment-emulator operations` lists the operations.",
}


def _hint(name: str, known: tuple[str, ...], introduction: str) -> str:
    if near := nearest(name, known):
        return f" Did you mean {near!r}?"
    return "" if len(known) > MAX_LISTED else f" {introduction} {', '.join(known)}."
