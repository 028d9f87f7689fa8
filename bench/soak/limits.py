"""Limits that parallel requests run into: files of a document, sandboxes of a server, bytes of the store."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

from bench.load import Request
from bench.soak.checks import Check, Plan, exactly
from bench.soak.target import Target, at_once
from bench.soak.traffic import listing, upload

# Sandboxes that a server may have, with `default`, and bytes that its files may take.
MAX_SANDBOXES = 100
MAX_STORE_BYTES = 4_000_000
_SIZE = 100_000


async def attachments(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Many uploads to one Xero document at once: it takes ten."""
    number = plan.count(1000, least=20)
    works = [partial(target.send, upload("xero", "one", f"{at}.pdf", b"%d" % at)) for at in range(number)]
    statuses = Counter(answer.status for answer in await at_once(number, works))
    files = (await target.send(listing("xero", "one"))).json["Attachments"]
    yield exactly(f"{number:,} parallel uploads to one Xero document", dict(statuses), {200: 10, 400: number - 10})
    yield exactly("files that the document then has", len(files), 10)


async def sandboxes(target: Target, _: Plan) -> AsyncIterator[Check]:
    """More sandboxes than the server may have, on first use and by the control API."""
    number = MAX_SANDBOXES + 100
    works = [partial(target.send, listing("xero", f"box-{at}")) for at in range(number // 2)]
    create = partial(Request, "PATCH", headers={"content-type": "application/json"}, body=b'{"auth": "strict"}')
    works += [partial(target.send, create(f"/_emulator/sandboxes/own-{at}/settings")) for at in range(number // 2)]
    statuses = Counter(answer.status // 100 for answer in await at_once(50, works))
    known = len((await target.control("GET", "/sandboxes"))["sandboxes"])
    # Beside `default`.
    room = MAX_SANDBOXES - 1
    expected = {2: room, 4: number - room}
    yield exactly(f"{number} sandboxes wanted, {room} to be had: taken and refused", dict(statuses), expected)
    yield exactly("sandboxes that there then are", known, MAX_SANDBOXES)


async def store(target: Target, _: Plan) -> AsyncIterator[Check]:
    """More bytes than the store may hold, of all vendors."""
    number = MAX_STORE_BYTES // _SIZE * 2
    vendors = ("xero", "codat", "dualentry", "vrplatform")
    before = await target.stored()
    works = [
        partial(target.send, upload(vendors[at % 4], f"full-{at}", "a.pdf", b"%8d" % at * (_SIZE // 8)))
        for at in range(number)
    ]
    statuses = Counter(answer.status for answer in await at_once(16, works))
    stored = await target.stored()
    yield exactly("statuses of uploads to a full store", sorted(statuses), [200, 507])
    yield exactly("bytes stored for those taken", stored - before, statuses[200] * _SIZE)
    await asyncio.gather(*(target.control("POST", f"/sandboxes/full-{at}/reset") for at in range(number)))
    again = await target.send(upload("xero", "full-0", "a.pdf", bytes(_SIZE)))
    yield exactly("an upload after the sandboxes were reset", again.status, 200)
