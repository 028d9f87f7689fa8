"""Compares the vendors' newest SDKs on PyPI and npm with the emulator.

python docs/drift.py            installs the SDKs in a folder of their own, and compares
python docs/drift.py FOLDER     compares those that are installed in a folder, such as site-packages

It lists, and fails for, operations that the emulator does not know; what is new, gone or of another type in the models
of emulated operations, since the versions that the emulator was written for; and what the emulator answers that the
models do not have, or have with another type.

An operation that the emulator knows and no SDK has is listed, but is no failure: not every contract has an SDK.
"""

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from sdks import Models, Operation, Sdk, differences_of_models, normalise, read_node, read_python

from emulator.vendors import VENDORS


@dataclass(frozen=True, slots=True)
class Source:
    """An SDK that the emulator is compared with."""

    version: str
    """The version that the emulator was written for. Whoever has dealt with what a newer one brings, names it here."""
    base: str = ""
    """The path below the mount that its paths are below."""
    modules: re.Pattern[str] = re.compile(r".*\.py")
    """The modules that are about this API, where others are about other APIs."""
    in_npm: bool = False


SDKS: Mapping[str, Mapping[str, Source]] = {
    "xero": {
        "xero-python": Source("15.2.0", "/api.xro/2.0", re.compile(r"xero_python/accounting/(api|models)/\w+\.py")),
        "xero-node": Source("20.0.0", "/api.xro/2.0", in_npm=True),
    },
    "codat": {
        "codat-platform": Source("6.0.0"),
        "codat-accounting": Source("0.36.0"),
        "codat-sync-for-payables": Source("10.0.0"),
        "codat-sync-for-expenses": Source("9.0.0"),
    },
}
# What every answer of Xero's accounting API has around the list that it is about.
_ENVELOPE = {"Id", "Status", "ProviderName", "DateTimeUTC"}
# What the emulator answers although the models lack it, as patterns, and why.
KNOWN: Mapping[str, str] = {
    r"\w+\.\w*Date(UTC)?String is not in the model": "recorded answers of Xero, and examples of its contract, have it",
    r"(CreditNote|Receipt)\.ID is not in the model": "examples of Xero's contract have it",
    r"PurchaseOrder\.(HasErrors|IsDiscounted) is not in the model": "examples of Xero's contract have it",
    r"Company\.platform is not in the model": "examples of Codat's contract have it, and older models require it",
}


def known_operations(vendor: str) -> set[Operation]:
    operations = VENDORS[vendor].operations
    return {(one.method, normalise(one.path)) for one in operations if not one.path.startswith("/_emulator/")}


def emulated_operations(vendor: str) -> set[Operation]:
    return {(one.method, normalise(one.path)) for one in VENDORS[vendor].operations if one.handler}


def install(sdks: Mapping[str, str], folder: Path) -> None:
    """Install SDKs: those of PyPI and npm, by name, with a version or an empty text for the newest."""
    sources = {name: source for of_vendor in SDKS.values() for name, source in of_vendor.items()}
    wanted = [f"{name}=={version}" if version else name for name, version in sdks.items() if not sources[name].in_npm]
    if wanted:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--no-deps", "--target", str(folder)]
        subprocess.run([*pip, *wanted], check=True)
    for name, version in sdks.items():
        if sources[name].in_npm:
            _install_node(f"{name}@{version or 'latest'}", folder / "node" / name)


def _install_node(package: str, folder: Path) -> None:
    folder.mkdir(parents=True)
    subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, capture_output=True)
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as packed:
        # Pythons before 3.11.4 have no filter.
        packed.extraction_filter = getattr(tarfile, "data_filter", None)
        packed.extractall(folder)


def read(vendor: str, folder: Path) -> Iterator[Sdk]:
    """Yield the SDKs of a vendor that are installed in a folder. Raises SystemExit for one that cannot be read."""
    sources, sdks = SDKS[vendor], []
    for package in distributions(path=[str(folder)]):
        name = package.name.replace("_", "-").lower()
        if name in sources:
            try:
                sdks.append(read_python(package, sources[name].base, sources[name].modules))
            except SyntaxError as error:
                raise SystemExit(f"{name} {package.version} cannot be read: {error}") from None
    for name, source in sources.items():
        if source.in_npm and (folder / "node" / name).is_dir():
            sdks.append(read_node(folder / "node" / name / "package", source.base))
    for sdk in sorted(sdks, key=str):
        if not sdk.operations or not sdk.models:
            missing = "models" if sdk.operations else "operations"
            raise SystemExit(f"{sdk} has no {missing} that can be read: its code has changed")
        yield sdk


def new_operations(sdk: Sdk, vendor: str) -> set[Operation]:
    """Return the operations that the emulator does not know."""
    known = known_operations(vendor)
    return {one for one in sdk.operations if not any(_covers(other, one) for other in known)}


def unseen_operations(sdks: Iterable[Sdk], vendor: str) -> set[Operation]:
    """Return the operations of the emulator that no SDK has."""
    seen = {one for sdk in sdks for one in sdk.operations}
    return {one for one in known_operations(vendor) if not any(_covers(one, other) for other in seen)}


def _covers(known: Operation, operation: Operation) -> bool:
    """Return whether the emulator's operation answers an SDK's; a parameter of its own may stand for a fixed name."""
    parts = known[1].split("/"), operation[1].split("/")
    return (
        known[0] == operation[0]
        and len(parts[0]) == len(parts[1])
        and all(own in ("{}", other) for own, other in zip(*parts, strict=True))
    )


def changed_models(old: Sdk, new: Sdk, vendor: str) -> list[str]:
    """Return what has changed in the models of emulated operations, as sentences."""
    emulated = emulated_operations(vendor)
    names = set[str]()
    for sdk in (old, new):
        names |= sdk.reachable(one for one in sdk.operations if any(_covers(other, one) for other in emulated))
    return list(differences_of_models(old.models, new.models, names))


# --- What the emulator answers ----------------------------------------------------------------------------------------


@cache
def answers_of_emulator(vendor: str) -> list[tuple[str, str, Any]]:
    """Return what the emulator answers to the vendor's probes: the method, the path, and the JSON of each success."""
    from emulator.testing import Emulator
    from emulator.vendors import load_probes
    from emulator.verification.probe import get
    from emulator.verification.side import MissingVariable, Side

    probes = load_probes(vendor)
    steps = [*probes.discovery, *probes.draft, *(step for probe in probes.probes for step in probe.steps)]
    with Emulator() as server:
        sandbox = server.sandbox()
        mount = f"{sandbox.url}/{vendor}"
        with Side(probes, mount, "drift", mark="drift") as side:
            for step in steps:
                try:
                    side.capture(step, side.send(step))
                except MissingVariable:
                    continue
            for path in _lists(vendor, side.variables):
                side.send(get(path))
    return [
        (exchange.step.method, exchange.url.removeprefix(mount).partition("?")[0], exchange.answer.tree())
        for exchange in side.exchanges
        if exchange.answer.status < 300 and exchange.answer.is_json
    ]


def _lists(vendor: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield the paths of the emulated lists, and of what else needs no more than a company and a connection."""
    named = {"company": variables.get("owner", ""), "connection": variables.get("connection", "")}
    for operation in VENDORS[vendor].operations:
        path = re.sub(r"\{(company|connection)\}", lambda match: named[match[1]], operation.path)
        if operation.method == "GET" and operation.handler and not {"{", "}"} & set(path):
            yield path


def differing_answers(sdk: Sdk, answers: Iterable[tuple[str, str, Any]]) -> list[str]:
    """Return what of the emulator's answers is not as the SDK's models have it, as sentences."""
    sentences = set[str]()
    for method, path, answer in answers:
        matches = [
            one for one in sdk.operations if one[0] == method and re.fullmatch(_pattern(one[1]), path, re.IGNORECASE)
        ]
        # A fixed name goes before a parameter.
        operation = min(matches, key=lambda one: one[1].count("{}"), default=None)
        if operation and (kind := sdk.operations[operation]):
            sentences.update(_differences(answer, kind, sdk.models, kind))
    return sorted(one for one in sentences if not any(re.fullmatch(known, one) for known in KNOWN))


def _pattern(path: str) -> str:
    return "/?".join([re.escape(path).replace(re.escape("{}"), "[^/]+"), ""])


def _differences(value: Any, kind: str, models: Models, where: str) -> Iterator[str]:
    """Yield where a value is not of a type."""
    if value is None:
        return
    if kind.startswith("list of ") and isinstance(value, list):
        for item in value:
            yield from _differences(item, kind.removeprefix("list of "), models, where)
    elif kind in models and isinstance(value, dict):
        for name, member in value.items():
            if name in models[kind]:
                yield from _differences(member, models[kind][name], models, f"{kind}.{name}")
            elif name not in _ENVELOPE or len(models[kind]) > len(_ENVELOPE):
                yield f"{kind}.{name} is not in the model"
    elif not _is_of_type(value, kind, models):
        yield f"{where} is {type(value).__name__}, the model has {kind}"


def _is_of_type(value: Any, kind: str, models: Models) -> bool:
    if isinstance(value, bool):
        return kind in ("boolean", "any")
    if kind in models or kind.startswith("list of "):
        return False
    expected = _JSON_TYPES.get(kind)
    return expected is None or isinstance(value, expected)


_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


# --- The report -------------------------------------------------------------------------------------------------------


def report(folder: Path, older: Path | None = None) -> bool:
    """Print what differs; return whether there is something to do.

    `older` has the versions that the emulator was written for, where newer ones are in `folder`.
    """
    anything = False
    for vendor in SDKS:
        sdks = list(read(vendor, folder))
        before = {sdk.name: sdk for sdk in read(vendor, older)} if older else {}
        answers = answers_of_emulator(vendor) if sdks else []
        for sdk in sdks:
            operations = _sorted(new_operations(sdk, vendor))
            _print(f"{sdk}: {_count(operations, 'operation')} that the emulator does not know", operations)
            changes = changed_models(before[sdk.name], sdk, vendor) if sdk.name in before else []
            if changes:
                _print(f"{sdk}: {_count(changes, 'change')} in models since {before[sdk.name].version}", changes)
            differing = differing_answers(sdk, answers)
            _print(f"{sdk}: {_count(differing, 'difference')} between its models and the emulator's answers", differing)
            anything = anything or bool(operations or changes or differing)
        unseen = _sorted(unseen_operations(sdks, vendor))
        _print(f"{vendor}: {_count(unseen, 'operation')} of the emulator in none of these SDKs", unseen)
    return anything


def _count(items: list[str], noun: str) -> str:
    return f"{len(items)} {noun}{'s' * (len(items) != 1)}"


def _sorted(operations: Iterable[Operation]) -> list[str]:
    return [f"{method:6} {path}" for path, method in sorted((path, method) for method, path in operations)]


def _print(head: str, items: Iterable[str]) -> None:
    print(head)
    for item in items:
        print(f"  {item}")


def outdated(folder: Path) -> dict[str, str]:
    """Return the SDKs in a folder that are not of the version that the emulator was written for, with that version."""
    versions = {sdk.name: sdk.version for vendor in SDKS for sdk in read(vendor, folder)}
    return {
        name: source.version
        for sources in SDKS.values()
        for name, source in sources.items()
        if versions.get(name, source.version) != source.version
    }


def main() -> None:
    if len(sys.argv) > 1:
        sys.exit(report(Path(sys.argv[1])))
    if not shutil.which("npm"):
        sys.exit("npm is not here, and xero-node comes from it: install Node.js, or name a folder with SDKs")
    with tempfile.TemporaryDirectory() as name:
        newest, older = Path(name, "newest"), Path(name, "older")
        install(dict.fromkeys((sdk for sources in SDKS.values() for sdk in sources), ""), newest)
        versions = outdated(newest)
        install(versions, older)
        sys.exit(report(newest, older if versions else None))


if __name__ == "__main__":
    main()
