"""The programs of docs/howto that receive webhooks."""

import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import PurePosixPath
from time import sleep

import pytest

from emulator.testing import Sandbox
from tests.clients.node_project import NodeProject, needs_packages, running
from tests.clients.reader import RUNTIMES, Reader, need
from tests.conftest import ROOT
from tests.recipe_pages import Block

pytestmark = needs_packages


@pytest.mark.parametrize(("language", "name"), [("js", "receive_webhooks.mjs"), ("ruby", "receive_webhooks.rb")])
def test_a_test_receives_a_webhook_until_it_accepts_it(reader: Reader, language: str, name: str) -> None:
    program = Block(PurePosixPath(name), language, (ROOT / "tests/examples" / name).read_text("utf-8"))

    ended = reader.run(program)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "an attachment is announced until it is accepted" in ended.stdout
    reader.emulator.codat.assert_attached("invoices", "inv-1", "receipt.pdf", content=b"%PDF-1.7", times=1)
    assert not reader.emulator.webhooks.endpoints()


@pytest.mark.parametrize("name", ["webhooks.mjs", "webhooks.py", "webhooks.rb"])
def test_a_receiver_verifies_each_vendor_s_signature(
    name: str, request: pytest.FixtureRequest, emulator: Sandbox
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    webhooks = emulator.webhooks
    xero = webhooks.register(f"{url}/xero", "xero", check=False)
    codat = webhooks.register(f"{url}/codat", "codat")
    dualentry = webhooks.register(f"{url}/dualentry", "dualentry")
    secrets = {"XERO_KEY": xero.secret, "CODAT_SECRET": codat.secret, "DUALENTRY_SECRET": dualentry.secret}

    with receiver(name, request, port, secrets):
        webhooks.check(xero)
        wait_until(lambda: webhooks.endpoints()[0].status == "ok")
        emulator.faults.webhook_wrong_signature(times=3)
        for contact in ("One", "Two"):
            with emulator.xero.client() as http:
                http.put("/Contacts", json={"Contacts": [{"Name": contact}]}).raise_for_status()
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


def receiver(
    name: str, request: pytest.FixtureRequest, port: int, secrets: Mapping[str, str]
) -> AbstractContextManager[None]:
    """A program that receives webhooks at this port, with the secrets in its environment."""
    if name.endswith(".mjs"):
        node: NodeProject = request.getfixturevalue("node")
        return node.running(name, port, **secrets)
    runtime = RUNTIMES["python" if name.endswith(".py") else "ruby"]
    need(runtime)
    return running([runtime, str(ROOT / "tests/clients/programs" / name)], port, secrets)
