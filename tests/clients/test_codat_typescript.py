"""Codat's SDKs for TypeScript.

@codat/platform 6.2.1 and @codat/accounting 0.37.0, the newest that npm has, run against the live server: the steps are
in node/codat.mjs. That version of @codat/accounting sends no file when it uploads one.

Those that npm does not have are replayed from github.com/codatio/client-sdk-typescript at
fd4e047334d7a872ce73a36d927024aefb57c3ec: @codat/accounting 0.42.0 (previous-versions/accounting/src/sdk/bills.ts,
sdk.ts, models/shared/codatfile.ts and internal/utils/requestbody.ts, which uses form-data through axios) and
@codat/sync-for-payables 9.3.2 (sync-for-payables/src/funcs/billsUploadAttachment.ts, billsListAttachments.ts,
billsDownloadAttachment.ts, lib/encodings.ts and lib/config.ts, which uses Node.js's own FormData).
"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Document, Sandbox
from tests.clients.node_project import NodeProject, needs_packages
from tests.clients.replay import Response, Wire

SCRIPT = "codat.mjs"
COMPANY = "5eed0000-0000-4000-8000-00000000c001"
NAMES = pytest.mark.parametrize("name", ["receipt.pdf", "aé b.pdf"])


@pytest.fixture
def codat(emulator: Sandbox) -> dict[str, str]:
    """What the SDKs are set up with."""
    return {"base": emulator.codat.base_url, "authHeader": emulator.codat.headers["Authorization"]}


@pytest.fixture
def bill(emulator: Sandbox) -> Document:
    return emulator.codat.record("bills")


@pytest.fixture
def ids(bill: Document) -> dict[str, str]:
    return {"companyId": COMPANY, "connectionId": bill.owner, "billId": bill.id}


def upload_with_accounting(wire: Wire, codat: dict[str, str], ids: dict[str, str], name: str, body: bytes) -> Response:
    """Upload as @codat/accounting 0.42.0 does."""
    boundary = "--------------------------6f54c194bb7414aa810bc7c6"
    headers = {
        "Accept": "application/json",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Authorization": codat["authHeader"],
        "user-agent": "speakeasy-sdk/typescript 0.42.0 2.214.3 3.0.0 @codat/accounting",
        "Accept-Encoding": "gzip, compress, deflate, br",
    }
    part = f'Content-Disposition: form-data; name="fileName"; filename="{name}"\r\nContent-Type: application/pdf'
    path = "/companies/{companyId}/connections/{connectionId}/push/bills/{billId}/attachments".format(**ids)
    return wire.send("POST", codat["base"] + path, headers, multipart(boundary, part, body))


def multipart(boundary: str, part: str, body: bytes) -> bytes:
    return f"--{boundary}\r\n{part}\r\n\r\n".encode() + body + f"\r\n--{boundary}--\r\n".encode()


@NAMES
def test_accounting_from_its_repository_sends_a_file(
    wire: Wire, emulator: Sandbox, codat: dict[str, str], ids: dict[str, str], invoice_pdf: Path, name: str
) -> None:
    content = invoice_pdf.read_bytes()

    answer = upload_with_accounting(wire, codat, ids, name, content)

    assert answer.status == 200
    emulator.codat.assert_attached("bills", ids["billId"], name, content=content, times=1)


@NAMES
def test_sync_for_payables_gets_back_the_file_that_it_sent(
    wire: Wire, emulator: Sandbox, codat: dict[str, str], ids: dict[str, str], invoice_pdf: Path, name: str
) -> None:
    files = "/companies/{companyId}/connections/{connectionId}/payables/bills/{billId}/attachments".format(**ids)
    url, content, boundary = codat["base"] + files, invoice_pdf.read_bytes(), "----formdata-undici-012345678901"
    agent = {"user-agent": "speakeasy-sdk/typescript 9.3.2 2.879.13 3.0.0 @codat/sync-for-payables"}
    headers = {"authorization": codat["authHeader"], **agent, "accept-language": "*", "sec-fetch-mode": "cors"}
    part = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/pdf'

    uploaded = wire.send(
        "POST",
        url,
        {**headers, "accept": "application/json", "content-type": f"multipart/form-data; boundary={boundary}"},
        multipart(boundary, part, content),
    )

    # The SDK takes no other status than 201.
    assert uploaded.status == 201
    attachment = json.loads(uploaded.body)
    assert (attachment["name"], attachment["fileSize"]) == (name, len(content))
    listed = wire.send("GET", url, {**headers, "accept": "application/json"})
    assert (listed.status, json.loads(listed.body)) == (200, [attachment])
    octets = {**headers, "accept": "application/octet-stream"}
    downloaded = wire.send("GET", f"{url}/{attachment['id']}/download", octets)
    assert downloaded.headers["Content-Type"].partition(";")[0] == "application/octet-stream"
    assert (downloaded.status, downloaded.body) == (200, content)
    emulator.codat.assert_attached("bills", ids["billId"], name, content=content, times=1)


@needs_packages
def test_the_platform_sdk_connects_a_company(node: NodeProject, codat: dict[str, str]) -> None:
    result = node.step(SCRIPT, "connect", **codat, name="Tui Traders")

    assert (result["company"]["name"], result["created"]["status"]) == ("Tui Traders", "PendingAuth")
    (connection,) = result["connections"]
    assert (connection["id"], connection["status"]) == (result["created"]["id"], "Linked")


@needs_packages
def test_a_bill_that_was_pushed_is_listed(node: NodeProject, codat: dict[str, str]) -> None:
    connected = node.step(SCRIPT, "connect", **codat, name="Tui Traders")
    company, connection = connected["company"]["id"], connected["created"]["id"]

    result = node.step(SCRIPT, "pushBill", **codat, companyId=company, connectionId=connection)

    assert (result["statuses"], result["pushed"]["status"]) == ([200, 200], "Success")
    (change,) = result["pushed"]["changes"]
    assert [listed["id"] for listed in result["listed"]] == [change["recordRef"]["id"]]
    assert result["listed"][0]["reference"] == "PO 1"
    keys = [operation["pushOperationKey"] for operation in result["operations"]]
    assert keys == [result["pushed"]["pushOperationKey"]]


@needs_packages
@NAMES
def test_a_file_comes_back_unchanged(
    node: NodeProject,
    wire: Wire,
    codat: dict[str, str],
    ids: dict[str, str],
    invoice_pdf: Path,
    name: str,
) -> None:
    content = invoice_pdf.read_bytes()
    upload_with_accounting(wire, codat, ids, name, content)

    result = node.step(SCRIPT, "download", **codat, ids=ids)

    assert result["statuses"] == [200, 200, 200]
    assert base64.b64decode(result["bytes"]) == content
    assert result["attachments"] == [result["one"]]
    assert (result["one"]["name"], result["one"]["fileSize"]) == (name, len(content))


@needs_packages
def test_accounting_from_npm_sends_no_file_and_does_not_throw(
    node: NodeProject, emulator: Sandbox, codat: dict[str, str], ids: dict[str, str], invoice_pdf: Path
) -> None:
    result: Any = node.step(SCRIPT, "upload", **codat, ids=ids, file=invoice_pdf, name="receipt.pdf")

    assert (result["statusCode"], "errorMessage" in result) == (400, False)
    assert json.loads(result["body"])["validation"]["errors"][0]["itemId"] == "file"
    emulator.codat.assert_not_attached("bills", ids["billId"])


@needs_packages
def test_refusals_come_as_the_sdks_give_them(node: NodeProject, codat: dict[str, str], ids: dict[str, str]) -> None:
    result = node.step(SCRIPT, "meetRefusals", **codat, ids=ids)

    assert result["missing"]["status"] == 404
    assert "bills none not found" in result["missing"]["error"]
    assert result["keyless"] == {"status": 401, "error": "Unauthorized"}
    assert result["unknown"] == {"type": "ErrorMessage", "status": 404, "error": "No company was found with ID none"}
