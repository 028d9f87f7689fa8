"""Writes `fidelity.md` and, a page for each vendor, `fidelity/`: every rule and operation, what is known of it, and the
tests that prove it. The README has the table of the vendors, too.

python docs/fidelity.py           writes the pages
python docs/fidelity.py --check   fails if a page is not what this would write, or a rule has no proof
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest
from charts import stacked_bars

from emulator.core.programs import as_curl, sample_request
from emulator.core.routing import Operation
from emulator.core.rules import Grade, Rule, Tunable
from emulator.core.vendor import Vendor
from emulator.vendors import RULES, VENDORS, load_probes
from emulator.verification.results import verified_rules

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
GRADES: tuple[Grade, ...] = ("documented", "observed", "inferred")
Proofs = Mapping[str, list[str]]
_TABLE, _TABLE_END = "<!-- vendors -->", "<!-- /vendors -->"
_WRITTEN = "<!-- Written by `python docs/fidelity.py`. -->"

HEAD = f"""\
# Fidelity

{_WRITTEN}

Which vendor behaviour the emulator reproduces, and how that behaviour is known. Each vendor has a page with all of its
rules and operations. A rule is one sentence about the vendor, with a grade:

- **documented**: the vendor's documentation or contract states it;
- **observed**: recorded traffic, or a client that works against the vendor, shows it;
- **inferred**: there is no evidence; it is the least surprising behaviour that fits the rest.

A rule of any grade is also **verified**, with a date, once [`attachment-emulator verify`](howto/verify.md) has compared
the emulator with the vendor, live or by a recording, and found no difference. {{verified}}

Part of a documented or observed rule may still be inferred; that part has a line of its own.

Each rule has a proof, which is a test. The test of a refusal fails unless the emulator refuses with that rule. To run
one, pass `pytest` the name after "Proof".

Where the vendor's documentation and real traffic differ, the emulator does what real clients get, and the rule notes
what the documentation says.
"""

_CHART = "![Rules by grade, for each vendor](images/fidelity.svg)\n"
TAIL = """\
The command (`attachment-emulator rules`, `attachment-emulator operations`) and a running server
([`/_emulator/rules`](reference/control-api.md#the-server)) list the same. The response to a refused request names its
rule in the header `Emulator-Rule`: see [Find out why a request was refused](howto/refused.md). [Limits](limits.md) says
what is left out, and why.
"""


class Evidence(NamedTuple):
    """How it is known that a vendor has an operation."""

    grade: str
    source: str
    date: str


_OWN = Evidence("", "the emulator's own", "")
# By vendor, the beginnings of "id method path" and what is known of those; the first that fits counts.
SURFACES: Mapping[str, Mapping[str, Evidence]] = {
    "xero": {
        r"\S+ \S+ /api\.xro/": Evidence("documented", "OpenAPI 16.1.0 (xero_accounting)", "2026-07"),
        r"(authorize|openid)": Evidence("observed", "xero-node 20.0.0", "2026"),
        r"": Evidence("observed", "xero-python 15.2.0", "2026"),
    },
    "codat": {
        r"emulator-": _OWN,
        r"payables-delete": Evidence("documented", "OpenAPI 3.0.0 (Codat-Sync-Payables-v1)", "2026-06"),
        r"payables-": Evidence("documented", "OpenAPI 3.0.0 (Codat-Sync-Payables)", "2026-06"),
        r"upload-expense-": Evidence("documented", "OpenAPI (Codat-Sync-Expenses)", "2026-06"),
        r"": Evidence("documented", "OpenAPI 3.0.0, as Codat's own SDKs have it", "2026-06"),
    },
    "dualentry": {
        r"emulator-": _OWN,
        r"replace_Invoice_record_att": Evidence("inferred", "an entry in the index of the docs", "2026-08"),
        r"v1_": Evidence("documented", "the index of the docs; their changelog (the paths are those of V2)", "2026-08"),
        r"GET (invoices/|webhooks/\S+/deliveries)": Evidence(
            "documented", "the index of the docs. The path is inferred", "2026-08"
        ),
        r"(\S+ webhooks|POST accounts|\S+StatisticalJournal)": Evidence(
            "documented", "the index of the docs", "2026-08"
        ),
        r"\S+ (quotes|export-jobs|bank-connections)": Evidence("observed", "dualentry-cli", "2026"),
        r"": Evidence("documented", "OpenAPI 2.0.0 (resources-v2.json), or the index of the docs", "2026-07"),
    },
    "vrplatform": {
        r"emulator-": _OWN,
        r"\S+ \S+ /transaction-attachments": Evidence("documented", "page", "2026-05"),
        r"post-transactions": Evidence("documented", "page", "2026-05"),
        r"put-transactions": Evidence("documented", "PUT page", "2026"),
        r"get-transactions ": Evidence("documented", "list page", "2026"),
        r"delete-transactions": Evidence("documented", "dry-run page", "2026-11"),
        r"get-transaction": Evidence("inferred", "follows from the operations beside it", "2026"),
        r"": Evidence("documented", "pages of the reference and of the guides", "2026-11"),
    },
}


# The tests that walk through the operations.
SERVED = "tests/test_operations.py::test_every_operation_that_is_emulated_is_served"
REFUSED = "tests/test_operations.py::test_every_operation_that_is_not_emulated_says_so"


class _Collector:
    """A pytest plugin that notes which tests there are."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = list(items)


def proofs_in(items: Iterable[pytest.Item]) -> Proofs:
    """Which of these tests prove which rules."""
    proofs: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        for mark in item.iter_markers("proves"):
            for rule_id in mark.args:
                name = item.nodeid.partition("[")[0]
                if name not in proofs[rule_id]:
                    proofs[rule_id].append(name)
    return proofs


def collect_proofs() -> Proofs:
    """The tests that prove each rule, found by collecting the suite (nothing is run)."""
    collector = _Collector()
    # The emulator is imported already, which pytest would rather have done itself.
    quiet = ["--quiet", "--quiet", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with redirect_stdout(StringIO()) as output:
        code = pytest.main(["--collect-only", *quiet, f"--rootdir={ROOT}", str(ROOT / "tests")], plugins=[collector])
    if code != pytest.ExitCode.OK:
        raise SystemExit(output.getvalue())
    return proofs_in(collector.items)


def faults(proofs: Proofs) -> Iterator[str]:
    known = {rule.id for rule in RULES}
    for rule_id in sorted(known - proofs.keys()):
        yield f"no test proves {rule_id}"
    for rule_id in sorted(proofs.keys() - known):
        yield f"{', '.join(proofs[rule_id])}: there is no rule {rule_id}"


def pages(proofs: Proofs) -> Mapping[Path, str]:
    """Each page's text."""
    count = len(verified_rules())
    none = "No vendor's live API was called, and no rule is verified yet."
    known = f"{count} rule{'s are' if count > 1 else ' is'} verified." if count else none
    pages = {DOCS / "fidelity.md": "\n".join([HEAD.format(verified=known), _CHART, *_summary(), TAIL])}
    pages[DOCS / "images" / "fidelity.svg"] = _chart()
    for vendor in VENDORS.values():
        pages[DOCS / "fidelity" / f"{vendor.name}.md"] = "\n".join(_rules_page(vendor, proofs))
        pages[DOCS / "fidelity" / f"{vendor.name}-operations.md"] = "\n".join(_operations_page(vendor))
    readme = (ROOT / "README.md").read_text("utf-8")
    before, _, rest = readme.partition(_TABLE)
    table = "\n".join(_summary("docs/")).strip()
    pages[ROOT / "README.md"] = f"{before}{_TABLE}\n{table}\n{_TABLE_END}{rest.partition(_TABLE_END)[2]}"
    return pages


def _summary(base: str = "") -> Iterable[str]:
    yield f"| vendor | rules | {' | '.join(GRADES)} | inferred in part | verified | operations emulated | answer 501 |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for vendor in VENDORS.values():
        grades = Counter(rule.grade for rule in vendor.rules)
        partly = sum(rule.grade != "inferred" and bool(_unknown(rule)) for rule in vendor.rules)
        emulated = _emulated(vendor)
        verified = sum(rule.id in verified_rules() for rule in vendor.rules)
        counts = [len(vendor.rules), *(grades[grade] for grade in GRADES), partly, verified]
        counts += [len(emulated), len(vendor.operations) - len(emulated)]
        yield f"| [{vendor.title}]({base}fidelity/{vendor.name}.md) | {' | '.join(map(str, counts))} |"
    yield ""


def _chart() -> str:
    rows = {}
    for vendor in VENDORS.values():
        grades = Counter(rule.grade for rule in vendor.rules)
        rows[vendor.title] = [grades[grade] for grade in GRADES]
    return stacked_bars("Rules by grade", GRADES, rows)


def _emulated(vendor: Vendor) -> list[Operation]:
    return [operation for operation in vendor.operations if operation.handler]


def _rules_page(vendor: Vendor, proofs: Proofs) -> Iterable[str]:
    inferred = [rule for rule in vendor.rules if rule.grade == "inferred"]
    partly = [rule for rule in vendor.rules if rule.grade != "inferred" and _unknown(rule)]
    yield from (
        f"# {vendor.title}",
        "",
        _WRITTEN,
        "",
        f"[Fidelity](../fidelity.md) explains the grades; [the operations]({vendor.name}-operations.md) are on a page "
        "of their own. A rule opens to its evidence, its answer, its setting and its proof.",
        "",
        _sources(vendor),
        "",
    )
    yield from ("## What is unknown", "")
    yield from _folded(f"{len(inferred)} of {len(vendor.rules)} rules are inferred", f"{_listed(inferred)}.")
    yield from _folded(f"{len(partly)} more are inferred in part", f"{_listed(partly)}.")
    yield from ("## Rules", "")
    for rule in vendor.rules:
        yield from _rule(rule, proofs)


def _folded(summary: str, *lines: str) -> Iterable[str]:
    """Lines that the reader opens, on the site and on GitHub."""
    yield from ('<details markdown="1">', f"<summary>{summary}</summary>", "", *lines, "", "</details>", "")


def _sources(vendor: Vendor) -> str:
    """What the sources' short names stand for, as the vendor's rules have it."""
    text = import_module(f"emulator.vendors.{vendor.name}.rules").__doc__ or ""
    return " ".join(" ".join(text.split("\n\n")[1:]).split())


def _listed(rules: Iterable[Rule]) -> str:
    return ", ".join(f"[`{rule.id}`](#{rule.id.replace('.', '')})" for rule in rules)


def _operations_page(vendor: Vendor) -> Iterable[str]:
    emulated = _emulated(vendor)
    others = [operation for operation in vendor.operations if not operation.handler]
    yield from (
        # Room for the tables.
        "---",
        "hide: [toc]",
        "---",
        "",
        f"# {vendor.title}: operations",
        "",
        _WRITTEN,
        "",
        *_first_request(vendor),
        f"[The rules]({vendor.name}.md) say what these operations do.",
        "",
        "## Emulated",
        "",
        f"{len(emulated)} operations are emulated. `{SERVED}` calls each of them.",
        "",
        *_table(vendor, emulated),
        "## Not emulated",
        "",
    )
    yield f"{len(others)} more operations of {vendor.title} answer 501 in its own format; `{REFUSED}` calls each."
    yield from ("", *_table(vendor, others))


def _first_request(vendor: Vendor) -> Iterable[str]:
    command = as_curl(sample_request(vendor, f"http://127.0.0.1:4600/{vendor.name}"))
    yield from ("A first request, with a server that `attachment-emulator serve` started:", "")
    yield from ("<!-- runnable: sh -->", "```sh", command.replace("curl", "curl --fail", 1), "```", "")


def _table(vendor: Vendor, operations: Iterable[Operation]) -> Iterable[str]:
    yield from ('<div class="rows" markdown="1">', "")
    yield "| operation | | grade | source |"
    yield "|---|---|---|---|"
    for operation in operations:
        grade, source, date = evidence(vendor, operation)
        known = f"{source}, {date}" if date else source
        yield f"| {operation.id} | `{operation.method} {operation.path}` | {grade} | {known} |"
    yield from ("", "</div>", "")


def evidence(vendor: Vendor, operation: Operation) -> Evidence:
    named = f"{operation.id} {operation.method} {operation.path}"
    return next(surface for pattern, surface in SURFACES[vendor.name].items() if re.match(pattern, named))


def _unknown(rule: Rule) -> str:
    """What of a rule's source says that something is not known."""
    return " ".join(part for part in _parts(rule.source) if "inferred" in part).rstrip(".;")


def _parts(source: str) -> list[str]:
    return re.split(r"(?<=[.;]) (?![^(]*\))|, and (?=inferred)", source)


def _rule(rule: Rule, proofs: Proofs) -> Iterable[str]:
    known = " ".join(part for part in _parts(rule.source) if "inferred" not in part).rstrip(".;")
    lines = [f"- Source, {rule.date}: {known}"]
    if unknown := _unknown(rule):
        lines.append(f"- Not shown: {unknown[0].lower()}{unknown[1:]}")
    if rule.id in verified_rules():
        lines.append(f"- **verified**, {verified_rules()[rule.id]}")
    elif reason := load_probes(rule.id.partition(".")[0]).unprobed.get(rule.id):
        lines.append(f"- No request verifies it: {reason}")
    if rule.on_page:
        lines.append(f"- The page says: {rule.on_page}")
    if rule.answer:
        detail = f", `{rule.answer.detail}`" if rule.answer.detail else ""
        message = f", `{rule.answer.message}`" if rule.answer.message else ""
        lines.append(f"- Answer: {rule.answer.status}{message}{detail}")
    if isinstance(rule, Tunable):
        value = str(rule.value).lower() if isinstance(rule.value, bool) else rule.value
        lines.append(f"- Setting: `{rule.setting}` = `{value}`")
    lines += (f"- Proof: `{proof}`" for proof in proofs[rule.id])
    grade = "inferred" if rule.grade == "inferred" else f"{rule.grade}, in part inferred" if unknown else rule.grade
    summary = [f"<strong>{grade}</strong>"]
    if rule.answer:
        summary.append(f"answers {rule.answer.status}")
    if isinstance(rule, Tunable):
        summary.append(f"setting <code>{rule.setting}</code>")
    # The class is what the filter looks for.
    yield from ('<div class="entry" markdown="1">', "", f"### `{rule.id}`", "", rule.sentence, "")
    yield from _folded(" · ".join(summary), *lines)
    yield from ("</div>", "")


def check(proofs: Proofs) -> str:
    """What is wrong with the proofs, or with the pages; empty where all is well."""
    if messages := list(faults(proofs)):
        return "\n".join(messages)
    stale = [
        str(path.relative_to(ROOT))
        for path, text in pages(proofs).items()
        if not path.is_file() or path.read_text("utf-8") != text
    ]
    return f"{', '.join(stale)} is not current: run `python docs/fidelity.py`" if stale else ""


def main() -> None:
    proofs = collect_proofs()
    if "--check" not in sys.argv:
        if messages := list(faults(proofs)):
            raise SystemExit("\n".join(messages))
        for path, text in pages(proofs).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
    if rejection_reason := check(proofs):
        raise SystemExit(rejection_reason)


if __name__ == "__main__":
    main()
