"""Redaction: what the journal, the log, and everything made from them have in place of credentials.

A credential is recognised by the name of its header or query parameter, as it may belong to any service: a client that
sends its key to the wrong host, or under the wrong name, must not find it in a report.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from urllib.parse import unquote_plus

Headers = Sequence[tuple[bytes, bytes]]

REDACTED = "[redacted]"
# The most bytes that the line of one header has.
MAX_HEADER = 1024
# In a name without its separators: `X-Auth-Token`, `access_token` and `accessToken` are one name.
_SECRET = re.compile(
    r".*(apikey|accesskey|accesskeyid|authkey|functionskey|privatekey|secretkey|subscriptionkey|token|secret|password|"
    r"passwd|passphrase|credentials?|signature|authorization|cookie|sessionid|jwt)"
    r"|(x?auth|bearer|key|pass|pwd|sig)"
)
# Tokens that only say where a list goes on.
_POSITION = re.compile(r".*(page|next|previous|prev|continuation|sync|skip|cursor)token")
_SEPARATORS = re.compile("[^a-z0-9]+")
# Longer names are no credential's.
_LONGEST_NAME = 100
# How many names are cached.
_MOST_NAMES = 1024
# Headers whose value is a URL, which may have a query.
_URL_HEADERS = frozenset(
    {b"content-location", b"location", b"referer", b"x-forwarded-uri", b"x-original-uri", b"x-original-url"}
)
_USER = re.compile(r"^([a-z][a-z0-9+.-]*:)?//[^/?#@]*@", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Return whether a header or query parameter with this name holds a credential."""
    return len(name) <= _LONGEST_NAME and _is_secret(name)


@lru_cache(_MOST_NAMES)
def _is_secret(name: str) -> bool:
    letters = _SEPARATORS.sub("", name.lower())
    return _SECRET.fullmatch(letters) is not None and not _POSITION.fullmatch(letters)


def redact_target(target: str) -> str:
    """Return a request target or a URL with the credentials in its query, and before its host, redacted."""
    if "@" in target:
        target = _USER.sub(rf"\1//{REDACTED}@", target)
    path, mark, query = target.partition("?")
    return path + mark + "&".join(map(_redact_parameter, query.split("&"))) if mark else target


def _redact_parameter(parameter: str) -> str:
    start = 0
    # Some servers take a semicolon for an ampersand.
    for part in parameter.split(";"):
        name, equals, value = part.partition("=")
        if value and is_secret(unquote_plus(name)):
            return parameter[:start] + name + equals + REDACTED
        start += len(part) + 1
    return parameter


def redact_headers(headers: Headers, also: bytes = b"") -> bytes:
    """Return headers (ASGI's, names in lower case) as lines, with credentials redacted and long values cut off.

    `also` names another header to redact. Lines, because freeing a thousand exchanges with some forty header objects
    each is slow.
    """
    if also:
        headers = [(name, _redact_value(value) if name == also else value) for name, value in headers]
    lines = [name + b":" + (redact(value) if (redact := _redactions[name]) else value) for name, value in headers]
    head = b"\n".join(lines)
    if len(head) <= MAX_HEADER and head.count(b"\n") < len(lines):
        return head
    # A client that calls the application in process can send line feeds, which a server would reject.
    return b"\n".join([line[:MAX_HEADER].replace(b"\n", b" ") for line in lines])


def _redact_value(_: bytes) -> bytes:
    return REDACTED.encode()


def _redact_url(value: bytes) -> bytes:
    return redact_target(value.decode("latin-1")).encode("latin-1")


class _Redactions(dict[bytes, Callable[[bytes], bytes] | None]):
    """What redacts the values of headers, by their names; None where nothing has to."""

    def __missing__(self, name: bytes) -> Callable[[bytes], bytes] | None:
        redact = _redact_url if name in _URL_HEADERS else _redact_value if is_secret(name.decode("latin-1")) else None
        # Clients choose their names.
        if len(self) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
            self[name] = redact
        return redact


_redactions = _Redactions()
