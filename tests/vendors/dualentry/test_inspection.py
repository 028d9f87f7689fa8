"""What the control API shows of DualEntry before and after its first request."""

from collections import Counter

from tests.asgi import Client
from tests.vendors.dualentry.conftest import SLUGS, DualEntry


def documents(dualentry: DualEntry) -> list[tuple[str, str, str]]:
    control = Client(dualentry.gateway, "/_emulator/sandboxes/default", {})
    documents = control.get("/documents").json()["documents"]
    return [(item["owner"], item["kind"], item["id"]) for item in documents if item["vendor"] == "dualentry"]


def test_the_seed_data_is_there_before_the_first_request(dualentry: DualEntry) -> None:
    before = documents(dualentry)

    assert set(Counter(kind for _, kind, _ in before)) == set(SLUGS)
    assert {owner for owner, _, _ in before} == {"organisation 0"}
    control = Client(dualentry.gateway, "/_emulator/sandboxes/default", {})
    files = [file for file in control.get("/files").json()["files"] if file["vendor"] == "dualentry"]
    assert len(files) == 4


def test_the_first_key_gets_the_organisation_that_is_there_and_the_next_one_another(dualentry: DualEntry) -> None:
    before = documents(dualentry)

    number = dualentry.create("bills")["number"]
    assert ("organisation 0", "bills", str(number)) in documents(dualentry)
    assert len(documents(dualentry)) == len(before) + 1

    dualentry.get("/public/v2/bills/", x_api_key="another")
    others = [document for document in documents(dualentry) if document[0] == "organisation 1"]
    assert len(others) == len(before)
