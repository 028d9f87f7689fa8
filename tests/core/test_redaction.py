import pytest

from emulator.core.redaction import MAX_HEADER, is_secret, redact_headers, redact_target

SECRET_NAMES = [
    *("Authorization", "Proxy-Authorization", "X-Authorization", "Cookie", "Set-Cookie", "X-API-KEY", "Api-Key"),
    *("X-Auth-Token", "X-Auth", "Ocp-Apim-Subscription-Key", "Private-Token", "X-Amz-Security-Token", "X-Session-Id"),
    *("access_token", "accessToken", "apiKey", "api_key", "client_secret", "refresh_token", "password", "sig", "key"),
    *("X-Amz-Signature", "X-Amz-Credential", "token", "headers[api-key]"),
]
PLAIN_NAMES = [
    *("Idempotency-Key", "Xero-Tenant-Id", "X-Team-Id", "Content-Type", "WWW-Authenticate", "Authentication-Info"),
    *("X-Emulator-Sandbox", "X-Correlation-Id", "keys", "sort_key", "pageToken", "next_page_token", "page", "query"),
]


def test_a_credential_is_recognised_by_its_name() -> None:
    assert [name for name in SECRET_NAMES if not is_secret(name)] == []
    assert [name for name in PLAIN_NAMES if is_secret(name)] == []


@pytest.mark.parametrize(
    ("sent", "redacted"),
    [
        ("/a", "/a"),
        ("/a?", "/a?"),
        ("/a?x=1&y=%20&&z", "/a?x=1&y=%20&&z"),
        ("/a?x=1&access_token=s3&y=2", "/a?x=1&access_token=[redacted]&y=2"),
        ("/a?api%4Bey=s3=s3&apiKey=s3", "/a?api%4Bey=[redacted]&apiKey=[redacted]"),
        ("/a?x=1;token=s3;s3", "/a?x=1;token=[redacted]"),
        ("/a?token&token=", "/a?token&token="),
        ("/token=plain/a?b?apiKey=s3", "/token=plain/a?b?apiKey=[redacted]"),
        ("http://user:s3@api.xero.com/a?b=@", "http://[redacted]@api.xero.com/a?b=@"),
        ("/a@b/c?d=e@f", "/a@b/c?d=e@f"),
    ],
)
def test_of_a_target_only_the_values_of_credentials_are_redacted(sent: str, redacted: str) -> None:
    assert redact_target(sent) == redacted


def test_of_headers_that_are_urls_the_query_is_redacted() -> None:
    headers = [
        (b"referer", b"http://a.test/?access_token=s3&x=1"),
        (b"location", b"http://a.test/?code=1"),
        (b"api-key", b"s3"),
        (b"accept", b"*/*"),
        (b"x-long\xe9", b"x" * 2 * MAX_HEADER),
    ]

    assert redact_headers(headers, also=b"location").split(b"\n") == [
        b"referer:http://a.test/?access_token=[redacted]&x=1",
        b"location:[redacted]",
        b"api-key:[redacted]",
        b"accept:*/*",
        b"x-long\xe9:".ljust(MAX_HEADER, b"x"),
    ]


def test_the_headers_of_a_client_that_makes_up_names_are_redacted_too() -> None:
    headers = [(b"x-%d-token" % number, b"s3") for number in range(3000)]

    assert redact_headers(headers).count(b"-token:[redacted]") == 3000
