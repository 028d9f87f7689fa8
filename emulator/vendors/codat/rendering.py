"""How attachments, connections, companies, push operations and pages look in JSON; and the reading of JSON bodies."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject, read_json
from emulator.core.request import VendorRequest, parse_int
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.state import Attachment, Company, Connection, PushOperation


def render_attachment(attachment: Attachment) -> JsonObject:
    return {
        "id": attachment.id,
        "name": attachment.name,
        "contentType": attachment.content_type,
        "dateCreated": ticks(attachment.created),
        "fileSize": attachment.blob.size,
        "includeWhenSent": attachment.include_when_sent,
    }


def render_connection(request: VendorRequest, company: Company, connection: Connection) -> JsonObject:
    return {
        "id": connection.id,
        "integrationId": connection.integration.id,
        "integrationKey": connection.integration.key,
        "sourceId": connection.integration.source_id,
        "sourceType": "Accounting",
        "platformName": connection.integration.name,
        "linkUrl": f"{request.mount_url}/link-api/companies/{company.id}/connections/{connection.id}/start",
        "status": connection.status,
        "created": ticks(connection.created),
        "connectionInfo": {},
    }


def render_company(request: VendorRequest, company: Company) -> JsonObject:
    return {
        "id": company.id,
        "name": company.name,
        "platform": "",
        "description": company.description,
        "redirect": f"https://link.codat.io/company/{company.id}",
        "dataConnections": [
            render_connection(request, company, connection) for connection in company.connections.values()
        ],
        "created": ticks(company.created),
        "createdByUserName": None,
        "products": [],
        "tags": {},
        "referenceSubsidiaryCompanies": [],
    }


def render_push_operation(company: Company, operation: PushOperation) -> JsonObject:
    done = operation.completed is not None
    return {
        "changes": [
            {
                "type": operation.change,
                "recordRef": {"id": operation.record_id, "dataType": operation.data_type},
                "attachmentId": operation.attachment_id if done else None,
            }
        ],
        "dataType": operation.data_type,
        "companyId": company.id,
        "pushOperationKey": operation.key,
        "dataConnectionKey": operation.connection_id,
        "requestedOnUtc": ticks(operation.requested),
        "completedOnUtc": ticks(operation.completed) if operation.completed else None,
        "timeoutInMinutes": operation.timeout_minutes,
        "status": "Success" if done else "Pending",
        "validation": {"errors": [], "warnings": []},
        "statusCode": 200 if done else 202,
    }


def render_page(request: VendorRequest, items: Iterable[JsonObject]) -> Response:
    """Return the page of a list that the query asks for, with its links. Raises Refusal for a filter or an order."""
    query = request.query_params
    if query.get("query") or query.get("orderBy"):
        raise request.refusal(rules.QUERY)
    all_items: Sequence[JsonObject] = list(items)
    number = max(1, parse_int(query.get("page", ""), 1))
    size = max(1, parse_int(query.get("pageSize", ""), request.value(rules.PAGING)))
    path = request.path.decode("latin-1").rstrip("/")

    def link(page: int) -> JsonObject:
        return {"href": f"{path}?{urlencode({'page': page, 'pageSize': size})}"}

    links = {"current": link(number), "self": {"href": path}}
    if number * size < len(all_items):
        links["next"] = link(number + 1)
    if number > 1:
        links["previous"] = link(number - 1)
    body = {
        "results": all_items[(number - 1) * size : number * size],
        "pageNumber": number,
        "pageSize": size,
        "totalResults": len(all_items),
        "_links": links,
    }
    return errors.success(request, body)


async def read_object(request: VendorRequest) -> dict[str, Any]:
    """Return the JSON object in the body. Raises Refusal for anything else."""
    body = await request.read_body(rules.MAX_JSON_BYTES)
    try:
        value = read_json(body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise request.refusal(rules.BAD_BODY, item="body", reason="The request body is no JSON object.")
    return value
