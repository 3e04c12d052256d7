"""Servers on loopback for trials: hosts, relays, REST interfaces and nodes of the P2P network, as they please."""
import hashlib
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer

import grpc

import wire
from headers import Header
from relays import CALL

LEAST = 10  # headers that the relay gives in one answer, to be asked again
MAGIC = bytes.fromhex("fabfb5da")


class World:
    """What is started ends with it."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def http(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        """A host that answers GET so. Its URL."""
        handler = type("Handler", (BaseHTTPRequestHandler,), {"do_GET": answer, "log_message": lambda *_: None})
        return "http://" + self._serve(_Quiet(("127.0.0.1", 0), handler))

    def tcp(self, answer: Callable[[StreamRequestHandler], None]) -> str:
        """A server whose connections are handled so. Its host and port."""
        return self._serve(_QuietTcp(("127.0.0.1", 0), type("Handler", (StreamRequestHandler,), {"handle": answer})))

    def relay(self, answer: Callable[[bytes, grpc.ServicerContext], bytes], compression=None) -> str:
        server = grpc.server(ThreadPoolExecutor(4), compression=compression)
        service, method = CALL.strip("/").split("/")
        handlers = {method: grpc.unary_unary_rpc_method_handler(answer)}
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, handlers)])
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._stack.callback(server.stop, None)
        return f"grpc://127.0.0.1:{port}"

    def _serve(self, server) -> str:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self._stack.callback(server.server_close)
        self._stack.callback(server.shutdown)
        return f"127.0.0.1:{server.server_address[1]}"


class _Quiet(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def handle_error(self, *_: object) -> None:
        """A reader who hangs up is no error."""


class _QuietTcp(ThreadingTCPServer):
    daemon_threads, block_on_close, allow_reuse_address = True, False, True
    handle_error = _Quiet.handle_error


def content(body: bytes, status: int = 200, **fields: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **fields}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def rest(chain: list[bytes]) -> Callable[[BaseHTTPRequestHandler], None]:
    """Of a node whose chain has these headers, the genesis first."""
    hashes = [Header(octets).hash for octets in chain]

    def answer(request: BaseHTTPRequestHandler) -> None:
        _, _, what, which = request.path.partition("?")[0].split("/")
        name = which.partition(".")[0]
        if what == "blockhashbyheight":
            content(hashes[int(name)].encode() + b"\n")(request)
        else:
            at = hashes.index(name) if name in hashes else len(hashes)
            content(b"".join(chain[at : at + 2000]))(request)

    return answer


def relay(chain: list[bytes], least: int = LEAST) -> Callable[[bytes, grpc.ServicerContext], bytes]:
    hashes = [Header(octets).hash for octets in chain]

    def answer(request: bytes, _context: grpc.ServicerContext) -> bytes:
        fields = list(wire._fields(request))
        known = [value.hex() for number, _, value in fields if number == 1]
        begin = next((value for number, _, value in fields if number == 3), 1)
        if known:
            begin = next((hashes.index(each) + 1 for each in known if each in hashes), 1)
        return headers_response(chain[begin : begin + least])

    return answer


def headers_response(headers: list[bytes]) -> bytes:
    return b"".join(bytes([2 << 3 | 2, len(each)]) + each for each in headers)


def peer(chain: list[bytes]) -> Callable[[StreamRequestHandler], None]:
    """A node that says more than it is asked, as nodes do, and wants its ping answered."""
    hashes = [Header(octets).hash for octets in chain]

    def answer(request: StreamRequestHandler) -> None:
        assert receive(request)[0] == "version"
        for command, payload in (("version", bytes(86)), ("sendaddrv2", b""), ("verack", b""), ("ping", b"12345678")):
            send(request, command, payload)
        assert receive(request)[0] == "verack"
        asked = {command: payload for command, payload in (receive(request), receive(request))}
        assert asked["pong"] == b"12345678"
        while True:
            shown = asked["getheaders"]
            known = [shown[at : at + 32][::-1].hex() for at in range(5, 5 + 32 * shown[4], 32)]
            begin = next((hashes.index(each) + 1 for each in known if each in hashes), 1)
            send(request, "inv", bytes(37))
            send(request, "headers", headers_message(chain[begin : begin + 2000]))
            asked = dict([receive(request)])

    return answer


def headers_message(headers: list[bytes]) -> bytes:
    return b"\xfd" + struct.pack("<H", len(headers)) + b"".join(each + b"\0" for each in headers)


def send(request: StreamRequestHandler, command: str, payload: bytes, magic: bytes = MAGIC, flaw: int = 0) -> None:
    checksum = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    head = magic + command.encode().ljust(12, b"\0") + struct.pack("<I", len(payload))
    request.wfile.write(head + bytes([checksum[0] ^ flaw]) + checksum[1:] + payload)


def receive(request: StreamRequestHandler) -> tuple[str, bytes]:
    head = request.rfile.read(24)
    return head[4:16].rstrip(b"\0").decode(), request.rfile.read(int.from_bytes(head[16:20], "little"))
