"""The seed data is such as Codat has it, and refers to nothing that it has not."""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from emulator.core import seed
from emulator.vendors.codat.integrations import INTEGRATIONS
from emulator.vendors.codat.operations import OPERATIONS
from tests.seed_data import SeedFile, SeedModel, Uuid

DATA_TYPES = {operation.context for operation in OPERATIONS if operation.context}


def check_integration(key: str) -> str:
    if key not in INTEGRATIONS:
        raise ValueError(f"the integrations are {', '.join(INTEGRATIONS)}")
    return key


def check_data_type(data_type: str) -> str:
    if data_type not in DATA_TYPES:
        raise ValueError(f"the types of records are {', '.join(sorted(map(str, DATA_TYPES)))}")
    return data_type


class Connection(SeedModel):
    id: Uuid
    integrationKey: Annotated[str, AfterValidator(check_integration)]
    status: Literal["Linked", "PendingAuth", "Unlinked", "Deauthorized"]


class Company(SeedModel):
    id: Uuid
    name: str
    description: str
    created: AwareDatetime
    connections: list[Connection]


class Attachment(SeedModel):
    id: str
    name: str
    contentType: str
    includeWhenSent: bool
    file: SeedFile


class Reference(SeedModel):
    model_config = ConfigDict(extra="allow")

    id: str


class Record(SeedModel):
    """Its other members are the data type's own."""

    model_config = ConfigDict(extra="allow")

    id: str
    attachments: list[Attachment] = Field(default_factory=list)
    customerRef: Reference | None = None
    supplierRef: Reference | None = None


class SeedData(SeedModel):
    api_keys: list[str]
    companies: list[Company]
    records: dict[Annotated[str, AfterValidator(check_data_type)], list[Record]]


def test_the_seed_data_fits_its_model_and_refers_to_what_is_there() -> None:
    data = SeedData.model_validate(seed.load("codat"))

    customers, suppliers = ({record.id for record in data.records[name]} for name in ("customers", "suppliers"))
    records = [record for of_type in data.records.values() for record in of_type]
    assert {record.customerRef.id for record in records if record.customerRef} <= customers
    assert {record.supplierRef.id for record in records if record.supplierRef} <= suppliers
    for ids in (
        [record.id for record in records],
        [attachment.id for record in records for attachment in record.attachments],
        [company.id for company in data.companies],
        [connection.id for company in data.companies for connection in company.connections],
    ):
        assert len(ids) == len(set(ids))
