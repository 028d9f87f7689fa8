"""Snapshots by the control API: a sandbox that is restored goes on as the one that was taken would have."""

import asyncio
import gc
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from starlette.types import Message

from emulator import __version__, create_app
from emulator.core import seed
from emulator.testing import Emulator, EmulatorError
from tests.asgi import Answer, Client, Disconnected, scope_of, send
from tests.control.conftest import SANDBOXES, Control, problem
from tests.vendor_clients import SEED, VENDOR_NAMES, attach, client_of
from tests.vendors.codat import conftest as codat
from tests.vendors.dualentry import conftest as dualentry
from tests.vendors.vrplatform import conftest as vrplatform
from tests.vendors.xero import conftest as xero

NOW = "2026-02-03T04:05:06.789000Z"
NAMES = ["a.pdf", "Ünï cødé 発票.pdf", "$type.pdf", "a & b.png"]
FORM = {"content-type": "application/x-www-form-urlencoded"}


def snapshot(control: Control) -> bytes:
    answer = control.get(f"{control.home}/snapshot")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    return answer.body


def restore(control: Control, archive: bytes, **headers: str | None) -> Answer:
    # In pieces, as a network has them.
    pieces = [archive[at : at + 50_000] for at in range(0, len(archive), 50_000)]
    return control.put(f"{control.home}/snapshot", pieces, **headers)


def document(archive: bytes) -> Any:
    return json.loads(ZipFile(io.BytesIO(archive)).read("sandbox.json"))


def changed(
    archive: bytes, change: Callable[[Any], object] = bool, files: Mapping[str, bytes | None] | None = None
) -> bytes:
    """As a person might edit it: the document changed, files replaced by name (None: left out), packed again."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        tree = json.loads(old.read("sandbox.json"))
        change(tree)
        members = {name: old.read(name) for name in old.namelist()}
        members["sandbox.json"] = json.dumps(tree).encode()
        for name, data in {**members, **(files or {})}.items():
            if data is not None:
                new.writestr(name, data)
    return file.getvalue()


# --- What a sandbox is filled with, and what is asked of both ---------------------------------------------------------


def token(client: Client, **form: str) -> Answer:
    credentials = {"client_id": "demo-client", "client_secret": "demo-secret", **form}
    return Client(client.app).request("POST", "/xero/identity/connect/token", urlencode(credentials).encode(), FORM)


def fill_xero(client: Client) -> list[str]:
    for name in NAMES:
        attach(client, "xero", name=quote(name), content=name.encode() * 1000)
    new = {"Type": "ACCREC", "Contact": {"Name": "Émile"}, "LineItems": [{"Quantity": 2, "UnitAmount": 10.5}]}
    assert client.send_json("PUT", "/Invoices", new).status == 200
    assert client.get("/Contacts", xero_tenant_id="another").status == 200
    given = token(client, grant_type="authorization_code", code="demo-code").json()
    return [given["access_token"], given["refresh_token"]]


def ask_xero(client: Client, known: list[str]) -> Iterator[Answer]:
    for tenant in ("another", SEED["xero"]["owner"]):
        yield client.get("/Invoices", xero_tenant_id=tenant)
        yield client.get("/Contacts", xero_tenant_id=tenant)
    strict = {"xero_tenant_id": SEED["xero"]["owner"], "authorization": f"Bearer {known[0]}"}
    for name in NAMES:
        target = f"/Invoices/{xero.INVOICE}/Attachments/{quote(name)}"
        yield client.get(target, **strict)
        yield client.put(target, b"again", **strict)
    yield client.get(f"/Invoices/{xero.INVOICE}/History", **strict)
    yield client.put(f"/Invoices/{xero.INVOICE}/Attachments/new.pdf", b"new", **strict)
    yield client.send_json("PUT", "/Contacts", {"Name": "ÉMILE"}, **strict)
    yield token(client, grant_type="refresh_token", refresh_token=known[1])
    yield token(client, grant_type="authorization_code", code="demo-code")


PUSHED = f"{codat.connection()}/push/invoices/inv-2/attachment"


def fill_codat(client: Client) -> list[str]:
    for name in NAMES:
        attach(client, "codat", name=name, content=name.encode() * 1000)
    changes = [
        client.send_json("POST", f"{codat.connection()}/push/invoices", {"totalAmount": 12.5}),
        client.send_json("PUT", f"{codat.connection()}/push/invoices/inv-1", {"totalAmount": 99.5}),
        client.request("POST", PUSHED, codat.form(codat.file_part(b"later")), {"content-type": codat.FORM}),
    ]
    return [change.json()["pushOperationKey"] for change in changes]


def ask_codat(client: Client, known: list[str]) -> Iterator[Answer]:
    yield client.get("/companies")
    for operation in known:
        for _ in range(2):
            yield client.get(f"/companies/{codat.COMPANY}/push/{operation}")
    yield client.get(f"/companies/{codat.COMPANY}/push")
    yield client.get(f"/companies/{codat.COMPANY}/data/invoices")
    listed = client.get(f"{codat.connection()}/data/invoices/inv-2/attachments")
    yield listed
    for attachment in listed.json()["attachments"]:
        yield client.get(f"{codat.connection()}/data/invoices/inv-2/attachments/{attachment['id']}/download")
    yield client.request("POST", PUSHED, codat.form(codat.file_part(b"new")), {"content-type": codat.FORM})


REGISTER = "/_emulator/attachments/"


def fill_dualentry(client: Client) -> list[str]:
    for name in NAMES:
        attach(client, "dualentry", name=name, content=name.encode() * 1000)
    signed = client.send_json("POST", REGISTER, {"file_name": "signed.pdf", "file_size": 11}).json()
    other = client.send_json("POST", "/public/v2/bills/", dualentry.LEAST["bills"], x_api_key="another")
    assert other.status == 200
    attachments = client.get("/public/v2/invoices/1002/").json()["attachments"]
    return [signed["upload_url"], *(item["download_url"] for item in attachments)]


def ask_dualentry(client: Client, known: list[str]) -> Iterator[Answer]:
    for key in (dualentry.KEY, "another"):
        for slug in ("bills", "invoices"):
            yield client.get(f"/public/v2/{slug}/", x_api_key=key)
    upload, *downloads = [url.removeprefix("http://emulator.test/dualentry") for url in known]
    yield client.put(upload, b"signed file")
    yield client.put(upload, b"signed file")
    for url in downloads:
        yield client.get(url, x_api_key=None)
    yield client.send_json("POST", "/public/v2/sales-orders/", dualentry.LEAST["sales-orders"])
    yield client.send_json("POST", REGISTER, {"file_name": "next.pdf", "file_size": 11})


def fill_vrplatform(client: Client) -> list[str]:
    for name in NAMES:
        attach(client, "vrplatform", name=name, content=name.encode() * 1000)
    form = {"content-type": vrplatform.FORM}
    staged = client.request("POST", vrplatform.FILES, vrplatform.form(vrplatform.file_part(b"staged")), form)
    assert client.get("/transactions", x_team_id="another").status == 200
    leads = client.get(f"{vrplatform.FILES}/{staged.json()['id']}/download").headers["location"]
    return [staged.json()["id"], leads]


def ask_vrplatform(client: Client, known: list[str]) -> Iterator[Answer]:
    staged, url = known
    yield client.get("/transactions?limit=250")
    yield client.get("/transactions?limit=250", x_team_id="another")
    yield client.get(url.removeprefix("http://emulator.test/vrplatform"), x_api_key=None)
    for attachment in client.get("/transactions/txn-123").json()["attachments"]:
        yield client.get(f"{vrplatform.FILES}/{attachment['id']}/download")
    yield client.get("/audit/mutations")
    yield client.get(f"/statements/{vrplatform.MAY_STATEMENT}")
    yield client.get("/teams")
    yield client.send_json("POST", "/transactions", {**vrplatform.LEAST, "attachmentIds": [staged]})
    yield client.get(f"{vrplatform.FILES}/{staged}")
    yield client.send_json("PUT", "/transactions/txn-123", {"attachmentIds": []})
    yield client.get("/transactions/txn-123")


FILL: dict[str, Callable[[Client], list[str]]] = {
    "xero": fill_xero,
    "codat": fill_codat,
    "dualentry": fill_dualentry,
    "vrplatform": fill_vrplatform,
}
ASK: dict[str, Callable[[Client, list[str]], Iterator[Answer]]] = {
    "xero": ask_xero,
    "codat": ask_codat,
    "dualentry": ask_dualentry,
    "vrplatform": ask_vrplatform,
}
SETTINGS = {"codat_push_polls": 2, "vrplatform_download_redirects": True, "xero_max_attachments": 7}


def fill(control: Control) -> dict[str, list[str]]:
    """Put something of everything into a sandbox; what its clients know."""
    assert control.reset(seed="s", now=NOW, frozen=True, settings=SETTINGS).status == 200
    return {vendor: FILL[vendor](client_of(control.gateway, vendor)) for vendor in VENDOR_NAMES}


@pytest.fixture
def filled(control: Control) -> tuple[Control, dict[str, list[str]]]:
    return control, fill(control)


@pytest.fixture(scope="module")
def archive() -> bytes:
    control = Control(create_app())
    fill(control)
    return snapshot(control)


@pytest.fixture(scope="module")
def target() -> Control:
    """What all that is refused leaves as it was."""
    control = Control(create_app())
    attach(client_of(control.gateway, "codat"), "codat", content=b"mine")
    return control


# --- There and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vendor", VENDOR_NAMES)
def test_a_sandbox_goes_on_elsewhere_as_it_would_have_gone_on(
    filled: tuple[Control, dict[str, list[str]]], make: Callable[..., Control], vendor: str
) -> None:
    here, known = filled
    there = make(auth="off", seed="another", xero_max_attachments=1)
    assert restore(there, snapshot(here)).status == 200

    pages = ("/settings", "/documents", "/files", "/clock")
    assert [there.read(page) for page in pages] == [here.read(page) for page in pages]
    answers, expected = (
        [
            (item.status, item.headers.raw, item.body)
            for item in ASK[vendor](client_of(box.gateway, vendor), known[vendor])
        ]
        for box in (there, here)
    )
    assert answers == expected
    assert {status for status, _, _ in expected} & {200, 201}
    assert [there.read(page) for page in pages] == [here.read(page) for page in pages]


def test_what_was_restored_gives_the_same_archive_again(archive: bytes, make: Callable[..., Control]) -> None:
    there = make()
    restore(there, archive)

    assert snapshot(there) == archive


def test_the_archive_can_be_read_and_has_each_file_once(filled: tuple[Control, dict[str, list[str]]]) -> None:
    control, _ = filled
    archive = snapshot(control)
    contents = document(archive)

    assert (contents["format"], contents["version"], contents["emulator"]) == (
        "attachment-emulator sandbox",
        2,
        __version__,
    )
    assert (contents["name"], contents["seed"], contents["settings"]) == ("default", "s", SETTINGS)
    assert contents["clock"] == {"frozen_at": "2026-02-03T04:05:06.789000+00:00"}
    assert "Ünï cødé 発票.pdf" in ZipFile(io.BytesIO(archive)).read("sandbox.json").decode()
    names = [name.removeprefix("blobs/") for name in ZipFile(io.BytesIO(archive)).namelist()]
    # One is on its way to a record, and no attachment yet.
    held = {file["sha256"] for file in control.files() if file["sha256"]} | {hashlib.sha256(b"later").hexdigest()}
    assert names == ["sandbox.json", *sorted(held)]


def send_credentials(control: Control) -> list[str]:
    """Send each vendor credentials, have one of each revoked, and return them all."""
    keys = [f"sent-key-{number}" for number in range(3)]
    assert client_of(control.gateway, "dualentry").get("/public/v2/bills/", x_api_key=keys[0]).status == 200
    for vendor, state in (("codat", "revoked"), ("dualentry", "revoked"), ("vrplatform", "revoked")):
        assert control.send("POST", "/credentials", vendor=vendor, state=state, owner=keys[1]).status == 200
    for state, scopes in (("inactive", None), ("limited", "transactions:read")):
        changed_credentials = {"vendor": "vrplatform", "state": state, "owner": keys[2]}
        assert control.send("POST", "/credentials", **changed_credentials, scopes=scopes or "").status == 200
    query = urlencode({"client_id": "demo-client", "redirect_uri": "http://a.test/", "response_type": "code"})
    consent = Client(control.gateway).get(f"/xero/identity/connect/authorize?{query}")
    location = consent.headers["location"]
    return [*keys, location.partition("code=")[2].partition("&")[0]]


def issued_credentials() -> list[str]:
    """The credentials of the seed data."""
    apps = seed.load("xero")
    return [
        *apps["clients"].values(),
        *apps["authorization_codes"],
        *(key for vendor in VENDOR_NAMES[1:] for key in seed.load(vendor)["api_keys"]),
    ]


def test_an_archive_discloses_no_credential_and_one_that_did_can_be_restored(
    filled: tuple[Control, dict[str, list[str]]], make: Callable[..., Control]
) -> None:
    control, known = filled
    credentials = [*known["xero"], *send_credentials(control), *issued_credentials()]
    archive = snapshot(control)
    text = ZipFile(io.BytesIO(archive)).read("sandbox.json").decode()

    assert [credential for credential in credentials if credential in text] == []
    former = text.replace('"version": 2', '"version": 1')
    # Not looked for in the text: it is a tenant's name too.
    for credential in (*credentials, "another"):
        former = former.replace(hashlib.sha256(credential.encode()).hexdigest(), credential)
    assert "sent-key-0" in former
    there = make()
    assert restore(there, changed(archive, files={"sandbox.json": former.encode()})).status == 200
    assert snapshot(there) == archive


def test_a_running_clock_is_as_far_ahead_as_it_was(control: Control, make: Callable[..., Control]) -> None:
    control.send("PATCH", "/clock", advance=1000)
    there = make()

    restore(there, snapshot(control))

    assert there.read("/clock")["frozen"] is False
    (ahead,) = document(snapshot(there))["clock"].values()
    assert {"ahead": ahead} == document(snapshot(control))["clock"]
    assert round(ahead / 10**6) == 1000


def test_a_sandbox_can_be_restored_under_another_name(filled: tuple[Control, dict[str, list[str]]]) -> None:
    here, known = filled
    there = here.of("copy")

    answer = restore(there, snapshot(here))

    assert (answer.status, answer.json()["name"]) == (200, "copy")
    assert there.files() == here.files()
    copy = client_of(here.gateway, "xero", "/sandbox/copy")
    before = here.everything()
    there.send("PATCH", "/settings", settings={"auth": "strict"})
    for bearer, status in ((known["xero"][0], 200), ("unknown", 401)):
        answer = copy.get("/Invoices", authorization=f"Bearer {bearer}", xero_tenant_id=SEED["xero"]["owner"])
        assert answer.status == status
    there.send("PATCH", "/settings", settings={"auth": "any"})
    attach(client_of(here.gateway, "codat", "/sandbox/copy"), "codat", name="b.pdf")
    assert here.everything() == before


def test_what_happened_since_is_undone(filled: tuple[Control, dict[str, list[str]]]) -> None:
    control, known = filled
    before, archive = control.files(), snapshot(control)
    used = control.gateway.registry.store.used_bytes
    list(ASK["vrplatform"](client_of(control.gateway, "vrplatform"), known["vrplatform"]))
    assert control.files() != before

    restore(control, archive)

    assert control.files() == before
    assert control.exchanges() == []
    assert control.gateway.registry.store.used_bytes == used


def test_an_untouched_sandbox_can_be_taken_and_restored_without_room(make: Callable[..., Control]) -> None:
    control = make(max_store_bytes=0)
    before = control.files()

    assert restore(control, snapshot(control)).status == 200
    assert restore(make(max_store_bytes=0), snapshot(control)).status == 200

    assert control.files() == before
    assert control.gateway.registry.store.used_bytes == 0


def test_a_large_file_arrives_whole(control: Control, make: Callable[..., Control]) -> None:
    content = os.urandom(3 * 1024 * 1024)
    attach(client_of(control.gateway, "xero"), "xero", content=content)
    there = make()

    restore(there, snapshot(control))

    assert there.get(f"{there.home}/files/{hashlib.sha256(content).hexdigest()}").body == content


def test_requests_under_way_end_in_the_sandbox_they_began_in(control: Control) -> None:
    archive = snapshot(control)
    app = control.gateway
    sent: list[bytes] = []
    outgoing: list[Message] = []

    async def receive() -> Message:
        sent.append(b"half")
        if len(sent) == 2:
            restored = await send(app, scope_of("PUT", f"{control.home}/snapshot", {}), [archive])
            assert restored.status == 200
        return {"type": "http.request", "body": b"half", "more_body": len(sent) == 1}

    async def collect(message: Message) -> None:
        outgoing.append(message)

    client = client_of(app, "xero")
    target = f"{client.base}/Invoices/{xero.INVOICE}/Attachments/late.pdf"
    asyncio.run(app(scope_of("PUT", target, client.headers), receive, collect))

    assert outgoing[0]["status"] == 200
    assert "late.pdf" not in {file["name"] for file in control.files()}
    assert control.gateway.registry.store.used_bytes == 0


# --- What is refused --------------------------------------------------------------------------------------------------


def first_file(archive: bytes) -> str:
    own = {f"blobs/{sha256}" for sha256 in seed.files()}
    return next(name for name in ZipFile(io.BytesIO(archive)).namelist()[1:] if name not in own)


UNFIT: dict[str, Callable[[bytes], bytes]] = {
    "it is not a zip archive, or a damaged one": lambda archive: archive[: len(archive) // 2],
    "there is no sandbox.json in it": lambda archive: changed(archive, files={"sandbox.json": None}),
    "its sandbox.json is not JSON": lambda archive: changed(archive, files={"sandbox.json": b"{"}),
    "it is not an attachment-emulator sandbox": lambda archive: changed(archive, files={"sandbox.json": b"[]"}),
    "it was written by a newer emulator (9.9.9), in version 3": lambda archive: changed(
        archive, lambda state: state.update(version=3, emulator="9.9.9", more=1)
    ),
    "its version is None": lambda archive: changed(archive, lambda state: state.pop("version")),
    "its version is 0": lambda archive: changed(archive, lambda state: state.update(version=0)),
    "ids_drawn is not a valid count": lambda archive: changed(archive, lambda state: state.update(ids_drawn=-1)),
    "its clock is too far": lambda archive: changed(
        archive, lambda state: state["clock"].update(frozen_at="9999-12-31")
    ),
    "its clock is too far in": lambda archive: changed(archive, lambda state: state.update(clock={"ahead": 10**400})),
    "there is no vendor 'sage'": lambda archive: changed(archive, lambda state: state["vendors"].update(sage={})),
    "of xero, it is not a XeroState": lambda archive: changed(archive, lambda state: state["vendors"].update(xero={})),
    "of codat, CodatState needs keys": lambda archive: changed(
        archive, lambda state: state["vendors"]["codat"].pop("keys")
    ),
    "of vrplatform, VRPlatformState has no \\udcff": lambda archive: changed(
        archive, lambda state: state["vendors"]["vrplatform"].update({"\udcff": 1})
    ),
    "of xero, there is no file": lambda archive: changed(archive, files={first_file(archive): None}),
    "blobs/": lambda archive: changed(archive, files={first_file(archive): b"other"}),
}
UNFIT_MEMBERS: dict[str, Callable[[Any], object]] = {
    "seed is needed.": lambda state: state.pop("seed"),
    "seed is printable text.": lambda state: state.update(seed="\udcff"),
    "more is unknown": lambda state: state.update(more=1),
    "vendors is an object.": lambda state: state.update(vendors=[]),
    "settings.nonsense is unknown.": lambda state: state["settings"].update(nonsense=1),
    "settings.port applies to the whole server; a sandbox cannot change it.": lambda state: state["settings"].update(
        port=1
    ),
    "settings: auth is one of": lambda state: state["settings"].update(auth="some"),
    "clock.frozen_at is a moment": lambda state: state["clock"].update(frozen_at="noon"),
}


@contextmanager
def without_collection() -> Iterator[None]:
    """Run without the garbage collector: what a failure leaves behind has to be gone at once, not some time later."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refused(control: Control, archive: bytes) -> tuple[int, str]:
    """How an archive is refused; asserts that all is as it was."""
    store = control.gateway.registry.store
    before = control.everything()
    with without_collection():
        held = (len(store), store.used_bytes)
        answer = problem(restore(control, archive))
        assert (len(store), store.used_bytes) == held
    assert control.everything() == before
    return answer


@pytest.mark.parametrize("reason", UNFIT)
def test_an_archive_that_does_not_fit_is_refused_and_leaves_all_as_it_was(
    archive: bytes, target: Control, reason: str
) -> None:
    status, detail = refused(target, UNFIT[reason](archive))

    assert status == 422
    assert detail.startswith(f"The archive cannot be restored: {reason}")


@pytest.mark.parametrize("detail", UNFIT_MEMBERS)
def test_a_document_that_does_not_fit_is_refused(archive: bytes, target: Control, detail: str) -> None:
    answer = refused(target, changed(archive, UNFIT_MEMBERS[detail]))

    assert (answer[0], answer[1][: len(detail)]) == (422, detail)


def first(tree: Any, *names: str) -> Any:
    """The first of what is at the end of a path in the vendors' states."""
    for name in names:
        tree = tree[name]
    return tree["$pairs"][0][1] if "$pairs" in tree else next(iter(tree.values()))


NONSENSE: dict[str, Callable[[Any], object]] = {
    "of codat, records of Connection is or holds a value of the wrong type": lambda vendors: first(
        first(vendors, "codat", "companies"), "connections"
    )["records"]["$pairs"][0].__setitem__(1, 5),
    "of xero, expires of Token is or holds a value of the wrong type": lambda vendors: first(
        vendors, "xero", "refresh_tokens"
    ).update(expires={"$moment": "2026-02-03T00:00:00"}),
    "what it says of xero is inconsistent": lambda vendors: first(
        first(vendors, "xero", "_organisations"), "_documents", "Invoices"
    )["fields"].update(Contact="x"),
    "what it says of dualentry is inconsistent": lambda vendors: first(
        first(vendors, "dualentry", "_by_key"), "records", "bills"
    )["fields"].update(expenses="x"),
    "what it says of vrplatform is inconsistent": lambda vendors: first(vendors, "vrplatform", "_teams")[
        "transactions"
    ]["txn-123"]["fields"].update(date=1),
}


@pytest.mark.parametrize("reason", NONSENSE)
def test_an_archive_whose_parts_do_not_go_together_is_refused(archive: bytes, target: Control, reason: str) -> None:
    status, detail = refused(target, changed(archive, lambda tree: NONSENSE[reason](tree["vendors"])))

    assert status == 422
    assert detail.startswith(f"The archive cannot be restored: {reason}")


def test_files_that_do_not_fit_into_the_store_are_refused(archive: bytes, make: Callable[..., Control]) -> None:
    control = make(max_store_bytes=20_000)
    attach(client_of(control.gateway, "codat"), "codat", content=b"mine")

    status, detail = refused(control, archive)

    assert status == 507
    assert detail.startswith("The file store holds at most 20000 bytes; raise max_store_bytes")


@pytest.mark.parametrize("declared", [None, "999999"])
def test_an_archive_that_is_longer_than_any_could_be_is_not_read_to_its_end(
    control: Control, monkeypatch: pytest.MonkeyPatch, declared: str | None
) -> None:
    monkeypatch.setattr("emulator.control.snapshots.MAX_OVERHEAD", 1000 - control.gateway.registry.store.max_bytes)

    answer = restore(control, bytes(2000) if declared is None else b"", content_length=declared)

    assert problem(answer) == (413, "An archive has at most 1000 bytes, which depends on max_store_bytes.")


def test_a_client_that_goes_away_in_the_middle_changes_nothing(control: Control, archive: bytes) -> None:
    before = control.everything()

    with pytest.raises(Disconnected):
        control.request("PUT", f"{control.home}/snapshot", [archive[:100_000]], cut=True)

    assert control.everything() == before


def test_a_disk_without_room_is_a_problem_in_words(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("emulator.control.snapshots.TemporaryFile", full)

    status, detail = problem(restore(control, b"x"))

    assert (status, "No space left on device" in detail) == (507, True)


def test_a_sandbox_that_could_not_be_restored_is_not_taken(control: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    client_of(control.gateway, "xero").get("/Invoices")
    monkeypatch.setattr("emulator.core.storage.archives.MAX_DOCUMENT_BYTES", 1000)

    status, detail = problem(control.get(f"{control.home}/snapshot"))

    assert (status, "1000" in detail) == (507, True)


@pytest.mark.parametrize("name", ["a.b", "x" * 65, "second"])
def test_a_sandbox_that_cannot_be_is_not_restored(make: Callable[..., Control], name: str) -> None:
    control = make(max_sandboxes=1)
    archive = snapshot(control)

    assert problem(control.put(f"{SANDBOXES}/{name}/snapshot", archive))[0] in (400, 404, 409)
    assert len(control.get(SANDBOXES).json()["sandboxes"]) == 1


# --- In the hands of a test -------------------------------------------------------------------------------------------


def test_a_test_takes_a_snapshot_and_restores_it() -> None:
    with Emulator() as server:
        here, there = server.sandbox("here"), server.sandbox("there")
        with here.xero.client() as http:
            http.put("/Invoices/INV-0001/Attachments/a.pdf", content=b"a" * 200_000).raise_for_status()

        there.restore(here.snapshot())

        assert there.files.find() == here.files.find()
        with pytest.raises(EmulatorError, match="it is not a zip archive"):
            there.restore(b"x")
        assert there.files.find() == here.files.find()
