"""Finding what a path names, or refusing as Codat does."""

from emulator.core.request import Call
from emulator.vendors.codat import rules
from emulator.vendors.codat.state import Attachment, Company, Connection, Record, state_of


def company_of(call: Call, company: str) -> Company:
    found = state_of(call.sandbox).companies.get(company.lower())
    if found is None:
        raise call.refusal(rules.COMPANY_UNKNOWN, company=company)
    return found


def connection_of(call: Call, company: str, connection: str) -> tuple[Company, Connection]:
    owner = company_of(call, company)
    found = owner.connections.get(connection.lower())
    if found is None:
        raise call.refusal(rules.CONNECTION_UNKNOWN, connection=connection)
    return owner, found


def check_linked(call: Call, connection: Connection) -> None:
    """Whether the platform behind a connection can be reached."""
    if connection.status != "Linked":
        status = call.value(rules.NOT_LINKED)
        raise call.refusal(rules.NOT_LINKED, connection=connection.id, state=connection.status, status=status)


def check_attachments(call: Call, connection: Connection, data_type: str) -> None:
    """Whether there are attachments at all at the other end."""
    check_linked(call, connection)
    integration = connection.integration
    if integration.unsupported:
        raise call.refusal(integration.unsupported, data_type=data_type, platform=integration.key)


def record_of(call: Call, connection: Connection, data_type: str, record: str) -> Record:
    found = connection.records.get((data_type, record))
    if found is None:
        raise call.refusal(rules.RECORD_UNKNOWN, data_type=data_type, record=record, connection=connection.id)
    return found


def attachment_of(call: Call, record: Record, attachment: str) -> Attachment:
    found = record.attachments.get(attachment)
    if found is None:
        raise call.refusal(
            rules.ATTACHMENT_UNKNOWN, attachment=attachment, data_type=record.data_type, record=record.id
        )
    return found
