"""The programs for Node.js that docs/clients shows."""

import hashlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

import pytest

from emulator.testing import Emulator, Sandbox
from tests.clients.node_project import NodeProject, needs_packages


@needs_packages
@pytest.mark.parametrize("name", ["axios.mjs", "codat_accounting.mjs", "fetch.mjs", "xero_node_token.mjs"])
def test_an_example_uploads_its_file(node: NodeProject, name: str, invoice_pdf: Path) -> None:
    # The examples use the sandbox `default`, at the time that it is.
    with Emulator() as server:
        files = server.get_sandbox().files
        before = files.find()

        assert node.example(name, server.url) == "invoice.pdf\n"

        # A tenant that was not there before comes with files of its own.
        (added,) = (file for file in files.find() if file not in before and file.name == "invoice.pdf")
        assert added.sha256 == hashlib.sha256(invoice_pdf.read_bytes()).hexdigest()


@needs_packages
def test_xeros_client_runs_unmodified_from_consent_to_download(node: NodeProject) -> None:
    command = [sys.executable, "-m", "emulator", "run", "--fail-on-refusal", "--", "node"]

    assert node.example("xero_node_unmodified.mjs", "", command) == "invoice.pdf\n"


@needs_packages
def test_a_receiver_verifies_each_vendor_s_signature(node: NodeProject, emulator: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    webhooks = emulator.webhooks
    xero = webhooks.register(f"{url}/xero", "xero", check=False)
    codat = webhooks.register(f"{url}/codat", "codat")
    dualentry = webhooks.register(f"{url}/dualentry", "dualentry")
    secrets = {"XERO_KEY": xero.secret, "CODAT_SECRET": codat.secret, "DUALENTRY_SECRET": dualentry.secret}

    with node.running("webhooks.mjs", port, **secrets):
        webhooks.check(xero)
        wait_until(lambda: webhooks.endpoints()[0].status == "ok")
        emulator.faults.webhook_wrong_signature(times=3)
        for name in ("One", "Two"):
            with emulator.xero.client() as http:
                http.put("/Contacts", json={"Contacts": [{"Name": name}]}).raise_for_status()
            with emulator.codat.client() as http:
                http.post(f"{CODAT}/push/invoices", json={"status": "Draft"}).raise_for_status()
            with emulator.dualentry.client() as http:
                http.post("/bills/", json={"date": "2026-03-02"}).raise_for_status()
        wait_until(lambda: all(delivery.attempts for delivery in webhooks.deliveries()))

    events = [delivery for delivery in webhooks.deliveries() if delivery.event_type != "intent-to-receive"]
    outcomes = [(delivery.vendor, delivery.fault, delivery.attempts[0].status) for delivery in events]
    vendors = ("xero", "codat", "dualentry")
    assert outcomes == [
        *((vendor, "webhook-wrong-signature", 401) for vendor in vendors),
        *((vendor, None, 200) for vendor in vendors),
    ]


CODAT = "/companies/5eed0000-0000-4000-8000-00000000c001/connections/5eed0000-0000-4000-8000-00000000d001"


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        sleep(0.01)
    raise AssertionError("not in time")
