"""V1 of the API, beside V2."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.vendors.dualentry.conftest import FORM, LEAST, PATCHABLE, SLUGS, DualEntry, file_part, form


def names(record: dict[str, Any]) -> list[str]:
    return [file["file_name"] for file in record["attachments"]]


@pytest.mark.proves("dualentry.v1")
@pytest.mark.parametrize("slug", SLUGS)
def test_v1_has_the_records_and_attachments_of_v2(dualentry: DualEntry, slug: str) -> None:
    created = dualentry.ok(dualentry.send_json("POST", f"/public/v1/{slug}/", LEAST[slug]))
    record = f"{slug}/{created['number']}"
    upload = f"/public/v1/{record}/attachments/"

    added = dualentry.ok(dualentry.request("POST", upload, form(file_part(b"one")), {"content-type": FORM}))

    (file,) = dualentry.files(record)
    assert names(added) == ["a.pdf"]
    assert dualentry.get(dualentry.at(file["download_url"])).body == b"one"
    listed = dualentry.ok(dualentry.get(f"/public/v1/{slug}/"))["items"]
    assert (listed[-1]["number"], names(listed[-1])) == (created["number"], ["a.pdf"])
    assert dualentry.send_json("PUT", f"/public/v1/{record}/", LEAST[slug]).status == 200
    assert names(dualentry.ok(dualentry.get(f"/public/v1/{record}/"))) == []


@pytest.mark.proves("dualentry.v1", "dualentry.method")
@pytest.mark.parametrize("slug", PATCHABLE)
def test_v1_changes_invoices_and_bills_in_part(dualentry: DualEntry, slug: str) -> None:
    answer = dualentry.send_json("PATCH", f"/public/v1/{slug}/1001/", {"memo": "new"})

    assert answer.status == (200 if slug in ("invoices", "bills") else 405)
    assert dualentry.send_json("PATCH", "/public/v1/sales-orders/1001/", {}).rule == "dualentry.method"


@pytest.mark.proves("dualentry.v1-replace", "dualentry.add-only")
def test_v1_replaces_the_attachments_of_invoices_alone(dualentry: DualEntry) -> None:
    def put(path: str, *parts: bytes) -> Any:
        return dualentry.request("PUT", f"/public/{path}/attachments/", form(*parts), {"content-type": FORM})

    new = file_part(b"2", 'name="files"; filename="b.pdf"')

    assert names(dualentry.ok(put("v1/invoices/1001", new, file_part()))) == ["b.pdf", "a.pdf"]
    assert names(dualentry.read("invoices/1001")) == ["b.pdf", "a.pdf"]
    assert put("v1/invoices/1001").rule == "dualentry.files-missing"
    assert put("v1/invoices/9999", new).status == 404
    for path, allowed in (("v1/bills/1001", "POST"), ("v2/invoices/1001", "POST")):
        refused = put(path, new)
        assert (refused.status, refused.rule, refused.headers["allow"]) == (405, "dualentry.add-only", allowed)
    assert dualentry.get("/public/v1/invoices/1001/attachments/").headers["allow"] == "POST, PUT"


@pytest.mark.proves("dualentry.rate-invoice-writes", "dualentry.rate-limits")
def test_invoices_written_in_both_versions_count_together(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_rate_limits=True)

    answers = [
        dualentry.send_json("POST", f"/public/{version}/invoices/", LEAST["invoices"]) for version in ("v1", "v2", "v1")
    ]

    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["x-ratelimit-limit"] == "2"
