"""The launch contract (spec/certification.md, C.1): the configuration, the lines that come in and the lines that go out."""
import ipaddress
import json
import os
import sys
import threading
import time
from urllib.parse import urlsplit

import schema

REGTEST = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
MAX_LINE = 65_536
_out = threading.Lock()


class Failure(Exception):
    """The target cannot work at all: what its `failed` event says."""

    def __init__(self, code: str, field: str | None, detail: str) -> None:
        super().__init__(detail)
        self.event = {"event": "failed", "code": code, "detail": detail} | ({} if field is None else {"field": field})


def say(line: dict) -> None:
    """Writes an event or an answer, whole and at once."""
    with _out:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def log(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class Lines:
    """The lines of standard input. Read without Python's buffer, whose lock would stand in the way of an end."""

    def __init__(self) -> None:
        self._rest = b""

    def next(self) -> bytes | None:
        """The next line without its end, cut where it is too long, or None at the end of input."""
        while b"\n" not in self._rest:
            more = os.read(0, MAX_LINE)
            if not more:
                line, self._rest = self._rest, b""
                return line or None
            self._rest = self._rest[:MAX_LINE] + more
        line, _, self._rest = self._rest.partition(b"\n")
        return line[:MAX_LINE]


def parse(line: bytes) -> object:
    """Strict JSON: UTF-8, no member twice, nothing that is no JSON. Raises ValueError."""
    if len(line) >= MAX_LINE:
        raise ValueError("the line is too long")
    return json.loads(line.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)


def read_configuration(line: bytes | None) -> dict:
    """The launch configuration, checked. Raises a Failure with the field at fault (MDT-TGT-007)."""
    try:
        configuration = parse(line or b"")
        schema.check(configuration, "launch-configuration")
    except schema.Fault as fault:
        raise Failure("MDT_LAUNCH", fault.pointer, str(fault)) from fault
    except (ValueError, RecursionError) as fault:
        raise Failure("MDT_LAUNCH", "", "the first line is not one JSON object") from fault
    for pointer, holds, reason in _rules(configuration):
        if not holds:
            raise Failure("MDT_LAUNCH", pointer, reason)
    return configuration


def _rules(launch: dict):
    """What a schema cannot say, and what this program does not do: pointer, whether it holds, and why not."""
    chain, public, planted = launch["chain"], launch["public"], launch.get("import_secrets", {})
    yield "/role", launch["role"] == "dta", "this program is a D-TA"
    yield "/transport", launch["transport"] == "plain", "this program serves plain gRPC only"
    yield "/chain/backend", chain["backend"] == "rpc", "this program asks its own node"
    yield "/chain/checkpoint/height", chain["checkpoint"]["height"] % 2016 == 0, "is not a multiple of 2016"
    yield "/public/issuer", _may_serve(public["issuer"], chain["genesis"]), "is not https, nor private and on regtest"
    for name, secret in planted.items():
        yield f"/import_secrets/{name}", _is_key(secret), "is no secp256k1 private key"
    yield "/import_secrets", len(set(planted.values())) == len(planted), "holds a key twice (MDT-REC-008)"


def _is_key(secret: str) -> bool:
    return 0 < int(secret, 16) < 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def _may_serve(issuer: str, genesis: str) -> bool:
    """MDT-REC-005."""
    parts = urlsplit(issuer)
    return parts.scheme == "https" or (genesis == REGTEST and _is_private(parts.hostname or ""))


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    nets = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
    return any(address in ipaddress.ip_network(net) for net in nets if ipaddress.ip_network(net).version == address.version)


def _members(pairs: list[tuple[str, object]]) -> dict:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member stands twice")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class Clock:
    """The time of the system plus an offset (MDT-TGT-011)."""

    def __init__(self, offset_seconds: int) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) + self.offset_seconds


class Standing:
    """Says what the entity waits for, or that it is ready, once each time that this changes."""

    def __init__(self) -> None:
        self._said: tuple = ()

    def waits(self, code: str, detail: str, funding: dict | None = None) -> None:
        if self._said == (code, funding):
            return
        if self._said[:1] != (code,):
            say({"event": "waiting", "code": code, "detail": detail})
        if funding is not None:
            say({"event": "funding", **funding})
        self._said = (code, funding)

    def ready(self, entity_id: str, digest: str) -> None:
        """`digest` is that of the record in force: a successor record is announced again."""
        if self._said != ("ready", digest):
            say({"event": "ready", "entity_id": entity_id})
        self._said = ("ready", digest)
