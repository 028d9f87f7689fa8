"""The command `attachment-emulator ca`: this machine's certificate authority."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from emulator.interception.authority import CertificateAuthority


@click.group()
def ca() -> None:
    """Show or remove this machine's certificate authority.

    It is made on first use, for this user, and can sign for the vendors' hosts and loopback only. It is
    never added to a trust store.
    """


@ca.command()
def path() -> None:
    """Print the path of its certificate, and make the authority if there is none."""
    from emulator.interception.state import certificate_path

    load_authority()
    click.echo(certificate_path())


@ca.command()
def show() -> None:
    """Print what it may sign for, how long it is valid and its fingerprint."""
    from emulator.interception.state import certificate_path

    authority = load_authority()
    click.echo(f"certificate  {certificate_path()}")
    click.echo(f"valid until  {authority.certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC")
    click.echo(f"SHA-256      {authority.fingerprint}")
    click.echo(f"signs for    {', '.join(authority.hosts)}; 127.0.0.0/8, ::1; nothing else")


@ca.command("remove")
def remove_authority() -> None:
    """Delete it; the next use makes another, which clients have to trust anew."""
    from emulator.interception.state import directory, remove

    click.echo(f"removed from {directory()}" if remove() else f"there is none in {directory()}")


def load_authority() -> "CertificateAuthority":
    """Return this machine's authority, made on first use; if that fails, end the command with a message."""
    from emulator.interception.authority import CertificateAuthority
    from emulator.interception.state import NoAuthority
    from emulator.vendors import HOSTS

    try:
        return CertificateAuthority.load(HOSTS)
    except NoAuthority as error:
        click.echo(f"attachment-emulator: {error}", err=True)
        sys.exit(1)
