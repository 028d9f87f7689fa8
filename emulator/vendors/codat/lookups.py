"""Lookup of what a path names. What does not exist is refused as Codat refuses it."""

from emulator.core.request import VendorRequest
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import Attachment, Company, Connection, Record, state_of


def find_company(request: VendorRequest, company: str) -> Company:
    """Return the company with this id, in any letter case. Raises Refusal."""
    match = state_of(request.sandbox).companies.get(company.lower())
    if match is None:
        raise request.refusal(rules.COMPANY_UNKNOWN, company=company)
    return match


def find_connection(request: VendorRequest, company: str, connection: str) -> tuple[Company, Connection]:
    """Return a connection, and the company that it belongs to. Raises Refusal."""
    owner = find_company(request, company)
    match = owner.connections.get(connection.lower())
    if match is None:
        raise request.refusal(rules.CONNECTION_UNKNOWN, connection=connection)
    return owner, match


def find_linked_connection(request: VendorRequest, company: Company) -> Connection:
    """Return the company's first linked connection. Raises Refusal if it has none."""
    connections = list(company.connections.values())
    if not connections:
        raise request.refusal(rules.EXPENSES_CONNECTION, company=company.id)
    connection = next((connection for connection in connections if connection.status == "Linked"), connections[0])
    check_linked(request, connection)
    return connection


def check_linked(request: VendorRequest, connection: Connection) -> None:
    """Check that a connection is linked, so that its platform can be reached. Raises Refusal."""
    if connection.status != "Linked":
        rule = rules.NOT_LINKED_READ if request.method in ("GET", "HEAD") else rules.NOT_LINKED
        raise request.refusal(rule, connection=connection.id, state=connection.status, status=request.value(rule))


def check_attachments_supported(request: VendorRequest, connection: Connection, data_type: str) -> None:
    """Check that a connection is linked and that its platform has attachments. Raises Refusal."""
    check_linked(request, connection)
    integration = connection.integration
    if integration.unsupported:
        raise request.refusal(integration.unsupported, data_type=data_type, platform=integration.key)


def find_record(request: VendorRequest, connection: Connection, data_type: str, record: str) -> Record:
    """Return the connection's record of this type and id. Raises Refusal."""
    match = connection.records.get((data_type, record))
    if match is None:
        owner = f"data connection {connection.id}"
        raise request.refusal(rules.RECORD_UNKNOWN, data_type=data_type, record=record, owner=owner)
    return match


def find_attachment(request: VendorRequest, record: Record, attachment: str) -> Attachment:
    """Return the record's attachment with this id. Raises Refusal."""
    match = record.attachments.get(attachment)
    if match is None:
        raise request.refusal(
            rules.ATTACHMENT_UNKNOWN, attachment=attachment, data_type=record.data_type, record=record.id
        )
    return match
