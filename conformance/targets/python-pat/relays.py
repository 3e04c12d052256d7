"""Headers from a relay, by GetHeaders (spec 7.1 and 11.2), and what else it is asked (11.5)."""
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # else it writes of its own accord about a relay that is not there

import grpc

import addresses
import wire
from patience import Patience
from refusal import Refused, demand
from taking import AT_ONCE, Taking

SERVICE = "/milagro.trust.v1.RelayService/"
CALL = SERVICE + "GetHeaders"
MAX_ANSWER = 262_144  # octets; AT_ONCE headers take 164,000
OPTIONS = [
    ("grpc.max_receive_message_length", MAX_ANSWER),
    ("grpc.compression_enabled_algorithms_bitset", 1),  # none: what is compressed may be much more than it seems
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),
]


def ask(url: str, taking: Taking, patience: Patience) -> None:
    """Takes headers until there is nothing new."""
    with _call(url, patience) as get_headers:
        more = True
        while more:
            known = [bytes.fromhex(each) for each in taking.locator()]
            more = taking.take(get_headers(wire.get_headers_request(known, AT_ONCE, 0)))


def ask_below(url: str, begin: int, end: int, patience: Patience) -> list[bytes]:
    """The headers of the heights from `begin` to before `end`; 0 cannot be asked for."""
    found: list[bytes] = []
    begin = max(begin, 1)
    with _call(url, patience) as get_headers:
        while (missing := end - begin - len(found)) > 0:
            got = get_headers(wire.get_headers_request([], min(missing, AT_ONCE), begin + len(found)))
            demand(bool(got), "MDT_SOURCE", "no headers there")
            found += got[:missing]
    return found


class Word(Exception):
    """A refusal by a code of the registry (MDT-HST-015)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def call(url: str, name: str, request: bytes, patience: Patience) -> bytes:
    """One call of another kind. Raises Word where the relay refuses by a code."""
    with _channel(url) as channel:
        try:
            return channel.unary_unary(SERVICE + name)(request, timeout=patience.remaining())
        except grpc.RpcError as fault:
            code = _code_in(fault)
            if code.startswith("MDT_"):
                raise Word(code) from fault
            raise Refused("MDT_SOURCE", str(fault.code())) from fault


def _code_in(fault: grpc.RpcError) -> str:
    """`reason` of google.rpc.ErrorInfo, the first of the details of google.rpc.Status."""
    details = dict(fault.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    try:
        return wire.octets_in(wire.octets_in(wire.octets_in(details, 3, place=0), 2), 1).decode("latin-1")
    except Refused:
        return ""


@contextmanager
def _channel(url: str) -> Iterator:
    address = addresses.read(url)
    if address.scheme == "grpc":
        addresses.demand_near(address)
        channel = grpc.insecure_channel(address.authority, OPTIONS)
    else:
        channel = grpc.secure_channel(address.authority, grpc.ssl_channel_credentials(_roots()), OPTIONS)
    try:
        yield channel
    finally:
        channel.close()


@contextmanager
def _call(url: str, patience: Patience) -> Iterator:
    with _channel(url) as channel:
        method = channel.unary_unary(CALL)

        def get_headers(request: bytes) -> list[bytes]:
            try:
                return wire.headers_of(method(request, timeout=patience.remaining()))
            except grpc.RpcError as fault:
                raise Refused("MDT_SOURCE", str(fault.code())) from fault

        yield get_headers


def _roots() -> bytes | None:
    """The certificates of the system, in place of those that come with gRPC."""
    file = ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
    return Path(file).read_bytes() if Path(file).is_file() else None
