"""Codat's published contracts, where a developer has them at hand: every operation in them works or answers 501."""

import re

import pytest

from emulator.core.routing import segments_of
from emulator.vendors.codat.vendor import VENDOR
from tests import openapi
from tests.vendors.codat.conftest import COMPANY, XERO, Codat

EXISTING = {"companyId": COMPANY, "connectionId": XERO}


@pytest.mark.skipif(not openapi.CODAT, reason="CODAT_OPENAPI names no folder of contracts")
@pytest.mark.parametrize("contract", openapi.codat())
def test_every_operation_of_a_contract_works_or_says_that_it_is_not_emulated(codat: Codat, contract: str) -> None:
    for method, path in openapi.codat()[contract].operations():
        target = re.sub(r"\{(\w+)\}", lambda match: EXISTING.get(match[1], "x1"), path)

        answer = codat.request(method, target, b"{}", {"content-type": "application/json"})

        assert answer.rule not in ("codat.unknown-path", "codat.method"), (method, path)
        assert answer.status in (200, 201, 202, 400, 404, 501), (method, path, answer.text)
        match = VENDOR.router.match(method, segments_of(target.encode()))
        assert match, (method, path)
        assert match.operation, (method, path)
        assert (answer.status == 501) is (match.operation.handler is None), (method, path, answer.text)
