"""The records that files hang on: list, get, create, update."""

from collections.abc import Iterable

from starlette.responses import Response

from emulator.core.call import Call
from emulator.vendors.codat import dialect, rules, wire
from emulator.vendors.codat.finding import check_linked, company_of, connection_of, record_of
from emulator.vendors.codat.pushing import push
from emulator.vendors.codat.state import Connection, Record


async def list_all(call: Call, company: str, data_type: str, connection: str | None = None) -> Response:
    connections = _connections(call, company, connection)
    return wire.page(call, [record.fields for link in connections for record in link.of_type(data_type)])


async def get(call: Call, company: str, record: str, data_type: str, connection: str | None = None) -> Response:
    connections = list(_connections(call, company, connection))
    for link in connections:
        if found := link.records.get((data_type, record)):
            return dialect.success(call, found.fields)
    raise call.refusal(
        rules.RECORD_UNKNOWN, data_type=data_type, record=record, connection=", ".join(link.id for link in connections)
    )


async def create(call: Call, company: str, connection: str, data_type: str) -> Response:
    owner, link = connection_of(call, company, connection)
    check_linked(call, link)
    tree = await wire.read_object(call, rules.BAD_BODY)
    record_id = call.sandbox.ids.uuid()
    record = Record(
        record_id, data_type, {**tree, "id": record_id, "modifiedDate": wire.moment(call.sandbox.clock.now())}
    )
    operation = push(call, owner, link, record, "Created", lambda: link.add(record))
    return dialect.success(call, {"data": None, **wire.operation(owner, operation)})


async def update(call: Call, company: str, connection: str, record: str, data_type: str) -> Response:
    owner, link = connection_of(call, company, connection)
    check_linked(call, link)
    found = record_of(call, link, data_type, record)
    tree = await wire.read_object(call, rules.BAD_BODY)
    fields = {**found.fields, **tree, "id": found.id, "modifiedDate": wire.moment(call.sandbox.clock.now())}

    def apply() -> None:
        found.fields = fields

    operation = push(call, owner, link, found, "Modified", apply)
    return dialect.success(call, {"data": None, **wire.operation(owner, operation)})


def _connections(call: Call, company: str, connection: str | None) -> Iterable[Connection]:
    """One connection, or all of a company's."""
    if connection is not None:
        return [connection_of(call, company, connection)[1]]
    return company_of(call, company).connections.values()
