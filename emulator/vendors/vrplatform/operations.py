"""VRPlatform's operations: those that are emulated, and the others, which are answered with 501."""

from emulator.core.routing import Operation
from emulator.vendors.vrplatform import attachments, audit, statements, teams, transaction_list, transactions
from emulator.vendors.vrplatform.auth import NO_TEAM_SCOPE

_FILES = "/transaction-attachments"
_FILE = f"{_FILES}/{{attachment}}"
_TRANSACTION = "/transactions/{transaction}"
SIGNED_DOWNLOAD = Operation(
    "emulator-signed-download", "GET", f"{attachments.SIGNED_PATH}/{{token}}", attachments.fetch_signed
)
# Operations that are not emulated, as far as pages of the reference and of the guides name them.
_NOT_EMULATED = tuple(
    line.split()
    for line in """
    GET    /accounts
    POST   /accounts/{id}/banking-init
    GET    /audit/actions
    GET    /audit/effects
    GET    /audit/journal-deltas
    GET    /audit/timeline
    POST   /auth/embed/session
    GET    /bank-records
    POST   /bank-records/batch
    PUT    /bank-records/{id}
    PUT    /bank-rules/{id}
    PUT    /bank-rules/{id}/run
    GET    /connections
    POST   /connections
    GET    /connections/{id}
    POST   /connections/{id}/sync
    POST   /contacts
    GET    /listings
    POST   /listings
    GET    /listings/opening-balance
    POST   /listings/ownership-periods
    GET    /metrics/listing-revenue
    GET    /recurring-fees
    GET    /reports/journal-entries
    GET    /reports/manager-statements/detail
    GET    /reports/manager-statements/detail/journal-entries
    GET    /reports/owner-statement-summaries-per-layout
    GET    /reports/owner-statement-summaries-per-layout/details/{id}
    GET    /reports/profit-and-loss
    GET    /reservations
    POST   /reservations/batch
    POST   /reservations/journal-entries
    GET    /statements/batch
    POST   /statements/historic
    POST   /statements/layouts
    PUT    /statements/{id}
    GET    /teams/opening-trial-balance
    GET    /transactions/recurring-templates
    PUT    /transactions/recurring-templates/{id}/run
    """.strip().splitlines()
)
# Those of them that need no team.
_NOT_EMULATED_WITHOUT_TEAM = tuple(
    line.split()
    for line in """
    GET    /apps
    GET    /apps/{id}
    POST   /teams
    GET    /teams/issues
    GET    /teams/lookup
    GET    /teams/{id}/issues
    PATCH  /teams/{id}/init
    """.strip().splitlines()
)
OTHER_RESOURCES = frozenset(
    path.split("/")[1] for _, path in (*_NOT_EMULATED, *_NOT_EMULATED_WITHOUT_TEAM) if "/transactions/" not in path
)
"""Resources whose operations are known in part: whatever else is requested below one may exist at VRPlatform, too."""

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
    Operation("get-statements", "GET", "/statements", statements.list_all),
    Operation("post-statements", "POST", "/statements", statements.create),
    Operation("get-statements-by-id", "GET", "/statements/{statement}", statements.get),
    Operation("get-audit-actions-by-id", "GET", "/audit/actions/{action}", audit.get_action),
    Operation("get-audit-mutations", "GET", "/audit/mutations", audit.list_mutations),
    Operation("get-teams", "GET", "/teams", teams.list_all, NO_TEAM_SCOPE),
    Operation("get-team-by-id", "GET", "/teams/{team}", teams.get, NO_TEAM_SCOPE),
    SIGNED_DOWNLOAD,
    *(Operation(f"{method} {path}", method, path, None) for method, path in _NOT_EMULATED),
    *(Operation(f"{method} {path}", method, path, None, NO_TEAM_SCOPE) for method, path in _NOT_EMULATED_WITHOUT_TEAM),
)
