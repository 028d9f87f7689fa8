"""What a block of code changed, by vendor, as a diff."""

import pytest

from emulator.testing import Sandbox


def test_additions_replacements_and_removals_are_told_apart_at_every_vendor(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, emulator.vrplatform.client() as forms:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"first").raise_for_status()
        staged = forms.post("/transaction-attachments", files={"file": ("b.pdf", b"staged")}).json()

    with emulator.xero.client() as http, emulator.vrplatform.client() as forms, emulator.changes() as changes:
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"second").raise_for_status()
        http.put("/Invoices/INV-0002/Attachments/new.pdf", content=b"third").raise_for_status()
        http.post("/Contacts", json={"Name": "Newcomer"}).raise_for_status()
        forms.delete(f"/transaction-attachments/{staged['id']}").raise_for_status()

    assert changes == [
        "- vrplatform/staged/b.pdf",
        "+ xero/Contacts/Newcomer",
        "~ xero/Invoices/INV-0002/a.pdf",
        "+ xero/Invoices/INV-0002/new.pdf",
    ]
    assert [change.subject for change in changes.added] == ["document", "attachment"]
    assert [change.path for change in changes.of("vrplatform")] == ["vrplatform/staged/b.pdf"]
    (replaced,) = changes.replaced
    assert (replaced.owner, replaced.before[:7], replaced.after[:7]) == (emulator.xero.tenant_id, "5 bytes", "6 bytes")
    assert f"~ xero/Invoices/INV-0002/a.pdf ({replaced.before} -> {replaced.after})" in str(changes)


def test_a_document_with_other_content_is_replaced_and_one_that_is_read_is_not(emulator: Sandbox) -> None:
    invoice = emulator.xero.invoice(InvoiceNumber="INV-9")
    with emulator.xero.client() as http, emulator.changes() as changes:
        http.get(f"/Invoices/{invoice.id}").raise_for_status()
        http.post(f"/Invoices/{invoice.id}", json={"Reference": "changed"}).raise_for_status()

    assert changes == ["~ xero/Invoices/INV-9"]


def test_an_assertion_shows_the_diff(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, emulator.changes() as changes:
        http.put("/Invoices/INV-0002/Attachments/ab.pdf", content=b"1").raise_for_status()

    changes.assert_none("codat")
    with pytest.raises(AssertionError, match=r"^expected no changes, found 1:\n  \+ xero/Invoices/INV-0002/a"):
        changes.assert_none()
    with pytest.raises(AssertionError, match=r"^expected no changes at xero, found 1:"):
        changes.assert_none("xero")


def test_changes_are_not_known_before_the_end(emulator: Sandbox) -> None:
    with emulator.changes() as changes, pytest.raises(RuntimeError, match="when the `with` block has ended"):
        changes.assert_none()
    assert str(changes) == "Nothing was changed."


def test_changes_are_counted_shown_and_compared_with_lines_alone(emulator: Sandbox) -> None:
    with emulator.xero.client() as http, emulator.changes() as changes:
        assert repr(changes) == "<Changes, not known yet>"
        http.put("/Invoices/INV-0002/Attachments/a.pdf", content=b"1").raise_for_status()

    assert len(changes) == 1
    assert repr(changes) == "<Changes ['+ xero/Invoices/INV-0002/a.pdf']>"
    assert changes == ("+ xero/Invoices/INV-0002/a.pdf",)
    assert changes != "+ xero/Invoices/INV-0002/a.pdf"
    assert (changes.removed, changes.of("codat")) == ([], [])
    with pytest.raises(ValueError, match="xreo"):
        changes.of("xreo")  # type: ignore[arg-type]


def test_what_a_block_raises_is_not_hidden_by_its_changes(emulator: Sandbox) -> None:
    with pytest.raises(ZeroDivisionError), emulator.changes() as changes:
        emulator.xero.invoice()
        1 / 0  # noqa: B018

    with pytest.raises(RuntimeError, match="when the `with` block has ended"):
        list(changes)
