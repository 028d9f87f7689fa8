"""Companies and their connections."""

import re
from html import escape

from starlette.responses import HTMLResponse, Response

from emulator.core.request import VendorRequest
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


async def list_all(request: VendorRequest) -> Response:
    companies = state_of(request.sandbox).companies.values()
    return rendering.page(request, [rendering.company(request, each) for each in companies])


async def create(request: VendorRequest) -> Response:
    state = state_of(request.sandbox)
    tree = await rendering.read_object(request)
    name = tree.get("name")
    description = tree.get("description") or ""
    if not isinstance(name, str) or not _NAME.fullmatch(name) or not name.strip():
        raise request.refusal(rules.COMPANY_NAME, validator="Company")
    if not isinstance(description, str):
        raise request.refusal(rules.BAD_BODY, validator="Company", item="description", reason="description is text.")
    if len(state.companies) >= request.value(rules.MAX_COMPANIES):
        raise request.refusal(rules.MAX_COMPANIES)
    company = Company(request.sandbox.ids.uuid(), name, description, request.sandbox.clock.now())
    state.companies[company.id] = company
    return errors.success(request, rendering.company(request, company))


async def get(request: VendorRequest, company: str) -> Response:
    return errors.success(request, rendering.company(request, company_of(request, company)))


async def list_connections(request: VendorRequest, company: str) -> Response:
    owner = company_of(request, company)
    return rendering.page(request, [rendering.connection(request, owner, each) for each in owner.connections.values()])


async def create_connection(request: VendorRequest, company: str) -> Response:
    owner = company_of(request, company)
    tree = await rendering.read_object(request)
    integration = INTEGRATIONS.get(str(tree.get("platformKey")))
    if integration is None:
        raise request.refusal(rules.PLATFORM_UNKNOWN, platform=tree.get("platformKey"), validator="Connection")
    connection = Connection(request.sandbox.ids.uuid(), integration, "PendingAuth", request.sandbox.clock.now())
    owner.connections[connection.id] = connection
    return errors.success(request, rendering.connection(request, owner, connection))


async def get_connection(request: VendorRequest, company: str, connection: str) -> Response:
    owner, found = connection_of(request, company, connection)
    return errors.success(request, rendering.connection(request, owner, found))


async def unlink(request: VendorRequest, company: str, connection: str) -> Response:
    owner, found = connection_of(request, company, connection)
    tree = await rendering.read_object(request)
    if tree.get("status") != "Unlinked":
        raise request.refusal(
            rules.BAD_BODY, validator="Connection", item="status", reason="status can be set to Unlinked only."
        )
    if found.status != "Linked":
        raise request.refusal(rules.UNLINK)
    found.status = "Unlinked"
    return errors.success(request, rendering.connection(request, owner, found))


async def consent(request: VendorRequest, company: str, connection: str) -> Response:
    """What a linkUrl leads to: the customer says yes."""
    _, found = connection_of(request, company, connection)
    found.status = "Linked"
    return HTMLResponse(_CONSENTED.format(platform=escape(found.integration.name)))


async def attachment_options(request: VendorRequest, platform: str) -> Response:
    """A route of the emulator's own, as Codat documents none."""
    integration = INTEGRATIONS.get(platform)
    options = options_for(request, integration) if integration else None
    if options is None:
        raise request.refusal(rules.OPTIONS, platform=platform)
    return errors.success(request, options)
