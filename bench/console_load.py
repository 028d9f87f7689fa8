"""Load the emulator while the console is open, and report how the page holds: `python -m bench.console_load`.

It needs the extra `dev` and Debian's chromium.
"""

import asyncio
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import Page, sync_playwright

from emulator import Emulator

RATE = 1000
SECONDS = 60
CONNECTIONS = 4
HEAD = (
    b"GET /xero/api.xro/2.0/Invoices/INV-0001/Attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
    b"xero-tenant-id: 5eed0000-0000-4000-8000-000000000001\r\nAccept: application/json\r\n\r\n"
)
# Records the longest task, which is how long the page could not react.
WATCH = """() => {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
  }).observe({ type: "longtask" });
}"""


async def _client(port: int, rate: float, until: float) -> int:
    """Send requests at a steady rate over one connection, and return how many were answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered, started = 0, time.monotonic()
    while time.monotonic() < until:
        due = int((time.monotonic() - started) * rate) - answered
        if due <= 0:
            await asyncio.sleep(0.002)
            continue
        writer.write(HEAD)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        answered += 1
    writer.close()
    return answered


async def _load(port: int) -> int:
    until = time.monotonic() + SECONDS
    return sum(await asyncio.gather(*(_client(port, RATE / CONNECTIONS, until) for _ in range(CONNECTIONS))))


def _run_load(port: int) -> int:
    """Load the server from a thread, as Playwright has an event loop in this one."""
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: asyncio.run(_load(port))).result()


def _measure(page: Page, port: int) -> tuple[int, float, int, int]:
    """Return answers, the longest task (milliseconds), rows and the heap's size (bytes) after a run."""
    page.evaluate(WATCH)
    answered = _run_load(port)
    page.wait_for_timeout(1000)
    longest, rows, heap = page.evaluate(
        "[window.longest, document.querySelectorAll('.exchanges li').length, performance.memory.usedJSHeapSize]"
    )
    return answered, longest, rows, heap


def main(arguments: Sequence[str] = tuple(sys.argv[1:])) -> int:
    chromium = shutil.which("chromium")
    if arguments or chromium is None:
        print(__doc__)
        return 2
    with Emulator() as server, sync_playwright() as playwright:
        port = int(server.url.rpartition(":")[2])
        without = _run_load(port)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(f"{server.url}/#/requests")
        page.locator(".exchanges li").first.wait_for()
        answered, longest, rows, heap = _measure(page, port)
        browser.close()
    print(f"{without / SECONDS:.0f} requests/s without the page, {answered / SECONDS:.0f} with it open")
    print(f"longest task {longest:.0f} ms, {rows} rows, {heap / 2**20:.1f} MiB of heap")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
