"""What the README shows, as it stands but for the port."""

import re
import subprocess

import yaml

from tests.conftest import ROOT, LiveServer

README = (ROOT / "README.md").read_text("utf-8")


def block(name: str, server: LiveServer) -> str:
    match = re.search(rf"<!-- runnable: {name} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert match
    return match[1].replace("http://127.0.0.1:4600", server.url)


def test_the_first_upload_with_curl_works(live: LiveServer) -> None:
    answer = subprocess.check_output(["bash", "-c", block("curl", live)], text=True, cwd=ROOT)

    assert '"FileName": "invoice.pdf"' in answer


def test_the_example_is_that_of_the_pages() -> None:
    example = (ROOT / "tests/examples/test_quickstart.py").read_text("utf-8")

    assert f"<!-- tests/examples/test_quickstart.py -->\n```python\n{example}```\n" in README


def test_the_configuration_can_be_read() -> None:
    match = re.search(r"<!-- yaml -->\n```yaml\n(.*?)```", README, re.DOTALL)

    assert match
    assert isinstance(yaml.safe_load(match[1]), dict)


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
