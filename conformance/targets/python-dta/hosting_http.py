"""The resources of spec 3.2 over HTTP: caching, codings, methods and problems."""
import gzip
import hashlib
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from canonical import canonical
from shown import Shown

RECORD, METADATA = "/.well-known/milagro-birth-record", "/.well-known/milagro-dta"
IDLE_SECONDS = 20  # after which a connection that sends nothing is closed
CODES = {404: "MDT_NOT_FOUND", 405: "MDT_METHOD", 503: "MDT_NOT_READY"}


@dataclass(frozen=True)
class Representation:
    """A resource in one content coding."""

    body: bytes
    tag: str
    coding: str | None


def representations(document: dict) -> dict[str | None, Representation]:
    """Each coding of a document, with an entity tag of its own (MDT-HST-002)."""
    plain = canonical(document)
    packed = gzip.compress(plain, mtime=0)
    name = hashlib.sha256(plain).hexdigest()[:32]
    return {None: Representation(plain, f'"{name}"', None), "gzip": Representation(packed, f'"{name}-gzip"', "gzip")}


class HttpHosting:
    """Serves what was shown last. `address` is host:port."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self.resources: dict[str, dict[str | None, Representation]] = {}
        self._server = _Server((host.strip("[]"), int(port)), _Handler)
        self._server.hosting = self
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def show(self, shown: Shown | None) -> None:
        if shown is None:
            self.resources = {}
        else:
            self.resources = {RECORD: representations(shown.hosted), METADATA: representations(shown.metadata)}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    hosting: HttpHosting

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no error of the service."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: _Server

    def parse_request(self) -> bool:
        """As its base; another method than those below is refused here, because the base has a page for it."""
        if not super().parse_request():
            return False
        if self.command in ("GET", "HEAD", "OPTIONS"):
            return True
        self.close_connection = True  # its content, if it has any, is not read
        path = self.path.partition("?")[0]
        if path in (RECORD, METADATA):
            self._problem(405, "only GET and HEAD", {"Allow": "GET, HEAD, OPTIONS"})
        else:
            self._problem(404, "no such resource")
        return False

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path not in (RECORD, METADATA):
            self._problem(404, "no such resource")
            return
        resource = self.server.hosting.resources.get(path)
        if resource is None:
            self._problem(503, "the BIRTH is not deep enough", {"Retry-After": "1"})
            return
        chosen = resource["gzip" if self._takes_gzip() else None]
        if self._has(chosen.tag):
            self._answer(304, _validators(chosen), None)
        else:
            coding = {"Content-Encoding": chosen.coding} if chosen.coding else {}
            fields = {"Content-Type": "application/json", **coding, **_validators(chosen)}
            self._answer(200, fields, chosen.body)

    do_HEAD = do_GET

    def do_OPTIONS(self) -> None:
        allowed = {"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS"}
        self._answer(204, allowed | {"Access-Control-Allow-Origin": "*"}, None)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the base class refuses by itself, such as a request line that it cannot read: it is of no resource."""
        self.close_connection = True
        self.command = None
        self._answer(code, {}, b"")

    def log_message(self, format: str, *args: object) -> None:
        """Visits are not logged."""

    def _problem(self, status: int, detail: str, fields: dict[str, str] | None = None) -> None:
        title = self.responses[status][0]
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": CODES[status]}
        common = {"Content-Type": "application/problem+json", "Access-Control-Allow-Origin": "*"}
        self._answer(status, common | (fields or {}), json.dumps(problem).encode("utf-8"))

    def _answer(self, status: int, fields: dict[str, str], body: bytes | None) -> None:
        self.send_response_only(status)
        self.send_header("Date", self.date_time_string())
        for name, value in fields.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if body is not None and self.command != "HEAD":
            self.wfile.write(body)

    def _takes_gzip(self) -> bool:
        """Whether Accept-Encoding names gzip, or `*` without naming gzip, with a weight above 0 (RFC 9110, 12.5.3)."""
        weights = {}
        for entry in ",".join(self.headers.get_all("Accept-Encoding", [])).split(","):
            name, *parameters = (part.strip().lower() for part in entry.split(";"))
            weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
            weights[name] = weight.strip("0.") != ""
        return weights.get("gzip", weights.get("*", False))

    def _has(self, tag: str) -> bool:
        """Whether If-None-Match holds the tag, weak or strong, or is `*` (RFC 9110, 13.1.2)."""
        given = ",".join(self.headers.get_all("If-None-Match", []))
        tags = [entry.strip() for entry in given.split(",")]
        return tags == ["*"] or tag in (entry.removeprefix("W/") for entry in tags)


def _validators(chosen: Representation) -> dict[str, str]:
    return {
        "ETag": chosen.tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag",
    }
