"""That the contract, where it is at hand, is really held against answers."""

import json

import jsonschema
import pytest

from tests import openapi

ATTACHMENT = {"AttachmentID": "5eed0000-0000-4000-8000-000000000001", "FileName": "a.pdf", "ContentLength": 5}


@pytest.mark.skipif(not openapi.XERO, reason="XERO_OPENAPI names no contract")
def test_an_answer_that_breaks_the_contract_is_caught() -> None:
    def check(**members: object) -> None:
        body = json.dumps({"Attachments": [{**ATTACHMENT, **members}]}).encode()
        openapi.check("/Invoices/x/Attachments", 200, "application/json; charset=utf-8", body)

    check()
    with pytest.raises(jsonschema.ValidationError):
        check(ContentLength="5")
    with pytest.raises(AssertionError):
        check(Surprise=1)
