"""No HTTP library is needed: a vendor is a URL and a few headers."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

from emulator.testing import Sandbox


def test_an_upload_with_the_standard_library(emulator: Sandbox) -> None:
    base = urlsplit(emulator.xero.base_url)
    connection = HTTPConnection(base.netloc)

    path = f"{base.path}/Invoices/INV-0002/Attachments/a.pdf"
    connection.request("PUT", path, b"%PDF-1.7", dict(emulator.xero.headers))

    assert connection.getresponse().status == 200
    connection.close()
