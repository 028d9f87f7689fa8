"""Uploads files with Xero's SDK, and refreshes the access token when it has expired. The tokens are in token.json."""

import json
from pathlib import Path
from typing import Any

from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import HTTPStatusException

TOKEN = Path("token.json")


def upload_with_xeros_sdk(client: ApiClient, base_url: str, *upload: Any) -> None:
    """Upload, refreshing the token after a 401, because the SDK only refreshes by its own clock and `expires_at`."""
    xero = AccountingApi(client, base_url=base_url)
    try:
        xero.create_invoice_attachment_by_file_name(*upload)
    except HTTPStatusException as refused:
        if refused.status != 401:
            raise
        client.refresh_oauth2_token()
        xero.create_invoice_attachment_by_file_name(*upload)


if __name__ == "__main__":
    TokenApi.refresh_token_url = "http://127.0.0.1:4600/xero/identity/connect/token"
    others = {"token_type": "Bearer", "expires_in": 1800, "scope": ["offline_access", "accounting.attachments"]}
    client = ApiClient(
        Configuration(oauth2_token=OAuth2Token("demo-client", "demo-secret")),
        oauth2_token_getter=lambda: {**others, **json.loads(TOKEN.read_text())},
        oauth2_token_saver=lambda token: TOKEN.write_text(json.dumps(token)),
    )
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        base_url = "http://127.0.0.1:4600/xero/api.xro/2.0"
        upload_with_xeros_sdk(client, base_url, "demo", "INV-0002", name, b"%PDF-1.7 a receipt")
        print("uploaded", name)
