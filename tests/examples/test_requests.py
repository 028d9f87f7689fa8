"""With `requests`, use `base_url` and send `headers`."""

import requests

from emulator.testing import Sandbox


def test_a_file_goes_up_and_comes_back(emulator: Sandbox) -> None:
    contact = emulator.xero.contact(Name="Tui Traders")
    url = f"{emulator.xero.base_url}/Contacts/{contact.id}/Attachments/contract.pdf"

    with requests.Session() as http:
        http.headers.update(emulator.xero.headers)
        http.put(url, data=b"%PDF-1.7").raise_for_status()
        assert http.get(url).content == b"%PDF-1.7"
