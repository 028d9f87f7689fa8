"""VRPlatform's bytes: what each thing looks like in JSON, and reading what is sent."""

from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest
from emulator.core.schemas import Place, Problems, Schema, Unfit
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.models import ZOD
from emulator.vendors.vrplatform.state import Attachment, Team, Transaction

_UUID = ZOD.schema("id!:uuid")


def attachment(shown: Attachment, transaction_id: str | None) -> JsonObject:
    return {
        "id": shown.id,
        "transactionId": transaction_id,
        "filename": shown.filename,
        "contentType": shown.content_type,
        "byteSize": shown.blob.size,
        "isOwnerAccessible": shown.is_owner_accessible,
    }


def transaction(team: Team, shown: Transaction) -> JsonObject:
    fields = shown.fields
    return {
        "id": shown.id,
        "description": fields.get("description"),
        "status": fields.get("status", "active"),
        "uniqueRef": fields.get("uniqueRef"),
        "isOpeningBalance": fields.get("isOpeningBalance", False),
        "type": fields["type"],
        "date": fields["date"],
        "lines": [line(team, each) for each in shown.lines],
        "account": _named(team.accounts, fields.get("accountId")),
        "contact": _named(team.contacts, fields.get("contactId")),
        "currency": fields.get("currency") or team.currency,
        "payment": fields.get("payment"),
        "connection": {"id": fields["connectionId"]} if fields.get("connectionId") else None,
        "sourceId": fields.get("sourceId"),
        "recurringTemplateId": fields.get("recurringTemplateId"),
        "matchBankAccountLast4": fields.get("matchBankAccountLast4"),
        "issues": [{"code": "locked", "message": "On an owner statement"}] if shown.on_statement else [],
        "attachments": [attachment(each, shown.id) for each in shown.attachments],
    }


def line(team: Team, shown: JsonObject) -> JsonObject:
    return {
        "id": shown["id"],
        "uniqueRef": shown.get("uniqueRef"),
        "description": shown.get("description"),
        "assignment": shown.get("assignment"),
        "amount": shown["amount"],
        "total": shown["amount"],
        "listing": _named(team.listings, shown.get("listingId")),
        "reservation": {"id": shown["reservationId"]} if shown.get("reservationId") else None,
        "ownerStatementId": shown.get("ownerStatementId"),
        "account": _named(team.accounts, shown["accountId"]),
        "issues": [],
    }


def _named(things: dict[str, JsonObject], thing_id: str | None) -> JsonObject | None:
    """A thing of the seed data's, or what little is known of one that was merely named."""
    if thing_id is None:
        return None
    known = things.get(thing_id, {})
    return {"id": thing_id, "name": known.get("name", thing_id), "uniqueRef": known.get("uniqueRef"), "shortRef": None}


# --- Reading ----------------------------------------------------------------------------------------------------------


async def read_object(
    request: VendorRequest, fields: Schema, problems: Problems, *, partial: bool = False
) -> JsonObject:
    """The JSON object in the body, as far as it fits; what does not is added to the problems."""
    check_type(request, "application/json")
    body = await request.read_body(rules.MAX_JSON_BYTES)
    try:
        given = read_json(body)
    except ValueError:
        raise request.refusal(rules.BAD_JSON) from None
    return ZOD.read(given, fields, (), problems, partial=partial)


def first_values(request: VendorRequest) -> dict[str, str]:
    """The query's parameters, of repeated ones the first; empty ones are as if left out."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        found.setdefault(name, value)
    return {name: value for name, value in found.items() if value}


def read_uuid(request: VendorRequest, text: str, name: str) -> str:
    """An id in the path."""
    problems = Problems()
    found = ZOD.read({"id": text}, _UUID, (), problems)
    if problems:
        raise bad_input(request, (name,), Unfit(problems[0].code, problems[0].message))
    return str(found["id"])


def check_type(request: VendorRequest, wanted: str) -> None:
    content_type = request.headers.get("content-type", "")
    if not content_type:
        raise request.refusal(rules.CONTENT_TYPE, reason="Missing content-type header")
    if content_type.partition(";")[0].strip().lower() != wanted:
        raise request.refusal(rules.CONTENT_TYPE, reason=f'Unsupported content-type "{content_type}"')


def bad_input(request: VendorRequest, place: Place, unfit: Unfit) -> Exception:
    problems = Problems()
    problems.add(place, unfit)
    return request.refusal(rules.INPUT, problems=problems)
