"""The command `attachment-emulator`."""

import sys
import textwrap
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from emulator import __version__
from emulator.core.rules import Tunable
from emulator.settings import OPTIONS, Option, Settings
from emulator.vendors import PACKS

_VENDORS = click.Choice([pack.name for pack in PACKS])


class _Command(click.Command):
    """Shows the options of the server first, then those of each vendor's rules."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            rule = OPTIONS[parameter.name].rule if parameter.name in OPTIONS else None
            title = f"What {rule.id.partition('.')[0]} does" if rule else "Options"
            groups.setdefault(title, []).extend(filter(None, [parameter.get_help_record(ctx)]))
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records, col_max=34)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """A local server that behaves like the file-attachment APIs of accounting vendors."""


def _read_file(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        Settings.of(**values)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise click.BadParameter(f"{path}: {error}") from None
    ctx.default_map = values
    return path


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS.values()):
        command = _click_option(option)(command)
    return click.option(
        "--config",
        type=click.Path(dir_okay=False, path_type=Path),
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
        help=f"{option.help}  [default: {_shown(option)}]",
    )


def _check(_: click.Context, parameter: click.Parameter, value: object) -> object:
    try:
        return OPTIONS[parameter.name or ""].check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _shown(option: Option) -> str:
    if isinstance(option.default, bool):
        return "on" if option.default else "off"
    return str(option.default) if option.default != "" else "none"


@main.command(cls=_Command, context_settings={"auto_envvar_prefix": "EMULATOR"})
@_with_settings
def serve(**values: object) -> None:
    """Run the emulator until Ctrl-C.

    Every option can also be set in the environment, as EMULATOR_ and its name (EMULATOR_MAX_STORE_BYTES), or in a
    settings file. A flag outweighs the environment, which outweighs the file.
    """
    from emulator.server import CannotListen
    from emulator.server import serve as run

    def ready(url: str) -> None:
        click.echo(f"attachment-emulator ready on {url}")

    try:
        run(Settings.of(**values), ready)
    except CannotListen as error:
        click.echo(f"attachment-emulator: {error}", err=True)
        sys.exit(1)


@main.command()
@click.argument("vendor", type=_VENDORS, required=False)
def rules(vendor: str | None) -> None:
    """Print what is known of the vendors' behaviour, with its evidence."""
    click.echo(_row("RULE", "GRADE", "DATE", "WHAT THE VENDOR DOES"))
    for pack in PACKS:
        for rule in pack.rules if vendor in (None, pack.name) else ():
            sentence, *more = textwrap.wrap(rule.sentence, 80)
            if isinstance(rule, Tunable):
                more += textwrap.wrap(f"Setting: {rule.setting} = {rule.value}", 80, break_on_hyphens=False)
            if rule.on_page:
                more += textwrap.wrap(f"The page says: {rule.on_page}", 80, break_on_hyphens=False)
            more += textwrap.wrap(f"Source: {rule.source}", 80, break_on_hyphens=False)
            click.echo(_row(rule.id, rule.grade, rule.date, sentence))
            click.echo("\n".join(_row("", "", "", line) for line in more))


def _row(*cells: str) -> str:
    return "{:32} {:10} {:10} {}".format(*cells).rstrip()


@main.command()
@click.argument("vendor", type=_VENDORS, required=False)
def operations(vendor: str | None) -> None:
    """Print every method and path that is served, and what stands behind it."""
    for pack in PACKS:
        for operation in pack.operations if vendor in (None, pack.name) else ():
            path = f"/{pack.name}{operation.path}"
            click.echo(f"{operation.method:6} {path:75} {operation.backing:12} {operation.id}")
