"""The commands that list what a running emulator has: `attachment-emulator sandboxes`, `files` and `documents`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from emulator.commands.remote import connect, require_sandbox
from emulator.commands.server_arguments import json_option, sandbox_option, takes_url, takes_vendor_and_url
from emulator.request_log.formats import format_size, printable


@click.command()
@json_option
@takes_url
def sandboxes(url: str, *, as_json: bool) -> None:
    """List the sandboxes of a running emulator."""
    with connect(url) as control:
        control.health()
        entries = control.ask("GET", "/sandboxes")["sandboxes"]
        rows = [
            (
                entry["name"],
                str(entry["exchanges"]),
                entry["clock"]["now"],
                "stands still" if entry["clock"]["frozen"] else "runs",
            )
            for entry in entries
        ]
        _print(entries, ("SANDBOX", "EXCHANGES", "TIME", "CLOCK"), rows, as_json=as_json, none="no sandboxes")


@click.command()
@click.option("--staged", is_flag=True, help="Only files that are attached to no document.")
@sandbox_option
@json_option
@takes_vendor_and_url
def files(url: str, vendor: str | None, sandbox: str, *, staged: bool, as_json: bool) -> None:
    """List the files in a sandbox of a running emulator.

    DOCUMENT is what a file is attached to; a staged one is attached to nothing. OWNER is the tenant, company or team:
    each begins with the same files.
    """
    with connect(url) as control:
        require_sandbox(control, sandbox)
        query = {"vendor": vendor, "staged": "true" if staged else None}
        entries = control.ask_sandbox("GET", sandbox, "/files", **query)["files"]
        rows = [
            (
                entry["vendor"],
                entry["name"],
                "to come" if entry["size"] is None else format_size(entry["size"]),
                entry["content_type"],
                (entry["sha256"] or "")[:12],
                ", ".join(entry["documents"]) or "staged",
                entry["owner"],
            )
            for entry in entries
        ]
        head = ("VENDOR", "NAME", "SIZE", "TYPE", "SHA-256", "DOCUMENT", "OWNER")
        _print(entries, head, rows, as_json=as_json, none=f"no such files in sandbox {sandbox}")


@click.command()
@click.option("--kind", metavar="KIND", help="Only documents of this kind, such as Invoices.")
@sandbox_option
@json_option
@takes_vendor_and_url
def documents(url: str, vendor: str | None, sandbox: str, kind: str | None, *, as_json: bool) -> None:
    """List the documents in a sandbox of a running emulator."""
    with connect(url) as control:
        require_sandbox(control, sandbox)
        entries = control.ask_sandbox("GET", sandbox, "/documents", vendor=vendor, kind=kind)["documents"]
        rows = [
            (entry["vendor"], entry["kind"], entry["number"], entry["id"], str(entry["attachments"]), entry["owner"])
            for entry in entries
        ]
        head = ("VENDOR", "KIND", "NUMBER", "ID", "FILES", "OWNER")
        _print(entries, head, rows, as_json=as_json, none=f"no such documents in sandbox {sandbox}")


def _print(
    entries: Sequence[Mapping[str, Any]],
    head: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    as_json: bool,
    none: str,
) -> None:
    if as_json:
        click.echo(json.dumps(entries, indent=2))
    elif rows:
        click.echo("\n".join(format_table([head, *rows])))
    else:
        click.echo(f"There are {none}.")


def format_table(rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Return the rows as lines with the cells of each column below each other."""
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
