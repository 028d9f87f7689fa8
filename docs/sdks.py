"""Reads vendors' SDKs without importing them: their operations, and their models with members and types.

It knows what xero-python and xero-node have, and what Speakeasy and OpenAPI Generator make of Codat's contracts.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

Operation = tuple[str, str]
"""The method, and the path with `{}` for each parameter."""
Models = dict[str, dict[str, str]]
"""The type of each member, by its name on the wire, of each model."""

_METHOD = r"""["'](?P<method>[A-Z]+)["']"""
_CALLS = (
    re.compile(r'get_resource_url\(\s*"(?P<path>[^"]+)"\s*\).{0,200}?call_api\(\s*url,\s*' + _METHOD, re.DOTALL),
    re.compile(rf"""method={_METHOD},\s*(?:resource_)?path=["'](?P<path>/[^"']*)["']"""),
    re.compile(r"localVarPath = this\.basePath \+ '(?P<path>[^']*)'.{0,4000}?method: " + _METHOD, re.DOTALL),
)
# What an operation answers, after its call or before it.
_ANSWER_AFTER = re.compile(
    r'response_type="([^"]+)"|deserialize\(response\.data, "([^"]+)"\)'
    r'|match_response\(http_res, "20\d", "application/json"\):\s*return utils\.unmarshal_json\(\s*http_res\.text, '
    r"(.+?)\s*\)\n"
)
_ANSWER_BEFORE = re.compile(r"""_response_types_map.*?=\s*\{\s*'20\d': ["']([^"']+)["']""")
_NAME = re.compile(r"[A-Z]\w+")
_TYPES = {
    "text": "str string date datetime date[ms-format] datetime[ms-format] Date bytes file Buffer StrictStr UUID",
    "integer": "int StrictInt integer",
    "number": "float Decimal number StrictFloat",
    "boolean": "bool boolean StrictBool",
    "any": "Any any object dict Object",
}
_SCALARS = {name: kind for kind, names in _TYPES.items() for name in names.split()}
_WRAPPERS = {"Optional", "OptionalNullable", "Nullable", "NotRequired", "Annotated", "Required", "ClassVar"}


@dataclass(slots=True)
class Sdk:
    """What an SDK knows of its vendor's API."""

    name: str
    version: str
    operations: dict[Operation, str] = field(default_factory=dict)
    """The type of each operation's answer; empty if it is not JSON."""
    models: Models = field(default_factory=dict)
    enums: set[str] = field(default_factory=set)
    mentioned: dict[Operation, set[str]] = field(default_factory=dict)
    """The names that an operation's code mentions."""

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def reachable(self, operations: Iterable[Operation]) -> set[str]:
        """Return the models that these operations send and answer, with the models of their members."""
        waiting = [name for one in operations for name in self.mentioned.get(one, ()) if name in self.models]
        reached: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                members = self.models[name].values()
                waiting += [other for kind in members for other in _NAME.findall(kind) if other in self.models]
        return reached


def read_python(package: Distribution, base: str, modules: re.Pattern[str]) -> Sdk:
    """Read a Python SDK; `base` is what its paths are below, and `modules` are those of the API in question."""
    sdk = Sdk(package.name.replace("_", "-").lower(), package.version)
    for file in package.files or ():
        if modules.fullmatch(str(file)):
            text = file.read_text("utf-8")
            _read_operations(sdk, text, base)
            if "models" in Path(str(file)).parts:
                _read_classes(sdk, text)
    return _resolved(sdk)


def read_node(folder: Path, base: str) -> Sdk:
    """Read xero-node, as npm unpacks it."""
    about = json.loads((folder / "package.json").read_text("utf-8"))
    sdk = Sdk(about["name"], about["version"])
    generated = folder / "dist/gen"
    _read_operations(sdk, (generated / "api/accountingApi.js").read_text("utf-8"), base)
    for file in sorted((generated / "model/accounting").glob("*.js")):
        text = file.read_text("utf-8")
        sdk.enums.update(re.findall(r"\}\)\((\w+) (?:=|\|\|)", text))
        for name, members in re.findall(r"^(\w+)\.attributeTypeMap = (\[.*?^\]);", text, re.DOTALL | re.MULTILINE):
            sdk.models[name] = {one["baseName"]: _node_type(one["type"]) for one in json.loads(members)}
    return _resolved(sdk)


def normalise(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def _read_operations(sdk: Sdk, text: str, base: str) -> None:
    calls = [call for pattern in _CALLS for call in pattern.finditer(text)]
    for number, call in enumerate(calls):
        start = calls[number - 1].end() if number else 0
        end = calls[number + 1].start() if number + 1 < len(calls) else len(text)
        operation = call["method"], normalise(base + call["path"])
        after = _ANSWER_AFTER.search(text, call.end(), end)
        before = [] if after else _ANSWER_BEFORE.findall(text, start, call.start())
        answer = next(filter(None, after.groups())) if after else before[-1] if before else ""
        sdk.operations[operation] = sdk.operations.get(operation) or _node_type(answer)
        sdk.mentioned.setdefault(operation, set()).update(_NAME.findall(text[start:end]))


def _read_classes(sdk: Sdk, text: str) -> None:
    for node in ast.parse(text).body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        if "Enum" in bases:
            sdk.enums.add(node.name)
        elif "TypedDict" not in bases:
            members = dict(_old_members(node)) or dict(_members(node))
            if members:
                sdk.models[node.name] = members


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the members of a class of pydantic's, or of a dataclass with `field_name`."""
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if statement.target.id.startswith("_") or "ClassVar" in ast.unparse(statement.annotation):
                continue
            yield _alias(statement) or statement.target.id, _python_type(statement.annotation)


def _alias(statement: ast.AnnAssign) -> str:
    """Return the name of a member on the wire, where it has another one in Python."""
    for node in ast.walk(statement):
        if isinstance(node, ast.keyword) and node.arg == "alias" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ""


def _old_members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    """Yield the members of a class of xero-python's, which has two tables."""
    tables: dict[str, Any] = {}
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in ("openapi_types", "attribute_map"):
                tables[name] = ast.literal_eval(statement.value)
    for name, kind in tables.get("openapi_types", {}).items():
        yield tables["attribute_map"][name], _node_type(kind)


def _python_type(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _python_type(ast.parse(node.value, mode="eval").body)
    if not isinstance(node, ast.Subscript):
        name = ast.unparse(node).rpartition(".")[2]
        return _SCALARS.get(name, name)
    outer = ast.unparse(node.value).rpartition(".")[2]
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if outer in _WRAPPERS:
        return _python_type(parts[0])
    if outer in ("List", "list"):
        return f"list of {_python_type(parts[0])}"
    return "text" if outer == "Literal" else "any"


def _node_type(kind: str) -> str:
    """Return the type that xero-python and xero-node, and the table of OpenAPI Generator, name as text."""
    if match := re.fullmatch(r"(?:list|List|Array)[\[<](.+)[\]>]|Optional\[(.+)\]", kind.strip()):
        return f"list of {_node_type(match[1])}" if match[1] else _node_type(match[2])
    name = kind.strip().rpartition(".")[2]
    return _SCALARS.get(kind, _SCALARS.get(name, name))


def _resolved(sdk: Sdk) -> Sdk:
    """Replace the names of enumerations by what they are on the wire."""
    enums = re.compile(rf"\b({'|'.join(sorted(sdk.enums, key=len, reverse=True))})$") if sdk.enums else None

    def resolve(kind: str) -> str:
        # Of nested enumerations, such as `Invoice.TypeEnum`, the model has the name only.
        last = kind.removeprefix("list of ")
        is_enum = last.endswith("Enum") or (enums and enums.fullmatch(last))
        return kind.removesuffix(last) + "text" if is_enum and last not in sdk.models else kind

    sdk.models = {name: {one: resolve(kind) for one, kind in members.items()} for name, members in sdk.models.items()}
    return sdk


def differences_of_models(old: Models, new: Models, names: Iterable[str]) -> Iterator[str]:
    """Yield what is new, gone or of another type in these models, as sentences."""
    for name in sorted(names):
        if name not in old:
            yield f"{name} is new"
        elif name not in new:
            yield f"{name} is gone"
        else:
            yield from _differences_of_members(name, old[name], new[name])


def _differences_of_members(name: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for member in sorted(old.keys() | new.keys()):
        if member not in old:
            yield f"{name}.{member} is new: {new[member]}"
        elif member not in new:
            yield f"{name}.{member} is gone"
        elif old[member] != new[member]:
            yield f"{name}.{member} is {new[member]}, was {old[member]}"
