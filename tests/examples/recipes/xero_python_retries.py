"""Makes xero-python raise every error at once."""

import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token


def without_retries(client: ApiClient) -> None:
    """Make xero-python raise every error at once."""
    client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(0, status=0)


if __name__ == "__main__":
    token = {
        "access_token": "anything",
        "token_type": "Bearer",
        "expires_in": 1800,
        "scope": ["accounting.attachments"],
    }
    configuration = Configuration(oauth2_token=OAuth2Token("demo-client", "demo-secret"))
    client = ApiClient(configuration, oauth2_token_getter=lambda: token)
    without_retries(client)
    xero = AccountingApi(client, base_url="http://127.0.0.1:4600/xero/api.xro/2.0")
    xero.create_invoice_attachment_by_file_name("demo", "INV-0002", "receipt.pdf", b"%PDF-1.7 a receipt")
    print("uploaded receipt.pdf")
