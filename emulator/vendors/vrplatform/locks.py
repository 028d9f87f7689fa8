"""What keeps a transaction from being written: the books are closed, or an owner statement has it."""

from emulator.core.request import Call
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.state import Transaction


def check_open(call: Call, transaction: Transaction) -> None:
    """Whether a transaction that is there can be changed, or lose a file."""
    if transaction.on_statement:
        raise call.refusal(rules.STATEMENT_LOCK, transaction=transaction.id)
    check_books(call, transaction)


def check_books(call: Call, transaction: Transaction) -> None:
    """Whether there can be a transaction of its date."""
    if call.headers.get("x-ignore-books-closed-at", "").lower() == "true":
        return
    if transaction.fields["date"] < call.value(rules.BOOKS_CLOSED):
        raise call.refusal(rules.BOOKS_CLOSED)
