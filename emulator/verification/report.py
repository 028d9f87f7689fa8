"""The report of a verification: a table for people, JSON, and JUnit."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from emulator.verification.comparison import Difference, normalise_text
from emulator.verification.runner import Check, Outcome

MAX_SENTENCES = 20
"""The most differences of a rule that the table has."""
MAX_EXAMPLES = 3
"""The most requests that the table has for a difference."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was verified."""

    vendor: str
    how: str
    """`live` or `recording`."""
    target: str
    """The URL, or the names of the files."""
    date: str
    """ISO 8601, in UTC."""


def table(outcome: Outcome, subject: Subject, grades: Mapping[str, str]) -> Iterator[str]:
    """Yield the report as lines of text; `grades` has the grade of each rule by id."""
    for rule, differences in outcome.by_rule.items():
        yield f"{rule} ({grades[rule]})" if rule in grades else (rule or "(no rule)")
        groups = grouped(differences)
        for group in groups[:MAX_SENTENCES]:
            yield f"  {group[0][1]}"
            yield from (f"    {check.request}" for check, _ in group[:MAX_EXAMPLES])
            if len(group) > MAX_EXAMPLES:
                yield f"    and {len(group) - MAX_EXAMPLES} more"
        if len(groups) > MAX_SENTENCES:
            yield f"  and {len(groups) - MAX_SENTENCES} more differences"
        yield ""
    for reason, names in skipped(outcome).items():
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        yield f"Not compared, as {reason}: {', '.join(names[:10])}{more}"
    if outcome.removed:
        yield f"Removed or voided what was created: {', '.join(outcome.removed)}"
    yield from (f"Left behind: {item}" for item in outcome.left_behind)
    yield from (f"Note: {note}" for note in outcome.notes)
    if outcome.stopped:
        yield outcome.stopped
    yield result_of(outcome, subject)


def grouped(differences: Iterable[tuple[Check, Difference]]) -> list[list[tuple[Check, Difference]]]:
    """Return the differences of a rule with those together that are the same, numbers apart."""
    groups: dict[str, list[tuple[Check, Difference]]] = {}
    for check, difference in differences:
        groups.setdefault(re.sub(r"\d+", "0", str(difference)), []).append((check, difference))
    return list(groups.values())


def result_of(outcome: Outcome, subject: Subject) -> str:
    """Return the result in one sentence."""
    count = len(outcome.by_rule)
    result = f"{count} rule{'s' * (count != 1)} differ{'s' * (count == 1)}" if count else "no difference"
    compared = len(outcome.compared)
    if not compared:
        result = "nothing could be compared"
    return f"{compared} request{'s' * (compared != 1)} compared with {subject.target}: {result}"


def skipped(outcome: Outcome) -> Mapping[str, list[str]]:
    """Return the rules or requests that were not compared, by the reason."""
    reasons: dict[str, dict[str, None]] = {}
    for check in outcome.checks:
        if check.skipped:
            # The vendor's correlation ids apart, the same reason.
            reasons.setdefault(normalise_text(check.skipped, {}), {})[check.rule or check.request] = None
    return {reason: list(names) for reason, names in reasons.items()}


def to_json(outcome: Outcome, subject: Subject) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {
        "vendor": subject.vendor,
        "how": subject.how,
        "target": subject.target,
        "date": subject.date,
        "exit_status": outcome.exit_status,
        "stopped": outcome.stopped or None,
        "requests": outcome.requests,
        "compared": len(outcome.compared),
        "proved": outcome.proved,
        "differences": [
            {
                "rule": rule or None,
                "request": check.request,
                "kind": difference.kind,
                "where": difference.where,
                "emulator": difference.emulator,
                "vendor": difference.vendor,
                "detail": difference.detail or None,
            }
            for rule, differences in outcome.by_rule.items()
            for check, difference in differences
        ],
        "skipped": [
            {"rules": list(check.rules), "request": check.request, "reason": check.skipped}
            for check in outcome.checks
            if check.skipped
        ],
        "removed": outcome.removed,
        "left_behind": outcome.left_behind,
        "notes": outcome.notes,
    }


def to_junit(outcome: Outcome, subject: Subject) -> bytes:
    """Return the report as JUnit XML: a test case for each request."""
    suite = Element(
        "testsuite",
        name=f"attachment-emulator verify {subject.vendor}",
        timestamp=subject.date,
        tests=str(len(outcome.checks) + bool(outcome.stopped)),
        failures=str(len(outcome.differing)),
        skipped=str(len(outcome.checks) - len(outcome.compared)),
        errors=str(int(bool(outcome.stopped))),
    )
    for check in outcome.checks:
        case = SubElement(suite, "testcase", classname=check.rule or subject.vendor, name=_valid(check.request))
        if check.skipped:
            SubElement(case, "skipped", message=_valid(check.skipped))
        if check.differences:
            text = "\n".join(f"{check.rule_of(difference)}: {difference}" for difference in check.differences)
            SubElement(case, "failure", message=_valid(str(check.differences[0]))).text = _valid(text)
    if outcome.stopped:
        case = SubElement(suite, "testcase", classname=subject.vendor, name="the whole run")
        SubElement(case, "error", message=_valid(outcome.stopped))
    indent(suite)
    document: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return document


def _valid(text: str) -> str:
    """Return a text without characters that XML does not have."""
    return "".join(character if character.isprintable() or character == "\n" else "?" for character in text)
