"""xero-node 20.0.0 against the live server, and its tokens under jose's eyes: the steps are in node/xero_node.mjs."""

import base64
import json
from pathlib import Path

import pytest

from emulator.testing import Sandbox
from tests.clients.node_project import NodeProject, needs_packages

pytestmark = needs_packages
SCRIPT = "xero_node.mjs"
# The clients look at the time that it is.
on_real_time = pytest.mark.emulator(now=None, frozen=False)


@pytest.fixture
def base(emulator: Sandbox) -> str:
    return emulator.xero.base_url.removesuffix("/api.xro/2.0")


@on_real_time
def test_client_credentials_give_a_token_that_verifies(node: NodeProject, emulator: Sandbox, base: str) -> None:
    result = node.step(SCRIPT, "useClientCredentials", base=base)

    assert result["tokens"].keys() == {"access_token", "expires_at", "token_type", "scope"}
    assert result["claims"]["client_id"] == "app"
    assert " ".join(result["claims"]["scope"]) == result["tokens"]["scope"]
    assert [tenant["tenantId"] for tenant in result["tenants"]] == [emulator.xero.tenant_id]
    assert result["organisation"] == result["tenants"][0]["tenantName"]


@on_real_time
def test_a_consent_gives_tokens_that_verify(node: NodeProject, base: str) -> None:
    result = node.step(SCRIPT, "askForConsent", base=base)

    assert result["consentUrl"].startswith(f"{base}/identity/connect/authorize?client_id=app&scope=openid%20profile")
    assert result["identity"] == result["claims"]
    assert result["identity"]["email"] == result["claims"]["preferred_username"]
    assert result["access"]["xero_userid"] == result["identity"]["xero_userid"]
    assert result["access"]["authentication_event_id"] == result["connection"]["authEventId"]
    assert result["refreshed"]["scope"] == result["byHand"]["scope"]
    assert result["revoked"] == {"error": "invalid_grant"}


@pytest.mark.parametrize("name", ["a.pdf", "Invoice 1 (final) #2 é.pdf"])
def test_a_file_goes_up_and_comes_back_unchanged(
    node: NodeProject, emulator: Sandbox, base: str, invoice_pdf: Path, name: str
) -> None:
    result = node.step(SCRIPT, "attach", base=base, file=invoice_pdf, name=name)

    content = invoice_pdf.read_bytes()
    assert base64.b64decode(result["byId"]) == base64.b64decode(result["byName"]) == content
    assert result["contacts"][0] == result["contacts"][1] == result["invoice"]["contact"]["contactID"]
    assert result["uploaded"] == result["listed"] == result["invoice"]["attachments"]
    (attachment,) = result["uploaded"]
    assert (attachment["fileName"], attachment["mimeType"]) == (name, "application/pdf")
    assert (attachment["contentLength"], attachment["includeOnline"]) == (len(content), True)
    assert (result["invoice"]["total"], result["invoice"]["hasAttachments"]) == (25, True)
    emulator.xero.assert_attached("Invoices", result["invoice"]["invoiceID"], name, content=content, times=1)


def test_an_upload_that_names_no_media_type_says_that_it_is_a_form(
    node: NodeProject, emulator: Sandbox, base: str, invoice_pdf: Path
) -> None:
    invoice = emulator.xero.invoice()

    attachment = node.step(SCRIPT, "attachWithoutMediaType", base=base, file=invoice_pdf, invoice=invoice.id)

    sent = {name.lower(): value for name, value in emulator.journal[-1].request["headers"]}
    assert sent["content-type"] == "application/x-www-form-urlencoded"
    assert attachment["mimeType"] == "application/pdf"
    emulator.xero.assert_attached("Invoices", invoice, "a.pdf", content=invoice_pdf.read_bytes(), times=1)


def test_refusals_are_rejected_with_a_text(node: NodeProject, emulator: Sandbox, base: str, invoice_pdf: Path) -> None:
    invoice = emulator.xero.invoice()

    reasons = node.step(SCRIPT, "meetRefusals", base=base, file=invoice_pdf, invoice=invoice.id)

    upload, download = json.loads(reasons["upload"]), json.loads(reasons["download"])
    assert upload["response"]["statusCode"] == 400
    errors = upload["body"]["Elements"][0]["ValidationErrors"]
    assert errors == [{"Message": "The file couldn't be uploaded because it isn't a supported file type."}]
    assert download["response"]["statusCode"] == 404
    assert bytes(download["body"]["data"]) == b"The resource you're looking for cannot be found"
    emulator.xero.assert_not_attached("Invoices", invoice)
