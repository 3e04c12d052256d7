"""GET over HTTP, by a reader who trusts the host with neither its time nor its memory (spec 7.3, fetch)."""
import http.client
import zlib
from io import BufferedReader

import addresses
from addresses import Address
from patience import Patience
from refusal import Refused, demand

PIECE = 16_384
FIELDS = "Accept: */*\r\nAccept-Encoding: identity\r\nUser-Agent: python-pat\r\nConnection: close\r\n"
ROOM = 8  # times the cap, for fields and for chunks that are small
WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}  # zlib's names of the formats


class NotThere(Refused):
    """The host has no such resource."""


def get(url: str, cap: int, patience: Patience, clear: bool) -> bytes:
    """
    What the host answers with status 200, of `cap` octets at most once decoded. `clear` allows http, at near hosts.
    Refuses with MDT_DOCUMENT_TOO_LARGE what is larger, and with MDT_SOURCE whatever else goes wrong.
    """
    address = addresses.read(url)
    demand(address.scheme == "https" or (address.scheme == "http" and clear), "MDT_SOURCE", "not https")
    if address.scheme == "http":
        addresses.demand_near(address)
    try:
        return _exchange(address, cap, patience)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as fault:
        raise Refused("MDT_SOURCE", f"{type(fault).__name__}: {fault}") from fault


def _exchange(address: Address, cap: int, patience: Patience) -> bytes:
    with addresses.connect(address, patience, address.scheme == "https") as connection:
        connection.settimeout(patience.remaining())
        asked = f"GET {address.path or '/'} HTTP/1.1\r\nHost: {_host_of(address)}\r\n{FIELDS}\r\n"
        connection.sendall(asked.encode("ascii"))
        response = http.client.HTTPResponse(_Shown(addresses.reader(connection, patience, ROOM * cap)), method="GET")
        response.begin()
        if response.status == 404:
            raise NotThere("MDT_SOURCE", "status 404")
        demand(response.status == 200, "MDT_SOURCE", f"status {response.status}")
        return _content(response, cap)


def _content(response: http.client.HTTPResponse, cap: int) -> bytes:
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    demand(coding == "identity" or coding in WINDOWS, "MDT_SOURCE", "an unknown coding")
    decoder = None if coding == "identity" else _Decoder(WINDOWS[coding])
    content, received = bytearray(), 0
    while piece := response.read(PIECE):
        received += len(piece)
        content += piece if decoder is None else decoder.decode(piece, cap + 1 - len(content))
        demand(max(len(content), received) <= cap, "MDT_DOCUMENT_TOO_LARGE")
    demand(not response.length, "MDT_SOURCE", "cut off")
    demand(decoder is None or decoder.ended, "MDT_SOURCE", "cut off")
    return bytes(content)


class _Decoder:
    """Of a coding of one member or more."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._member = zlib.decompressobj(window)

    def decode(self, piece: bytes, at_most: int) -> bytes:
        """No more than `at_most` octets, which is above 0, however many there are in it."""
        made = b""
        while piece and len(made) < at_most:
            if self._member.eof:
                self._member = zlib.decompressobj(self._window)
            made += self._member.decompress(piece, at_most - len(made))
            piece = self._member.unused_data if self._member.eof else b""
        return made

    @property
    def ended(self) -> bool:
        return self._member.eof


class _Shown:
    """What http.client reads its answers from."""

    def __init__(self, reader: BufferedReader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> BufferedReader:
        return self._reader


def _host_of(address: Address) -> str:
    is_default = address.port == addresses.PORTS[address.scheme]
    return address.authority.rpartition(":")[0] if is_default else address.authority
