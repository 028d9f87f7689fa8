"""The operations on sandboxes: list, reset and delete them, change settings and clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from emulator.control.errors import ControlError
from emulator.control.models import sandboxes as models
from emulator.control.operation import ControlContext, operation
from emulator.core.clock import Clock, has_room_around, iso
from emulator.core.sandbox import NoSandbox, Sandbox
from emulator.core.validation import end_sentence, unknown_name
from emulator.core.vendor import Vendor
from emulator.settings import OPTIONS, SERVER_SETTINGS

# How many attachments the seed data of a vendor has, by vendor name.
_seed_files: dict[str, int] = {}


@operation("GET", "/sandboxes", "List the sandboxes.")
async def list_sandboxes(context: ControlContext) -> models.SandboxList:
    sandboxes = context.registry.sandboxes.values()
    return models.SandboxList(sandboxes=[_summarize(sandbox, context) for sandbox in sandboxes])


@operation("GET", "/sandboxes/{sandbox}", "Get a sandbox.")
async def get_sandbox(context: ControlContext) -> models.SandboxSummary:
    """This request does not create the sandbox."""
    name = context.path_params["sandbox"]
    if name not in context.registry.sandboxes:
        raise NoSandbox(f"There is no sandbox {name!r}; the first vendor request that names it creates it.")
    return _summarize(context.registry.sandboxes[name], context)


@operation("DELETE", "/sandboxes/{sandbox}", "Delete a sandbox and its files.")
async def delete_sandbox(context: ControlContext) -> None:
    """The sandbox `default` is reset instead."""
    context.registry.delete(context.path_params["sandbox"])


@operation("POST", "/sandboxes/{sandbox}/reset", "Reset a sandbox.")
async def reset_sandbox(context: ControlContext, body: models.SandboxReset) -> models.Sandbox:
    """Restores the seed data, optionally with another seed, settings and time. An invalid request changes nothing."""
    settings = check_settings(body.settings or {})
    moment = _target(Clock(), body.now, None)
    sandbox = context.registry.reset(context.path_params["sandbox"], body.seed, **settings)
    _move(sandbox.clock, moment, frozen=body.frozen)
    return render_sandbox(sandbox)


@operation("GET", "/sandboxes/{sandbox}/settings", "Get the settings of a sandbox.")
async def get_settings(context: ControlContext) -> models.Settings:
    """The values in force. `/settings` describes what each setting does and which values it takes."""
    return _render_settings(context.sandbox)


@operation("PATCH", "/sandboxes/{sandbox}/settings", "Change settings of a sandbox.")
async def change_settings(context: ControlContext, body: models.SettingsChange) -> models.Settings:
    """The changes apply from the next request on."""
    sandbox = context.sandbox
    sandbox.options = sandbox.options.replace(**check_settings(body.settings))
    return _render_settings(sandbox)


@operation("GET", "/sandboxes/{sandbox}/clock", "Get the clock of a sandbox.")
async def get_clock(context: ControlContext) -> models.Clock:
    return _render_clock(context.sandbox.clock)


@operation("PATCH", "/sandboxes/{sandbox}/clock", "Set, advance or freeze the clock.")
async def change_clock(context: ControlContext, body: models.ClockChange) -> models.Clock:
    """Sets the clock, advances it, and freezes or resumes it, in that order."""
    clock = context.sandbox.clock
    _move(clock, _target(clock, body.now, body.advance), frozen=body.frozen)
    return _render_clock(clock)


def check_settings(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings. Raises ControlError for a setting that a sandbox cannot have, or an invalid value."""
    for name, value in settings.items():
        if name in SERVER_SETTINGS:
            raise ControlError(
                422, "Invalid value", f"settings.{name} applies to the whole server; a sandbox cannot change it."
            )
        if name not in OPTIONS:
            raise ControlError(422, "Invalid value", end_sentence(f"settings.{name} {unknown_name(name, OPTIONS)}"))
        try:
            OPTIONS[name].check(value)
        except ValueError as error:
            raise ControlError(422, "Invalid value", f"settings: {error}.") from None
    return settings


def render_sandbox(sandbox: Sandbox) -> models.Sandbox:
    """Return the model of a sandbox."""
    return models.Sandbox(name=sandbox.name, exchanges=len(sandbox.journal), clock=_render_clock(sandbox.clock))


def _summarize(sandbox: Sandbox, context: ControlContext) -> models.SandboxSummary:
    return models.SandboxSummary(
        name=sandbox.name,
        exchanges=len(sandbox.journal),
        files=sum(_count_files(sandbox, vendor) for vendor in context.vendors.values()),
        faults=sum(1 for _ in sandbox.faults),
        clock=_render_clock(sandbox.clock),
    )


def _count_files(sandbox: Sandbox, vendor: Vendor) -> int:
    if vendor.name not in sandbox.states:
        # A thousand sandboxes that do not use a vendor are not given its seed data to be counted.
        if vendor.name not in _seed_files:
            _seed_files[vendor.name] = _count_files_of(vendor, Sandbox(sandbox.name, sandbox.options, sandbox.store))
        return _seed_files[vendor.name]
    return _count_files_of(vendor, sandbox)


def _count_files_of(vendor: Vendor, sandbox: Sandbox) -> int:
    return sum(1 for _ in vendor.files(sandbox))


def settings_of(sandbox: Sandbox) -> dict[str, Any]:
    """Return all settings of a sandbox, without those of the whole server."""
    return {
        name: sandbox.options.value(option.rule) if option.rule else getattr(sandbox.options, name)
        for name, option in OPTIONS.items()
        if name not in SERVER_SETTINGS
    }


def changed_settings(sandbox: Sandbox) -> dict[str, Any]:
    """Return the settings of a sandbox that differ from the defaults."""
    return {name: value for name, value in settings_of(sandbox).items() if value != OPTIONS[name].default}


def _render_settings(sandbox: Sandbox) -> models.Settings:
    return models.Settings(settings=settings_of(sandbox), changed=list(changed_settings(sandbox)))


def _render_clock(clock: Clock) -> models.Clock:
    return models.Clock(now=iso(clock.now()), frozen=clock.frozen)


def _target(clock: Clock, now: datetime | None, advance: float | None) -> datetime | None:
    """Return the moment to set a clock to; None if it stays. Raises ControlError."""
    if now is None and advance is None:
        return None
    too_far = ControlError(422, "Invalid value", "The clock cannot be set that far into the past or future.")
    try:
        moment = (now or clock.now()) + timedelta(seconds=advance or 0)
    except OverflowError:
        raise too_far from None
    if not has_room_around(moment):
        raise too_far
    return moment


def _move(clock: Clock, moment: datetime | None, *, frozen: bool | None) -> None:
    if frozen is False:
        clock.resume()
    if moment is not None and not frozen:
        clock.set(moment)
    if frozen:
        clock.freeze(moment)
