"""Takes the pictures of the console in `images/`, with Debian's Chromium.

python docs/screenshots.py
"""

import shutil
from pathlib import Path

import httpx
from playwright.sync_api import Page, ViewportSize, sync_playwright

from emulator.testing import Emulator, Sandbox

IMAGES = Path(__file__).parent / "images"
SIZE: ViewportSize = {"width": 1200, "height": 750}
PDF = (Path(__file__).parents[1] / "fixtures" / "files" / "invoice.pdf").read_bytes()


def send_requests(sandbox: Sandbox) -> None:
    """Send what the pictures show: uploads, a refusal, a wrong path and a fault."""
    with sandbox.xero.client() as http:
        for number in range(1, 4):
            http.put(f"/Invoices/INV-000{number}/Attachments/invoice-{number}.pdf", content=PDF)
        http.get("/Invoices", params={"where": 'Status=="DRAFT"', "page": "1"})
        http.get("/Invoicess")
        http.put("/Invoices/INV-0001/Attachments/report.exe", content=b"MZ", headers={"Content-Type": "text/plain"})
        sandbox.faults.status(503, vendor="xero")
        http.get("/Invoices/INV-0003")


def take(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("heading", name="Start", exact=True, level=1).wait_for()
    page.get_by_text("Base URLs for your client").wait_for()
    page.screenshot(path=IMAGES / "console-start.png")
    page.get_by_role("navigation").get_by_role("link", name="Requests", exact=True).click()
    page.get_by_text("report.exe").first.click()
    page.get_by_text("Why", exact=True).wait_for()
    page.screenshot(path=IMAGES / "console-requests.png")


def main() -> None:
    with Emulator() as server, sync_playwright() as playwright:
        send_requests(server.get_sandbox())
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        # The pictures show the port that users have.
        page.route("**/vendors", lambda route: route.fulfill(body=_on_default_port(route.request.url)))
        take(page, server.url)
        browser.close()


def _on_default_port(url: str) -> str:
    answer = httpx.get(url, trust_env=False).text
    return answer.replace(httpx.URL(url).netloc.decode(), "127.0.0.1:4600")


if __name__ == "__main__":
    main()
