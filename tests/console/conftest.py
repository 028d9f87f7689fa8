"""A browser that looks at the console: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from tests.conftest import LiveServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass
class Console:
    """The console in a tab, with everything that must not happen in it."""

    page: "Page"
    url: str
    complaints: list[str] = field(default_factory=list)
    """Errors in the browser's console, and requests to anywhere but the server."""
    expected: tuple[str, ...] = ()
    """Parts of the complaints that a test provokes."""

    def watch(self) -> None:
        self.page.on("console", self._on_message)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{error}\n{error.stack}"))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        self.page.on("request", self._on_request)

    def open(self, address: str) -> None:
        """Go to a view, as one who pastes its address."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#/{address}")

    def heading(self, title: str) -> None:
        """Wait for a view."""
        self.page.get_by_role("heading", name=title, exact=True, level=1).wait_for()

    def to(self, view: str) -> None:
        """Go to a view by its link, which a narrow page has behind a button."""
        menu = self.page.get_by_role("button", name="Menu")
        if menu.is_visible():
            menu.click()
        self.page.get_by_role("navigation").get_by_role("link", name=view, exact=True).click()
        self.heading(view)

    def drop(self, target: "Locator", name: str, content: str, media_type: str = "") -> None:
        """Drop a file on an element."""
        transfer = self.page.evaluate_handle(
            "([name, content, type]) => { const transfer = new DataTransfer();"
            " transfer.items.add(new File([content], name, { type })); return transfer; }",
            [name, content, media_type],
        )
        target.dispatch_event("dragover", {"dataTransfer": transfer})
        target.dispatch_event("drop", {"dataTransfer": transfer})

    def _on_message(self, message: "ConsoleMessage") -> None:
        # A refused upload is an error to the browser, and what the page is for.
        refused = message.text.startswith("Failed to load resource") and "/_emulator" not in message.location["url"]
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _on_request(self, request: "Request") -> None:
        if not request.url.startswith((f"{self.url}/", "blob:", "about:", "chrome:", "chrome-extension:")):
            self.complaints.append(f"request to {request.url}")


OpenConsole = Callable[..., Console]


# Not for the session: while Playwright runs, the tests of other modules in this process cannot run an event loop.
@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    if not os.environ.get("EMULATOR_TEST_BROWSER"):
        pytest.skip("set EMULATOR_TEST_BROWSER=1 to drive the console in a browser")
    if CHROMIUM is None:
        pytest.skip("there is no chromium; Debian's package of this name has it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Playwright gives it a profile of its own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(browser: "Browser", start: Callable[..., LiveServer]) -> LiveServer:
    """A server for one test; not started where there is no browser."""
    return start("--log", "off") if _has_log_setting() else start()


def _has_log_setting() -> bool:
    from emulator.settings import OPTIONS

    return "log" in OPTIONS


@pytest.fixture
def console(browser: "Browser", server: LiveServer) -> Iterator[OpenConsole]:
    """Opens the console; afterwards nothing may have gone wrong in the browser."""
    opened: list[Console] = []

    def open_console(width: int = 1600, scheme: str = "light", url: str = "") -> Console:
        height = 1000 if width > 500 else 844
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        console = Console(context.new_page(), url or server.url)
        console.watch()
        opened.append(console)
        return console

    yield open_console
    for console in opened:
        console.page.context.close()
        unexpected = [one for one in console.complaints if not any(part in one for part in console.expected)]
        assert not unexpected, "\n".join(unexpected)
