"""The operations on usage: what clients used of the vendors' limits."""

from typing import Any

from emulator.control.models import usage as models
from emulator.control.models.base import VendorQuery
from emulator.control.operation import ControlContext, operation
from emulator.core.sandbox import Sandbox
from emulator.core.usage import Meter, UsageLimit
from emulator.core.vendor import Vendor

# The digits of a share after the decimal point.
SHARE_DIGITS = 6


@operation("GET", "/sandboxes/{sandbox}/usage", "Get what clients used of the vendors' limits.")
async def get_usage(context: ControlContext, query: VendorQuery) -> models.UsageReport:
    """Counted since the sandbox was created, reset or restored, or its usage cleared. Requests count when they end."""
    sandbox = context.sandbox
    return models.UsageReport(vendors=[_render(sandbox, vendor) for vendor in context.select_vendors(query.vendor)])


@operation("DELETE", "/sandboxes/{sandbox}/usage", "Begin to count usage anew.")
async def clear_usage(context: ControlContext) -> None:
    """The windows of the vendors' rate limits, which answers report, stay as they are."""
    context.sandbox.usage.clear()


def _render(sandbox: Sandbox, vendor: Vendor) -> models.VendorUsage:
    return models.VendorUsage(
        vendor=vendor.name,
        **_counts(sandbox.usage.of_vendor(vendor.name)),
        limits=[_render_limit(sandbox, vendor, limit) for limit in vendor.usage_limits(sandbox)],
        accounts=[
            models.AccountUsage(scope=account.scope, id=account.id, **_counts(meter))
            for account, meter in sandbox.usage.accounts(vendor.name)
        ],
    )


def _counts(meter: Meter) -> dict[str, Any]:
    return {name: getattr(meter, name) for name in models.UsageCounts.model_fields}


def _render_limit(sandbox: Sandbox, vendor: Vendor, limit: UsageLimit) -> models.LimitUsage:
    used = {
        account.id: meter.value(limit.measure)
        for account, meter in sandbox.usage.accounts(vendor.name)
        if account.scope == limit.scope
    }
    account_id = max(used, key=used.__getitem__, default=None)
    most = used[account_id] if account_id is not None else 0
    return models.LimitUsage(
        rule=limit.rule.id,
        measure=limit.measure,
        scope=limit.scope,
        id=account_id if most else None,
        used=most,
        limit=limit.value,
        share=round(most / limit.value, SHARE_DIGITS) if limit.value else None,
    )
