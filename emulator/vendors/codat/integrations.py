"""The accounting platforms behind Codat, and what each takes as an attachment."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from emulator.core.rules import Rule, Tunable
from emulator.vendors.codat import rules

# Codat's own ids of its integrations are not known; these are the same in every run.
_NAMESPACE = UUID("5eed0000-0000-4000-8000-0000000c0da7")


@dataclass(frozen=True, slots=True, eq=False)
class Integration:
    key: str
    name: str
    max_bytes: Tunable[int] | None = None
    """None: no limit is known."""
    extensions: Tunable[str] | None = None
    """None: any will do."""
    typed_files: Rule | None = None
    """The rule, if any, that wants a real content type on the file part."""
    unsupported: Rule | None = None
    """The rule, if any, by which there are no attachments at all."""
    keeps_extension: bool = True
    deletes: bool = False

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
