"""What the emulator knows of VRPlatform, in one place."""

from emulator.core.pack import Pack
from emulator.vendors.vrplatform.app import ROUTER, answer
from emulator.vendors.vrplatform.credentials import STATES
from emulator.vendors.vrplatform.dialect import refuse
from emulator.vendors.vrplatform.failures import FAILURES
from emulator.vendors.vrplatform.operations import OPERATIONS
from emulator.vendors.vrplatform.rules import RULES
from emulator.vendors.vrplatform.state import MADE_OF
from emulator.vendors.vrplatform.world import documents, files, plant

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
