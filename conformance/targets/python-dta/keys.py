"""
Keys and signatures (spec 1.2 and chapter 4).

Points of secp256k1 are computed by OpenSSL. The modular inversion of a signature is done on Python's integers, whose
time depends on their values: good enough to show how the specification is met, not for a key that guards anything.
"""
import hashlib
import hmac
import os

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def fresh_secret() -> bytes:
    """A secp256k1 private key from the operating system's generator (MDT-KEY-002), 32 octets."""
    while True:
        secret = os.urandom(32)
        if is_secret(secret):
            return secret


def is_secret(octets: bytes) -> bool:
    return 0 < int.from_bytes(octets, "big") < ORDER


def public_key(secret: bytes) -> bytes:
    """The compressed secp256k1 point of `secret`, 33 octets."""
    numbers = _point(int.from_bytes(secret, "big"))
    return bytes([2 + (numbers.y & 1)]) + numbers.x.to_bytes(32, "big")


def ed25519_public_key(secret: bytes) -> bytes:
    private = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def tagged_hash(tag: str, message: bytes) -> bytes:
    """`Ht(tag, m)` of spec 1.2."""
    prefix = hashlib.sha256(tag.encode("ascii")).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


def sign_document(kind: str, digest: bytes, secret: bytes) -> bytes:
    """The 64 octets `r || s` over the digest of a document of type `kind` (MDT-DOC-011 to 014)."""
    r, s = sign(tagged_hash(f"MDT/1/{kind}", digest), secret)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def sign(hashed: bytes, secret: bytes) -> tuple[int, int]:
    """ECDSA over 32 octets, with the nonce of RFC 6979 and an `s` of the lower half."""
    d = int.from_bytes(secret, "big")
    z = int.from_bytes(hashed, "big") % ORDER
    for k in _nonces(hashed, secret):
        r = _point(k).x % ORDER
        s = pow(k, -1, ORDER) * (z + r * d) % ORDER
        if r and s:
            return r, min(s, ORDER - s)
    raise AssertionError("RFC 6979 never runs out of candidates")


def der(r: int, s: int) -> bytes:
    """The DER form that Bitcoin's witnesses have."""
    body = _der_integer(r) + _der_integer(s)
    return b"\x30" + bytes([len(body)]) + body


def _der_integer(value: int) -> bytes:
    octets = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(octets)]) + octets


def _point(scalar: int) -> ec.EllipticCurvePublicNumbers:
    return ec.derive_private_key(scalar, ec.SECP256K1()).public_key().public_numbers()


def _nonces(hashed: bytes, secret: bytes):
    """RFC 6979, 3.2, with SHA-256: candidates for k, in their order."""
    message = secret + (int.from_bytes(hashed, "big") % ORDER).to_bytes(32, "big")
    v, key = b"\x01" * 32, b"\x00" * 32
    for separator in (b"\x00", b"\x01"):
        key = _hmac(key, v + separator + message)
        v = _hmac(key, v)
    while True:
        v = _hmac(key, v)
        k = int.from_bytes(v, "big")
        if 0 < k < ORDER:
            yield k
        key = _hmac(key, v + b"\x00")
        v = _hmac(key, v)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
