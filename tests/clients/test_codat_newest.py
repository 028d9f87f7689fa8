"""Codat's SDKs at their newest versions, whose pins conflict with the others', against the live server.

They run in an environment of their own, with `EMULATOR_TEST_CLIENTS=1` only. Each test of a fault is a row of the
tables about them in `docs/recipes/sdks.md`; a row that is no longer true fails with the one to put in its place.
"""

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.testing import File, Sandbox
from tests.clients import environments
from tests.clients.test_sdks_meet_faults import DOWNLOADS, PDF, UPLOADS, check, rows
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not environments.WANTED, reason="it installs SDKs; EMULATOR_TEST_CLIENTS=1 runs it")
REQUIREMENTS = ("codat-platform>=6", "codat-sync-for-payables>=10", "codat-sync-for-expenses>=9")
SCRIPT = ROOT / "tests/clients/newest_codat.py"
UP, DOWN = "Uploads with Codat's newest SDKs", "Downloads with Codat's newest SDKs"
# Each is met by ninety requests.
ENDLESS = ("status(500)", 'reset("during")', "lost_answer()")
FILE = {"content": PDF.hex(), "file_name": "a.pdf"}

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The script that drives the SDKs, which takes seconds to load them."""
    home = environments.shared_folder(tmp_path_factory) / "newest-codat"
    command = [str(environments.python_with(home, *REQUIREMENTS)), str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        assert started.stdin
        started.stdin.close()


@pytest.fixture
def ask(emulator: Sandbox, script: subprocess.Popen[str]) -> Ask:
    """Sends the script a request, with the test's sandbox."""
    box = {"base_url": emulator.codat.base_url, "key": emulator.codat.headers["Authorization"]}

    def send(do: str, **members: object) -> dict[str, Any]:
        assert script.stdin
        assert script.stdout
        script.stdin.write(json.dumps({"do": do, **box, **members}) + "\n")
        script.stdin.flush()
        answer: dict[str, Any] = json.loads(script.stdout.readline())
        return answer

    return send


@pytest.mark.parametrize("name", ["receipt.pdf", "é 1.pdf"])
def test_a_file_goes_up_and_comes_back_unchanged(ask: Ask, emulator: Sandbox, name: str) -> None:
    content = bytes(range(256)) * 100
    file = {"content": content.hex(), "file_name": name}

    linked = ask("link_company", platform="gbol")
    ids = {key: linked[key] for key in ("company_id", "connection_id")}
    assert (linked["status"], linked["tags"]) == ("Linked", {"a": "b"})
    assert ask("attach_to_bill", **ids, **file) == {
        "bills": True,
        "same": True,
        "name": name,
        "content_type": "application/pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    expense = ask("attach_to_expense", **ids, **file)
    record = expense["record"]
    assert expense == {"status": "Complete", "transaction": "Completed", "record": record, "syncs": 2}
    emulator.codat.assert_attached("directCosts", record, name, content=content)


class Bill:
    """A bill of its own for one upload."""

    def __init__(self, emulator: Sandbox) -> None:
        self.box = emulator
        company = emulator.codat.company()
        self.id = emulator.codat.record("bills", company).id
        self.ids = {"company_id": company.owner, "connection_id": company.id, "bill_id": self.id}

    @property
    def files(self) -> list[File]:
        return [file for file in self.box.files.find() if f"bills/{self.id}" in file.documents]


def seen(answer: dict[str, Any], requests: int) -> str:
    waited = f", slept {answer['slept']:.1f} s" if answer["slept"] else ""
    return f"{answer['outcome']}; {requests} request{'s' * (requests != 1)}{waited}"


def met_by_upload(ask: Ask, emulator: Sandbox, fault: dict[str, Any]) -> str:
    bill = Bill(emulator)
    emulator.journal.clear()
    armed = emulator.faults.arm(**fault)
    answer = ask("upload", **bill.ids, **FILE)
    armed.assert_triggered()
    armed.disarm()
    damaged = "damaged " * any(file.sha256 != hashlib.sha256(PDF).hexdigest() for file in bill.files)
    count = len(bill.files)
    return f"{seen(answer, len(emulator.journal))}; {count or 'no'} {damaged}file{'s' * (count > 1)}"


@pytest.mark.parametrize("fault", UPLOADS)
def test_an_upload_is_struck(ask: Ask, emulator: Sandbox, fault: str) -> None:
    once = met_by_upload(ask, emulator, UPLOADS[fault])
    always = met_by_upload(ask, emulator, {**UPLOADS[fault], "times": 0}) if fault in ENDLESS else ""
    check(UP, fault, [once, always])


@pytest.mark.parametrize("fault", DOWNLOADS)
def test_a_download_is_struck(ask: Ask, emulator: Sandbox, fault: str) -> None:
    bill = Bill(emulator)
    ask("upload", **bill.ids, **FILE)
    (file,) = bill.files
    emulator.journal.clear()
    armed = emulator.faults.arm(**DOWNLOADS[fault])

    answer = ask("download", **bill.ids, attachment_id=file.id)

    armed.assert_triggered()
    damaged = ", damaged bytes" * (answer["sha256"] not in ([], [hashlib.sha256(PDF).hexdigest()]))
    check(DOWN, fault, [seen({**answer, "outcome": answer["outcome"] + damaged}, len(emulator.journal))])


def test_the_tables_have_these_rows_and_no_others() -> None:
    assert [row.split("`")[1] for row in rows(UP)] == list(UPLOADS)
    assert [row.split("`")[1] for row in rows(DOWN)] == list(DOWNLOADS)
