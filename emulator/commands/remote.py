"""`attachment-emulator health` and `snapshot`: asking an emulator that runs."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from emulator.core.urls import url_at
from emulator.testing.control import TIMEOUT, Control, EmulatorError

# How long (seconds) an emulator may take to say that it is well.
HEALTH_TIMEOUT = 5


def default_url() -> str:
    """Where `serve` would listen in this environment."""
    return url_at(os.environ.get("EMULATOR_HOST") or "127.0.0.1", os.environ.get("EMULATOR_PORT") or 4600)


url_argument = click.argument("url", default=default_url)
sandbox_option = click.option("--sandbox", default="default", metavar="NAME", help="Which one.  [default: default]")


@contextmanager
def connect(url: str, file: Path | None = None, timeout: float = TIMEOUT) -> Iterator[Control]:
    """The control API of an emulator. What goes wrong with it, or with the file, ends the command with one line and
    exit code 1."""
    try:
        with closing(Control(url, timeout)) as control:
            yield control
    except EmulatorError as error:
        rejection_reason = str(error)
    except OSError as error:
        rejection_reason = f"{file}: {error.strerror}"
    else:
        return
    click.echo(f"attachment-emulator: {rejection_reason}", err=True)
    sys.exit(1)


@click.command()
@url_argument
def health(url: str) -> None:
    """Say whether an emulator runs there.

    In one line, and with exit code 0 where it does and 1 otherwise.

    Without a URL it asks where `serve` listens by default, or as EMULATOR_HOST and EMULATOR_PORT say.
    """
    with connect(url, timeout=HEALTH_TIMEOUT) as control:
        found = control.health()
        store = found["store"]
        click.echo(
            f"attachment-emulator {found['version']} is well at {url}: "
            f"{found['sandboxes']} sandbox{'es' * (found['sandboxes'] != 1)}, "
            f"{store['bytes']} of {store['max_bytes']} bytes in the store"
        )


@click.group()
def snapshot() -> None:
    """Keep a sandbox in a file, or let it be as in one."""


@snapshot.command()
@click.argument("url")
@click.argument("file", type=click.Path(path_type=Path))
@sandbox_option
def save(url: str, file: Path, sandbox: str) -> None:
    """Write a sandbox of the emulator at URL into FILE.

    All that it has, as one zip archive: the documents readable, each file once.
    """
    from emulator.testing.sandbox import Sandbox

    with connect(url, file) as control:
        require_sandbox(control, sandbox)
        archive = Sandbox(control, sandbox).snapshot()
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            draft.write_bytes(archive)
            # All of it or nothing, whatever was there before.
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        click.echo(f"sandbox {sandbox} saved in {file} ({len(archive)} bytes)")


@snapshot.command()
@click.argument("url")
@click.argument("file", type=click.Path(path_type=Path))
@sandbox_option
def restore(url: str, file: Path, sandbox: str) -> None:
    """Let a sandbox of the emulator at URL be as in FILE.

    All of it or, with exit code 1, nothing. Its journal and faults start anew.
    """
    from emulator.testing.sandbox import Sandbox

    with connect(url, file) as control:
        archive = file.read_bytes()
        control.health()
        Sandbox(control, sandbox).restore(archive)
        click.echo(f"sandbox {sandbox} is as in {file}")


def require_sandbox(control: Control, sandbox: str) -> list[str]:
    """The names of all sandboxes. Raises EmulatorError where this one is not among them."""
    control.health()
    names = [each["name"] for each in control.ask("GET", "/sandboxes")["sandboxes"]]
    if sandbox not in names:
        raise EmulatorError(f"there is no sandbox {sandbox!r} at {control.url}; there is {', '.join(names)}")
    return names
