"""Push operations: writes that succeed at once, or after having been asked for."""

from collections.abc import Callable

from starlette.responses import Response

from emulator.core.request import VendorRequest, parse_int
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.finding import company_of
from emulator.vendors.codat.state import Company, Connection, PushOperation, Record

# How many operations a company's history holds.
MAX_OPERATIONS = 1000


def push(
    request: VendorRequest,
    company: Company,
    connection: Connection,
    record: Record,
    change: str,
    apply: Callable[[], object],
    attachment_id: str | None = None,
) -> PushOperation:
    """Begin a write, and end it too unless it is to be polled for."""
    polls, now = request.value(rules.PUSH_POLLS), request.sandbox.clock.now()
    operation = PushOperation(
        request.sandbox.ids.uuid(), connection.id, record.data_type, change, now, record.id, attachment_id, apply, polls
    )
    operation.timeout_minutes = parse_int(request.query_params.get("timeoutInMinutes", ""), 0) or None
    company.operations[operation.key] = operation
    while len(company.operations) > MAX_OPERATIONS:
        del company.operations[next(iter(company.operations))]
    if polls == 0:
        operation.poll(now)
    return operation


async def list_all(request: VendorRequest, company: str) -> Response:
    owner = company_of(request, company)
    newest_first = reversed(list(owner.operations.values()))
    return rendering.page(request, [rendering.operation(owner, each) for each in newest_first])


async def get(request: VendorRequest, company: str, operation: str) -> Response:
    owner = company_of(request, company)
    found = owner.operations.get(operation.lower())
    if found is None:
        raise request.refusal(rules.OPERATION_UNKNOWN, operation=operation)
    found.poll(request.sandbox.clock.now())
    return errors.success(request, rendering.operation(owner, found))
