"""URLs of hosts and sources, and at which of them a reader speaks in the clear (spec 3.1 and 7.1)."""
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from urllib.parse import urlsplit

from patience import Patience
from refusal import Refused, demand

NEAR = [
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
]
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    scheme: str
    host: str
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read(url: str, port: int | None = None) -> Address:
    """Of a URL without a port it is `port`, or that of the scheme."""
    try:
        parts = urlsplit(url)
        port = parts.port or port or PORTS.get(parts.scheme)
    except ValueError as fault:
        raise Refused("MDT_SOURCE", str(fault)) from fault
    if not parts.hostname or port is None:
        raise Refused("MDT_SOURCE", "no URL of a host")
    return Address(parts.scheme, parts.hostname, port, parts.path + (f"?{parts.query}" if parts.query else ""))


def demand_near(address: Address) -> None:
    """What is not encrypted goes to loopback and private hosts only."""
    demand(is_near(address.host), "MDT_SOURCE", "in the clear, and neither loopback nor private")


def is_near(host: str) -> bool:
    if _is_localhost(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in NEAR)


def connect(address: Address, patience: Patience, encrypted: bool) -> socket.socket:
    """A connection whose reads are to go through `reader`."""
    hosts = ["127.0.0.1", "::1"] if _is_localhost(address.host) else [address.host]
    for host in hosts:
        try:
            made = socket.create_connection((host, address.port), timeout=patience.remaining())
            break
        except OSError:
            if host == hosts[-1]:
                raise
    if not encrypted:
        return made
    made.settimeout(patience.remaining())
    return ssl.create_default_context().wrap_socket(made, server_hostname=address.host)


def reader(connection: socket.socket, patience: Patience, cap: int) -> BufferedReader:
    """Reads a connection, each octet of it before the time is over, and no more than about `cap` of them."""
    return BufferedReader(_Timed(connection, patience, cap), 65_536)


class _Timed(RawIOBase):
    def __init__(self, connection: socket.socket, patience: Patience, cap: int) -> None:
        super().__init__()
        self._connection = connection
        self._patience = patience
        self._left = cap

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        demand(self._left > 0, "MDT_SOURCE", "too many octets")
        self._connection.settimeout(self._patience.remaining())
        received = self._connection.recv_into(buffer)
        self._left -= received
        return received


def _is_localhost(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")
