"""Every example of VRPlatform's page "Transaction Attachments", word for word but for host and credential.

The page's `curl` shows a team and no credential; here it has a key, as the page about authentication asks for one. The
JSON of its two requests names ids of its own, which the seed data has.
"""

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.asgi import Answer
from tests.conftest import LiveServer
from tests.vendors.vrplatform.conftest import INVOICE, RECEIPT, VRPlatform, ok

UPLOAD = """\
curl 'https://api.vrplatform.app/transaction-attachments' \\
  -H 'x-team-id: team_123' \\
  -F 'file=@invoice.pdf' \\
  -F 'isOwnerAccessible=true'"""
RESPONSE = """\
{
  "id": "1a3a5a1f-9c33-49bd-91c7-02bd0f3f5a92",
  "transactionId": null,
  "filename": "invoice.pdf",
  "contentType": "application/pdf",
  "byteSize": 48213,
  "isOwnerAccessible": true
}"""
CREATE = """\
{
  "type": "expense",
  "date": "2024-06-15",
  "description": "HVAC Repair - Beach House",
  "attachmentIds": ["1a3a5a1f-9c33-49bd-91c7-02bd0f3f5a92"],
  "lines": [
    {
      "accountId": "account-repairs",
      "listingId": "listing-123",
      "amount": 25000,
      "description": "AC compressor replacement"
    }
  ]
}"""
UPDATE = """\
{
  "attachmentIds": [
    "1a3a5a1f-9c33-49bd-91c7-02bd0f3f5a92",
    "5f778740-d84e-4a4f-8215-52b9c5f1a741"
  ]
}"""
MIB = 1024 * 1024


def run(live: LiveServer, folder: Path, command: str) -> bytes:
    """A command of the page's, for this server and with a key."""
    own = command.replace("https://api.vrplatform.app", f"{live.url}/vrplatform")
    return subprocess.check_output(["bash", "-c", f"{own} -sS -H 'x-api-key: anything'"], cwd=folder)


def ask(live: LiveServer, method: str, path: str, body: str = "") -> dict[str, Any]:
    command = ["curl", "-sS", "-X", method, f"{live.url}/vrplatform{path}", "-H", "x-api-key: anything"]
    command += ["-H", "x-team-id: team_123"]
    command += ["-H", "content-type: application/json", "--data-binary", "@-"] if body else []
    answer: dict[str, Any] = json.loads(subprocess.check_output(command, input=body.encode()))
    return answer


def send(vrplatform: VRPlatform, method: str, path: str, text: str) -> Answer:
    return vrplatform.request(method, path, text.encode(), {"content-type": "application/json"})


@pytest.mark.proves("vrplatform.upload")
def test_the_upload(live: LiveServer, tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(bytes(48213))

    answer = json.loads(run(live, tmp_path, UPLOAD))

    expected = json.loads(RESPONSE)
    assert list(answer) == list(expected)
    assert {**answer, "id": expected["id"]} == expected


def test_attach_on_create(vrplatform: VRPlatform) -> None:
    created = ok(send(vrplatform, "POST", "/transactions", CREATE))

    body = json.loads(CREATE)
    assert {name: created[name] for name in ("type", "date", "description")} == {
        name: body[name] for name in ("type", "date", "description")
    }
    (line,) = created["lines"]
    assert (line["account"]["id"], line["listing"]["id"], line["amount"], line["description"]) == tuple(
        body["lines"][0][name] for name in ("accountId", "listingId", "amount", "description")
    )
    assert vrplatform.attached(created["id"]) == [INVOICE]


@pytest.mark.proves("vrplatform.replace-set")
def test_attach_on_update(vrplatform: VRPlatform) -> None:
    ok(send(vrplatform, "PUT", "/transactions/txn-123", UPDATE))

    assert vrplatform.attached("txn-123") == [INVOICE, RECEIPT]


@pytest.mark.proves("vrplatform.upload", "vrplatform.replace-set", "vrplatform.patch", "vrplatform.delete")
def test_the_whole_flow_with_what_was_uploaded(live: LiveServer, tmp_path: Path) -> None:
    content = b"%PDF" + bytes(48209)
    (tmp_path / "invoice.pdf").write_bytes(content)
    first, second = (json.loads(run(live, tmp_path, UPLOAD))["id"] for _ in range(2))

    created = ask(live, "POST", "/transactions", CREATE.replace(INVOICE, first))
    assert [(attachment["id"], attachment["transactionId"]) for attachment in created["attachments"]] == [
        (first, created["id"])
    ]

    update = UPDATE.replace(INVOICE, first).replace(RECEIPT, second)
    path = f"/transactions/{created['id']}"
    assert [attachment["id"] for attachment in ask(live, "PUT", path, update)["attachments"]] == [first, second]

    file = f"/transaction-attachments/{first}"
    hidden = ask(live, "PATCH", file, '{"isOwnerAccessible": false}')
    assert (hidden["id"], hidden["isOwnerAccessible"]) == (first, False)
    download = f"curl 'https://api.vrplatform.app{file}/download' -H 'x-team-id: team_123' -OJ"
    (tmp_path / "saved").mkdir()
    run(live, tmp_path / "saved", download)
    assert (tmp_path / "saved" / "invoice.pdf").read_bytes() == content

    assert ask(live, "DELETE", file) == {"id": first}
    assert [attachment["id"] for attachment in ask(live, "GET", path)["attachments"]] == [second]
    assert ask(live, "PUT", path, '{"attachmentIds": []}')["attachments"] == []
    assert ask(live, "DELETE", f"/transaction-attachments/{second}") == {"id": second}


def test_fifty_megabytes_come_back_as_they_went(live: LiveServer, tmp_path: Path) -> None:
    with (tmp_path / "invoice.pdf").open("wb") as file:
        for number in range(50):
            file.write(number.to_bytes(2, "big") * (MIB // 2))

    staged = json.loads(run(live, tmp_path, UPLOAD))
    assert staged["byteSize"] == 50 * MIB
    path = f"/transaction-attachments/{staged['id']}"
    run(live, tmp_path, f"curl 'https://api.vrplatform.app{path}/download' -H 'x-team-id: team_123' -o back.pdf")

    assert _digest(tmp_path / "back.pdf") == _digest(tmp_path / "invoice.pdf")
    assert ask(live, "DELETE", path) == {"id": staged["id"]}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
