"""One request on its way through a vendor's pack."""

from functools import cached_property
from typing import TypeVar

from starlette.requests import Request
from starlette.types import Receive, Scope

from emulator.core.blobs import Blob
from emulator.core.journal import Body, Exchange
from emulator.core.rules import Refusal, Rule, Tunable
from emulator.core.sandbox import Sandbox

T = TypeVar("T", bound=bool | int | str)


class Call(Request):
    """A Starlette request that knows its sandbox, its place in the journal and the undecoded path."""

    def __init__(
        self, scope: Scope, receive: Receive, *, sandbox: Sandbox, exchange: Exchange, path: bytes, mount_url: str
    ) -> None:
        super().__init__(scope, receive)
        self.sandbox = sandbox
        self.exchange = exchange
        self.path = path
        """The path below the vendor's mount, as it was sent."""
        self.mount_url = mount_url
        """The URL of the vendor's mount as this client sees it, without a trailing slash."""
        self.answer_headers: dict[str, str] = {}
        """What every answer to this call carries; the pack adds to it as it learns more."""

        self.secret = False
        """Whether bodies hold credentials, and stay out of the journal."""

    @cached_property
    def correlation_id(self) -> str:
        """The vendor's own name for this exchange."""
        return self.sandbox.ids.uuid()

    def value(self, rule: Tunable[T]) -> T:
        """The value of a rule in this sandbox."""
        return self.sandbox.options.value(rule)

    def refusal(self, rule: Rule, **facts: object) -> Refusal:
        """The rule's refusal of this call, to be raised; its `value` is the one in force in this sandbox."""
        if isinstance(rule, Tunable):
            facts["value"] = self.value(rule)
        return Refusal(rule, **facts)

    async def save_body(self, limit: int, too_large: Refusal) -> Blob:
        """Stream the body into the file store.

        Raises `too_large` the moment the body passes `limit` bytes (at once, if its Content-Length says so), StoreFull,
        and Starlette's ClientDisconnect when the client goes away first. In each case nothing is kept.
        """
        self._refuse_length(limit, too_large)
        with self.sandbox.store.writer() as writer:
            async for chunk in self.stream():
                if writer.size + len(chunk) > limit:
                    raise too_large
                writer.write(chunk)
            blob = writer.commit()
        self.exchange.request_body = Body.of_file(blob)
        return blob

    async def read_body(self, limit: int, too_large: Refusal) -> bytes:
        """The whole of a small body, within the same bounds."""
        self._refuse_length(limit, too_large)
        body = bytearray()
        async for chunk in self.stream():
            if len(body) + len(chunk) > limit:
                raise too_large
            body += chunk
        data = bytes(body)
        self.exchange.request_body = self.remembered(data)
        return data

    def remembered(self, data: bytes) -> Body:
        """A body as the journal gets it."""
        return Body.secret(len(data)) if self.secret else Body.of_bytes(data)

    def _refuse_length(self, limit: int, too_large: Refusal) -> None:
        declared = self.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            raise too_large
