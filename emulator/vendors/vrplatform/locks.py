"""What keeps a transaction from being written: the books are closed, or an owner statement has it."""

from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import Transaction


def check_open(request: VendorRequest, transaction: Transaction) -> None:
    """Whether a transaction that is there can be changed, or lose a file."""
    if transaction.on_statement:
        raise request.refusal(rules.STATEMENT_LOCK, transaction=transaction.id)
    check_books(request, transaction)


def check_books(request: VendorRequest, transaction: Transaction) -> None:
    """Whether there can be a transaction of its date."""
    if request.headers.get("x-ignore-books-closed-at", "").lower() == "true":
        return
    if transaction.fields["date"] < request.value(rules.BOOKS_CLOSED):
        raise request.refusal(rules.BOOKS_CLOSED)
