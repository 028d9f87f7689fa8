"""VRPlatform's operations: those that are emulated, and the others, which are answered with 501."""

from emulator.core.routing import Operation
from emulator.vendors.vrplatform import attachments, transaction_list, transactions

_FILES = "/transaction-attachments"
_FILE = f"{_FILES}/{{attachment}}"
_TRANSACTION = "/transactions/{transaction}"
SIGNED_DOWNLOAD = Operation(
    "emulator-signed-download", "GET", f"{attachments.SIGNED_PATH}/{{token}}", attachments.fetch_signed
)
# Operations that are not emulated. Their paths are inferred from the titles of their documentation pages.
_NOT_EMULATED = (
    ("GET", "/accounts"),
    ("GET", "/apps/{id}"),
    ("GET", "/contacts"),
    ("POST", "/contacts"),
    ("GET", "/listings"),
    ("GET", "/listings/{id}/opening-balance"),
    ("POST", "/listings/{id}/ownership-periods"),
    ("POST", "/reservations/{id}/journal-entries"),
)

OPERATIONS = (
    Operation("post-transaction-attachments", "POST", _FILES, attachments.upload),
    Operation("patch-transaction-attachment", "PATCH", _FILE, attachments.patch),
    Operation("delete-transaction-attachment", "DELETE", _FILE, attachments.delete),
    Operation("download-transaction-attachment", "GET", f"{_FILE}/download", attachments.download),
    Operation("get-transactions", "GET", "/transactions", transaction_list.list_all),
    Operation("post-transactions", "POST", "/transactions", transactions.create),
    Operation("get-transaction-by-id", "GET", _TRANSACTION, transactions.get),
    Operation("put-transactions-by-id", "PUT", _TRANSACTION, transactions.put),
    Operation("delete-transactions-by-id", "DELETE", _TRANSACTION, transactions.delete),
    SIGNED_DOWNLOAD,
    Operation(
        "emulator-owner-statement", "GET", "/_emulator/owner-statements/{owner}", transaction_list.owner_statement
    ),
    *(Operation(f"{method} {path}", method, path, None) for method, path in _NOT_EMULATED),
)
