"""An exchange as a program that sends its request again: a curl command, and a test that asserts the answer."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from emulator.core.journal import Body, Exchange
from emulator.core.programs import Content, FormFile, ProgramRequest, as_curl, indent, python_call, quote, shell_quote
from emulator.core.redaction import REDACTED
from emulator.core.rules import Rule
from emulator.core.sandbox import DEFAULT
from emulator.core.vendor import Vendor

# Headers that every client sends by itself, and those that browsers add.
_AUTOMATIC = re.compile(
    r"accept-(encoding|language)|cache-control|connection|content-length|cookie|expect|host|origin|pragma|referer"
    r"|sec-.*|transfer-encoding|user-agent"
)
# Headers that the fixture's client sends by itself.
_OF_FIXTURE = re.compile(r"(authorization|x-api-key|xero-tenant-id|x-team-id|x-emulator-sandbox):.*|accept: \*/\*")
# The longest body, in bytes, that a test has as a literal; zeros stand for a longer one.
_LONGEST_LITERAL = 200


def as_curl_command(
    exchange: Exchange, vendor: Vendor, sandbox: str, url: str, vendors: Sequence[str], *, needs_token: bool = False
) -> str:
    """Return a curl command that sends the request again to the server at `url`.

    Files are fetched from the control API, as long as it has them, with the token in EMULATOR_CONTROL_TOKEN if it
    needs one; zeros stand for bytes that are no longer held.
    """
    path = _path_below(url, exchange)
    headers = _headers(exchange, vendor)
    own_host = dict(exchange.request_headers).get(b"host")
    if own_host and path.split("/")[1] not in ("sandbox", *vendors):
        # The vendor was chosen by its host name.
        headers.append(("host", own_host.decode("latin-1")))
    names_sandbox = path.startswith("/sandbox/") or any(name == "x-emulator-sandbox" for name, _ in headers)
    if sandbox != DEFAULT and not names_sandbox:
        headers.append(("x-emulator-sandbox", sandbox))
    home = f"{url}/_emulator/sandboxes/{sandbox}"
    token = ' -H "Authorization: Bearer $EMULATOR_CONTROL_TOKEN"' if needs_token else ""

    def content(body: Body, source: str) -> Content:
        is_held = body.held is not None or body.blob is not None
        fetch = f"curl -s{token} {shell_quote(home + source)}"
        command = fetch if is_held else f"head -c {body.size} /dev/zero"
        return Content(command, "")

    def journal(part: str) -> str:
        return f"/journal/{exchange.number}/{part}"

    files = [content(body, journal(f"files/{index}")) for index, (_, body) in enumerate(exchange.files)]
    body = exchange.request_body
    sent = content(body, journal("request")) if body and body.size and not files else None
    return as_curl(_request(exchange, vendor, url + path, headers, files, sent))


def as_test(exchange: Exchange, vendor: Vendor, rule: Rule | None, url: str) -> str:
    """Return a pytest function that sends the request again, and asserts status and rule. `rule` is its first one."""
    sent_headers = _headers(exchange, vendor)
    headers = [(name, value) for name, value in sent_headers if not _OF_FIXTURE.fullmatch(f"{name}: {value}")]
    files = [Content("", f"bytes({body.size})") for _, body in exchange.files]
    body = exchange.request_body
    sent = Content("", _literal(body)) if body and body.size and not files else None
    request = _request(exchange, vendor, "", headers, files, sent)
    call = python_call("http", _path_for_client(_path_below(url, exchange), vendor), request)
    steps = []
    if rule:
        steps.append('"""' + rule.sentence.replace("\\", "\\\\").replace('"""', "'''") + '"""')
    if exchange.fault:
        steps.append(f"emulator.faults.arm({quote(exchange.fault)}, vendor={quote(vendor.name)})")
    steps.append(f"with emulator.{vendor.name}.client() as http:")
    imports = []
    if exchange.status:
        steps += [*indent([f"response = {call[0]}", *call[1:]]), ""]
        steps.append(f"assert response.status_code == {exchange.status}")
        if rule:
            steps.append(f'assert response.headers["Emulator-Rule"] == {quote(", ".join(exchange.rules))}')
    else:
        imports = ["import httpx", "import pytest"]
        steps += indent(["with pytest.raises(httpx.TransportError):", *indent(call)])
    head = [*imports, "from emulator.testing import Sandbox", "", ""]
    return "\n".join([*head, f"def test_{_name(exchange)}(emulator: Sandbox) -> None:", *indent(steps), ""])


def _name(exchange: Exchange) -> str:
    """Return a name for the test, such as `xero_file_type_is_refused`."""
    subject = exchange.rules[0] if exchange.rules else exchange.operation or f"{exchange.method} {exchange.vendor}"
    outcome = exchange.fault or ("is refused" if exchange.rules else f"answers {exchange.status}")
    words = re.sub("([a-z])([A-Z])", r"\1_\2", f"{subject} {outcome}")
    return re.sub("[^A-Za-z0-9]+", "_", words).lower()


def _headers(exchange: Exchange, vendor: Vendor) -> list[tuple[str, str]]:
    """Return the headers of the request, with credentials that the vendor accepts in place of redacted ones."""
    credentials = {name.lower(): value for name, value in vendor.sample.headers.items()}
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in exchange.request_headers]
    return [
        (name, credentials.get(name, value) if value == REDACTED else value)
        for name, value in sent
        if not _AUTOMATIC.fullmatch(name) and not (exchange.files and name == "content-type")
    ]


def _request(
    exchange: Exchange,
    vendor: Vendor,
    url: str,
    headers: list[tuple[str, str]],
    files: list[Content],
    body: Content | None,
) -> ProgramRequest:
    # The journal does not record the names of a form's parts, nor its other fields.
    field = vendor.sample.form_field or "file"
    parts = [FormFile(field, name, content) for (name, _), content in zip(exchange.files, files, strict=True)]
    return ProgramRequest(exchange.method, url, headers, body, vendor.sample.form_fields if parts else {}, parts)


def _path_for_client(path: str, vendor: Vendor) -> str:
    """Return the path as a Python expression for the fixture's client, whose base URL is the vendor's."""
    path = re.sub("^/sandbox/[^/]+", "", path)
    base = f"/{vendor.name}{vendor.base_path}"
    if path.startswith(f"{base}/"):
        return quote(path.removeprefix(base))
    return f"emulator.{vendor.name}.base_url.removesuffix({quote(base)}) + {quote(path)}"


def _literal(body: Body) -> str:
    data = body.read() if body.size <= _LONGEST_LITERAL else None
    return f"bytes({body.size})" if data is None else repr(data)


def _path_below(url: str, exchange: Exchange) -> str:
    """Return the target of the request below the server's own prefix."""
    prefix = urlsplit(url).path
    below = exchange.target.removeprefix(prefix) if exchange.target.startswith(f"{prefix}/") else exchange.target
    return below if below.startswith("/") else urlsplit(below)._replace(scheme="", netloc="").geturl()
