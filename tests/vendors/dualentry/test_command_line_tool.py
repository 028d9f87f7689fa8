"""The requests of the vendor's own command line tool, as its source makes them.

The source is github.com/dualentry/dualentry-cli 0.1.17, `client.py` and `commands/__init__.py`; the upload is from
`commands/statistical_journals.py` of a later version. The tool is not on PyPI, so its requests are repeated here.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import LiveServer
from tests.vendors.dualentry.conftest import SLUGS, internal_id


@pytest.fixture
def tool(live: LiveServer, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The tool's HTTP client, with the key of an organisation that no other test has."""
    name: str = request.node.name
    headers = {"X-API-KEY": hashlib.sha256(f"tool {name}".encode()).hexdigest(), "User-Agent": "dualentry-cli/0.1.17"}
    with httpx.Client(base_url=f"{live.url}/dualentry/public/v2", headers=headers, timeout=30.0) as client:
        yield client


def get_by_id(tool: httpx.Client, slug: str, value: str) -> dict[str, Any] | None:
    """What `get` does when there is no record of that number: it searches for the internal id, among five."""
    items = tool.get(f"/{slug}/", params={"search": value, "limit": 5}).raise_for_status().json().get("items", [])
    for item in items:
        if str(internal_id(item)) == value:
            record: dict[str, Any] = tool.get(f"/{slug}/{item['number']}/").raise_for_status().json()
            return record
    return None


@pytest.mark.proves("dualentry.search")
@pytest.mark.parametrize("slug", SLUGS)
def test_get_falls_back_to_the_internal_id(tool: httpx.Client, slug: str) -> None:
    record = tool.get(f"/{slug}/1001/").raise_for_status().json()
    value = str(internal_id(record))

    assert tool.get(f"/{slug}/{value}/").status_code == 404

    answer = get_by_id(tool, slug, value)
    assert answer
    assert answer["number"] == 1001


@pytest.mark.proves("dualentry.search")
def test_get_finds_the_first_invoice_by_its_id(tool: httpx.Client) -> None:
    record = get_by_id(tool, "invoices", "70001")

    assert record
    assert (record["internal_id"], record["number"]) == (70001, 1001)
    assert get_by_id(tool, "invoices", "99999") is None


def test_health(tool: httpx.Client) -> None:
    answer = tool.get("/health/").raise_for_status().json()

    assert answer["status"] == "healthy"
    assert answer["timestamp"].endswith("Z")


def test_list_all_walks_through_the_pages(tool: httpx.Client) -> None:
    for number in range(4):
        tool.post("/invoices/", json={"date": "2026-03-02", "memo": f"page {number}"}).raise_for_status()
    parameters: dict[str, Any] = {"search": "page", "record_status": "posted", "limit": 2, "offset": 0}
    items: list[dict[str, Any]] = []
    while True:
        page = tool.get("/invoices/", params=parameters).raise_for_status().json()
        items += page["items"]
        if len(items) >= page["count"] or not page["items"]:
            break
        parameters["offset"] += 2

    assert [item["memo"] for item in items] == ["page 0", "page 1", "page 2", "page 3"]


def test_update_and_the_errors_that_the_tool_prints(tool: httpx.Client) -> None:
    updated = tool.put("/invoices/1001/", json={"date": "2026-03-03", "memo": "updated"}).raise_for_status()

    assert updated.json()["memo"] == "updated"
    refused = tool.put("/invoices/1001/", json={})
    assert refused.status_code == 422
    assert refused.json()["errors"] == {"__all__": ["missing body.payload.date: Field required"]}


def test_add_attachments(tool: httpx.Client) -> None:
    # As in the tool, without a content type: httpx takes it from the name.
    files = [("files", ("heads.csv", b"a,1")), ("files", ("more.csv", b"b,2"))]

    added = tool.post("/statistical-journals/1001/attachments/", files=files).raise_for_status().json()

    assert [file["file_name"] for file in added["attachments"]] == ["heads.csv", "more.csv"]
