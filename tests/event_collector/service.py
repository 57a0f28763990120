"""The collector as it runs in the cloud: a functions-framework process of its own, asked over a real socket."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.deliveries import sign

REPOSITORY = Path(__file__).parents[2]
KEY = "a canary of a signing key"
PATH = "/webhooks/buttondown"
COMMAND = (
    "functions-framework",
    "--source",
    str(REPOSITORY / "event_collector" / "main.py"),
    "--target",
    "collect",
)


@dataclass
class Service:
    port: int
    process: "subprocess.Popen[str]"
    said: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"

    def ask(
        self,
        method: str = "POST",
        path: str = PATH,
        body: bytes | Iterable[bytes] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """The status and the text; 0 where the connection broke."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            try:
                connection.request(
                    method, path, body, dict(headers or {}), encode_chunked=not isinstance(body, bytes)
                )
                answer = connection.getresponse()
                return answer.status, answer.read().decode()
            except OSError:
                return 0, ""

    def post(self, body: bytes) -> int:
        """A properly signed delivery."""
        return self.ask(body=body, headers=signed(body))[0]


def signed(body: bytes, key: str = KEY) -> dict[str, str]:
    return {"X-Buttondown-Signature": sign(key, body), "Content-Type": "application/json"}


def environment(bucket_url: str, **settings: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DISABLE_GCS_PYTHON_CLIENT_OTEL_BUCKET_METADATA": "true",
        "RAPPORT_BUCKET": bucket_url,
        **settings,
    }


def launch(environ: Mapping[str, str], port: int = 0) -> "subprocess.Popen[str]":
    program = [
        str(Path(sys.executable).parent / COMMAND[0]),
        *COMMAND[1:],
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    return subprocess.Popen(program, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def serving(bucket_url: str, **settings: Any) -> Iterator[Service]:
    """Runs until the block ends; `said` is what it wrote until then."""
    port = _free_port()
    environ = environment(bucket_url, **{"BUTTONDOWN_WEBHOOK_KEY": KEY, **settings})
    with launch(environ, port) as process:
        service = Service(port, process)
        try:
            while service.ask("GET", "/healthz")[0] != 200:
                assert process.poll() is None, process.communicate()[0]
                time.sleep(0.05)
            yield service
        finally:
            process.terminate()
            service.said += process.communicate(timeout=60)[0]


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        return int(listening.getsockname()[1])
