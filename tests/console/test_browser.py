"""The console as a person uses it, in a browser."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from emulator import create_app
from tests.conftest import ROOT, LiveServer
from tests.console.conftest import Console, OpenConsole
from tests.webhooks.receiver import receiving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

VIEWS = [
    "Start",
    "Requests",
    "Files",
    "Documents",
    "Faults",
    "Clock",
    "Webhooks",
    "Usage",
    "Settings",
    "Sandboxes",
    "Rules",
]
SCREENS = [(1600, "light"), (1600, "dark"), (390, "light"), (390, "dark")]
TENANT = "5eed0000-0000-4000-8000-000000000001"
PDF = ROOT / "fixtures" / "files" / "invoice.pdf"
PNG = ROOT / "fixtures" / "files" / "receipt.png"


def xero(
    server: LiveServer,
    path: str,
    body: bytes | None = None,
    method: str = "GET",
    *,
    content_type: str = "text/plain",
    sandbox: str = "default",
) -> int:
    """Send a request to Xero and return the status of the answer."""
    fields = {
        "Authorization": "Bearer x",
        "xero-tenant-id": TENANT,
        "Accept": "application/json",
        "Content-Type": content_type,
        "X-Emulator-Sandbox": sandbox,
    }
    request = urllib.request.Request(f"{server.xero}{path}", body, fields, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def control(server: LiveServer, path: str, body: object = None, method: str | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    fields = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.url}/_emulator{path}", data, fields, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def fill_server(server: LiveServer) -> None:
    """Send what gives every view something to show."""
    for number in (1, 2, 3):
        path = f"/Invoices/INV-000{number}/Attachments/invoice-{number}.pdf"
        xero(server, path, PDF.read_bytes(), "PUT", content_type="application/pdf")
    xero(server, "/Invoices/INV-0002/Attachments/receipt.png", PNG.read_bytes(), "PUT", content_type="image/png")
    xero(server, "/Invoices?where=Status%3D%3D%22DRAFT%22&page=1")
    xero(server, "/Invoicess")
    xero(server, "/Invoices/INV-0001/Attachments/report.exe", b"MZ", "PUT")
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(f"{server.url}/xer0/api.xro/2.0/Invoices")
    # Nothing listens at port 9.
    webhook = {"vendor": "xero", "url": "http://127.0.0.1:9/hooks", "check": False}
    control(server, "/sandboxes/default/webhooks", webhook)
    xero(server, "/Contacts", b'{"Contacts": [{"Name": "New"}]}', "PUT", content_type="application/json")
    fault = {"kind": "status", "status": 503, "vendor": "xero", "times": 2}
    control(server, "/sandboxes/default/faults", fault)
    xero(server, "/Invoices/INV-0003")
    control(server, "/sandboxes/default/settings", {"settings": {"xero_max_attachments": 3}}, "PATCH")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_every_view_is_accessible_and_never_wider_than_the_screen(
    console: OpenConsole, server: LiveServer, width: int, scheme: str, tmp_path: Path
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # Where somebody can look at them.
    pictures = Path(os.environ.get("EMULATOR_TEST_SCREENSHOTS", tmp_path))
    pictures.mkdir(parents=True, exist_ok=True)
    fill_server(server)
    tab = console(width, scheme)
    for address in [*(view.lower() for view in VIEWS), "requests/7", "files/xero%2Fany"]:
        tab.open(address)
        tab.page.locator(".detail > *" if "/" in address else ".body > *").first.wait_for()
        # Until the previews are there; the stream of events keeps the network from ever being idle.
        tab.page.wait_for_timeout(300)
        tab.page.screenshot(path=pictures / f"{address.partition('/')[0]}-{width}-{scheme}.png")
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        result = Axe().run(tab.page)
        assert result.violations_count == 0, f"{address}: {result.generate_report()}"


@pytest.mark.parametrize(("width", "scheme"), [SCREENS[0], SCREENS[3]])
def test_a_file_is_dropped_refused_and_explained_and_the_sandbox_is_put_through_its_paces(
    console: OpenConsole, server: LiveServer, width: int, scheme: str
) -> None:
    tab = console(width, scheme)
    page = tab.page
    other = console(width, scheme)
    other.open("requests")
    tab.open("documents")

    # Dropped on a document, it goes up through the vendor's own API; the other tab sees it at once.
    invoice = page.locator("tr", has_text="INV-0001")
    tab.drop(invoice, "receipt.png", "\x89PNG", "image/png")
    page.get_by_text("was accepted by Xero").wait_for()
    row = other.page.get_by_role("listitem").filter(has_text="/Attachments/receipt.png")
    row.get_by_role("link").click()
    other.page.get_by_role("heading", name="Attachments/receipt.png").wait_for()

    # One that is refused leads to its rule, and to the setting that changes it.
    tab.drop(invoice, "report.exe", "MZ")
    page.get_by_text("was refused by Xero").wait_for()
    page.get_by_role("link", name="See request").click()
    why = page.get_by_role("region", name="Why")
    why.get_by_text("(the default)").wait_for()
    assert "A file name must end in one of these extensions" in why.inner_text()
    assert "Setting xero_file_type is 7z bmp csv" in " ".join(why.inner_text().split())
    why.get_by_role("link", name="Change it").click()
    setting = page.get_by_label("xero_file_type")
    setting.fill("exe pdf")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("changed", exact=True).wait_for()
    assert xero(server, "/Invoices/INV-0001/Attachments/report.exe", b"MZ", "PUT") == 200

    _arm_and_trigger(tab, other, server)
    _move_expire_and_reset(tab, other, server)


def test_a_webhook_is_registered_seen_and_sent_again(console: OpenConsole, server: LiveServer) -> None:
    tab = console(1600, "light")
    page = tab.page
    tab.open("webhooks")
    with receiving(*[401] * 2) as receiver:
        form = page.locator("form", has_text="Register an endpoint")
        form.get_by_label("Vendor").select_option("codat")
        form.get_by_label("Url").fill(receiver.url)
        form.get_by_role("button", name="Register").click()
        page.get_by_role("cell", name=receiver.url).wait_for()
        company = "5eed0000-0000-4000-8000-00000000c001"
        connection = "5eed0000-0000-4000-8000-00000000d001"
        url = f"{server.url}/codat/companies/{company}/connections/{connection}/push/bills"
        fields = {"Authorization": "Basic YW55dGhpbmc=", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url, b'{"status": "Open"}', fields)).close()
        first = receiver.next()

        delivery = page.locator("tr", has_text="bills.write.successful")
        delivery.get_by_text("401", exact=True).wait_for()
        delivery.get_by_text("pending").wait_for()
        delivery.get_by_text("bills.write.successful", exact=True).click()
        assert first.body.decode() in delivery.inner_text()
        delivery.get_by_role("button", name="Send again").click()
        second = receiver.next()

    assert second.body == first.body
    page.get_by_text("Sent bills.write.successful again.").wait_for()
    tab.to("Usage")
    page.get_by_role("link", name="codat.rate-per-minute").wait_for()


def _arm_and_trigger(tab: Console, other: Console, server: LiveServer) -> None:
    """Arm a fault, which triggers and is counted."""
    page = tab.page
    tab.to("Faults")
    form = page.locator("form", has_text="Arm a fault")
    form.get_by_label("Kind").select_option("delay")
    form.get_by_label("Seconds").fill("0.01")
    form.get_by_role("button", name="Arm").click()
    page.get_by_text("0 of 1").wait_for()
    xero(server, "/Invoices/INV-0001")
    page.get_by_text("1 of 1").wait_for()
    other.page.get_by_text("fault: delay").wait_for(state="attached")

    # An error of the control API is shown in its own words.
    form.get_by_label("Kind").select_option("status")
    form.get_by_label("Status").fill("299")
    form.get_by_role("button", name="Arm").click()
    page.get_by_text("is not known to answer 299").wait_for()
    tab.expected = ("422",)


def _move_expire_and_reset(tab: Console, other: Console, server: LiveServer) -> None:
    """Move the clock, expire the tokens, and bring the seed data back."""
    page = tab.page
    tab.to("Clock")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_text("frozen").wait_for()
    before = page.get_by_role("time").inner_text()
    page.get_by_role("button", name="+1 hour").click()
    page.wait_for_function("before => document.querySelector('time').textContent !== before", arg=before)
    tab.to("Faults")
    page.get_by_role("button", name="Invalidate").click()
    page.get_by_text("Credentials of xero are now expired").wait_for()
    assert xero(server, "/Invoices/INV-0001") == 401
    tab.to("Sandboxes")
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Reset default?").click()
    page.get_by_text("it has the seed data again").wait_for()
    assert xero(server, "/Invoices/INV-0001") == 200
    # Also where the open exchange hides the list.
    rows = other.page.locator(".exchanges li")
    rows.filter(has_text="/Invoices/INV-0001").first.wait_for(state="attached")
    assert rows.count() == 1


def test_a_reload_keeps_the_place_and_an_address_can_be_pasted(console: OpenConsole, server: LiveServer) -> None:
    control(server, "/sandboxes/orders/reset", {})
    xero(server, "/Invoices/INV-0001", sandbox="orders")
    xero(server, "/Nothing", sandbox="orders")
    tab = console()
    tab.open("requests?sandbox=orders&status=2xx")
    rows = tab.page.get_by_role("listitem")
    rows.first.wait_for()

    tab.page.get_by_label("Text").fill("invoices")
    rows.get_by_role("link").click()
    tab.page.get_by_role("heading", name="/Invoices/INV-0001").wait_for()
    assert tab.page.url.endswith("#/requests/1?sandbox=orders&status=2xx&text=invoices")

    tab.page.reload()
    tab.page.get_by_role("heading", name="/Invoices/INV-0001").wait_for()
    assert tab.page.get_by_label("Sandbox").input_value() == "orders"
    assert rows.count() == 1


def test_a_refresh_takes_away_neither_the_focus_nor_a_question(console: OpenConsole, server: LiveServer) -> None:
    fault = {"kind": "status", "status": 503, "vendor": "codat"}
    for _ in range(2):
        control(server, "/sandboxes/default/faults", fault)
    tab = console()
    page = tab.page

    tab.open("faults")
    page.get_by_role("button", name="Disarm all").click()
    page.get_by_role("button", name="Disarm fault 2").focus()
    control(server, "/sandboxes/default/faults/1", method="DELETE")
    control(server, "/sandboxes/default/faults", {**fault, "vendor": "xero"})
    xero(server, "/Invoices/INV-0001")
    page.get_by_text("1 of 1").wait_for()

    assert page.evaluate("document.activeElement.ariaLabel") == "Disarm fault 2"
    # Each row's button still is that of its own fault.
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Disarm fault 2").wait_for(state="detached")
    assert [fault["number"] for fault in control(server, "/sandboxes/default/faults")["faults"]] == [3]

    tab.to("Sandboxes")
    page.get_by_role("button", name="Reset").click()
    xero(server, "/Invoices/INV-0001")
    page.get_by_role("cell", name="2", exact=True).wait_for()
    page.get_by_role("button", name="Reset default?").click()
    page.get_by_text("it has the seed data again").wait_for()


def test_a_view_says_that_the_server_is_gone_and_is_there_when_it_is_back(
    console: OpenConsole, start: Callable[..., LiveServer]
) -> None:
    server = start()
    tab = console(url=server.url)
    tab.expected = ("Failed to load resource",)
    tab.open("start")
    tab.page.get_by_text("Live").wait_for()
    loaded = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/views/')).length"
    tab.page.wait_for_function(f"{loaded} === {len(VIEWS)}")
    server.stop()

    tab.page.evaluate("location.hash = '#/usage?sandbox=orders'")
    tab.page.get_by_text("The emulator does not answer").wait_for()
    start("--port", server.url.rpartition(":")[2])
    tab.page.get_by_role("link", name="xero.rate-per-minute").wait_for()

    assert tab.page.get_by_label("Sandbox").input_value() == "orders"


def test_what_a_form_cannot_send_is_said(console: OpenConsole, server: LiveServer) -> None:
    control(server, "/sandboxes/orders/reset", {"frozen": True})
    tab = console()
    page = tab.page

    tab.open("sandboxes")
    page.get_by_label("Name").fill("orders")
    page.get_by_label("Settings").fill("{xero_max_attachments")
    page.get_by_role("button", name="Create").click()
    page.get_by_text("The settings are not JSON.").wait_for()
    # A sandbox that exists is not reset.
    page.get_by_label("Settings").fill('{"xero_max_attachments": 3}')
    page.get_by_role("button", name="Create").click()
    page.get_by_text("There is a sandbox orders.").wait_for()
    assert control(server, "/sandboxes/orders/clock")["frozen"] is True

    tab.to("Faults")
    form = page.locator("form", has_text="Arm a fault")
    form.get_by_label("Status").fill("503.5")
    form.get_by_label("Kind").select_option("delay")
    form.get_by_text("How often", exact=True).click()
    form.get_by_label("Times").fill("1.5")
    form.get_by_text("How often", exact=True).click()
    form.get_by_role("button", name="Arm").click()
    # What is not shown is not sent, and what is wrong is shown.
    assert page.evaluate("document.activeElement.name") == "times"
    form.get_by_label("Times").fill("2")
    form.get_by_role("button", name="Arm").click()
    page.get_by_text("0 of 2").wait_for()


@pytest.mark.parametrize("address", ["start?vendor=nobody&language=none", "documents?vendor=nobody"])
def test_an_unknown_filter_in_an_address_is_the_first_one(console: OpenConsole, address: str) -> None:
    tab = console()

    tab.open(address)

    assert tab.page.get_by_label("Vendor").first.input_value() == "xero"
    tab.page.get_by_text("5eed0000-0000-4000-8000-000000000001").first.wait_for()


NASTY_NAMES = {
    "<img src=x onerror=document.title='ran'>.png": "\x89PNG",
    "vector.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='ran'</script></svg>",
    "page.pdf": "<!doctype html><script>document.title='ran'</script>",
    "polyglot.pdf": "%PDF-1.4\n<script>document.title='ran'</script>",
    "polyglot.gif": "GIF89a/*<script>document.title='ran'</script>*/=1",
    "invoice\u202efdp.exe.pdf": "%PDF-1.4\n",
    "'\"`${alert(1)}\\.csv": "a,b\n",
    "reversed.txt": "paid \u202edetpecca\u202c in full\r\n",
}


def test_what_a_client_sends_is_shown_and_never_run(console: OpenConsole, server: LiveServer) -> None:
    control(server, "/sandboxes/default/settings", {"settings": {"xero_max_attachments": 50}}, "PATCH")
    tab = console()
    page = tab.page
    tab.open("documents?vendor=vrplatform")
    for name, content in NASTY_NAMES.items():
        tab.drop(page.locator("tr", has_text="expense").first, name, content, "text/html")
        page.locator(".outcome a").wait_for()
        assert "was accepted" in page.locator(".outcome").inner_text()
    page.evaluate("window.marked = true")

    for view in ("Requests", "Files"):
        tab.to(view)
        links = page.locator(".exchanges a" if view == "Requests" else "tr:has(.vrplatform) a")
        links.first.wait_for()
        for address in links.evaluate_all("links => [...new Set(links.map((link) => link.getAttribute('href')))]"):
            page.evaluate("address => { location.hash = address; }", address)
            page.locator(".detail h2").wait_for()
            # Until the preview is there.
            page.wait_for_timeout(150)

    assert page.evaluate("window.marked") is True
    assert "ran" not in page.title()
    assert page.evaluate("document.querySelectorAll('main script, main svg, main [onerror]').length") == 0
    # A mark that turns the direction of text around is spelled out.
    page.get_by_text("invoice⟨U+202E⟩fdp.exe.pdf").first.wait_for()
    page.get_by_role("link", name="reversed.txt").click()
    page.get_by_text("paid ⟨U+202E⟩detpecca⟨U+202C⟩ in full\n", exact=True).wait_for()


def test_a_request_that_reached_no_vendor_is_explained_on_the_first_page(
    console: OpenConsole, server: LiveServer
) -> None:
    hostile = "<img/src=x/onerror=document.title='ran'>"
    for path in ("/xer0/api.xro/2.0/Invoices", f"/{hostile}"):
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{server.url}{path}")
    tab = console()

    tab.open("start")

    row = tab.page.locator("tr", has_text="GET /xer0/api.xro/2.0/Invoices")
    assert f"You probably meant {server.url}/xero/api.xro/2.0/Invoices" in row.inner_text()
    # Requests that are the same are shown as often as they were sent.
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(f"{server.url}/xer0/api.xro/2.0/Invoices")
    row.nth(1).wait_for()
    assert tab.page.locator("tbody tr").count() == 3
    tab.page.get_by_role("cell", name=f"GET /{hostile}").wait_for()
    assert "ran" not in tab.page.title()


def test_hostile_urls_and_owners_are_text_in_webhooks_and_usage(console: OpenConsole, server: LiveServer) -> None:
    hostile = "<img/src=x/onerror=document.title='ran'>"
    webhook = {"vendor": "xero", "url": f"http://127.0.0.1:9/{hostile}", "check": False}
    control(server, "/sandboxes/default/webhooks", webhook)
    xero(server, "/Contacts", b'{"Contacts": [{"Name": "New"}]}', "PUT", content_type="application/json")
    url = f"{server.url}/vrplatform/transactions/1"
    fields = {"x-api-key": "vrp_demo", "x-team-id": hostile}
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(urllib.request.Request(url, headers=fields))
    tab = console()
    page = tab.page

    tab.open("webhooks")
    page.locator("summary", has_text="CONTACT").click()
    page.get_by_role("cell", name=hostile).first.wait_for()
    tab.to("Usage")
    page.get_by_role("link", name="xero.rate-per-minute").wait_for()

    assert "ran" not in page.title()
    assert page.evaluate("document.querySelectorAll('main img, main [onerror]').length") == 0


def test_a_huge_file_name_is_cut_and_does_not_freeze_the_page(console: OpenConsole, server: LiveServer) -> None:
    fields = {"x-api-key": "vrp_demo", "x-team-id": "team_123", "Content-Type": "multipart/form-data; boundary=b"}
    part = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{"x" * 1_000_000}.txt"\r\n\r\nx\r\n--b--\r\n'
    url = f"{server.url}/vrplatform/transaction-attachments"
    request = urllib.request.Request(url, part.encode(), {**fields, "X-Large": "y" * 10_000}, method="POST")
    with suppress(urllib.error.HTTPError):
        urllib.request.urlopen(request)

    tab = console()
    tab.open("requests/1")
    tab.page.get_by_role("heading", name="/vrplatform/transaction-attachments").wait_for()
    tab.page.get_by_text("Response").wait_for()
    assert len(tab.page.locator("main").inner_text()) < 20_000
    tab.to("Files")
    tab.page.get_by_role("table").wait_for()
    assert max(len(cell) for cell in tab.page.get_by_role("cell").all_inner_texts()) < 3_000


@pytest.mark.parametrize("vendor", ["Xero", "Codat", "DualEntry", "VRPlatform"])
@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
def test_the_first_request_works_as_it_is_copied(
    console: OpenConsole, server: LiveServer, vendor: str, language: str
) -> None:
    tab = console()
    tab.open("start?sandbox=orders")
    tab.page.get_by_label("Vendor").select_option(label=vendor)
    tab.page.get_by_label("Language").select_option(label=language)
    program = tab.page.get_by_label("The first request").inner_text()

    command = {
        "curl": ["bash", "-c", program],
        "Python": [sys.executable, "-c", program],
        "JavaScript": ["node", "--input-type=module", "-e", program],
    }[language]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

    (exchange,) = control(server, "/sandboxes/orders/journal")["exchanges"]
    assert exchange["status"] in (200, 201)
    assert exchange["vendor"] == vendor.lower()


@pytest.mark.parametrize("vendor", ["xero", "codat", "dualentry", "vrplatform"])
def test_an_exchange_is_replayed_by_its_curl_command_and_asserted_by_its_test(
    console: OpenConsole, server: LiveServer, vendor: str, pytester: pytest.Pytester
) -> None:
    tab = console()
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.open(f"start?vendor={vendor}")
    tab.drop(
        page.locator(".drop"), "receipt.exe" if vendor == "xero" else "it's a receipt.png", "\x89PNG\n'", "image/png"
    )
    page.locator(".outcome a").click()

    page.get_by_role("button", name="Copy as test").click()
    page.get_by_role("button", name="Copied").wait_for()
    pytester.makepyfile(page.evaluate("navigator.clipboard.readText()"))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)

    # The button says so for a moment only, and the next must be the only one that does.
    page.get_by_role("button", name="Copy as test").wait_for()
    page.get_by_role("button", name="Copy as curl").click()
    page.get_by_role("button", name="Copied").wait_for()
    page.wait_for_timeout(50)
    command = page.evaluate("navigator.clipboard.readText()")
    subprocess.run(["bash", "-c", command], check=True, capture_output=True)
    first, last = control(server, "/sandboxes/default/journal")["exchanges"]
    assert (last["status"], last["rules"]) == (first["status"], first["rules"])
    assert [file["name"] for file in last["request"]["files"]] == [file["name"] for file in first["request"]["files"]]


@contextmanager
def mounted() -> Iterator[str]:
    """Somebody else's application, in which the emulator is mounted."""
    application = Starlette(routes=[Mount("/tools/emulator", create_app())])
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/tools/emulator"
    server.should_exit = True
    thread.join()


def test_it_works_below_the_prefix_of_another_application(console: OpenConsole) -> None:
    with mounted() as url:
        tab: Console = console(url=url)
        tab.open("documents")
        tab.drop(tab.page.locator("tr", has_text="INV-0001"), "a.pdf", "%PDF-1.7")
        tab.page.get_by_role("link", name="See request").click()
        tab.page.get_by_role("heading", name="/tools/emulator/xero/api.xro/2.0/Invoices").wait_for()
        tab.page.context.close()


def test_the_documentation_filters_its_entries_and_a_link_shows_the_one_that_it_names(browser: "Browser") -> None:
    script = (ROOT / "docs" / "filter.js").read_text("utf-8")
    entries = "".join(
        f'<div class="entry"><h3 id="{name}">{name}</h3>'
        f"<details><summary><strong>{grade}</strong></summary></details></div>"
        for name, grade in (("file-type", "observed"), ("file-size", "inferred"), ("order", "inferred, in part"))
    )
    page = browser.new_page()
    site = f'<div class="md-content"><article><h1>Rules</h1>{entries}</article></div><script>{script}</script>'
    page.route("**/*", lambda route: route.fulfill(body=site, content_type="text/html"))

    page.goto("http://127.0.0.1/?grade=inferred#file-type")

    # The link outweighs the filter.
    assert page.locator("h3:visible").all_text_contents() == ["file-type", "file-size", "order"]
    assert page.locator("details[open]").count() == 1
    page.get_by_label("Filter by words").fill("FILE")
    assert page.locator("h3:visible").all_text_contents() == ["file-size"]
    assert page.locator("output").text_content() == "1 of 3"
    assert "filter=FILE" in page.url
    page.get_by_label("Filter by grade").select_option("Every grade")
    assert page.locator("h3:visible").all_text_contents() == ["file-type", "file-size"]
    page.close()


def test_a_control_token_is_asked_for_or_taken_from_the_address(
    console: OpenConsole, start: Callable[..., LiveServer]
) -> None:
    server = start("--control-token", "s3cret+&token")
    tab = console(url=server.url)
    tab.expected = ("401",)

    tab.open("files")
    tab.page.get_by_text("Control token needed").wait_for()
    tab.page.get_by_label("Control token").fill("wrong-token")
    tab.page.get_by_role("button", name="Use this token").click()
    tab.page.get_by_text("Control token needed").wait_for()
    tab.page.get_by_label("Control token").fill("s3cret+&token")
    tab.page.get_by_role("button", name="Use this token").click()
    tab.page.get_by_text("Live").wait_for()
    tab.heading("Files")

    other = console(url=server.url)
    other.page.goto(f"{server.url}/#token=s3cret%2B%26token")
    other.page.get_by_text("Live").wait_for()
    assert other.page.url == f"{server.url}/#/start"
    with other.page.expect_download() as download:
        other.to("Sandboxes")
        other.page.get_by_role("link", name="Save a snapshot of default").click()
    assert download.value.suggested_filename == "default.zip"
