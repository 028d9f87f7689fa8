"""`async_client()` is an `httpx.AsyncClient`. The emulator runs in its own thread, so any event loop works."""

import asyncio

import httpx

from emulator.testing import Sandbox


async def upload(http: httpx.AsyncClient, invoice: str, name: str) -> int:
    return (await http.put(f"/Invoices/{invoice}/Attachments/{name}", content=name.encode())).status_code


def test_five_uploads_at_a_time(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice()

    async def main() -> list[int]:
        async with emulator.xero.async_client() as http:
            return await asyncio.gather(*(upload(http, invoice.id, f"{number}.pdf") for number in range(5)))

    assert asyncio.run(main()) == [200] * 5
    emulator.xero.assert_attached("Invoices", invoice, times=5)
