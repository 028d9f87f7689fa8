"""Sandboxes: which there are, starting one anew, its settings and its clock."""

from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from emulator.control.asking import PLAIN, Asked, Refused
from emulator.core.clock import Clock, has_room_around, iso
from emulator.core.sandbox import NoSandbox, Sandbox
from emulator.settings import OPTIONS, SERVER_SETTINGS

RESET = PLAIN.schema("seed?:text settings?:object now?:moment frozen?:bool")
CLOCK = PLAIN.schema("now?:moment advance?:number frozen?:bool")
_TOO_FAR = "The clock cannot go that far."


async def list_all(asked: Asked) -> Response:
    return JSONResponse({"sandboxes": [shown(each) for each in asked.registry.sandboxes.values()]})


async def get(asked: Asked) -> Response:
    return JSONResponse(shown(_existing(asked)))


async def delete(asked: Asked) -> Response:
    asked.registry.delete(asked.params["sandbox"])
    return Response(status_code=204)


async def reset(asked: Asked) -> Response:
    """As on first use, or with a seed, settings and time of its own. What does not fit leaves all as it was."""
    settings = fitting(asked.body["settings"] or {})
    at = _moment(Clock(), asked.body)
    sandbox = asked.registry.reset(asked.params["sandbox"], asked.body["seed"], **settings)
    _move(sandbox.clock, at, frozen=asked.body["frozen"])
    return JSONResponse(shown(sandbox))


async def get_settings(asked: Asked) -> Response:
    return JSONResponse({"settings": values_of(asked.sandbox)})


async def change_settings(asked: Asked) -> Response:
    sandbox = asked.sandbox
    sandbox.options = sandbox.options.replace(**fitting(asked.body["settings"]))
    return JSONResponse({"settings": values_of(sandbox)})


async def get_clock(asked: Asked) -> Response:
    return JSONResponse(_clock(asked.sandbox.clock))


async def change_clock(asked: Asked) -> Response:
    """Set it, move it on by seconds, stop it or let it run; all of it in that order."""
    clock = asked.sandbox.clock
    _move(clock, _moment(clock, asked.body), frozen=asked.body["frozen"])
    return JSONResponse(_clock(clock))


def _existing(asked: Asked) -> Sandbox:
    name = asked.params["sandbox"]
    if name not in asked.registry.sandboxes:
        raise NoSandbox(f"There is no sandbox {name!r}; the first request that names it makes it.")
    return asked.registry.sandboxes[name]


def fitting(settings: dict[str, Any]) -> dict[str, Any]:
    """Raises Refused for what is no setting of a sandbox's, or does not fit."""
    for name, value in settings.items():
        if name not in OPTIONS or name in SERVER_SETTINGS:
            whose = "the whole server's" if name in OPTIONS else "unknown"
            raise Refused(422, "Does not fit", f"settings.{name} is {whose}.")
        try:
            OPTIONS[name].check(value)
        except ValueError as error:
            raise Refused(422, "Does not fit", f"settings: {error}.") from None
    return settings


def _moment(clock: Clock, said: dict[str, Any]) -> datetime | None:
    """Where the clock is to go; None where nothing is said of that. Raises Refused."""
    if said["now"] is None and said.get("advance") is None:
        return None
    try:
        at: datetime = (said["now"] or clock.now()) + timedelta(seconds=said.get("advance") or 0)
    except OverflowError:
        raise Refused(422, "Does not fit", _TOO_FAR) from None
    if not has_room_around(at):
        raise Refused(422, "Does not fit", _TOO_FAR)
    return at


def _move(clock: Clock, at: datetime | None, *, frozen: bool | None) -> None:
    if frozen is False:
        clock.resume()
    if at is not None and not frozen:
        clock.set(at)
    if frozen:
        clock.freeze(at)


def shown(sandbox: Sandbox) -> dict[str, Any]:
    return {"name": sandbox.name, "exchanges": len(sandbox.journal), "clock": _clock(sandbox.clock)}


def _clock(clock: Clock) -> dict[str, Any]:
    return {"now": iso(clock.now()), "frozen": clock.frozen}


def values_of(sandbox: Sandbox) -> dict[str, Any]:
    """Every setting that is a sandbox's, as it is in this one."""
    values = {}
    for name, option in OPTIONS.items():
        if name not in SERVER_SETTINGS:
            values[name] = sandbox.options.value(option.rule) if option.rule else getattr(sandbox.options, name)
    return values
