"""The command that prints shell completion scripts: `attachment-emulator completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that completes commands and flags in a shell.

    \b
    For bash, in ~/.bashrc:                   eval "$(attachment-emulator completion bash)"
    For zsh, in ~/.zshrc:                     eval "$(attachment-emulator completion zsh)"
    For fish, in ~/.config/fish/config.fish:  attachment-emulator completion fish | source
    """
    # The command's name, and the environment variable that click derives from it.
    script = _SHELLS[shell](ctx.find_root().command, {}, "attachment-emulator", "_ATTACHMENT_EMULATOR_COMPLETE")
    click.echo(script.source())
