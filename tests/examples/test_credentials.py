"""One line invalidates a credential, to test how a client reacts."""

from emulator.testing import Sandbox


def test_a_token_expires_in_the_middle_of_a_batch(emulator: Sandbox) -> None:
    with emulator.xero.client() as http:
        assert http.get("/Invoices").status_code == 200
        emulator.xero.expire_tokens()
        refused = http.get("/Invoices")

    assert (refused.status_code, refused.headers["Emulator-Rule"]) == (401, "xero.token-expired")


def test_a_customer_takes_back_the_consent(emulator: Sandbox) -> None:
    link = emulator.codat.company()
    emulator.codat.deauthorise(link)

    with emulator.codat.client() as http:
        connection = http.get(f"/companies/{link.owner}/connections/{link.id}").json()

    assert connection["status"] == "Deauthorized"
