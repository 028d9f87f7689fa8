"""Writes `fidelity.md`: every rule and operation, what is known of it, and the tests that prove it.

python docs/fidelity.py           writes the page
python docs/fidelity.py --check   fails if the page is not what this would write, or a rule has no proof
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from emulator.core.pack import Pack
from emulator.core.rules import Rule, Tunable
from emulator.vendors import PACKS, RULES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fidelity.md"
Proofs = Mapping[str, list[str]]

HEAD = """\
# Fidelity

What the emulator does as each vendor does it, and how that is known. Every rule has a grade:

- **documented**: a page or contract of the vendor's says it;
- **observed**: recorded traffic, or a client that works against the vendor, shows it;
- **inferred**: nobody has shown it; it is the least surprising behaviour, and what follows from the rest.

A proof is a test that meets the rule; for a refusal it must get that refusal from the emulator, or it fails. This page
is written by `python docs/fidelity.py` from the rules (`attachment-emulator rules` prints the same) and the tests.
"""


class _Collector:
    """A pytest plugin that notes which tests prove which rules."""

    def __init__(self) -> None:
        self.proofs: defaultdict[str, list[str]] = defaultdict(list)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("proves"):
                for rule_id in mark.args:
                    name = item.nodeid.partition("[")[0]
                    if name not in self.proofs[rule_id]:
                        self.proofs[rule_id].append(name)


def collect_proofs() -> Proofs:
    """The tests that prove each rule, found by collecting the suite (nothing is run)."""
    collector = _Collector()
    # The emulator is imported already, which pytest would rather have done itself.
    quiet = ["--quiet", "--quiet", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with redirect_stdout(StringIO()) as said:
        code = pytest.main(["--collect-only", *quiet, f"--rootdir={ROOT}", str(ROOT / "tests")], plugins=[collector])
    if code != pytest.ExitCode.OK:
        raise SystemExit(said.getvalue())
    return collector.proofs


def faults(proofs: Proofs) -> Iterator[str]:
    known = {rule.id for rule in RULES}
    for rule_id in sorted(known - proofs.keys()):
        yield f"no test proves {rule_id}"
    for rule_id in sorted(proofs.keys() - known):
        yield f"{', '.join(proofs[rule_id])}: there is no rule {rule_id}"


def page(proofs: Proofs) -> str:
    return "\n".join([HEAD, *(line for pack in PACKS for line in _vendor(pack, proofs))])


def _vendor(pack: Pack, proofs: Proofs) -> Iterable[str]:
    grades = Counter(rule.grade for rule in pack.rules)
    yield f"## {pack.title}"
    yield ""
    yield f"{len(pack.rules)} rules: " + ", ".join(f"{grades[grade]} {grade}" for grade in sorted(grades)) + "."
    yield ""
    for rule in pack.rules:
        yield from _rule(rule, proofs)
    emulated = [operation for operation in pack.operations if operation.handler]
    yield f"### {pack.title}: operations"
    yield ""
    yield f"{len(emulated)} emulated; {len(pack.operations) - len(emulated)} more that the vendor has answer 501."
    yield ""
    yield "| method | path | operation | |"
    yield "|---|---|---|---|"
    for operation in pack.operations:
        yield f"| {operation.method} | `{operation.path}` | {operation.id} | {operation.backing} |"
    yield ""


def _rule(rule: Rule, proofs: Proofs) -> Iterable[str]:
    yield f"### `{rule.id}`"
    yield ""
    yield rule.sentence
    yield ""
    yield f"- **{rule.grade}**, {rule.date}: {rule.source}"
    if rule.on_page:
        yield f"- The page says: {rule.on_page}"
    if rule.answer:
        detail = f", `{rule.answer.detail}`" if rule.answer.detail else ""
        yield f"- Answer: {rule.answer.status}, `{rule.answer.message}`{detail}"
    if isinstance(rule, Tunable):
        yield f"- Setting: `{rule.setting}` = `{rule.value}`"
    for proof in proofs[rule.id]:
        path, _, test = proof.partition("::")
        yield f"- Proof: [`{test}`](../{path})"
    yield ""


def main() -> None:
    proofs = collect_proofs()
    if found := list(faults(proofs)):
        raise SystemExit("\n".join(found))
    text = page(proofs)
    if "--check" not in sys.argv:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        raise SystemExit("docs/fidelity.md is not current: run `python docs/fidelity.py`")


if __name__ == "__main__":
    main()
