"""Documents that the control API creates, and those that it refuses with a sentence."""

from typing import Any

import pytest

from tests.control.conftest import Control, problem

FILE = "5eed0000-0000-4000-8000-00000000f001"
CONNECTION = "5eed0000-0000-4000-8000-00000000d001"


@pytest.mark.parametrize(
    ("vendor", "kind", "more", "sentence"),
    [
        ("xero", "Payments", {}, "Xero's kinds of document are "),
        ("xero", "Invoices", {"fields": {"Contact": 3}}, "Xero cannot read it: "),
        ("xero", "Invoices", {"fields": {"Type": "NONSENSE"}}, "Xero would refuse it: "),
        ("codat", "nonsense", {}, "Codat has no kind 'nonsense': expected companies, "),
        ("codat", "companies", {"fields": {"size": 3}}, "A company takes the fields name and platform only"),
        ("codat", "companies", {"fields": {"platform": "zzzz"}}, "Codat has no platform 'zzzz': expected "),
        ("codat", "bills", {"owner": "nobody"}, "There is no connection nobody: expected the id of a connection"),
        ("codat", "bills", {"fields": {"id": 3}}, "The field id must be text"),
        ("codat", "invoices", {"owner": CONNECTION, "fields": {"id": "inv-1"}}, "Invoices inv-1 exists already"),
        ("dualentry", "payments", {"owner": "key"}, "DualEntry has no record type 'payments': expected "),
        ("dualentry", "bills", {}, "Owner is missing: expected the API key of an organisation"),
        ("dualentry", "bills", {"owner": "key", "fields": {"date": "soon"}}, "DualEntry would refuse this record: "),
        ("vrplatform", "gift", {}, "VRPlatform has no transaction type 'gift': expected "),
        ("vrplatform", "expense", {"fields": {"lines": 3}}, "VRPlatform would refuse this transaction: lines: "),
        ("vrplatform", "expense", {"fields": {"attachmentIds": [FILE]}}, "A new transaction takes no attachmentIds"),
    ],
)
def test_a_document_that_the_vendor_would_not_have_is_refused(
    control: Control, vendor: str, kind: str, more: dict[str, Any], sentence: str
) -> None:
    before = control.documents()

    answer = control.send("POST", "/documents", vendor=vendor, kind=kind, **more)

    status, detail = problem(answer)
    assert (status, detail[: len(sentence)]) == (422, sentence)
    assert control.documents() == before


def test_an_id_that_is_taken_is_refused(control: Control) -> None:
    taken = next(document for document in control.documents("?vendor=vrplatform") if document["kind"] == "expense")

    answer = control.send("POST", "/documents", vendor="vrplatform", kind="expense", fields={"id": taken["id"]})

    assert problem(answer) == (
        422,
        f"Transaction {taken['id']} exists already: choose another id, or leave it out.",
    )


def test_without_a_connected_organisation_there_is_nowhere_to_create_a_document(control: Control) -> None:
    owner = control.documents("?vendor=xero")[0]["owner"]
    assert control.send("POST", "/credentials", vendor="xero", state="disconnected", owner=owner).status == 200

    answer = control.send("POST", "/documents", vendor="xero", kind="Invoices")

    assert problem(answer) == (422, "Every organisation was disconnected.")
