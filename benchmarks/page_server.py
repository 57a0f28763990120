"""Serves prepared event pages by number, from another process: its time is not ours."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

pages = [path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())]


class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        number = int(query["page"][0])
        if query["ordering"] == ["-creation_date"]:
            number = len(pages) - number + 1
        body = pages[number - 1] if 1 <= number <= len(pages) else b'{"results": [], "count": 0}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Pages)
print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
server.serve_forever()
