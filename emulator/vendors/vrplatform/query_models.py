"""Models of the queries of VRPlatform's lists and of its statements."""

from typing import Annotated, Literal

from pydantic import Field

from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.models import IdPath, Input
from emulator.vendors.vrplatform.values import (
    MonthText,
    QueryAmountRange,
    QueryBoolean,
    QueryChoice,
    QueryDateRange,
    QueryEnd,
    QueryList,
    QueryNumber,
    QueryStart,
    QueryText,
    Status,
    TransactionType,
    Uuid,
)
from emulator.vendors.vrplatform.zod import MAX_SAFE_INTEGER

TeamSort = Literal["created_desc", "created_asc", "name_asc", "name_desc", "type_asc", "type_desc"]


class PageQuery(Input):
    """The page of a list."""

    limit: Annotated[QueryNumber, Field(ge=1, le=rules.PAGE_SIZE.highest)] | None = None
    page: Annotated[QueryNumber, Field(ge=1)] | None = None


class TransactionQuery(PageQuery):
    type: QueryChoice[TransactionType] | None = None
    status: QueryChoice[Status] | None = None
    isOpeningBalance: QueryBoolean | None = None
    isLocked: QueryBoolean | None = None
    includeLines: QueryBoolean | None = None
    accountId: QueryText | None = None
    contactId: QueryText | None = None
    connectionId: QueryText | None = None
    recurringTemplateId: QueryText | None = None
    amount: QueryAmountRange | None = None
    dateRange: QueryDateRange | None = None
    isDateRangeEndInclusive: QueryBoolean | None = None
    ids: QueryList[str] | None = None
    uniqueRefs: QueryList[str] | None = None
    listingIds: QueryList[str] | None = None
    search: QueryText | None = None


class StatementView(IdPath):
    """A statement, and the eyes with which it is seen."""

    viewAs: QueryChoice[Literal["owner", "manager"]] | None = None


class StatementQuery(PageQuery):
    periodIds: QueryList[str] | None = None
    year: Annotated[QueryNumber, Field(ge=1900, le=2100)] | None = None
    listingIds: QueryList[str] | None = None
    statementIds: QueryList[str] | None = None
    month: QueryChoice[MonthText] | None = None
    search: QueryText | None = None
    status: QueryList[Literal["draft", "inReview", "published", "void"]] | None = None
    ownerIds: QueryList[str] | None = None
    dateRange: QueryDateRange | None = None
    isDateRangeEndInclusive: QueryBoolean | None = None


class MutationQuery(PageQuery):
    offset: Annotated[QueryNumber, Field(ge=0, le=MAX_SAFE_INTEGER)] | None = None
    actionId: QueryChoice[Uuid] | None = None
    effectId: QueryChoice[Uuid] | None = None
    entityType: QueryText | None = None
    entityId: QueryChoice[Uuid] | None = None
    op: QueryText | None = None
    outcome: QueryText | None = None
    startAt: QueryStart | None = None
    endAt: QueryEnd | None = None


class TeamQuery(PageQuery):
    ids: QueryList[str] | None = None
    status: QueryChoice[Literal["active", "inactive", "deleted", "onboarding"]] | None = None
    search: QueryText | None = None
    partnerId: QueryChoice[Uuid] | None = None
    type: QueryChoice[Literal["partner", "propertyManager"]] | None = None
    sort: QueryChoice[TeamSort] | None = None
    date: QueryDateRange | None = None
