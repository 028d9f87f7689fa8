"""What fits VRPlatform's models, and how Zod would say that something does not."""

from typing import Any

import pytest

from tests.vendors.vrplatform.conftest import INVOICE, LEAST, LINE, VRPlatform, issues, ok

MAX_SAFE_INTEGER = 9007199254740991
NO_STRINGS = [(5, "number"), (True, "boolean"), ([], "array"), ({}, "object")]
TYPES = '"deposit"|"expense"|"transfer"|"payout"'


def post(vrplatform: VRPlatform, body: str) -> tuple[str, str]:
    """Code and message of the one issue with a body, which is written as the text that is sent."""
    (issue,) = issues(vrplatform.post("/transactions", body.encode(), content_type="application/json"))
    return issue[0], issue[2]


@pytest.mark.parametrize(
    ("sent", "amount"),
    [
        ("-9007199254740991", -MAX_SAFE_INTEGER),
        ("9007199254740991", MAX_SAFE_INTEGER),
        ("5.00", 5),
        ("1e3", 1000),
    ],
)
def test_an_amount_is_an_integer_however_it_is_written(vrplatform: VRPlatform, sent: str, amount: int) -> None:
    body = f'{{"type":"expense","date":"2024-06-15","lines":[{{"accountId":"a","amount":{sent}}}]}}'

    created = ok(vrplatform.post("/transactions", body.encode(), content_type="application/json"))

    assert created["lines"][0]["amount"] == amount
    assert type(created["lines"][0]["amount"]) is int


@pytest.mark.proves("vrplatform.input")
@pytest.mark.parametrize(
    ("sent", "code", "message"),
    [
        ("2.5", "invalid_type", "Invalid input: expected int, received number"),
        ("9007199254740992", "too_big", "Too big: expected int to be <=9007199254740991"),
        ("1e300", "too_big", "Too big: expected int to be <=9007199254740991"),
        ("-9007199254740992", "too_small", "Too small: expected int to be >=-9007199254740991"),
        ('"5"', "invalid_type", "Invalid input: expected number, received string"),
        ("true", "invalid_type", "Invalid input: expected number, received boolean"),
        ("null", "invalid_type", "Invalid input: expected number, received null"),
    ],
)
def test_an_amount_is_an_integer_that_javascript_can_hold(
    vrplatform: VRPlatform, sent: str, code: str, message: str
) -> None:
    body = f'{{"type":"expense","date":"2024-06-15","lines":[{{"accountId":"a","amount":{sent}}}]}}'

    assert post(vrplatform, body) == (code, message)


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024-12-31T23:59:59.999Z", "2024-12-31"),
        ("2024-12-31T23:59:59+13:00", "2024-12-31"),
    ],
)
def test_of_a_moment_the_day_counts(vrplatform: VRPlatform, sent: str, day: str) -> None:
    assert ok(vrplatform.post_transaction(date=sent))["date"] == day
    assert ok(vrplatform.change("txn-123", date=sent))["date"] == day


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "2024-6-5",
        "15.06.2024",
        "2024-13-01",
        "2024-06-31",
        "2023-02-29",
        "2024-W10-1",
        "2024-06-15 ",
        "2024-06-15\n",
        "2024-06-15T",
        "2024-06-15 10:00",
        "٢٠٢٤-06-15",
        "\ud800",
    ],
)
def test_a_day_is_one_of_the_calendar(vrplatform: VRPlatform, sent: str) -> None:
    assert issues(vrplatform.post_transaction(date=sent)) == [("invalid_format", ["date"], "Invalid ISO date")]


@pytest.mark.parametrize("sent", ["", INVOICE.replace("-", ""), f"{INVOICE}\n", f"{{{INVOICE}}}", "\ud800"])
def test_a_uuid_has_its_hyphens_and_nothing_else(vrplatform: VRPlatform, sent: str) -> None:
    expected = [("invalid_format", ["attachmentIds", 0], "Invalid UUID")]

    assert issues(vrplatform.post_transaction(attachmentIds=[sent])) == expected


def test_a_uuid_is_read_in_any_letter_case(vrplatform: VRPlatform) -> None:
    created = ok(vrplatform.post_transaction(attachmentIds=[INVOICE.upper()]))

    assert [attachment["id"] for attachment in created["attachments"]] == [INVOICE]


@pytest.mark.parametrize("sent", ["other", "", "\ud800", 5, None, ["expense"], {}])
def test_an_option_is_one_of_those_listed(vrplatform: VRPlatform, sent: object) -> None:
    expected = [("invalid_value", ["type"], f"Invalid option: expected one of {TYPES}")]

    assert issues(vrplatform.post_transaction(type=sent)) == expected
    assert issues(vrplatform.change("txn-123", type=sent)) == expected


@pytest.mark.parametrize(
    ("member", "expected", "wrong"),
    [
        ("description", "string", NO_STRINGS),
        ("date", "string", [*NO_STRINGS, (None, "null")]),
        ("isOpeningBalance", "boolean", [("true", "string"), (1, "number"), ([], "array"), (None, "null")]),
        ("attachmentIds", "array", [("", "string"), (2.5, "number"), (False, "boolean"), ({}, "object")]),
        ("payment", "object", [("", "string"), (2.5, "number"), (False, "boolean"), ([], "array")]),
        ("lines", "array", [("", "string"), (5, "number"), (True, "boolean"), ({}, "object"), (None, "null")]),
    ],
)
def test_a_value_of_another_type_is_told_both_types(
    vrplatform: VRPlatform, member: str, expected: str, wrong: list[tuple[Any, str]]
) -> None:
    for value, received in wrong:
        message = f"Invalid input: expected {expected}, received {received}"

        assert issues(vrplatform.post_transaction(**{member: value})) == [("invalid_type", [member], message)]
        assert issues(vrplatform.change("txn-123", **{member: value})) == [("invalid_type", [member], message)]


@pytest.mark.parametrize(
    ("value", "received"), [("", "string"), (5, "number"), (True, "boolean"), ([], "array"), (None, "null")]
)
def test_a_body_and_its_lines_are_objects(vrplatform: VRPlatform, value: object, received: str) -> None:
    message = f"Invalid input: expected object, received {received}"

    assert issues(vrplatform.send_json("POST", "/transactions", value)) == [("invalid_type", [], message)]
    assert issues(vrplatform.send_json("PUT", "/transactions/txn-123", value)) == [("invalid_type", [], message)]
    assert issues(vrplatform.post_transaction(lines=[LINE, value])) == [("invalid_type", ["lines", 1], message)]


def test_a_member_that_a_model_does_not_name_is_ignored(vrplatform: VRPlatform) -> None:
    lines = [{**LINE, "id": 7, "account_id": 7}]

    created = ok(vrplatform.post_transaction(lines=lines, unknown=7, dryRun="7", lines_create=7, unique_ref="7"))

    assert vrplatform.read(created["id"]) == created
    assert (created["uniqueRef"], created["lines"][0]["id"] == 7) == (None, False)


@pytest.mark.parametrize("member", ["type", "date", "lines"])
def test_a_change_needs_no_member_that_a_new_transaction_needs(vrplatform: VRPlatform, member: str) -> None:
    body = {name: value for name, value in LEAST.items() if name != member}
    (issue,) = issues(vrplatform.send_json("POST", "/transactions", body))

    assert issue[1] == [member]
    assert ok(vrplatform.send_json("PUT", "/transactions/txn-124", body))


def test_a_wrong_dry_run_is_the_first_of_the_issues(vrplatform: VRPlatform) -> None:
    refused = vrplatform.send_json("POST", "/transactions?dryRun=yes", {**LEAST, "currency": 7})

    assert issues(refused) == [
        ("invalid_type", ["dryRun"], "Invalid input: expected boolean, received string"),
        ("invalid_type", ["currency"], "Invalid input: expected string, received number"),
    ]
