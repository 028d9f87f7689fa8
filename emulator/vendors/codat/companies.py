"""Companies and their connections."""

import re
from html import escape

from starlette.responses import HTMLResponse, Response

from emulator.core.request import Call
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.finding import company_of, connection_of
from emulator.vendors.codat.integrations import INTEGRATIONS
from emulator.vendors.codat.options import options_for
from emulator.vendors.codat.state import Company, Connection, state_of

_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.?!]+", re.ASCII)
_CONSENTED = (
    "<!doctype html><title>Linked</title><p>The emulator has played the customer: the connection to {platform} is "
    "now linked."
)


async def list_all(call: Call) -> Response:
    companies = state_of(call.sandbox).companies.values()
    return rendering.page(call, [rendering.company(call, each) for each in companies])


async def create(call: Call) -> Response:
    state = state_of(call.sandbox)
    tree = await rendering.read_object(call)
    name = tree.get("name")
    description = tree.get("description") or ""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not name.strip():
        raise call.refusal(rules.COMPANY_NAME, validator="Company")
    if not isinstance(description, str):
        raise call.refusal(rules.BAD_BODY, validator="Company", item="description", reason="description is text.")
    if len(state.companies) >= call.value(rules.MAX_COMPANIES):
        raise call.refusal(rules.MAX_COMPANIES)
    company = Company(call.sandbox.ids.uuid(), name, description, call.sandbox.clock.now())
    state.companies[company.id] = company
    return errors.success(call, rendering.company(call, company))


async def get(call: Call, company: str) -> Response:
    return errors.success(call, rendering.company(call, company_of(call, company)))


async def list_connections(call: Call, company: str) -> Response:
    owner = company_of(call, company)
    return rendering.page(call, [rendering.connection(call, owner, each) for each in owner.connections.values()])


async def create_connection(call: Call, company: str) -> Response:
    owner = company_of(call, company)
    tree = await rendering.read_object(call)
    integration = INTEGRATIONS.get(str(tree.get("platformKey")))
    if integration is None:
        raise call.refusal(rules.PLATFORM_UNKNOWN, platform=tree.get("platformKey"), validator="Connection")
    connection = Connection(call.sandbox.ids.uuid(), integration, "PendingAuth", call.sandbox.clock.now())
    owner.connections[connection.id] = connection
    return errors.success(call, rendering.connection(call, owner, connection))


async def get_connection(call: Call, company: str, connection: str) -> Response:
    owner, found = connection_of(call, company, connection)
    return errors.success(call, rendering.connection(call, owner, found))


async def unlink(call: Call, company: str, connection: str) -> Response:
    owner, found = connection_of(call, company, connection)
    tree = await rendering.read_object(call)
    if tree.get("status") != "Unlinked":
        raise call.refusal(
            rules.BAD_BODY, validator="Connection", item="status", reason="status can be set to Unlinked only."
        )
    if found.status != "Linked":
        raise call.refusal(rules.UNLINK)
    found.status = "Unlinked"
    return errors.success(call, rendering.connection(call, owner, found))


async def consent(call: Call, company: str, connection: str) -> Response:
    """What a linkUrl leads to: the customer says yes."""
    _, found = connection_of(call, company, connection)
    found.status = "Linked"
    return HTMLResponse(_CONSENTED.format(platform=escape(found.integration.name)))


async def attachment_options(call: Call, platform: str) -> Response:
    """A route of the emulator's own, as Codat documents none."""
    integration = INTEGRATIONS.get(platform)
    options = options_for(call, integration) if integration else None
    if options is None:
        raise call.refusal(rules.OPTIONS, platform=platform)
    return errors.success(call, options)
