"""Push operations: writes that succeed at once, or after a number of polls."""

from collections.abc import Callable
from datetime import datetime

from starlette.responses import Response

from emulator.core.numbers import parse_int
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rendering, rules
from emulator.vendors.codat.lookups import find_company
from emulator.vendors.codat.state import Company, Connection, PushOperation, Record
from emulator.vendors.codat.webhook_events import send_write_event

# The most push operations that a company's history holds; the oldest are dropped.
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
    """Start a write, and complete it unless the setting `codat.push-polls` makes clients poll for it first."""
    polls, now = request.value(rules.PUSH_POLLS), request.sandbox.clock.now()
    operation = PushOperation(
        request.sandbox.ids.uuid(), connection.id, record.data_type, change, now, record.id, attachment_id, apply, polls
    )
    operation.timeout_minutes = parse_int(request.query_params.get("timeoutInMinutes", ""), 0) or None
    company.operations[operation.key] = operation
    while len(company.operations) > MAX_OPERATIONS:
        del company.operations[next(iter(company.operations))]
    if polls == 0:
        _poll(request, company, operation, now)
    return operation


async def list_all(request: VendorRequest, company: str) -> Response:
    """List the push operations of a company, the newest first."""
    owner = find_company(request, company)
    newest_first = reversed(list(owner.operations.values()))
    items = [rendering.render_push_operation(owner, operation) for operation in newest_first]
    return rendering.render_page(request, items)


async def get(request: VendorRequest, company: str, operation: str) -> Response:
    """Return a push operation. This counts as a poll."""
    owner = find_company(request, company)
    push_operation = owner.operations.get(operation.lower())
    if push_operation is None:
        raise request.refusal(rules.OPERATION_UNKNOWN, operation=operation)
    _poll(request, owner, push_operation, request.sandbox.clock.now())
    return errors.success(request, rendering.render_push_operation(owner, push_operation))


def _poll(request: VendorRequest, company: Company, operation: PushOperation, now: datetime) -> None:
    """Count one poll, and send the event of a write that it completes."""
    if operation.poll(now):
        send_write_event(request, company, operation)
