"""How attachments, transactions and teams look in JSON."""

from datetime import datetime

from emulator.core import seed
from emulator.core.json_reader import JsonObject
from emulator.vendors.vrplatform.state import Attachment, Team, TeamProfile, Transaction

# The issue of a transaction that a statement locks.
_LOCKED = {"code": "locked", "severity": "warning", "message": "On an owner statement"}


def render_time(moment: datetime) -> str:
    """Return a moment in UTC as VRPlatform writes it: `2024-01-15T12:30:00.000+00:00`."""
    return moment.isoformat(timespec="milliseconds")


def render_attachment(attachment: Attachment, transaction_id: str | None) -> JsonObject:
    """Return an attachment as VRPlatform's JSON. The transaction's id is None for a staged file."""
    return {
        "id": attachment.id,
        "transactionId": transaction_id,
        "filename": attachment.filename,
        "contentType": attachment.content_type,
        "byteSize": attachment.blob.size,
        "isOwnerAccessible": attachment.is_owner_accessible,
    }


def render_transaction(team: Team, transaction: Transaction) -> JsonObject:
    """Return a transaction as VRPlatform's JSON, with its lines and attachments."""
    fields = transaction.fields
    return {
        "id": transaction.id,
        "description": fields.get("description"),
        "status": fields.get("status", "active"),
        "uniqueRef": fields.get("uniqueRef"),
        "isOpeningBalance": fields.get("isOpeningBalance", False),
        "type": fields["type"],
        "date": fields["date"],
        "lines": [_render_line(team, line) for line in transaction.lines],
        "account": _render_reference(team.accounts, fields.get("accountId")),
        "contact": _render_reference(team.contacts, fields.get("contactId")),
        "currency": fields.get("currency") or team.currency,
        "payment": fields.get("payment"),
        "connection": {"id": fields["connectionId"]} if fields.get("connectionId") else None,
        "sourceId": fields.get("sourceId"),
        "recurringTemplateId": fields.get("recurringTemplateId"),
        "matchBankAccountLast4": fields.get("matchBankAccountLast4"),
        "issues": [_LOCKED] if transaction.on_statement else [],
        "attachments": [render_attachment(attachment, transaction.id) for attachment in transaction.attachments],
    }


def render_team(team: TeamProfile, status: str, team_type: str, books_closed_at: str | None) -> JsonObject:
    """Return a team as VRPlatform's JSON, with those of its members that the docs show or call useful."""
    return {
        "id": team.id,
        "defaultCurrency": seed.load("vrplatform")["currency"],
        "name": team.name,
        "slug": team.id,
        "statementAddress": None,
        "billingAddress": None,
        "phone": None,
        "email": None,
        "supportEmail": None,
        "taxId": None,
        "partner": None,
        "status": status,
        "type": team_type,
        "isGeneralLedger": True,
        "booksClosedAt": books_closed_at,
        "extractableConnections": [],
    }


def _render_line(team: Team, line: JsonObject) -> JsonObject:
    return {
        "id": line["id"],
        "uniqueRef": line.get("uniqueRef"),
        "description": line.get("description"),
        "assignment": line.get("assignment"),
        "amount": line["amount"],
        "total": line["amount"],
        "listing": _render_reference(team.listings, line.get("listingId")),
        "reservation": {"id": line["reservationId"]} if line.get("reservationId") else None,
        "ownerStatementId": line.get("ownerStatementId"),
        "account": _render_reference(team.accounts, line["accountId"]),
        "issues": [],
    }


def _render_reference(records: dict[str, JsonObject], record_id: str | None) -> JsonObject | None:
    """Return a reference to a record. One that the seed data does not have gets its id as its name."""
    if record_id is None:
        return None
    record = records.get(record_id, {})
    return {
        "id": record_id,
        "name": record.get("name", record_id),
        "uniqueRef": record.get("uniqueRef"),
        "shortRef": None,
    }
