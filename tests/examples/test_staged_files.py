"""At VRPlatform a file is uploaded first and attached later. `staged` finds files that were never attached."""

from emulator.testing import Sandbox


def test_a_file_that_was_uploaded_and_never_attached(emulator: Sandbox) -> None:
    expense = emulator.vrplatform.expense()
    before = emulator.files.staged("vrplatform")

    with emulator.vrplatform.client() as http:
        ids = [
            http.post("/transaction-attachments", files={"file": (name, b"%PDF-1.7")}).json()["id"]
            for name in ("kept.pdf", "forgotten.pdf")
        ]
        http.put(f"/transactions/{expense.id}", json={"attachmentIds": ids[:1]}).raise_for_status()

    emulator.vrplatform.assert_attached("expense", expense, "kept.pdf", times=1)
    orphans = [file.name for file in emulator.files.staged("vrplatform") if file not in before]
    assert orphans == ["forgotten.pdf"]
