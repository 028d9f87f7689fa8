"""Operations of the control API: method, path, input and output models, and handler.

The routes, the OpenAPI document and the reference page are generated from them. A handler's signature declares its
models:

    @operation("PATCH", "/sandboxes/{sandbox}/clock", "Set, advance or freeze the clock.")
    async def change_clock(context: ControlContext, body: ClockChange) -> Clock: ...
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, TypeVar, get_type_hints

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from emulator.control import BASE
from emulator.control.errors import ControlError, answer_or_problem
from emulator.control.models.base import AnswerModel, NoQuery
from emulator.core.json_reader import read_json
from emulator.core.sandbox import Sandbox, SandboxRegistry
from emulator.core.urls import public_url
from emulator.core.validation import VENDORS, RequestModel, describe_errors
from emulator.core.vendor import Vendor

MAX_BODY_BYTES = 4 * 1024 * 1024
Handler = Callable[..., Awaitable[AnswerModel | Response | None]]
R = TypeVar("R", bound=RequestModel)


@dataclass(frozen=True, slots=True)
class ControlContext:
    """What a handler gets: the sandboxes, the vendors and the request."""

    registry: SandboxRegistry
    vendors: Mapping[str, Vendor]
    operations: "Sequence[Operation]"
    """Every operation of the control API."""
    request: Request

    @property
    def path_params(self) -> Mapping[str, str]:
        return self.request.path_params

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox in the path, created on first use, but not by a request that only reads. Raises NoSandbox."""
        find = self.registry.preview if self.request.method in ("GET", "HEAD") else self.registry.sandbox
        return find(self.path_params["sandbox"])

    @property
    def public_url(self) -> str:
        """The URL of the server as the client of this request reaches it, without a trailing slash."""
        request = self.request
        return public_url(request.scope, request.headers, self.registry.options.external_url).removesuffix(BASE)

    def select_vendors(self, name: str | None) -> Iterable[Vendor]:
        """Return the vendor with this name, or all of them."""
        return self.vendors.values() if name is None else (self.vendors[name],)


@dataclass(frozen=True, slots=True)
class Content:
    """A body that is not JSON."""

    media_type: str
    description: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path below the control API's mount."""

    method: str
    path: str
    summary: str
    handler: Handler
    query: type[RequestModel]
    body: type[RequestModel] | None
    """The model of the JSON object in the request body."""
    upload: Content | None
    """The request body that the handler reads itself."""
    answer: type[AnswerModel] | None
    """The model of the JSON object in the response body."""
    content: Content | None
    """The response body where it is not a JSON model."""
    status: int
    problems: tuple[int, ...]
    """The statuses of its errors beside those that every operation may answer with."""
    deprecated: bool = False

    @property
    def id(self) -> str:
        return self.handler.__name__ + ("_deprecated" if self.deprecated else "")

    @property
    def tag(self) -> str:
        """The section of the reference: `Faults`."""
        noun = re.match(r"/sandboxes/{sandbox}/(?!reset)(\w+)", self.path)
        return noun[1].capitalize() if noun else "Sandboxes" if self.path.startswith("/sandboxes") else "The server"

    @property
    def description(self) -> str:
        return cleandoc(self.handler.__doc__ or "")

    async def respond(self, context: ControlContext) -> Response:
        """Return the handler's answer, or a problem response. Raises ClientDisconnect."""
        return await answer_or_problem(context.request, self._respond(context))

    async def _respond(self, context: ControlContext) -> Response:
        arguments: dict[str, RequestModel] = {}
        query = _validate(dict(context.request.query_params), self.query, "The query", context)
        if self.query is not NoQuery:
            arguments["query"] = query
        if self.body:
            arguments["body"] = _validate(await _read_json(context.request), self.body, "The body", context)
        answer = await self.handler(context, **arguments)
        if answer is None:
            return Response(status_code=self.status)
        if isinstance(answer, AnswerModel):
            return JSONResponse(answer.to_dict(), self.status)
        return answer


def operation(
    method: str,
    path: str,
    summary: str,
    *,
    status: int = 200,
    problems: tuple[int, ...] = (),
    upload: Content | None = None,
    content: Content | type[AnswerModel] | None = None,
) -> Callable[[Handler], Operation]:
    """Decorate a handler as an operation.

    The annotations of its parameters `query` and `body` and of its return value are models. A handler that returns a
    response says with `content` what is in it.
    """

    def decorate(handler: Handler) -> Operation:
        hints = get_type_hints(handler)
        returned = hints["return"]
        answer = content if isinstance(content, type) else returned
        return Operation(
            method,
            path,
            summary,
            handler,
            query=hints.get("query", NoQuery),
            body=hints.get("body"),
            upload=upload,
            answer=answer if isinstance(answer, type) and issubclass(answer, AnswerModel) else None,
            content=content if isinstance(content, Content) else None,
            status=204 if returned is type(None) else status,
            problems=problems,
        )

    return decorate


async def _read_json(request: Request) -> Any:
    """Parse the body as JSON; an empty body is an empty object. Raises ControlError, ClientDisconnect."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise ControlError(413, "Body too large", f"A body has at most {MAX_BODY_BYTES} bytes.")
    try:
        return read_json(bytes(body) or b"{}")
    except ValueError as error:
        raise ControlError(400, "Not JSON", f"The body cannot be read: {error}.") from None


def _validate(value: object, model: type[R], subject: str, context: ControlContext) -> R:
    try:
        return model.model_validate(value, context={VENDORS: context.vendors})
    except ValidationError as error:
        raise ControlError(422, "Invalid value", describe_errors(error, model, subject)) from None
