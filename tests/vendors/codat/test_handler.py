"""Which checks a request meets, in which order."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from emulator.vendors.codat.fault_responses import FAULT_RESPONSES
from emulator.vendors.codat.operations import OPERATIONS
from emulator.vendors.codat.rules import RULES
from tests.asgi import Client
from tests.vendors.codat.conftest import COMPANY, OTHER_COMPANY, UNKNOWN, XERO, Codat, connection


@pytest.mark.proves("codat.unknown-path")
@pytest.mark.parametrize("credential", [None, "Basic bm90cmVhbA=="])
def test_an_unknown_path_is_not_found_before_the_key_is_looked_at(codat: Codat, credential: str | None) -> None:
    missing = codat.get("/cauldron-nope", authorization=credential)

    assert (missing.status, missing.rule) == (404, "codat.unknown-path")
    correlation_id = missing.json()["correlationId"]
    assert missing.text == (
        f'{{"statusCode":404,"service":"PublicApi","error":"NotFound","correlationId":"{correlation_id}",'
        '"canBeRetried":"Unknown","detailedErrorCode":0}'
    )
    assert len(correlation_id) == 32


@pytest.mark.proves("codat.method")
def test_a_method_that_a_path_does_not_take_is_told_so(codat: Codat) -> None:
    assert codat.request("DELETE", "/companies", headers={"authorization": None}).status == 405


@pytest.mark.proves("codat.credential")
@pytest.mark.parametrize("credential", [None, "", "Basic", "Basic !!", "Basic Og==", "Bearer YQ==", "YQ=="])
def test_a_request_without_a_key_is_unauthorised(codat: Codat, credential: str | None) -> None:
    refused = codat.get("/companies", authorization=credential)

    assert (refused.status, refused.rule) == (401, "codat.credential")
    assert refused.json()["error"] == "Unauthorized"
    assert refused.headers["content-type"] == "application/json"


@pytest.mark.proves("codat.key-unknown")
def test_strict_auth_knows_its_keys_with_and_without_a_colon(make: Callable[..., Codat]) -> None:
    codat = make(auth="strict")

    for good in ("Basic ZGVtby1rZXk=", "basic ZGVtby1rZXk6"):
        assert codat.get("/companies", authorization=good).status == 200
    assert codat.get("/companies", authorization="Basic bm90cmVhbA==").rule == "codat.key-unknown"
    assert make(auth="off").get("/companies", authorization=None).status == 200


@pytest.mark.proves("codat.not-emulated")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"/companies/{COMPANY}/data/accounts"),
        ("GET", f"{connection()}/options/invoices"),
        ("DELETE", f"/companies/{COMPANY}"),
        ("POST", "/webhooks/integrationKeys/zapier"),
        ("GET", f"{connection()}/payables/info"),
        ("GET", "/partners/intuit/idx/accounts"),
    ],
)
def test_what_codat_has_and_the_emulator_has_not_is_a_501(codat: Codat, method: str, path: str) -> None:
    answer = codat.request(method, path)

    assert (answer.status, answer.rule) == (501, "codat.not-emulated")
    assert answer.json()["statusCode"] == 501


@pytest.mark.proves("codat.company-unknown")
def test_an_unknown_company_is_not_found_by_the_clients_service(codat: Codat) -> None:
    for path in (f"/companies/{UNKNOWN}", f"/companies/{UNKNOWN}/connections/{XERO}/data/invoices/inv-1/attachments"):
        error = codat.get(path).json()
        assert (error["statusCode"], error["service"]) == (404, "ClientsApi")
        assert error["error"] == f"No company was found with ID {UNKNOWN}"


@pytest.mark.proves("codat.connection-unknown")
@pytest.mark.parametrize("company", [COMPANY, OTHER_COMPANY])
def test_an_unknown_connection_or_another_companys_is_not_found(codat: Codat, company: str) -> None:
    link = UNKNOWN if company == COMPANY else XERO

    error = codat.get(f"/companies/{company}/connections/{link}").json()

    assert (error["statusCode"], error["error"]) == (404, f"Data connection {link} not found")


@pytest.mark.proves("codat.rate-headers", "codat.rate-per-day")
def test_the_days_requests_are_counted_down(codat: Codat) -> None:
    codat.sandbox.clock.freeze(datetime(2026, 2, 3, 10, tzinfo=UTC))

    answers = [codat.get("/companies") for _ in range(2)]

    # One of the two companies has linked connections.
    assert [answer.headers["x-rate-limit-limit"] for answer in answers] == ["2000", "2000"]
    assert [answer.headers["x-rate-limit-remaining"] for answer in answers] == ["1999", "1998"]
    assert answers[0].headers["x-rate-limit-reset"] == "2026-02-04T00:00:00.0000000Z"
    assert codat.get("/nowhere", authorization=None).headers["x-rate-limit-remaining"] == "1997"
    codat.sandbox.clock.advance(14 * 3600)
    assert codat.get("/companies").headers["x-rate-limit-remaining"] == "1999"


def test_the_vendors_host_name_needs_no_mount(codat: Codat) -> None:
    client = Client(codat.app, "", {**codat.headers, "host": "api.codat.io"})

    assert client.get("/companies").status == 200


def test_paths_match_in_any_letter_case(codat: Codat) -> None:
    assert codat.get(f"/Companies/{COMPANY.upper()}/Connections/{XERO}/Data/Invoices/inv-1/Attachments/").status == 200


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation.id for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    sdk = [name for name in names if "attachment" in name and not name.startswith(("payables", "emulator"))]
    assert len(sdk) == 28


def test_every_status_that_a_rule_answers_with_can_be_injected() -> None:
    answered = {rule.answer.status for rule in RULES if rule.answer} - {501}

    assert answered <= {*FAULT_RESPONSES}
    assert 422 in answered
