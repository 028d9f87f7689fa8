"""Xero's contract, where it is at hand: every operation is known, and answers are really held against it."""

import json
import re

import jsonschema_rs
import pytest

from emulator import create_app
from tests import openapi
from tests.vendor_clients import client_of

ATTACHMENT = {"AttachmentID": "5eed0000-0000-4000-8000-000000000001", "FileName": "a.pdf", "ContentLength": 5}


pytestmark = pytest.mark.skipif(not openapi.XERO, reason="XERO_OPENAPI names no contract")


def test_every_operation_of_the_contract_is_answered_or_said_not_to_be_emulated() -> None:
    client = client_of(create_app(), "xero")
    unknown = []
    # It has `…/pdf` as a path of its own, where Xero answers 404 and wants `Accept: application/pdf`.
    operations = [(method, path) for method, path in openapi.xero().operations() if not path.endswith("/pdf")]
    for method, template in operations:
        path = re.sub(r"{\w+}", "5eed0000-0000-4000-8000-00000000abcd", template)
        answer = client.request(method, path, b"{}", {"content-type": "application/json"})
        if answer.status not in (*range(500), 501) or answer.rule in ("xero.unknown-path", "xero.method"):
            unknown.append((method, template, answer.status))

    assert unknown == []
    assert len(operations) > 200


def test_an_answer_that_breaks_the_contract_is_caught() -> None:
    def check(**members: object) -> None:
        body = json.dumps({"Attachments": [{**ATTACHMENT, **members}]}).encode()
        openapi.check("GET", "/xero/api.xro/2.0/Invoices/x/Attachments", 200, "application/json; charset=utf-8", body)

    check()
    with pytest.raises(jsonschema_rs.ValidationError):
        check(ContentLength="5")
