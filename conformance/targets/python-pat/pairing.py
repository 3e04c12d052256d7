"""
Master public keys and their proofs of possession, as a reader verifies them (MDT-REC-101, MDT-REC-102).

The pairing is the optimal ate pairing: a Miller loop over the bits of the curve's parameter, whose sign does not
matter to a product that is compared with one, and the final exponentiation by Hayashida, Hayasaka and Teruya, whose
third power is as good for the same reason.
"""
from functools import lru_cache

import bls
from bls import ORDER, P, Element
from fields import (
    F2,
    F12,
    ONE12,
    add2,
    add6,
    conjugate12,
    frobenius12,
    inverse2,
    inverse12,
    mul2,
    mul6,
    mul12,
    power2,
    scale2,
    shift6,
    square2,
    square12,
    sub2,
    sub6,
)
from refusal import Refused, demand

PARAMETER = 0xD201000000010000  # of the curve, without its sign, which is minus
G2 = tuple((coordinate.re, coordinate.im) for coordinate in bls.G2)
_COMPRESSED, _INFINITE, _GREATER = 0x80, 0x40, 0x20


def check_master_key(master_public_key: bytes, master_pop: bytes, anchor_key: bytes) -> None:
    """Refuses what is no point, and a proof that does not verify for this key and anchor key."""
    key, proof = read_g2(master_public_key), read_g1(master_pop)
    demand(_proves(master_public_key, key, proof, anchor_key), "MDT_MASTER_POP")


@lru_cache(maxsize=1024)
def _proves(master_public_key: bytes, key: tuple[F2, F2], proof: tuple[int, int], anchor_key: bytes) -> bool:
    """e(master_pop, G2) = e(H1'(master_public_key || keys.anchor), master_public_key)."""
    x, y = bls.hash_to_g1(master_public_key + anchor_key, bls.POP_TAG)
    return _product_is_one([(proof, G2), ((x.re, -y.re % P), key)])


@lru_cache(maxsize=1024)
def read_g1(octets: bytes) -> tuple[int, int]:
    """A compressed point of G1 other than the identity (CFRG draft, appendix A)."""
    demand(len(octets) == 48, "MDT_BLS_POINT")
    x = _x_of(octets)
    square = (x * x * x + 4) % P
    y = pow(square, (P + 1) // 4, P)
    demand(y * y % P == square, "MDT_BLS_POINT", "not on the curve")
    if (y > (P - 1) // 2) != bool(octets[0] & _GREATER):
        y = P - y
    _check_order((Element(x), Element(y)))
    return x, y


@lru_cache(maxsize=1024)
def read_g2(octets: bytes) -> tuple[F2, F2]:
    """A compressed point of G2 other than the identity."""
    demand(len(octets) == 96, "MDT_BLS_POINT")
    x = (int.from_bytes(octets[48:], "big"), _x_of(octets[:48]))
    demand(x[0] < P, "MDT_BLS_POINT", "not below the prime")
    y = _square_root(add2(mul2(square2(x), x), (4, 4)))
    greater = (y[1] or y[0]) > (P - 1) // 2
    if greater != bool(octets[0] & _GREATER):
        y = (-y[0] % P, -y[1] % P)
    _check_order((Element(*x), Element(*y)))
    return x, y


def _x_of(octets: bytes) -> int:
    flags = octets[0]
    demand(bool(flags & _COMPRESSED) and not flags & _INFINITE, "MDT_BLS_POINT")
    x = int.from_bytes(bytes([flags & 0x1F]) + octets[1:], "big")
    demand(x < P, "MDT_BLS_POINT", "not below the prime")
    return x


def _check_order(point: bls.Point) -> None:
    demand(bls.multiply(point, ORDER) is None, "MDT_BLS_POINT", "not in the subgroup")


def _square_root(a: F2) -> F2:
    """Of an element of the field of p² elements; refuses where there is none."""
    # p = 3 modulo 4: the algorithm of Adj and Rodriguez-Henriquez.
    candidate = power2(a, (P - 3) // 4)
    alpha = mul2(square2(candidate), a)
    root = mul2(candidate, a)
    if alpha == (P - 1, 0):
        root = (-root[1] % P, root[0])
    else:
        root = mul2(power2(add2((1, 0), alpha), (P - 1) // 2), root)
    if square2(root) != a:
        raise Refused("MDT_BLS_POINT", "not on the curve")
    return root


def _product_is_one(pairs: list[tuple[tuple[int, int], tuple[F2, F2]]]) -> bool:
    result = ONE12
    moving = [q for _, q in pairs]
    for bit in bin(PARAMETER)[3:]:
        result = square12(result)
        for at, (p, q) in enumerate(pairs):
            moving[at], result = _step(moving[at], moving[at], p, result)
            if bit == "1":
                moving[at], result = _step(moving[at], q, p, result)
    return _finally(result) == ONE12


def _step(a: tuple[F2, F2], b: tuple[F2, F2], p: tuple[int, int], result: F12) -> tuple[tuple[F2, F2], F12]:
    """`a + b`, and `result` times the line through both at `p`. No point of prime order meets its negative here."""
    (x1, y1), (x2, y2) = a, b
    if a == b:
        slope = mul2(scale2(square2(x1), 3), inverse2(add2(y1, y1)))
    else:
        slope = mul2(sub2(y2, y1), inverse2(sub2(x2, x1)))
    x3 = sub2(sub2(square2(slope), x1), x2)
    y3 = sub2(mul2(slope, sub2(x1, x3)), y1)
    line = sub2(mul2(slope, x1), y1), scale2(slope, -p[0]), p[1]
    return (x3, y3), _times_line(result, line)


def _times_line(f: F12, line: tuple[F2, F2, int]) -> F12:
    """`f` times c0 + c1 w² + c2 w³, where c2 is of the field of p elements."""
    c0, c1, c2 = line
    low = mul6(f[0], (c0, c1, (0, 0)))
    high = shift6((scale2(f[1][0], c2), scale2(f[1][1], c2), scale2(f[1][2], c2)))
    cross = mul6(add6(f[0], f[1]), (c0, add2(c1, (c2, 0)), (0, 0)))
    return add6(low, shift6(high)), sub6(cross, add6(low, high))


def _finally(f: F12) -> F12:
    """`f` to the power 3 (p¹² - 1) / r."""
    f = mul12(conjugate12(f), inverse12(f))
    f = mul12(frobenius12(frobenius12(f)), f)
    t = _power(_power(f, minus_one=True), minus_one=True)
    t = mul12(_power(t), frobenius12(t))
    t = mul12(mul12(_power(_power(t)), frobenius12(frobenius12(t))), conjugate12(t))
    return mul12(t, mul12(square12(f), f))


def _power(f: F12, minus_one: bool = False) -> F12:
    """`f` to the curve's parameter, or to one less, for an `f` of norm one."""
    result = f
    for bit in bin(PARAMETER)[3:]:
        result = square12(result)
        if bit == "1":
            result = mul12(result, f)
    result = conjugate12(result)
    return mul12(result, conjugate12(f)) if minus_one else result
