"""Writes the code on the pages below `recipes/` from the tests that it is part of, with the imports that it needs.

python docs/recipes.py           writes the code
python docs/recipes.py --check   fails if a page is not what this would write

A page names a test and a region of it, `<!-- tests/examples/recipes/test_resume.py: recipe -->`. In the test, comments
mark where the region starts and ends.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HERE = ROOT / "docs" / "recipes"
_BLOCK = re.compile(r"(?<=^<!-- )(\S+): ([\w-]+) -->\n```python\n.*?(?=^```$)", re.DOTALL | re.MULTILINE)


def filled(page: str) -> str:
    """A page with its code. Raises SystemExit where a test does not have a region, or has it twice."""
    return _BLOCK.sub(lambda block: f"{block[1]}: {block[2]} -->\n```python\n{program(block[1], block[2])}", page)


def program(path: str, name: str) -> str:
    """A region of a test, and before it the imports that it needs."""
    source = (ROOT / path).read_text("utf-8")
    regions = re.findall(
        rf"^# --8<-- \[start:{name}\]\n(.*?)^# --8<-- \[end:{name}\]$", source, re.DOTALL | re.MULTILINE
    )
    if len(regions) != 1:
        raise SystemExit(f"{path} has {len(regions)} regions {name}, where it should have one")
    region = regions[0].strip("\n") + "\n"
    imports = "".join(_imports(source, _names(region))).strip("\n")
    gap = "\n\n\n" if re.match("(?:@|async def|def|class) ?", region) else "\n\n"
    return f"{imports}{gap}{region}" if imports else region


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _imports(source: str, names: set[str]) -> Iterator[str]:
    """The imports of these names, with an empty line where the source has one."""
    end = 0
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        node.names = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in names]
        if node.names:
            yield "\n" if node.lineno > end + 1 else ""
            yield f"{ast.unparse(node)}\n"
            end = node.end_lineno or 0
        elif node.lineno == end + 1:
            end = node.end_lineno or 0


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
