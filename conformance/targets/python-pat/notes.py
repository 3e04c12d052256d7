"""C2SP signed notes, and the checkpoints of an entity's log (spec 8.4, MDT-LOG-101)."""
import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

import signatures
from refusal import Refused, demand

MAX_OCTETS = 65_536
MAX_SIGNATURES = 100
ED25519 = b"\x01"
_REFUSAL = "MDT_LOG_CHECKPOINT"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True)
class Checkpoint:
    tree_size: int
    root: bytes


def text_of(note: bytes, name: str, public_key: bytes) -> str:
    """The text of a note that this key has signed under this name, and nowhere wrongly."""
    demand(len(note) <= MAX_OCTETS, _REFUSAL, "too long")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused(_REFUSAL, "not UTF-8") from fault
    demand(not _CONTROL.search(whole), _REFUSAL, "a control character")
    text, separator, below = whole.rpartition("\n\n")
    demand(separator != "" and below.endswith("\n"), _REFUSAL, "no note")
    text += "\n"
    lines = below[:-1].split("\n")
    demand(len(lines) <= MAX_SIGNATURES, _REFUSAL, "too many signatures")
    key_hash = hashlib.sha256(name.encode("utf-8") + b"\n" + ED25519 + public_key).digest()[:4]
    own = [signature for signer, signature in map(_signature, lines) if (signer, signature[:4]) == (name, key_hash)]
    demand(len(own) > 0, _REFUSAL, "not signed by this key")
    for signature in own:
        verifies = signatures.ed25519_verifies(text.encode("utf-8"), signature[4:], public_key)
        demand(verifies, _REFUSAL, "a wrong signature")
    return text


def checkpoint(note: bytes, entity_id: str, log_key: bytes) -> Checkpoint:
    """Size and root of the log of this entity (MDT-LOG-007)."""
    origin = f"milagro.invalid/mdt/{entity_id}"
    lines = text_of(note, origin, log_key).split("\n")
    demand(len(lines) == 4 and lines[3] == "", _REFUSAL, "not three lines")
    demand(lines[0] == origin, _REFUSAL, "another origin")
    demand(_SIZE.fullmatch(lines[1]) is not None and int(lines[1]) < 1 << 53, _REFUSAL, "no size")
    root = _base64(lines[2])
    demand(len(root) == 32, _REFUSAL, "no root")
    return Checkpoint(int(lines[1]), root)


def _signature(line: str) -> tuple[str, bytes]:
    """Of a line who signed, and the hash of the key with the signature."""
    demand(line.startswith("\N{EM DASH} "), _REFUSAL, "no signature")
    name, separator, encoded = line[2:].partition(" ")
    is_name = name != "" and "+" not in name and not any(character.isspace() for character in name)
    demand(is_name and separator == " ", _REFUSAL, "no name of a key")
    octets = _base64(encoded)
    demand(len(octets) > 4, _REFUSAL, "no signature")
    return name, octets


def _base64(text: str) -> bytes:
    """Of RFC 4648, with its padding and in the one spelling that these octets have."""
    try:
        octets = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as fault:
        raise Refused(_REFUSAL, "no base64") from fault
    demand(base64.b64encode(octets).decode("ascii") == text, _REFUSAL, "another spelling in base64")
    return octets
