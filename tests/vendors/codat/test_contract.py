"""Codat's published contracts, where a developer has them at hand: every operation in them works or answers 501.

The files are not part of this project. `CODAT_OPENAPI` names a folder of them, as it is in codatio/oas.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from emulator.core.routing import segments_of
from emulator.vendors.codat.handler import ROUTER
from tests.vendors.codat.conftest import COMPANY, XERO, Codat

CONTRACTS = os.environ.get("CODAT_OPENAPI", "")
FILES = sorted(Path(CONTRACTS).glob("*.yaml")) if CONTRACTS else []
METHODS = ("get", "post", "put", "patch", "delete")
EXISTING = {"companyId": COMPANY, "connectionId": XERO}


def operations(contract: Path) -> Iterator[tuple[str, str]]:
    """Method and path of each operation, as it is below the host."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: Any = yaml.load(contract.read_text("utf-8"), Loader=loader)
    servers = document.get("servers") or [{"url": ""}]
    base = urlsplit(servers[0]["url"]).path.rstrip("/")
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), base + path


@pytest.mark.skipif(not FILES, reason="CODAT_OPENAPI names no folder of contracts")
@pytest.mark.parametrize("contract", FILES, ids=lambda path: path.stem)
def test_every_operation_of_a_contract_works_or_says_that_it_is_not_emulated(codat: Codat, contract: Path) -> None:
    for method, path in operations(contract):
        target = re.sub(r"\{(\w+)\}", lambda match: EXISTING.get(match[1], "x1"), path)

        answer = codat.request(method, target, b"{}", {"content-type": "application/json"})

        assert answer.rule not in ("codat.unknown-path", "codat.method"), (method, path)
        assert answer.status in (200, 201, 202, 400, 404, 501), (method, path, answer.text)
        match = ROUTER.match(method, segments_of(target.encode()))
        assert match, (method, path)
        assert match.operation, (method, path)
        assert (answer.status == 501) is (match.operation.handler is None), (method, path, answer.text)
