"""The report of a verification as a page: one HTML file without scripts, with what was sent and both answers."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Protocol

from emulator.verification.comparison import Difference, is_ignored, normalise_text
from emulator.verification.evidence import Message
from emulator.verification.report import MAX_EXAMPLES, Subject, grouped, result_of, skipped
from emulator.verification.runner import Check, Outcome

STYLE = Path(__file__).with_name("page.css")
MAX_DIFFERENCES = 100
"""The most differences of a rule that the page has."""


class RuleText(Protocol):
    """What the page has of a rule."""

    @property
    def sentence(self) -> str: ...

    @property
    def grade(self) -> str: ...

    @property
    def source(self) -> str: ...


def to_html(outcome: Outcome, subject: Subject, title: str, rules: Mapping[str, RuleText]) -> str:
    """Return the report as a page; `title` is the vendor's name, and `rules` are by id."""
    heading = f"The emulator and {title}"
    rule_ids = {rule: f"rule-{number}" for number, rule in enumerate(outcome.by_rule, 1)}
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{_text(heading)}</title>",
        f"<style>\n{STYLE.read_text('utf-8')}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_text(heading)}</h1>",
        *_summary(outcome, subject),
        *_contents(outcome, rule_ids),
    ]
    for rule, differences in outcome.by_rule.items():
        lines += _rule(rule, rule_ids[rule], rules.get(rule), differences)
    lines += _confirmed(outcome)
    lines += _not_compared(outcome)
    lines += [
        '<p class="soft">Credentials, names and amounts are redacted, and files are replaced by their digests. '
        "Lines that differ are marked.</p>",
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _summary(outcome: Outcome, subject: Subject) -> Iterator[str]:
    how = "with a recording" if subject.how == "recording" else "against the API"
    yield f'<p class="soft">Compared {how} on {_text(subject.date[:10])} at {_text(subject.date[11:16])} UTC</p>'
    agrees = outcome.exit_status == 0
    yield f'<p class="result {"agrees" if agrees else "differs"}">{_text(result_of(outcome, subject))}</p>'
    if outcome.stopped:
        yield f'<p class="differs">{_text(outcome.stopped)}</p>'
    for item in outcome.left_behind:
        yield f'<p class="differs">Left behind: <code>{_text(item)}</code></p>'


def _contents(outcome: Outcome, rule_ids: Mapping[str, str]) -> Iterator[str]:
    if len(rule_ids) > 1:
        yield '<nav aria-label="Rules that differ"><ul>'
        for rule, differences in outcome.by_rule.items():
            count = len(grouped(differences))
            yield f'<li><a href="#{rule_ids[rule]}">{_text(_name(rule))}</a> <span class="soft">{count}</span></li>'
        yield "</ul></nav>"


def _name(rule: str) -> str:
    return rule or "No rule"


def _rule(
    rule: str, anchor: str, text: RuleText | None, differences: Iterable[tuple[Check, Difference]]
) -> Iterator[str]:
    yield f'<section id="{anchor}">'
    grade = f' <span class="badge">{_text(text.grade)}</span>' if text else ""
    yield f"<h2>{_text(_name(rule))}{grade}</h2>"
    if text:
        yield f"<p>{_text(text.sentence)}</p>"
        yield f'<p class="soft">Source: {_text(text.source)}</p>'
    groups = grouped(differences)
    examples: dict[int, str] = {}
    for group in groups[:MAX_DIFFERENCES]:
        yield from _difference(group, anchor, examples)
    if len(groups) > MAX_DIFFERENCES:
        yield f"<p>and {len(groups) - MAX_DIFFERENCES} more differences</p>"
    yield "</section>"


def _difference(group: Sequence[tuple[Check, Difference]], section: str, examples: dict[int, str]) -> Iterator[str]:
    """Yield a difference; `examples` are the anchors of the requests that the section has already."""
    difference = group[0][1]
    where = f" <code>{_text(difference.where)}</code>" if difference.where else ""
    yield '<div class="difference">'
    yield f"<p><strong>{_text(difference.kind)}</strong>{where}</p>"
    detail = f"<dd>{_text(difference.detail)}</dd>" if difference.detail else ""
    yield '<div class="sides">'
    yield f'<dl class="says"><dt>The emulator says</dt><dd>{_text(difference.emulator)}</dd></dl>'
    yield f'<dl class="says vendor"><dt>The vendor said</dt><dd>{_text(difference.vendor)}</dd>{detail}</dl>'
    yield "</div>"
    for check, _ in group[:MAX_EXAMPLES]:
        if anchor := examples.get(id(check)):
            yield f'<p class="example"><a href="#{anchor}"><code>{_text(check.request)}</code></a></p>'
        else:
            examples[id(check)] = f"{section}-request-{len(examples) + 1}"
            yield from _example(check, examples[id(check)])
    if len(group) > MAX_EXAMPLES:
        yield f'<p class="soft">and {len(group) - MAX_EXAMPLES} more requests</p>'
    yield "</div>"


def _example(check: Check, anchor: str) -> Iterator[str]:
    if check.evidence is None:
        yield f'<p class="example" id="{anchor}"><code>{_text(check.request)}</code></p>'
        return
    evidence = check.evidence
    yield f'<details id="{anchor}"><summary><code>{_text(check.request)}</code></summary>'
    yield f'<div class="sent"><h3>Sent</h3><pre>{_message(evidence.sent)}</pre></div>'
    yield '<div class="sides">'
    for name, side, other in (
        ("The emulator's answer", evidence.emulator, evidence.vendor),
        ("The vendor's answer", evidence.vendor, evidence.emulator),
    ):
        yield f"<div><h3>{name}</h3><pre>{_message(side, other)}</pre></div>"
    yield "</div></details>"


def _message(message: Message, other: Message | None = None) -> str:
    """Return a message as HTML, with the lines marked that another does not have."""
    head = _text(message.head)
    if other is None:
        return "\n".join([head, *map(_text, message.headers), "", *map(_text, message.body)]).rstrip()
    comparable = {_without_numbers(header) for header in other.headers}
    lines = [_marked(message.head) if message.head != other.head else head]
    # Their order says nothing.
    for header in message.headers:
        is_same = is_ignored(header.partition(":")[0].lower()) or _without_numbers(header) in comparable
        lines.append(_text(header) if is_same else _marked(header))
    same = _same_lines(message.body, other.body)
    lines += ["", *(_text(line) if number in same else _marked(line) for number, line in enumerate(message.body))]
    return "\n".join(lines).rstrip()


def _same_lines(lines: Sequence[str], others: Sequence[str]) -> set[int]:
    """Return which lines another body has in the same order; ids, dates and hosts differ by nature."""
    own, other = ([normalise_text(line, {}).rstrip(",") for line in side] for side in (lines, others))
    blocks = SequenceMatcher(None, own, other, autojunk=False).get_matching_blocks()
    return {number for start, _, size in blocks for number in range(start, start + size)}


def _without_numbers(header: str) -> str:
    return re.sub(r"\d+", "0", normalise_text(header, {}))


def _marked(line: str) -> str:
    return f"<mark>{_text(line)}</mark>"


def _confirmed(outcome: Outcome) -> Iterator[str]:
    if outcome.proved:
        yield "<section><h2>Without a difference</h2>"
        yield f"<p>{', '.join(f'<code>{_text(rule)}</code>' for rule in outcome.proved)}</p></section>"


def _not_compared(outcome: Outcome) -> Iterator[str]:
    reasons = skipped(outcome)
    if reasons:
        yield "<section><h2>Not compared</h2><ul>"
        for reason, names in reasons.items():
            items = ", ".join(f"<code>{_text(name)}</code>" for name in names)
            yield f"<li>As {_text(reason)}: {items}</li>"
        yield "</ul></section>"
    if outcome.removed:
        yield "<section><h2>Removed or voided</h2><ul>"
        yield from (f"<li><code>{_text(name)}</code></li>" for name in outcome.removed)
        yield "</ul></section>"
    if outcome.notes:
        yield "<section><h2>Notes</h2><ul>"
        yield from (f"<li>{_text(note)}</li>" for note in outcome.notes)
        yield "</ul></section>"


def _text(text: str) -> str:
    """Return a text as HTML that looks like what it is: what cannot be printed is a question mark."""
    return escape("".join(char if char.isprintable() or char == "\t" else "?" for char in text))
