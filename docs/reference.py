"""Writes the pages below `reference/` from what they describe, the guide for coding agents, which the package
has, and `llms.txt`, the list of all pages for language models.

python docs/reference.py           writes the pages
python docs/reference.py --check   fails if a page is not what this would write
"""

import ast
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import click
import yaml

from attachment_emulator import pytest_plugin
from emulator.cli import main as command
from emulator.control import BASE
from emulator.control.openapi import openapi_document
from emulator.control.operation import Operation
from emulator.control.routes import OPERATIONS
from emulator.core.faults.fault import KINDS, NAMES, SENTENCES
from emulator.core.faults.matching import HEADER
from emulator.core.json_reader import JsonObject
from emulator.settings import OPTIONS, SERVER_SETTINGS, Option
from emulator.vendors import VENDORS

ROOT = Path(__file__).parents[1]
HERE = ROOT / "docs" / "reference"
PACKAGE = ROOT / "emulator"
Lines = Iterable[str]
CLICK_KEEPS = "\b\n"
QUOTES = "'\""
_WRITTEN = "<!-- Written by `python docs/reference.py`. -->"


# --- The command ------------------------------------------------------------------------------------------------------


def command_page() -> Lines:
    yield from _head("The command", "`python -m emulator` is the same as `attachment-emulator`.")
    yield from _command(command, "attachment-emulator")


def _command(of: click.Command, name: str) -> Lines:
    context = click.Context(of, info_name=name, terminal_width=80)
    yield from (f"## `{name}`", "", "```", of.get_usage(context), "```", "", _flowing(of.help or ""), "")
    records = [
        record
        for param in of.params
        if isinstance(param, click.Option) and param.name not in OPTIONS and (record := param.get_help_record(context))
    ]
    yield from _table(("option", ""), [(f"`{flag}`", text) for flag, text in records])
    if any(param.name in OPTIONS for param in of.params):
        yield from ("Every [setting](settings.md) is also an option of this command.", "")
    if isinstance(of, click.Group):
        for item in sorted(of.list_commands(context)):
            if sub := of.get_command(context, item):
                yield from _command(sub, f"{name} {item}")


# --- Settings ---------------------------------------------------------------------------------------------------------


def settings_page() -> Lines:
    yield from _head(
        "Settings",
        "A setting has the same name in four places. `max_store_bytes` is the flag `--max-store-bytes`, the "
        "environment variable `EMULATOR_MAX_STORE_BYTES`, the key `max_store_bytes` in a settings file (`--config`, "
        "TOML) and the argument `max_store_bytes=` in Python. A flag overrides the environment, which overrides the "
        "file.",
        "Settings that apply to a sandbox can be changed for one sandbox: with the marker "
        '`@pytest.mark.emulator(auth="strict")`, with `emulator.configure(auth="strict")`, or through '
        "[the control API](control-api.md#settings). A switch also has a flag that turns it off, such as "
        "`--no-hide-emulator-headers`.",
        "A settings file, for `attachment-emulator serve --config emulator.toml`:",
    )
    yield from ("```toml", *_settings_file(), "```", "", "## General settings", "")
    for option in OPTIONS.values():
        if not option.rule:
            yield from _in_filter(_own_setting(option))
    for vendor in VENDORS.values():
        options = [option for option in OPTIONS.values() if option.rule and option.rule in vendor.rules]
        example = next(option for option in options if type(option.default) is int)
        yield from (f"## {vendor.title}", "", "The values of its rules. All of them can be set per sandbox.", "")
        yield from (f"For example {_usages(example, example.default * 2)}.", "", '<div class="rows" markdown="1">', "")
        yield from _table(("setting", "default", "rule"), [_rule_setting(option) for option in options])
        yield from ("</div>", "")


# Values for examples where half of the default, or the other choice, would not do.
_EXAMPLES: Mapping[str, object] = {
    "host": "0.0.0.0",
    "port": 0,
    "external_url": "https://emulator.test",
    "max_retry_after": 60,
    "passthrough": "registry.example",
    "seed": "42",
    "snapshot": "default.zip",
    "trusted_hosts": "emulator.test",
    "webhook": "codat=http://127.0.0.1:3000/hooks",
    "webhook_hosts": "receiver",
}


def _example_of(option: Option) -> object:
    """A value that is not the default; None for a text that `_EXAMPLES` does not have."""
    if isinstance(option.default, bool):
        return not option.default
    if option.choices:
        return next(choice for choice in reversed(option.choices) if choice != option.default)
    half = option.default // 2 if isinstance(option.default, int) else None
    return _EXAMPLES.get(option.name, half)


def _usages(option: Option, value: object) -> str:
    """How a setting is given this value: on the command line and, where a sandbox can have it, in a test."""
    option.check(value)
    flag = f"--{option.name.replace('_', '-')}"
    given = (flag if value else f"--no-{flag[2:]}") if isinstance(value, bool) else f"{flag} {value}"
    usages = [f"`attachment-emulator serve {given}`"]
    if option.name not in SERVER_SETTINGS:
        literal = f'"{value}"' if isinstance(value, str) else value
        usages.append(f"`@pytest.mark.emulator({option.name}={literal})`")
    return ", ".join(usages)


def _settings_file() -> Lines:
    for name, value in {
        "port": 4700,
        "auth": "strict",
        "max_store_bytes": 100_000_000,
        "xero_rate_limits": True,
    }.items():
        OPTIONS[name].check(value)
        yield f"{name} = {json.dumps(value)}"


def _own_setting(option: Option) -> Lines:
    yield from (f"### `{option.name}`", "", option.help, "")
    flag = f"--{option.name.replace('_', '-')}"
    names = [f"`{flag}`", f"`EMULATOR_{option.name.upper()}`"]
    if isinstance(option.default, bool):
        names.insert(1, f"`--no-{flag[2:]}`")
    scope = "the whole server" if option.name in SERVER_SETTINGS else "the server, or one sandbox"
    yield f"- Names: {', '.join(names)}"
    yield f"- Value: {_takes(option)}"
    yield f"- Default: {_value(option.default)}"
    yield f"- Applies to: {scope}"
    if (example := _example_of(option)) is not None:
        yield f"- Example: {_usages(option, example)}"
    yield ""


def _rule_setting(option: Option) -> tuple[str, ...]:
    rule = option.rule
    assert rule
    vendor = rule.id.partition(".")[0]
    flag = option.name.replace("_", "-")
    names = f"`{option.name}`<br>`--{flag}`" + (f"<br>`--no-{flag}`" if isinstance(option.default, bool) else "")
    where = f"[`{rule.id}`](../fidelity/{vendor}.md#{anchor(rule.id)})"
    return names, _value(option.default), f"{where}<br>{rule.sentence}"


def _takes(option: Option) -> str:
    if option.choices:
        return ", ".join(f"`{choice}`" for choice in option.choices)
    if isinstance(option.default, bool):
        return "on or off"
    if isinstance(option.default, int):
        lowest, highest = option.bounds
        return f"an integer from {lowest} to {highest}"
    return "text"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    # A long list may break after any of its parts.
    return "none" if value == "" else " ".join(f"`{part}`" for part in str(value).split())


# --- The control API --------------------------------------------------------------------------------------------------


def control_page() -> Lines:
    yield from _head(
        "The control API",
        "The emulator's own API: JSON in, JSON out. Errors are problem details (RFC 9457) with `title`, `status` and "
        "`detail`. `/_emulator/openapi.json` describes the API as OpenAPI 3.1. A sandbox is created when a request "
        "first names it; requests that name none use `default`.",
        "The API refuses requests from web pages unless they come from the same host or from loopback, and requests "
        "with a public domain in Host unless [`trusted_hosts`](settings.md#trusted_hosts) lists it.",
    )
    document = openapi_document(OPERATIONS, VENDORS)
    schemas = document["components"]["schemas"]
    tag = ""
    for operation in OPERATIONS:
        if operation.deprecated:
            continue
        if operation.tag != tag:
            tag = operation.tag
            yield from (f"## {tag}", "")
        described = document["paths"][BASE + operation.path][operation.method.lower()]
        yield from _in_filter(_operation(operation, described, schemas))
    old = [f"`{operation.method} {BASE}{operation.path}`" for operation in OPERATIONS if operation.deprecated]
    yield from ("## Deprecated", "", f"{' and '.join(old)} are the former names of the documents.", "")
    yield from ("## Response objects", "", "The names are those of the OpenAPI document.", "")
    for name in sorted(_answers(schemas)):
        yield from _in_filter(_object(name, schemas[name]))


def _object(name: str, schema: JsonObject) -> Lines:
    yield from (f"### `{name}` object", "")
    if sentence := schema.get("description"):
        yield from (_flowing(sentence), "")
    yield from _members(schema)


def _operation(operation: Operation, described: JsonObject, schemas: JsonObject) -> Lines:
    yield from (f"### `{operation.method} {BASE}{operation.path}`", "", operation.summary, "")
    if operation.description:
        yield from (_flowing(operation.description), "")
    if parameters := [parameter for parameter in described["parameters"] if parameter["in"] == "query"]:
        yield from ("Query parameters:", "")
        yield from _table(
            ("name", "type", ""),
            [
                _member(
                    parameter["name"], parameter["schema"], parameter["description"], required=parameter["required"]
                )
                for parameter in parameters
            ],
        )
    if operation.body:
        yield from ("Body:", "", *_members(schemas[operation.body.__name__]))
    if operation.upload:
        yield from (f"The body is `{operation.upload.media_type}`.", "")
    yield from _answer(operation)
    yield from _folded("Example", *_example(operation, described))


def _example(operation: Operation, described: JsonObject) -> Lines:
    """A request as a curl command, and its answer, as the OpenAPI document has them."""
    path = BASE + operation.path
    for parameter in described["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    command = f"curl --fail {'' if operation.method == 'GET' else f'-X {operation.method} '}http://127.0.0.1:4600{path}"
    for media_type, content in described.get("requestBody", {}).get("content", {}).items():
        body = f"-d '{json.dumps(content['example'])}'" if "json" in media_type else "--data-binary @sandbox.zip"
        command += f" \\\n  {body}"
    yield from ("```sh", command, "```")
    for status, answer in described["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            if status.startswith("2") and "json" in media_type and "example" in content:
                yield from ("", "```json", json.dumps(content["example"], indent=2, ensure_ascii=False), "```")


def _answer(operation: Operation) -> Lines:
    if operation.content:
        yield from (f"Answers `{operation.content.media_type}`: {operation.content.description}", "")
    elif operation.answer:
        name = operation.answer.__name__
        yield from (f"Answers {operation.status}, [{name}](#{name.lower()}-object).", "")
    else:
        yield from (f"Answers {operation.status}, without a body.", "")


def _answers(schemas: JsonObject) -> set[str]:
    """The names of all schemas that an answer consists of."""
    names = {operation.answer.__name__ for operation in OPERATIONS if operation.answer} | {"Problem"}
    while more := {name for known in names for name in _references(schemas[known])} - names:
        names |= more
    return names


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if reference := schema.get("$ref"):
            yield reference.rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _members(schema: JsonObject) -> Lines:
    required = schema.get("required", ())
    return _table(
        ("name", "type", ""),
        [
            _member(name, member, member.get("description", ""), required=name in required)
            for name, member in schema.get("properties", {}).items()
        ],
    )


def _member(name: str, schema: JsonObject, description: str, *, required: bool) -> tuple[str, str, str]:
    default = schema.get("default")
    note = "" if default is None else f"By default `{default}`."
    if not required:
        # Those that may be left out may also be null, which means the same.
        schema = {**schema, "anyOf": [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]}
    return f"`{name}`{'' if required else ' (optional)'}", _type(schema), f"{description} {note}".strip()


def _type(schema: JsonObject) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()}-object)"
    if schema.get("anyOf"):
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if words := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{word}`" for word in words)
    if schema["type"] == "array":
        return f"list of {_type(schema['items'])}" if "items" in schema else "list"
    if schema.get("format") == "date-time":
        return "timestamp"
    return str(schema["type"])


# --- Faults -----------------------------------------------------------------------------------------------------------


def faults_page() -> Lines:
    yield from _head(
        "Fault kinds",
        "Every fault that a test can inject. For examples see [Inject faults](../howto/faults.md).",
        'A fault is armed in one sandbox: in Python (`emulator.faults.lost_answer(vendor="xero")`), with the marker '
        '(`@pytest.mark.emulator(faults=[{"kind": "lost-answer"}])`), through '
        f"[the control API](control-api.md#faults), or by a header of the affected request: "
        f"`{'-'.join(word.capitalize() for word in HEADER.split('-'))}: status; status=503; times=2`.",
        "When a fault is triggered, the journal records its kind, and the response, if there is one, names it in the "
        "header `Emulator-Fault`.",
    )
    yield from ("## Kinds", "")
    for kind, takes in KINDS.items():
        yield from (f"### `{kind}`", "", SENTENCES[kind], "")
        method = kind.replace("-", "_")
        yield f"- In Python: `emulator.faults.{method}()`"
        yield from (f"- `{name}`: {_by_default(name, value)}" for name, value in takes.items())
        given = {name: _FAULT_EXAMPLES[name] for name in takes}
        arguments = ", ".join(f"{name}={json.dumps(value)}" for name, value in given.items())
        yield f"- Example: `emulator.faults.{method}({arguments})`"
        yield f"- Over HTTP: `{json.dumps({'kind': kind, **given})}`"
        yield ""
    yield from ("## Which requests, and how often", "")
    notes = _notes(_class_of("core/faults/fault.py", "Fault"))
    own = {name for takes in KINDS.values() for name in takes} | {"kind"}
    rows = [(f"`{name}`", notes.get(name, _PLAIN.get(name, ""))) for name in NAMES if name not in own]
    yield from _table(("field", ""), rows)
    yield from ("If several faults match a request, only the first that is due is triggered.", "")
    yield from ("## Parameters", "")
    own_rows = [(f"`{name}`", notes.get(name, _PLAIN.get(name, ""))) for name in NAMES if name in own - {"kind"}]
    yield from _table(("field", ""), own_rows)
    yield from ("## Statuses", "", "The values of `status` that each vendor is known to send:", "")
    yield from _table(
        ("vendor", "statuses"),
        [(vendor.title, ", ".join(map(str, sorted(vendor.fault_responses)))) for vendor in VENDORS.values()],
    )


# Fields whose names say it all in the code.
_PLAIN = {
    "vendor": f"One of {', '.join(f'`{vendor.name}`' for vendor in VENDORS.values())}. By default all.",
    "method": "The HTTP method.",
    "status": "The status of the response; see [the statuses of each vendor](#statuses).",
    "when": "`before`, `during` or `after` the upload.",
    "direction": "`up` (what the client sends) or `down` (what it gets).",
    "seconds": "Real seconds, whatever the sandbox's clock says; at most 60.",
    "bytes_per_second": "The transfer rate.",
}


_FAULT_EXAMPLES: Mapping[str, object] = {
    "status": 503,
    "retry_after": 1,
    "when": "during",
    "direction": "down",
    "after_bytes": 100,
    "seconds": 0.2,
    "bytes_per_second": 1000,
}


def _by_default(name: str, value: object) -> str:
    if value is not None:
        return f"by default `{value}`"
    return "by default half of the body" if name == "after_bytes" else "by default what the vendor sends"


# --- Python -----------------------------------------------------------------------------------------------------------

_CLASSES = (
    ("testing/server.py", "Emulator"),
    ("testing/sandbox.py", "Sandbox"),
    ("testing/vendors.py", "BaseVendor"),
    ("testing/vendors.py", "Xero"),
    ("testing/vendors.py", "Codat"),
    ("testing/vendors.py", "DualEntry"),
    ("testing/vendors.py", "VRPlatform"),
    ("testing/vendors.py", "Document"),
    ("testing/files.py", "Files"),
    ("testing/files.py", "FileFilters"),
    ("testing/files.py", "File"),
    ("testing/journal.py", "Journal"),
    ("testing/journal.py", "ExchangeFilters"),
    ("testing/exchange.py", "Exchange"),
    ("testing/faults.py", "Faults"),
    ("testing/faults.py", "FaultMatch"),
    ("testing/faults.py", "FaultFields"),
    ("testing/faults.py", "Fault"),
    ("testing/clock.py", "Clock"),
    ("testing/intercept.py", "Interception"),
    ("testing/intercept.py", "RequestBlocked"),
    ("testing/webhooks.py", "Webhooks"),
    ("testing/webhooks.py", "Receiver"),
    ("testing/receiver.py", "ReceivedWebhook"),
    ("testing/webhooks.py", "WebhookEndpoint"),
    ("testing/webhooks.py", "WebhookDelivery"),
    ("testing/webhooks.py", "WebhookAttempt"),
    ("testing/usage.py", "Usage"),
    ("testing/usage.py", "UsageCounts"),
    ("testing/usage.py", "VendorUsage"),
    ("testing/usage.py", "AccountUsage"),
    ("testing/usage.py", "LimitUsage"),
    ("testing/changes.py", "Changes"),
    ("testing/changes.py", "Change"),
    ("testing/control.py", "EmulatorError"),
)


def python_page() -> Lines:
    yield from _head(
        "pytest and Python",
        "Installing the package installs the pytest plugin; there is nothing to configure. Outside of pytest, use "
        "`from emulator import Emulator`, the class behind the fixtures. The other classes are in `emulator.testing`, "
        "the types of names in `emulator.types`. `attachment_emulator` and `attachment_emulator.testing` are the same "
        "under another name, for code that may stand beside a module `emulator`.",
        "A type checker rejects a setting, filter, vendor, rule, operation or document type that does not exist, and "
        "an editor completes them. At run time a typo raises an error that suggests the nearest name, before anything "
        "is sent: TypeError for the name of an argument, ValueError for a value.",
    )
    yield from ("## Fixtures", "")
    for function in _tree("../attachment_emulator/pytest_plugin.py").body:
        if isinstance(function, ast.FunctionDef) and _is_fixture(function) and not function.name.startswith("_"):
            scope = "one per run" if "session" in ast.unparse(function.decorator_list[0]) else "one per test"
            yield from (
                f"### `{function.name}`",
                "",
                f"Returns [`{_returned(function)}`](#{_returned(function).lower()}), {scope}.",
                "",
                _flowing(ast.get_docstring(function) or ""),
                "",
            )
    parser: Any = _RecordingParser()
    pytest_plugin.pytest_addoption(parser)
    pytest_plugin.pytest_configure(parser)
    yield from ("## Markers", "", *(line for name, text in parser.markers for line in (f"`{name}`: {text}", "")))
    yield from (
        "## pytest options",
        "",
        *_table(("option", ""), parser.options),
        "Keys in pytest's configuration:",
        "",
    )
    yield from _table(("key", ""), parser.keys)
    yield from ("## `create_app`", "")
    yield from _function(_function_of("app.py", "create_app"), "emulator.create_app")
    for file, name in _CLASSES:
        yield from _class(_class_of(file, name))
    yield from ("## Vendor", "", "A [`BaseVendor`](#basevendor). " + _notes(_tree("testing/vendors.py"))["Vendor"], "")


class _RecordingParser:
    """Stands for pytest, and notes what the plugin tells it."""

    def __init__(self) -> None:
        self.options: list[tuple[str, str]] = []
        self.keys: list[tuple[str, str]] = []
        self.markers: list[tuple[str, str]] = []

    def getgroup(self, _: str) -> "_RecordingParser":
        return self

    def addoption(self, name: str, *, metavar: str, help: str) -> None:  # noqa: A002 - pytest's own name for it
        self.options.append((f"`{name} {metavar}`", help))

    def addini(self, name: str, text: str) -> None:
        self.keys.append((f"`{name}`", text))

    def addinivalue_line(self, _: str, line: str) -> None:
        name, _, text = line.partition(": ")
        self.markers.append((name, text))

    def getoption(self, *_: object) -> str:
        return ""

    getini = getoption


def _class(of: ast.ClassDef) -> Lines:
    yield from (f"## {of.name}", "")
    bases = [ast.unparse(base) for base in of.bases]
    if bases and bases[0].startswith("BaseVendor["):
        yield from ("A [`BaseVendor`](#basevendor).", "")
    if bases and bases[0] == "FaultMatch":
        yield from ("The members of [`FaultMatch`](#faultmatch), and these.", "")
    yield from (_flowing(ast.get_docstring(of) or ""), "")
    methods = [item for item in of.body if isinstance(item, ast.FunctionDef)]
    constructor = next((method for method in methods if method.name == "__init__"), None)
    if constructor and all(arg.arg != "control" for arg in constructor.args.args):
        yield from _function(constructor, of.name)
    notes = _notes(of)
    rows = [
        (f"`{name}`", f"`{kind.strip(QUOTES)}`" if kind else "", notes.get(name, "")) for name, kind in _attributes(of)
    ]
    yield from _table(("attribute", "type", ""), rows)
    for method in methods:
        if not method.name.startswith("_"):
            yield from _function(method, method.name)


def _attributes(of: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for item in of.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            if not item.target.id.startswith("_"):
                yield item.target.id, ast.unparse(item.annotation)
        elif isinstance(item, ast.FunctionDef) and item.name == "__init__":
            yield from _assigned(item)


def _assigned(constructor: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    arguments = {arg.arg: ast.unparse(arg.annotation) for arg in constructor.args.args if arg.annotation}
    for item in constructor.body:
        target = (
            item.targets[0]
            if isinstance(item, ast.Assign)
            else item.target
            if isinstance(item, ast.AnnAssign)
            else None
        )
        if not isinstance(target, ast.Attribute) or target.attr.startswith("_"):
            continue
        if isinstance(item, ast.AnnAssign):
            yield target.attr, ast.unparse(item.annotation)
        elif isinstance(item, ast.Assign) and isinstance(item.value, ast.Call):
            called = ast.unparse(item.value.func)
            yield target.attr, called if called[0].isupper() else "str"
        elif isinstance(item, ast.Assign):
            yield target.attr, arguments.get(ast.unparse(item.value), "str")


def _function(of: ast.FunctionDef, name: str) -> Lines:
    arguments = ast.unparse(of.args).removeprefix("self, ").removeprefix("self")
    returned = f" -> {_returned(of)}" if of.returns and of.name != "__init__" else ""
    is_property = any(ast.unparse(item) == "property" for item in of.decorator_list)
    yield from ("```python", f"{name}{'' if is_property else f'({arguments})'}{returned}", "```", "")
    if docstring := ast.get_docstring(of):
        yield from (_flowing(docstring), "")


def _returned(of: ast.FunctionDef) -> str:
    text = ast.unparse(of.returns) if of.returns else ""
    return text.removeprefix("Iterator[").removesuffix("]").strip("'\"") if "Iterator" in text else text.strip("'\"")


def _notes(of: ast.ClassDef | ast.Module) -> Mapping[str, str]:
    """The texts that stand below attributes."""
    values: dict[str, str] = {}
    bodies = [
        of.body,
        *(item.body for item in of.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"),
    ]
    for body in bodies:
        for statement, after in pairwise(body):
            name = _name_of(statement)
            if name and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                values[name] = " ".join(str(after.value.value).split())
    return values


def _name_of(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign):
        target: ast.expr = statement.target
    elif isinstance(statement, ast.Assign):
        target = statement.targets[0]
    else:
        return ""
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


def _is_fixture(of: ast.FunctionDef) -> bool:
    return any(ast.unparse(item).startswith("pytest.fixture") for item in of.decorator_list)


def _tree(file: str) -> ast.Module:
    return ast.parse((PACKAGE / file).read_text("utf-8"))


def _class_of(file: str, name: str) -> ast.ClassDef:
    return next(item for item in _tree(file).body if isinstance(item, ast.ClassDef) and item.name == name)


def _function_of(file: str, name: str) -> ast.FunctionDef:
    return next(item for item in _tree(file).body if isinstance(item, ast.FunctionDef) and item.name == name)


# --- Common -----------------------------------------------------------------------------------------------------------


def anchor(text: str) -> str:
    """What the site makes of a heading of one word in code."""
    return "".join(item for item in text.lower() if item.isalnum() or item in "-_")


def _head(title: str, *paragraphs: str) -> Lines:
    yield from (f"# {title}", "", _WRITTEN, "")
    for paragraph in paragraphs:
        yield from (paragraph, "")


def _in_filter(lines: Lines) -> Lines:
    """Lines under a heading, which the page's filter shows or hides together."""
    yield from ('<div class="entry" markdown="1">', "", *lines, "</div>", "")


def _folded(summary: str, *lines: str) -> Lines:
    """Lines that the reader opens, on the site and on GitHub."""
    yield from ('<details markdown="1">', f"<summary>{summary}</summary>", "", *lines, "", "</details>", "")


def _flowing(text: str) -> str:
    """A docstring's paragraphs, a line each; but for those that begin as click wants it of what is to stay as it is."""
    return "\n\n".join(
        f"```\n{dedent(part.partition(CLICK_KEEPS)[2]).strip()}\n```" if CLICK_KEEPS in part else " ".join(part.split())
        for part in text.split("\n\n")
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Lines:
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *lines, ""] if lines else []


PAGES: Mapping[str, Callable[[], Lines]] = {
    "command": command_page,
    "settings": settings_page,
    "python": python_page,
    "faults": faults_page,
    "control-api": control_page,
}


# --- Not of the reference ---------------------------------------------------------------------------------------------


def llms_txt() -> Lines:
    """The pages of the site, in the order of its menu and in the format of llmstxt.org."""
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    yield from (f"# {config['site_name']}", "", f"> {config['site_description']}", "", "## Start")
    for entry in config["nav"]:
        ((title, target),) = entry.items()
        if isinstance(target, str):
            yield f"- [{title}]({_url(target)})"
            continue
        yield from ("", f"## {title}")
        for page in target:
            ((name, path),) = page.items() if isinstance(page, dict) else ((title, page),)
            yield f"- [{name}]({_url(path)})"


def _url(page: str) -> str:
    path = page.removesuffix(".md").removesuffix("index")
    return path if path.endswith("/") else f"{path}/" if path else "./"


def texts() -> Iterator[tuple[Path, str]]:
    """What each file should be."""
    for name, write in PAGES.items():
        yield HERE / f"{name}.md", "\n".join(write()).rstrip() + "\n"
    yield ROOT / "docs" / "agents.md", (PACKAGE / "console" / "agents.md").read_text("utf-8")
    yield ROOT / "docs" / "llms.txt", "\n".join(llms_txt()) + "\n"


def main() -> None:
    stale = []
    HERE.mkdir(exist_ok=True)
    for file, text in texts():
        if "--check" not in sys.argv:
            file.write_text(text, "utf-8")
        elif not file.is_file() or file.read_text("utf-8") != text:
            stale.append(str(file.relative_to(ROOT)))
    if stale:
        raise SystemExit(f"{', '.join(stale)} is not current: run `python docs/reference.py`")


if __name__ == "__main__":
    main()
