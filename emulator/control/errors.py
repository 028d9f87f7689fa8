"""How the control API says no: RFC 9457 problems."""

import logging
from collections.abc import Awaitable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from emulator.core.faults.fault import InvalidFault
from emulator.core.problems import problem
from emulator.core.sandbox import NoSandbox

logger = logging.getLogger("emulator")


class ControlError(Exception):
    """A request that the control API does not carry out."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


async def answer_or_problem(request: Request, answer: Awaitable[Response]) -> Response:
    """The answer, or a problem that says what kept it from being made. Raises ClientDisconnect."""
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
        return problem(500, "The emulator failed", "This is a defect of the emulator; the server's log says more.")
