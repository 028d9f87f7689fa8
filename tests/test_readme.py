"""What the README shows, as it stands but for the port."""

import re
import subprocess
import sys

from tests.conftest import ROOT, LiveServer

README = (ROOT / "README.md").read_text("utf-8")


def block(name: str, server: LiveServer) -> str:
    match = re.search(rf"<!-- runnable: {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert match
    return match[1].replace("http://127.0.0.1:4600", server.url)


def test_the_first_upload_with_curl_works(live: LiveServer) -> None:
    answer = subprocess.check_output(["bash", "-c", block("curl", live)], text=True, cwd=ROOT)

    assert '"FileName": "invoice.pdf"' in answer


def test_the_first_upload_with_the_sdk_works(live: LiveServer) -> None:
    answer = subprocess.check_output([sys.executable, "-c", block("python", live)], text=True, cwd=ROOT)

    assert re.fullmatch(r"[0-9a-f-]{36}\n", answer)


def test_the_example_and_the_diagram_are_those_of_the_pages() -> None:
    example = (ROOT / "tests/examples/test_quickstart.py").read_text("utf-8")
    diagram = re.search(r"```\n.*?```\n", (ROOT / "docs/architecture.md").read_text("utf-8"), re.DOTALL)

    assert f"<!-- tests/examples/test_quickstart.py -->\n```python\n{example}```\n" in README
    assert diagram
    assert diagram[0] in README


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
