"""Every option, once: what it is called, what it means, and what it is when nobody says otherwise.

An option's name is the same everywhere: the field `max_store_bytes` is the flag `--max-store-bytes`, the environment
variable `EMULATOR_MAX_STORE_BYTES` and the key `max_store_bytes` in a settings file. The values of rules are options
too, under the names of their rules.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self, TypeVar, Unpack, cast

from emulator.core.rules import Tunable
from emulator.core.sandbox import AuthMode, RuleValues
from emulator.core.suggestions import unknown_setting
from emulator.types import ServerSettings
from emulator.vendors import RULES

Value = bool | int | str
T = TypeVar("T", bound=bool | int | str)


class UnusableSnapshot(ValueError):
    """A file that a server cannot begin with; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Option:
    """How one setting is offered to people."""

    name: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 2**31 - 1)
    """The lowest and the highest, of a number."""
    rule: Tunable[Any] | None = None
    """The rule whose value this is."""

    def check(self, value: object) -> Value:
        """The value, if it is one that the option takes. Raises ValueError, with a sentence."""
        if type(value) is not type(self.default):
            raise ValueError(f"{self.name} takes {_KINDS[type(self.default)]}, not {value!r}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} is one of {', '.join(self.choices)}, not {value!r}")
        lowest, highest = self.bounds
        if isinstance(value, int) and not lowest <= value <= highest:
            raise ValueError(f"{self.name} goes from {lowest} to {highest}, which leaves out {value}")
        if self.rule and self.rule.pattern and not re.fullmatch(self.rule.pattern, str(value)):
            raise ValueError(f"{self.name} looks like {self.rule.value}, not like {value!r}")
        if isinstance(value, str) and not value.isprintable():
            raise ValueError(f"{self.name} takes printable text, not {value!r}")
        return value


_KINDS = {bool: "true or false", int: "a whole number", str: "text"}


def _option(default: Value, text: str, *choices: str, highest: int = 2**31 - 1) -> Any:
    return field(default=default, metadata={"help": text, "choices": choices, "bounds": (0, highest)})


class _InForce(dict[Tunable[Any], Any]):
    """The values of rules, each looked up in the settings once: every request asks for a dozen, by `Call.value`."""

    def __init__(self, rule_values: Mapping[str, Any]) -> None:
        super().__init__()
        self._rule_values = rule_values

    def __missing__(self, rule: Tunable[T]) -> T:
        value: T = self._rule_values.get(rule.setting, rule.value)
        self[rule] = value
        return value


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of one server. Build one with `Settings.of(max_store_bytes=..., xero_max_attachments=...)`."""

    host: str = _option("127.0.0.1", "Address to listen on.")
    port: int = _option(4600, "Port to listen on; 0 takes a free one.", highest=65535)
    http: Literal["httptools", "h11"] = _option(
        "httptools",
        "What parses requests: httptools, as forgiving as the vendors' gateways are, or h11, which is strict.",
        "httptools",
        "h11",
    )
    auth: AuthMode = _option(
        "any",
        "Which credentials are good: any that is well formed; strict, only those that were issued; off, none needed.",
        "any",
        "strict",
        "off",
    )
    max_store_bytes: int = _option(
        1024**3, "How many bytes the file store holds; an upload beyond that gets 507.", highest=2**63 - 1
    )
    max_sandboxes: int = _option(1000, "How many sandboxes there can be at a time.")
    max_exchanges: int = _option(1000, "How many exchanges a sandbox's journal remembers.")
    max_retry_after: int = _option(
        1,
        "The longest Retry-After (seconds) that clients are told. SDKs sleep on it, and would hang a test: raise it to "
        "get the vendors' own numbers, up to a day.",
    )
    external_url: str = _option("", "The URL that clients reach the server by, if it is not the one they name in Host.")
    trusted_hosts: str = _option(
        "", "Domains, apart by blanks, by which the control API may be called besides local names and addresses."
    )
    seed: str = _option("0", "What ids are derived from: the same seed gives the same ids.")
    snapshot: str = _option(
        "",
        "A file that `attachment-emulator snapshot save` wrote: if it is there, the sandbox `default` begins as in it.",
    )
    hide_emulator_headers: bool = _option(
        default=False, text="Leave out the headers that no vendor sends (Emulator-Rule, Emulator-Fault)."
    )
    rule_values: Mapping[str, Any] = field(default_factory=dict)
    """Values that differ from their rules', by the names of their settings."""
    value: RuleValues = field(init=False, repr=False, compare=False)
    """Gives the value in force for a rule."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _InForce(self.rule_values).__getitem__)

    @classmethod
    def of(cls, **values: Unpack[ServerSettings]) -> Self:
        """Return settings with these values, and defaults for the others.

        Raises TypeError for an unknown name, ValueError for a value that the setting does not take.
        """
        return cls().replace(**values)

    def replace(self, **values: object) -> Self:
        """Return the same settings but for these values. Raises as `of` does."""
        own: dict[str, Any] = {}
        of_rules = dict(self.rule_values)
        for name, value in values.items():
            option = OPTIONS.get(name)
            if option is None:
                raise TypeError(unknown_setting(name, OPTIONS))
            (of_rules if option.rule else own)[name] = option.check(value)
        return replace(self, **own, rule_values=of_rules)


def _options() -> Iterator[Option]:
    for each in fields(Settings):
        if each.metadata:
            yield Option(each.name, cast("Value", each.default), **each.metadata)
    for rule in RULES:
        if isinstance(rule, Tunable):
            yield Option(rule.setting, rule.value, rule.sentence, bounds=(rule.lowest, rule.highest), rule=rule)


# What belongs to the server as a whole, and no sandbox can have for itself.
SERVER_SETTINGS = frozenset(
    {
        "host",
        "port",
        "http",
        "max_store_bytes",
        "max_sandboxes",
        "max_exchanges",
        "external_url",
        "seed",
        "snapshot",
        "trusted_hosts",
    }
)
OPTIONS = {option.name: option for option in _options()}
