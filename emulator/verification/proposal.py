"""A proposal to change rules after a verification: a patch of the vendor's `rules.py`, to be looked at by a person.

Where the difference is a status or a text that stands in the rule, the patch has the vendor's; any other difference is
a comment above the rule.
"""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from difflib import unified_diff

from emulator.verification.comparison import Difference

_GRADE = re.compile(r'^    "(?:documented|inferred)",$', re.MULTILINE)
_DATE = re.compile(r'^    "\d{4}(?:-\d\d){0,2}",$', re.MULTILINE)


def propose(source: str, path: str, differences: Mapping[str, Iterable[Difference]], date: str) -> str:
    """Return a unified diff; empty if none of the rules is in the source.

    `path` is that of the source, `date` the day of the verification, and `differences` are by rule.
    """
    changed = source
    for rule, of_rule in differences.items():
        block = re.search(rf'^[A-Z_0-9]+ = \w+\(\n    "{re.escape(rule)}",\n.*?^\)$', changed, re.MULTILINE | re.DOTALL)
        if block:
            changed = changed[: block.start()] + _change(block[0], of_rule, date) + changed[block.end() :]
    lines = source.splitlines(keepends=True), changed.splitlines(keepends=True)
    return "".join(unified_diff(*lines, f"a/{path}", f"b/{path}"))


def _change(rule: str, differences: Iterable[Difference], date: str) -> str:
    comments = []
    for difference in dict.fromkeys(differences):
        changed = _replace(rule, difference)
        if changed == rule:
            comments.append(f"# verify, {date}: {' '.join(str(difference).split())}\n")
        rule = changed
    rule = _DATE.sub(f'    "{date}",', _GRADE.sub('    "observed",', rule, count=1), count=1)
    return "".join(comments) + rule


def _replace(rule: str, difference: Difference) -> str:
    """Return a rule with what the vendor said in place of what the emulator says, where that is in it."""
    if difference.kind == "status":
        # After the date comes the answer.
        head, date, answer = rule.rpartition(match[0]) if (match := _DATE.search(rule)) else (rule, "", "")
        return head + date + re.sub(rf"\b{difference.emulator}\b", difference.vendor, answer, count=1)
    texts = [_text(quoted) for quoted in (difference.emulator, difference.vendor)]
    if difference.kind == "text" and all(texts):
        own, vendor = (json.dumps(text, ensure_ascii=False) for text in texts)
        return rule.replace(own, vendor)
    return rule


def _text(quoted: str) -> str:
    """Return the text that a difference quotes; empty if it is several, or cut."""
    try:
        text = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        return ""
    return text if isinstance(text, str) and not text.endswith("…") else ""
