"""The models of sandboxes, settings, clocks and snapshots."""

from typing import Any

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.core.validation import Boolean, Moment, Number, RequestModel, Text

NOW = "2026-02-01T09:00:00Z"


class Clock(AnswerModel):
    """The time in a sandbox."""

    now: str = Field(
        description="Current time in the sandbox, in UTC.",
        examples=[NOW],
        json_schema_extra={"format": "date-time"},
    )
    frozen: bool = Field(description="Whether the clock stands still.")


class Sandbox(AnswerModel):
    """An isolated environment with its own documents, files, journal, faults and clock."""

    name: str = Field(description="Its name, by which requests select it.", examples=["default"])
    exchanges: int = Field(description="How many exchanges its journal has.", examples=[3])
    clock: Clock = Field(description="Its clock.")


class SandboxSummary(Sandbox):
    """A sandbox, and how much is in it."""

    files: int = Field(description="How many attachments it has, those of the seed data among them.", examples=[4])
    faults: int = Field(description="How many faults are armed in it.", examples=[1])


class SandboxList(AnswerModel):
    """The sandboxes of the server."""

    sandboxes: list[SandboxSummary] = Field(description="In the order of their creation.")


class Settings(AnswerModel):
    """The settings of one sandbox."""

    settings: dict[str, bool | int | str] = Field(
        description="All settings of a sandbox, by name.",
        examples=[{"auth": "any", "xero_max_attachments": 3}],
    )
    changed: list[str] = Field(
        description="The names of those whose value differs from the default.", examples=[["xero_max_attachments"]]
    )


class SettingsChange(RequestModel):
    """Settings to change."""

    settings: dict[str, Any] = Field(
        description="The settings to change, by name; the others stay as they are.", examples=[{"auth": "strict"}]
    )


class SandboxReset(RequestModel):
    """How to reset a sandbox."""

    seed: Text | None = Field(None, description="Seed of the ids that the sandbox generates.", examples=["42"])
    settings: dict[str, Any] | None = Field(
        None, description="Settings of the sandbox that differ from the server's.", examples=[{"auth": "strict"}]
    )
    now: Moment | None = Field(
        None, description="Time to set the clock to, in UTC unless it has a time zone.", examples=[NOW]
    )
    frozen: Boolean | None = Field(None, description="Whether the clock stands still.", examples=[True])


class ClockChange(RequestModel):
    """How to change a clock."""

    now: Moment | None = Field(
        None, description="Time to set the clock to, in UTC unless it has a time zone.", examples=[NOW]
    )
    advance: Number | None = Field(
        None, description="Seconds to move it forward, or back if negative.", examples=[3600]
    )
    frozen: Boolean | None = Field(
        None, description="Whether to freeze (true) or to resume it (false).", examples=[True]
    )


class SnapshotClock(RequestModel):
    """A clock in a snapshot."""

    ahead: int = Field(0, description="Microseconds ahead of the machine's time.")
    frozen_at: Moment | None = Field(None, description="The time at which it is frozen.")


class SnapshotDocument(RequestModel):
    """The `sandbox.json` of a snapshot."""

    format: Text
    version: int
    emulator: Text
    name: Text
    seed: Text
    ids_drawn: int
    clock: SnapshotClock
    settings: dict[str, Any]
    vendors: dict[str, Any]
