"""Nothing is ever lost: whatever the vendors are asked, in whatever order, each has the files that its model has."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from emulator import create_app
from emulator.core import seed
from emulator.core.emulator_app import EmulatorApp
from tests.asgi import Answer, Client, Disconnected
from tests.vendors.codat import conftest as codat
from tests.vendors.dualentry import conftest as dualentry
from tests.vendors.vrplatform import conftest as vrplatform
from tests.vendors.xero import conftest as xero

MAX_FILES = 2
MAX_BYTES = 20_000
TOO_LARGE = bytes(MAX_BYTES + 1)
SEED_FILES = {
    seed.file(name)
    for name in ("bill.pdf", "invoice.pdf", "march-invoice.pdf", "receipt.png", "repair-invoice.pdf", "statement.csv")
}
UNKNOWN = xero.UNKNOWN

# Few of each, so that names and bytes meet again; the two spellings of one name are one file at Xero.
NAMES = st.sampled_from(["a.pdf", "A.PDF", "b c.png", "é.csv"])
CONTENTS = st.sampled_from([b"", b"same", seed.file("receipt.png")]) | st.binary(min_size=1, max_size=40)


@dataclass(frozen=True)
class File:
    """An attachment as the model remembers it, and as a vendor is found to have it."""

    id: object
    name: str
    content: bytes


class Request(NamedTuple):
    method: str
    target: str
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - nobody changes it.


Way = Callable[[str, st.DataObject], None]


class Vendor(ABC):
    """A vendor under test and the model of it: per document the files it should have, in their order."""

    client: Client
    remembers_keys = True

    def __init__(self) -> None:
        self.files: dict[str, list[File]] = {}
        self.numbers = count(1)

    @abstractmethod
    def create(self) -> str:
        """A new document."""

    @abstractmethod
    def update(self, document: str, data: st.DataObject) -> None:
        """Change the document and none of its files."""

    @abstractmethod
    def upload(self, document: str, name: str, content: bytes) -> Request:
        """What sends a file."""

    @abstractmethod
    def added(self, document: str, name: str, content: bytes, answer: Any) -> None:
        """What the model makes of an upload's answer."""

    @abstractmethod
    def listed(self, document: str) -> Iterable[tuple[object, str, int, str]]:
        """Of each file that the vendor shows: its id, name, size and the target to get it from."""

    @abstractmethod
    def look(self, document: str) -> object:
        """All that the vendor shows of a document."""

    @abstractmethod
    def bad_requests(self, document: str) -> Sequence[Request]:
        """What is refused, and changes nothing."""

    def ways(self, document: str) -> Sequence[Way]:
        """What else can be done at this vendor now."""
        return [self.update]

    def takes(self, document: str, name: str, content: bytes) -> bool:
        """Whether an upload that is well formed is taken."""
        return True

    def kept(self) -> Iterable[bytes]:
        """The bytes that something still refers to."""
        return (file.content for files in self.files.values() for file in files)

    def add(self, document: str, name: str, content: bytes, *, times: int = 1) -> None:
        """Send a file, and send it again under the same idempotency key."""
        key = f"key-{next(self.numbers)}"
        request = self.upload(document, name, content)
        first, *others = [self.send(request, key) for _ in range(times)]
        assert all((other.status, other.body) == (first.status, first.body) for other in others)
        if self.takes(document, name, content):
            self.added(document, name, content, self.good(first))
        else:
            assert (first.status, first.rule is None) == (400, False), first.text

    def read(self, document: str) -> list[File]:
        files = []
        for file_id, name, size, target in self.listed(document):
            answer = self.client.get(target)
            assert (answer.status, len(answer.body)) == (200, size)
            files.append(File(file_id, name, answer.body))
        return files

    def send(self, request: Request, key: str = "") -> Answer:
        headers = {**request.headers, "idempotency-key": key}
        return self.client.request(request.method, request.target, request.body, headers)

    def send_json(self, method: str, target: str, value: object) -> Any:
        return self.good(self.client.send_json(method, target, value))

    def good(self, answer: Answer) -> Any:
        assert answer.status in (200, 201), answer.text
        return answer.json()


class DualEntry(Vendor):
    """Files are the organisation's: records refer to them, let go of them and take them up again."""

    # One with PATCH and one without.
    SLUGS = ("invoices", "sales-orders")

    def __init__(self, app: EmulatorApp) -> None:
        super().__init__()
        self.client = self.dualentry = dualentry.DualEntry(app)
        self.held: dict[int, File] = {}

    def create(self) -> str:
        slug = self.SLUGS[len(self.files) % 2]
        files = list(self.held.values())[-2:]
        document = f"{slug}/{self.dualentry.create(slug, attachments=self._references(files))['number']}"
        self.files[document] = files
        return document

    def update(self, document: str, data: st.DataObject) -> None:
        slug = document.partition("/")[0]
        if slug in dualentry.PATCHABLE:
            self.send_json("PATCH", f"/public/v2/{document}/", {"memo": "changed", "attachments": None})
        else:
            references = self._references(self.files[document])
            self.send_json("PUT", f"/public/v2/{document}/", {**dualentry.LEAST[slug], "attachments": references})

    def upload(self, document: str, name: str, content: bytes) -> Request:
        return self._form(document, (name, content))

    def added(self, document: str, name: str, content: bytes, answer: Any) -> None:
        self._take_in(document, [(name, content)], answer["attachments"])

    def listed(self, document: str) -> Iterable[tuple[object, str, int, str]]:
        for file in self.dualentry.files(document):
            yield file["id"], file["file_name"], file["file_size"], self.dualentry.at(file["download_url"])

    def look(self, document: str) -> object:
        return self.dualentry.read(document)

    def kept(self) -> Iterable[bytes]:
        return (file.content for file in self.held.values())

    def ways(self, document: str) -> Sequence[Way]:
        return [self.refer, self.add_several, self.announce, *super().ways(document)]

    def add_several(self, document: str, data: st.DataObject) -> None:
        files = data.draw(st.lists(st.tuples(NAMES, CONTENTS), min_size=2, max_size=3))
        answer = self.good(self.send(self._form(document, *files)))
        self._take_in(document, files, answer["attachments"])

    def refer(self, document: str, data: st.DataObject) -> None:
        """PUT, or PATCH where there is one: a list takes the place of the files; PUT without one clears them."""
        slug = document.partition("/")[0]
        known = list(self.held.values())
        files = data.draw(st.lists(st.sampled_from(known), max_size=4)) if known else []
        method = data.draw(st.sampled_from(["PUT", "PATCH"] if slug in dualentry.PATCHABLE else ["PUT"]))
        fields = dualentry.LEAST[slug] if method == "PUT" else {}
        if files or method == "PATCH":
            # Whoever refers to a file twice has it once.
            fields = {**fields, "attachments": self._references([*files, *files[:1]])}
        self.send_json(method, f"/public/v2/{document}/", fields)
        self.files[document] = list(dict.fromkeys(files))

    def announce(self, document: str, data: st.DataObject) -> None:
        """A file on no record yet. Its bytes come once: those that come later are refused."""
        name, content = data.draw(st.tuples(NAMES, CONTENTS))
        announced = {"file_name": name, "file_size": 1}
        attachment = self.send_json("POST", "/_emulator/attachments/", announced)
        target = self.dualentry.at(attachment["upload_url"])
        statuses = [self.client.put(target, sent).status for sent in (content, b"others")]
        assert statuses == [200, 403]
        self.held[attachment["id"]] = File(attachment["id"], name, content)

    def bad_requests(self, document: str) -> Sequence[Request]:
        target = f"/public/v2/{document}/"
        good, large = ("a.pdf", b"never"), ("b.pdf", TOO_LARGE)
        unknown = [{"id": 1, "file_name": "a.pdf", "file_size": 1}]
        fields = {**dualentry.LEAST[document.partition("/")[0]], "memo": "never", "attachments": unknown}
        return [
            self._form("invoices/9999", good),
            self._form("invoices/IN-1001", good),
            self._form(document, good, large),
            self._form(document),
            self._form(document, good, large)._replace(body=self._form(document, good, large).body[:-4]),
            Request("DELETE", f"{target}attachments/"),
            self._form(document, good)._replace(method="PUT"),
            Request("DELETE", target),
            Request("PUT", target, b'{"memo": "never", "attachments": []}'),
            Request("PUT", target, b"{"),
            Request("PUT", target, json.dumps(fields).encode()),
        ]

    def _form(self, document: str, *files: tuple[str, bytes]) -> Request:
        parts = [dualentry.file_part(content, f'name="files"; filename="{name}"') for name, content in files]
        return Request(
            "POST", f"/public/v2/{document}/attachments/", dualentry.form(*parts), {"content-type": dualentry.FORM}
        )

    def _take_in(self, document: str, files: Sequence[tuple[str, bytes]], attachments: Sequence[Any]) -> None:
        for (name, content), entry in zip(files, attachments[-len(files) :], strict=True):
            assert entry["id"] not in self.held
            self.held[entry["id"]] = File(entry["id"], name, content)
            self.files[document].append(self.held[entry["id"]])

    def _references(self, files: Iterable[File]) -> list[dict[str, Any]]:
        # Each name and size is the file's own, whatever a payload says.
        return [{"id": file.id, "file_name": "other", "file_size": 0} for file in files]


class Xero(Vendor):
    """A name is one file: the second upload to it overwrites the first, whose bytes are let go."""

    KINDS = {  # noqa: RUF012 - nobody changes it.
        "Invoices": ("InvoiceID", {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": [{"LineAmount": 1}]}),
        "ManualJournals": (
            "ManualJournalID",
            {"Narration": "Stock", "JournalLines": [{"LineAmount": 1}, {"LineAmount": -1}]},
        ),
    }

    def __init__(self, app: EmulatorApp) -> None:
        super().__init__()
        self.client = xero.Xero(app)

    def create(self) -> str:
        plural = list(self.KINDS)[len(self.files) % 2]
        key, fields = self.KINDS[plural]
        document = f"/{plural}/{self.send_json('PUT', f'/{plural}', fields)[plural][0][key]}"
        self.files[document] = []
        return document

    def update(self, document: str, data: st.DataObject) -> None:
        # What is sent of attachments is the ledger's to decide.
        self.send_json("POST", document, {"Status": "DRAFT", "HasAttachments": False, "Attachments": []})

    def upload(self, document: str, name: str, content: bytes) -> Request:
        quoted = name.replace(" ", "%20").replace("é", "%C3%A9")
        return Request("PUT", f"{document}/Attachments/{quoted}", content)

    def takes(self, document: str, name: str, content: bytes) -> bool:
        known = self._place(document, name) is not None
        return content != b"" and (known or len(self.files[document]) < MAX_FILES)

    def added(self, document: str, name: str, content: bytes, answer: Any) -> None:
        files, place, file_id = (
            self.files[document],
            self._place(document, name),
            answer["Attachments"][0]["AttachmentID"],
        )
        if place is None:
            files.append(File(file_id, name, content))
        else:
            files[place] = File(files[place].id, files[place].name, content)

    def listed(self, document: str) -> Iterable[tuple[object, str, int, str]]:
        for attachment in self.good(self.client.get(f"{document}/Attachments"))["Attachments"]:
            target = f"{document}/Attachments/{attachment['AttachmentID']}"
            yield attachment["AttachmentID"], attachment["FileName"], attachment["ContentLength"], target

    def look(self, document: str) -> object:
        plural = document.split("/")[1]
        history = self.good(self.client.get(f"{document}/History"))["HistoryRecords"]
        return self.good(self.client.get(document))[plural], history, list(self.listed(document))

    def ways(self, document: str) -> Sequence[Way]:
        return [*([self.overwrite] if self.files[document] else []), *super().ways(document)]

    def overwrite(self, document: str, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files[document]))
        spelled = data.draw(st.sampled_from([file.name, file.name.upper().replace("É", "é")]))
        content = data.draw(CONTENTS.filter(len))
        self.added(
            document,
            file.name,
            content,
            self.good(self.send(self.upload(document, spelled, content)._replace(method="POST"))),
        )

    def bad_requests(self, document: str) -> Sequence[Request]:
        name = self.files[document][0].name if self.files[document] else "a.pdf"
        return [
            self.upload(f"/Invoices/{UNKNOWN}", name, b"never"),
            self.upload(document, "a.exe", b"never"),
            self.upload(document, "a%3Cb.pdf", b"never"),
            self.upload(document, "a+b.pdf", b"never"),
            self.upload(document, "a[1].pdf", b"never"),
            self.upload(document, name, b""),
            self.upload(document, name, TOO_LARGE),
            self.upload(document, name, b"")._replace(method="DELETE"),
            Request("DELETE", document),
            Request("POST", document, b"{"),
            Request("POST", f"/Invoices/{UNKNOWN}", b'{"Reference": "never"}'),
            self.upload(document, name, b"never")._replace(headers={"xero-tenant-id": ""}),
        ]

    def _place(self, document: str, name: str) -> int | None:
        names = [file.name.casefold() for file in self.files[document]]
        return names.index(name.casefold()) if name.casefold() in names else None


class Codat(Vendor):
    """Bills at QuickBooks Online: files append, and a write may be under way until somebody asks for it."""

    CONNECTION = codat.connection(codat.QUICKBOOKS)

    def __init__(self, app: EmulatorApp) -> None:
        super().__init__()
        self.client = codat.Codat(app)
        self.in_flight: dict[str, tuple[Callable[[Any], None], bytes]] = {}

    def create(self) -> str:
        operation = self.send_json("POST", f"{self.CONNECTION}/push/bills", {"reference": "made"})
        self._settle(operation["pushOperationKey"])
        document: str = operation["changes"][0]["recordRef"]["id"]
        self.files[document] = []
        return document

    def update(self, document: str, data: st.DataObject) -> None:
        self.send_json("PUT", f"{self.CONNECTION}/push/bills/{document}", {"attachments": []})

    def upload(self, document: str, name: str, content: bytes) -> Request:
        return self._form(f"push/bills/{document}", self._part(name, content))

    def added(self, document: str, name: str, content: bytes, answer: Any) -> None:
        def append(change: Any) -> None:
            self.files[document].append(File(change["attachmentId"], name, content))

        self._begun(answer, append, content)

    def listed(self, document: str) -> Iterable[tuple[object, str, int, str]]:
        files = f"{self.CONNECTION}/data/bills/{document}/attachments"
        for attachment in self.good(self.client.get(files))["attachments"]:
            yield attachment["id"], attachment["name"], attachment["fileSize"], f"{files}/{attachment['id']}/download"

    def look(self, document: str) -> object:
        bill = self.good(self.client.get(f"/companies/{codat.COMPANY}/data/bills/{document}"))
        pushes = self.good(self.client.get(f"/companies/{codat.COMPANY}/push?pageSize=2000"))
        return bill, pushes, list(self.listed(document))

    def kept(self) -> Iterable[bytes]:
        yield from super().kept()
        yield from (content for _, content in self.in_flight.values())

    def ways(self, document: str) -> Sequence[Way]:
        ways: list[Way] = [self.ask] if self.in_flight else []
        ways += [self.delete] if self.files[document] else []
        return [*ways, self.upload_payable, *super().ways(document)]

    def upload_payable(self, document: str, data: st.DataObject) -> None:
        """The other product's upload is never under way."""
        name, content = data.draw(st.tuples(NAMES, CONTENTS))
        answer = self.good(self.send(self._form(f"payables/bills/{document}", self._part(name, content))))
        self.files[document].append(File(answer["id"], name, content))

    def delete(self, document: str, data: st.DataObject) -> None:
        file = data.draw(st.sampled_from(self.files[document]))

        def remove(_: Any) -> None:
            self.files[document] = [item for item in self.files[document] if item.id != file.id]

        target = f"{self.CONNECTION}/push/bills/{document}/attachments/{file.id}"
        self._begun(self.good(self.client.request("DELETE", target)), remove, b"")

    def ask(self, document: str, data: st.DataObject) -> None:
        self._settle(data.draw(st.sampled_from(list(self.in_flight))))

    def bad_requests(self, document: str) -> Sequence[Request]:
        good, push = self._part("a.pdf", b"never"), f"push/bills/{document}"
        complete = self._form(push, good)
        files = f"{self.CONNECTION}/push/bills/{document}/attachments"
        return [
            self._form("push/bills/unknown", good),
            self._form(push, codat.file_part(b"never")),
            self._form(push, self._part("a.exe", b"never")),
            self._form(push, self._part("a.pdf", TOO_LARGE)),
            self._form(push, good, good),
            self._form(push, good, (codat.META + "[]").encode()),
            self._form(push),
            self._form("payables/bills/unknown", good),
            complete._replace(body=complete.body[:-4]),
            complete._replace(target=complete.target.replace(codat.COMPANY, UNKNOWN)),
            complete._replace(headers={"content-type": "application/pdf"}),
            Request("DELETE", f"{files}/{UNKNOWN}"),
            Request("PUT", f"{self.CONNECTION}/push/bills/{document}", b"["),
        ]

    def _part(self, name: str, content: bytes) -> bytes:
        return codat.file_part(content, f'name="file"; filename="{name}"', "application/pdf")

    def _form(self, below: str, *parts: bytes) -> Request:
        target = f"{self.CONNECTION}/{below}/attachments"
        return Request("POST", target, codat.form(*parts), {"content-type": codat.FORM})

    def _begun(self, operation: Any, done: Callable[[Any], None], content: bytes) -> None:
        if operation["status"] == "Success":
            done(operation["changes"][0])
        else:
            self.in_flight[operation["pushOperationKey"]] = done, content

    def _settle(self, key: str) -> None:
        operation = self.good(self.client.get(f"/companies/{codat.COMPANY}/push/{key}"))
        assert operation["status"] == "Success"
        if key in self.in_flight:
            done, _ = self.in_flight.pop(key)
            done(operation["changes"][0])


class VRPlatform(Vendor):
    """Files are staged; an expense takes a set of them, and what it lets go of is staged again until it is deleted."""

    # The seed data's files are another team's, and as good as unknown to this one.
    TEAM = "team_456"
    remembers_keys = False

    def __init__(self, app: EmulatorApp) -> None:
        super().__init__()
        self.client = self.vrplatform = vrplatform.VRPlatform(app, **{"x-team-id": self.TEAM})
        self.held: dict[str, File] = {}
        self.shared: set[object] = set()

    def create(self) -> str:
        files = self._staged()[-2:]
        document = self.vrplatform.create(*self._ids(files))
        self.files[document] = files
        return document

    def update(self, document: str, data: st.DataObject) -> None:
        """Null keeps the files, as does leaving them out; a dry run writes nothing."""
        for query, ids in (("", None), ("?dryRun=true", []), ("?dryRun=true", self._ids(self._staged()))):
            fields = {"description": "changed", "attachmentIds": ids}
            self.send_json("PUT", f"/transactions/{document}{query}", fields)
            assert self.read(document) == self.files[document]
        self.send_json("PUT", f"/transactions/{document}", {"description": "left out"})

    def upload(self, document: str, name: str, content: bytes) -> Request:
        return self._form(self._part(name, content))

    def added(self, document: str, name: str, content: bytes, answer: Any) -> None:
        self._attach(document, [*self.files[document], self._take_in(name, content, answer)])

    def listed(self, document: str) -> Iterable[tuple[object, str, int, str]]:
        for attachment in self.vrplatform.read(document)["attachments"]:
            assert attachment["transactionId"] == document
            assert attachment["isOwnerAccessible"] is (attachment["id"] in self.shared)
            yield (
                attachment["id"],
                attachment["filename"],
                attachment["byteSize"],
                f"{vrplatform.FILES}/{attachment['id']}/download",
            )

    def read(self, document: str) -> list[File]:
        """Those that are staged can only be found by the control API."""
        staged = [item for item in self._held() if item["staged"]]
        files = [File(file["id"], file["name"], self.vrplatform.content(file["id"])) for file in staged]
        assert files == self._staged()
        return super().read(document)

    def look(self, document: str) -> object:
        return vrplatform.ok(self.client.get("/transactions?limit=250")), self._held()

    def kept(self) -> Iterable[bytes]:
        return (file.content for file in self.held.values())

    def ways(self, document: str) -> Sequence[Way]:
        with_files: list[Way] = [self.attach, self.delete, self.share] if self.held else []
        return [*with_files, self.stage, *super().ways(document)]

    def stage(self, document: str, data: st.DataObject) -> None:
        """A file on no expense yet."""
        name, content = data.draw(st.tuples(NAMES, CONTENTS))
        shared = data.draw(st.booleans())
        accessible = vrplatform.field("isOwnerAccessible", "true" if shared else "false")
        file = self._take_in(name, content, self.good(self.send(self._form(self._part(name, content), accessible))))
        if shared:
            self.shared.add(file.id)

    def attach(self, document: str, data: st.DataObject) -> None:
        """PUT: the files named take the place of the expense's, in the order named; [] removes all."""
        free = [*self.files[document], *self._staged()]
        files = data.draw(st.lists(st.sampled_from(free), max_size=4)) if free else []
        for other in [item for item in self.held.values() if item not in free]:
            fields = {"attachmentIds": self._ids([*files, other])}
            assert self.client.send_json("PUT", f"/transactions/{document}", fields).status == 400
        self._attach(document, files)

    def delete(self, document: str, data: st.DataObject) -> None:
        """Of a file that is staged or on any expense."""
        file_id, file = data.draw(st.sampled_from(list(self.held.items())))
        target = f"{vrplatform.FILES}/{file_id}"
        assert self.good(self.client.request("DELETE", target)) == {"id": file_id}
        assert self.client.get(f"{target}/download").status == 404
        del self.held[file_id]
        self.shared.discard(file_id)
        for files in self.files.values():
            files[:] = [item for item in files if item != file]

    def share(self, document: str, data: st.DataObject) -> None:
        file_id = data.draw(st.sampled_from(list(self.held)))
        self.shared ^= {file_id}
        answer = self.send_json("PATCH", f"{vrplatform.FILES}/{file_id}", {"isOwnerAccessible": file_id in self.shared})
        assert answer["isOwnerAccessible"] is (file_id in self.shared)

    def bad_requests(self, document: str) -> Sequence[Request]:
        good, target = self._part("a.pdf", b"never"), f"/transactions/{document}"
        complete, own, staged = self._form(good), self._ids(self.files[document]), self._ids(self._staged())
        linked = [item for item in self.held if item not in staged]
        elsewhere = [item for item in linked if item not in own][:1]
        put, post = [{"type": "deposit"}] if own else [], [{"attachmentIds": [*staged, *linked]}] if linked else []
        either: list[dict[str, Any]] = [
            {"type": "deposit", "attachmentIds": list(self.held) or [vrplatform.UNKNOWN]},
            *({"attachmentIds": [*staged, item]} for item in (vrplatform.UNKNOWN, vrplatform.INVOICE, *elsewhere)),
        ]
        return [
            *(self._json("PUT", target, {"description": "never", **fields}) for fields in [*either, *put]),
            *(self._json("POST", "/transactions", {**vrplatform.LEAST, **fields}) for fields in [*either, *post]),
            # On an owner statement, and of the time before the books were closed.
            *(self._json("PUT", f"/transactions/{item}", {"attachmentIds": staged}) for item in ("txn-128", "txn-129")),
            *(Request("DELETE", f"{vrplatform.FILES}/{item}") for item in (vrplatform.UNKNOWN, vrplatform.INVOICE)),
            *(self._json("PATCH", f"{vrplatform.FILES}/{item}", {"isOwnerAccessible": 1}) for item in elsewhere or own),
            self._form(self._part("a.pdf", TOO_LARGE)),
            self._form(good, good),
            self._form(),
            self._form(good, vrplatform.field("contentType", "pdf")),
            complete._replace(body=complete.body[:-4]),
            complete._replace(headers={"content-type": "application/pdf"}),
            self._json("PUT", target, {"attachmentIds": []})._replace(body=b"{"),
        ]

    def _part(self, name: str, content: bytes) -> bytes:
        return vrplatform.file_part(content, f'name="file"; filename="{name}"')

    def _form(self, *parts: bytes) -> Request:
        return Request("POST", vrplatform.FILES, vrplatform.form(*parts), {"content-type": vrplatform.FORM})

    def _json(self, method: str, target: str, value: object) -> Request:
        return Request(method, target, json.dumps(value).encode(), {"content-type": "application/json"})

    def _take_in(self, name: str, content: bytes, answer: Any) -> File:
        assert answer["id"] not in self.held
        assert answer["transactionId"] is None
        file = self.held[answer["id"]] = File(answer["id"], name, content)
        return file

    def _attach(self, document: str, files: Sequence[File]) -> None:
        # Whoever names a file twice has it once.
        self.send_json("PUT", f"/transactions/{document}", {"attachmentIds": self._ids([*files, *files[:1]])})
        self.files[document] = list(dict.fromkeys(files))

    def _ids(self, files: Iterable[File]) -> list[str]:
        return [str(file.id) for file in files]

    def _staged(self) -> list[File]:
        linked = {file.id for files in self.files.values() for file in files}
        return [file for file in self.held.values() if file.id not in linked]

    def _held(self) -> list[dict[str, Any]]:
        return [item for item in self.vrplatform.held() if item["owner"] == self.TEAM]


VENDORS: tuple[Callable[[EmulatorApp], Vendor], ...] = (DualEntry, Xero, Codat, VRPlatform)
Place = tuple[Vendor, str]


class Machine(RuleBasedStateMachine):
    """All vendors in one emulator, one request at a time."""

    places = Bundle[Place]("places")

    def __init__(self) -> None:
        super().__init__()
        self.vendors: list[Vendor] = []

    @initialize(target=places, polls=st.integers(0, 1))
    def begin(self, polls: int) -> MultipleResults[Place]:
        self.app = create_app(
            xero_max_attachments=MAX_FILES,
            xero_max_request_bytes=MAX_BYTES,
            dualentry_max_file_bytes=MAX_BYTES,
            codat_quickbooks_online_max_bytes=MAX_BYTES,
            codat_push_polls=polls,
            vrplatform_max_file_bytes=MAX_BYTES,
        )
        # Standing still, so that whatever is shown is the same as before unless somebody changed it.
        self.app.registry.sandbox("default").clock.freeze()
        self.vendors = [vendor(self.app) for vendor in VENDORS]
        places = [(vendor, vendor.create()) for vendor in self.vendors]
        # The same bytes everywhere.
        for vendor, document in places:
            vendor.add(document, "a.pdf", b"same")
        return multiple(*places)

    @precondition(lambda self: sum(len(vendor.files) for vendor in self.vendors) < 3 * len(VENDORS))
    @rule(target=places, beside=places)
    def create(self, beside: Place) -> Place:
        vendor, _ = beside
        return vendor, vendor.create()

    @rule(place=places, name=NAMES, content=CONTENTS, times=st.integers(1, 2))
    def add(self, place: Place, name: str, content: bytes, times: int) -> None:
        vendor, document = place
        vendor.add(document, name, content, times=times if vendor.remembers_keys else 1)
        self.check(vendor, document)

    @rule(place=places, data=st.data())
    def do_what_this_vendor_has(self, place: Place, data: st.DataObject) -> None:
        vendor, document = place
        data.draw(st.sampled_from(vendor.ways(document)))(document, data)
        self.check(vendor, document)

    @rule(place=places, data=st.data())
    def refuse(self, place: Place, data: st.DataObject) -> None:
        vendor, document = place
        requests = data.draw(st.lists(st.sampled_from(vendor.bad_requests(document)), min_size=1, max_size=5))
        with self.unchanged(vendor, document):
            for request in requests:
                answer = vendor.send(request)
                assert answer.status >= 400, request
                assert answer.rule, request

    @rule(place=places, name=NAMES, content=CONTENTS)
    def break_off(self, place: Place, name: str, content: bytes) -> None:
        vendor, document = place
        request = vendor.upload(document, name, content + bytes(1000))
        pieces = [request.body[:300], request.body[300:-100]]
        with self.unchanged(vendor, document), pytest.raises(Disconnected):
            vendor.client.request(request.method, request.target, pieces, request.headers, cut=True)

    @invariant()
    def the_store_holds_what_is_referred_to_and_nothing_else(self) -> None:
        if self.vendors:
            contents = {content for vendor in self.vendors for content in vendor.kept()}
            # The seed data's own files do not count.
            assert self.app.registry.store.used_bytes == sum(map(len, contents - SEED_FILES))

    def teardown(self) -> None:
        for vendor in self.vendors:
            for document in vendor.files:
                self.check(vendor, document)

    def check(self, vendor: Vendor, document: str) -> None:
        assert vendor.read(document) == vendor.files[document]

    @contextmanager
    def unchanged(self, vendor: Vendor, document: str) -> Iterator[None]:
        clock = self.app.registry.sandbox("default").clock
        before = vendor.look(document)
        clock.advance(60)
        yield
        clock.advance(-60)
        assert vendor.look(document) == before
        self.check(vendor, document)


def test_nothing_is_ever_lost() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=30, stateful_step_count=20))
