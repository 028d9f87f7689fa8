"""Xero's connections: the organisations that an app was given access to."""

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.request import VendorRequest
from emulator.vendors.xero import errors, rules
from emulator.vendors.xero.auth import check_token
from emulator.vendors.xero.state import state_of


async def list_connections(request: VendorRequest) -> Response:
    """List the organisations that the token reaches."""
    state = state_of(request.sandbox)
    token = check_token(request, state)
    own = token.organisation if token else None
    event = request.query_params.get("authEventId")
    connections = [
        {
            "id": organisation.connection_id,
            "authEventId": organisation.auth_event_id,
            "tenantId": organisation.tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": organisation.about["Name"],
            "createdDateUtc": ticks(organisation.connected).removesuffix("Z"),
            "updatedDateUtc": ticks(organisation.connected).removesuffix("Z"),
        }
        for organisation in state.connected
        if own in (None, organisation.tenant_id) and event in (None, organisation.auth_event_id)
    ]
    return errors.plain(request, 200, connections)


async def delete_connection(request: VendorRequest, connection_id: str) -> Response:
    """Disconnect an organisation, until the next consent. Raises Refusal."""
    state = state_of(request.sandbox)
    check_token(request, state)
    tenant_ids = {
        organisation.tenant_id
        for organisation in state.connected
        if organisation.connection_id == connection_id.lower()
    }
    if not tenant_ids:
        raise request.refusal(rules.UNKNOWN_RECORD)
    state.disconnected |= tenant_ids
    return errors.plain(request, 204)
