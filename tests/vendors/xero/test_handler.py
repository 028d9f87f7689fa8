"""Which checks a request meets, in which order, and how paths may be spelt."""

from collections.abc import Callable

import pytest

from emulator.core.emulator_app import EmulatorApp
from emulator.vendors.xero.operations import OPERATIONS
from tests.asgi import Client
from tests.vendors.xero.conftest import BASE, INVOICE, Xero

FILES = f"/Invoices/{INVOICE}/Attachments"


@pytest.mark.proves("xero.spellings")
@pytest.mark.parametrize(
    "files",
    [
        f"/Invoices/{INVOICE}/Attachments",
        f"/invoices/{INVOICE.upper()}/attachments",
        f"/INVOICES/{INVOICE}/ATTACHMENTS",
        f"/Invoice/{INVOICE}/Attachment",
        f"/invoice/{INVOICE}/Attachments",
    ],
)
def test_paths_match_in_any_case_singular_or_plural_with_or_without_a_slash(xero: Xero, files: str) -> None:
    assert xero.put(f"{files}/a.pdf", b"1").status == 200
    assert xero.put(f"{files}/b.pdf/", b"2").status == 200
    assert xero.get(files).json()["Attachments"] == xero.get(f"{files}/").json()["Attachments"]
    assert xero.get(f"{files}/A.PDF").body == b"1"
    assert xero.names() == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("path", ["/BankTransaction", "/bankTransfer", "/manualjournal", "/Organisations", "/contact"])
def test_singular_endpoints_are_there(xero: Xero, path: str) -> None:
    assert xero.get(path).status == 200


@pytest.mark.proves("xero.number-as-id")
@pytest.mark.parametrize(
    "document",
    ["/Invoices/INV-0001", "/invoices/inv-0001", "/Quotes/QU-0001", "/PurchaseOrders/PO-0001", "/Contacts/KB-01"],
)
def test_a_number_stands_for_the_id(xero: Xero, document: str) -> None:
    assert xero.get(document).status == 200
    assert xero.put(f"{document}/Attachments/a.pdf", b"1").status == 200
    assert xero.get(f"{document}/Attachments/a.pdf").body == b"1"


@pytest.mark.proves("xero.unknown-path")
@pytest.mark.parametrize("accept", ["application/json", "text/xml"])
@pytest.mark.parametrize(
    "path", ["/BankStatements/x", "/Invoices/x/y/z", "/", "", "/Invoices/INV-0001/Attachment5", "//"]
)
def test_a_path_that_xero_does_not_have_is_a_plain_404(xero: Xero, path: str, accept: str) -> None:
    missing = xero.get(path, accept=accept)

    assert (missing.status, missing.rule) == (404, "xero.unknown-path")
    assert missing.headers["content-type"] == "text/html; charset=utf-8"
    assert missing.body == b"The resource you're looking for cannot be found"


@pytest.mark.proves("xero.not-emulated")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Payments"),
        ("PUT", "/Payments"),
        ("GET", "/Reports/BalanceSheet"),
        ("GET", "/Items"),
        ("GET", "/items/some-item"),
        ("DELETE", "/Accounts/090"),
        ("GET", "/TaxRate"),
        ("GET", "/TrackingCategory"),
    ],
)
def test_what_xero_has_and_the_emulator_has_not_is_a_501_that_says_so(xero: Xero, method: str, path: str) -> None:
    answer = xero.request(method, path)

    assert (answer.status, answer.rule) == (501, "xero.not-emulated")
    assert answer.json() == {
        "ErrorNumber": 20,
        "Type": "ApiMethodNotImplementedException",
        "Message": "The Api Method called is not implemented",
    }
    assert xero.request(method, path, headers={"accept": None}).xml().findtext("ErrorNumber") == "20"
    exchange = next(iter(xero.sandbox.journal))
    assert exchange.operation
    assert exchange.rules == ("xero.not-emulated",)


def test_xeros_other_products_are_not_emulated_either(xero: Xero) -> None:
    client = Client(xero.app, "/xero", xero.headers)

    assert client.get("/files.xro/1.0/Files").rule == "xero.not-emulated"
    assert client.get("/nothing.xro/1.0").rule == "xero.unknown-path"


@pytest.mark.proves("xero.method")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{FILES}/a.pdf"),
        ("PATCH", f"{FILES}/a.pdf"),
        ("HEAD", f"{FILES}/a.pdf"),
        ("PUT", FILES),
        ("DELETE", "/Invoices/INV-0001"),
        ("OPTIONS", "/Invoices"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_a_501(xero: Xero, method: str, path: str) -> None:
    xero.put(f"{FILES}/a.pdf", b"1")

    answer = xero.request(method, path)

    assert (answer.status, answer.rule) == (501, "xero.method")
    assert xero.names() == ["a.pdf"]


@pytest.mark.proves("xero.credential")
@pytest.mark.parametrize("credential", [None, "", "Bearer", "Bearer  ", "Basic eDp5", "x", "Bearer\t"])
@pytest.mark.parametrize("path", ["/Invoices", "/no/such/path"])
def test_a_request_without_a_token_is_refused_whatever_its_path(xero: Xero, credential: str | None, path: str) -> None:
    refused = xero.get(path, authorization=credential)

    assert (refused.status, refused.rule) == (401, "xero.credential")
    assert refused.headers["www-authenticate"] == "Bearer error=invalid_token"
    assert refused.headers["content-type"] == "application/json"
    assert refused.text == (
        '{"Type":null,"Title":"Unauthorized","Status":401,"Detail":"AuthenticationUnsuccessful",'
        f'"Instance":"{refused.headers["xero-correlation-id"]}","Extensions":{{}}}}'
    )
    assert not [name for name in refused.headers if name.endswith("limit-remaining")]


@pytest.mark.proves("xero.tenant")
@pytest.mark.parametrize("tenant", [None, "", " "])
def test_a_request_for_no_organisation_is_forbidden(xero: Xero, tenant: str | None) -> None:
    refused = xero.put(f"{FILES}/a.pdf", b"1", xero_tenant_id=tenant)

    assert (refused.status, refused.rule) == (403, "xero.tenant")
    assert '"Title":"Forbidden","Status":403,"Detail":"AuthenticationUnsuccessful"' in refused.text
    assert "www-authenticate" not in refused.headers
    remaining = [name for name in refused.headers if name.endswith("limit-remaining")]
    assert remaining == ["x-appminlimit-remaining"]
    assert xero.names() == []


def test_without_auth_neither_token_nor_organisation_is_needed(make: Callable[..., Xero]) -> None:
    xero = make(auth="off")

    assert xero.get("/Invoices", authorization=None, xero_tenant_id=None).status == 200


@pytest.mark.proves("xero.rate-headers", "xero.rate-per-minute", "xero.rate-per-day", "xero.rate-per-app")
def test_the_remaining_requests_are_counted_down(xero: Xero) -> None:
    xero.sandbox.clock.freeze()

    def remaining(tenant: str) -> list[str]:
        headers = xero.get(FILES, xero_tenant_id=tenant).headers
        return [headers[f"x-{window}limit-remaining"] for window in ("min", "day", "appmin")]

    assert remaining("one") == ["59", "4999", "9999"]
    assert remaining("one") == ["58", "4998", "9998"]
    assert remaining("two") == ["59", "4999", "9997"]
    xero.sandbox.clock.advance(60)
    assert remaining("one") == ["59", "4997", "9999"]


def test_nothing_is_refused_when_the_count_is_down(make: Callable[..., Xero]) -> None:
    xero = make(xero_rate_per_minute=1)
    xero.sandbox.clock.freeze()

    assert [xero.get(FILES).headers["x-minlimit-remaining"] for _ in range(3)] == ["0", "0", "0"]


def test_a_refusal_names_its_rule_unless_the_answers_are_to_be_bare(make: Callable[..., Xero]) -> None:
    assert "emulator-rule" not in make(hide_emulator_headers=True).get("/nowhere").headers
    assert make().get("/nowhere").headers["emulator-rule"] == "xero.unknown-path"


def test_every_answer_carries_the_recorded_headers(xero: Xero) -> None:
    answer = xero.get(FILES)

    assert dict(answer.headers) == {
        "cache-control": "max-age=0, no-cache, no-store",
        "connection": "keep-alive",
        "date": answer.headers["expires"],
        "expires": answer.headers["date"],
        "pragma": "no-cache",
        "server": "nginx",
        "x-client-tls-ver": "tls1.3",
        "xero-correlation-id": answer.json()["Id"],
        "x-appminlimit-remaining": "9999",
        "x-daylimit-remaining": "4999",
        "x-minlimit-remaining": "59",
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(answer.body)),
    }


def test_a_client_that_closes_is_not_asked_to_keep_alive(xero: Xero) -> None:
    assert xero.get(FILES, connection="close").headers["connection"] == "close"


def test_the_date_is_the_sandboxs(xero: Xero) -> None:
    from datetime import UTC, datetime

    xero.sandbox.clock.freeze(datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC))

    assert xero.get(FILES).headers["date"] == "Wed, 02 Jan 2030 03:04:05 GMT"


@pytest.mark.parametrize("host", ["api.xero.com", "API.xero.com", "api.xero.com:443"])
def test_the_vendors_host_name_needs_no_mount(xero: Xero, host: str) -> None:
    client = Client(xero.app, "/api.xro/2.0", {**xero.headers, "host": host})

    uploaded = client.put(f"{FILES}/a.pdf", b"1").json()["Attachments"][0]

    assert uploaded["Url"] == f"http://{host}/api.xro/2.0{FILES}/a.pdf"
    assert xero.names() == ["a.pdf"]


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation.id for operation in OPERATIONS if operation.path.startswith("/api.xro")]

    assert len(set(names)) == len(names)
    assert len([name for name in names if "Attachment" in name]) == 55


def test_the_journal_says_what_came_and_why_it_was_refused(xero: Xero) -> None:
    xero.put(f"{FILES}/a.exe?x=%20", b"12345")
    xero.get("/nowhere")

    refused, lost = xero.sandbox.journal
    assert (refused.method, refused.target) == ("PUT", f"{BASE}{FILES}/a.exe?x=%20")
    assert (refused.operation, refused.status) == ("createInvoiceAttachmentByFileName", 400)
    assert refused.rules == ("xero.file-type",)
    assert refused.request_body
    assert refused.request_body.size == 5
    assert (b"authorization", b"[redacted]") in refused.request_headers
    assert refused.response_body
    assert b"supported file type" in (refused.response_body.read() or b"")
    assert (lost.operation, lost.status, lost.rules) == (None, 404, ("xero.unknown-path",))


def test_an_exchange_of_a_file_refers_to_it(xero: Xero) -> None:
    xero.put(f"{FILES}/a.pdf", b"bytes")
    xero.get(f"{FILES}/a.pdf")

    up, down = xero.sandbox.journal
    assert up.request_body
    assert down.response_body
    assert up.request_body.sha256 == down.response_body.sha256
    assert up.request_body.read() == b"bytes"


def test_a_defect_of_the_emulator_is_not_put_in_the_vendors_mouth(
    xero: Xero, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("emulator.vendors.xero.handler.auth", None)

    answer = xero.get(FILES)

    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "bug in the emulator" in answer.json()["detail"]
    assert "AttributeError" in caplog.text
    assert next(iter(xero.sandbox.journal)).outcome == "failed"


def test_two_apps_share_nothing() -> None:
    from emulator import create_app

    one, other = Xero(create_app()), Xero(create_app())
    one.put(f"{FILES}/a.pdf", b"1")

    assert isinstance(one.app, EmulatorApp)
    assert (other.names(), len(other.sandbox.journal)) == ([], 1)
