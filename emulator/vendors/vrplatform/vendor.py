"""What the emulator knows of VRPlatform, in one place."""

from emulator.core.vendor import Pack
from emulator.vendors.vrplatform.credential_faults import STATES
from emulator.vendors.vrplatform.errors import refuse
from emulator.vendors.vrplatform.fault_responses import FAILURES
from emulator.vendors.vrplatform.handler import ROUTER, answer
from emulator.vendors.vrplatform.inspection import documents, files, plant
from emulator.vendors.vrplatform.operations import OPERATIONS
from emulator.vendors.vrplatform.rules import RULES
from emulator.vendors.vrplatform.state import MADE_OF

PACK = Pack(
    name="vrplatform",
    title="VRPlatform",
    base_path="",
    operations=OPERATIONS,
    rules=RULES,
    example=(
        "printf 'Hello, VRPlatform' | curl \\\n"
        "  -H 'x-api-key: anything' -H 'x-team-id: team_123' \\\n"
        "  -F 'file=@-;filename=hello.txt;type=text/plain' -F 'isOwnerAccessible=true' \\\n"
        "  {url}/transaction-attachments"
    ),
    answer=answer,
    refuse=refuse,
    files=files,
    documents=documents,
    made_of=MADE_OF,
    plant=plant,
    credential_states=STATES,
    router=ROUTER,
    failures=FAILURES,
)
