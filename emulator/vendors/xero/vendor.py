"""VENDOR: everything that the emulator's core needs to know about Xero, also how it spells headers."""

from emulator.core.header_names import HeaderNames
from emulator.core.routing import Router
from emulator.core.vendor import Vendor
from emulator.vendors.xero.credential_faults import CREDENTIAL_FAULTS
from emulator.vendors.xero.errors import refuse
from emulator.vendors.xero.fault_responses import FAULT_RESPONSES
from emulator.vendors.xero.handler import answer, fold
from emulator.vendors.xero.inspection import check_state, create_document, documents, files, upload_request
from emulator.vendors.xero.operations import OPERATIONS
from emulator.vendors.xero.rate_limits import usage_limits
from emulator.vendors.xero.rules import RULES
from emulator.vendors.xero.state import SNAPSHOT_SCHEMA
from emulator.vendors.xero.webhook_events import WEBHOOKS

VENDOR = Vendor(
    name="xero",
    title="Xero",
    base_path="/api.xro/2.0",
    operations=OPERATIONS,
    rules=RULES,
    sample=upload_request("5eed0000-0000-4000-8000-000000000001", "Invoices", "INV-0001"),
    answer=answer,
    refuse=refuse,
    files=files,
    documents=documents,
    snapshot_schema=SNAPSHOT_SCHEMA,
    create_document=create_document,
    check_state=check_state,
    credential_faults=CREDENTIAL_FAULTS,
    router=Router(OPERATIONS, fold),
    fault_responses=FAULT_RESPONSES,
    usage_limits=usage_limits,
    webhooks=WEBHOOKS,
    header_names=HeaderNames(
        "X-AppMinLimit-Remaining", "X-Client-TLS-ver", "X-DayLimit-Remaining", "X-MinLimit-Remaining"
    ),
    sign_in=(b"/identity/connect/authorize", b"/identity/connect/token", b"/identity/connect/revocation"),
)
