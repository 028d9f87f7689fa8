"""Rules, single sentences of vendor behaviour with their evidence, and the refusals that they cause.

A vendor's `rules.py` is a table of rules. Limits and switches are defined only there: the `value` of a rule is the
default of the setting with the rule's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar

Grade = Literal["documented", "observed", "inferred"]
T = TypeVar("T", bound=bool | int | str)


@dataclass(frozen=True, slots=True)
class Answer:
    """The vendor's answer to a request that a rule refuses."""

    status: int
    kind: str
    """Which of the vendor's error formats it has; the vendor's `errors.py` defines them."""
    message: str
    """The vendor's message; `{name}` is replaced by a fact of the refusal, `{value}` by the rule's value."""
    headers: Mapping[str, str] = field(default_factory=dict)
    item: str = ""
    detail: str = ""
    """With `item`, for vendors that name the rejected part of a request, and the reason, beside the message."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One sentence of vendor behaviour."""

    id: str
    sentence: str
    grade: Grade
    source: str
    date: str
    """The date of the evidence: `2026`, `2020-05` or `2020-05-04`."""
    answer: Answer | None = None
    on_page: str = field(default="", kw_only=True)
    """What the vendor's documentation says, where real traffic shows something else."""

    def mentions(self, text: str) -> bool:
        """Return whether every word of a text is in the rule, in any letter case."""
        message = self.answer.message if self.answer else ""
        value = str(self.value) if isinstance(self, Tunable) else ""
        content = " ".join((self.id, self.sentence, self.source, self.on_page, message, value)).casefold()
        return all(word in content for word in text.casefold().split())


@dataclass(frozen=True, eq=False)
class Tunable(Rule, Generic[T]):
    """A rule with a value (number, switch or text) that a setting can change."""

    value: T = field(kw_only=True)
    """The default."""
    lowest: int = field(default=0, kw_only=True)
    highest: int = field(default=2**31 - 1, kw_only=True)
    """With `lowest`, the bounds of a number."""
    pattern: str = field(default="", kw_only=True)
    """A regular expression that a text must match; empty for any text."""

    @cached_property
    def setting(self) -> str:
        """`xero.max-attachments` is set by `xero_max_attachments`."""
        return self.id.replace(".", "_").replace("-", "_")


class Refusal(Exception):
    """A request that a rule refuses. The vendor's `errors.py` renders it.

    A refusal may name several rules; the first one gives the answer.
    """

    def __init__(self, rule: Rule, /, *also: Rule, **facts: object) -> None:
        if rule.answer is None:
            raise TypeError(f"rule {rule.id} has no answer, so it cannot refuse a request")
        super().__init__(rule.id)
        self.rules = tuple(dict.fromkeys((rule, *also)))
        self.answer = rule.answer
        self.facts = facts

    @property
    def message(self) -> str:
        """The vendor's message with the facts filled in."""
        return self.answer.message.format_map(self.facts)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers with the facts filled in, without empty ones."""
        headers = {name: value.format_map(self.facts) for name, value in self.answer.headers.items()}
        return {name: value for name, value in headers.items() if value}

    @property
    def item(self) -> str:
        return self.answer.item.format_map(self.facts)

    @property
    def detail(self) -> str:
        return self.answer.detail.format_map(self.facts)
