"""urllib3, and with it requests.

A pool for TLS connects before http.client sees a request, so a pool of plain connections takes its place.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util import parse_url

from emulator.testing.intercept import redirection_for


class _SecureConnection(HTTPConnection):
    """Stands for a connection with TLS."""

    emulated_scheme = "https"


class _RedirectedPool(HTTPConnectionPool):
    """The connections to the emulator that a pool has in place of those to a vendor."""


_REDIRECTED: WeakKeyDictionary[HTTPConnectionPool, dict[tuple[str, str], _RedirectedPool]] = WeakKeyDictionary()


def _wrap_urlopen(urlopen: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(urlopen)
    def redirect(pool: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        target = parse_url(url)
        host, scheme = target.host or pool.host, target.scheme or pool.scheme
        if isinstance(pool, _RedirectedPool):
            # It follows a redirect, or tries again.
            return urlopen(pool, method, target.request_uri if host == pool.host else url, *args, **kwargs)
        if redirection_for(host, method, f"{scheme}://{host}{target.request_uri}") is None:
            return urlopen(pool, method, url, *args, **kwargs)
        return urlopen(_redirected(pool, host, scheme), method, target.request_uri, *args, **kwargs)

    return redirect


def _redirected(pool: HTTPConnectionPool, host: str, scheme: str) -> _RedirectedPool:
    pools = _REDIRECTED.setdefault(pool, {})
    if (host, scheme) not in pools:
        options: dict[str, Any] = {"timeout": pool.timeout, "retries": pool.retries, "headers": pool.headers}
        redirected = pools[host, scheme] = _RedirectedPool(
            host, maxsize=pool.pool.maxsize if pool.pool else 1, block=pool.block, **options
        )
        if scheme == "https":
            redirected.ConnectionCls = _SecureConnection
    return pools[host, scheme]


METHODS = [(HTTPConnectionPool, "urlopen", _wrap_urlopen)]
