"""What stands behind OP_RETURN (spec 2.1), as a reader takes it."""
import re
from dataclasses import dataclass

from payload import MARKER
from refusal import Refused, demand

BIRTH, STATUS, ACTIVITY_ROOT, SUCCESSOR, RETIRE, PAT_SIGNATURE, PAT_BATCH = 1, 2, 3, 4, 5, 0x10, 0x11
LATER = (STATUS, ACTIVITY_ROOT, SUCCESSOR, RETIRE)
KINDS = {
    BIRTH: "BIRTH",
    STATUS: "STATUS",
    ACTIVITY_ROOT: "ACTIVITY_ROOT",
    SUCCESSOR: "SUCCESSOR",
    RETIRE: "RETIRE",
    PAT_SIGNATURE: "PAT_SIGNATURE",
    PAT_BATCH: "PAT_BATCH",
}
ROLES = {1: "dta", 2: "idp", 3: "relay"}
EXPERIMENTAL = 0x80
_LENGTHS = {**{kind: 64 for kind in LATER}, PAT_SIGNATURE: 64, PAT_BATCH: 36}
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_NAME = rf"({_LABEL}\.)*(?![0-9]+(:|\Z)){_LABEL}"
_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PORT = r"([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_HINT = re.compile(rf"(({_NAME}|{_OCTET}(\.{_OCTET}){{3}})(:{_PORT})?)?")


@dataclass(frozen=True)
class Payload:
    """`kind` as it stands; of an experimental kind nothing else is read (MDT-ANC-106)."""

    kind: int
    body: bytes = b""
    role: str = ""
    host_hint: str = ""

    @property
    def digest(self) -> bytes:
        return self.body[1:33] if self.kind == BIRTH else self.body[:32]

    @property
    def entity_id(self) -> bytes:
        """Of a STATUS, ACTIVITY_ROOT, SUCCESSOR or RETIRE."""
        return self.body[32:]


def decode(octets: bytes) -> Payload:
    """MDT-ANC-103 to MDT-ANC-109."""
    demand(octets.startswith(MARKER), "MDT_PAYLOAD_MARKER")
    demand(octets[12:13] == b"\x01", "MDT_PAYLOAD_VERSION")
    demand(len(octets) > 13, "MDT_PAYLOAD_KIND", "ends after the version")
    kind, body = octets[13], octets[14:]
    if kind >= EXPERIMENTAL:
        return Payload(kind)
    demand(kind in KINDS, "MDT_PAYLOAD_KIND")
    if kind == BIRTH:
        return _birth(body)
    demand(len(body) == _LENGTHS[kind], "MDT_PAYLOAD_LENGTH")
    return Payload(kind, body)


def of_script(script: bytes) -> bytes:
    """What the one push after OP_RETURN pushes, in its shortest form (MDT-ANC-102)."""
    demand(script[:1] == b"\x6a" and len(script) > 1, "MDT_PUSH")
    opcode, rest = script[1], script[2:]
    if opcode == 0x4F or 0x51 <= opcode <= 0x60:
        demand(rest == b"", "MDT_PUSH")
        return b"\x81" if opcode == 0x4F else bytes([opcode - 0x50])
    if opcode == 0x4C:
        demand(len(rest) >= 1 and rest[0] == len(rest) - 1 and 76 <= rest[0] <= 80, "MDT_PUSH")
        return rest[1:]
    demand(opcode <= 75 and len(rest) == opcode, "MDT_PUSH")
    has_opcode = len(rest) == 1 and (1 <= rest[0] <= 16 or rest[0] == 0x81)
    demand(not has_opcode, "MDT_PUSH", "there is an opcode for this octet")
    return rest


def op_return(scripts: list[bytes]) -> int:
    """The index of the one output that begins with OP_RETURN (MDT-ANC-101)."""
    found = [at for at, script in enumerate(scripts) if script[:1] == b"\x6a"]
    demand(len(found) == 1, "MDT_OP_RETURN_COUNT", f"{len(found)} of them")
    return found[0]


def _birth(body: bytes) -> Payload:
    demand(33 <= len(body) <= 66, "MDT_PAYLOAD_LENGTH")
    demand(body[0] in ROLES, "MDT_PAYLOAD_ROLE")
    try:
        hint = body[33:].decode("ascii")
    except UnicodeDecodeError as fault:
        raise Refused("MDT_PAYLOAD_HOST_HINT") from fault
    demand(_HINT.fullmatch(hint) is not None, "MDT_PAYLOAD_HOST_HINT")
    return Payload(BIRTH, body, ROLES[body[0]], hint)
