"""Rules: single sentences of vendor behaviour, each with its evidence; and refusals, which are rules at work.

A vendor's `rules.py` is a table of these. Limits and switches live there and nowhere else: the `value` of a rule is the
default of a setting that bears the rule's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar

Grade = Literal["documented", "observed", "inferred"]
T = TypeVar("T", bound=bool | int | str)


@dataclass(frozen=True, slots=True)
class Answer:
    """How the vendor phrases a refusal."""

    status: int
    kind: str
    """Which of the vendor's error forms it takes; the vendor's errors.py knows them."""
    message: str
    """The vendor's own words; `{name}` stands for a fact of the refusal, `{value}` for the rule's value."""
    headers: Mapping[str, str] = field(default_factory=dict)
    item: str = ""
    detail: str = ""
    """Where a vendor says beside the message which part of the request is meant, and what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One sentence of vendor behaviour."""

    id: str
    sentence: str
    grade: Grade
    source: str
    date: str
    """When the evidence is from: `2026`, `2020-05` or `2020-05-04`."""
    answer: Answer | None = None
    on_page: str = field(default="", kw_only=True)
    """What the vendor's page says literally, where real traffic shows something else."""


@dataclass(frozen=True, eq=False)
class Tunable(Rule, Generic[T]):
    """A rule with a number, a switch or a list in it, which a setting can change."""

    value: T = field(kw_only=True)
    """What it is by default."""
    lowest: int = field(default=0, kw_only=True)
    highest: int = field(default=2**31 - 1, kw_only=True)
    """The bounds of a number."""
    pattern: str = field(default="", kw_only=True)
    """What a text must be like, where it cannot be any."""

    @cached_property
    def setting(self) -> str:
        """`xero.max-attachments` is set by `xero_max_attachments`."""
        return self.id.replace(".", "_").replace("-", "_")


class Refusal(Exception):
    """A request that a rule refuses. The vendor's errors.py turns it into the vendor's bytes.

    A vendor may list several faults in one answer: then the first rule gives the answer its form.
    """

    def __init__(self, rule: Rule, /, *also: Rule, **facts: object) -> None:
        if rule.answer is None:
            raise TypeError(f"rule {rule.id} refuses nothing: it has no answer")
        super().__init__(rule.id)
        self.rules = tuple(dict.fromkeys((rule, *also)))
        self.answer = rule.answer
        self.facts = facts

    @property
    def message(self) -> str:
        """The vendor's words with this refusal's facts in them."""
        return self.answer.message.format_map(self.facts)

    @property
    def headers(self) -> Mapping[str, str]:
        """Those of the answer, without any that come out empty."""
        headers = {name: value.format_map(self.facts) for name, value in self.answer.headers.items()}
        return {name: value for name, value in headers.items() if value}

    @property
    def item(self) -> str:
        return self.answer.item.format_map(self.facts)

    @property
    def detail(self) -> str:
        return self.answer.detail.format_map(self.facts)
