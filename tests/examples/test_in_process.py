"""`create_app()` returns an ASGI application, which httpx can call without a socket."""

import asyncio

import httpx

from emulator import create_app


def test_a_file_goes_up_and_comes_back() -> None:
    async def main() -> bytes:
        transport = httpx.ASGITransport(app=create_app(xero_max_attachments=1))
        headers = {"Authorization": "Bearer any", "xero-tenant-id": "any", "Accept": "application/json"}
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator", headers=headers) as http:
            files = "/xero/api.xro/2.0/Invoices/INV-0002/Attachments"
            assert (await http.put(f"{files}/a.pdf", content=b"%PDF-1.7")).status_code == 200
            assert (await http.put(f"{files}/b.pdf", content=b"%PDF-1.7")).status_code == 400
            return (await http.get(f"{files}/a.pdf")).content

    assert asyncio.run(main()) == b"%PDF-1.7"
