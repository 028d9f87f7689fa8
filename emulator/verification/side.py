"""The two sides of a verification: the emulator, and the target that it is compared with."""

import base64
import json
import re
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5

import httpx

from emulator.verification.answer import Answer
from emulator.verification.probe import FormPart, ProbeSet, Step, substitute
from emulator.verification.redaction import REDACTED
from emulator.version import __version__

TIMEOUT = 30
"""Seconds to wait for an answer."""
REQUESTS_PER_MINUTE = 50
MAX_REQUESTS = 300
MAX_ANSWER_BYTES = 32 * 1024 * 1024
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")
_BOUNDARY = "attachment-emulator-verification"
# What OpenSSL says of an answer that is not TLS, by its version.
_NOT_TLS = ("HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE", "WRONG_VERSION_NUMBER")
_MONEY = re.compile(
    r"payment required|(?:will|would) be (?:charged|billed)|(?:additional|extra) charge|credit card|billing|"
    r"subscription|free (?:plan|trial)|upgrade your|pricing plan",
    re.IGNORECASE,
)


class CouldNotRun(Exception):
    """Verification cannot run, or cannot go on; the message is a sentence that says why and what to do."""


class Interrupted(CouldNotRun):
    """The user has ended it."""


class MissingVariable(Exception):
    """A request needs something that the target does not have; the message names it."""


class Allowance:
    """How many requests a target still gets: at most 50 in a minute, and 300 in all."""

    def __init__(
        self,
        per_minute: int | None = REQUESTS_PER_MINUTE,
        in_all: int | None = MAX_REQUESTS,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`per_minute` and `in_all` are None where nobody limits requests: at an emulator."""
        self.used = 0
        self._per_minute = per_minute
        self._in_all = in_all
        self._sent: deque[float] = deque()
        self._now = now
        self._sleep = sleep

    def take(self, reserve: int = 0) -> None:
        """Wait until another request may be sent. Raises CouldNotRun where only `reserve` requests are left."""
        if self._in_all is not None and self.used + reserve >= self._in_all:
            raise CouldNotRun(f"Stopped after {self.used} requests, as no run sends more than {self._in_all}.")
        if self._per_minute:
            while self._sent and self._now() - self._sent[0] >= 60:
                self._sent.popleft()
            if len(self._sent) >= self._per_minute:
                self._sleep(60 - (self._now() - self._sent[0]))
                self._sent.popleft()
            self._sent.append(self._now())
        self.used += 1


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request as it was sent, and its answer."""

    step: Step
    url: str
    headers: Mapping[str, str]
    body: bytes
    answer: Answer

    @property
    def shown_url(self) -> str:
        """The URL as it may be shown and saved."""
        if not self.step.path.startswith("{"):
            return self.url
        # What an answer leads to may be signed: whoever has the URL has the file.
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/{REDACTED}"


class Side:
    """An API at a URL, with a credential and what is known of it."""

    def __init__(
        self,
        probes: ProbeSet,
        url: str,
        token: str,
        owner: str | None = None,
        *,
        mark: str,
        allowance: Allowance | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`url` is what the vendor's paths are below: `https://api.xero.com`, or an emulator's mount."""
        self.url = url.rstrip("/")
        self.probes = probes
        self.allowance = allowance or Allowance(per_minute=None, in_all=None)
        self.exchanges: list[Exchange] = []
        """Everything that was sent and answered."""
        self.variables: dict[str, str] = {
            "token": token,
            "encoded_token": base64.b64encode(token.encode()).decode(),
            "unknown": probes.unknown,
            "mark": mark,
            "key": str(uuid5(NAMESPACE_URL, mark)),
        }
        if owner:
            self.variables["owner"] = owner
        # The emulator's own side is on loopback, where no proxy is wanted; and without TLS, reading the machine's
        # certificates takes longer than several requests.
        has_tls = transport is None and urlsplit(self.url).scheme == "https"
        trusted = True if has_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.Client(timeout=TIMEOUT, transport=transport, trust_env=has_tls, verify=trusted)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def private(self) -> list[str]:
        """What is neither saved nor in a report: the token, and names of people and companies."""
        return [value for name, value in self.variables.items() if name.endswith("_name") or name == "token"]

    def captured(self) -> Mapping[str, str]:
        """Return what stands for the same on both sides, by its text here: ids, and the URL."""
        fixed = {"token", "encoded_token", "unknown", "mark", "key"}
        ids = {value: f"{{{name}}}" for name, value in self.variables.items() if name not in fixed}
        path = urlsplit(self.url).path
        return {**ids, self.url: "", **({path: ""} if path else {})}

    def send(self, step: Step, *, reserve: int = 0, **variables: str) -> Answer:
        """Send a request and return the answer.

        Raises MissingVariable, and CouldNotRun where there is no answer, or no request is left.
        """
        known = {**self.variables, **variables}
        headers = self._headers(step, known)
        if missing := sorted(step.variables - known.keys()):
            raise MissingVariable(", ".join(missing))
        body, content_type = _encode(step, known)
        if content_type and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = content_type
        target = substitute(step.path, known)
        url = target if target.startswith(("http://", "https://")) else self.url + target
        if url == target:
            # What an answer leads to is not the API: it gets no credential.
            headers = {"User-Agent": headers["User-Agent"]}
        self.allowance.take(reserve)
        answer = self._exchange(step.method, url, headers, body)
        self.exchanges.append(Exchange(step, url, headers, body, answer))
        return answer

    def capture(self, step: Step, answer: Answer) -> None:
        """Set the variables that a step captures; those that the answer lacks are unset."""
        for name, path in step.capture.items():
            value = answer.find(path) if answer.status < 400 else None
            if value is None or value == "":
                self.variables.pop(name, None)
            else:
                self.variables[name] = str(value)

    def _headers(self, step: Step, known: Mapping[str, str]) -> dict[str, str]:
        own = self._filled(self.probes.credential, known) if step.credential == "own" else {}
        given = {name: substitute(value, known) for name, value in step.headers.items()}
        return {"User-Agent": f"attachment-emulator-verify/{__version__}", "Accept": "application/json", **own, **given}

    def _filled(self, templates: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
        filled = {name: substitute(value, known) for name, value in templates.items() if "{owner}" not in value}
        if "owner" in known:
            filled |= {name: known["owner"] for name, value in templates.items() if value == "{owner}"}
        return filled

    def credential(self) -> Mapping[str, str]:
        """Return the headers that say who asks."""
        return self._filled(self.probes.credential, self.variables)

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request as it is, to a path below the URL. Raises CouldNotRun where there is no answer."""
        self.allowance.take()
        return self._exchange(method, self.url + path, headers, body)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        path = _UNSENDABLE.sub(lambda match: quote(match[0], errors="replace"), path)
        request = self._client.build_request(
            method,
            f"{parts.scheme}://{parts.netloc}/",
            headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()],
            content=body or (b"" if method in ("POST", "PUT", "PATCH") else None),
            # As it is written: httpx would encode brackets.
            extensions={"target": path.encode("ascii")},
        )
        try:
            response = self._client.send(request, stream=True)
            try:
                received = bytearray()
                for chunk in response.iter_bytes():
                    received += chunk
                    if len(received) > MAX_ANSWER_BYTES:
                        raise CouldNotRun(
                            f"{method} {parts.path} was answered with more than {MAX_ANSWER_BYTES} bytes."
                        )
            finally:
                response.close()
        except httpx.TimeoutException:
            raise CouldNotRun(
                f"{parts.netloc} did not answer {method} {parts.path} within {TIMEOUT} seconds."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise CouldNotRun(f"{parts.netloc} did not answer {method} {parts.path}: {_explain(error)}.") from None
        raw = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
        return Answer(response.status_code, raw, bytes(received), knows_case=response.http_version == "HTTP/1.1")


def _explain(error: Exception) -> str:
    """Return why there is no answer, and what to do about it."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens there, so check the port in the URL"
    if isinstance(cause, socket.gaierror):
        return "there is no host with this name, so check the URL"
    if isinstance(cause, ssl.SSLError) and cause.reason in _NOT_TLS:
        return "it does not speak TLS, so try http:// in place of https://"
    return (str(error) or type(error).__name__).rstrip(".")


def check_affordable(answer: Answer) -> None:
    """Check that a target neither limits requests nor asks for money. Raises CouldNotRun."""
    if answer.status == 429:
        raise CouldNotRun("Stopped at the first 429: the target limits requests. Wait a minute and run it again.")
    text = answer.body[:4000].decode("utf-8", "replace") if answer.status >= 400 else ""
    if answer.status == 402 or _MONEY.search(text):
        raise CouldNotRun(f"Stopped, as an answer is about money: {answer.summary()}")


def _encode(step: Step, known: Mapping[str, str]) -> tuple[bytes, str]:
    """Return the body of a request and its content type."""
    if step.form:
        return encode_form(step.form)
    if step.json is not None:
        value: Any = substitute(step.json, known)
        return json.dumps(value).encode(), "application/json"
    return step.body or b"", "application/octet-stream" if step.body is not None else ""


def encode_form(parts: Iterable[FormPart]) -> tuple[bytes, str]:
    """Return a multipart form and its content type."""
    body = b"".join(map(_part, parts)) + f"--{_BOUNDARY}--\r\n".encode()
    return body, f"multipart/form-data; boundary={_BOUNDARY}"


def _part(part: FormPart) -> bytes:
    file_name = "" if part.file_name is None else f'; filename="{part.file_name}"'
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{part.name}"{file_name}\r\n'
    head += f"Content-Type: {part.content_type}\r\n" if part.content_type else ""
    return head.encode() + b"\r\n" + part.content + b"\r\n"
