"""The vendors, one pack each. A pack never imports another pack."""

from emulator.core.pack import Pack
from emulator.core.rules import Rule
from emulator.vendors import codat, dualentry, vrplatform, xero

PACKS: tuple[Pack, ...] = (xero.PACK, codat.PACK, dualentry.PACK, vrplatform.PACK)
BY_NAME = {pack.name: pack for pack in PACKS}
RULES: tuple[Rule, ...] = tuple(rule for pack in PACKS for rule in pack.rules)
