"""The operations that explain a refusal: the rules of the vendors' behaviour, and the settings that change them."""

from emulator.control.errors import ControlError
from emulator.control.models import rules as models
from emulator.control.operation import ControlContext, operation
from emulator.core.rules import Rule, Tunable
from emulator.core.suggestions import nearest
from emulator.settings import OPTIONS, SERVER_SETTINGS, Option
from emulator.verification.results import verified_rules


@operation("GET", "/rules", "List the rules of the vendors' behaviour.")
async def list_rules(context: ControlContext, query: models.RuleQuery) -> models.RuleList:
    return models.RuleList(
        rules=[
            _render_rule(rule, vendor.name)
            for vendor in context.select_vendors(query.vendor)
            for rule in vendor.rules
            if query.grade in (None, rule.grade) and rule.mentions(query.search or "")
        ]
    )


@operation("GET", "/rules/{rule}", "Get a rule.")
async def get_rule(context: ControlContext) -> models.Rule:
    id_ = context.path_params["rule"]
    rules = {rule.id: (rule, vendor.name) for vendor in context.vendors.values() for rule in vendor.rules}
    if id_ not in rules:
        near = nearest(id_, rules)
        hint = f"did you mean {near}?" if near else "GET /_emulator/rules lists them."
        raise ControlError(404, "No such rule", f"There is no rule {id_!r}; {hint}")
    return _render_rule(*rules[id_])


@operation("GET", "/settings", "List the settings that a server and its sandboxes have.")
async def list_settings(_: ControlContext) -> models.SettingDescriptionList:
    """The values in a sandbox are those of `/sandboxes/{sandbox}/settings`."""
    return models.SettingDescriptionList(settings=[_describe_setting(option) for option in OPTIONS.values()])


def _render_rule(rule: Rule, vendor: str) -> models.Rule:
    option = OPTIONS[rule.setting] if isinstance(rule, Tunable) else None
    verified = verified_rules().get(rule.id)
    return models.Rule(
        id=rule.id,
        vendor=vendor,
        sentence=rule.sentence,
        grade=rule.grade,
        source=rule.source,
        date=rule.date,
        verified=models.Verified(date=verified.date, how=verified.how) if verified else None,
        on_page=rule.on_page or None,
        status=rule.answer.status if rule.answer else None,
        message=rule.answer.message if rule.answer else None,
        setting=option.name if option else None,
        default=option.default if option else None,
        values=_describe_values(option) if option else None,
    )


def _describe_setting(option: Option) -> models.SettingDescription:
    return models.SettingDescription(
        name=option.name,
        description=option.help,
        default=option.default,
        values=_describe_values(option),
        rule=option.rule.id if option.rule else None,
        server_wide=option.name in SERVER_SETTINGS,
    )


def _describe_values(option: Option) -> models.SettingValues:
    lowest, highest = option.bounds if type(option.default) is int else (None, None)
    return models.SettingValues(
        type=_TYPES[type(option.default)],
        choices=list(option.choices) or None,
        lowest=lowest,
        highest=highest,
        pattern=(option.rule.pattern if option.rule else "") or None,
    )


_TYPES: dict[type, models.SettingType] = {bool: "boolean", int: "integer", str: "string"}
