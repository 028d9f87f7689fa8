"""VENDOR: everything that the emulator's core needs to know about Codat, also how it spells headers."""

from emulator.core.header_names import HeaderNames
from emulator.core.routing import Router
from emulator.core.vendor import Vendor
from emulator.vendors.codat.credential_faults import CREDENTIAL_FAULTS
from emulator.vendors.codat.errors import refuse
from emulator.vendors.codat.fault_responses import FAULT_RESPONSES
from emulator.vendors.codat.handler import answer
from emulator.vendors.codat.inspection import create_document, documents, files, upload_request
from emulator.vendors.codat.operations import OPERATIONS
from emulator.vendors.codat.rate_limits import rate_headers, usage_limits
from emulator.vendors.codat.rules import RULES
from emulator.vendors.codat.state import SNAPSHOT_SCHEMA
from emulator.vendors.codat.webhook_events import WEBHOOKS

VENDOR = Vendor(
    name="codat",
    title="Codat",
    base_path="",
    operations=OPERATIONS,
    rules=RULES,
    sample=upload_request(
        "5eed0000-0000-4000-8000-00000000c001", "5eed0000-0000-4000-8000-00000000d001", "invoices", "inv-1"
    ),
    answer=answer,
    refuse=refuse,
    files=files,
    documents=documents,
    snapshot_schema=SNAPSHOT_SCHEMA,
    create_document=create_document,
    credential_faults=CREDENTIAL_FAULTS,
    router=Router(OPERATIONS, str.lower),
    fault_responses=FAULT_RESPONSES,
    header_names=HeaderNames(),
    rate_headers=rate_headers,
    usage_limits=usage_limits,
    webhooks=WEBHOOKS,
)
