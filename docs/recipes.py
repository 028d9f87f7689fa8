"""Writes the programs on the pages below `recipes/` from the files that they are.

python docs/recipes.py           writes the programs
python docs/recipes.py --check   fails if a page is not what this would write

A page names a file before the block that it goes into: `<!-- tests/examples/recipes/resume.py -->`.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = ROOT / "docs" / "recipes"
BLOCK = re.compile(r"^<!-- (?P<path>tests/\S+) -->\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def filled(page: str) -> str:
    """A page with its programs. Raises SystemExit where a file does not exist."""

    def fill(block: re.Match[str]) -> str:
        return f"<!-- {block['path']} -->\n```{block['language']}\n{program(block['path'])}```"

    return BLOCK.sub(fill, page)


def program(path: str) -> str:
    """A file as a reader has it, who saves the programs of a page in one folder."""
    file = ROOT / path
    if not file.is_file():
        raise SystemExit(f"there is no {path}")
    return file.read_text("utf-8").replace("from tests.examples.recipes.", "from ")


def main() -> None:
    stale = []
    for page in sorted(HERE.glob("*.md")):
        now = page.read_text("utf-8")
        text = filled(now)
        if "--check" not in sys.argv:
            page.write_text(text, "utf-8")
        elif now != text:
            stale.append(f"docs/recipes/{page.name}")
    if stale:
        raise SystemExit(f"{', '.join(stale)} is not current: run `python docs/recipes.py`")


if __name__ == "__main__":
    main()
