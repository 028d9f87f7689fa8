"""The locks of a transaction: closed books, and an owner statement that includes it."""

from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import Transaction


def check_open(request: VendorRequest, transaction: Transaction) -> None:
    """Check that an existing transaction can be changed or deleted, or lose a file. Raises Refusal."""
    if transaction.on_statement:
        raise request.refusal(rules.STATEMENT_LOCK, transaction=transaction.id)
    check_books(request, transaction)


def check_books(request: VendorRequest, transaction: Transaction) -> None:
    """Check that the books are open at the date of a transaction. Raises Refusal."""
    if request.headers.get("x-ignore-books-closed-at", "").lower() == "true":
        return
    if transaction.fields["date"] < request.value(rules.BOOKS_CLOSED):
        raise request.refusal(rules.BOOKS_CLOSED)
