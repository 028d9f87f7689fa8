"""The errors of the control API, which are RFC 9457 problem responses."""

import logging
from collections.abc import Awaitable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from emulator.core.faults.fault import InvalidFault
from emulator.core.problems import problem
from emulator.core.sandbox import NoSandbox

logger = logging.getLogger("emulator")


class ControlError(Exception):
    """A request that the control API refuses, with the members of the problem response."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


async def answer_or_problem(request: Request, answer: Awaitable[Response]) -> Response:
    """Await the answer, turning exceptions into problem responses. Raises ClientDisconnect."""
    try:
        return await answer
    except (ControlError, InvalidFault) as error:
        return problem(error.status, error.title, error.detail)
    except NoSandbox as error:
        return problem(404, "There is no such sandbox", str(error))
    except ClientDisconnect:
        raise
    except Exception:
        logger.exception("%s %s", request.method, request.url.path)
        return problem(500, "Internal error of the emulator", "This is a bug in the emulator; see the server's log.")
