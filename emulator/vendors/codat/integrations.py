"""The accounting platforms that Codat integrates with, and which attachments each accepts."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from emulator.core.rules import Rule, Tunable
from emulator.vendors.codat import rules

# Codat's real integration ids are not known. These are derived from the keys, so that they are the same in every run.
_NAMESPACE = UUID("5eed0000-0000-4000-8000-0000000c0da7")


@dataclass(frozen=True, slots=True, eq=False)
class Integration:
    """One accounting platform."""

    key: str
    name: str
    max_bytes: Tunable[int] | None = None
    """The rule that limits a file's size in bytes; None where no limit is known."""
    extensions: Tunable[str] | None = None
    """The rule that lists the accepted file extensions; None where any is accepted."""
    typed_files: Rule | None = None
    """The rule, if any, by which the file part must have a specific content type."""
    unsupported: Rule | None = None
    """The rule, if any, by which the platform has no attachments."""
    keeps_extension: bool = True
    """Whether a bill's attachment keeps the extension of its file name."""
    deletes: bool = False
    """Whether Sync for Payables can delete attachments."""

    @property
    def id(self) -> str:
        return str(uuid5(_NAMESPACE, self.key))

    @property
    def source_id(self) -> str:
        return str(uuid5(_NAMESPACE, f"source of {self.key}"))


_ALL = (
    Integration("gbol", "Xero", rules.XERO_MAX_BYTES, rules.XERO_EXTENSIONS),
    *(
        Integration(
            key,
            name,
            rules.QUICKBOOKS_MAX_BYTES,
            rules.QUICKBOOKS_EXTENSIONS,
            rules.QUICKBOOKS_CONTENT_TYPE,
            deletes=True,
        )
        for key, name in (("qhyg", "QuickBooks Online"), ("ndsk", "QuickBooks Online Sandbox"))
    ),
    Integration("akxx", "NetSuite", rules.NETSUITE_MAX_BYTES, rules.NETSUITE_EXTENSIONS),
    Integration("trji", "Dynamics 365 Business Central", rules.DYNAMICS_MAX_BYTES),
    Integration("fbrh", "FreeAgent", rules.FREEAGENT_MAX_BYTES, rules.FREEAGENT_EXTENSIONS),
    Integration("rwuv", "Zoho Books", rules.ZOHO_MAX_BYTES, rules.ZOHO_EXTENSIONS),
    Integration("pqsw", "QuickBooks Desktop", unsupported=rules.QUICKBOOKS_DESKTOP),
    Integration("qudb", "Exact (NL)", keeps_extension=False),
    Integration("pbbf", "Exact (UK)", keeps_extension=False),
    Integration("mqjo", "Sandbox"),
    Integration("knfz", "Sage Intacct"),
    Integration("vxvy", "FreshBooks"),
    Integration("tgff", "Sage Business Cloud Accounting"),
    Integration("hbql", "Sage 50 (UK)"),
    Integration("pbtz", "Wave"),
    Integration("pdvj", "MYOB AccountRight and Essentials"),
)
INTEGRATIONS = {integration.key: integration for integration in _ALL}

# The integrations that support each write of Sync for Expenses, by key.
_EXPENSES = {
    "Creating expenses": "fbrh gbol knfz mqjo ndsk pqsw qhyg rwuv trji akxx",
    "Updating expenses": "fbrh gbol knfz mqjo ndsk pqsw qhyg rwuv akxx",
    "Creating reimbursable expenses": "fbrh knfz mqjo ndsk pqsw qhyg rwuv akxx",
    "Updating reimbursable expenses": "fbrh mqjo ndsk qhyg rwuv akxx",
    "Creating transfers": "fbrh gbol mqjo ndsk pqsw qhyg",
    "Updating transfers": "fbrh mqjo ndsk qhyg",
    "Creating adjustments": "mqjo pqsw",
}


def supports_expenses(integration: Integration, writing: str) -> bool:
    """Return whether an integration supports a write of Sync for Expenses, which is named as in its refusal."""
    return integration.key in _EXPENSES[writing].split()
