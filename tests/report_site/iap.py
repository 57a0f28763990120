"""A stand-in for Identity-Aware Proxy: it signs assertions with keys of its own, and serves the public ones."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

AUDIENCE = "/projects/123456/locations/europe-west1/services/report-site"
ISSUER = "https://cloud.google.com/iap"
HEADER = "X-Goog-IAP-JWT-Assertion"


def segment(content: bytes | dict[str, Any]) -> str:
    if isinstance(content, dict):
        content = json.dumps(content).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass
class Proxy:
    """`keys` are private, by id; `served` is what the key server tells instead, if anything."""

    keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    served: bytes | None = None
    status: int = 200
    fetches: int = 0
    url: str = ""

    def add_key(self, key_id: str) -> None:
        self.keys[key_id] = ec.generate_private_key(ec.SECP256R1())

    def pem(self, key_id: str) -> str:
        return public_pem(self.keys[key_id].public_key())

    def claims(self, email: str | None = "owner@example.com", **other: Any) -> dict[str, Any]:
        """None leaves a claim out."""
        now = int(time.time())
        usual = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "accounts.google.com:1",
            "email": email,
            "iat": now,
            "exp": now + 600,
        }
        return {key: value for key, value in {**usual, **other}.items() if value is not None}

    def assertion(
        self,
        email: str | None = "owner@example.com",
        *,
        key_id: str = "first",
        signed_by: str = "",
        **claims: Any,
    ) -> str:
        signed = f"{segment({'alg': 'ES256', 'typ': 'JWT', 'kid': key_id})}.{segment(self.claims(email, **claims))}"
        return f"{signed}.{segment(self.sign(signed, signed_by or key_id))}"

    def sign(self, text: str, key_id: str) -> bytes:
        """r and s side by side, as JSON Web Signatures have it."""
        r, s = decode_dss_signature(self.keys[key_id].sign(text.encode(), ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def unsigned(self, email: str = "owner@example.com") -> str:
        return f"{segment({'alg': 'none', 'typ': 'JWT', 'kid': 'first'})}.{segment(self.claims(email))}."

    def signed_with_the_public_key(self, email: str = "owner@example.com") -> str:
        """The classic: an HMAC whose secret is the public key that everybody has."""
        signed = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': 'first'})}.{segment(self.claims(email))}"
        digest = hmac.digest(self.pem("first").encode(), signed.encode(), hashlib.sha256)
        return f"{signed}.{segment(digest)}"

    def signed_by_rsa(self, email: str = "owner@example.com") -> str:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        signed = f"{segment({'alg': 'RS256', 'typ': 'JWT', 'kid': 'first'})}.{segment(self.claims(email))}"
        return f"{signed}.{segment(key.sign(signed.encode(), PKCS1v15(), hashes.SHA256()))}"

    def body(self) -> bytes:
        return (
            self.served
            if self.served is not None
            else json.dumps({k: self.pem(k) for k in self.keys}).encode()
        )


def public_pem(key: ec.EllipticCurvePublicKey) -> str:
    encoding, layout = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, layout).decode()


@contextmanager
def proxy_with_keys() -> Iterator[Proxy]:
    """A proxy with one key, "first", and its key server on a real socket."""
    proxy = Proxy()
    proxy.add_key("first")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                proxy.fetches += 1
            body = proxy.body()
            self.send_response(proxy.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class KeyServer(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    server = KeyServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}/iap/verify/public_key"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
