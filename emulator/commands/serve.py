"""The command `attachment-emulator serve`, with a flag for every option of `settings.py`."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from emulator.commands.progress import progress
from emulator.core.suggestions import nearest
from emulator.settings import OPTIONS, Option, Settings, UnusableSnapshot
from emulator.webhooks.configured import InvalidWebhook
from emulator.webhooks.webhooks import Webhooks


class _Command(click.Command):
    """Lists the server's options in the help, and those of the vendors' rules only when asked for."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._write(ctx, formatter, "Options", [each for each in self.get_params(ctx) if not _rule_of(each)])

    def format_settings(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options that set values of rules, by vendor."""
        parameters = [each for each in self.get_params(ctx) if _rule_of(each)]
        for vendor, of_vendor in groupby(parameters, key=lambda each: _rule_of(each).partition(".")[0]):
            self._write(ctx, formatter, f"What {vendor} does", list(of_vendor))

    def _write(
        self, ctx: click.Context, formatter: click.HelpFormatter, title: str, parameters: list[click.Parameter]
    ) -> None:
        with formatter.section(title):
            records = [record for each in parameters if (record := each.get_help_record(ctx))]
            formatter.write_dl(records, col_max=MAX_FLAG)


_PREFIX = "EMULATOR_"
# What others on the network can do.
_ALLOWED = (
    "read every request and file in it, change and delete them, and arm faults: --control-token TOKEN asks them for a "
    "token"
)
_ALLOWED_TO_ASKED = "use the vendors' APIs; for everything else it asks them for the control token"
# How wide (characters) a flag may be for its description to begin beside it.
MAX_FLAG = 24


def _rule_of(parameter: click.Parameter) -> str:
    """Return the id of the rule whose value a parameter sets; empty for other parameters."""
    rule = OPTIONS[parameter.name].rule if parameter.name in OPTIONS else None
    return rule.id if rule else ""


def _print_settings(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value and isinstance(ctx.command, _Command):
        formatter = ctx.make_formatter()
        ctx.command.format_settings(ctx, formatter)
        click.echo(formatter.getvalue().rstrip())
        ctx.exit()


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
        sentence = f"{error}.".replace("?.", "?")
        raise click.BadParameter(f"the settings file {path}: {sentence}") from None
    ctx.default_map = {name: value.split() if OPTIONS[name].repeatable else value for name, value in values.items()}
    return path


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS.values()):
        command = _click_option(option)(command)
    command = click.option(
        "--help-settings",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_print_settings,
        help="Show the settings of the vendors' rules and exit.",
    )(command)
    return click.option(
        "--config",
        type=click.Path(path_type=Path),
        is_eager=True,
        callback=_read_file,
        expose_value=False,
        help="Settings file (TOML), with lines like max_store_bytes = 1000000.",
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
        multiple=option.repeatable,
        default=() if option.repeatable else option.default,
        metavar=metavar,
        callback=_check,
        help=f"{option.help if option.rule else option.summary}  [default: {_format_default(option)}]",
    )


def _check(_: click.Context, parameter: click.Parameter, value: object) -> object:
    option = OPTIONS[parameter.name or ""]
    try:
        return option.check_repeated(value) if isinstance(value, tuple) else option.check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _format_default(option: Option) -> str:
    if isinstance(option.default, bool):
        return "on" if option.default else "off"
    return str(option.default) if option.default != "" else "none"


def misspelt_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for every environment variable whose name is nearly that of a setting."""
    known = {name.upper() for name in (*OPTIONS, "config", "url", "verify_token")}
    for variable in sorted(environment):
        name = variable.removeprefix(_PREFIX)
        # Without the prefix, which would make any two names alike.
        if variable != name and name not in known and (near := nearest(name, known)):
            yield f"the environment variable {variable} is no setting and does nothing; did you mean {_PREFIX}{near}?"


@click.command(cls=_Command, context_settings={"auto_envvar_prefix": "EMULATOR"})
@_with_settings
def serve(**values: Any) -> None:
    """Run the emulator until Ctrl-C.

    Logs every request on stderr. Flags outweigh the environment (EMULATOR_PORT), which outweighs the settings file.
    """
    from emulator.interception.state import NoAuthority
    from emulator.server import CannotListen, network_url
    from emulator.server import serve as run

    settings = Settings.of(**values)
    for sentence in misspelt_variables(os.environ):
        click.echo(f"attachment-emulator: {sentence}", err=True)

    starting = ExitStack()

    def ready(url: str, webhooks: Webhooks) -> None:
        starting.close()
        click.echo(f"attachment-emulator ready on {url}")
        for endpoint in webhooks.endpoints.values():
            click.echo(
                f"attachment-emulator: webhooks of {endpoint.format.vendor} go to {endpoint.url} , signed with the "
                f"secret {endpoint.secret}",
                err=True,
            )
        if address := network_url(settings.host, url):
            allowed = _ALLOWED_TO_ASKED if settings.control_token else _ALLOWED
            click.echo(
                f"attachment-emulator: others on the network can reach it too, at {address} , and {allowed}; "
                "--host 127.0.0.1 keeps it to this machine.",
                err=True,
            )
        if sys.stderr.isatty():
            from emulator.console.text import as_greeting
            from emulator.vendors import VENDORS

            # stderr is for people; scripts read the one line on stdout.
            base = settings.external_url.rstrip("/") or url
            click.echo(
                as_greeting(
                    base, tuple(VENDORS.values()), strict=settings.auth == "strict", token=settings.control_token
                ),
                err=True,
            )

    if settings.snapshot and not Path(settings.snapshot).exists():
        click.echo(
            f"attachment-emulator: there is no snapshot {settings.snapshot} yet; starting with the seed data.", err=True
        )
    elif settings.snapshot:
        starting.enter_context(progress(f"restoring {settings.snapshot}"))
    try:
        with starting:
            run(settings, ready)
    except (CannotListen, InvalidWebhook, NoAuthority, UnusableSnapshot) as error:
        click.echo(f"attachment-emulator: {error}", err=True)
        sys.exit(1)
