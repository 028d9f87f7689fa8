"""The scopes that apps can ask for: broad ones, and the granular ones of apps created since March 2026."""

import re

from emulator.core.request import VendorRequest
from emulator.vendors.xero import rules


def _read_and_write(*names: str) -> frozenset[str]:
    return frozenset(f"accounting.{name}{ending}" for name in names for ending in ("", ".read"))


_SIGN_IN = frozenset({"openid", "profile", "email", "offline_access"})
_EVERY_APP = (
    _SIGN_IN
    | _read_and_write("attachments", "contacts", "settings")
    | {"accounting.budgets.read", "accounting.journals.read", "accounting.reports.tenninetynine.read"}
)
_BROAD = _read_and_write("transactions") | {"accounting.reports.read"}
_GRANULAR = _read_and_write("banktransactions", "invoices", "manualjournals", "payments")
_GRANULAR_REPORT = re.compile(r"accounting\.reports\.[a-z]+\.read")
# Of Xero's other products the emulator only knows that they have scopes.
_OTHER_PRODUCTS = re.compile(
    r"(app\.connections|assets|bankfeeds|einvoicing|files|finance\.[a-z]+|marketplace\.billing|paymentservices"
    r"|payroll(\.[a-z]+)?|practicemanager(\.[a-z]+)?|projects)(\.read)?"
)


def requested_scopes(request: VendorRequest, text: str, *, of_user: bool) -> frozenset[str]:
    """Return the scopes in a consent or token request, separated by blanks.

    A request for none gets what an app of its kind needs for documents and their attachments; `of_user`, where a user
    gives consent, also those of signing in. Raises Refusal.
    """
    app = request.value(rules.SCOPES)
    requested = frozenset(text.split())
    if not requested:
        documents = _BROAD if app == "broad" else _GRANULAR if app == "granular" else _BROAD | _GRANULAR
        documents = frozenset(scope for scope in documents if not scope.endswith(".read"))
        sign_in = _SIGN_IN if of_user else frozenset()
        return sign_in | documents | {"accounting.attachments", "accounting.contacts", "accounting.settings"}
    if not all(_is_available(scope, app) for scope in requested):
        raise request.refusal(rules.SCOPE_UNAVAILABLE)
    return requested


def _is_available(scope: str, app: str) -> bool:
    if scope in _EVERY_APP or _OTHER_PRODUCTS.fullmatch(scope):
        return True
    if scope in _BROAD:
        return app != "granular"
    return app != "broad" and (scope in _GRANULAR or _GRANULAR_REPORT.fullmatch(scope) is not None)
