"""Receives webhooks of Xero, Codat and DualEntry. Each is verified over the bytes that came, before they are parsed."""

import base64
import hmac
import os
import time
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def is_fresh(timestamp: str) -> bool:
    return timestamp.isdecimal() and abs(time.time() - int(timestamp)) < 300


def is_from_xero(body: bytes, headers: Message) -> bool:
    digest = hmac.digest(os.environ["XERO_KEY"].encode(), body, "sha256")
    return hmac.compare_digest(base64.b64encode(digest), headers.get("x-xero-signature", "").encode())


def is_from_codat(body: bytes, headers: Message) -> bool:
    key = base64.b64decode(os.environ["CODAT_SECRET"].removeprefix("whsec_"))
    timestamp = headers.get("webhook-timestamp", "")
    digest = hmac.digest(key, f"{headers.get('webhook-id')}.{timestamp}.".encode() + body, "sha256")
    signature = b"v1," + base64.b64encode(digest)
    # There may be several signatures, after a change of the secret.
    given = headers.get("webhook-signature", "").encode().split()
    return is_fresh(timestamp) and any(hmac.compare_digest(signature, one) for one in given)


def is_from_dualentry(body: bytes, headers: Message) -> bool:
    timestamp = headers.get("dualentry-webhook-request-timestamp", "")
    digest = hmac.digest(os.environ["DUALENTRY_SECRET"].encode(), f"{timestamp}.".encode() + body, "sha256")
    given = headers.get("dualentry-webhook-signature-v1", "").encode()
    return is_fresh(timestamp) and hmac.compare_digest(digest.hex().encode(), given)


VERIFY = {"/xero": is_from_xero, "/codat": is_from_codat, "/dualentry": is_from_dualentry}


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        verify = VERIFY.get(self.path)
        # Xero wants an answer without a body.
        self.send_response(200 if verify and verify(body, self.headers) else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver).serve_forever()
