"""Compares the operations of the vendors' newest SDKs on PyPI with those that the emulator knows.

python docs/drift.py            installs the newest SDKs in a folder of their own, and fails if an operation is new
python docs/drift.py FOLDER     compares those that are installed in a folder, such as site-packages

An operation that the emulator knows and no SDK has is listed, but is no failure: not every contract has an SDK.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions

from emulator.vendors import VENDORS

# The SDKs of each vendor, and the path below the mount that their paths are below.
SDKS: Mapping[str, Mapping[str, str]] = {
    "xero": {"xero-python": "/api.xro/2.0"},
    "codat": {
        "codat-platform": "",
        "codat-accounting": "",
        "codat-sync-for-payables": "",
        "codat-sync-for-expenses": "",
    },
}
# The modules of an SDK that have the operations, where others of it are about other APIs.
_MODULES = {"xero-python": re.compile(r"xero_python/accounting/api/\w+\.py")}
_CALLS = (
    # What xero-python has, and what Speakeasy and OpenAPI Generator make of Codat's contracts.
    re.compile(
        r'get_resource_url\(\s*"(?P<path>[^"]+)"\s*\).{0,200}?call_api\(\s*url,\s*"(?P<method>[A-Z]+)"', re.DOTALL
    ),
    re.compile(r"""method=["'](?P<method>[A-Z]+)["'],\s*(?:resource_)?path=["'](?P<path>/[^"']*)["']"""),
)
Operation = tuple[str, str]


def operations_in(sdk: Distribution, base: str) -> Iterator[Operation]:
    """Yield the operations that an SDK calls: the method, and the path with `{}` for each parameter."""
    modules = _MODULES.get(_name(sdk), re.compile(r".*\.py"))
    for file in sdk.files or ():
        if modules.fullmatch(str(file)):
            text = file.read_text("utf-8")
            for pattern in _CALLS:
                for call in pattern.finditer(text):
                    yield call["method"], normalise(base + call["path"])


def _name(sdk: Distribution) -> str:
    return sdk.name.replace("_", "-").lower()


def normalise(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def known_operations(vendor: str) -> set[Operation]:
    operations = VENDORS[vendor].operations
    return {(one.method, normalise(one.path)) for one in operations if not one.path.startswith("/_emulator/")}


def install(sdks: Iterable[str], folder: str) -> None:
    """Install the newest version of each SDK."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--quiet", "--no-deps", "--target", folder]
    subprocess.run([*pip, *sdks], check=True)


def compare(vendor: str, folder: str) -> tuple[dict[str, set[Operation]], set[Operation]]:
    """Return the operations that are new, by SDK and version, and those that no SDK has. Raises SystemExit."""
    known, seen, new = known_operations(vendor), set[Operation](), {}
    for sdk in distributions(path=[folder]):
        base = SDKS[vendor].get(_name(sdk))
        if base is None:
            continue
        operations = set(operations_in(sdk, base))
        if not operations:
            raise SystemExit(f"{sdk.name} {sdk.version} has no operations that can be read: its code has changed")
        seen |= operations
        new[f"{sdk.name} {sdk.version}"] = {
            one for one in operations if not any(_covers(other, one) for other in known)
        }
    return new, {one for one in known if not any(_covers(one, other) for other in seen)}


def _covers(known: Operation, operation: Operation) -> bool:
    """Return whether the emulator's operation answers an SDK's; a parameter of its own may stand for a fixed name."""
    parts = known[1].split("/"), operation[1].split("/")
    return (
        known[0] == operation[0]
        and len(parts[0]) == len(parts[1])
        and all(own in ("{}", other) for own, other in zip(*parts, strict=True))
    )


def report(folder: str) -> bool:
    """Print what differs; return whether an operation is new."""
    any_new = False
    for vendor in SDKS:
        new, unseen = compare(vendor, folder)
        for sdk, operations in new.items():
            _print(f"{sdk}: {_count(operations)} that the emulator does not know", operations)
            any_new = any_new or bool(operations)
        _print(f"{vendor}: {_count(unseen)} of the emulator in none of these SDKs", unseen)
    return any_new


def _count(operations: set[Operation]) -> str:
    return f"{len(operations)} operation{'s' * (len(operations) != 1)}"


def _print(head: str, operations: Iterable[Operation]) -> None:
    print(head)
    for path, method in sorted((path, method) for method, path in operations):
        print(f"  {method:6} {path}")


def main() -> None:
    if len(sys.argv) > 1:
        sys.exit(report(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        install([sdk for sdks in SDKS.values() for sdk in sdks], folder)
        sys.exit(report(folder))


if __name__ == "__main__":
    main()
