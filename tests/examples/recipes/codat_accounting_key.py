"""Uploads a file once with Codat's SDK, however often the SDK has to send it."""

import uuid

import httpx
from codat_accounting import CodatAccounting
from codat_accounting.models import shared
from codat_accounting.models.operations import UploadBillAttachmentRequestTypedDict
from codat_accounting.utils import BackoffStrategy, RetryConfig


def upload_with_codats_sdk(
    url: str, api_key: str, request: UploadBillAttachmentRequestTypedDict, timeout_ms: int = 30_000
) -> None:
    """Upload with an HTTP client that sends the key, because the SDK has no argument for it."""
    # In milliseconds: half a second at first, growing, two minutes in total. The default total is an hour.
    patience = RetryConfig("backoff", BackoffStrategy(500, 60_000, 1.5, 120_000), retry_connection_errors=True)
    security = shared.Security(auth_header=api_key)
    with httpx.Client(headers={"Idempotency-Key": str(uuid.uuid4())}) as http:
        codat = CodatAccounting(security, server_url=url, client=http, retry_config=patience, timeout_ms=timeout_ms)
        codat.bills.upload_attachment(request=request)


if __name__ == "__main__":
    upload_with_codats_sdk(
        "http://127.0.0.1:4600/codat",
        "Basic YW55dGhpbmc=",
        {
            "company_id": "5eed0000-0000-4000-8000-00000000c001",
            "connection_id": "5eed0000-0000-4000-8000-00000000d001",
            "bill_id": "bill-1",
            "attachment_upload": {"file": {"content": b"%PDF-1.7 a receipt", "file_name": "receipt.pdf"}},
        },
    )
    print("uploaded receipt.pdf")
