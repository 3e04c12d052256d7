"""JSON-RPC of bitcoind over one connection that is kept open."""
import base64
import http.client
import json
from decimal import Decimal
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 3
NOT_FOUND, WARMING_UP = -5, -28
WALLET_NOT_LOADED, WALLET_LOADED = -18, -35


class Unavailable(Exception):
    """The node cannot be reached, or is not ready to answer (MDT-CHN-003)."""


class Refused(Exception):
    """The node answered with an error. `code` is bitcoind's own."""

    def __init__(self, method: str, code: int, message: str) -> None:
        super().__init__(f"{method}: {message} ({code})")
        self.code = code


class Rpc:
    def __init__(self, url: str, user: str, password: str) -> None:
        self._url = urlsplit(url)
        token = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, method: str, *params: object, wallet: str | None = None, timeout: float = TIMEOUT_SECONDS):
        """The result of one call; amounts are `Decimal`. Raises Refused or Unavailable."""
        body = json.dumps({"jsonrpc": "1.0", "id": 0, "method": method, "params": params})
        path = (self._url.path or "/") if wallet is None else f"/wallet/{wallet}"
        try:
            answer = json.loads(self._exchange(path, body, timeout), parse_float=Decimal)
            error = answer["error"]
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as fault:
            self._close()
            raise Unavailable(f"{method}: {type(fault).__name__}") from fault
        if error is None:
            return answer["result"]
        if error["code"] == WARMING_UP:
            raise Unavailable(f"{method}: the node is starting")
        raise Refused(method, error["code"], error["message"])

    def _exchange(self, path: str, body: str, timeout: float) -> bytes:
        fresh = self._connection is None
        try:
            return self._send(path, body, timeout)
        except (OSError, http.client.HTTPException):
            self._close()
            if fresh:
                raise
        return self._send(path, body, timeout)  # the node had closed a connection that was idle

    def _send(self, path: str, body: str, timeout: float) -> bytes:
        if self._connection is None:
            maker = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
            self._connection = maker(self._url.hostname, self._url.port, timeout=timeout)
        elif self._connection.sock is not None:
            self._connection.sock.settimeout(timeout)
        self._connection.request("POST", path, body, self._headers)
        return self._connection.getresponse().read()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
