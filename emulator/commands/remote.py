"""The commands that talk to a running emulator: `attachment-emulator health` and `snapshot`."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from emulator.commands.progress import progress
from emulator.commands.server_arguments import default_url, like, sandbox_option, takes_url, url_option
from emulator.testing.control import TIMEOUT, Control, EmulatorError

# How long (seconds) `health` waits for an answer.
HEALTH_TIMEOUT = 5


@contextmanager
def connect(url: str, file: Path | None = None, timeout: float = TIMEOUT) -> Iterator[Control]:
    """Yield a client of the control API.

    An error of the client or of the file ends the command with a one-line message and exit code 1.
    """
    with reported_errors(file), closing(Control(url, timeout)) as control:
        yield control


@contextmanager
def reported_errors(file: Path | None = None) -> Iterator[None]:
    """End the command with a one-line message and exit code 1 on an error of the emulator or of a file."""
    try:
        yield
    except EmulatorError as error:
        message = str(error)
    except OSError as error:
        message = f"{file or error.filename}: {error.strerror}"
    else:
        return
    click.echo(f"attachment-emulator: {message}", err=True)
    sys.exit(1)


@click.command()
@takes_url
def health(url: str) -> None:
    """Check whether an emulator runs at URL.

    Prints one line. The exit code is 0 if it runs and 1 otherwise.

    The default URL is EMULATOR_URL, or where `serve` listens by default, or as EMULATOR_HOST and EMULATOR_PORT say.
    """
    with connect(url, timeout=HEALTH_TIMEOUT) as control:
        status = control.health()
        store = status["store"]
        click.echo(
            f"attachment-emulator {status['version']} is healthy at {url}: "
            f"{status['sandboxes']} sandbox{'es' * (status['sandboxes'] != 1)}, "
            f"{store['bytes']} of {store['max_bytes']} bytes in the store"
        )


def _takes_url_and_file(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the parameters `url` and `file`: arguments in either order, or `--url` and an argument."""

    @url_option
    @click.argument("words", metavar="[URL] FILE", nargs=-1)
    def with_both(url: str | None, words: tuple[str, ...], **others: object) -> None:
        urls = [word for word in words if "://" in word]
        paths = [word for word in words if "://" not in word]
        if not paths:
            raise click.UsageError("Missing argument 'FILE'.")
        if len(paths) > 1 or len(urls) > 1:
            raise click.UsageError(f"Got unexpected extra argument ({words[-1]})")
        command(url=url or next(iter(urls), default_url()), file=Path(paths[0]), **others)

    return like(command, with_both)


@click.group()
def snapshot() -> None:
    """Save a sandbox in a file, or restore it from one."""


@snapshot.command()
@sandbox_option
@_takes_url_and_file
def save(url: str, file: Path, sandbox: str) -> None:
    """Save a sandbox of the emulator at URL in FILE.

    FILE is a zip archive with a readable sandbox.json and every file once.
    """
    from emulator.testing.sandbox import Sandbox

    with connect(url, file) as control, progress(f"saving sandbox {sandbox} in {file}"):
        require_sandbox(control, sandbox)
        archive = Sandbox(control, sandbox).snapshot()
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            draft.write_bytes(archive)
            # Atomic: a failure leaves a file that existed before as it was.
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    click.echo(f"sandbox {sandbox} saved in {file} ({len(archive)} bytes)")


@snapshot.command()
@sandbox_option
@_takes_url_and_file
def restore(url: str, file: Path, sandbox: str) -> None:
    """Restore a sandbox of the emulator at URL from FILE.

    If that fails, the sandbox stays as it was and the exit code is 1. Journal and faults are not part of a snapshot.
    """
    from emulator.testing.sandbox import Sandbox

    with connect(url, file) as control, progress(f"restoring sandbox {sandbox} from {file}"):
        archive = file.read_bytes()
        control.health()
        Sandbox(control, sandbox).restore(archive)
    click.echo(f"sandbox {sandbox} restored from {file}")


def require_sandbox(control: Control, sandbox: str) -> list[str]:
    """Return the names of all sandboxes. Raises EmulatorError unless this one exists."""
    control.health()
    names = [known["name"] for known in control.ask("GET", "/sandboxes")["sandboxes"]]
    if sandbox not in names:
        raise EmulatorError(f"there is no sandbox {sandbox!r} at {control.url}; the sandboxes are {', '.join(names)}")
    return names
