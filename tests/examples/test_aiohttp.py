"""With aiohttp, use `base_url` and send `headers`."""

import asyncio

import aiohttp

from emulator.testing import Sandbox


def test_a_file_goes_up_and_is_listed(emulator: Sandbox) -> None:
    expense = emulator.vrplatform.expense()

    async def main() -> list[str]:
        form = aiohttp.FormData()
        form.add_field("file", b"%PDF-1.7", filename="receipt.pdf", content_type="application/pdf")
        headers = dict(emulator.vrplatform.headers)
        async with aiohttp.ClientSession(headers=headers, raise_for_status=True) as http:
            url = emulator.vrplatform.base_url
            async with http.post(f"{url}/transaction-attachments", data=form) as uploaded:
                file = await uploaded.json()
            await http.put(f"{url}/transactions/{expense.id}", json={"attachmentIds": [file["id"]]})
            async with http.get(f"{url}/transactions/{expense.id}") as changed:
                return [attachment["filename"] for attachment in (await changed.json())["attachments"]]

    assert asyncio.run(main()) == ["receipt.pdf"]
