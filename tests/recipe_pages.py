"""The pages of `docs/recipes`, and the blocks of code on them."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from tests.conftest import ROOT

PAGES = {page.stem: page.read_text("utf-8") for page in sorted((ROOT / "docs/recipes").glob("*.md"))}
_BLOCK = re.compile(r"^(?:<!-- (\S+) -->\n)?```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A block of code: the file that it is, or `fault` if it arms the page's fault; its language; its text."""

    path: PurePosixPath
    language: str
    text: str


def blocks(page: str) -> list[Block]:
    """All blocks of a page. One that is not marked has the path `.`."""
    return [Block(PurePosixPath(mark), language, text) for mark, language, text in _BLOCK.findall(PAGES[page])]
