"""What a person is told: in a browser that opens the server's URL, and in the terminal that it was started in."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from emulator.core.vendor import Vendor
from emulator.vendors import HOSTS
from emulator.version import __version__

_TEMPLATE = Path(__file__).with_name("front_page.html")


def as_html(url: str, packs: Sequence[Vendor]) -> str:
    rows = "\n".join(
        f"<tr><td>{escape(pack.title)}</td><td><code>{escape(_mount(url, pack) + pack.base_path)}</code></td>"
        f"<td>{', '.join(f'<code>{escape(host)}</code>' for host in _hosts(pack))}</td></tr>"
        for pack in packs
    )
    examples = "\n".join(f"<h3>{escape(pack.title)}</h3>\n<pre>{escape(_example(url, pack))}</pre>" for pack in packs)
    template = Template(_TEMPLATE.read_text("utf-8"))
    return template.substitute(version=__version__, url=escape(url), vendors=rows, examples=examples)


def as_text(url: str, packs: Sequence[Vendor]) -> str:
    lines = [f"attachment-emulator {__version__} is running.", "", *_base_urls(url, packs)]
    for pack in packs:
        lines += ["", f"A first request to {pack.title}:", "", _example(url, pack)]
    return "\n".join([*lines, ""])


def as_greeting(url: str, packs: Sequence[Vendor], *, strict: bool) -> str:
    """Base URLs, and one request that works."""
    # Where only credentials that were issued are good, no vendor answers the first comer.
    example = f"curl {url}/_emulator/health" if strict else _example(url, packs[0])
    after = f"When one is refused, `attachment-emulator doctor {url}` explains it. Ctrl-C stops the emulator."
    return "\n".join(["", *_base_urls(url, packs), "", "A first request:", "", example, "", after])


def _hosts(pack: Vendor) -> list[str]:
    return [host for host, (vendor, _) in HOSTS.items() if vendor == pack.name]


def _base_urls(url: str, packs: Sequence[Vendor]) -> list[str]:
    return ["Point your client at:", *(f"  {pack.title:12} {_mount(url, pack)}{pack.base_path}" for pack in packs)]


def _mount(url: str, pack: Vendor) -> str:
    return f"{url}/{pack.name}"


def _example(url: str, pack: Vendor) -> str:
    return pack.example.replace("{url}", _mount(url, pack))
