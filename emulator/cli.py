"""The command `attachment-emulator` and the modules of its subcommands.

A subcommand is imported when it is used, so that one that talks to a running emulator does not load the vendors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from emulator.core.suggestions import nearest
from emulator.version import __version__

_MODULES = {
    "serve": "serve",
    "health": "remote",
    "doctor": "doctor",
    "tail": "tail",
    "sandboxes": "listings",
    "files": "listings",
    "documents": "listings",
    "snapshot": "remote",
    "run": "interception",
    "env": "interception",
    "ca": "authority",
    "rules": "rules",
    "operations": "operations",
    "verify": "verify",
    "agent-guide": "guide",
    "completion": "completion",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return None
        command: click.Command = getattr(
            import_module(f"emulator.commands.{_MODULES[cmd_name]}"), cmd_name.replace("-", "_")
        )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _MODULES and (near := nearest(args[0], _MODULES)):
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near!r}?")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _near_suggestions():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _near_suggestions():
            return super().invoke(ctx)


@contextmanager
def _near_suggestions() -> Iterator[None]:
    """Reduce what click suggests for an option that does not exist to what was probably meant."""
    try:
        yield
    except click.NoSuchOption as error:
        known = {name.lstrip("-"): name for name in error.possibilities or ()}
        near = nearest(error.option_name.lstrip("-"), known)
        raise click.NoSuchOption(
            error.option_name, possibilities=[known[near]] if near else None, ctx=error.ctx
        ) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """A local server that behaves like the file-attachment APIs of accounting vendors."""
