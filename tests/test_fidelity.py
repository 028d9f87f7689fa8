import subprocess
import sys

from tests.conftest import ROOT


def test_every_rule_has_a_proof_and_the_page_about_them_is_current() -> None:
    checked = subprocess.run(
        [sys.executable, "docs/fidelity.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr
