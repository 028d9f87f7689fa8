"""VENDOR: everything that the emulator's core needs to know about VRPlatform, also how it spells headers."""

from emulator.core.header_names import HeaderNames
from emulator.core.routing import Router
from emulator.core.vendor import Vendor
from emulator.vendors.vrplatform.credential_faults import CREDENTIAL_FAULTS
from emulator.vendors.vrplatform.errors import refuse
from emulator.vendors.vrplatform.fault_responses import FAULT_RESPONSES
from emulator.vendors.vrplatform.handler import answer
from emulator.vendors.vrplatform.inspection import check_state, create_document, documents, files, upload_request
from emulator.vendors.vrplatform.operations import OPERATIONS
from emulator.vendors.vrplatform.rules import RULES
from emulator.vendors.vrplatform.state import SNAPSHOT_SCHEMA

VENDOR = Vendor(
    name="vrplatform",
    title="VRPlatform",
    base_path="",
    operations=OPERATIONS,
    rules=RULES,
    sample=upload_request("team_123"),
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
    header_names=HeaderNames("X-VRPlatform-Audit-Action-Id", "X-VRPlatform-Audit-Should-Poll"),
)
