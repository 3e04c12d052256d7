"""Headers from a node of the Bitcoin P2P network, to a client that serves nothing (spec 7.1)."""
import secrets
import struct
from io import BufferedReader
from socket import socket

import addresses
from anchors import REGTEST
from patience import Patience
from refusal import Refused, demand
from taking import AT_ONCE, Taking
from transaction import sha256d

MAIN = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
PORTS = {MAIN: 8333, REGTEST: 18_444}
MAGIC = {MAIN: bytes.fromhex("f9beb4d9"), REGTEST: bytes.fromhex("fabfb5da")}
PROTOCOL, USER_AGENT = 70_016, b"/python-pat/"
MAX_MESSAGE, MAX_RECEIVED = 4_000_000, 16_777_216  # octets: of one, and of all of them


def ask(url: str, taking: Taking, patience: Patience, genesis: str, now: int) -> None:
    """Takes headers until the node gives fewer than it may, or nothing new."""
    demand(genesis in MAGIC, "MDT_SOURCE", "a chain whose network is not known")
    try:
        address = addresses.read(url, PORTS[genesis])
        with addresses.connect(address, patience, encrypted=False) as connection:
            _ask(_Node(connection, patience, MAGIC[genesis]), taking, now)
    except (OSError, ValueError) as fault:
        raise Refused("MDT_SOURCE", f"{type(fault).__name__}: {fault}") from fault


def _ask(node: "_Node", taking: Taking, now: int) -> None:
    node.send("version", _version(now))
    node.wait_for("version")
    node.send("verack")
    node.wait_for("verack")
    headers, is_new = [b""] * AT_ONCE, True
    while is_new and len(headers) == AT_ONCE:
        node.send("getheaders", _get_headers(taking.locator()))
        headers = _headers(node.wait_for("headers"))
        is_new = taking.take(headers)


class _Node:
    """Messages to and from a node."""

    def __init__(self, connection: socket, patience: Patience, magic: bytes) -> None:
        self._connection = connection
        self._patience = patience
        self._magic = magic
        self._reader: BufferedReader = addresses.reader(connection, patience, MAX_RECEIVED)

    def send(self, command: str, payload: bytes = b"") -> None:
        head = command.encode("ascii").ljust(12, b"\0") + struct.pack("<I", len(payload))
        self._connection.settimeout(self._patience.remaining())
        self._connection.sendall(self._magic + head + sha256d(payload)[:4] + payload)

    def wait_for(self, command: str) -> bytes:
        """The payload of the next message of this name. A ping is answered, and all others are passed over."""
        name = command.encode("ascii").ljust(12, b"\0")
        while True:
            head = self._read(24)
            demand(head[:4] == self._magic, "MDT_SOURCE", "another network")
            size = int.from_bytes(head[16:20], "little")
            demand(size <= MAX_MESSAGE, "MDT_SOURCE", "a message that is too long")
            payload = self._read(size)
            demand(sha256d(payload)[:4] == head[20:24], "MDT_SOURCE", "another checksum")
            if head[4:16] == name:
                return payload
            if head[4:16] == b"ping".ljust(12, b"\0"):
                self.send("pong", payload[:8])

    def _read(self, size: int) -> bytes:
        octets = self._reader.read(size)
        demand(len(octets) == size, "MDT_SOURCE", "hung up")
        return octets


def _version(now: int) -> bytes:
    nobody = struct.pack("<Q", 0) + bytes(10) + b"\xff\xff" + bytes(4) + struct.pack(">H", 0)
    agent = bytes([len(USER_AGENT)]) + USER_AGENT
    begin = struct.pack("<iQq", PROTOCOL, 0, now)
    return begin + nobody + nobody + secrets.token_bytes(8) + agent + struct.pack("<i?", 0, False)


def _get_headers(locator: list[str]) -> bytes:
    hashes = b"".join(bytes.fromhex(each)[::-1] for each in locator)
    return struct.pack("<i", PROTOCOL) + bytes([len(locator)]) + hashes + bytes(32)


def _headers(payload: bytes) -> list[bytes]:
    """Each is followed by a number of transactions, which is 0."""
    number, begin = _count(payload)
    demand(number <= AT_ONCE, "MDT_SOURCE", "more headers than there may be")
    each = [payload[at : at + 81] for at in range(begin, len(payload), 81)]
    right = len(payload) == begin + 81 * number and all(one[80] == 0 for one in each)
    demand(right, "MDT_HEADER_FORMAT", "not of 80 octets")
    return [one[:80] for one in each]


def _count(payload: bytes) -> tuple[int, int]:
    """A number of Bitcoin's, as far as it can be 2,000, and how many octets it takes."""
    if payload[:1] == b"\xfd" and len(payload) >= 3:
        return int.from_bytes(payload[1:3], "little"), 3
    demand(len(payload) >= 1 and payload[0] < 0xFD, "MDT_SOURCE", "more headers than there may be")
    return payload[0], 1
