import fidelity
import pytest

from tests.conftest import ROOT


def test_every_rule_has_a_proof_and_the_pages_about_them_are_current(request: pytest.FixtureRequest) -> None:
    collected = {item.path for item in request.session.items}
    proving = {path for path in (ROOT / "tests").rglob("test_*.py") if "mark.proves" in path.read_text("utf-8")}

    # The run that this is part of has usually collected the suite already.
    proofs = fidelity.proofs_in(request.session.items) if proving <= collected else fidelity.collect_proofs()

    assert fidelity.check(proofs) == ""
    for proof in (fidelity.SERVED, fidelity.REFUSED):
        file, _, name = proof.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text("utf-8")
