"""No library is needed: a vendor is a URL and some headers, for curl, for a script, for the standard library."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

from emulator.testing import Sandbox


def test_the_standard_library_will_do(emulator: Sandbox) -> None:
    base = urlsplit(emulator.xero.base_url)
    connection = HTTPConnection(base.netloc)

    path = f"{base.path}/Invoices/INV-0002/Attachments/a.pdf"
    connection.request("PUT", path, b"%PDF-1.7", dict(emulator.xero.headers))

    assert connection.getresponse().status == 200
    connection.close()
