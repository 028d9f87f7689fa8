"""How attachments, connections, companies, push operations, syncs and pages look in JSON."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from emulator.core.clock import ticks
from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.codat import errors, rules
from emulator.vendors.codat.state import Attachment, Company, Connection, ExpenseSync, PushOperation
from emulator.vendors.codat.validation import read_page_number

MAX_PAGE_SIZE = 5000


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
        "redirect": f"{request.mount_url}/link/company/{company.id}",
        "dataConnections": [
            render_connection(request, company, connection) for connection in company.connections.values()
        ],
        "created": ticks(company.created),
        "createdByUserName": None,
        "products": [],
        "tags": company.tags,
        "referenceSubsidiaryCompanies": [],
    }


def render_push_operation(company: Company, operation: PushOperation) -> JsonObject:
    done = operation.completed is not None and not operation.timed_out
    status, code = ("TimedOut", 408) if operation.timed_out else ("Success", 200) if done else ("Pending", 202)
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
        "status": status,
        "validation": {"errors": [], "warnings": []},
        "statusCode": code,
    }


def render_sync(company: Company, sync: ExpenseSync) -> JsonObject:
    done = sync.completed is not None
    pushed = done and bool(sync.transactions)
    return {
        "companyId": company.id,
        "syncId": sync.id,
        "syncStatusCode": (2000 if pushed else 2040) if done else 1000,
        "syncStatus": "Complete" if done else "Started",
        "errorMessage": "",
        "syncExceptionMessage": "",
        "syncUtc": ticks(sync.completed or sync.requested),
        "dataPushed": pushed,
    }


def render_sync_transactions(sync: ExpenseSync) -> list[JsonObject]:
    status = "Completed" if sync.completed else "Pending"
    return [
        {"transactionId": transaction.id, "status": status, "message": None, "integrationType": "expenses"}
        for transaction in sync.transactions
    ]


def render_page(request: VendorRequest, items: Iterable[JsonObject]) -> Response:
    """Return the page of a list that the query asks for, with its links. Raises Refusal for a filter or an order."""
    query = request.query_params
    if query.get("query") or query.get("orderBy"):
        raise request.refusal(rules.QUERY)
    all_items: Sequence[JsonObject] = list(items)
    number = read_page_number(request, "page", 1)
    size = read_page_number(request, "pageSize", request.value(rules.PAGING), MAX_PAGE_SIZE)
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
