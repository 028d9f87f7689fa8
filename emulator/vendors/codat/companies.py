"""Handlers of companies and of their connections."""

import re
from html import escape

from starlette.responses import HTMLResponse, Response

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.integrations import INTEGRATIONS
from emulator.vendors.codat.lookups import find_company, find_connection
from emulator.vendors.codat.options import options_for
from emulator.vendors.codat.state import Company, Connection, state_of
from emulator.vendors.codat.validation import read_object

_COMPANY_NAME = re.compile(r"[A-Za-z0-9\s\-',&@.?!]+", re.ASCII)
_CONSENT_PAGE = (
    "<!doctype html><title>Linked</title><p>The emulator has played the customer: the connection to {platform} is "
    "now linked."
)
_LINK_PAGE = "<!doctype html><title>Link</title><p>Connections of {company}:<ul>{items}</ul>"


async def list_all(request: VendorRequest) -> Response:
    companies = state_of(request.sandbox).companies.values()
    return rendering.render_page(request, [rendering.render_company(request, company) for company in companies])


async def create(request: VendorRequest) -> Response:
    state = state_of(request.sandbox)
    fields = await _read_fields(request)
    if len(state.companies) >= request.value(rules.MAX_COMPANIES):
        raise request.refusal(rules.MAX_COMPANIES)
    company = Company(request.sandbox.ids.uuid(), created=request.sandbox.clock.now(), **fields)
    state.companies[company.id] = company
    return errors.success(request, rendering.render_company(request, company))


async def get(request: VendorRequest, company: str) -> Response:
    return errors.success(request, rendering.render_company(request, find_company(request, company)))


async def update(request: VendorRequest, company: str) -> Response:
    """Change what the body names of a company's name, description and tags."""
    match = find_company(request, company)
    current = {"name": match.name, "description": match.description, "tags": match.tags}
    return await _change(request, match, current)


async def replace(request: VendorRequest, company: str) -> Response:
    """Replace a company's name, description and tags."""
    return await _change(request, find_company(request, company), {})


async def _change(request: VendorRequest, company: Company, current: JsonObject) -> Response:
    fields = await _read_fields(request, current)
    company.name, company.description, company.tags = fields["name"], fields["description"], fields["tags"]
    return errors.success(request, rendering.render_company(request, company))


async def _read_fields(request: VendorRequest, current: JsonObject | None = None) -> JsonObject:
    """Return the name, description and tags in the body, or their current values where it has none. Raises Refusal."""
    body = await read_object(request)
    fields = {"description": "", "tags": {}, **(current or {})}
    fields |= {name: value for name in ("name", "description", "tags") if (value := body.get(name)) is not None}
    name, tags = fields.get("name"), fields["tags"]
    if not isinstance(name, str) or not _COMPANY_NAME.fullmatch(name) or not name.strip():
        raise request.refusal(rules.COMPANY_NAME, validator="Company")
    if not isinstance(fields["description"], str):
        raise _invalid(request, "description", "text")
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise _invalid(request, "tags", "an object of texts")
    return fields


def _invalid(request: VendorRequest, member: str, expected: str) -> Exception:
    return request.refusal(rules.BAD_BODY, validator="Company", item=member, reason=f"{member} is {expected}.")


async def list_connections(request: VendorRequest, company: str) -> Response:
    owner = find_company(request, company)
    connections = owner.connections.values()
    items = [rendering.render_connection(request, owner, connection) for connection in connections]
    return rendering.render_page(request, items)


async def create_connection(request: VendorRequest, company: str) -> Response:
    owner = find_company(request, company)
    fields = await read_object(request)
    integration = INTEGRATIONS.get(str(fields.get("platformKey")))
    if integration is None:
        raise request.refusal(rules.PLATFORM_UNKNOWN, platform=fields.get("platformKey"), validator="Connection")
    connection = Connection(request.sandbox.ids.uuid(), integration, "PendingAuth", request.sandbox.clock.now())
    owner.connections[connection.id] = connection
    return errors.success(request, rendering.render_connection(request, owner, connection))


async def get_connection(request: VendorRequest, company: str, connection: str) -> Response:
    owner, data_connection = find_connection(request, company, connection)
    return errors.success(request, rendering.render_connection(request, owner, data_connection))


async def unlink(request: VendorRequest, company: str, connection: str) -> Response:
    owner, data_connection = find_connection(request, company, connection)
    fields = await read_object(request)
    if fields.get("status") != "Unlinked":
        raise request.refusal(
            rules.BAD_BODY, validator="Connection", item="status", reason="status can be set to Unlinked only."
        )
    if data_connection.status != "Linked":
        raise request.refusal(rules.UNLINK)
    data_connection.status = "Unlinked"
    return errors.success(request, rendering.render_connection(request, owner, data_connection))


async def consent(request: VendorRequest, company: str, connection: str) -> Response:
    """Link a connection: the emulator's stand-in for the consent page that a linkUrl leads to."""
    _, data_connection = find_connection(request, company, connection)
    data_connection.status = "Linked"
    return HTMLResponse(_CONSENT_PAGE.format(platform=escape(data_connection.integration.name)))


async def link_page(request: VendorRequest, company: str) -> Response:
    """Show the links to a company's connections: the emulator's stand-in for the page that a redirect leads to."""
    owner = find_company(request, company)
    connections = [
        (rendering.render_connection(request, owner, connection)["linkUrl"], connection)
        for connection in owner.connections.values()
    ]
    items = "".join(
        f'<li><a href="{escape(url)}">{escape(connection.integration.name)}</a> ({connection.status})'
        for url, connection in connections
    )
    return HTMLResponse(_LINK_PAGE.format(company=escape(owner.name), items=items))


async def attachment_options(request: VendorRequest, platform: str) -> Response:
    """Return an integration's push options for attachments. The route is the emulator's own: Codat documents none."""
    integration = INTEGRATIONS.get(platform)
    options = options_for(request, integration) if integration else None
    if options is None:
        raise request.refusal(rules.OPTIONS, platform=platform)
    return errors.success(request, options)
