"""Lets Codat's SDK try for ten seconds instead of an hour."""

import httpx
from codat_accounting import CodatAccounting
from codat_accounting.models import shared
from codat_accounting.utils import BackoffStrategy, RetryConfig

# The first wait and the longest in milliseconds, the factor between waits, and the total time in milliseconds.
RETRIES = RetryConfig("backoff", BackoffStrategy(500, 5_000, 1.5, 10_000), retry_connection_errors=False)

if __name__ == "__main__":
    security = shared.Security(auth_header="Basic YW55dGhpbmc=")
    with httpx.Client() as http:
        codat = CodatAccounting(security, server_url="http://127.0.0.1:4600/codat", client=http, retry_config=RETRIES)
        codat.bills.upload_attachment(
            request={
                "company_id": "5eed0000-0000-4000-8000-00000000c001",
                "connection_id": "5eed0000-0000-4000-8000-00000000d001",
                "bill_id": "bill-1",
                "attachment_upload": {"file": {"content": b"%PDF-1.7 a receipt", "file_name": "receipt.pdf"}},
            }
        )
    print("uploaded receipt.pdf")
