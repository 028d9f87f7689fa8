"""The control API as a table: its paths, and for each what it takes and what it is for.

Its OpenAPI document is this table in other words.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from emulator import __version__
from emulator.control import credentials, documents, faults, journal, sandboxes
from emulator.control.asking import PLAIN, Asked
from emulator.core.routing import Operation
from emulator.core.rules import Rule, Tunable
from emulator.core.schemas import Schema
from emulator.vendors import VENDOR_NAMES, VENDORS

BASE = "/_emulator"
SANDBOX = f"{BASE}/sandboxes/{{sandbox}}"
_VENDOR = PLAIN.schema(f"vendor?:{'|'.join(VENDOR_NAMES)}")


@dataclass(frozen=True, slots=True)
class Contract:
    """What an operation of the control API takes."""

    handler: Callable[[Asked], Awaitable[Response]]
    summary: str
    query: Schema = field(default_factory=dict)
    body: Schema | None = None
    upload: str = ""
    """The media type of a body that the handler reads by itself."""


async def health(asked: Asked) -> Response:
    store = asked.registry.store
    return JSONResponse(
        {
            "status": "ok",
            "version": __version__,
            "vendors": list(VENDOR_NAMES),
            "sandboxes": len(asked.registry.sandboxes),
            "store": {"blobs": len(store), "bytes": store.used_bytes, "max_bytes": store.max_bytes},
        }
    )


async def rules(asked: Asked) -> Response:
    wanted = asked.query["vendor"]
    return JSONResponse(
        {"rules": [_rule(each) for pack in VENDORS.values() if wanted in (None, pack.name) for each in pack.rules]}
    )


async def operations(asked: Asked) -> Response:
    wanted = asked.query["vendor"]
    found = [
        {
            "vendor": pack.name,
            "id": each.id,
            "method": each.method,
            "path": f"/{pack.name}{each.path}",
            "backing": each.backing,
        }
        for pack in VENDORS.values()
        if wanted in (None, pack.name)
        for each in pack.operations
    ]
    return JSONResponse({"operations": found})


def _rule(rule: Rule) -> dict[str, object]:
    setting, default = (rule.setting, rule.value) if isinstance(rule, Tunable) else (None, None)
    return {
        "id": rule.id,
        "sentence": rule.sentence,
        "grade": rule.grade,
        "source": rule.source,
        "date": rule.date,
        "on_page": rule.on_page or None,
        "status": rule.answer.status if rule.answer else None,
        "setting": setting,
        "default": default,
    }


# What few ask for is loaded when they do.


async def take_snapshot(asked: Asked) -> Response:
    from emulator.control.snapshots import take

    return await take(asked)


async def restore_snapshot(asked: Asked) -> Response:
    from emulator.control.snapshots import restore

    return await restore(asked)


async def openapi(_: Asked) -> Response:
    from emulator.control.openapi import document

    return JSONResponse(document(ROUTES))


def _routes() -> Iterator[Operation]:
    def route(method: str, path: str, contract: Contract) -> Operation:
        name = f"{contract.handler.__module__.rpartition('.')[2]}.{contract.handler.__name__}"
        return Operation(name, method, path, None, contract)

    yield route("GET", f"{BASE}/health", Contract(health, "Whether the server is there, and how full its store is."))
    yield route("GET", f"{BASE}/openapi.json", Contract(openapi, "This document."))
    yield route("GET", f"{BASE}/rules", Contract(rules, "What is known of the vendors' behaviour.", _VENDOR))
    yield route("GET", f"{BASE}/operations", Contract(operations, "What of the vendors' APIs is served.", _VENDOR))
    yield route("GET", f"{BASE}/sandboxes", Contract(sandboxes.list_all, "The sandboxes that there are."))
    yield route("GET", SANDBOX, Contract(sandboxes.get, "One sandbox."))
    yield route("DELETE", SANDBOX, Contract(sandboxes.delete, "Let a sandbox and its files go."))
    yield route("POST", f"{SANDBOX}/reset", Contract(sandboxes.reset, "Start a sandbox anew.", body=sandboxes.RESET))
    yield route("GET", f"{SANDBOX}/settings", Contract(sandboxes.get_settings, "The settings in force."))
    changed = PLAIN.schema("settings!:object")
    yield route(
        "PATCH",
        f"{SANDBOX}/settings",
        Contract(sandboxes.change_settings, "Change settings of this sandbox.", body=changed),
    )
    yield route("GET", f"{SANDBOX}/clock", Contract(sandboxes.get_clock, "What time it is in the sandbox."))
    yield route(
        "PATCH",
        f"{SANDBOX}/clock",
        Contract(sandboxes.change_clock, "Set, advance, freeze the clock.", body=sandboxes.CLOCK),
    )
    archive = f"{SANDBOX}/snapshot"
    yield route("GET", archive, Contract(take_snapshot, "The sandbox as one zip archive."))
    yield route("PUT", archive, Contract(restore_snapshot, "Be as in a snapshot.", upload="application/zip"))
    yield route(
        "GET", f"{SANDBOX}/world", Contract(documents.list_documents, "What files can hang on.", documents.DOCUMENTS)
    )
    yield route(
        "POST", f"{SANDBOX}/world", Contract(documents.create_document, "Add a document.", body=documents.PLANT)
    )
    yield route(
        "POST",
        f"{SANDBOX}/credentials",
        Contract(credentials.spoil, "Let credentials be good no longer.", body=credentials.CHANGE),
    )
    yield route("GET", f"{SANDBOX}/files", Contract(documents.list_files, "Every attachment.", documents.FILES))
    yield route("GET", f"{SANDBOX}/files/{{sha256}}", Contract(documents.read_file, "The bytes of a file."))
    armed = f"{SANDBOX}/faults"
    yield route("GET", armed, Contract(faults.list_all, "The faults that are armed, and how often each struck."))
    yield route("POST", armed, Contract(faults.arm, "Arm a fault.", body=faults.FAULT))
    yield route("DELETE", armed, Contract(faults.clear, "Disarm all faults."))
    yield route("GET", f"{armed}/{{number}}", Contract(faults.get, "One fault."))
    yield route("DELETE", f"{armed}/{{number}}", Contract(faults.disarm, "Disarm a fault."))
    entries = f"{SANDBOX}/journal"
    yield route("GET", entries, Contract(journal.list_all, "The exchanges, oldest first.", journal.LIST))
    yield route("DELETE", entries, Contract(journal.clear, "Forget the exchanges."))
    yield route("GET", f"{entries}/wait", Contract(journal.wait, "Wait for an exchange that matches.", journal.WAIT))
    yield route("GET", f"{entries}/har", Contract(journal.as_har, "The exchanges as an HTTP Archive.", journal.LIST))
    yield route("GET", f"{entries}/events", Contract(journal.events, "Exchanges as they end (server-sent events)."))
    yield route("GET", f"{entries}/{{number}}", Contract(journal.get, "One exchange."))
    yield route(
        "GET",
        f"{entries}/{{number}}/{{side}}",
        Contract(journal.body, "The bytes that one side sent: `request` or `response`."),
    )


ROUTES = tuple(_routes())
