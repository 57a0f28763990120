"""What of Google Cloud the site asks: its token, from a token server or a metadata server, and the start of a job."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

JOB = "projects/p/locations/europe-west1/jobs/sync-job"
TOKEN = "a-token-that-nobody-may-see"
ACCOUNT = "report-site@p.iam.gserviceaccount.com"


@dataclass
class GoogleApi:
    """`runs` are the starts that were asked for: the path and the body of each; `status` is what they get."""

    url: str = ""
    status: int = 200
    token_status: int = 200
    tokens: int = 0
    runs: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def jobs_url(self) -> str:
        return f"{self.url}/v2"

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def write_credentials(self, path: Path) -> Path:
        """A service account's key file whose token server is this one."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        layout, nothing = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        facts = {
            "type": "service_account",
            "project_id": "p",
            "private_key_id": "1",
            "private_key": key.private_bytes(serialization.Encoding.PEM, layout, nothing).decode(),
            "client_email": ACCOUNT,
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(facts))
        return path

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> tuple[int, Any]:
        asked = path.partition("?")[0]
        if asked in ("/token", "/computeMetadata/v1/instance/service-accounts/default/token"):
            self.tokens += 1
            return self.token_status, {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"}
        if asked == "/computeMetadata/v1/universe/universe-domain":
            return 200, "googleapis.com"
        if asked.startswith("/computeMetadata/v1/instance/service-accounts/"):
            return 200, {"email": ACCOUNT, "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}
        if asked.startswith("/computeMetadata/v1/project/"):
            return 200, "p"
        if method == "POST" and asked.startswith("/v2/"):
            if authorization != f"Bearer {TOKEN}":
                return 401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}}
            if asked != f"/v2/{JOB}:run":
                return 404, {"error": {"code": 404, "status": "NOT_FOUND"}}
            self.runs.append((asked, json.loads(body)))
            if self.status != 200:
                return self.status, {"error": {"code": self.status, "message": f"no, said to {TOKEN}"}}
            return 200, {"name": f"{JOB}/executions/1", "metadata": {}}
        return 200, ""


@contextmanager
def google_api() -> Iterator[GoogleApi]:
    api = GoogleApi()

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = api.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header(
                "Content-Type", "application/text" if isinstance(answer, str) else "application/json"
            )
            self.send_header("Metadata-Flavor", "Google")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = serve

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
