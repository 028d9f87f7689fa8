"""`attachment-emulator doctor`, beside an emulator that refused something."""

from collections.abc import Iterator
from typing import Literal

import httpx
import pytest
from click.testing import CliRunner

from emulator.cli import main
from emulator.commands.doctor import Explanation, explain
from emulator.testing import Emulator, Exchange, Sandbox


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    with Emulator() as server:
        yield server


@pytest.fixture
def box(server: Emulator) -> Sandbox:
    return server.sandbox()


def doctor(server: Emulator, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["doctor", server.url, *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def plain(text: str) -> str:
    """Without the line breaks."""
    return " ".join(text.split())


def upload(box: Sandbox, name: str, **headers: str) -> int:
    with box.xero.client() as client:
        return client.put(f"/Invoices/INV-0002/Attachments/{name}", content=b"1", headers=headers).status_code


def test_the_last_refusal_is_explained_by_its_rule_with_evidence_setting_and_advice(
    server: Emulator, box: Sandbox
) -> None:
    box.configure(xero_file_type="txt")
    assert upload(box, "first.exe") == 400
    assert upload(box, "second.pdf") == 400
    assert upload(box, "third.txt") == 200

    output = plain(doctor(server, "--sandbox", box.name))

    target = f"/sandbox/{box.name}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/second.pdf"
    assert output.startswith(f"PUT {target} got 400 from xero (exchange 2, operation createInvoice")
    assert "The file couldn't be uploaded because it isn't a supported file type." in output
    assert "Rule xero.file-type (observed, 2019-04) A file name must end in one of these extensions" in output
    assert "Source: XeroAPI/Xero-Java#142" in output
    assert "Setting: xero_file_type = txt (default 7z bmp" in output
    assert "What to do Change the request: the vendor refuses it too (observed)." in output
    assert f"serve --xero-file-type, or for this sandbox PATCH {server.url}/_emulator/sandboxes/{box.name}" in output


def test_what_the_page_says_otherwise_is_told_too() -> None:
    exchange = Exchange(1, "xero", "x", "GET", "/xero/x", 400, ("xero.a",), "answered", None, None, (), {}, {})
    rule = {
        "id": "xero.a",
        "sentence": "A.",
        "grade": "observed",
        "source": "S",
        "date": "2026",
        "on_page": "P",
        "setting": None,
    }

    output = plain("\n".join(explain(Explanation(exchange, (rule,), {"auth": "any"}, "", "http://x"))))

    assert "Rule xero.a (observed, 2026) A. The page says: P Source: S What to do Change the request" in output
    assert "Setting" not in output


def test_a_path_that_nobody_has_is_told_what_was_meant(server: Emulator, box: Sandbox) -> None:
    with box.codat.client() as client:
        assert client.get("/compnies").status_code == 404

    output = plain(doctor(server, "--sandbox", box.name))

    assert "Rule codat.unknown-path" in output
    assert output.endswith("What to do Did you mean GET /codat/companies? The path is spelled differently.")


def test_a_request_that_reached_no_vendor_is_told_too() -> None:
    with Emulator() as server:
        for _ in range(12):
            httpx.put(f"{server.url}/Invoices/INV-0002/Attachments/a.pdf", headers={"xero-tenant-id": "demo"})
        output = plain(doctor(server))
        requests = server.control.ask("GET", "/unrouted")["requests"]
        meant = f"You probably meant {server.url}/xero/api.xro/2.0/Invoices/INV-0002/Attachments/a.pdf"

    assert output.startswith("Sandbox default has received no requests.")
    assert (
        "The last request that reached no vendor, 0 seconds ago PUT /Invoices/INV-0002/Attachments/a.pdf -> 404"
        in output
    )
    assert meant in output
    assert len(requests) == 10


def test_what_is_not_emulated_is_no_fault_of_the_client(server: Emulator, box: Sandbox) -> None:
    with box.xero.client() as client:
        assert client.get("/Payments").status_code == 501

    output = plain(doctor(server, "--sandbox", box.name))

    assert "The request may be correct, but is not emulated: see `attachment-emulator operations xero`." in output


@pytest.mark.parametrize(
    ("kind", "outcome"), [("status", "got 503 from xero"), ("lost-answer", "got a broken connection from xero")]
)
def test_a_fault_is_named_as_such(
    server: Emulator, box: Sandbox, kind: Literal["status", "lost-answer"], outcome: str
) -> None:
    box.faults.arm(kind)
    try:
        upload(box, "a.txt")
    except httpx.TransportError:
        assert kind == "lost-answer"

    output = plain(doctor(server, "--sandbox", box.name))

    assert outcome in output
    assert "The request triggered a fault" in output
    assert f"Its kind is {kind}; DELETE {server.url}/_emulator/sandboxes/{box.name}/faults disarms all." in output


def test_strict_credentials_come_with_the_way_to_others(server: Emulator, box: Sandbox) -> None:
    box.configure(auth="strict")
    assert upload(box, "a.txt") == 401

    assert "With auth = strict only credentials that the emulator issued" in plain(
        doctor(server, "--sandbox", box.name)
    )


def test_a_full_store_is_told_from_a_refusal() -> None:
    with Emulator(max_store_bytes=0) as server:
        assert upload(server.get_sandbox(), "a.txt") == 507
        output = plain(doctor(server))

    assert "raise max_store_bytes" in output
    assert "No rule of the vendor refused it" in output


def test_a_defect_is_called_one() -> None:
    exchange = Exchange(1, "xero", "x", "GET", "/xero/x", 500, (), "failed", None, None, (), {}, {})

    output = "\n".join(explain(Explanation(exchange, (), {"auth": "any"}, "", "http://x")))

    assert "This is a bug in the emulator, not in the request" in output


def test_where_nothing_was_refused_the_last_exchange_is_told(server: Emulator, box: Sandbox) -> None:
    assert upload(box, "a.txt") == 200

    output = doctor(server, "--sandbox", box.name)

    first, last, others = output.splitlines()
    assert first == f"No request was refused in sandbox {box.name}. The last one was:"
    assert last.endswith("a.txt -> 200 (1 bytes)")
    assert others.startswith("Other sandboxes, which --sandbox selects: default")


def test_where_nothing_came_the_vendors_urls_are_told() -> None:
    with Emulator() as server:
        output = doctor(server)

        vendors = ", ".join(f"{server.url}/{name}" for name in ("xero", "codat", "dualentry", "vrplatform"))
        assert output == f"Sandbox default has received no requests. The vendors are at {vendors} .\n"


def test_what_a_client_sent_does_not_steer_the_terminal() -> None:
    exchange = Exchange(1, "xero", None, "GET", "/xero", 404, (), "answered", None, None, (), {}, {})

    output = list(explain(Explanation(exchange, (), {"auth": "any"}, "a\x1b[2J\x9b\té\r\nb", "http://x")))

    assert output[2:4] == [r"  a\x1b[2J\x9b é", "  b"]


def test_a_sandbox_that_is_not_there_is_not_made(server: Emulator) -> None:
    done = CliRunner().invoke(main, ["doctor", server.url, "--sandbox", "nobodys"])

    assert done.exit_code == 1
    assert done.stderr.startswith(
        f"attachment-emulator: there is no sandbox 'nobodys' at {server.url}; the sandboxes are default"
    )
    assert "nobodys" not in [sandbox["name"] for sandbox in server.control.ask("GET", "/sandboxes")["sandboxes"]]


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "nonsense"])
def test_where_nobody_is_there_is_one_sentence(url: str) -> None:
    done = CliRunner().invoke(main, ["doctor", url])

    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("attachment-emulator: ")
    assert done.stderr.count("\n") == 1
