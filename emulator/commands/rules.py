"""The command that explains the rules of the vendors' behaviour: `attachment-emulator rules`."""

import sys
import textwrap
from collections.abc import Iterator

import click

from emulator.core.rules import Rule, Tunable
from emulator.core.suggestions import nearest
from emulator.vendors import RULES, VENDOR_NAMES
from emulator.verification.results import verified_rules

WIDTH = 80


@click.command()
@click.argument("what", metavar="[VENDOR | RULE]", required=False)
@click.option("--search", metavar="TEXT", help="Only rules that mention every word of this text.")
def rules(what: str | None, search: str | None) -> None:
    """Print the vendors' rules with their evidence.

    \b
    attachment-emulator rules                  all of them
    attachment-emulator rules xero             those of one vendor
    attachment-emulator rules xero.file-type   one rule, with what the vendor answers
    attachment-emulator rules --search jpeg    those that mention a word
    """
    one = what is not None and what not in VENDOR_NAMES
    selected = _with_name(what) if what and one else [rule for rule in RULES if what in (None, _vendor(rule))]
    selected = [rule for rule in selected if rule.mentions(search or "")]
    if not selected:
        click.echo(f"attachment-emulator: no rule {f'of {what} ' if what else ''}mentions {search!r}", err=True)
        sys.exit(1)
    if one:
        click.echo("\n\n".join("\n".join(_whole(rule)) for rule in selected))
        return
    click.echo(_row("RULE", "GRADE", "DATE", "WHAT THE VENDOR DOES"))
    for rule in selected:
        click.echo("\n".join(_rows(rule)))


def _with_name(name: str) -> list[Rule]:
    """Return the rules with this id, setting, or id without the vendor. Raises UsageError where there is none."""
    wanted = name.lower().removeprefix("--")
    matches = [rule for rule in RULES if wanted in (rule.id, rule.id.replace(".", "_").replace("-", "_"))]
    matches = matches or [rule for rule in RULES if wanted == rule.id.partition(".")[2]]
    if not matches:
        near = nearest(wanted, (*VENDOR_NAMES, *(rule.id for rule in RULES)))
        hint = f"did you mean {near}?" if near else "`attachment-emulator rules` lists them, --search finds words."
        raise click.UsageError(f"there is no vendor or rule {name!r}; {hint}")
    return matches


def _vendor(rule: Rule) -> str:
    return rule.id.partition(".")[0]


def _rows(rule: Rule) -> Iterator[str]:
    """Yield the rule as lines of a table."""
    sentence, *details = textwrap.wrap(rule.sentence, WIDTH)
    if isinstance(rule, Tunable):
        details += _wrapped(f"Setting: {rule.setting} = {rule.value}")
    if rule.id in verified_rules():
        details += _wrapped(f"Verified: {verified_rules()[rule.id]}")
    if rule.on_page:
        details += _wrapped(f"The page says: {rule.on_page}")
    details += _wrapped(f"Source: {rule.source}")
    yield _row(rule.id, rule.grade, rule.date, sentence)
    yield from (_row("", "", "", line) for line in details)


def _whole(rule: Rule) -> Iterator[str]:
    """Yield everything that is known of the rule."""
    yield rule.id
    parts = {"": rule.sentence, "Grade": f"{rule.grade} ({rule.date})", "Source": rule.source}
    parts["Verified"] = str(verified_rules().get(rule.id, "not yet"))
    if rule.on_page:
        parts["The page says"] = rule.on_page
    if rule.answer:
        answer = rule.answer
        parts["Answer"] = " ".join(filter(None, (str(answer.status), answer.message, answer.item, answer.detail)))
        if answer.headers:
            parts["Headers"] = ", ".join(f"{name}: {value}" for name, value in answer.headers.items())
    if isinstance(rule, Tunable):
        flag = rule.setting.replace("_", "-")
        parts["Setting"] = f"{rule.setting} (serve --{flag}, EMULATOR_{rule.setting.upper()})"
        parts["Default"] = str(rule.value).lower() if isinstance(rule.value, bool) else str(rule.value)
    for name, text in parts.items():
        yield from (f"  {line}" for line in _wrapped(f"{name}: {text}" if name else text))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def _row(*cells: str) -> str:
    return "{:32} {:10} {:10} {}".format(*cells).rstrip()
