"""The command that lists the vendors' operations: `attachment-emulator operations`."""

import click

from emulator.vendors import VENDOR_NAMES, VENDORS


@click.command()
@click.argument("vendor_name", metavar=f"[{'|'.join(VENDOR_NAMES)}]", type=click.Choice(VENDOR_NAMES), required=False)
def operations(vendor_name: str | None) -> None:
    """Print the vendors' operations, and whether they are emulated."""
    for vendor in VENDORS.values():
        for operation in vendor.operations if vendor_name in (None, vendor.name) else ():
            path = f"/{vendor.name}{operation.path}"
            click.echo(f"{operation.method:6} {path:75} {operation.backing:12} {operation.id}")
