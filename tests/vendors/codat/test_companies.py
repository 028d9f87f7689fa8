"""Companies, connections, and the push options."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.asgi import Client
from tests.vendors.codat.conftest import COMPANY, OTHER_COMPANY, UNKNOWN, XERO, Codat, connection, file_part


def created(codat: Codat, name: str = "Tui Traders") -> dict[str, Any]:
    answer = codat.send_json("POST", "/companies", {"name": name})
    assert answer.status == 200, answer.text
    company: dict[str, Any] = answer.json()
    return company


@pytest.mark.proves("codat.link")
def test_a_company_is_made_linked_by_its_customer_and_attached_to(codat: Codat) -> None:
    company = created(codat)
    connection = codat.send_json("POST", f"/companies/{company['id']}/connections", {"platformKey": "gbol"}).json()
    path = f"/companies/{company['id']}/connections/{connection['id']}"
    assert (connection["status"], connection["platformName"], connection["integrationKey"]) == (
        "PendingAuth",
        "Xero",
        "gbol",
    )
    assert codat.send_json("POST", f"{path}/push/invoices", {}).rule == "codat.not-linked"

    # The customer's browser has no key.
    page = Client(codat.app).get(connection["linkUrl"].removeprefix("http://emulator.test"))

    assert (page.status, "Xero" in page.text) == (200, True)
    assert codat.get(path).json()["status"] == "Linked"
    pushed = codat.send_json("POST", f"{path}/push/invoices", {"status": "Draft"}).json()
    record = pushed["changes"][0]["recordRef"]["id"]
    assert codat.push(f"{path}/push/invoices/{record}/attachment", file_part()).status == 200
    assert len(codat.get(f"{path}/data/invoices/{record}/attachments").json()["attachments"]) == 1


@pytest.mark.proves("codat.link")
def test_a_redirect_leads_to_the_links_of_a_company_in_the_same_sandbox(codat: Codat) -> None:
    prefix = "/sandbox/mine/codat"
    company = Client(codat.app, prefix, codat.headers).get(f"/companies/{OTHER_COMPANY}").json()
    assert company["redirect"] == f"http://emulator.test{prefix}/link/company/{OTHER_COMPANY}"

    browser = Client(codat.app)
    page = browser.get(company["redirect"].removeprefix("http://emulator.test"))

    assert (page.status, page.text.count("<a href")) == (200, 3)
    for link in re.findall('href="http://emulator.test(.*?)"', page.text):
        assert browser.get(link).status == 200
    linked = Client(codat.app, prefix, codat.headers).get(f"/companies/{OTHER_COMPANY}/connections").json()["results"]
    assert {item["status"] for item in linked} == {"Linked"}
    assert codat.get(f"/companies/{OTHER_COMPANY}/connections").json()["results"][0]["status"] == "PendingAuth"
    hosted = Client(codat.app, "", {"host": "link.codat.io"})
    assert hosted.get(f"/company/{COMPANY}").status == 200
    assert hosted.get(f"/company/{UNKNOWN}").rule == "codat.company-unknown"


@pytest.mark.proves("codat.company-update")
def test_a_company_is_changed_in_part_or_as_a_whole(codat: Codat) -> None:
    path = f"/companies/{created(codat)['id']}"

    patched = codat.send_json("PATCH", path, {"description": "By hand", "tags": {"ref": "7"}, "name": None}).json()
    assert (patched["name"], patched["description"], patched["tags"]) == ("Tui Traders", "By hand", {"ref": "7"})
    assert codat.get(path).json() == patched
    replaced = codat.send_json("PUT", path, {"name": "Moa"}).json()
    assert (replaced["name"], replaced["description"], replaced["tags"]) == ("Moa", "", {})
    for method, body, rule in (
        ("PUT", {"description": "No name"}, "company-name"),
        ("PATCH", {"name": "<b>"}, "company-name"),
        ("PATCH", {"tags": {"a": 1}}, "bad-body"),
        ("PATCH", {"description": 1}, "bad-body"),
    ):
        assert codat.send_json(method, path, body).rule == f"codat.{rule}"
    assert codat.get(path).json() == replaced


@pytest.mark.proves("codat.unlink")
def test_a_linked_connection_can_be_unlinked_and_no_other(codat: Codat) -> None:
    assert codat.send_json("PATCH", connection(), {"status": "Unlinked"}).json()["status"] == "Unlinked"
    assert codat.send_json("PATCH", connection(), {"status": "Unlinked"}).rule == "codat.unlink"
    bodies: list[object] = [{"status": "Linked"}, {}, []]
    for body in bodies:
        assert codat.send_json("PATCH", connection(), body).rule == "codat.bad-body"
    assert codat.get(f"{connection()}/data/invoices/inv-1/attachments").rule == "codat.not-linked-read"


@pytest.mark.proves("codat.company-name")
@pytest.mark.parametrize("body", [{}, {"name": 5}, {"name": ""}, {"name": "<b>"}, {"name": "  "}])
def test_a_company_needs_a_name(codat: Codat, body: object) -> None:
    assert codat.send_json("POST", "/companies", body).rule == "codat.company-name"


@pytest.mark.proves("codat.bad-body", "codat.max-json-bytes")
@pytest.mark.parametrize("method_and_path", [("POST", "/companies"), ("PATCH", connection())])
def test_a_body_must_be_a_json_object_of_some_size(
    make: Callable[..., Codat], method_and_path: tuple[str, str]
) -> None:
    codat = make(codat_max_json_bytes=200_000)

    for body in (b"", b"[]", b"{", b"[" * 10**5):
        assert codat.request(*method_and_path, body).rule == "codat.bad-body"
    assert codat.request(*method_and_path, bytes(200_001)).rule == "codat.max-json-bytes"
    refused = codat.send_json("POST", "/companies", {"name": "a", "description": {"a": 1}})
    assert refused.json()["validation"]["errors"] == [
        {"itemId": "description", "message": "description is text.", "validatorName": "Company"}
    ]


@pytest.mark.proves("codat.max-companies")
def test_a_free_plan_has_a_limit(make: Callable[..., Codat]) -> None:
    codat = make(codat_max_companies=3)
    created(codat)

    refused = codat.send_json("POST", "/companies", {"name": "One more"})

    assert (refused.status, refused.rule) == (402, "codat.max-companies")
    assert "exceeded the 3-company limit" in refused.json()["error"]


@pytest.mark.proves("codat.platform-unknown")
@pytest.mark.parametrize("body", [{}, {"platformKey": "zzzz"}, {"platformKey": ["gbol"]}])
def test_a_connection_needs_an_integration(codat: Codat, body: object) -> None:
    assert codat.send_json("POST", f"/companies/{COMPANY}/connections", body).rule == "codat.platform-unknown"


@pytest.mark.proves("codat.paging")
def test_lists_come_in_pages_with_links(codat: Codat) -> None:
    path = f"/companies/{COMPANY}/connections"

    company_list = codat.get(path).json()
    assert (company_list["pageNumber"], company_list["pageSize"], company_list["totalResults"]) == (1, 100, 9)
    assert company_list["_links"].keys() == {"current", "self"}
    second = codat.get(f"{path}?page=2&pageSize=4").json()
    assert [result["integrationKey"] for result in second["results"]] == ["mqjo", "fbrh", "rwuv", "pqsw"]
    assert second["_links"]["next"]["href"] == f"{path}?page=3&pageSize=4"
    assert second["_links"]["previous"]["href"] == f"{path}?page=1&pageSize=4"
    assert codat.get(f"{path}?page=99&pageSize=5000").json()["results"] == []
    assert [result["id"] for result in codat.get("/companies").json()["results"]] == [COMPANY, OTHER_COMPANY]


@pytest.mark.proves("codat.page")
@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "page=1.5", "pageSize=0", "pageSize=5001"])
def test_a_page_that_cannot_be_is_a_malformed_query(codat: Codat, query: str) -> None:
    refused = codat.get(f"/companies?{query}")

    assert (refused.status, refused.rule) == (400, "codat.page")
    assert refused.json()["error"] == "Error parsing query - Malformed query."


@pytest.mark.proves("codat.query")
@pytest.mark.parametrize("query", ["query=id%3D1", "orderBy=name"])
def test_a_list_that_would_have_to_be_filtered_is_a_501(codat: Codat, query: str) -> None:
    assert codat.get(f"/companies?{query}").rule == "codat.query"


# --- Push options -----------------------------------------------------------------------------------------------------


def options(codat: Codat, platform: str) -> dict[str, Any]:
    answer: dict[str, Any] = codat.get(f"/_emulator/attachment-options/{platform}", authorization=None).json()
    return answer


@pytest.mark.proves("codat.options")
def test_xeros_options_are_those_of_the_page(codat: Codat) -> None:
    option = options(codat, "gbol")

    assert (option["type"], option["displayName"], option["required"]) == ("File", "File Attachment", True)
    assert option["description"] == "Attach a file to an Xero entity."
    assert option["properties"]["file"] == {
        "type": "Number",
        "displayName": "File Size",
        "description": "Size of the file.",
        "required": False,
        "validation": {"warnings": [{"field": "fileSize", "details": "File size may not exceed 4 MB."}]},
    }
    extensions = option["properties"]["fileExtension"]["options"]
    assert extensions[0] == {"value": ".7z", "type": "String", "displayName": "7Z", "required": False}
    assert len(extensions) == 28
    assert codat.get("/_emulator/attachment-options/pqsw").rule == "codat.options"
    assert codat.get("/_emulator/attachment-options/zzzz").rule == "codat.options"


def test_quickbooks_onlines_options_are_those_of_the_page(codat: Codat) -> None:
    option = options(codat, "qhyg")

    assert option["type"] == "MultiPart"
    size = option["properties"]["file"]["properties"]["fileSize"]["validation"]["warnings"][0]
    assert size == {"field": "file.fileSize", "details": "The file size must not exceed 100 MB."}
    assert len(option["properties"]["file"]["properties"]["fileExtension"]["options"]) == 18
    assert option["properties"]["metadata"]["properties"].keys() == {"includeWhenSent", "contentType"}
    assert option["validation"]["information"] == [{"field": "file", "details": "One file per request."}]


def test_options_follow_the_settings(make: Callable[..., Codat]) -> None:
    codat = make(codat_xero_max_bytes=10 * 1024 * 1024, codat_xero_extensions="pdf")

    text = json.dumps(options(codat, "gbol"))

    assert re.findall(r"\d+ MB", text) == ["10 MB"]
    assert re.findall(r'"\.\w+"', text) == ['".pdf"']
    assert options(codat, "mqjo")["properties"] == {}


def test_a_companys_connections_are_its_own(codat: Codat) -> None:
    page = codat.get(f"/companies/{OTHER_COMPANY}/connections").json()

    assert [result["status"] for result in page["results"]] == ["PendingAuth", "Unlinked", "Deauthorized"]
    assert XERO not in json.dumps(page)
    assert codat.get(f"/link-api/companies/{COMPANY}/connections/{UNKNOWN}/start").status == 404
