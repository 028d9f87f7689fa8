"""The command `attachment-emulator` and the modules of its subcommands.

A subcommand is imported when it is used, so that one that talks to a running emulator does not load the vendors.
"""

from importlib import import_module

import click

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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """A local server that behaves like the file-attachment APIs of accounting vendors."""
