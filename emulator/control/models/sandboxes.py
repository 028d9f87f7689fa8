"""Sandboxes, their settings and their clocks."""

from typing import Any

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.core.validation import Boolean, Moment, Number, RequestModel, Text

NOW = "2026-02-01T09:00:00Z"


class Clock(AnswerModel):
    """The time in a sandbox."""

    now: str = Field(
        description="What time it is in the sandbox, in UTC.",
        examples=[NOW],
        json_schema_extra={"format": "date-time"},
    )
    frozen: bool = Field(description="Whether the clock stands still.")


class Sandbox(AnswerModel):
    """One private world of documents, files, journal, faults and time."""

    name: str = Field(description="Its name, by which requests choose it.", examples=["default"])
    exchanges: int = Field(description="How many exchanges its journal has.", examples=[3])
    clock: Clock = Field(description="What time it is in it.")


class SandboxList(AnswerModel):
    """The sandboxes of the server."""

    sandboxes: list[Sandbox] = Field(description="In the order in which they were made.")


class Settings(AnswerModel):
    """The settings of one sandbox."""

    settings: dict[str, bool | int | str] = Field(
        description="Every setting that a sandbox can have for itself, by name.",
        examples=[{"auth": "any", "xero_max_attachments": 10}],
    )


class SettingsChange(RequestModel):
    """Settings to change."""

    settings: dict[str, Any] = Field(
        description="The settings to change, by name; the others stay as they are.", examples=[{"auth": "strict"}]
    )


class SandboxReset(RequestModel):
    """How a sandbox starts anew."""

    seed: Text | None = Field(None, description="What the ids in the sandbox are derived from.", examples=["42"])
    settings: dict[str, Any] | None = Field(
        None, description="Settings of the sandbox that differ from the server's.", examples=[{"auth": "strict"}]
    )
    now: Moment | None = Field(
        None, description="Where the clock is set, in UTC if it names no time zone.", examples=[NOW]
    )
    frozen: Boolean | None = Field(None, description="Whether the clock stands still.", examples=[True])


class ClockChange(RequestModel):
    """What is to happen to a clock."""

    now: Moment | None = Field(
        None, description="Where to set the clock, in UTC if it names no time zone.", examples=[NOW]
    )
    advance: Number | None = Field(
        None, description="By how many seconds to move it on, or back if negative.", examples=[3600]
    )
    frozen: Boolean | None = Field(
        None, description="Whether it is to stand still (true) or to go on (false).", examples=[True]
    )


class SnapshotClock(RequestModel):
    """A clock in a snapshot."""

    ahead: int = Field(0, description="Microseconds ahead of the machine's time.")
    frozen_at: Moment | None = Field(None, description="The moment at which it stands.")


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
