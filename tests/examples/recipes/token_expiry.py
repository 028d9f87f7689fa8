"""Uploads files, and refreshes the access token when it has expired. The tokens are in token.json."""

import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import httpx

XERO = "http://127.0.0.1:4600/xero/api.xro/2.0"
IDENTITY = "http://127.0.0.1:4600/xero/identity/connect/token"
CLIENT = ("demo-client", "demo-secret")
TOKEN = Path("token.json")


class Refreshing(httpx.Auth):
    """Bearer authentication that refreshes a refused token and then sends the request once more.

    `token` has access_token and refresh_token. `save` gets each new token, because a refresh token works only once.
    """

    requires_response_body = True

    def __init__(self, url: str, client: tuple[str, str], token: dict[str, str], save: Callable[[Any], None]) -> None:
        self._url, self._client, self._token, self._save = url, client, token, save

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
        answer = yield request
        if answer.status_code == 401:
            self._token = (yield self._refresh()).raise_for_status().json()
            self._save(self._token)
            request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
            yield request

    def _refresh(self) -> httpx.Request:
        form = {"grant_type": "refresh_token", "refresh_token": self._token["refresh_token"]}
        request = httpx.Request("POST", self._url, data=form)
        return next(httpx.BasicAuth(*self._client).auth_flow(request))


def save(token: dict[str, str]) -> None:
    """Write to a new file first: nothing is lost if the machine stops meanwhile."""
    new = TOKEN.with_suffix(".new")
    new.write_text(json.dumps(token))
    new.replace(TOKEN)


if __name__ == "__main__":
    auth = Refreshing(IDENTITY, CLIENT, json.loads(TOKEN.read_text()), save)
    with httpx.Client(base_url=XERO, headers={"xero-tenant-id": "demo"}, auth=auth) as http:
        for name in ("a.pdf", "b.pdf", "c.pdf"):
            http.put(f"/Invoices/INV-0002/Attachments/{name}", content=b"%PDF-1.7 a receipt").raise_for_status()
            print("uploaded", name)
