"""DualEntry's operations: those that are emulated, and the others, which are answered with 501."""

from collections.abc import Iterator

from emulator.core.routing import Operation
from emulator.vendors.dualentry import attachments, health, records, signed_urls, webhooks
from emulator.vendors.dualentry.models import RECORD_TYPES, RecordType

BASE = "/public/v2"
REPLACE = "replace_Invoice_record_attachments"
INVOICE_WRITES = ("create_Invoice_record", "update_Invoice_record")

_V1_BASE = "/public/v1"
# Marks the operations of V1: DualEntry's own ids are the same in both versions.
_V1 = "v1_"
# V1 can change fewer types in part.
_V1_PATCHABLE = ("invoices", "bills")


def v2_id(operation_id: str) -> str:
    """Return the id that an operation of either version has in V2."""
    return operation_id.removeprefix(_V1)


def _served(base: str, prefix: str) -> Iterator[Operation]:
    """Yield the operations of one version of the API that are emulated."""
    yield Operation(f"{prefix}core_api_public_public_router_health_check", "GET", f"{base}/health/", health.check)
    for record_type in RECORD_TYPES.values():
        yield from _record_type_operations(record_type, base, prefix)
    yield from _webhook_operations(f"{base}/webhooks/", prefix)


def _record_type_operations(record_type: RecordType, base: str, prefix: str) -> Iterator[Operation]:
    collection = f"{base}/{record_type.slug}/"
    record = f"{collection}{{record_number}}/"
    files = f"{record}attachments/"
    one, many = f"{record_type.name}_record", f"{record_type.name}_records"
    yield Operation(f"{prefix}list_{many}", "GET", collection, records.list_all, record_type)
    yield Operation(f"{prefix}create_{one}", "POST", collection, records.create, record_type)
    yield Operation(f"{prefix}get_{one}", "GET", record, records.get, record_type)
    yield Operation(f"{prefix}update_{one}", "PUT", record, records.put, record_type)
    if record_type.patchable and (prefix != _V1 or record_type.slug in _V1_PATCHABLE):
        yield Operation(f"{prefix}patch_{one}", "PATCH", record, records.patch, record_type)
    if record_type.deletable:
        yield Operation(f"{prefix}delete_{one}", "DELETE", record, records.delete, record_type)
    yield Operation(f"{prefix}create_{one}_attachments", "POST", files, attachments.add, record_type)
    if record_type.slug == "invoices":
        yield Operation(f"{prefix}{REPLACE}", "PUT", files, attachments.replace, record_type)


def _webhook_operations(collection: str, prefix: str) -> Iterator[Operation]:
    webhook = f"{collection}{{webhook_uuid}}/"
    yield Operation(f"{prefix}list_webhooks", "GET", collection, webhooks.list_all)
    yield Operation(f"{prefix}create_webhook", "POST", collection, webhooks.create)
    yield Operation(f"{prefix}list_webhook_topics", "GET", f"{collection}topics/", webhooks.list_topics)
    yield Operation(f"{prefix}get_webhook", "GET", webhook, webhooks.get)
    yield Operation(f"{prefix}update_webhook", "PUT", webhook, webhooks.put)
    yield Operation(f"{prefix}patch_webhook", "PATCH", webhook, webhooks.patch)
    yield Operation(f"{prefix}delete_webhook", "DELETE", webhook, webhooks.delete)
    yield Operation(f"{prefix}list_webhook_deliveries", "GET", f"{webhook}deliveries/", webhooks.list_deliveries)


STORAGE = (
    Operation("emulator-download", "GET", f"{signed_urls.STORAGE_PATH}/{{token}}", signed_urls.fetch),
    Operation("emulator-download-head", "HEAD", f"{signed_urls.STORAGE_PATH}/{{token}}", signed_urls.fetch),
    Operation("emulator-upload", "PUT", f"{signed_urls.STORAGE_PATH}/{{token}}", signed_urls.put),
)
# The emulator's own operation: how DualEntry registers a file is not public.
REGISTER = Operation("emulator-register-attachment", "POST", "/_emulator/attachments/", attachments.register)

# The operations of both versions that are not emulated: paths and their methods.
_NOT_EMULATED = """
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
    accounts GET POST
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
"""

# Those of V2 alone.
_V2_NOT_EMULATED = """
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
    invoices/{record_number}/lines GET
    quotes GET POST
    quotes/{quote_number} GET PATCH
    quotes/{quote_number}/send POST
    export-jobs GET POST
    export-jobs/{job_id} GET
    bank-connections GET POST
    bank-connections/{connection_id} GET DELETE
    bank-connections/{connection_id}/accounts GET POST
    bank-connections/accounts/{financial_account_id}/transactions POST
"""


def _not_emulated(base: str, prefix: str, table: str) -> Iterator[Operation]:
    for line in table.strip().splitlines():
        path, *methods = line.split()
        for method in methods:
            yield Operation(f"{prefix}{method} {path}", method, f"{base}/{path}/", None)


OPERATIONS = (
    *_served(BASE, ""),
    *_served(_V1_BASE, _V1),
    *STORAGE,
    REGISTER,
    *_not_emulated(BASE, "", _NOT_EMULATED),
    *_not_emulated(BASE, "", _V2_NOT_EMULATED),
    *_not_emulated(_V1_BASE, _V1, _NOT_EMULATED),
)
