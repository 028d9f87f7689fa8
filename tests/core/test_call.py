"""A body that was not wanted, on a connection that ends."""

import pytest

from emulator import create_app
from emulator.core import call
from tests.asgi import Answer
from tests.vendors.xero.conftest import INVOICE, Xero

TARGET = f"/Invoices/{INVOICE}/Attachments/a.pdf"


def refused(*pieces: bytes, cut: bool = False, **headers: str) -> Answer:
    xero = Xero(create_app(xero_max_request_bytes=3))
    answer = xero.request("PUT", TARGET, pieces, {"content-length": "1000", **headers}, cut=cut)
    assert answer.rule == "xero.max-request-bytes"
    return answer


def test_an_unwanted_body_is_read_before_the_connection_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(b"1234", b"5678", connection="close").headers["connection"] == "close"
    assert refused(b"1234", connection="close", cut=True).status == 413
    monkeypatch.setattr(call, "DRAIN_BYTES", 3)
    assert refused(b"1234", b"5678", connection="close", cut=True).status == 413


def test_a_client_that_awaits_permission_is_told_that_the_connection_closes() -> None:
    assert refused(b"", expect="100-continue").headers["connection"] == "close"
    assert refused(b"1234").headers["connection"] == "keep-alive"


@pytest.mark.parametrize("headers", [{"connection": "close"}, {}])
def test_a_refusal_of_the_last_piece_is_answered_like_any_other(headers: dict[str, str]) -> None:
    xero = Xero(create_app(xero_max_request_bytes=10))

    answer = xero.request("PUT", TARGET, [bytes(100)], headers)

    assert (answer.status, answer.rule) == (413, "xero.max-request-bytes")
