"""Push operations: writes that succeed at once, or after having been asked for."""

from collections.abc import Callable

from starlette.responses import Response

from emulator.core.request import Call, whole
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.finding import company_of
from emulator.vendors.codat.state import Company, Connection, PushOperation, Record

# How many operations a company's history holds.
MAX_OPERATIONS = 1000


def push(
    call: Call,
    company: Company,
    connection: Connection,
    record: Record,
    change: str,
    apply: Callable[[], object],
    attachment_id: str | None = None,
) -> PushOperation:
    """Begin a write, and end it too unless it is to be polled for."""
    polls, now = call.value(rules.PUSH_POLLS), call.sandbox.clock.now()
    operation = PushOperation(
        call.sandbox.ids.uuid(), connection.id, record.data_type, change, now, record.id, attachment_id, apply, polls
    )
    operation.timeout_minutes = whole(call.query_params.get("timeoutInMinutes", ""), 0) or None
    company.operations[operation.key] = operation
    while len(company.operations) > MAX_OPERATIONS:
        del company.operations[next(iter(company.operations))]
    if polls == 0:
        operation.poll(now)
    return operation


async def list_all(call: Call, company: str) -> Response:
    owner = company_of(call, company)
    newest_first = reversed(list(owner.operations.values()))
    return rendering.page(call, [rendering.operation(owner, each) for each in newest_first])


async def get(call: Call, company: str, operation: str) -> Response:
    owner = company_of(call, company)
    found = owner.operations.get(operation.lower())
    if found is None:
        raise call.refusal(rules.OPERATION_UNKNOWN, operation=operation)
    found.poll(call.sandbox.clock.now())
    return errors.success(call, rendering.operation(owner, found))
