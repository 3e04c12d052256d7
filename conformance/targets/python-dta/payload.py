"""Payloads of anchors (spec 2.1): what a writer puts behind OP_RETURN, and how it knows the anchors of others."""
import re
from urllib.parse import urlsplit

MARKER = b"Milagro D-TA"
BIRTH, SUCCESSOR, RETIRE = 1, 4, 5
ROLE_DTA = 1
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"({_LABEL}\.)*(?![0-9]+\Z){_LABEL}")
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}(\.{_OCTET}){{3}}")


def birth(digest: bytes, issuer: str) -> bytes:
    return MARKER + bytes([1, BIRTH, ROLE_DTA]) + digest + host_hint(issuer)


def later(kind: int, digest: bytes, entity_id: bytes) -> bytes:
    """The payload of a SUCCESSOR or RETIRE."""
    return MARKER + bytes([1, kind]) + digest + entity_id


def host_hint(issuer: str) -> bytes:
    """The host of `issuer` and its port, or nothing where that is not of the syntax of MDT-ANC-109 or does not fit (MDT-ANC-006)."""
    authority = urlsplit(issuer).netloc
    host = authority.rpartition(":")[0] if re.search(r":[0-9]+\Z", authority) else authority
    fits = len(authority) <= 33 and (_NAME.fullmatch(host) or _IPV4.fullmatch(host))
    return authority.encode("ascii") if fits else b""


def script(payload: bytes) -> bytes:
    """OP_RETURN and one push in its shortest form (MDT-ANC-002)."""
    push = bytes([len(payload)]) if len(payload) <= 75 else b"\x4c" + bytes([len(payload)])
    return b"\x6a" + push + payload


def is_of_a_lineage(output_script: bytes) -> bool:
    """Whether a script carries a payload of kind 01 to 05, anybody's (MDT-LIN-016)."""
    at = output_script.find(MARKER)
    kind = output_script[at + 13 : at + 14]
    return output_script[:1] == b"\x6a" and at in (2, 3) and kind in (b"\x01", b"\x02", b"\x03", b"\x04", b"\x05")
