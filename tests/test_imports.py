"""Which module may import which. Imports inside functions and for type checkers count too."""

import ast
from collections.abc import Iterator, Mapping

import pytest

from tests.conftest import ROOT

# A folder or module of the package, and what nothing in it imports.
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "core": ("app", "commands", "console", "control", "server", "settings", "testing", "types", "vendors"),
    "vendors": ("app", "commands", "console", "control", "server", "testing"),
    "control": ("app", "commands", "console", "server", "testing", "vendors"),
    "webhooks": ("app", "commands", "console", "control", "server", "settings", "testing", "types", "vendors"),
    # It sees the emulator from outside, as it sees a vendor; only what a secret is called, both must know alike.
    "verification": (
        "app",
        "commands",
        "console",
        "control",
        "core.emulator_app",
        "core.request",
        "core.rules",
        "core.sandbox",
        "core.storage",
        "core.vendor",
        "core.vendor_app",
        "server",
        "settings",
        "testing",
        "vendors",
    ),
    "console": ("app", "commands", "server", "testing"),
    "request_log": ("app", "commands", "console", "server", "settings", "testing", "vendors"),
    "testing": ("app", "commands", "console", "control", "vendors"),
    "types": ("app", "commands", "console", "control", "core", "server", "settings", "testing", "vendors"),
    "attachment_emulator.pytest_plugin": (
        "app",
        "commands",
        "console",
        "control",
        "core",
        "server",
        "settings",
        "vendors",
    ),
    "version": ("core", "settings", "vendors"),
    "vendors.xero": ("vendors.codat", "vendors.dualentry", "vendors.vrplatform"),
    "vendors.codat": ("vendors.dualentry", "vendors.vrplatform", "vendors.xero"),
    "vendors.dualentry": ("vendors.codat", "vendors.vrplatform", "vendors.xero"),
    "vendors.vrplatform": ("vendors.codat", "vendors.dualentry", "vendors.xero"),
}
Graph = Mapping[str, frozenset[str]]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("attachment_emulator", "emulator")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imported_by(module: str) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import in line {node.lineno}"
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                if imported := submodule if submodule in MODULES else node.module:
                    yield from (name for name in [imported] if name in MODULES)


@pytest.fixture(scope="module")
def graph() -> Graph:
    """What every module imports. Parsed for the tests only, as every worker collects them."""
    return {module: frozenset(imported_by(module)) - {module} for module in MODULES}


def is_within(module: str, part: str) -> bool:
    return f"{module}.".startswith((f"emulator.{part}.", f"{part}."))


def circle_through(start: str, graph: Graph) -> list[str]:
    """A shortest way from a module back to itself; empty where there is none."""
    ways = [[start]]
    visited = set()
    for way in ways:
        for module in sorted(graph[way[-1]]):
            if module == start:
                return [*way, start]
            if module not in visited:
                visited.add(module)
                ways.append([*way, module])
    return []


def test_no_imports_go_in_a_circle(graph: Graph) -> None:
    circles = {" -> ".join(circle) for module in graph if (circle := circle_through(module, graph))}

    assert circles == set()


@pytest.mark.parametrize("part", FORBIDDEN)
def test_a_part_imports_nothing_that_it_must_not_know(part: str, graph: Graph) -> None:
    modules = [module for module in graph if is_within(module, part)]
    forbidden = {
        f"{module} imports {imported}"
        for module in modules
        for imported in graph[module]
        if any(is_within(imported, other) for other in FORBIDDEN[part])
    }

    assert modules
    assert forbidden == set()


def test_every_part_that_a_rule_names_is_there() -> None:
    named = {*FORBIDDEN, *(other for others in FORBIDDEN.values() for other in others)}

    assert {part for part in named if not any(is_within(module, part) for module in MODULES)} == set()
