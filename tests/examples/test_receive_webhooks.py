"""A test receives webhooks without a server of its own, and sees them repeated without waiting."""

from emulator.testing import Sandbox

ATTACHMENT = (
    "/companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"
    "/push/invoices/inv-1/attachment"
)


def test_an_attachment_is_announced_until_it_is_accepted(emulator: Sandbox) -> None:
    receiver = emulator.webhooks.receive("codat", answers=[500])

    with emulator.codat.client() as http:
        http.post(ATTACHMENT, files={"file": ("receipt.pdf", b"%PDF-1.7", "application/pdf")})

    first = receiver.wait_for("invoices.write.successful")
    assert first.json["payload"]["type"] == "UploadAttachment"

    emulator.clock.advance(seconds=5)
    second = receiver.wait_for("invoices.write.successful", times=2)
    assert second.body == first.body
    assert (first.status, second.status) == (500, 200)
