"""Codat's bytes: what each thing looks like in JSON."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest, parse_int
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.state import Attachment, Company, Connection, PushOperation


def attachment(shown: Attachment) -> JsonObject:
    return {
        "id": shown.id,
        "name": shown.name,
        "contentType": shown.content_type,
        "dateCreated": ticks(shown.created),
        "fileSize": shown.blob.size,
        "includeWhenSent": shown.include_when_sent,
    }


def connection(request: VendorRequest, company: Company, shown: Connection) -> JsonObject:
    return {
        "id": shown.id,
        "integrationId": shown.integration.id,
        "integrationKey": shown.integration.key,
        "sourceId": shown.integration.source_id,
        "sourceType": "Accounting",
        "platformName": shown.integration.name,
        "linkUrl": f"{request.mount_url}/link-api/companies/{company.id}/connections/{shown.id}/start",
        "status": shown.status,
        "created": ticks(shown.created),
        "connectionInfo": {},
    }


def company(request: VendorRequest, shown: Company) -> JsonObject:
    return {
        "id": shown.id,
        "name": shown.name,
        "platform": "",
        "description": shown.description,
        "redirect": f"https://link.codat.io/company/{shown.id}",
        "dataConnections": [connection(request, shown, each) for each in shown.connections.values()],
        "created": ticks(shown.created),
        "createdByUserName": None,
        "products": [],
        "tags": {},
        "referenceSubsidiaryCompanies": [],
    }


def operation(of: Company, shown: PushOperation) -> JsonObject:
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
        "requestedOnUtc": ticks(shown.requested),
        "completedOnUtc": ticks(shown.completed) if shown.completed else None,
        "timeoutInMinutes": shown.timeout_minutes,
        "status": "Success" if done else "Pending",
        "validation": {"errors": [], "warnings": []},
        "statusCode": 200 if done else 202,
    }


def page(request: VendorRequest, items: Iterable[JsonObject]) -> Response:
    """One page of a list, with its links. Refuses to filter."""
    query = request.query_params
    if query.get("query") or query.get("orderBy"):
        raise request.refusal(rules.QUERY)
    everything: Sequence[JsonObject] = list(items)
    number = max(1, parse_int(query.get("page", ""), 1))
    size = max(1, parse_int(query.get("pageSize", ""), request.value(rules.PAGING)))
    path = request.path.decode("latin-1").rstrip("/")

    def link(to: int) -> JsonObject:
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
    return errors.success(request, body)


async def read_object(request: VendorRequest) -> dict[str, Any]:
    """The JSON object in the body. Refuses anything else."""
    body = await request.read_body(rules.MAX_JSON_BYTES)
    try:
        tree = read_json(body)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise request.refusal(rules.BAD_BODY, item="body", reason="The request body is no JSON object.")
    return tree
