"""VENDOR: everything that the emulator's core needs to know about DualEntry, also how it spells headers."""

from emulator.core.header_names import HeaderNames
from emulator.core.routing import Router
from emulator.core.vendor import Vendor
from emulator.vendors.dualentry.credential_faults import CREDENTIAL_FAULTS
from emulator.vendors.dualentry.errors import refuse
from emulator.vendors.dualentry.fault_responses import FAULT_RESPONSES
from emulator.vendors.dualentry.handler import answer, rate_headers, usage_limits
from emulator.vendors.dualentry.inspection import check_state, create_document, documents, files, upload_request
from emulator.vendors.dualentry.operations import BASE, OPERATIONS
from emulator.vendors.dualentry.rules import RULES
from emulator.vendors.dualentry.state import SNAPSHOT_SCHEMA
from emulator.vendors.dualentry.webhook_events import WEBHOOKS

VENDOR = Vendor(
    name="dualentry",
    title="DualEntry",
    base_path=BASE,
    operations=OPERATIONS,
    rules=RULES,
    sample=upload_request("invoices", "1001"),
    answer=answer,
    refuse=refuse,
    files=files,
    documents=documents,
    snapshot_schema=SNAPSHOT_SCHEMA,
    create_document=create_document,
    check_state=check_state,
    credential_faults=CREDENTIAL_FAULTS,
    router=Router(OPERATIONS),
    fault_responses=FAULT_RESPONSES,
    header_names=HeaderNames("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
    rate_headers=rate_headers,
    usage_limits=usage_limits,
    webhooks=WEBHOOKS,
)
