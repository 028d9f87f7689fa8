"""The page for a person who opens the server's URL in a browser."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from emulator import __version__
from emulator.core.pack import Pack

_TEMPLATE = Path(__file__).with_name("front_page.html")


def as_html(url: str, packs: Sequence[Pack]) -> str:
    rows = "\n".join(
        f"<tr><td>{escape(pack.title)}</td><td><code>{escape(_mount(url, pack) + pack.base_path)}</code></td>"
        f"<td>{', '.join(f'<code>{escape(host)}</code>' for host in pack.hosts)}</td></tr>"
        for pack in packs
    )
    examples = "\n".join(f"<h3>{escape(pack.title)}</h3>\n<pre>{escape(_example(url, pack))}</pre>" for pack in packs)
    template = Template(_TEMPLATE.read_text("utf-8"))
    return template.substitute(version=__version__, url=escape(url), vendors=rows, examples=examples)


def as_text(url: str, packs: Sequence[Pack]) -> str:
    lines = [f"attachment-emulator {__version__} is running.", "", "Point your client at:"]
    lines += [f"  {pack.title:12} {_mount(url, pack)}{pack.base_path}" for pack in packs]
    for pack in packs:
        lines += ["", f"A first request to {pack.title}:", "", _example(url, pack)]
    return "\n".join([*lines, ""])


def _mount(url: str, pack: Pack) -> str:
    return f"{url}/{pack.name}"


def _example(url: str, pack: Pack) -> str:
    return pack.example.replace("{url}", _mount(url, pack))
