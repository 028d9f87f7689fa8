"""The texts for people, the front page and the greeting in the terminal, and those for coding agents."""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from emulator.core.programs import as_curl, sample_request
from emulator.core.vendor import Vendor
from emulator.version import __version__


def as_text(url: str, vendors: Sequence[Vendor]) -> str:
    """Return the front page as plain text."""
    lines = [f"attachment-emulator {__version__} is running.", "", *_base_urls(url, vendors)]
    for vendor in vendors:
        lines += ["", f"Example request to {vendor.title}:", "", _example(url, vendor)]
    lines += ["", f"For coding agents: {url}/agents.md"]
    return "\n".join([*lines, ""])


def agent_guide(url: str) -> str:
    """Return the guide for coding agents, in Markdown, for a server at this URL."""
    text = Path(__file__).with_name("agents.md").read_text("utf-8")
    # The comments mark what the tests of the documentation run.
    return re.sub(r"^<!-- .* -->\n", "", text, flags=re.MULTILINE).replace("http://127.0.0.1:4600", url)


def llms_txt(url: str, vendors: Sequence[Vendor]) -> str:
    """Return the index for language models of a server at this URL, in the format of llmstxt.org."""
    titles = ", ".join(vendor.title for vendor in vendors)
    control = f"{url}/_emulator"
    return "\n".join(
        [
            "# attachment-emulator",
            "",
            f"> A local server, version {__version__}, that behaves like the file-attachment APIs of {titles}.",
            "",
            "## Guide",
            "",
            f"- [For coding agents]({url}/agents.md): commands, the pytest fixture, the control API, common mistakes",
            "",
            "## This server",
            "",
            f"- [Vendors]({control}/sandboxes/default/vendors): base URLs, headers, and a first request as programs",
            f"- [Control API]({control}/openapi.json): OpenAPI 3.1",
            f"- [Rules]({control}/rules): what the vendors do, how that is known, and the settings that change it",
            f"- [Operations]({control}/operations): what is emulated, and what answers 501",
            f"- [Documents]({control}/sandboxes/default/documents): what files can be attached to",
            f"- [Refusals]({control}/sandboxes/default/journal?status=4xx): refused requests, with the rules",
            "",
        ]
    )


def as_greeting(url: str, vendors: Sequence[Vendor], *, strict: bool, token: str = "") -> str:
    """Return the greeting: base URLs, an example request that succeeds, and the console if it needs a token."""
    # With strict credentials, no vendor accepts the example's.
    example = f"curl {url}/_emulator/health" if strict else _example(url, vendors[0])
    after = f"`attachment-emulator doctor {url}` explains the last refused request. Ctrl-C stops the emulator."
    agents = f"For coding agents: `attachment-emulator agent-guide`, or {url}/agents.md"
    console = [f"Console: {url}/#token={quote(token, safe='')}", ""] if token else []
    return "\n".join(["", *_base_urls(url, vendors), "", "Example request:", "", example, "", *console, after, agents])


def _base_urls(url: str, vendors: Sequence[Vendor]) -> list[str]:
    return [
        "Base URLs for your client:",
        *(f"  {vendor.title:12} {_mount(url, vendor)}{vendor.base_path}" for vendor in vendors),
    ]


def _mount(url: str, vendor: Vendor) -> str:
    return f"{url}/{vendor.name}"


def _example(url: str, vendor: Vendor) -> str:
    return as_curl(sample_request(vendor, _mount(url, vendor)))
