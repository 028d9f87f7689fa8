"""Every operation of DualEntry's that is emulated, and what DualEntry has beside it."""

from collections.abc import Iterator

from emulator.core.routing import Operation
from emulator.vendors.dualentry import attachments, records, storage
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType

BASE = "/public/v2"
REPLACE = "replace_Invoice_record_attachments"


def _of_kind(kind: RecordType) -> Iterator[Operation]:
    home = f"{BASE}/{kind.slug}/"
    record = f"{home}{{record_number}}/"
    files = f"{record}attachments/"
    yield Operation(f"list_{kind.name}_records", "GET", home, records.list_all, kind)
    yield Operation(f"create_{kind.name}_record", "POST", home, records.create, kind)
    yield Operation(f"get_{kind.name}_record", "GET", record, records.get, kind)
    yield Operation(f"update_{kind.name}_record", "PUT", record, records.put, kind)
    if kind.patchable:
        yield Operation(f"patch_{kind.name}_record", "PATCH", record, records.patch, kind)
    yield Operation(f"create_{kind.name}_record_attachments", "POST", files, attachments.add, kind)
    if kind.slug == "invoices":
        yield Operation(REPLACE, "PUT", files, attachments.replace, kind)


STORAGE = (
    Operation("emulator-download", "GET", f"{storage.PATH}/{{token}}", storage.fetch),
    Operation("emulator-download-head", "HEAD", f"{storage.PATH}/{{token}}", storage.fetch),
    Operation("emulator-upload", "PUT", f"{storage.PATH}/{{token}}", storage.put),
)
# Its answers are the emulator's own; what DualEntry has in its place is not public.
REGISTER = Operation("emulator-register-attachment", "POST", "/_emulator/attachments/", attachments.register)

# The rest of the contract: a path and its methods.
_BESIDE = """
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


def _beside() -> Iterator[Operation]:
    for line in _BESIDE.strip().splitlines():
        path, *methods = line.split()
        for method in methods:
            yield Operation(f"{method} {path}", method, f"{BASE}/{path}/", None)


OPERATIONS = (
    *(operation for kind in RECORD_TYPES.values() for operation in _of_kind(kind)),
    *STORAGE,
    REGISTER,
    *_beside(),
)
