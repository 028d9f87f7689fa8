"""Which checks a request meets, in which order."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from emulator.vendors.dualentry.operations import OPERATIONS
from tests.asgi import Client
from tests.vendors.dualentry.conftest import DELETABLE, KEY, LEAST, SLUGS, DualEntry, errors, file_part

INVOICES = "/public/v2/invoices/"
NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)


# --- Paths and methods ------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.unknown-path")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/public/v2/",
        "/public/v3/invoices/",
        "/public/v1/oauth/token/",
        "/public/v2/nothing/",
        "/public/v2/nothing",
        "/public/v2/Invoices/",
        "/public/v2/invoices/1001/attachments/4801/",
        "/public/v2//invoices/",
        "/public/v2/invoices//",
    ],
)
def test_an_unknown_path_is_a_page_before_the_key_is_looked_at(dualentry: DualEntry, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        missing = dualentry.request(method, path, headers={"x-api-key": None})

        assert (missing.status, missing.rule) == (404, "dualentry.unknown-path")
        assert missing.headers["content-type"] == "text/html; charset=utf-8"
        assert missing.text == (
            '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n'
            "  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n"
        )


@pytest.mark.proves("dualentry.trailing-slash")
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/public/v2/invoices", "/public/v2/invoices/"),
        ("/public/v2/invoices?limit=1&search=a%20b", "/public/v2/invoices/?limit=1&search=a%20b"),
        ("/public/v2/bills/1001", "/public/v2/bills/1001/"),
        ("/public/v2/invoices/1001/attachments", "/public/v2/invoices/1001/attachments/"),
        ("/public/v2/companies", "/public/v2/companies/"),
        ("/public/v2/invoices/a%2Fb", "/public/v2/invoices/a%2Fb/"),
    ],
)
def test_a_missing_slash_is_a_redirect_for_any_method(
    dualentry: DualEntry, method: str, target: str, location: str
) -> None:
    moved = dualentry.request(method, target, headers={"x-api-key": None})

    assert (moved.status, moved.rule, moved.body) == (301, "dualentry.trailing-slash", b"")
    assert moved.headers["location"] == f"/dualentry{location}"
    assert moved.headers["content-type"] == "text/html; charset=utf-8"


def test_the_vendors_host_name_needs_no_mount(dualentry: DualEntry) -> None:
    for host in ("api.dualentry.com", "api-dev.dualentry.com"):
        client = Client(dualentry.app, "", {**dualentry.headers, "host": host})

        assert client.get(INVOICES).status == 200
        assert client.get(INVOICES[:-1]).headers["location"] == INVOICES


def test_a_redirect_keeps_the_prefix_of_an_external_url(make: Callable[..., DualEntry]) -> None:
    dualentry = make(external_url="https://proxy.test/emulator")

    assert dualentry.get("/public/v2/invoices?a=1").headers["location"] == "/emulator/dualentry/public/v2/invoices/?a=1"
    assert dualentry.files("invoices/1001")[0]["download_url"].startswith(
        "https://proxy.test/emulator/dualentry/storage/"
    )


def test_a_post_that_a_client_repeats_as_a_get_writes_nothing(dualentry: DualEntry) -> None:
    before = dualentry.everything()

    assert dualentry.send_json("POST", INVOICES[:-1], LEAST["invoices"]).status == 301

    assert dualentry.everything() == before


@pytest.mark.proves("dualentry.method")
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "invoices/", "GET, POST"),
        ("PUT", "bills/", "GET, POST"),
        ("DELETE", "invoices/1001/", "GET, PUT, PATCH"),
        ("POST", "invoices/1001/", "GET, PUT, PATCH"),
        ("PATCH", "journal-entries/1001/", "GET, PUT"),
        ("POST", "companies/", "GET"),
    ],
)
def test_a_method_that_a_path_does_not_take_is_told_so_in_plain_words(
    dualentry: DualEntry, method: str, path: str, allowed: str
) -> None:
    refused = dualentry.request(method, f"/public/v2/{path}", headers={"x-api-key": None})

    assert (refused.status, refused.rule) == (405, "dualentry.method")
    assert (refused.body, refused.headers["allow"]) == (b"Method not allowed", allowed)
    assert refused.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.proves("dualentry.method")
@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug not in DELETABLE])
def test_other_types_of_record_cannot_be_deleted(dualentry: DualEntry, slug: str) -> None:
    assert dualentry.request("DELETE", f"/public/v2/{slug}/1001/").rule == "dualentry.method"
    assert dualentry.read(f"{slug}/1001")["number"] == 1001


@pytest.mark.proves("dualentry.not-emulated")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "customers/31/"),
        ("DELETE", "customers/31/"),
        ("GET", "workflows/actions/"),
    ],
)
def test_what_dualentry_has_and_the_emulator_has_not_is_a_501(dualentry: DualEntry, method: str, path: str) -> None:
    for version in ("v1", "v2"):
        answer = dualentry.request(method, f"/public/{version}/{path}")

        assert (answer.status, answer.rule) == (501, "dualentry.not-emulated")
        assert errors(answer) == {"__all__": ["This operation exists at DualEntry and is not emulated."]}
        assert dualentry.request(method, f"/public/{version}/{path}", headers={"x-api-key": None}).status == 401


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation.id for operation in OPERATIONS]

    assert len(set(names)) == len(names)
    for version in ("create_", "v1_create_"):
        assert len([name for name in names if name.startswith(version) and name.endswith("_attachments")]) == 13


@pytest.mark.proves("dualentry.health")
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_the_health_check_tells_the_time_to_those_with_a_key(make: Callable[..., DualEntry], version: str) -> None:
    dualentry = make(auth="strict")
    dualentry.sandbox.clock.freeze(NOON)
    target = f"/public/{version}/health/"

    answer = dualentry.get(target)

    assert dualentry.ok(answer) == {"status": "healthy", "timestamp": "2026-02-03T12:00:00Z"}
    assert answer.headers["x-ratelimit-remaining"] == "9"
    assert [dualentry.get(target, x_api_key=key).status for key in ("", "of nobody")] == [401, 403]
    assert dualentry.post(target, b"").headers["allow"] == "GET"


# --- Keys -------------------------------------------------------------------------------------------------------------


@pytest.mark.proves("dualentry.credential")
@pytest.mark.parametrize("mode", ["any", "strict"])
@pytest.mark.parametrize("key", [None, "", "  "])
def test_a_request_without_a_key_is_unauthorised(make: Callable[..., DualEntry], mode: str, key: str | None) -> None:
    for method in ("GET", "POST"):
        refused = make(auth=mode).request(method, INVOICES, b"{", {"x-api-key": key})

        assert (refused.status, refused.rule) == (401, "dualentry.credential")
        assert errors(refused) == {"__all__": ["API key authentication failed"]}
        assert "x-ratelimit-limit" not in refused.headers


def test_another_header_is_no_key(dualentry: DualEntry) -> None:
    assert dualentry.get(INVOICES, x_api_key=None, authorization=f"Bearer {KEY}").status == 401


@pytest.mark.proves("dualentry.key-unknown")
def test_strict_auth_knows_the_keys_that_were_issued(make: Callable[..., DualEntry]) -> None:
    dualentry = make(auth="strict")

    refused = dualentry.get(INVOICES, x_api_key="org_live_made_up")

    assert (refused.status, refused.rule) == (403, "dualentry.key-unknown")
    assert errors(refused) == {"__all__": ["API key authentication failed"]}
    for good in (KEY, "org_live_other_secret", f" {KEY} "):
        assert dualentry.get(INVOICES, x_api_key=good).status == 200


def test_auth_off_needs_no_key(make: Callable[..., DualEntry]) -> None:
    assert make(auth="off").get(INVOICES, x_api_key=None).status == 200
    assert make(auth="off").get(INVOICES, x_api_key="anything").status == 200


@pytest.mark.proves("dualentry.organisation")
def test_a_key_stands_for_one_organisation(dualentry: DualEntry) -> None:
    created = dualentry.create("invoices")
    added = dualentry.upload("invoices/1002", file_part()).json()["attachments"][0]

    other = DualEntry(dualentry.gateway, **{"x-api-key": "org_live_other_secret"})

    assert created["number"] == 1003
    assert other.get("/public/v2/invoices/1003/").rule == "dualentry.record-unknown"
    assert other.files("invoices/1002") == []
    refused = other.send_json("POST", INVOICES, {**LEAST["invoices"], "attachments": [added]})
    assert refused.rule == "dualentry.attachment-unknown"
    assert [item["number"] for item in other.listed("invoices")] == [1001, 1002]
    # Its own next file has the id that the first organisation's file has over there, and neither is the other's.
    mine = other.upload("invoices/1002", file_part(b"other")).json()["attachments"][0]
    assert mine["id"] == added["id"]
    assert dualentry.get(dualentry.at(added["download_url"])).body == b"bytes"
    assert other.get(other.at(mine["download_url"])).body == b"other"


# --- Order ------------------------------------------------------------------------------------------------------------

WITHOUT_KEY: dict[str, str | None] = {"x-api-key": None}


@pytest.mark.proves("dualentry.record-unknown", "dualentry.files-missing", "dualentry.credential", "dualentry.add-only")
def test_checks_come_in_their_order(dualentry: DualEntry) -> None:
    """Each request is wrong in all the ways that the ones after it are."""
    nothing = "/public/v2/invoices/9999/attachments/"

    steps = [
        dualentry.request("POST", nothing[:-1], b"", WITHOUT_KEY),
        dualentry.request("DELETE", nothing, b"", WITHOUT_KEY),
        dualentry.request("POST", nothing, b"", WITHOUT_KEY),
        dualentry.request("POST", nothing, b""),
        dualentry.upload("invoices/9999", file_part()),
    ]

    assert [answer.status for answer in steps] == [301, 405, 401, 422, 404]
    assert errors(steps[-1]) == {"__all__": ["Not found"]}


@pytest.mark.proves("dualentry.body", "dualentry.bad-json", "dualentry.record-unknown", "dualentry.idempotency-key")
def test_checks_of_an_update_come_in_their_order(dualentry: DualEntry) -> None:
    target = "/public/v2/invoices/9999/"
    long_key = {"content-type": "application/json", "idempotency-key": "k" * 256}
    unknown_file = {**LEAST["invoices"], "attachments": [{"id": 1, "file_name": "a", "file_size": 1}]}

    steps = [
        dualentry.request("PUT", target, b"{", {**long_key, **WITHOUT_KEY}),
        dualentry.request("PUT", target, b"{", long_key),
        dualentry.request("PUT", target, b"{"),
        dualentry.send_json("PUT", target, {}),
        dualentry.send_json("PUT", target, unknown_file),
    ]

    assert [(answer.status, answer.rule) for answer in steps] == [
        (401, "dualentry.credential"),
        (400, "dualentry.idempotency-key"),
        (400, "dualentry.bad-json"),
        (422, "dualentry.body"),
        (404, "dualentry.record-unknown"),
    ]


# --- Rates ------------------------------------------------------------------------------------------------------------


def limits(dualentry: DualEntry, target: str = INVOICES) -> list[str]:
    headers = dualentry.get(target).headers
    return [headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")]


@pytest.mark.proves("dualentry.rate-headers")
def test_answers_to_a_key_say_what_is_left(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(NOON)
    now = int(NOON.timestamp())

    assert limits(dualentry) == ["10", "9", str(now + 1)]
    assert limits(dualentry) == ["10", "8", str(now + 2)]
    # Refusals too; and another path has a bucket of its own.
    refused = dualentry.get("/public/v2/bills/none/")
    assert (refused.status, refused.headers["x-ratelimit-remaining"]) == (400, "9")
    dualentry.sandbox.clock.advance(1)
    assert limits(dualentry)[1] == "8"
    dualentry.sandbox.clock.advance(3600)
    assert limits(dualentry)[1] == "9"


def test_the_emptier_bucket_is_the_one_that_is_spoken_of(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(NOON)
    for slug in SLUGS[:6]:
        for _ in range(8):
            dualentry.get(f"/public/v2/{slug}/")

    assert limits(dualentry, "/public/v2/direct-expenses/") == ["50", "1", str(int(NOON.timestamp()) + 10)]


@pytest.mark.proves("dualentry.rate-limits")
def test_a_path_that_is_called_too_often_has_to_wait(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_rate_limits=True)
    dualentry.sandbox.clock.freeze(NOON)
    assert [dualentry.get(INVOICES).status for _ in range(10)] == [200] * 10

    refused = dualentry.get(INVOICES)

    assert (refused.status, refused.rule) == (429, "dualentry.rate-limits")
    assert errors(refused) == {"__all__": ["Rate limit exceeded"]}
    assert refused.headers["retry-after"] == "1"
    assert dualentry.get("/public/v2/bills/").status == 200
    assert dualentry.get(INVOICES, x_api_key="another").status == 200
    dualentry.sandbox.clock.advance(1)
    assert [dualentry.get(INVOICES).status for _ in range(2)] == [200, 429]


def test_a_refusal_for_its_rate_says_what_is_left(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_rate_limits=True)
    dualentry.sandbox.clock.freeze(NOON)
    for _ in range(10):
        dualentry.get(INVOICES)

    refused = dualentry.get(INVOICES)

    assert (refused.status, refused.headers["x-ratelimit-remaining"]) == (429, "0")


@pytest.mark.proves("dualentry.rate-limits")
def test_all_paths_together_have_a_limit_too(make: Callable[..., DualEntry]) -> None:
    dualentry = make(dualentry_rate_limits=True)
    dualentry.sandbox.clock.freeze(NOON)
    for slug in SLUGS[:5]:
        assert [dualentry.get(f"/public/v2/{slug}/").status for _ in range(10)] == [200] * 10

    assert dualentry.get("/public/v2/direct-expenses/").status == 429
    dualentry.sandbox.clock.advance(0.4)
    assert [dualentry.get("/public/v2/direct-expenses/").status for _ in range(3)] == [200, 200, 429]


@pytest.mark.proves("dualentry.rate-limits")
@pytest.mark.parametrize(("method", "path"), [("POST", INVOICES), ("PUT", f"{INVOICES}1001/")])
def test_invoices_are_written_twice_a_minute(make: Callable[..., DualEntry], method: str, path: str) -> None:
    dualentry = make(dualentry_rate_limits=True, max_retry_after=60)
    dualentry.sandbox.clock.freeze(NOON)

    def write() -> Any:
        return dualentry.send_json(method, path, LEAST["invoices"])

    assert [write().status for _ in range(2)] == [200, 200]
    refused = write()
    assert (refused.status, refused.headers["retry-after"]) == (429, "30")
    dualentry.sandbox.clock.advance(29)
    assert write().headers["retry-after"] == "1"
    dualentry.sandbox.clock.advance(1)
    assert write().status == 200
    assert dualentry.send_json("POST", "/public/v2/bills/", LEAST["bills"]).status == 200


def test_without_the_setting_nobody_has_to_wait(dualentry: DualEntry) -> None:
    dualentry.sandbox.clock.freeze(NOON)

    assert [dualentry.get(INVOICES).status for _ in range(60)] == [200] * 60
    assert limits(dualentry)[1] == "0"


@pytest.mark.parametrize("path", [INVOICES, "/public/v2/invoices/none/", "/nowhere/", "/storage/nothing"])
def test_every_answer_has_the_date_of_the_sandboxs_clock(dualentry: DualEntry, path: str) -> None:
    dualentry.sandbox.clock.freeze(NOON)

    assert dualentry.get(path).headers["date"] == "Tue, 03 Feb 2026 12:00:00 GMT"
