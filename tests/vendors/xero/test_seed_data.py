"""The seed data is such as Xero has it, and refers to nothing that it has not."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import AwareDatetime, ConfigDict, Field

from emulator.core import seed
from emulator.vendors.xero.document_types import DOCUMENT_TYPES, DocumentType
from tests.seed_data import SeedFile, SeedModel, Uuid
from tests.vendors.xero.conftest import Xero


class Attachment(SeedModel):
    AttachmentID: Uuid
    FileName: str
    MimeType: str
    IncludeOnline: bool = False
    file: SeedFile


class About(SeedModel):
    """Its other members are Xero's own."""

    model_config = ConfigDict(extra="allow")

    OrganisationID: Uuid
    Name: str


class Document(SeedModel):
    """Its other members are the document type's own."""

    model_config = ConfigDict(extra="allow")

    Attachments: list[Attachment] = Field(default_factory=list)


class Organisation(SeedModel):
    connection_id: Uuid
    connected: AwareDatetime
    organisation: About
    documents: Mapping[str, list[Document]]


class User(SeedModel):
    xero_userid: Uuid
    email: str
    given_name: str
    family_name: str


class SeedData(SeedModel):
    app_name: str
    user: User
    clients: dict[str, str]
    authorization_codes: list[str]
    organisations: list[Organisation]


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    (organisation,) = SeedData.model_validate(seed.load("xero")).organisations
    return organisation


def documents(organisation: Organisation, kind: DocumentType) -> list[dict[str, Any]]:
    return [document.model_dump(exclude={"Attachments"}) for document in organisation.documents[kind.plural]]


def test_there_are_documents_of_every_type_and_of_no_other(organisation: Organisation) -> None:
    assert set(organisation.documents) == {kind.plural for kind in DOCUMENT_TYPES}


@pytest.mark.parametrize("kind", DOCUMENT_TYPES, ids=lambda kind: kind.plural)
def test_documents_have_members_that_xero_knows(organisation: Organisation, kind: DocumentType) -> None:
    seeded = documents(organisation, kind)

    for document in seeded:
        # Where two are not in the order, they follow.
        assert set(document) <= {*kind.order, "ID", "DateString"}
        assert {kind.id, *kind.required} <= set(document)
        assert not kind.needs_contact or "Contact" in document
        assert not kind.needs_lines or document["LineItems"]
    ids = [document[kind.id] for document in seeded]
    numbers = [document[kind.number] for document in seeded if kind.number in document]
    assert len({*ids}) == len(ids)
    # Bills may share theirs.
    assert kind.plural == "Invoices" or len({*numbers}) == len(numbers)


def test_documents_refer_to_what_is_there(organisation: Organisation) -> None:
    everything = [document for kind in DOCUMENT_TYPES for document in documents(organisation, kind)]
    contacts = {document["ContactID"] for document in everything if "Name" in document and "ContactID" in document}
    accounts = {document["AccountID"] for document in everything if "AccountID" in document}

    assert {document["Contact"]["ContactID"] for document in everything if "Contact" in document} <= contacts
    for member in ("BankAccount", "FromBankAccount", "ToBankAccount"):
        assert {document[member]["AccountID"] for document in everything if member in document} <= accounts


def test_dates_are_text_beside_the_dates_themselves(xero: Xero) -> None:
    [invoice] = xero.get("/Invoices/INV-0001").json()["Invoices"]

    assert (invoice["DateString"], invoice["DueDateString"]) == ("2026-02-03T00:00:00", "2026-02-20T00:00:00")
    assert invoice["Date"] == "/Date(1770076800000+0000)/"
