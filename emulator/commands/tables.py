"""The commands that list rules and operations: `attachment-emulator rules` and `operations`."""

import textwrap

import click

from emulator.core.rules import Tunable
from emulator.vendors import VENDOR_NAMES, VENDORS

_VENDORS = click.Choice(VENDOR_NAMES)


@click.command()
@click.argument("vendor_name", metavar=f"[{'|'.join(VENDOR_NAMES)}]", type=_VENDORS, required=False)
def rules(vendor_name: str | None) -> None:
    """Print the rules of the vendors' behaviour with their evidence."""
    click.echo(_row("RULE", "GRADE", "DATE", "WHAT THE VENDOR DOES"))
    for vendor in VENDORS.values():
        for rule in vendor.rules if vendor_name in (None, vendor.name) else ():
            sentence, *details = textwrap.wrap(rule.sentence, 80)
            if isinstance(rule, Tunable):
                details += textwrap.wrap(f"Setting: {rule.setting} = {rule.value}", 80, break_on_hyphens=False)
            if rule.on_page:
                details += textwrap.wrap(f"The page says: {rule.on_page}", 80, break_on_hyphens=False)
            details += textwrap.wrap(f"Source: {rule.source}", 80, break_on_hyphens=False)
            click.echo(_row(rule.id, rule.grade, rule.date, sentence))
            click.echo("\n".join(_row("", "", "", line) for line in details))


def _row(*cells: str) -> str:
    return "{:32} {:10} {:10} {}".format(*cells).rstrip()


@click.command()
@click.argument("vendor_name", metavar=f"[{'|'.join(VENDOR_NAMES)}]", type=_VENDORS, required=False)
def operations(vendor_name: str | None) -> None:
    """Print the vendors' operations, and whether they are emulated."""
    for vendor in VENDORS.values():
        for operation in vendor.operations if vendor_name in (None, vendor.name) else ():
            path = f"/{vendor.name}{operation.path}"
            click.echo(f"{operation.method:6} {path:75} {operation.backing:12} {operation.id}")
