"""Writes `emulator/types.py`: the names that the Python API takes, as types for type checkers and editors.

python docs/api_types.py           writes the file
python docs/api_types.py --check   fails if the file is not what this would write
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap

from emulator.control.models.usage import UsageCounts
from emulator.core import seed
from emulator.core.faults.fault import KINDS as FAULT_KINDS
from emulator.settings import OPTIONS, SERVER_SETTINGS, Option
from emulator.vendors import RULES, VENDOR_NAMES, VENDORS

ROOT = Path(__file__).parents[1]
FILE = ROOT / "emulator" / "types.py"
WIDTH = 120
# Those of the control API's counts that a test can limit.
BUDGET_MEASURES = tuple(UsageCounts.model_fields)
_HEAD = '''"""The names that the Python API takes, as types: settings, vendors, rules, operations, documents and faults.

Written by `python docs/api_types.py` from the settings and the vendor packages.
"""

from typing import Literal, TypedDict
'''


def write_types() -> str:
    """The text of the file."""
    lines = [_HEAD.rstrip()]
    for name, values, description in _literals():
        lines += ["", f"{name} = {_literal(values)}", f'"""{description}"""']
    lines += _typed_dict(
        "SandboxSettings",
        "TypedDict",
        "The settings that a sandbox can have for itself.",
        (option for option in OPTIONS.values() if option.name not in SERVER_SETTINGS),
    )
    lines += _typed_dict(
        "ServerSettings",
        "SandboxSettings",
        "The settings of a server: those of its sandboxes, and those of the whole server.",
        (option for option in OPTIONS.values() if option.name in SERVER_SETTINGS),
    )
    lines += ["", "", "class UsageBudget(TypedDict, total=False):"]
    lines += ['    """The most that a test may use of each vendor\'s limits: requests, or bytes."""', ""]
    lines += [f"    {vendor}_{measure}: int" for vendor in VENDOR_NAMES for measure in BUDGET_MEASURES]
    return "\n".join(lines) + "\n"


def _literals() -> Iterator[tuple[str, Iterable[str], str]]:
    # A new document is made like the seed data's first of its type, so every type is there.
    xero, transactions = seed.load("xero")["organisations"][0], seed.load("vrplatform")["transactions"]
    operations = {operation.id for vendor in VENDORS.values() for operation in vendor.operations}
    yield "VendorName", VENDOR_NAMES, "A vendor."
    yield "XeroDocumentType", xero["documents"], "What files hang on at Xero."
    yield "CodatRecordType", seed.load("codat")["records"], "What files hang on at Codat."
    yield "DualEntryRecordType", seed.load("dualentry")["records"], "What files hang on at DualEntry."
    yield (
        "VRPlatformTransactionType",
        dict.fromkeys(transaction["type"] for transaction in transactions),
        "What files hang on at VRPlatform.",
    )
    senders = [vendor.name for vendor in VENDORS.values() if vendor.webhooks]
    yield "WebhookVendor", senders, "A vendor whose webhooks are emulated."
    yield "FaultKind", FAULT_KINDS, "What a fault makes go wrong."
    yield "RuleId", [rule.id for rule in RULES], "A rule, as `attachment-emulator rules` lists them."
    yield "Operation", sorted(operations), "An operation, as `attachment-emulator operations` lists them."


def _literal(values: Iterable[str]) -> str:
    quoted = [f'"{value}"' for value in values]
    # As the formatter would have it.
    line = f"Literal[{', '.join(quoted)}]"
    return line if len(quoted) <= 4 else "\n".join(["Literal[", *(f"    {value}," for value in quoted), "]"])


def _typed_dict(name: str, base: str, description: str, options: Iterable[Option]) -> Sequence[str]:
    lines = ["", "", f"class {name}({base}, total=False):", f'    """{description}"""', ""]
    for option in options:
        lines += [f"    {option.name}: {_annotation(option)}", *_docstring(option.help)]
    return lines


def _annotation(option: Option) -> str:
    return _literal(option.choices) if option.choices else type(option.default).__name__


def _docstring(text: str) -> Sequence[str]:
    text = " ".join(text.split()).replace("\\", "\\\\")
    if len(text) <= WIDTH - len('    """"""') and not text.endswith('"'):
        return [f'    """{text}"""']
    return ['    """', *wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    "), '    """']


def main() -> None:
    text = write_types()
    if "--check" not in sys.argv:
        FILE.write_text(text, "utf-8")
    elif FILE.read_text("utf-8") != text:
        raise SystemExit(f"{FILE.relative_to(ROOT)} is not current: run `python docs/api_types.py`")


if __name__ == "__main__":
    main()
