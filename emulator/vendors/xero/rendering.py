"""Xero's bytes: JSON and XML out, JSON and XML in.

Inside the vendor a document is a tree of dicts, lists, strings, booleans, ints, Decimals and datetimes (aware, UTC).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

from emulator.core.clock import ticks
from emulator.core.json_reader import MAX_DEPTH, JsonObject, read_json
from emulator.vendors.xero.document_types import DOCUMENT_TYPES


class Typed(JsonObject):
    """An element of an ApiException. In XML its tag is general, and the attribute `type` has its type."""

    def __init__(self, kind: str, tree: JsonObject) -> None:
        super().__init__(tree)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class EnvelopeTime:
    """A moment as the envelope writes it: without an offset in JSON, with seven digits and a Z in XML."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OrganisationTime:
    """A moment as an organisation has it: without an offset in JSON, as any other in XML."""

    at: datetime


# The most elements of a body: far more than its documents have.
MAX_ELEMENTS = 200_000
DATES = frozenset(
    "Date DueDate ExpiryDate DeliveryDate ExpectedArrivalDate ExpectedPaymentDate PlannedPaymentDate FullyPaidOnDate "
    "StartDate EndDate NextScheduledDate PeriodLockDate EndOfYearLockDate UpdatedDateUTC CreatedDateUTC DateUTC".split()
)
# The number of decimals of an amount.
DECIMALS = {
    **dict.fromkeys(
        "TaxAmount LineAmount DiscountAmount SubTotal TotalTax TotalDiscount Total Amount AmountDue "
        "AmountPaid AmountCredited RemainingCredit".split(),
        2,
    ),
    "UnitAmount": 4,
    "Quantity": 4,
    "CurrencyRate": 6,
}
BOOLEANS = frozenset(
    "IsSupplier IsCustomer IsReconciled SentToContact HasAttachments HasErrors IsDiscounted ShowOnCashBasisReports "
    "EnablePaymentsToAccount ShowInExpenseClaims AddToWatchlist ApprovedForSending SendCopy MarkAsSent IncludePDF "
    "FromIsReconciled ToIsReconciled IncludeInEmails DiscountEnteredAsPercent".split()
)
# Members whose type the emulator relies on.
TEXTS = frozenset(
    "Type Status ContactStatus Name Code Details Narration InvoiceNumber CreditNoteNumber PurchaseOrderNumber "
    "QuoteNumber ReceiptNumber ContactNumber LineAmountTypes AccountID BankTransactionID BankTransferID ContactID "
    "CreditNoteID InvoiceID ManualJournalID PurchaseOrderID QuoteID ReceiptID RepeatingInvoiceID LineItemID".split()
)
OBJECTS = frozenset("Contact BankAccount FromBankAccount ToBankAccount Schedule".split())
OBJECT_LISTS = frozenset("LineItems JournalLines".split())
# Members that are lists, and what one item is called in XML.
ITEMS = {
    "Accounts": "Account",
    "Addresses": "Address",
    "Attachments": "Attachment",
    "BankTransactions": "BankTransaction",
    "BankTransfers": "BankTransfer",
    "ContactGroups": "ContactGroup",
    "ContactPersons": "ContactPerson",
    "Contacts": "Contact",
    "CreditNotes": "CreditNote",
    "ExternalLinks": "ExternalLink",
    "FromTracking": "TrackingCategory",
    "HistoryRecords": "HistoryRecord",
    "Invoices": "Invoice",
    "JournalLines": "JournalLine",
    "LineItems": "LineItem",
    "ManualJournals": "ManualJournal",
    "Organisations": "Organisation",
    "Overpayments": "Overpayment",
    "Payments": "Payment",
    "Phones": "Phone",
    "Prepayments": "Prepayment",
    "PurchaseOrders": "PurchaseOrder",
    "Quotes": "Quote",
    "Receipts": "Receipt",
    "RepeatingInvoices": "RepeatingInvoice",
    "SalesTrackingCategories": "SalesTrackingCategory",
    "PurchasesTrackingCategories": "PurchasesTrackingCategory",
    "ToTracking": "TrackingCategory",
    "Tracking": "TrackingCategory",
    "ValidationErrors": "ValidationError",
    "Warnings": "Warning",
}

# Further members that clients send.
_OTHER_NAMES = (
    "AccountCode AccountNumber AddressLine1 AddressLine2 AddressType AttentionTo BankAccountDetails "
    "BrandingThemeID City Country CurrencyCode DefaultCurrency Description DiscountRate "
    "EmailAddress FirstName IncludeOnline ItemCode LastName Option PhoneAreaCode PhoneCountryCode PhoneNumber "
    "PhoneType PostalCode Reference Region Summary TaxNumber TaxType Terms Title TrackingCategoryID "
    "TrackingOptionID Url"
).split()
MEMBER_NAMES = {
    name.lower(): name
    for name in (
        *(name for kind in DOCUMENT_TYPES for name in kind.order),
        *DATES, *DECIMALS, *BOOLEANS, *TEXTS, *OBJECTS, *OBJECT_LISTS, *ITEMS, *_OTHER_NAMES,
    )
}  # fmt: skip
"""The names of members in Xero's letter case, by the name in lower case."""

# --- Out --------------------------------------------------------------------------------------------------------------


def to_json(value: object, margin: str = "\r\n") -> str:
    """Two spaces a level, CRLF, dates as `\\/Date(ms)\\/`, no newline at the end. `margin` is what a line begins
    with."""
    if write := _SCALARS.get(type(value)):
        return write(value)
    inner = margin + "  "
    if isinstance(value, dict):
        lines = [
            _label(name) + (write(item) if (write := _SCALARS.get(type(item))) else to_json(item, inner))
            for name, item in value.items()
        ]
        return f"{{{inner}{f',{inner}'.join(lines)}{margin}}}" if lines else "{}"
    if isinstance(value, (list, tuple)):
        lines = [to_json(item, inner) for item in value]
        return f"[{inner}{f',{inner}'.join(lines)}{margin}]" if lines else "[]"
    return quoted(str(value))


@lru_cache(1024)
def _label(name: str) -> str:
    return f"{quoted(name)}: "


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return (moment - _EPOCH) // _MILLISECOND


_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
# Numbers are ints and Decimals, whose str() is what Xero writes.
_SCALARS: Mapping[type, Callable[[Any], str]] = {
    str: quoted,
    int: str,
    Decimal: str,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    datetime: lambda moment: f'"\\/Date({milliseconds(moment)}+0000)\\/"',
    EnvelopeTime: lambda time: f'"\\/Date({milliseconds(time.at)})\\/"',
    OrganisationTime: lambda time: f'"\\/Date({milliseconds(time.at)})\\/"',
}
SCHEMAS = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
# Characters that XML 1.0 cannot have.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TAG = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_STATUS = "StatusAttributeString"
# Members of JSON that XML does not have as elements: the second form of dates, and the status, which is an attribute.
_NO_ELEMENTS = frozenset(f"{name}String" for name in DATES) | {_STATUS}


def to_xml(root: str, tree: Mapping[str, object]) -> str:
    """One root element, two spaces a level, CRLF, no prolog."""
    return "\r\n".join([f"<{root} {SCHEMAS}>", *_elements(tree, "  "), f"</{root}>"])


def _elements(tree: Mapping[str, object], indent: str) -> Iterable[str]:
    for name, value in tree.items():
        if _TAG.fullmatch(name) and name not in _NO_ELEMENTS:
            yield from _element(name, value, indent)


def _element(name: str, value: object, indent: str, attributes: str = "") -> Iterable[str]:
    if isinstance(value, Mapping):
        children = list(_elements(value, indent + "  "))
    elif isinstance(value, list | tuple):
        children = [line for item in value for line in _item(ITEMS.get(name, name), item, indent + "  ")]
    else:
        yield f"{indent}<{name}{attributes}>{_text(value)}</{name}>"
        return
    if not children:
        yield f"{indent}<{name}{attributes} />"
        return
    yield f"{indent}<{name}{attributes}>"
    yield from children
    yield f"{indent}</{name}>"


def _item(name: str, item: object, indent: str) -> Iterable[str]:
    if isinstance(item, Typed):
        return _element("DataContractBase", item, indent, f' xsi:type="{item.kind}"')
    status = item.get(_STATUS) if isinstance(item, Mapping) else None
    return _element(name, item, indent, f" status={quoteattr(_writable(status))}" if status else "")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, EnvelopeTime):
        return ticks(value.at)
    if isinstance(value, OrganisationTime):
        return iso(value.at)
    if isinstance(value, datetime):
        return iso(value)
    return "" if value is None else escape(_writable(value))


def _writable(value: object) -> str:
    return _UNWRITABLE.sub("\ufffd", str(value))


def iso(moment: datetime) -> str:
    """`2019-07-22T00:00:00`, with milliseconds where there are some."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


# --- In ---------------------------------------------------------------------------------------------------------------


class InvalidBody(ValueError):
    """A body that cannot be read; the message says why."""

    format = "JSON"
    """The format that it was read as: JSON or Xml."""


class TooMany(InvalidBody):
    """A body with more documents than one request may have."""


def read(body: bytes, content_type: str, name: str, most: int) -> list[JsonObject]:
    """The documents of a request body: one, a list, or either inside an element called `name` (or its singular).

    XML where Content-Type says so, or where it says nothing and the body looks like it; otherwise JSON. Raises
    InvalidBody, and TooMany beyond so many documents.
    """
    if "form-urlencoded" in content_type and (form := parse_qs(body.decode("utf-8", "replace"))).get("xml"):
        body, content_type = form["xml"][0].encode(), "text/xml"
    as_xml = "xml" in content_type or ("json" not in content_type and body.lstrip()[:1] == b"<")
    try:
        return _documents(_read_xml(body, name) if as_xml else _read_json(body), name, most)
    except InvalidBody as error:
        error.format = "Xml" if as_xml else "JSON"
        raise


def _documents(tree: Any, name: str, most: int) -> list[JsonObject]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key.lower() in (name.lower(), ITEMS[name].lower()) and isinstance(value, list | dict):
                tree = value
                break
    trees = tree if isinstance(tree, list) else [tree]
    if not trees or not all(isinstance(tree, dict) for tree in trees):
        raise InvalidBody(f"it holds no {name}")
    if len(trees) > most:
        raise TooMany
    return [normalise(_spelled(tree)) for tree in trees]


def _spelled(value: Any) -> Any:
    """Return a body with the names of members in Xero's own letter case."""
    if isinstance(value, dict):
        return {MEMBER_NAMES.get(name.lower(), name): _spelled(item) for name, item in value.items()}
    return [_spelled(item) for item in value] if isinstance(value, list) else value


def _read_json(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError as error:
        raise InvalidBody(str(error)) from None


def _read_xml(body: bytes, name: str) -> Any:
    # Imported here, as most clients send JSON only.
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if body.count(b"<") > 2 * MAX_ELEMENTS:
        raise InvalidBody(f"it holds more than {MAX_ELEMENTS} elements")
    try:
        root = fromstring(body, forbid_dtd=True)
        tree = _tree(root)
    except RecursionError:
        raise InvalidBody("it is nested too deeply") from None
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InvalidBody(f"it is not XML ({error})") from None
    tag = _local(root.tag)
    return {tag: {} if tree == "" else tree} if tag in (name, ITEMS[name]) else tree


def _tree(element: Any) -> Any:
    tag = _local(element.tag)
    if tag in ITEMS:
        return [_tree(child) for child in element]
    if len(element):
        return {_local(child.tag): _tree(child) for child in element}
    return element.text or ""


def _local(tag: str) -> str:
    """Return the name of an element without its namespace, in Xero's letter case."""
    name = tag.rpartition("}")[2]
    return MEMBER_NAMES.get(name.lower(), name)


def date_strings(names: Iterable[str], fields: JsonObject) -> JsonObject:
    """Return the members that repeat dates as text, such as DateString beside Date."""
    return {f"{name}String": iso(fields[name]) for name in names if isinstance(fields.get(name), datetime)}


def normalise(tree: JsonObject, depth: int = 0) -> JsonObject:
    """Return the tree with dates, amounts and booleans as values of their kind, and without members that are null.

    Raises InvalidBody for a member of the wrong kind.
    """
    members = {name: _normal(name, value, depth) for name, value in tree.items() if value is not None}
    return {name: value for name, value in members.items() if value is not None}


def _normal(name: str, value: object, depth: int) -> object:
    if depth > MAX_DEPTH:
        raise InvalidBody("it is nested too deeply")
    if name in TEXTS:
        return _text_of(name, value)
    if (name in OBJECTS and not isinstance(value, dict)) or (name in OBJECT_LISTS and not _is_object_list(value)):
        raise InvalidBody(f"its {name} is of the wrong kind")
    if convert := _CONVERSIONS.get(name):
        return convert(name, value)
    if isinstance(value, dict):
        return _schedule(value, depth + 1) if name == "Schedule" else normalise(value, depth + 1)
    if isinstance(value, list):
        return [_normal("", item, depth + 1) for item in value]
    return value


def _text_of(name: str, value: object) -> str:
    if isinstance(value, bool | dict | list):
        raise InvalidBody(f"its {name} is no text")
    return str(value)


def _is_object_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _decimal(name: str, value: object) -> Decimal | None:
    if value == "":
        return None
    try:
        number = Decimal("NaN" if isinstance(value, bool) else str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_nan():
        raise InvalidBody(f"its {name} is no number")
    try:
        number = number.quantize(Decimal(1).scaleb(-DECIMALS[name]))
    except InvalidOperation:
        raise InvalidBody(f"its {name} is larger than any amount") from None
    # A price has two decimals, or four where it needs them.
    cents = number.quantize(Decimal("0.01"))
    return cents if name == "UnitAmount" and cents == number else number


def _boolean(name: str, value: object) -> bool | None:
    if value == "":
        return None
    try:
        return {"true": True, "false": False}[str(value).lower()]
    except KeyError:
        raise InvalidBody(f"its {name} is neither true nor false") from None


_MICROSOFT_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


def _date(name: str, value: object) -> datetime | None:
    text = str(value)
    if not text:
        return None
    try:
        if match := _MICROSOFT_DATE.fullmatch(text):
            return datetime.fromtimestamp(int(match[1]) / 1000, UTC)
        # A plain number would be read as a date without dashes.
        moment = datetime.fromisoformat("" if text.isdecimal() else text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidBody(f"its {name} is no date") from None


def _schedule(value: JsonObject, depth: int) -> JsonObject:
    """Read a repeating invoice's schedule, in which DueDate is a number of days."""
    numbers = {name: _integer(name, value[name]) for name in ("Period", "DueDate") if value.get(name)}
    others = {name: item for name, item in value.items() if name not in ("Period", "DueDate")}
    read = {**normalise(others, depth), **numbers}
    return {name: read[name] for name in value if name in read}


def _integer(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise InvalidBody(f"its {name} is no whole number") from None


_CONVERSIONS: Mapping[str, Callable[[str, object], object]] = {
    **dict.fromkeys(DATES, _date),
    **{f"{name}String": _date for name in DATES},
    **dict.fromkeys(DECIMALS, _decimal),
    **dict.fromkeys(BOOLEANS, _boolean),
}
