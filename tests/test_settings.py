from typing import Any

import pytest

from emulator import Settings
from emulator.settings import OPTIONS
from emulator.vendors import RULES
from emulator.vendors.xero import rules


def test_settings_have_defaults_and_take_values_by_name() -> None:
    settings = Settings.of(max_store_bytes=5, xero_max_attachments=3)

    assert (settings.max_store_bytes, settings.port) == (5, 4600)
    assert settings.value(rules.MAX_ATTACHMENTS) == 3
    assert settings.value(rules.RATE_PER_MINUTE) == 60
    assert Settings().value(rules.MAX_ATTACHMENTS) == 10


def test_values_are_changed_one_by_one() -> None:
    settings = Settings.of(xero_max_attachments=3, port=1).replace(xero_rate_per_day=7)

    assert settings.value(rules.MAX_ATTACHMENTS) == 3
    assert (settings.value(rules.RATE_PER_DAY), settings.port) == (7, 1)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("max_store_bytes", "5", "max_store_bytes takes a whole number, not '5'"),
        ("max_store_bytes", True, "max_store_bytes takes a whole number, not True"),
        ("max_store_bytes", -1, "max_store_bytes is at least 0 and at most 9223372036854775807, not -1"),
        ("hide_emulator_headers", 1, "hide_emulator_headers takes true or false, not 1"),
        ("seed", 1, "seed takes text, not 1"),
        ("seed", "\udcff", r"seed takes printable text, not '\\udcff'"),
        ("host", "a\0b", r"host takes printable text, not 'a\\x00b'"),
        ("host", " ", r"host is an address or a host name, such as 127.0.0.1 \(0.0.0.0 for all addresses\), not ' '"),
        ("external_url", "ftp://x", "external_url is an http or https URL without a query, such as .*, not 'ftp://x'"),
        ("external_url", "http://a:99999", "external_url is an http or https URL .*"),
        ("max_sandboxes", 0, "max_sandboxes is at least 1 and at most 2147483647, not 0"),
        ("trusted_hosts", "http://a.test", "trusted_hosts takes host names without scheme, port or wildcard, .*"),
        ("webhook_hosts", "a.test *.b.test", "webhook_hosts takes host names without scheme, port or wildcard, .*"),
        ("passthrough", "a.test/b", "passthrough takes hosts, with a port where it is not 443, .*"),
        ("passthrough", "::", "passthrough takes hosts, .*, not '::'"),
        ("passthrough", "http://a", "passthrough takes hosts, .*, not 'http://a'"),
        ("passthrough", "a.test:0", "passthrough takes hosts, .*"),
        ("passthrough", "a.test:65536", "passthrough takes hosts, .*"),
        ("passthrough", " , ", "passthrough takes hosts, .*, not ' , '"),
        ("codat_not_linked", 200, "codat_not_linked is at least 400 and at most 599, not 200"),
        ("max_exchanges", 2**31, "max_exchanges is at least 0 and at most 2147483647, not 2147483648"),
        ("auth", "some", "auth is one of any, strict, off, not 'some'"),
        ("control_token", "two words", "control_token takes at least 8 ASCII characters .*, not what was given$"),
        ("control_token", "a secret\n", "control_token takes printable text, not what was given$"),
        ("xero_max_attachments", None, "xero_max_attachments takes a whole number, not None"),
    ],
)
def test_an_unfit_value_is_refused_with_a_sentence(name: str, value: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        Settings.of(**{name: value})


def test_hosts_and_urls_are_taken_in_all_their_forms() -> None:
    hosts = {"trusted_hosts": "a.test ::1 [::1] 10.0.0.7 b", "passthrough": "a.test,b.test:8443 c", "host": "::"}

    assert Settings.of(**hosts, external_url="https://a.test:8443/below/").host == "::"  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["", " "])
def test_a_repeated_flag_without_a_value_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"^passthrough is blank; give it a value, or leave it out$"):
        OPTIONS["passthrough"].check_repeated(["a.test", value])


def test_an_unknown_name_is_refused_with_the_nearest_known_one() -> None:
    with pytest.raises(TypeError, match=r"^there is no setting 'max_store_bites'; did you mean 'max_store_bytes'\?$"):
        Settings().replace(max_store_bites=1)
    with pytest.raises(TypeError, match=r"'cache'; `attachment-emulator serve --help-settings` lists them$"):
        Settings().replace(cache=1)


def test_every_rule_is_a_sentence_with_a_source_and_a_name_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.sentence.endswith(".")
        assert rule.source
        assert rule.date >= "2012"
