"""Signatures as a reader verifies them: of documents, in witnesses, and those of logs (spec 1.2, 2.2 and 8.2)."""
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from keys import ORDER, tagged_hash
from refusal import Refused, demand

_PREHASHED = ec.ECDSA(utils.Prehashed(hashes.SHA256()))


def is_point(public_key: bytes) -> bool:
    """Whether 33 octets are a compressed point of secp256k1 (MDT-REC-105)."""
    return _key(public_key) is not None


def check_document(kind: str, digest: bytes, signature: bytes, public_key: bytes) -> None:
    """Refuses a signature that is not of a document of type `kind` by this key (MDT-DOC-113, MDT-DOC-114)."""
    check_compact(tagged_hash(f"MDT/1/{kind}", digest), signature, public_key)


def check_compact(hashed: bytes, signature: bytes, public_key: bytes) -> None:
    """Refuses a signature of 64 octets, r and s, over 32 octets that does not verify, or has a high s."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    demand(len(signature) == 64 and _verifies(hashed, r, s, public_key), "MDT_SIGNATURE")
    demand(s <= ORDER // 2, "MDT_SIGNATURE_HIGH_S")


def read_der(signature: bytes) -> tuple[int, int]:
    """r and s of strict DER with a low s (MDT-LIN-005, MDT-LIN-006)."""
    demand(len(signature) >= 2 and signature[0] == 0x30 and signature[1] == len(signature) - 2, "MDT_WITNESS")
    r, rest = _der_integer(signature[2:])
    s, rest = _der_integer(rest)
    demand(rest == b"" and s <= ORDER // 2, "MDT_WITNESS")
    return r, s


def check_chain(hashed: bytes, r: int, s: int, public_key: bytes) -> None:
    """Refuses a signature of an input that does not verify (MDT-LIN-105)."""
    demand(_verifies(hashed, r, s, public_key), "MDT_CHAIN_SIGNATURE")


def ed25519_verifies(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """By the equation of spec 8.2, which is the one that OpenSSL has."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verifies(hashed: bytes, r: int, s: int, public_key: bytes) -> bool:
    key = _key(public_key)
    if key is None or not (0 < r < ORDER and 0 < s < ORDER):
        return False
    try:
        key.verify(utils.encode_dss_signature(r, s), hashed, _PREHASHED)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=256)
def _key(public_key: bytes) -> ec.EllipticCurvePublicKey | None:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public_key)
    except ValueError:
        return None


def _der_integer(octets: bytes) -> tuple[int, bytes]:
    """The integer that `octets` begin with, not negative and in its shortest form, and what follows it."""
    if len(octets) < 3 or octets[0] != 2 or not 1 <= octets[1] <= 33 or len(octets) < 2 + octets[1]:
        raise Refused("MDT_WITNESS", "not strict DER")
    body, rest = octets[2 : 2 + octets[1]], octets[2 + octets[1] :]
    needless_zero = len(body) > 1 and body[0] == 0 and body[1] < 0x80
    demand(body[0] < 0x80 and not needless_zero, "MDT_WITNESS", "not strict DER")
    return int.from_bytes(body, "big"), rest
