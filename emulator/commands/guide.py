"""The command that prints what coding agents should know: `attachment-emulator agent-guide`."""

import click

from emulator.console.text import agent_guide as guide


@click.command()
def agent_guide() -> None:
    """Print a guide for coding agents.

    A running server has the same at /agents.md.
    """
    click.echo(guide("http://127.0.0.1:4600"), nl=False)
