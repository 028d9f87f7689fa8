"""The command `attachment-emulator serve`, with a flag for every option of `settings.py`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from emulator.settings import OPTIONS, Option, Settings, UnusableSnapshot


class _Command(click.Command):
    """Lists the server's options first in the help, then those of each vendor's rules."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            rule = OPTIONS[parameter.name].rule if parameter.name in OPTIONS else None
            title = f"What {rule.id.partition('.')[0]} does" if rule else "Options"
            groups.setdefault(title, []).extend(filter(None, [parameter.get_help_record(ctx)]))
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records, col_max=34)


def _read_file(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    import tomllib

    try:
        values = tomllib.loads(path.read_text("utf-8"))
        Settings.of(**values)
    except OSError as error:
        raise click.BadParameter(f"the settings file {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise click.BadParameter(f"the settings file {path} is not TOML: it is not UTF-8 text.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise click.BadParameter(f"the settings file {path} is not TOML: {error}.") from None
    except (ValueError, TypeError) as error:
        raise click.BadParameter(f"the settings file {path}: {error}.") from None
    ctx.default_map = values
    return path


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS.values()):
        command = _click_option(option)(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        is_eager=True,
        callback=_read_file,
        expose_value=False,
        show_envvar=True,
        help="Settings file (TOML), with the names below as keys: max_store_bytes = 1000000.",
    )(command)


def _click_option(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    flag, metavar = f"--{option.name.replace('_', '-')}", None
    kind: Any = click.Choice(option.choices) if option.choices else type(option.default)
    if isinstance(option.default, bool):
        flag, kind = f"{flag}/--no-{flag[2:]}", None
    elif not option.choices:
        metavar = "NUMBER" if isinstance(option.default, int) else "TEXT"
    return click.option(
        flag,
        option.name,
        type=kind,
        default=option.default,
        metavar=metavar,
        callback=_check,
        help=f"{option.help}  [default: {_format_default(option)}]",
    )


def _check(_: click.Context, parameter: click.Parameter, value: object) -> object:
    try:
        return OPTIONS[parameter.name or ""].check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _format_default(option: Option) -> str:
    if isinstance(option.default, bool):
        return "on" if option.default else "off"
    return str(option.default) if option.default != "" else "none"


@click.command(cls=_Command, context_settings={"auto_envvar_prefix": "EMULATOR"})
@_with_settings
def serve(**values: Any) -> None:
    """Run the emulator until Ctrl-C.

    Every option can also be set by an environment variable, EMULATOR_ and its name (EMULATOR_MAX_STORE_BYTES), or in
    a settings file. A flag takes precedence over the environment, which takes precedence over the file.
    """
    from emulator.interception.state import NoAuthority
    from emulator.server import CannotListen
    from emulator.server import serve as run

    settings = Settings.of(**values)

    def ready(url: str) -> None:
        click.echo(f"attachment-emulator ready on {url}")
        if sys.stderr.isatty():
            from emulator.console.text import as_greeting
            from emulator.vendors import VENDORS

            # stderr is for people; scripts read the one line on stdout.
            base = settings.external_url.rstrip("/") or url
            click.echo(as_greeting(base, tuple(VENDORS.values()), strict=settings.auth == "strict"), err=True)

    if settings.snapshot and not Path(settings.snapshot).exists():
        click.echo(
            f"attachment-emulator: there is no snapshot {settings.snapshot} yet; starting with the seed data.", err=True
        )
    try:
        run(settings, ready)
    except (CannotListen, NoAuthority, UnusableSnapshot) as error:
        click.echo(f"attachment-emulator: {error}", err=True)
        sys.exit(1)
