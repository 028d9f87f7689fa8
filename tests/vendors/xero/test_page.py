"""Every example request of Xero's page "Attachments", word for word but for host and credential.

The page shows no tenant header: its credential here is the token of a custom connection, which needs none. It prints
one header as `Content Type`; a line like that is not HTTP, so that it stands here as `Content-Type`.
"""

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

from tests.conftest import ROOT, LiveServer

PNG = (ROOT / "fixtures/files/receipt.png").read_bytes()
# The page's upload is a little longer than its answer says.
BODY = PNG + bytes(10495 - len(PNG))
HOST = {"Host": "api.xero.com"}


@pytest.fixture(scope="module")
def bearer(live: LiveServer) -> str:
    form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
    token = httpx.post(f"{live.url}/xero/identity/connect/token", data=form).json()["access_token"]
    return f"Bearer {token}"


@pytest.fixture
def connection(live: LiveServer) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(urlsplit(live.url).netloc)
    yield connection
    connection.close()


def ask(
    connection: http.client.HTTPConnection, method: str, target: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    connection.request(method, target, body, headers)
    response = connection.getresponse()
    return response, response.read()


def attachment(body: bytes) -> dict[str, str | None]:
    element = fromstring(body).find("Attachments/Attachment")
    assert isinstance(element, Element)
    return {child.tag: child.text for child in element}


def test_the_list(connection: http.client.HTTPConnection, bearer: str) -> None:
    headers = {**HOST, "Authorization": bearer, "Accept": "text/xml"}

    response, body = ask(
        connection, "GET", "/api.xro/2.0/Receipts/e59a2c7f-4078-a0f3-73537afcbba9/Attachments/", headers
    )

    assert (response.status, response.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    answered = attachment(body)
    assert (answered["AttachmentID"], answered["FileName"]) == (
        "e59a2c7f-1306-4078-a0f3-73537afcbba9",
        "Image00394.png",
    )
    assert answered["MimeType"] == "image/png"


@pytest.mark.parametrize("receipt", ["e59a2c7f-4078-a0f3-73537afcbba9", "220ddca8-3144-4085-9a88-2d72c5133734"])
def test_the_content(connection: http.client.HTTPConnection, bearer: str, receipt: str) -> None:
    target = f"/api.xro/2.0/Receipts/{receipt}/Attachments/Image00394.png"

    response, body = ask(connection, "GET", target, {**HOST, "Authorization": bearer})

    assert (response.status, response.headers["content-type"]) == (200, "image/png")
    assert body[:8] == PNG[:8]


@pytest.mark.parametrize(
    ("target", "online"),
    [
        ("/api.xro/2.0/Receipts/e59a2c7f-4078-a0f3-73537afcbba9/Attachments/Image00394.png", None),
        ("/api.xro/2.0/Invoices/e59a2c7f-4078-a0f3-73537afcbba9/Attachments/Image00394.png?IncludeOnline=true", "true"),
    ],
)
def test_the_upload(connection: http.client.HTTPConnection, bearer: str, target: str, online: str | None) -> None:
    headers = {
        **HOST,
        "Authorization": bearer,
        "Content-Type": "image/png",
        "Content-Length": "10495",
        "Accept": "text/xml",
    }

    response, body = ask(connection, "POST", target, headers, BODY)

    assert response.status == 200
    answered = attachment(body)
    assert (answered["FileName"], answered["ContentLength"], answered.get("IncludeOnline")) == (
        "Image00394.png",
        "10495",
        online,
    )
    if "Receipts" in target:
        assert answered["AttachmentID"] == "e59a2c7f-1306-4078-a0f3-73537afcbba9"
    path = str(answered["Url"]).removeprefix("http://api.xero.com")
    assert ask(connection, "GET", path, {**HOST, "Authorization": bearer})[1] == BODY
