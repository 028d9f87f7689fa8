"""Letting credentials go bad: expired, revoked, out of scope, or in what other way a vendor knows."""

from starlette.responses import JSONResponse, Response

from emulator.control.asking import PLAIN, Asked, Refused
from emulator.core.vendor import CredentialFault, UnknownCredential
from emulator.vendors import VENDOR_NAMES, VENDORS

CHANGE = PLAIN.schema(f"vendor!:{'|'.join(VENDOR_NAMES)} state!:text owner?:text scopes?:text")


async def spoil(asked: Asked) -> Response:
    """Bring credentials into a state, in every auth mode, until a reset or until the client gets good ones.

    `owner` says whose: an app, an organisation, a connection, a company or a key, as the state has it; without it all
    are meant. `scopes` (apart by blanks) is what the state `limited` leaves.
    """
    body = asked.body
    states = VENDORS[body["vendor"]].credential_faults
    if body["state"] not in states:
        raise Refused(422, "Does not fit", f"state is one of {', '.join(states)} at {body['vendor']}.")
    try:
        states[body["state"]](asked.sandbox, CredentialFault(body["owner"], frozenset((body["scopes"] or "").split())))
    except UnknownCredential as error:
        raise Refused(422, "Nobody there", f"{error}.") from None
    return JSONResponse({"vendor": body["vendor"], "state": body["state"], "owner": body["owner"]})
