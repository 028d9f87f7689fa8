"""DualEntry's operations: those that are emulated, and the others, which are answered with 501."""

from collections.abc import Iterator

from emulator.core.routing import Operation
from emulator.vendors.dualentry import attachments, records, storage
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType

BASE = "/public/v2"
REPLACE = "replace_Invoice_record_attachments"


def _record_type_operations(record_type: RecordType) -> Iterator[Operation]:
    collection = f"{BASE}/{record_type.slug}/"
    record = f"{collection}{{record_number}}/"
    files = f"{record}attachments/"
    yield Operation(f"list_{record_type.name}_records", "GET", collection, records.list_all, record_type)
    yield Operation(f"create_{record_type.name}_record", "POST", collection, records.create, record_type)
    yield Operation(f"get_{record_type.name}_record", "GET", record, records.get, record_type)
    yield Operation(f"update_{record_type.name}_record", "PUT", record, records.put, record_type)
    if record_type.patchable:
        yield Operation(f"patch_{record_type.name}_record", "PATCH", record, records.patch, record_type)
    yield Operation(f"create_{record_type.name}_record_attachments", "POST", files, attachments.add, record_type)
    if record_type.slug == "invoices":
        yield Operation(REPLACE, "PUT", files, attachments.replace, record_type)


STORAGE = (
    Operation("emulator-download", "GET", f"{storage.STORAGE_PATH}/{{token}}", storage.fetch),
    Operation("emulator-download-head", "HEAD", f"{storage.STORAGE_PATH}/{{token}}", storage.fetch),
    Operation("emulator-upload", "PUT", f"{storage.STORAGE_PATH}/{{token}}", storage.put),
)
# The emulator's own operation: how DualEntry registers a file is not public.
REGISTER = Operation("emulator-register-attachment", "POST", "/_emulator/attachments/", attachments.register)

# The operations of the contract that are not emulated: paths and their methods.
_NOT_EMULATED = """
    health GET
    customer-prepayment-applications GET POST
    customer-prepayment-applications/{record_number} GET PUT PATCH
    customer-prepayment-applications/{record_number}/attachments POST
    customer-credits GET POST
    customer-credits/{record_number} GET PUT PATCH
    customer-payments GET POST
    customer-payments/{record_number} GET PUT PATCH
    vendor-payments GET POST
    vendor-payments/{record_number} GET PUT
    vendor-prepayments GET POST
    vendor-prepayments/{record_number} GET PUT
    vendor-prepayment-applications GET POST
    vendor-prepayment-applications/{record_number} GET PUT
    vendor-credits GET POST
    vendor-credits/{record_number} GET PUT
    bank-transfers GET POST
    bank-transfers/{record_number} GET PUT
    recurring/invoices GET POST
    recurring/invoices/{record_number} GET PUT DELETE
    recurring/bills GET POST
    recurring/bills/{record_number} GET PUT DELETE
    recurring/journal-entries GET POST
    recurring/journal-entries/{record_number} GET PUT DELETE
    companies GET
    companies/{company_id} GET
    accounts GET
    accounts/{account_number} GET
    budgets GET
    budgets/{budget_id} GET
    contracts GET POST
    contracts/{record_id} GET
    contracts/{contract_id}/usage GET
    contracts/{contract_id}/usage/bulk-upsert POST
    customers GET POST
    customers/{customer_id} GET PUT PATCH DELETE
    items GET POST
    items/{item_id} GET PUT DELETE
    vendors GET POST
    vendors/{vendor_id} GET PUT PATCH DELETE
    classifications GET POST
    classifications/{classification_id} GET PUT PATCH DELETE
    classifications-lines GET
    custom-fields GET POST
    custom-fields/{custom_field_id} GET PUT DELETE
    paper-checks GET
    paper-checks/print-now POST
    paper-checks/print-later POST
    paper-checks/print-batch PUT
    paper-checks/{paper_check_id} GET DELETE
    workflows GET
    workflows/execution-states GET
    workflows/execution-states/{state_id} GET
    workflows/execution-states/{state_id}/actions GET
    workflows/actions GET
    workflows/roles GET
    workflows/{workflow_id} GET
    workflows/{workflow_id}/versions GET
    inbox GET
    inbox/transactions GET
    inbox/records GET
    inbox/transactions/{record_id} GET
    inbox/records/{record_id} GET
    fixed-assets GET POST
    fixed-assets/{fixed_asset_number} GET PUT PATCH DELETE
    fixed-assets/{fixed_asset_number}/schedules/{depreciation_book_id}/schedule GET
    depreciation-books GET
    depreciation-books/{book_code} GET
    intercompany-journal-entries GET POST
    intercompany-journal-entries/{record_number} GET PUT
    vat-rates GET
    vat-rates/{vat_rate_id} GET
    gst-tax-rates GET
    gst-tax-rates/{gst_tax_rate_id} GET
    product-tax-codes GET POST
    product-tax-codes/{product_tax_code_id} GET PUT DELETE
    bank-match/populate POST
    bank-match/suggestions GET
    bank-match/suggestions/{suggestion_id} GET
    bank-match/status-counts GET
    bank-match/bank-transactions GET
    bank-match/bank-transactions/{financial_transaction_id} GET
    bank-match/matches POST
    bank-match/unmatches POST
    oauth/authorize POST
    oauth/callback GET
    oauth/token POST
    statistical-journals/{record_number}/attachments POST
"""


def _not_emulated() -> Iterator[Operation]:
    for line in _NOT_EMULATED.strip().splitlines():
        path, *methods = line.split()
        for method in methods:
            yield Operation(f"{method} {path}", method, f"{BASE}/{path}/", None)


OPERATIONS = (
    *(operation for record_type in RECORD_TYPES.values() for operation in _record_type_operations(record_type)),
    *STORAGE,
    REGISTER,
    *_not_emulated(),
)
