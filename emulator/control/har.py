"""Rendering of exchanges as an HTTP Archive (HAR)."""

import base64
from collections.abc import Iterable
from typing import Literal, TypedDict
from urllib.parse import parse_qsl

from emulator.control.models.har import (
    HTTP,
    HarContent,
    HarCreator,
    HarEmpty,
    HarEntry,
    HarHeader,
    HarLog,
    HarPostData,
    HarRequest,
    HarResponse,
    HarTimings,
    HttpArchive,
)
from emulator.core.journal import Exchange, Headers
from emulator.version import __version__


class _Text(TypedDict, total=False):
    text: str
    encoding: Literal["base64"]


def render_archive(exchanges: Iterable[Exchange], host: str) -> HttpArchive:
    creator = HarCreator(name="attachment-emulator", version=__version__)
    entries = [_render_entry(exchange, host) for exchange in exchanges]
    return HttpArchive(log=HarLog(version="1.2", creator=creator, entries=entries))


def _render_entry(exchange: Exchange, host: str) -> HarEntry:
    milliseconds = round((exchange.duration or 0) * 1000, 3)
    return HarEntry(
        started_date_time=exchange.at.isoformat(),
        time=milliseconds,
        request=_render_request(exchange, host),
        response=_render_response(exchange),
        cache=HarEmpty(),
        timings=HarTimings(send=0, wait=milliseconds, receive=0),
        comment=", ".join(exchange.rules) or exchange.operation or exchange.outcome,
    )


def _render_request(exchange: Exchange, host: str) -> HarRequest:
    body = exchange.request_body
    data = body.read() if body else None
    content_type = _content_type(exchange.request_headers)
    text = "" if data is None else data.decode("utf-8", "replace")
    post_data = {} if data is None else {"post_data": HarPostData(mime_type=content_type, text=text)}
    return HarRequest(
        method=exchange.method,
        url=f"http://{host}{exchange.target}",
        headers=_render_headers(exchange.request_headers),
        query_string=_parse_query(exchange.target),
        body_size=body.size if body else 0,
        cookies=[],
        headers_size=-1,
        http_version=HTTP,
        **post_data,
    )


def _render_response(exchange: Exchange) -> HarResponse:
    body = exchange.response_body
    size = body.size if body else 0
    data = body.read() if body else None
    text: _Text = {} if data is None else {"text": base64.b64encode(data).decode(), "encoding": "base64"}
    return HarResponse(
        status=exchange.status or 0,
        status_text="",
        headers=_render_headers(exchange.response_headers),
        content=HarContent(size=size, mime_type=_content_type(exchange.response_headers), **text),
        redirectURL="",
        body_size=size,
        cookies=[],
        headers_size=-1,
        http_version=HTTP,
    )


def _parse_query(target: str) -> list[HarHeader]:
    pairs = parse_qsl(target.partition("?")[2], keep_blank_values=True)
    return [HarHeader(name=name, value=value) for name, value in pairs]


def _render_headers(headers: Headers) -> list[HarHeader]:
    return [HarHeader(name=name.decode("latin-1"), value=value.decode("latin-1")) for name, value in headers]


def _content_type(headers: Headers) -> str:
    return next((value.decode("latin-1") for name, value in headers if name == b"content-type"), "")
