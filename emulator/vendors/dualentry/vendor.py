"""What the emulator knows of DualEntry, in one place."""

from emulator.core.vendor import Pack
from emulator.vendors.dualentry.credential_faults import STATES
from emulator.vendors.dualentry.errors import refuse
from emulator.vendors.dualentry.fault_responses import FAILURES
from emulator.vendors.dualentry.handler import ROUTER, answer, rate_headers
from emulator.vendors.dualentry.inspection import documents, files, plant
from emulator.vendors.dualentry.operations import BASE, OPERATIONS
from emulator.vendors.dualentry.rules import RULES
from emulator.vendors.dualentry.state import MADE_OF

PACK = Pack(
    name="dualentry",
    title="DualEntry",
    base_path=BASE,
    operations=OPERATIONS,
    rules=RULES,
    example=(
        "printf 'Hello, DualEntry' | curl \\\n"
        "  -H 'X-API-KEY: anything' -F 'files=@-;filename=hello.txt;type=text/plain' \\\n"
        "  {url}/public/v2/invoices/1001/attachments/"
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
    rate_headers=rate_headers,
)
