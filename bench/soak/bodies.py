"""Hostile JSON and XML for every operation that reads a body, the control API's included."""

import json
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from bench.load import Request
from bench.soak.checks import Check, Plan, none_of
from bench.soak.target import Answer, Target, at_once
from bench.soak.traffic import VENDOR_NAMES, change, upload
from tests import contract

_DEEP = 100_000
# Values that no member expects.
VALUES: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    10**400,
    1e308,
    "",
    "x" * 100_000,
    "\x00",
    "\ud800",
    "\u202egnp.exe",
    "../../etc/passwd",
    "0001-01-01",
    "9999-12-31T23:59:60Z",
    "/Date(99999999999999999)/",
    [],
    [[]],
    [None],
    {},
    {"": {}},
    {"__proto__": {"a": 1}},
)
# What is hardly JSON, or none.
JSON = (
    b"",
    b"null",
    b"[]",
    b"0",
    b'"text"',
    b"{",
    b'{"a":}',
    b"{}{}",
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b"\x00",
    b"\xff",
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e999999}',
    b'{"a": "\\ud800"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\x00"}',
    b'{"a": 1, "a": 2}',
    b'{"a": ' + b"9" * 100_000 + b"}",
    b'{"a": -' + b"0" * 100_000 + b"}",
    b"[" * _DEEP,
    b"[" * _DEEP + b"]" * _DEEP,
    b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
    b"[" + b"[]," * _DEEP + b"[]]",
    b"{" + b",".join(b'"%d": 0' % at for at in range(_DEEP)) + b"}",
    b'{"' + b"a" * 1_000_000 + b'": 0}',
    b" " * 1_000_000 + b"{}",
)
XML = (
    b"<",
    b"<a>",
    b"<a></b>",
    b"<a/><b/>",
    b"&b;",
    b"<Invoices/>",
    b"<Invoice>" * _DEEP,
    b"<Invoice>" * 500 + b"</Invoice>" * 500,
    b"<Invoices>" + b"<Invoice/>" * 20_000 + b"</Invoices>",
    b"<a " + b" ".join(b'b%d="c"' % at for at in range(20_000)) + b"/>",
    b'<a b="1" b="2"/>',
    b"<Invoice>" + b"x" * 1_000_000 + b"</Invoice>",
    b"<Invoice>\x00</Invoice>",
    b"<Invoice>&#0;</Invoice>",
    b"<Invoice>&#xD800;</Invoice>",
    b"<Invoice>\xff</Invoice>",
    b'<?xml version="1.1"?><Invoice/>',
    b'<?xml version="1.0" encoding="utf-7"?><Invoice/>',
    b'<?xml version="1.0" encoding="UTF-16"?><Invoice/>',
    b'<?xml version="1.0" encoding="nonsense"?><Invoice/>',
    '<?xml version="1.0" encoding="UTF-16"?><Invoice/>'.encode("utf-16"),
    b'<?xml-stylesheet href="file:///etc/passwd"?><Invoice/>',
    b"<Invoice><![CDATA[" + b"]" * 100_000 + b"]]></Invoice>",
    b"<Invoice><!--" + b"-" * 1000 + b"--></Invoice>",
    b'<!DOCTYPE a [<!ENTITY b "c">]><Invoice><Reference>&b;</Reference></Invoice>',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Invoice><Reference>&b;</Reference></Invoice>',
    b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><Invoice/>',
    b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:1/"> %b;]><Invoice/>',
    b'<!DOCTYPE a [<!ENTITY b0 "lol">'
    + b"".join(b'<!ENTITY b%d "%s">' % (at, b"&b%d;" % (at - 1) * 10) for at in range(1, 12))
    + b"]><Invoice><Reference>&b11;</Reference></Invoice>",
    b'<a:Invoice xmlns:a="urn:a" a:b="c"/>',
    b"<a:Invoice/>",
)
# Values of the path's parameters that no operation expects.
_NAMES = ("default", "none", "..", "%2e%2e", "%00", "%ff", "a" * 300, "%F0%9F%92%A5", "a;b=c", "1e999", "-1")
_JSON_TYPE = {"content-type": "application/json"}


async def bodies(target: Target, plan: Plan) -> AsyncIterator[Check]:
    """Each gets an answer, and none of them is that the emulator failed."""
    requests = [*_of_vendors(), *_of_control(await target.control("GET", "/openapi.json"))]
    requests = requests[:: max(1, round(1 / plan.share))]
    answers = await at_once(8, [partial(target.send, request) for request in requests])
    exchanges = list(zip(requests, answers, strict=True))
    failed = [_show(request, answer) for request, answer in exchanges if _failed(answer)]
    yield none_of("answers that the emulator failed, or none", failed, f"{len(requests):,} requests")
    of_control = [exchange for exchange in exchanges if exchange[0].target.startswith("/_emulator/")]
    unknown = [_show(request, answer) for request, answer in of_control if not _is_in_contract(request, answer)]
    yield none_of("answers that the control API's document does not have", unknown, f"{len(of_control):,} to it")


def _failed(answer: Answer) -> bool:
    return answer.status == 0 or answer.crashed


def _is_in_contract(request: Request, answer: Answer) -> bool:
    path = unquote(request.target.partition("?")[0], "latin-1")
    try:
        contract.check(request.method, path, answer.status, answer.headers.get("content-type", ""), answer.body)
    except (AssertionError, ValueError):
        return False
    return True


def _show(request: Request, answer: Answer) -> str:
    return f"{request.method} {request.target[:100]} {request.body[:80]!r}: {answer.status} {answer.body[:100]!r}"


def _of_vendors() -> Iterator[Request]:
    for vendor in VENDOR_NAMES:
        sent = change(vendor, "hostile")
        if vendor == "vrplatform":
            value: Any = {"type": "expense", "date": "2024-06-15", "lines": [], "attachmentIds": ["a"]}
            sent = Request("PUT", sent.target, {**sent.headers, **_JSON_TYPE})
        else:
            value = json.loads(sent.body)
        for body in (*JSON, *map(_encode, _mutations(value))):
            yield Request(sent.method, sent.target, sent.headers, body)
        form = upload(vendor, "hostile", "a.pdf", b"bytes")
        for body in (*JSON, *XML):
            yield Request(form.method, form.target, form.headers, body)
    invoice = change("xero", "hostile")
    for content_type in ("application/xml", "text/xml", "application/x-www-form-urlencoded", "nonsense"):
        for body in XML:
            headers = {**invoice.headers, "content-type": content_type}
            yield Request(invoice.method, invoice.target, headers, body)


def _of_control(document: Any) -> Iterator[Request]:
    """Every operation of the control API, with hostile names, queries and bodies."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "put", "post", "patch", "delete") or "events" in path:
                continue
            for at, name in enumerate(_NAMES):
                target = path.replace("{sandbox}", "hostile" if at % 2 else name)
                for parameter in operation.get("parameters", ()):
                    target = target.replace(f"{{{parameter['name']}}}", name)
                target = _without_parameters(target, name)
                yield Request(method.upper(), target, {})
                if method == "get":
                    yield Request("GET", f"{target}?{_query(operation, name)}", {})
            if "requestBody" in operation:
                yield from _with_bodies(method.upper(), path, operation["requestBody"]["content"])


def _with_bodies(method: str, path: str, content: Any) -> Iterator[Request]:
    target = _without_parameters(path.replace("{sandbox}", "hostile"), "1")
    for content_type, media in content.items():
        headers = {"content-type": content_type}
        examples = [media["example"]] if "example" in media else []
        examples += [example["value"] for example in media.get("examples", {}).values()]
        for body in (*JSON, *(_encode(value) for example in examples for value in _mutations(example))):
            yield Request(method, target, headers, body)


def _without_parameters(target: str, name: str) -> str:
    """The path with this value for every parameter that is left in it."""
    return "/".join(name if part.startswith("{") else part for part in target.split("/"))


def _query(operation: Any, value: str) -> str:
    """Every parameter of the query with this value, but for what would wait."""
    names = [parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"]
    return "&".join(f"{name}={value}" for name in names if name not in ("wait", "timeout"))


def _mutations(value: Any) -> Iterator[Any]:
    """The value with each of its members in turn replaced by what it does not expect."""
    yield from VALUES
    if isinstance(value, dict):
        for name, member in value.items():
            yield from ({**value, name: other} for other in _mutations(member))
        yield {**value, "unknown": 1}
    if isinstance(value, list) and value:
        yield from ([other, *value[1:]] for other in _mutations(value[0]))
        yield value * 1000


def _encode(value: object) -> bytes:
    return json.dumps(value).encode()
