"""Handler of receipts: files that Sync for Expenses attaches to a transaction."""

from starlette.responses import Response

from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.expense_syncs import DATA_TYPES, find_sync, find_transaction
from emulator.vendors.codat.integrations import Integration
from emulator.vendors.codat.lookups import check_attachments_supported, find_company
from emulator.vendors.codat.uploads import receive_attachment

# The kinds of transactions that have receipts, and those that have them where an integration supports only some.
_KINDS = frozenset(DATA_TYPES) - {"Transfer"}
_KINDS_AT = {
    "akxx": frozenset({"Payment", "Refund"}),
    "qhyg": frozenset({"Payment", "Refund", "Reimbursable"}),
    "ndsk": frozenset({"Payment", "Refund", "Reimbursable"}),
    "fbrh": frozenset({"Payment", "Reimbursable"}),
    "rwuv": frozenset({"Payment", "Reimbursable"}),
}


async def upload(request: VendorRequest, company: str, sync: str, transaction: str) -> Response:
    """Attach a file to a transaction that was synced, and so to the record that it has become."""
    owner = find_company(request, company)
    expense_sync = find_sync(request, owner, sync)
    expense = find_transaction(request, expense_sync, transaction)
    connection = owner.connections[expense_sync.connection_id]
    check_attachments_supported(request, connection, expense.kind)
    _check_kind(request, connection.integration, expense.kind)
    if expense_sync.completed is None:
        raise request.refusal(rules.RECEIPT_EARLY, transaction=transaction)
    data_type = DATA_TYPES[expense.kind]
    attachment = await receive_attachment(request, connection.integration, data_type)
    connection.records[data_type, expense.id].attach(attachment)
    return errors.success(request, {"companyId": owner.id, "id": attachment.id, "transactionId": transaction})


def _check_kind(request: VendorRequest, integration: Integration, kind: str) -> None:
    """Check that the integration has receipts for this kind of transaction. Raises Refusal."""
    if kind not in _KINDS_AT.get(integration.key, _KINDS):
        raise request.refusal(rules.RECEIPT_TYPE, kind=kind, platform=integration.key)
