import pytest

from emulator.core.rules import Answer, Refusal, Rule, Tunable

ANSWER = Answer(400, "validation", "At most {value}, not {count}")
LIMIT = Tunable("xero.some-limit", "At most so many.", "inferred", "nobody", "2026", ANSWER, value=3)
SILENT = Rule("xero.silent", "Refuses nothing.", "inferred", "nobody", "2026")


def test_a_setting_bears_its_rules_name() -> None:
    assert LIMIT.setting == "xero_some_limit"


def test_a_refusal_speaks_with_its_facts() -> None:
    assert Refusal(LIMIT, value=5, count=6).message == "At most 5, not 6"


def test_a_refusal_names_each_rule_once() -> None:
    assert Refusal(LIMIT, SILENT, LIMIT).rules == (LIMIT, SILENT)


def test_a_rule_without_an_answer_cannot_refuse() -> None:
    with pytest.raises(TypeError, match=r"xero\.silent"):
        Refusal(SILENT)
