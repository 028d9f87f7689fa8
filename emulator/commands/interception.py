"""The commands for programs that have a vendor's host written into them: `attachment-emulator env` and `run`."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, get_args

import click

from emulator.commands.remote import reported_errors
from emulator.commands.server_arguments import default_url
from emulator.interception.environment import FORMATS, shell_at_hand, variables
from emulator.types import WebhookVendor

if TYPE_CHECKING:
    from emulator.testing import Sandbox
    from emulator.testing.server import Emulator

_sandbox = click.option(
    "--sandbox",
    default="default",
    metavar="NAME",
    help="The sandbox that the program reaches, as the proxy's user name.  [default: default]",
)


def _environment(url: str, sandbox: str) -> dict[str, str]:
    from emulator.commands.authority import load_authority

    load_authority()
    return variables(url, sandbox)


def _parse_webhooks(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    senders = get_args(WebhookVendor)
    for value in values:
        vendor, equals, _url = value.partition("=")
        if not equals or vendor not in senders:
            raise click.BadParameter(f"{value!r} is not VENDOR=URL, where VENDOR is one of {', '.join(senders)}.")
    return tuple((vendor, url) for vendor, _equals, url in (value.partition("=") for value in values))


def _check_passthrough(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    if values:
        from emulator.settings import OPTIONS

        try:
            OPTIONS["passthrough"].check_repeated(values)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return values


@click.command()
@click.argument("url", default=default_url)
@_sandbox
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default=shell_at_hand,
    help="The syntax: of a shell, a .env file, JSON, or for $GITHUB_ENV.  [default: of your shell]",
)
def env(url: str, sandbox: str, format_: str) -> None:
    """Print the variables that lead to the emulator at URL.

    With them a program reaches it at the vendors' own host names: eval "$(attachment-emulator env)".
    """
    click.echo(FORMATS[format_](_environment(url, sandbox)))


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@_sandbox
@click.option("--url", metavar="URL", help="Use the emulator that runs at this URL; start none.")
@click.option("--seed", metavar="TEXT", help="Seed of the generated ids.  [default: 0]")
@click.option(
    "--passthrough",
    multiple=True,
    metavar="HOST",
    callback=_check_passthrough,
    help="Let the command reach this real host, on port 443 or HOST:PORT. Can be given several times.",
)
@click.option(
    "--webhook",
    "webhooks",
    multiple=True,
    metavar="VENDOR=URL",
    callback=_parse_webhooks,
    help="Send the vendor's webhooks to URL. Can be given several times.",
)
@click.option("--keep", is_flag=True, help="Go on serving afterwards, until Ctrl-C.")
@click.option("--fail-on-refusal", is_flag=True, help="Exit with 1 if a rule refused a request.")
@click.option("--fail-on-501", is_flag=True, help="Exit with 1 if an operation was not emulated.")
@click.option("--har", type=click.Path(path_type=Path), help="Write the exchanges as an HTTP Archive.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write the receipt as a JUnit report.")
def run(
    command: tuple[str, ...],
    sandbox: str,
    url: str | None,
    webhooks: tuple[tuple[WebhookVendor, str], ...],
    har: Path | None,
    junit: Path | None,
    **options: Any,
) -> None:
    """Run COMMAND, unmodified, against the emulator.

    It reaches the emulator at the vendors' own host names. Starts one on a free port, passes the
    exit code of the command on, and prints a receipt on stderr.
    """
    import json

    from emulator.interception.receipt import Receipt

    server = _emulator(url, options["seed"], options["passthrough"])
    with reported_errors(), server:
        _register(webhooks, server.get_sandbox(sandbox))
        code = _run(command, {**os.environ, **_environment(server.url, sandbox)})
        receipt = Receipt.of(server.control)
        click.echo("\n".join(("attachment-emulator:", *(f"  {line}" for line in receipt.lines()))), err=True)
        if har:
            har.write_text(json.dumps(server.get_sandbox(sandbox).journal.har()), "utf-8")
        if junit:
            junit.write_bytes(receipt.junit())
        if options["keep"]:
            click.echo(f"attachment-emulator goes on at {server.url}; Ctrl-C ends it.", err=True)
            _wait_for_interrupt()
    if (options["fail_on_refusal"] and receipt.refusals) or (options["fail_on_501"] and receipt.not_emulated):
        code = code or 1
    sys.exit(code)


_MAX_EXCHANGES = 100_000


def _emulator(url: str | None, seed: str | None, passthrough: Iterable[str]) -> "Emulator":
    """Return the emulator at a URL, or one that is to be started."""
    from emulator.testing.server import Emulator

    if url is None:
        try:
            return Emulator(seed=seed or "0", passthrough=" ".join(passthrough), max_exchanges=_MAX_EXCHANGES)
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
    if seed is not None or passthrough:
        name = "--passthrough" if seed is None else "--seed"
        raise click.UsageError(f"{name} is for an emulator that `run` starts; the one at {url} has its own settings.")
    return Emulator(url=url)


def _register(webhooks: Iterable[tuple[WebhookVendor, str]], sandbox: "Sandbox") -> None:
    """Register endpoints and print their secrets. Raises EmulatorError."""
    for vendor, url in webhooks:
        endpoint = sandbox.webhooks.register(url, vendor)
        click.echo(
            f"attachment-emulator: webhooks of {vendor} go to {url} , signed with the secret {endpoint.secret}",
            err=True,
        )


def _run(command: tuple[str, ...], environment: dict[str, str]) -> int:
    """Run a command, and return its exit code as a shell would."""
    try:
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - this is what the user asked for.
    except OSError as error:
        click.echo(f"attachment-emulator: {command[0]} cannot be run: {error.strerror}", err=True)
        return 127 if isinstance(error, FileNotFoundError) else 126
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # The terminal has interrupted the command too.
            continue
        return code if code >= 0 else 128 - code


def _wait_for_interrupt() -> None:
    try:
        Event().wait()
    except KeyboardInterrupt:
        return
