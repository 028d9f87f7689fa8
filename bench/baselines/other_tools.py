"""One test's worth of work with the tools that people would use instead: two requests and an assertion."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import httpx

from bench.vendors import CONTENT

HTTPSERVER = "pytest-httpserver, a stub by hand"
PATH = "/Invoices/1/Attachments/scan.pdf"
Test = Callable[[], None]


@contextmanager
def httpserver() -> Iterator[Test]:
    from pytest_httpserver import HTTPServer

    # It would print a line for each request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with HTTPServer("127.0.0.1") as server:

        def test() -> None:
            server.clear()
            server.expect_ordered_request(PATH, "PUT", data=CONTENT).respond_with_json({"Attachments": [{}]})
            server.expect_ordered_request(PATH, "GET").respond_with_data(CONTENT)
            _put_and_get(server.url_for(""))
            server.check()

        yield test


@contextmanager
def respx() -> Iterator[Test]:
    import respx as library

    def test() -> None:
        with library.mock(base_url="http://vendor.test") as router:
            put = router.put(PATH).respond(json={"Attachments": [{}]})
            router.get(PATH).respond(content=CONTENT)
            _put_and_get("http://vendor.test")
            assert put.calls.last.request.content == CONTENT

    yield test


@contextmanager
def moto() -> Iterator[Test]:
    import boto3
    from moto import mock_aws

    # Any values do: nobody checks them.
    credentials = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "bench")

    def test() -> None:
        with mock_aws():
            s3 = boto3.client("s3", region_name="us-east-1", **credentials)
            s3.create_bucket(Bucket="bench")
            s3.put_object(Bucket="bench", Key="scan.pdf", Body=CONTENT)
            assert s3.get_object(Bucket="bench", Key="scan.pdf")["Body"].read() == CONTENT

    yield test


def _put_and_get(url: str) -> None:
    # As the emulator's own client has it: reading the machine's certificates takes longer than the test.
    with httpx.Client(base_url=url, trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as http:
        http.put(PATH, content=CONTENT)
        assert http.get(PATH).content == CONTENT


TOOLS: Mapping[str, Callable[[], AbstractContextManager[Test]]] = {
    HTTPSERVER: httpserver,
    "respx": respx,
    "moto, in process": moto,
}
"""By the names they have in a table."""
