"""Finding what a path names, or refusing as Codat does."""

from emulator.core.request import VendorRequest
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import Attachment, Company, Connection, Record, state_of


def company_of(request: VendorRequest, company: str) -> Company:
    found = state_of(request.sandbox).companies.get(company.lower())
    if found is None:
        raise request.refusal(rules.COMPANY_UNKNOWN, company=company)
    return found


def connection_of(request: VendorRequest, company: str, connection: str) -> tuple[Company, Connection]:
    owner = company_of(request, company)
    found = owner.connections.get(connection.lower())
    if found is None:
        raise request.refusal(rules.CONNECTION_UNKNOWN, connection=connection)
    return owner, found


def check_linked(request: VendorRequest, connection: Connection) -> None:
    """Whether the platform behind a connection can be reached."""
    if connection.status != "Linked":
        status = request.value(rules.NOT_LINKED)
        raise request.refusal(rules.NOT_LINKED, connection=connection.id, state=connection.status, status=status)


def check_attachments(request: VendorRequest, connection: Connection, data_type: str) -> None:
    """Whether there are attachments at all at the other end."""
    check_linked(request, connection)
    integration = connection.integration
    if integration.unsupported:
        raise request.refusal(integration.unsupported, data_type=data_type, platform=integration.key)


def record_of(request: VendorRequest, connection: Connection, data_type: str, record: str) -> Record:
    found = connection.records.get((data_type, record))
    if found is None:
        raise request.refusal(rules.RECORD_UNKNOWN, data_type=data_type, record=record, connection=connection.id)
    return found


def attachment_of(request: VendorRequest, record: Record, attachment: str) -> Attachment:
    found = record.attachments.get(attachment)
    if found is None:
        raise request.refusal(
            rules.ATTACHMENT_UNKNOWN, attachment=attachment, data_type=record.data_type, record=record.id
        )
    return found
