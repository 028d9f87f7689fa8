"""Codat's bytes: what each thing looks like in JSON."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from emulator.core.call import Call
from emulator.core.jsons import read_json
from emulator.core.rules import Rule
from emulator.vendors.codat import dialect, rules
from emulator.vendors.codat.state import Attachment, Company, Connection, PushOperation, Tree

# A page holds at most this many.
MAX_PAGE_SIZE = 5000


def moment(at: datetime) -> str:
    """As .NET writes it: seven digits of a second, UTC."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}0Z"


def attachment(shown: Attachment) -> Tree:
    return {
        "id": shown.id,
        "name": shown.name,
        "contentType": shown.content_type,
        "dateCreated": moment(shown.created),
        "fileSize": shown.blob.size,
        "includeWhenSent": shown.include_when_sent,
    }


def connection(call: Call, company: Company, shown: Connection) -> Tree:
    return {
        "id": shown.id,
        "integrationId": shown.integration.id,
        "integrationKey": shown.integration.key,
        "sourceId": shown.integration.source_id,
        "sourceType": "Accounting",
        "platformName": shown.integration.name,
        "linkUrl": f"{call.mount_url}/link-api/companies/{company.id}/connections/{shown.id}/start",
        "status": shown.status,
        "created": moment(shown.created),
        "connectionInfo": {},
    }


def company(call: Call, shown: Company) -> Tree:
    return {
        "id": shown.id,
        "name": shown.name,
        "platform": "",
        "description": shown.description,
        "redirect": f"https://link.codat.io/company/{shown.id}",
        "dataConnections": [connection(call, shown, each) for each in shown.connections.values()],
        "created": moment(shown.created),
        "createdByUserName": None,
        "products": [],
        "tags": {},
        "referenceSubsidiaryCompanies": [],
    }


def operation(of: Company, shown: PushOperation) -> Tree:
    done = shown.completed is not None
    return {
        "changes": [
            {
                "type": shown.change,
                "recordRef": {"id": shown.record_id, "dataType": shown.data_type},
                "attachmentId": shown.attachment_id if done else None,
            }
        ],
        "dataType": shown.data_type,
        "companyId": of.id,
        "pushOperationKey": shown.key,
        "dataConnectionKey": shown.connection_id,
        "requestedOnUtc": moment(shown.requested),
        "completedOnUtc": moment(shown.completed) if shown.completed else None,
        "timeoutInMinutes": shown.timeout_minutes,
        "status": "Success" if done else "Pending",
        "validation": {"errors": [], "warnings": []},
        "statusCode": 200 if done else 202,
    }


def page(call: Call, items: Iterable[Tree]) -> Response:
    """One page of a list, with its links. Refuses to filter."""
    query = call.query_params
    if query.get("query") or query.get("orderBy"):
        raise call.refusal(rules.QUERY)
    everything: Sequence[Tree] = list(items)
    number = max(1, whole(query.get("page", ""), 1))
    size = min(MAX_PAGE_SIZE, max(1, whole(query.get("pageSize", ""), 100)))
    path = call.path.decode("latin-1").rstrip("/")

    def link(to: int) -> Tree:
        return {"href": f"{path}?{urlencode({'page': to, 'pageSize': size})}"}

    links = {"current": link(number), "self": {"href": path}}
    if number * size < len(everything):
        links["next"] = link(number + 1)
    if number > 1:
        links["previous"] = link(number - 1)
    body = {
        "results": everything[(number - 1) * size : number * size],
        "pageNumber": number,
        "pageSize": size,
        "totalResults": len(everything),
        "_links": links,
    }
    return dialect.success(call, body)


async def read_object(call: Call, rule: Rule) -> dict[str, Any]:
    """The JSON object in the body; anything else the rule refuses."""
    body = await call.read_body(MAX_JSON_BYTES, call.refusal(rule))
    try:
        tree = read_json(body)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise call.refusal(rule)
    return tree


MAX_JSON_BYTES = 10 * 1024 * 1024


def whole(text: str, default: int) -> int:
    """A number in a query string, or the default where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else default
