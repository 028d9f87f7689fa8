"""The plugin, in test runs of its own."""

import fnmatch
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

import pytest

from attachment_emulator import find_other, load_package
from attachment_emulator.pytest_plugin import _name_of

# The server, loaded here, is not loaded again by each of the runs below.
from emulator.server import listen
from emulator.testing import Emulator

UPLOAD = """
import pytest

def upload(box, name="a.pdf"):
    with box.xero.client() as http:
        return http.put(f"/Invoices/INV-0002/Attachments/{name}", content=b"%PDF-1.7")
"""
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs these tests, in this process."""

    def run_tests(tests: str, *options: str, **ini: str) -> pytest.RunResult:
        pytester.makepyfile(UPLOAD + tests)
        pytester.makeini("\n".join(["[pytest]", *(f"{name} = {value}" for name, value in ini.items())]))
        return pytester.runpytest("-q", "--strict-markers", "-p", "no:cacheprovider", *options)

    return run_tests


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Emulator]:
    """A server that others started."""
    with Emulator() as started:
        yield started


@pytest.fixture
def free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
    return port


def names(server: Emulator) -> list[str]:
    """The sandboxes that there are."""
    return [sandbox["name"] for sandbox in server.control.ask("GET", "/sandboxes")["sandboxes"]]


# --- Fixtures ---------------------------------------------------------------------------------------------------------


def test_the_fixture_is_a_sandbox_that_starts_empty_in_each_test(run: Run) -> None:
    result = run("""
@pytest.mark.parametrize("number", range(3))
def test_it(emulator, number):
    assert len(emulator.journal) == 0
    assert upload(emulator, f"{number}.pdf").status_code == 200
    emulator.xero.assert_attached("Invoices", "INV-0002", times=1)
""")

    result.assert_outcomes(passed=3)


def test_the_server_is_one_for_the_whole_run_and_has_sandboxes_beside_the_tests_own(run: Run) -> None:
    result = run("""
servers = set()

@pytest.mark.parametrize("number", range(2))
def test_it(emulator_server, emulator, number):
    servers.add(emulator_server)
    beside = emulator_server.sandbox()
    upload(beside)
    assert (len(servers), len(emulator.journal), len(beside.journal)) == (1, 0, 1)
""")

    result.assert_outcomes(passed=2)


def test_ids_and_time_are_the_same_in_every_run_and_others_in_every_test(run: Run) -> None:
    tests = """
@pytest.mark.parametrize("number", range(2))
def test_it(emulator, number):
    answer = upload(emulator)
    print("ANSWER", emulator.xero.invoice().id, answer.json()["Attachments"][0]["AttachmentID"], emulator.clock.now())
"""

    runs = [
        [line for line in run(tests, "-s", *options).outlines if "ANSWER" in line] for options in ((), (), ("-k", "1"))
    ]

    assert len(runs[0]) == len(set(runs[0])) == 2
    assert runs[1] == runs[0]
    assert runs[2][0].split()[-4:] == runs[0][1].split()[-4:]
    assert "2026-02-02 09:00:00+00:00" in runs[0][0]


@pytest.mark.parametrize("test", ["a.py::test_it", "a.py::A::test_it[a@b]", "a@b/c.py::test_it"])
def test_the_group_that_xdist_puts_a_test_in_changes_none_of_its_ids(test: str) -> None:
    for name in (test, f"{test}@group"):
        assert _name_of(cast("pytest.Item", SimpleNamespace(nodeid=name))) == test


def test_what_a_test_left_behind_is_there_until_the_next_one(run: Run, elsewhere: Emulator) -> None:
    """Cleared before, never after."""
    result = run("""
@pytest.fixture
def looking(emulator):
    yield
    # A test's end is near, and all is still there.
    assert len(emulator.journal) == 1

def test_first(looking, emulator):
    upload(emulator)

def test_second(emulator_server, emulator):
    upload(emulator)
    left.append((emulator_server, emulator.name))

@pytest.fixture(scope="session", autouse=True)
def at_the_end(emulator_server):
    yield
    server, name = left[0]
    assert len(server.get_sandbox(name).journal) == 1

left = []
""")

    result.assert_outcomes(passed=2)


# --- The marker -------------------------------------------------------------------------------------------------------


def test_the_marker_gives_settings_seed_and_time_and_the_nearest_counts(run: Run) -> None:
    result = run("""
pytestmark = pytest.mark.emulator(xero_max_attachments=1, seed="module")
ids = set()

@pytest.mark.emulator(now="2030-01-01", hide_emulator_headers=True)
def test_with_a_time(emulator):
    assert str(emulator.clock.now()) == "2030-01-01 00:00:00+00:00"
    assert [upload(emulator, name).status_code for name in ("a.pdf", "b.pdf")] == [200, 400]
    assert "Emulator-Rule" not in upload(emulator, "b.pdf").headers

@pytest.mark.parametrize("number", range(2))
def test_with_a_seed(emulator, number):
    ids.add(emulator.xero.invoice().id)
    assert len(ids) == 1

@pytest.mark.emulator(xero_max_attachments=2, seed="mine", frozen=False)
def test_nearest(emulator):
    assert [upload(emulator, name).status_code for name in ("a.pdf", "b.pdf")] == [200, 200]
    assert emulator.clock.now() < emulator.clock.now()
    assert emulator.xero.invoice().id not in ids

@pytest.mark.emulator(seed=None, now=None)
def test_none_of_it(emulator):
    assert emulator.clock.now().year
""")

    result.assert_outcomes(passed=5)


@pytest.mark.parametrize(
    ("marker", "words"),
    [("'mine'", "*takes named values only*"), ("xero_max_files=1", "*there is no setting 'xero_max_files'*")],
)
def test_a_marker_that_does_not_fit_is_an_error_of_its_test_alone(run: Run, marker: str, words: str) -> None:
    result = run(f"""
@pytest.mark.emulator({marker})
def test_marked(emulator):
    pass

def test_other(emulator):
    pass
""")

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([words])


def test_the_marker_is_listed(run: Run) -> None:
    run("", "--markers").stdout.fnmatch_lines(
        ["@pytest.mark.emulator(seed=..., now=..., frozen=..., *[*][*]settings)*"]
    )


# --- Reports ----------------------------------------------------------------------------------------------------------

SECTION = [
    "*- attachment-emulator -*",
    "The last exchanges:",
    "*PUT */a.exe -> 400 [[]xero.file-type[]] (8 bytes)",
    "*xero.file-type (observed): A file name must end in one of these extensions*",
    "*The setting xero_file_type changes it; here it is 7z bmp *",
    "*xero answered: *ValidationException*",
]


@pytest.mark.parametrize(
    ("tests", "outcome"),
    [
        ("def test_it(emulator):\n    assert upload(emulator, 'a.exe').status_code == 200", "failed"),
        (
            "@pytest.fixture\ndef filed(emulator):\n    assert upload(emulator, 'a.exe').status_code == 200\n"
            "def test_it(filed): pass",
            "errors",
        ),
        (
            "@pytest.fixture\ndef filed(emulator):\n    yield\n    assert emulator.files.staged('xero')\n"
            "def test_it(filed, emulator): upload(emulator, 'a.exe')",
            "errors",
        ),
        (
            "def test_it(request):\n    box = request.getfixturevalue('emulator')\n"
            "    assert upload(box, 'a.exe').status_code == 200",
            "failed",
        ),
    ],
    ids=["call", "setup", "teardown", "asked for late"],
)
def test_a_failure_is_reported_with_the_last_exchanges_and_their_rules(run: Run, tests: str, outcome: str) -> None:
    result = run(tests)

    assert result.parseoutcomes().get(outcome) == 1
    result.stdout.fnmatch_lines(SECTION)


@pytest.mark.parametrize(
    "body",
    [
        "emulator.journal.assert_called(method='DELETE')",
        "emulator.xero.assert_attached('Invoices', 'INV-0002', 'a.exe')",
        "assert False",
    ],
    ids=["journal", "files", "another assertion"],
)
def test_the_last_exchanges_of_a_failure_are_shown_once(run: Run, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Then pytest's own summary repeats every message as a whole.
    monkeypatch.setenv("CI", "1")

    result = run(f"""
@pytest.fixture
def fails_too(emulator):
    yield
    assert not emulator.journal.find(rule="xero.file-type")

def test_it(emulator, fails_too):
    upload(emulator, "a.exe")
    {body}
""")

    assert result.parseoutcomes() == {"failed": 1, "errors": 1}
    assert sum("/a.exe -> 400" in line for line in result.outlines) == 1


def test_a_failed_assertion_about_another_sandbox_does_not_hide_the_tests_own(run: Run) -> None:
    result = run("""
def test_it(emulator_server, emulator):
    upload(emulator, "a.exe")
    emulator_server.sandbox().journal.assert_called()
""")

    result.stdout.fnmatch_lines(["E*No request reached the sandbox.", *SECTION])


def test_a_test_whose_sandbox_never_started_is_reported_without_the_exchanges_of_the_one_before(run: Run) -> None:
    result = run("""
def test_passes(emulator):
    upload(emulator, "a.exe")

@pytest.mark.emulator(now="yesterday")
def test_never_starts(emulator):
    pass
""")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.no_fnmatch_line("*a.exe*")


def test_a_test_that_passes_or_has_no_emulator_is_reported_without(run: Run) -> None:
    result = run("""
def test_passes(emulator):
    upload(emulator, "a.exe")

def test_has_none():
    assert False

@pytest.mark.xfail
def test_is_expected_to_fail(emulator):
    assert False
""")

    result.assert_outcomes(passed=1, failed=1, xfailed=1)
    result.stdout.no_fnmatch_line("*- attachment-emulator -*")


def test_a_projects_own_fixture_of_that_name_is_left_alone(run: Run) -> None:
    result = run("""
@pytest.fixture
def emulator():
    return "the project's own"

def test_it(emulator):
    assert emulator == "ours"
""")

    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*- attachment-emulator -*")


def test_a_server_that_is_gone_is_said_to_be(run: Run) -> None:
    result = run("""
def test_it(emulator_server, emulator):
    emulator_server.stop()
    assert False
""")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- attachment-emulator -*", "no emulator answers at http://127.0.0.1:*"])


def test_assertions_fail_in_the_test_and_not_in_the_emulators_code(run: Run) -> None:
    result = run("""
def test_it(emulator):
    emulator.journal.assert_not_called(method="PUT")
    emulator.xero.assert_attached("Invoices", "INV-0002", "a.pdf")
""")

    result.stdout.fnmatch_lines(
        [">*emulator.xero.assert_attached(*", "E*expected a file with name a.pdf on Invoices/*"]
    )
    result.stdout.no_fnmatch_line("*vendors.py*")


# --- Options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["option", "ini"])
def test_a_server_elsewhere_is_used_and_left_as_it_was(run: Run, elsewhere: Emulator, by: str) -> None:
    before = names(elsewhere)
    options = {"emulator_url": elsewhere.url} if by == "ini" else {}

    result = run(
        f"""
def test_it(emulator_server, emulator):
    assert emulator_server.url == {elsewhere.url!r}
    assert emulator.name.startswith("pytest-")
    upload(emulator)
""",
        *([] if options else ["--emulator-url", elsewhere.url]),
        **options,
    )

    result.assert_outcomes(passed=1)
    assert names(elsewhere) == before


@pytest.mark.parametrize("by", ["option", "ini"])
def test_a_port_may_be_given(run: Run, free_port: int, by: str) -> None:
    options = {"emulator_port": str(free_port)} if by == "ini" else {}

    result = run(
        f"def test_it(emulator_server): assert emulator_server.url.endswith(':{free_port}')",
        *([] if options else ["--emulator-port", str(free_port)]),
        **options,
    )

    result.assert_outcomes(passed=1)


def test_the_command_line_outweighs_the_ini_file(run: Run, free_port: int) -> None:
    result = run(
        f"def test_it(emulator_server): assert emulator_server.url.endswith(':{free_port}')",
        f"--emulator-port={free_port}",
        emulator_port="1",
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--emulator-port=http"], "takes a number from 0 to 65535, not 'http'"),
        (["--emulator-port=65536"], "takes a number from 0 to 65535, not '65536'"),
        (["--emulator-port=-1"], "takes a number from 0 to 65535, not '-1'"),
        (["--emulator-port=1", "--emulator-url=http://x"], "--emulator-url is for an emulator that runs"),
        (["--emulator-port=4600", "-n2"], "only one can have the port"),
    ],
)
def test_options_that_do_not_fit_are_a_usage_error(run: Run, options: list[str], words: str) -> None:
    result = run("def test_it(): pass", *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert words in "\n".join(result.errlines)


def test_a_server_that_cannot_be_had_is_an_error_of_those_who_use_it(run: Run, elsewhere: Emulator) -> None:
    tests = "def test_uses_it(emulator): pass\ndef test_does_not(): pass"

    second_run = run(tests, f"--emulator-port={urlsplit(elsewhere.url).port}")
    nobody = run(tests, "--emulator-url=http://127.0.0.1:1")
    full = run(tests, "--emulator-url=4600")

    for result, words in (
        (second_run, "is taken"),
        (nobody, "no emulator answers"),
        (full, "is no URL of an emulator"),
    ):
        result.assert_outcomes(errors=1, passed=1)
        result.stdout.fnmatch_lines([f"*{words}*"])


# --- Runs of their own ------------------------------------------------------------------------------------------------


def test_a_run_that_does_not_use_it_loads_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import sys

def test_it(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("attachment-emulator")
    loaded = {name.partition(".")[0] for name in sys.modules}
    assert not loaded & {"starlette", "uvicorn", "httpx", "asyncio", "anyio", "ssl", "multipart"}
    assert not [name for name in sys.modules if name.startswith("emulator")]
""")

    others = ("anyio", "hypothesispytest", "xdist", "respx", "pytest_httpserver")
    result = pytester.runpytest_subprocess(*(word for name in others for word in ("-p", f"no:{name}")))

    result.assert_outcomes(passed=1)


def test_a_module_of_the_users_own_that_is_named_emulator_stops_only_what_needs_ours(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There, pytest repeats the sentence in its summary.
    monkeypatch.delenv("CI", raising=False)
    pytester.makepyfile(
        emulator="def play():\n    return 1",
        test_own="from emulator import play\n\ndef test_it():\n    assert play() == 1",
        test_fixture="def test_it(emulator):\n    pass",
        test_import="from emulator.testing import Sandbox",
        test_under_its_other_name="from attachment_emulator.testing import Sandbox",
    )

    options = ["--continue-on-collection-errors", "-p", "no:anyio", "-p", "no:hypothesispytest"]
    result = pytester.runpytest_subprocess(*options)

    result.assert_outcomes(passed=1, errors=3)
    sentence = f"*is named emulator, and so is {pytester.path}/emulator.py, and*: rename yours, or move it into a *"
    assert len(fnmatch.filter(result.outlines, sentence)) == 3


def test_another_module_of_the_name_is_found_wherever_it_is_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, module = tmp_path / "a/emulator/part.py", tmp_path / "b/emulator.py"
    for file in (package, module):
        file.parent.mkdir(parents=True)
        file.touch()
    found = []
    for path in (["a", "b"], ["b", "a"], ["c"]):
        monkeypatch.setattr("sys.path", [str(tmp_path / folder) for folder in path])
        found.append(find_other())

    assert found == [package.parent, module, None]


def test_where_the_package_is_missing_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "emulator")
    monkeypatch.setattr("attachment_emulator._SITE", tmp_path)

    with pytest.raises(ImportError, match=r"the package emulator is missing beside .*: install it again"):
        load_package()


@pytest.mark.parametrize("shared", [False, True])
def test_workers_have_a_server_each_or_share_one(
    pytester: pytest.Pytester, elsewhere: Emulator, tmp_path: Path, shared: bool
) -> None:
    pytester.makepyfile(
        UPLOAD
        + f"""
from pathlib import Path

@pytest.mark.parametrize("number", range(8))
def test_it(emulator_server, emulator, worker_id, number):
    assert len(emulator.journal) == 0
    upload(emulator, f"{{number}}.pdf")
    emulator.xero.assert_attached("Invoices", "INV-0002", times=1)
    Path({str(tmp_path)!r}, f"{{worker_id}}-{{number}}").write_text(
        f"{{emulator_server.url}} {{emulator.name}} {{emulator.xero.invoice().id}}"
    )
"""
    )
    before = names(elsewhere)

    # Other plugins take longer to load than all of this takes.
    options = ["-n2", "--dist=each", "-p", "no:anyio", "-p", "no:hypothesispytest"]
    result = pytester.runpytest_subprocess(*options, *(["--emulator-url", elsewhere.url] if shared else []))

    result.assert_outcomes(passed=16)
    reports = [[(tmp_path / f"gw{worker}-{number}").read_text().split() for number in range(8)] for worker in range(2)]
    assert len({url for worker in reports for url, _, _ in worker}) == (1 if shared else 2)
    assert len({name for worker in reports for _, name, _ in worker}) == 2
    # A worker's ids are those of the other, whatever both do at the same time.
    assert [ids for _, _, ids in reports[0]] == [ids for _, _, ids in reports[1]]
    assert names(elsewhere) == before


# --- Interception -----------------------------------------------------------------------------------------------------

VENDOR_CALL = """
import urllib.request
from emulator.testing import RequestBlocked

def ask(url="https://api.xero.com/connections"):
    request = urllib.request.Request(url, headers={"Authorization": "Bearer own"})
    return urllib.request.urlopen(request, timeout=5).status
"""


def test_the_marker_intercepts_for_its_test_and_the_nearest_counts(run: Run) -> None:
    result = run(
        VENDOR_CALL
        + """
import http.client
original = http.client.HTTPConnection.putrequest

@pytest.mark.intercept(block_others=True)
class TestMarked:
    def test_it_is_on(self, emulator):
        assert ask() == 200
        assert len(emulator.journal) == 1
        with pytest.raises(RequestBlocked):
            ask("http://example.com/")

    @pytest.mark.intercept(enabled=False)
    def test_it_is_off(self):
        assert http.client.HTTPConnection.putrequest is original

@pytest.mark.intercept
def test_without_the_fixture():
    assert ask() == 200

def test_without_the_marker():
    assert http.client.HTTPConnection.putrequest is original

def test_by_a_call_until_the_end_of_the_test(emulator):
    emulator.intercept()
    assert ask() == 200

def test_after_that():
    assert http.client.HTTPConnection.putrequest is original

@pytest.mark.intercept(block_other=True)
def test_misspelt():
    pass
"""
    )

    result.assert_outcomes(passed=6, errors=1)
    result.stdout.fnmatch_lines(["*the marker `intercept` takes block_others=True or False*"])


def test_the_configuration_intercepts_in_every_test(run: Run) -> None:
    tests = (
        VENDOR_CALL
        + """
def test_it(emulator):
    assert ask() == 200
    assert len(emulator.journal) == 1

def test_another_host():
    with pytest.raises(RequestBlocked):
        ask("http://example.com/")
"""
    )
    run(tests, emulator_intercept="block").assert_outcomes(passed=2)
    wrong = run(tests, "--emulator-intercept", "yes")
    assert "takes true, block or false, not 'yes'" in wrong.stderr.str()
