"""The patch that `verify --propose` writes."""

import ast
import subprocess
from pathlib import Path

from click.testing import CliRunner

from emulator.cli import main
from emulator.testing import Sandbox
from emulator.verification.comparison import Difference
from emulator.verification.proposal import propose
from tests.conftest import ROOT

RULES = """\
EMPTY_FILE = Rule(
    "xero.empty-file",
    "An upload without a body is refused.",
    "inferred",
    "no evidence of the answer",
    "2026",
    Answer(400, "validation", "The file is empty."),
)
METHOD = Rule(
    "xero.method",
    "A request with 400 is none.",
    "observed",
    "page",
    "2025-01",
    _refusal(),
)
"""


def test_a_status_and_a_text_are_replaced_and_the_rest_is_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "rules.py"
    file.write_text(RULES)
    patch = propose(
        RULES,
        "rules.py",
        {
            "xero.empty-file": [
                Difference("status", "", "400", "422"),
                Difference("text", "Message", "'The file is empty.'", "'No \"bytes\".'"),
            ],
            "xero.method": [Difference("status", "", "501", "405"), Difference("order", "", "a, b", "b,\n a")],
            "xero.elsewhere": [Difference("status", "", "1", "2")],
        },
        "2027-01-31",
    )

    subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=tmp_path, check=True)

    changed = file.read_text()
    ast.parse(changed)
    assert '    "observed",\n    "no evidence of the answer",\n    "2027-01-31",\n' in changed
    assert 'Answer(422, "validation", "No \\"bytes\\"."),' in changed
    assert "# verify, 2027-01-31: status: the emulator says 501, the vendor said 405\n" in changed
    assert "# verify, 2027-01-31: order: the emulator says a, b, the vendor said b, a\nMETHOD = Rule(" in changed
    assert '"A request with 400 is none."' in changed


def test_the_command_writes_a_patch_that_applies(target: Sandbox, tmp_path: Path) -> None:
    target.configure(xero_max_attachments=5)
    patch = tmp_path / "rules.patch"
    arguments = ["verify", "xero", "--against", f"{target.url}/xero", "--write", "--yes", "--propose", str(patch)]

    assert CliRunner().invoke(main, arguments).exit_code == 1

    assert "+# verify, 20" in patch.read_text()
    assert "+++ b/emulator/vendors/xero/rules.py" in patch.read_text()
    subprocess.run(["git", "apply", "--check", str(patch)], cwd=ROOT, check=True)
