"""`attachment-emulator completion`."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command()
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands and flags.

    \b
    For bash, in ~/.bashrc:                   eval "$(attachment-emulator completion bash)"
    For zsh, in ~/.zshrc:                     eval "$(attachment-emulator completion zsh)"
    For fish, in ~/.config/fish/config.fish:  attachment-emulator completion fish | source
    """
    # The command's name, and the variable in which the shell asks it, as click derives it from the name.
    script = _SHELLS[shell](ctx.find_root().command, {}, "attachment-emulator", "_ATTACHMENT_EMULATOR_COMPLETE")
    click.echo(script.source())
