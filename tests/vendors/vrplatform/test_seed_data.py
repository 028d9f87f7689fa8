"""The seed data is such as VRPlatform would take it, and refers to nothing that it has not."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, ConfigDict, Field

from emulator.core import seed
from emulator.vendors.vrplatform.models import Line, NewTransaction
from tests.seed_data import SeedFile, SeedModel, Uuid


class ApiKey(SeedModel):
    teams: list[str] = Field(min_length=1)
    active: bool


class Named(SeedModel):
    id: str
    name: str
    uniqueRef: str | None = None


class Team(SeedModel):
    id: str
    name: str
    createdAt: AwareDatetime


class Member(SeedModel):
    id: Uuid
    ownerId: str
    contactId: str
    split: int = Field(ge=1, le=100_000)


class OwnershipPeriod(SeedModel):
    id: Uuid
    listingId: str
    startAt: date | None
    endAt: date | None
    reserve: int
    members: list[Member] = Field(min_length=1)


class Statement(SeedModel):
    id: Uuid
    periodId: str
    month: str = Field(pattern=r"^\d{4}-\d\d$")
    currency: str = Field(pattern="^[a-z]{3}$")
    status: Literal["inReview", "published"]


class Attachment(SeedModel):
    id: Uuid
    filename: str
    isOwnerAccessible: bool
    file: SeedFile


class SeedLine(Line):
    model_config = ConfigDict(extra="forbid")

    id: str


class SeedTransaction(NewTransaction):
    model_config = ConfigDict(extra="forbid")

    id: str


class SeedData(SeedModel):
    currency: str
    api_keys: dict[str, ApiKey]
    accounts: list[Named]
    listings: list[Named]
    contacts: list[Named]
    teams: list[Team]
    owners: list[Named]
    ownership_periods: list[OwnershipPeriod]
    statements: list[Statement]
    attachments: list[Attachment]
    transactions: list[SeedTransaction]


def test_the_seed_data_fits_its_model_and_refers_to_what_is_there() -> None:
    fixture = seed.load("vrplatform")
    data = SeedData.model_validate(fixture)
    lines = [SeedLine.model_validate(line) for transaction in fixture["transactions"] for line in transaction["lines"]]

    accounts, listings, contacts = (
        {record.id for record in records} for records in (data.accounts, data.listings, data.contacts)
    )
    files = [attachment.id for attachment in data.attachments]
    attached = [file for transaction in data.transactions for file in transaction.attachmentIds or ()]
    assert {line.accountId for line in lines} <= accounts
    assert {transaction.accountId for transaction in data.transactions} <= accounts | {None}
    assert {transaction.contactId for transaction in data.transactions} <= contacts | {None}
    assert {line.listingId for line in lines} <= listings | {None}
    members = [member for period in data.ownership_periods for member in period.members]
    assert {period.listingId for period in data.ownership_periods} <= listings
    assert {member.ownerId for member in members} <= {owner.id for owner in data.owners}
    assert {member.contactId for member in members} <= contacts
    assert {statement.periodId for statement in data.statements} <= {period.id for period in data.ownership_periods}
    assert {line.ownerStatementId for line in lines} <= {statement.id for statement in data.statements} | {None}
    assert {team for key in data.api_keys.values() for team in key.teams} <= {team.id for team in data.teams}
    assert set(attached) <= set(files)
    for ids in (files, attached, [line.id for line in lines], [transaction.id for transaction in data.transactions]):
        assert len(ids) == len(set(ids))
