"""
BLS12-381 as far as a D-TA needs it to write its record: the master secret, `master_public_key` and `master_pop`
(MDT-KEY-003, MDT-REC-010, MDT-REC-011). No pairing: only a reader needs one.

The arithmetic is on Python's integers and is not constant-time: whoever can measure it learns the master secret. A
service that issues shares uses a library that is made for it.
"""
import hashlib
import hmac
from dataclasses import dataclass

import isogeny

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
ORDER = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
POP_TAG = b"MILAGRO-DTA-V01-CS01-POP-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"

# RFC 9380, 8.8.1: the curve that points are mapped to first, and what takes a point of G1's curve into G1.
ISOGENOUS_A = 0x144698A3B8E9433D693A02C96D4982B0EA985383EE66A8D8E8981AEFD881AC98936F8DA0E0F97F5CF428082D584C1D
ISOGENOUS_B = 0x12E2908D11688030018B12E8753EEE3B2016C1F0F24F4070A0B9C14FCEF35EF55A23215A316CEAA5D1CC48E98E172BE0
Z = 11
EFFECTIVE_COFACTOR = 0xD201000000010001


@dataclass(frozen=True)
class Element:
    """`re + im·i` of the field of p² elements. What lies in the field of p elements has `im` 0."""

    re: int
    im: int = 0

    def __add__(self, other: "Element") -> "Element":
        return Element((self.re + other.re) % P, (self.im + other.im) % P)

    def __sub__(self, other: "Element") -> "Element":
        return Element((self.re - other.re) % P, (self.im - other.im) % P)

    def __mul__(self, other: "Element") -> "Element":
        re = self.re * other.re - self.im * other.im
        im = self.re * other.im + self.im * other.re
        return Element(re % P, im % P)

    def inverse(self) -> "Element":
        norm = pow(self.re * self.re + self.im * self.im, -1, P)
        return Element(self.re * norm % P, -self.im * norm % P)


Point = tuple[Element, Element] | None  # None is the identity

G2: Point = (
    Element(
        0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
        0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E,
    ),
    Element(
        0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801,
        0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE,
    ),
)


def key_gen(entropy: bytes) -> int:
    """The master secret: KeyGen of the CFRG BLS signature draft, from at least 32 octets."""
    salt = b"BLS-SIG-KEYGEN-SALT-"
    while True:
        salt = hashlib.sha256(salt).digest()
        key = hmac.new(salt, entropy + b"\x00", hashlib.sha256).digest()
        secret = int.from_bytes(_hkdf_expand(key, b"\x00\x30", 48), "big") % ORDER
        if secret:
            return secret


def master_public_key(secret: int) -> bytes:
    """`s·G2`, compressed, 96 octets."""
    x, y = multiply(G2, secret)
    return _compressed(x.im.to_bytes(48, "big") + x.re.to_bytes(48, "big"), (y.im, y.re) if y.im else (y.re,))


def master_pop(secret: int, anchor_key: bytes) -> bytes:
    """`s·H1'(master_public_key || keys.anchor)`, compressed, 48 octets."""
    x, y = multiply(hash_to_g1(master_public_key(secret) + anchor_key, POP_TAG), secret)
    return _compressed(x.re.to_bytes(48, "big"), (y.re,))


def _compressed(x: bytes, y: tuple[int, ...]) -> bytes:
    """`x` with the bits of the CFRG draft, appendix A: compressed, and whether `y` is the greater of the two."""
    greater = y[0] > (P - 1) // 2
    return bytes([x[0] | 0x80 | (0x20 if greater else 0)]) + x[1:]


def _hkdf_expand(key: bytes, info: bytes, length: int) -> bytes:
    block, output = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
    return output[:length]


def _add(a: Point, b: Point) -> Point:
    if a is None or b is None:
        return a or b
    (x1, y1), (x2, y2) = a, b
    if x1 == x2:
        if y1 != y2 or y1 == Element(0):
            return None
        slope = Element(3) * x1 * x1 * (y1 + y1).inverse()
    else:
        slope = (y2 - y1) * (x2 - x1).inverse()
    x3 = slope * slope - x1 - x2
    return x3, slope * (x1 - x3) - y1


def multiply(point: Point, scalar: int) -> Point:
    result: Point = None
    for bit in bin(scalar)[2:]:
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result


def hash_to_g1(message: bytes, tag: bytes) -> Point:
    """hash_to_curve of the suite BLS12381G1_XMD:SHA-256_SSWU_RO_ (RFC 9380, 3 and 8.8.1)."""
    uniform = _expand_message(message, tag, 128)
    u0, u1 = (int.from_bytes(uniform[at : at + 64], "big") % P for at in (0, 64))
    return multiply(_add(_isogeny(*_map_to_curve(u0)), _isogeny(*_map_to_curve(u1))), EFFECTIVE_COFACTOR)


def _expand_message(message: bytes, tag: bytes, length: int) -> bytes:
    """expand_message_xmd with SHA-256 (RFC 9380, 5.3.1)."""
    tail = tag + bytes([len(tag)])
    first = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\x00" + tail).digest()
    block, output = bytes(32), b""
    for counter in range(1, length // 32 + 1):
        mixed = bytes(a ^ b for a, b in zip(first, block))
        block = hashlib.sha256(mixed + bytes([counter]) + tail).digest()
        output += block
    return output


def _map_to_curve(u: int) -> tuple[int, int]:
    """Simplified SWU (RFC 9380, 6.6.2), to the isogenous curve."""
    zu2 = Z * u * u % P
    sum_of_powers = (zu2 * zu2 + zu2) % P
    if sum_of_powers:
        x = -ISOGENOUS_B * pow(ISOGENOUS_A, -1, P) * (1 + pow(sum_of_powers, -1, P)) % P
    else:
        x = ISOGENOUS_B * pow(Z * ISOGENOUS_A, -1, P) % P
    y = _square_root(_isogenous(x))
    if y is None:
        x = zu2 * x % P
        y = _square_root(_isogenous(x))
    return x, y if (u ^ y) & 1 == 0 else P - y


def _isogenous(x: int) -> int:
    return (x * x * x + ISOGENOUS_A * x + ISOGENOUS_B) % P


def _square_root(value: int) -> int | None:
    root = pow(value, (P + 1) // 4, P)
    return root if root * root % P == value else None


def _isogeny(x: int, y: int) -> Point:
    def at_x(coefficients: list[int]) -> int:
        value = 0
        for coefficient in reversed(coefficients):
            value = (value * x + coefficient) % P
        return value

    image_x = at_x(isogeny.X_NUMERATOR) * pow(at_x(isogeny.X_DENOMINATOR), -1, P)
    image_y = y * at_x(isogeny.Y_NUMERATOR) * pow(at_x(isogeny.Y_DENOMINATOR), -1, P)
    return Element(image_x % P), Element(image_y % P)
