"""What the pages say is so: their commands and programs run, their examples are tests, their links lead somewhere, and
they leave nothing out."""

import ast
import json
import os
import re
import socket
import subprocess
import sys
import unicodedata
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions, requires
from operator import attrgetter
from pathlib import Path

import click
import pytest
import yaml

from emulator.cli import main as command
from emulator.control import BASE
from emulator.control.routes import OPERATIONS
from emulator.core.faults.fault import KINDS, NAMES
from emulator.settings import OPTIONS
from emulator.testing import Emulator
from emulator.vendors import HOSTS, RULES, VENDORS
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = {str(page.relative_to(DOCS)): page.read_text("utf-8") for page in sorted(DOCS.rglob("*.md"))}
WRITTEN = {page for page in PAGES if page.startswith(("reference/", "fidelity", "agents"))}
# The recipes have a test of their own.
BY_HAND = sorted(page for page in PAGES if page not in WRITTEN and not page.startswith("recipes/"))
BLOCK = re.compile(r"^<!-- (?P<mark>[^\n]+) -->\n```(?P<language>\w*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """The marked blocks of a page: the mark, the text."""
    for block in BLOCK.finditer(PAGES[page]):
        yield block["mark"], block["text"]


# --- What runs --------------------------------------------------------------------------------------------------------

RUNNING = [page for page in PAGES if any(mark.startswith("runnable: ") for mark, _ in blocks(page))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one, to be in; and as a new user would have it: the command to be found, no other setting made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    # Set and restored here, as one of the programs sets it.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "")
    # Other plugins take longer to load than all of this takes.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p attachment_emulator.pytest_plugin -p no:cacheprovider")
    return tmp_path


@pytest.fixture(scope="module")
def server() -> Iterator[Emulator]:
    """One for all pages, as somebody has who follows one after the other."""
    with Emulator() as started:
        yield started


@pytest.mark.parametrize("page", RUNNING)
def test_what_a_page_lets_run_runs_and_says_what_the_page_shows(page: str, folder: Path, server: Emulator) -> None:
    output = ""
    for mark, text in blocks(page):
        if mark == "output":
            check_output(output, text)
        elif mark.startswith("runnable: "):
            port = free_port() if mark.endswith(", alone") else server.url.rpartition(":")[2]
            here = re.sub(r"(http://127\.0\.0\.1:|--port )460[01]\b", rf"\g<1>{port}", text)
            output = run(mark.removeprefix("runnable: "), here, folder, server)
    check_that_other_pages_work(server)


def check_that_other_pages_work(server: Emulator) -> None:
    """Check that the sandbox `default`, which the pages share, behaves as in the beginning."""
    state = {part: server.control.ask("GET", f"/sandboxes/default/{part}") for part in ("clock", "faults", "settings")}
    assert not state["clock"]["frozen"]
    assert not state["faults"]["faults"]
    assert not state["settings"]["changed"]
    for path, headers in FIRST_REQUESTS.items():
        request = urllib.request.Request(server.url + path, headers=headers)
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200


FIRST_REQUESTS = {
    "/xero/api.xro/2.0/Invoices": {"Authorization": "Bearer anything", "xero-tenant-id": "demo"},
    "/codat/companies": {"Authorization": "Basic YW55dGhpbmc="},
    "/dualentry/public/v2/invoices/": {"X-API-KEY": "anything"},
    "/vrplatform/transactions": {"x-api-key": "anything", "x-team-id": "team_123"},
}


def run(what: str, text: str, folder: Path, server: Emulator) -> str:
    """Run a block, or write the file that it is; what it said."""
    kind, _, how = what.partition(", ")
    if kind == "python":
        exec(compile(text, "<docs>", "exec"), {"emulator": server.sandbox()})
        return ""
    if kind != "sh":
        (folder / kind).write_text(text, "utf-8")
        return ""
    # What a block leaves running would keep its output open, and this waiting for the end of it.
    script = f"trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{text}"
    # Stands for the port that a server is at by default.
    environment = {**os.environ, "EMULATOR_URL": server.url}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert (ran.returncode != 0) == (how == "fails"), ran.stdout + ran.stderr
    return ran.stdout


def check_output(output: str, expected: str) -> None:
    """Each line that is shown comes somewhere in what was said, in this order; space and letter case aside."""
    at, plain = 0, " ".join(output.split()).lower()
    for line in expected.splitlines():
        wanted = " ".join(line.split()).lower()
        start = plain.find(wanted, at)
        assert start >= 0, f"{line!r} is missing from the output that follows the lines above it:\n{output}"
        at = start + len(wanted)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# --- What is quoted ---------------------------------------------------------------------------------------------------

QUOTED = (".py", ".conf", ".cfg", ".yaml", ".mjs", ".rb", ".php", ".go", ".java")
QUOTES = [
    (page, mark, text)
    for page in BY_HAND
    for mark, text in blocks(page)
    if mark.partition(":")[0].endswith(QUOTED) and not mark.startswith("runnable: ")
]


@pytest.mark.parametrize(("page", "mark", "text"), QUOTES, ids=[f"{page}-{mark}" for page, mark, _ in QUOTES])
def test_code_that_is_quoted_is_as_it_is(page: str, mark: str, text: str) -> None:
    path, _, name = mark.partition(": ")
    source = (ROOT / path).read_text("utf-8")

    assert text == (definition(source, name) if name else source)


def definition(source: str, name: str) -> str:
    """What a module has by a name."""
    for item in ast.parse(source).body:
        names = (
            [target.id for target in item.targets if isinstance(target, ast.Name)]
            if isinstance(item, ast.Assign)
            else []
        )
        if name in (getattr(item, "name", None), *names):
            first = min([item.lineno, *(mark.lineno for mark in getattr(item, "decorator_list", []))])
            return "\n".join(source.splitlines()[first - 1 : item.end_lineno]) + "\n"
    raise AssertionError(f"there is no {name}")


def test_each_example_is_on_a_page() -> None:
    marks = {mark for _, mark, _ in QUOTES}

    examples = [path for path in (ROOT / "tests/examples").iterdir() if path.suffix in QUOTED]
    assert {str(path.relative_to(ROOT)) for path in examples if path.name != "__init__.py"} <= marks


@pytest.mark.parametrize("page", sorted({page for page, mark, _ in QUOTES if mark.endswith(".py")}))
def test_a_page_says_how_to_install_what_its_examples_import(page: str) -> None:
    text = PAGES[page]
    installed = {name for line in re.findall(r"pip install ([^\n`]*)", text) for name in re.findall(r"[\w-]+", line)}
    needed = [requirement for requirement in requires("attachment-emulator") or () if "extra ==" not in requirement]
    with_package = {re.split(r"[^\w-]", requirement)[0] for requirement in needed}
    providers = installed_distributions()

    for code in (code for quoted, mark, code in QUOTES if quoted == page and mark.endswith(".py")):
        for module in imported_modules(code) - sys.stdlib_module_names - {"attachment_emulator", "emulator", "pytest"}:
            distributions = {name.replace("_", "-").lower() for name in providers[module]}
            assert distributions & (installed | with_package), module


@cache
def installed_distributions() -> Mapping[str, list[str]]:
    """The distributions that have a top-level module, by its name. It takes a third of a second."""
    return packages_distributions()


def imported_modules(code: str) -> set[str]:
    """The top-level names of what a program imports."""
    nodes = list(ast.walk(ast.parse(code)))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("text", [text for page in BY_HAND for mark, text in blocks(page) if mark == "yaml"])
def test_configuration_that_is_shown_can_be_read(text: str) -> None:
    assert isinstance(yaml.safe_load(text), dict)


# --- What is there ----------------------------------------------------------------------------------------------------


def commands(of: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, by their full names."""
    yield name, of
    if isinstance(of, click.Group):
        context = click.Context(of)
        for item in of.list_commands(context):
            below = of.get_command(context, item)
            assert below
            yield from commands(below, f"{name} {item}")


COMMANDS = dict(commands(command, "attachment-emulator"))
FLAGS = {
    flag
    for item in COMMANDS.values()
    for option in item.params
    for flag in (*option.opts, *option.secondary_opts)
    if flag.startswith("--")
}
PLUGIN = {"--emulator-url", "--emulator-port"}


def test_every_setting_is_documented() -> None:
    for name in OPTIONS:
        assert f"`{name}`" in PAGES["reference/settings.md"]
        assert f"`--{name.replace('_', '-')}`" in PAGES["reference/settings.md"]


def test_every_command_and_flag_is_documented() -> None:
    for name in COMMANDS:
        assert f"## `{name}`" in PAGES["reference/command.md"]
    for flag in FLAGS:
        assert flag in PAGES["reference/command.md"] + PAGES["reference/settings.md"]


def test_every_route_of_the_control_api_is_documented() -> None:
    for operation in OPERATIONS:
        if not operation.deprecated:
            assert f"### `{operation.method} {BASE}{operation.path}`" in PAGES["reference/control-api.md"]


def test_every_kind_of_fault_and_every_field_is_documented() -> None:
    for name in (*KINDS, *NAMES):
        assert f"`{name}`" in PAGES["reference/faults.md"] or name == "kind"


def test_the_examples_of_faults_can_be_armed(server: Emulator) -> None:
    box = server.sandbox()
    page = PAGES["reference/faults.md"]

    for code in re.findall(r"^- Example: `(.*)`$", page, re.MULTILINE):
        eval(code, {"emulator": box})
    for body in re.findall(r"^- Over HTTP: `(.*)`$", page, re.MULTILINE):
        server.control.ask("POST", f"/sandboxes/{box.name}/faults", body=json.loads(body))

    kinds = [fault["kind"] for fault in server.control.ask("GET", f"/sandboxes/{box.name}/faults")["faults"]]
    assert kinds == [*KINDS, *KINDS]


def test_every_fixture_option_and_public_name_is_documented() -> None:
    from emulator import testing

    page = PAGES["reference/python.md"]
    for name in ("### `emulator`", "### `emulator_server`", *PLUGIN, *(f"## {name}\n" for name in testing.__all__)):
        assert name in page


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda vendor: vendor.name)
def test_every_rule_and_operation_is_documented(vendor: object) -> None:
    (registered,) = (candidate for candidate in VENDORS.values() if candidate is vendor)
    rules, operations = (PAGES[f"fidelity/{registered.name}{part}.md"] for part in ("", "-operations"))

    for rule in registered.rules:
        assert f"### `{rule.id}`" in rules
    for operation in registered.operations:
        assert f"`{operation.method} {operation.path}`" in operations


def test_base_urls_and_host_names_are_those_that_there_are() -> None:
    for vendor in VENDORS.values():
        for page in ("index.md", "howto/clients.md"):
            assert f"| {vendor.title} | `http://127.0.0.1:4600/{vendor.name}{vendor.base_path}` |" in PAGES[page]
        assert (
            f"| {vendor.title} | {', '.join(f'`{host}`' for host, (name, _) in HOSTS.items() if name == vendor.name)} |"
            in PAGES["howto/clients.md"]
        )


def test_what_is_said_to_be_left_out_is_left_out() -> None:
    rows = re.findall(r"^\| (\w+) \| .* \| (.*) \|$", PAGES["limits.md"], re.MULTILINE)
    left_out = {
        vendor.title: {operation.id for operation in vendor.operations if not operation.handler}
        for vendor in VENDORS.values()
    }

    assert {title for title, _ in rows} >= left_out.keys()
    for title, cell in rows:
        assert set(re.findall(r"`([^`]+)`", cell)) <= left_out.get(title, set())


@pytest.mark.parametrize("page", sorted(PAGES.keys() - WRITTEN))
def test_a_page_names_only_what_there_is(page: str) -> None:
    text = PAGES[page]
    rules, vendors = {rule.id for rule in RULES}, "|".join(vendor.name for vendor in VENDORS.values())

    assert set(re.findall(rf"`((?:{vendors})\.[a-z-]+)`", text)) <= rules
    assert set(re.findall(r"EMULATOR_([A-Z_]+)\b", text)) <= {name.upper() for name in OPTIONS} | {
        "CONFIG",
        "VERIFY_TOKEN",
    }
    for line in re.findall(r"(?:attachment-emulator \w|pytest -).*$", text, re.MULTILINE):
        assert set(re.findall(r"(?<!\S)(--[a-z-]+)(?=[ `]|$)", line)) <= FLAGS | PLUGIN, line
    for line in re.findall(r"(?:^|`)attachment-emulator ([a-z]+)", text, re.MULTILINE):
        assert f"attachment-emulator {line}" in COMMANDS or line == "ready", line
    for path in re.findall(r"(?:4600|`)/_emulator/([\w/{}.-]+)", text):
        assert is_route(f"/_emulator/{path}"), path


def test_what_pages_ask_of_a_sandbox_it_has() -> None:
    mentioned = {name for text in PAGES.values() for name in re.findall(r"`emulator\.([a-z_.]*[a-z])", text)}
    assert mentioned
    with Emulator() as server:
        for chain in mentioned - {"testing", "types", "create_app"}:
            attrgetter(chain)(server.sandbox())


def test_credentials_of_the_seed_data_are_on_their_page() -> None:
    page = PAGES["howto/credentials.md"]
    seed_data = {
        vendor.name: json.loads((ROOT / f"fixtures/{vendor.name}.json").read_text("utf-8"))
        for vendor in VENDORS.values()
    }

    for data in seed_data.values():
        for key in (*data.get("api_keys", ()), *data.get("clients", {}), *data.get("clients", {}).values()):
            assert f"`{key}`" in page


def is_route(path: str) -> bool:
    paths = {BASE + operation.path for operation in OPERATIONS}
    return any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path) for template in paths)


# --- What leads somewhere ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(PAGES[page])):
        assert not target.startswith(("http:", "https:", "/")), target
        path, _, fragment = target.partition("#")
        there = os.path.normpath(Path(page).parent / path) if path else page
        assert there in PAGES or (DOCS / there).is_file(), target
        assert not fragment or fragment in anchors(PAGES[there]), target


def test_every_page_is_in_the_menu() -> None:
    config = (ROOT / "mkdocs.yml").read_text("utf-8")

    assert set(re.findall(r"[\w/-]+\.md", config)) == PAGES.keys()


@cache
def anchors(text: str) -> set[str]:
    """The names of headings, as the site has them."""
    names: set[str] = set()
    for heading in re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE):
        plain = unicodedata.normalize("NFKD", heading.replace("`", "")).encode("ascii", "ignore").decode()
        name = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
        names.add(next(item for item in numbered(name) if item not in names))
    return names


def numbered(name: str) -> Iterable[str]:
    yield name
    yield from (f"{name}_{number}" for number in range(1, 100))


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


# --- How it is said ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_fetched_from_elsewhere_and_no_machine_is_named(page: str) -> None:
    assert not re.search(r"(?<![\w}])/(?:tmp|home|root|work)/|<script|<img[^>]*http|!\[[^]]*\]\(http", PAGES[page])
