"""Keys at several vendors: what is sent again is answered again, and done once."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from emulator import create_app
from emulator.core import idempotency
from tests.asgi import Answer, Disconnected, scope_of, send
from tests.vendors.codat.conftest import FORM, Codat, connection, file_part, form
from tests.vendors.dualentry.conftest import LEAST, DualEntry
from tests.vendors.xero.conftest import BASE, INVOICE, Xero

FILE = f"/Invoices/{INVOICE}/Attachments/a.pdf"
UPLOAD = f"{connection()}/push/invoices/inv-2/attachment"
KEY = {"idempotency_key": "key"}


@pytest.fixture
def xero() -> Xero:
    return Xero(create_app())


@pytest.fixture
def codat() -> Codat:
    return Codat(create_app())


def push(codat: Codat, content: bytes = b"1", key: str = "key") -> tuple[int, str | None, bytes]:
    headers = {"content-type": FORM, "idempotency-key": key}
    answer = codat.request("POST", UPLOAD, form(file_part(content)), headers)
    return answer.status, answer.rule, answer.body


@pytest.mark.proves("xero.idempotency-lifetime")
def test_xero_answers_again_for_six_minutes(xero: Xero) -> None:
    xero.sandbox.clock.freeze()
    body = {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": [{"LineAmount": 1}]}

    first = xero.send_json("PUT", "/Invoices", body, **KEY)
    again = xero.send_json("PUT", "/Invoices", body, **KEY)
    assert (again.status, again.body, again.headers["xero-correlation-id"]) == (
        200,
        first.body,
        first.headers["xero-correlation-id"],
    )
    xero.sandbox.clock.advance(360)
    later = xero.send_json("PUT", "/Invoices", body, **KEY)

    assert later.json()["Invoices"][0]["InvoiceID"] != first.json()["Invoices"][0]["InvoiceID"]


def test_xero_remembers_refusals_too(xero: Xero) -> None:
    refused = xero.put(FILE.replace("pdf", "exe"), b"1", **KEY)
    again = xero.put(FILE.replace("pdf", "exe"), b"1", **KEY)

    assert (refused.status, again.status, again.rule) == (400, 400, "xero.file-type")
    assert again.json() == refused.json()


@pytest.mark.proves("xero.idempotency-mismatch")
def test_xero_refuses_a_key_that_comes_with_another_request(xero: Xero) -> None:
    xero.put(FILE, b"1", **KEY)

    for method, target, body in (
        ("POST", FILE, b"1"),
        ("PUT", FILE.replace("a.pdf", "b.pdf"), b"1"),
        ("PUT", FILE, b"2"),
    ):
        refused = xero.request(method, target, body, {"idempotency-key": "key"})
        assert (refused.status, refused.rule) == (400, "xero.idempotency-mismatch")
    assert xero.get(FILE).body == b"1"
    assert xero.put(FILE, b"2", xero_tenant_id="another", **KEY).status == 200
    assert xero.put(FILE, b"2", idempotency_key="").status == 200


@pytest.mark.proves("xero.idempotency-key")
def test_xero_refuses_a_key_that_is_too_long(xero: Xero) -> None:
    assert xero.put(FILE, b"1", idempotency_key="k" * 128).status == 200
    assert xero.put(FILE, b"1", idempotency_key="k" * 129).rule == "xero.idempotency-key"


@pytest.mark.proves("codat.idempotency-lifetime", "codat.idempotency-mismatch")
def test_codat_answers_again_for_ninety_minutes(codat: Codat) -> None:
    codat.sandbox.clock.freeze()
    first = push(codat)

    assert push(codat) == first
    assert len(codat.listed()) == 1
    assert push(codat, b"2")[:2] == (422, "codat.idempotency-mismatch")
    codat.sandbox.clock.advance(90 * 60)
    assert push(codat)[0] == 200
    assert len(codat.listed()) == 2


def test_without_a_key_everything_is_done_again(codat: Codat) -> None:
    push(codat, key="")
    push(codat, key="")

    assert len(codat.listed()) == 2


def test_a_request_that_broke_off_leaves_its_key_unused(codat: Codat) -> None:
    headers = {"content-type": FORM, "idempotency-key": "key"}
    with pytest.raises(Disconnected):
        codat.request("POST", UPLOAD, [form(file_part())[:50]], headers, cut=True)

    assert push(codat)[0] == 200


@pytest.mark.proves("codat.idempotency-in-progress")
def test_a_key_under_way_is_refused_at_codat(codat: Codat) -> None:
    headers = {**codat.headers, "content-type": FORM, "idempotency-key": "key"}
    scope = scope_of("POST", f"/codat{UPLOAD}", headers)

    async def both() -> list[int]:
        slow, quick = [form(file_part())[:10], form(file_part())[10:]], [form(file_part())]
        answers = await asyncio.gather(send(codat.app, {**scope}, slow), send(codat.app, {**scope}, quick))
        return [answer.status for answer in answers]

    assert asyncio.run(both()) == [200, 409]
    assert len(codat.listed()) == 1


def test_a_key_under_way_is_waited_for_at_xero(xero: Xero) -> None:
    headers = {**xero.headers, "idempotency-key": "key"}
    scope = scope_of("PUT", f"{BASE}{FILE}", headers)

    async def both() -> list[bytes]:
        answers = await asyncio.gather(send(xero.app, {**scope}, [b"1", b"2"]), send(xero.app, {**scope}, [b"12"]))
        return [answer.body for answer in answers]

    first, second = asyncio.run(both())
    assert first == second
    assert len(xero.get(f"/Invoices/{INVOICE}/History").json()["HistoryRecords"]) == 1


def test_a_repeated_answer_has_the_dates_counts_and_connection_of_its_own_call(xero: Xero) -> None:
    xero.sandbox.clock.freeze()
    first = xero.put(FILE, b"1", **KEY).headers
    xero.sandbox.clock.advance(60)

    again = xero.put(FILE, b"1", connection="close", **KEY).headers

    assert again["xero-correlation-id"] == first["xero-correlation-id"]
    assert (first["connection"], again["connection"]) == ("keep-alive", "close")
    assert again["date"] == again["expires"] != first["date"]
    assert (first["x-daylimit-remaining"], again["x-daylimit-remaining"]) == ("4999", "4998")


def test_a_key_under_way_is_not_forgotten_for_others(codat: Codat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "MAX_KEYS", 1)
    headers = {**codat.headers, "content-type": FORM}
    body = form(file_part())

    def upload(key: str, pieces: list[bytes], *, cut: bool = False) -> Coroutine[Any, Any, Answer]:
        scope = scope_of("POST", f"/codat{UPLOAD}", {**headers, "idempotency-key": key})
        return send(codat.app, scope, pieces, cut=cut)

    async def all_of_them() -> tuple[Answer | BaseException, ...]:
        slow = upload("slow", [body[at : at + 5] for at in range(0, 100, 5)], cut=True)
        return await asyncio.gather(
            slow, upload("a", [body]), upload("b", [body]), upload("slow", [body]), return_exceptions=True
        )

    broken, first, second, again = asyncio.run(all_of_them())

    assert isinstance(broken, Disconnected)
    assert [getattr(answer, "status", None) for answer in (first, second, again)] == [200, 200, 409]
    assert push(codat, key="slow")[0] == 200


def test_only_so_many_keys_are_remembered(codat: Codat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "MAX_KEYS", 2)

    for key in ("a", "b", "c", "a"):
        push(codat, key=key)

    assert len(codat.listed()) == 4


@pytest.mark.proves("dualentry.idempotency-max-answer", "dualentry.idempotency-mismatch")
def test_an_answer_beyond_a_vendors_length_is_given_once_and_the_key_stays_used() -> None:
    dualentry = DualEntry(create_app(dualentry_idempotency_max_answer=0))
    dualentry.sandbox.clock.freeze()

    def write(memo: str = "") -> tuple[int, str | None]:
        answer = dualentry.send_json("POST", "/public/v2/bills/", {**LEAST["bills"], "memo": memo}, **KEY)
        return answer.status, answer.rule

    assert write() == (200, None)
    for _ in range(2):
        assert write() == (409, "dualentry.idempotency-max-answer")
    assert write("other") == (422, "dualentry.idempotency-mismatch")
    dualentry.sandbox.clock.advance(86400)
    assert write() == (200, None)
    assert len(dualentry.listed("bills")) == 4


@pytest.mark.proves("dualentry.bad-json")
def test_a_refusal_is_remembered_however_long_answers_may_be() -> None:
    dualentry = DualEntry(create_app(dualentry_idempotency_max_answer=0))

    for _ in range(2):
        refused = dualentry.post("/public/v2/bills/", b"{", **KEY)
        assert (refused.status, refused.rule) == (400, "dualentry.bad-json")


def test_vendors_without_a_length_remember_any_answer(xero: Xero) -> None:
    lines = [{"Description": "Beans " * 600, "LineAmount": 1}] * 90
    body = {"Type": "ACCREC", "Contact": {"Name": "Tui"}, "LineItems": lines}

    first, again = (xero.send_json("PUT", "/Invoices", body, **KEY) for _ in range(2))

    assert (first.status, again.body) == (200, first.body)


def test_a_form_that_is_sent_again_under_another_boundary_is_the_same_request(codat: Codat) -> None:
    def send_it(boundary: str, content: bytes = b"1") -> Answer:
        body = form(file_part(content)).replace(b"frontier", boundary.encode())
        headers = {"content-type": f"multipart/form-data; boundary={boundary}", "idempotency-key": "key"}
        return codat.request("POST", UPLOAD, body, headers)

    first, again = send_it("first"), send_it("other-one")

    assert (first.status, again.body) == (200, first.body)
    assert len(codat.listed()) == 1
    assert send_it("third", b"2").status == 422
