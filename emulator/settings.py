"""The table of all options, with their names, descriptions and defaults.

An option's name is the same everywhere: the field `max_store_bytes` is the flag `--max-store-bytes`, the environment
variable `EMULATOR_MAX_STORE_BYTES` and the key `max_store_bytes` in a settings file. The values of rules are options
too, named after their rules.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self, TypeVar, Unpack, cast
from urllib.parse import urlsplit

from emulator.core.redaction import is_secret
from emulator.core.rules import Tunable
from emulator.core.sandbox import AuthMode, RuleValues
from emulator.core.suggestions import unknown_setting
from emulator.types import ServerSettings
from emulator.vendors import RULES

Value = bool | int | str
T = TypeVar("T", bound=bool | int | str)


class UnusableSnapshot(ValueError):
    """The snapshot file cannot be loaded; the one-line message says why."""


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name, default, description and valid values."""

    name: str
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 2**31 - 1)
    """The lowest and the highest value of a number."""
    rule: Tunable[Any] | None = None
    """The rule whose value it sets."""
    repeatable: bool = False
    """Whether its flag can be given several times; the value has all of them, separated by spaces."""
    expected: Callable[[str], str | None] | None = None
    """Returns what a text should have been, as a predicate; None if it is valid."""

    @property
    def summary(self) -> str:
        """The first sentence of the description."""
        return re.split(r"(?<=\.) ", self.help)[0]

    def check(self, value: object) -> Value:
        """Return the value if it is valid. Raises ValueError with a sentence."""
        # What was meant to be a secret is one, even if it cannot be used.
        secret = isinstance(value, str) and is_secret(self.name) and not self.choices
        shown = "what was given" if secret else repr(value)
        if type(value) is not type(self.default):
            raise ValueError(f"{self.name} takes {_KINDS[type(self.default)]}, not {shown}")
        if self.choices and value not in self.choices:
            raise ValueError(f"{self.name} is one of {', '.join(self.choices)}, not {shown}")
        lowest, highest = self.bounds
        if isinstance(value, int) and not lowest <= value <= highest:
            raise ValueError(f"{self.name} is at least {lowest} and at most {highest}, not {value}")
        if self.rule and self.rule.pattern and not re.fullmatch(self.rule.pattern, str(value)):
            raise ValueError(f"{self.name} has the form {self.rule.value}, not {value!r}")
        if isinstance(value, str) and not value.isprintable():
            raise ValueError(f"{self.name} takes printable text, not {shown}")
        if self.expected and isinstance(value, str) and value != self.default and (expected := self.expected(value)):
            raise ValueError(f"{self.name} {expected}, not {shown}")
        return value

    def check_repeated(self, values: Iterable[str]) -> Value:
        """Return the values of a flag that was given several times as one. Raises ValueError with a sentence."""
        values = tuple(values)
        if not all(value.strip() for value in values):
            raise ValueError(f"{self.name} is blank; give it a value, or leave it out")
        return self.check(" ".join(values))


_KINDS = {bool: "true or false", int: "a whole number", str: "text"}


def _option(
    default: Value,
    text: str,
    *choices: str,
    lowest: int = 0,
    highest: int = 2**31 - 1,
    repeatable: bool = False,
    expected: Callable[[str], str | None] | None = None,
) -> Any:
    metadata = {
        "help": text,
        "choices": choices,
        "bounds": (lowest, highest),
        "repeatable": repeatable,
        "expected": expected,
    }
    return field(default=default, metadata=metadata)


def _expected_host(value: str) -> str | None:
    # The empty name stands for all addresses, which nobody should get by an unset variable.
    if value.strip() and not re.search(r"[\s/@]", value):
        return None
    return "is an address or a host name, such as 127.0.0.1 (0.0.0.0 for all addresses)"


def _expected_hosts(value: str) -> str | None:
    hosts = value.replace("[", "").replace("]", "").split()
    valid = all(re.fullmatch(r"[^/@*?#,:]+|[0-9A-Fa-f:.]*::?[0-9A-Fa-f:.]*", host) for host in hosts)
    return None if valid else "takes host names without scheme, port or wildcard, separated by spaces"


def _expected_token(value: str) -> str | None:
    return None if not value or re.fullmatch("[!-~]{8,}", value) else "takes at least 8 ASCII characters without blanks"


def _expected_tunnels(value: str) -> str | None:
    hosts = value.replace(",", " ").split()
    matches = [re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?(?::([0-9]{1,5}))?", host) for host in hosts]
    valid = bool(hosts) and all(match and (match[1] is None or 0 < int(match[1]) < 2**16) for match in matches)
    return None if valid else "takes hosts, with a port where it is not 443, such as api.example.com:8443"


def _expected_url(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    is_base = valid and not (parts.query or parts.fragment)
    return (
        None
        if is_base or not value
        else "is an http or https URL without a query, such as https://emulator.example.com"
    )


class _RuleValueCache(dict[Tunable[Any], Any]):
    """The values of rules, cached because every request looks up a dozen."""

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

    host: str = _option("127.0.0.1", "Address to listen on.", expected=_expected_host)
    port: int = _option(4600, "Port to listen on; 0: any free one.", highest=65535)
    http: Literal["httptools", "h11"] = _option(
        "httptools",
        "HTTP parser: lenient like the vendors' gateways (httptools), or strict (h11).",
        "httptools",
        "h11",
    )
    tls: bool = _option(
        default=False,
        text="Serve HTTPS. The certificate is one of `attachment-emulator ca`.",
    )
    auth: AuthMode = _option(
        "any",
        "Which credentials are accepted: any well-formed ones (any), only issued ones (strict), or none needed (off).",
        "any",
        "strict",
        "off",
    )
    max_store_bytes: int = _option(
        1024**3,
        "Capacity of the file store in bytes; an upload that exceeds it is answered with 507.",
        highest=2**63 - 1,
    )
    max_sandboxes: int = _option(1000, "Maximum number of sandboxes.", lowest=1)
    max_exchanges: int = _option(
        1000, "Maximum number of exchanges in the journal of a sandbox; the oldest are dropped."
    )
    max_retry_after: int = _option(
        1,
        "Maximum Retry-After in seconds. SDKs sleep that long, which would hang a test; raise it to get the vendors' "
        "own values, up to a day.",
    )
    external_url: str = _option(
        "", "The server's URL as clients see it, if it is not the Host that they send.", expected=_expected_url
    )
    trusted_hosts: str = _option(
        "",
        "Domains at which the control API answers beside local ones, separated by spaces.",
        expected=_expected_hosts,
    )
    control_token: str = _option(
        "",
        "Token of the control API. The console asks for it too; the vendors' APIs do not.",
        expected=_expected_token,
    )
    log: Literal["requests", "refusals", "json", "off"] = _option(
        "requests",
        "What is written to stderr: a line for every request, for refused ones only, as JSON, or nothing.",
        "requests",
        "refusals",
        "json",
        "off",
    )
    passthrough: str = _option(
        "",
        "Real hosts to tunnel to. Each is a host or host:port; separated by spaces or commas, or, on the command line, "
        "given several times. A vendor's own host is emulated no more if it is named.",
        repeatable=True,
        expected=_expected_tunnels,
    )
    webhook_hosts: str = _option(
        "",
        "Hosts, beside loopback, that webhooks may be sent to, separated by spaces.",
        expected=_expected_hosts,
    )
    webhook: str = _option(
        "",
        "Endpoints that the sandbox `default` begins with, as vendor=URL. On the command line it can be given several "
        "times; elsewhere they are separated by spaces.",
        repeatable=True,
    )
    seed: str = _option("0", "Seed of the generated ids: the same seed gives the same ids.")
    snapshot: str = _option(
        "",
        "A file written by `attachment-emulator snapshot save`. If it exists, the sandbox `default` starts from it.",
    )
    hide_emulator_headers: bool = _option(
        default=False, text="Do not send the headers that no vendor sends: Emulator-Rule and Emulator-Fault."
    )
    rule_values: Mapping[str, Any] = field(default_factory=dict)
    """Rule values that differ from the default, by the name of the setting."""
    value: RuleValues = field(init=False, repr=False, compare=False)
    """Returns the value in force for a rule."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _RuleValueCache(self.rule_values).__getitem__)

    @classmethod
    def of(cls, **values: Unpack[ServerSettings]) -> Self:
        """Return settings with these values, and defaults for the others.

        Raises TypeError for an unknown name, ValueError for a value that the setting does not take.
        """
        return cls().replace(**values)

    def replace(self, **values: object) -> Self:
        """Return a copy with these values changed. Raises what `of` raises."""
        settings: dict[str, Any] = {}
        rule_values = dict(self.rule_values)
        for name, value in values.items():
            option = OPTIONS.get(name)
            if option is None:
                raise TypeError(unknown_setting(name, OPTIONS))
            (rule_values if option.rule else settings)[name] = option.check(value)
        return replace(self, **settings, rule_values=rule_values)


def _options() -> Iterator[Option]:
    for setting in fields(Settings):
        if setting.metadata:
            yield Option(setting.name, cast("Value", setting.default), **setting.metadata)
    for rule in RULES:
        if isinstance(rule, Tunable):
            yield Option(rule.setting, rule.value, rule.sentence, bounds=(rule.lowest, rule.highest), rule=rule)


# The settings of the whole server, which a sandbox cannot change.
SERVER_SETTINGS = frozenset(
    {
        "host",
        "port",
        "http",
        "log",
        "tls",
        "max_store_bytes",
        "max_sandboxes",
        "max_exchanges",
        "external_url",
        "seed",
        "snapshot",
        "trusted_hosts",
        "control_token",
        "passthrough",
        "webhook",
        "webhook_hosts",
    }
)
OPTIONS = {option.name: option for option in _options()}
