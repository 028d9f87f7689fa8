"""Keys: what is sent again is answered again, and done once."""

import asyncio
from collections.abc import Callable

import pytest

from tests.asgi import Answer, Disconnected, scope_of, send
from tests.vendors.dualentry.conftest import FORM, LEAST, DualEntry, errors, file_part, form

BILLS = "/public/v2/bills/"
BILL = LEAST["bills"]
INVOICE = "invoices/1002"
UPLOAD = f"/public/v2/{INVOICE}/attachments/"


def bill(dualentry: DualEntry, key: str = "key", **fields: object) -> Answer:
    return dualentry.send_json("POST", BILLS, {**BILL, **fields}, idempotency_key=key)


@pytest.mark.proves("dualentry.idempotency-lifetime")
def test_a_write_that_is_sent_again_is_answered_again_for_a_day(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze()
    first = bill(dualentry)
    dualentry.sandbox.clock.advance(86399)

    again = bill(dualentry)

    assert (again.status, again.body) == (200, first.body)
    assert len(dualentry.listed("bills")) == 3
    dualentry.sandbox.clock.advance(1)
    assert bill(dualentry).json()["number"] == 1004


def test_the_lifetime_is_a_setting(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_idempotency_lifetime=1)
    dualentry.sandbox.clock.freeze()
    bill(dualentry)
    dualentry.sandbox.clock.advance(1)

    assert bill(dualentry).json()["number"] == 1004


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_updates_have_keys_too(dualentry: DualEntry, method: str) -> None:
    target = f"{BILLS}1001/"
    first = dualentry.send_json(method, target, {**BILL, "memo": "first"}, idempotency_key="key")
    dualentry.send_json(method, target, {**BILL, "memo": "second"})

    again = dualentry.send_json(method, target, {**BILL, "memo": "first"}, idempotency_key="key")

    assert again.body == first.body
    assert dualentry.read("bills/1001")["memo"] == "second"


def test_reads_have_none(dualentry: DualEntry) -> None:
    before = dualentry.get(BILLS, idempotency_key="key").json()["count"]
    assert bill(dualentry).status == 200

    assert dualentry.get(BILLS, idempotency_key="key").json()["count"] == before + 1


def test_without_a_key_everything_is_done_again(dualentry: DualEntry) -> None:
    for _ in range(2):
        dualentry.upload(INVOICE, file_part())
        dualentry.upload(INVOICE, file_part(), idempotency_key="")

    assert len(dualentry.files(INVOICE)) == 4


def test_the_same_form_with_another_boundary_is_the_same_request(dualentry: DualEntry) -> None:
    content = bytes(range(256)) * 500
    answers = []
    for boundary in ("first-made-up-0001", "other-made-up-0002"):
        body = form(file_part(content), boundary=boundary)
        headers = {"content-type": f"multipart/form-data; boundary={boundary}", "idempotency-key": "key"}
        pieces = [body[at : at + 997] for at in range(0, len(body), 997)]
        answers.append(dualentry.request("POST", UPLOAD, pieces, headers))

    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert len(dualentry.files(INVOICE)) == 1


@pytest.mark.proves("dualentry.idempotency-mismatch")
def test_a_key_that_comes_with_another_request_is_refused(dualentry: DualEntry) -> None:
    bill(dualentry)

    others = [
        bill(dualentry, memo="other"),
        dualentry.send_json("POST", "/public/v2/journal-entries/", BILL, idempotency_key="key"),
        dualentry.send_json("POST", f"{BILLS}?a=1", BILL, idempotency_key="key"),
        dualentry.send_json("PUT", f"{BILLS}1001/", BILL, idempotency_key="key"),
        dualentry.upload(INVOICE, file_part(), idempotency_key="key"),
    ]

    for refused in others:
        assert (refused.status, refused.rule) == (422, "dualentry.idempotency-mismatch")
        assert errors(refused) == {"__all__": ["Idempotency-Key was used with a different request"]}
        assert "retry-after" not in refused.headers
    assert (len(dualentry.listed("bills")), len(dualentry.listed("journal-entries"))) == (3, 1)
    assert dualentry.files(INVOICE) == []


def test_another_file_under_the_same_key_is_another_request(dualentry: DualEntry) -> None:
    dualentry.upload(INVOICE, file_part(b"1"), idempotency_key="key")

    assert dualentry.upload(INVOICE, file_part(b"2"), idempotency_key="key").status == 422
    named = file_part(b"1", 'name="files"; filename="b.pdf"')
    assert dualentry.upload(INVOICE, named, idempotency_key="key").status == 422
    assert len(dualentry.files(INVOICE)) == 1


def test_keys_are_an_organisations_own(dualentry: DualEntry) -> None:
    bill(dualentry)

    other = DualEntry(dualentry.gateway, **{"x-api-key": "another"})

    assert bill(other, memo="other").json()["memo"] == "other"


def test_a_refusal_is_answered_again_too(dualentry: DualEntry) -> None:
    first = bill(dualentry, attachments=[{"id": 4822, "file_name": "a", "file_size": 1}])
    dualentry.upload(INVOICE, file_part())

    again = bill(dualentry, attachments=[{"id": 4822, "file_name": "a", "file_size": 1}])

    assert (again.status, again.rule, again.body) == (422, "dualentry.attachment-unknown", first.body)


def test_a_request_that_broke_off_leaves_its_key_unused(dualentry: DualEntry) -> None:
    headers = {"content-type": FORM, "idempotency-key": "key"}
    with pytest.raises(Disconnected):
        dualentry.request("POST", UPLOAD, [form(file_part())[:50]], headers, cut=True)

    assert dualentry.upload(INVOICE, file_part(), idempotency_key="key").status == 200


@pytest.mark.proves("dualentry.idempotency-in-progress")
def test_a_key_under_way_is_to_be_tried_again_later(dualentry: DualEntry) -> None:
    headers = {**dualentry.headers, "content-type": FORM, "idempotency-key": "key"}
    scope = scope_of("POST", f"/dualentry{UPLOAD}", headers)
    body = form(file_part())

    async def both() -> tuple[Answer, Answer]:
        return await asyncio.gather(
            send(dualentry.app, {**scope}, [body[:10], body[10:]]), send(dualentry.app, {**scope}, [body])
        )

    slow, quick = asyncio.run(both())

    assert slow.status == 200
    assert (quick.status, quick.rule, quick.headers["retry-after"]) == (409, "dualentry.idempotency-in-progress", "1")
    assert errors(quick) == {"__all__": ["A request with this Idempotency-Key is in progress"]}
    assert len(dualentry.files(INVOICE)) == 1
    assert dualentry.upload(INVOICE, file_part(), idempotency_key="key").body == slow.body


@pytest.mark.proves("dualentry.idempotency-max-answer")
def test_an_answer_that_is_too_long_is_not_given_again_and_nothing_done_again(dualentry: DualEntry) -> None:
    memo = "m" * 300_000
    first = bill(dualentry, memo=memo)

    again = bill(dualentry, memo=memo)

    assert (first.status, first.json()["memo"]) == (200, memo)
    assert (again.status, again.rule) == (409, "dualentry.idempotency-max-answer")
    assert errors(again) == {"__all__": ["The original response is too large to be replayed"]}
    assert "retry-after" not in again.headers
    assert len(dualentry.listed("bills")) == 3


@pytest.mark.proves("dualentry.idempotency-max-answer", "dualentry.idempotency-mismatch")
def test_how_long_an_answer_may_be_is_exact(make: Callable[..., DualEntry]) -> None:
    length = len(bill(make()).body)

    exact, short = make(dualentry_idempotency_max_answer=length), make(dualentry_idempotency_max_answer=length - 1)

    assert [bill(exact).status for _ in range(2)] == [200, 200]
    assert [bill(short).status for _ in range(2)] == [200, 409]
    assert bill(short, memo="other").rule == "dualentry.idempotency-mismatch"


@pytest.mark.proves("dualentry.idempotency-key")
def test_a_key_has_so_many_characters(dualentry: DualEntry) -> None:
    assert bill(dualentry, "k" * 255).status == 200
    refused = bill(dualentry, "k" * 256)

    assert (refused.status, refused.rule) == (400, "dualentry.idempotency-key")
    assert errors(refused) == {"__all__": ["Idempotency-Key must be at most 255 characters"]}
    assert len(dualentry.listed("bills")) == 3


def test_a_repeated_answer_has_the_date_and_counts_of_its_own_call(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze()
    first = bill(dualentry).headers
    again = bill(dualentry).headers

    assert (first["x-ratelimit-remaining"], again["x-ratelimit-remaining"]) == ("9", "8")
    dualentry.sandbox.clock.advance(60)
    assert bill(dualentry).headers["date"] != first["date"]
