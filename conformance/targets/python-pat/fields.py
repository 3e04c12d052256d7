"""
The fields over which BLS12-381 pairs: of p² elements (pairs of integers), of p⁶ (triples of those, in v with
v³ = 1 + u) and of p¹² (pairs of those, in w with w² = v).

Plain tuples of integers, because a reader may have to verify 65 records in ten seconds.
"""
from bls import P

F2 = tuple[int, int]
F6 = tuple[F2, F2, F2]
F12 = tuple[F6, F6]

ZERO2: F2 = (0, 0)
ONE2: F2 = (1, 0)
ZERO6: F6 = (ZERO2, ZERO2, ZERO2)
ONE6: F6 = (ONE2, ZERO2, ZERO2)
ONE12: F12 = (ONE6, ZERO6)


def add2(a: F2, b: F2) -> F2:
    return (a[0] + b[0]) % P, (a[1] + b[1]) % P


def sub2(a: F2, b: F2) -> F2:
    return (a[0] - b[0]) % P, (a[1] - b[1]) % P


def mul2(a: F2, b: F2) -> F2:
    a0, a1 = a
    b0, b1 = b
    low, high = a0 * b0, a1 * b1
    return (low - high) % P, ((a0 + a1) * (b0 + b1) - low - high) % P


def scale2(a: F2, by: int) -> F2:
    return a[0] * by % P, a[1] * by % P


def square2(a: F2) -> F2:
    a0, a1 = a
    return (a0 + a1) * (a0 - a1) % P, 2 * a0 * a1 % P


def inverse2(a: F2) -> F2:
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return a[0] * norm % P, -a[1] * norm % P


def power2(a: F2, exponent: int) -> F2:
    result = ONE2
    for bit in bin(exponent)[2:]:
        result = square2(result)
        if bit == "1":
            result = mul2(result, a)
    return result


def twist2(a: F2) -> F2:
    """`a` times 1 + u."""
    return (a[0] - a[1]) % P, (a[0] + a[1]) % P


def add6(a: F6, b: F6) -> F6:
    return add2(a[0], b[0]), add2(a[1], b[1]), add2(a[2], b[2])


def sub6(a: F6, b: F6) -> F6:
    return sub2(a[0], b[0]), sub2(a[1], b[1]), sub2(a[2], b[2])


def negate6(a: F6) -> F6:
    return sub6(ZERO6, a)


def mul6(a: F6, b: F6) -> F6:
    a0, a1, a2 = a
    b0, b1, b2 = b
    t0, t1, t2 = mul2(a0, b0), mul2(a1, b1), mul2(a2, b2)
    c0 = add2(t0, twist2(sub2(mul2(add2(a1, a2), add2(b1, b2)), add2(t1, t2))))
    c1 = add2(sub2(mul2(add2(a0, a1), add2(b0, b1)), add2(t0, t1)), twist2(t2))
    c2 = add2(sub2(mul2(add2(a0, a2), add2(b0, b2)), add2(t0, t2)), t1)
    return c0, c1, c2


def shift6(a: F6) -> F6:
    """`a` times v."""
    return twist2(a[2]), a[0], a[1]


def inverse6(a: F6) -> F6:
    a0, a1, a2 = a
    c0 = sub2(square2(a0), twist2(mul2(a1, a2)))
    c1 = sub2(twist2(square2(a2)), mul2(a0, a1))
    c2 = sub2(square2(a1), mul2(a0, a2))
    norm = inverse2(add2(mul2(a0, c0), twist2(add2(mul2(a2, c1), mul2(a1, c2)))))
    return mul2(c0, norm), mul2(c1, norm), mul2(c2, norm)


def mul12(a: F12, b: F12) -> F12:
    low, high = mul6(a[0], b[0]), mul6(a[1], b[1])
    cross = mul6(add6(a[0], a[1]), add6(b[0], b[1]))
    return add6(low, shift6(high)), sub6(cross, add6(low, high))


def square12(a: F12) -> F12:
    a0, a1 = a
    product = mul6(a0, a1)
    low = mul6(add6(a0, a1), add6(a0, shift6(a1)))
    return sub6(low, add6(product, shift6(product))), add6(product, product)


def conjugate12(a: F12) -> F12:
    """The power p⁶; of an element of norm one its inverse."""
    return a[0], negate6(a[1])


def inverse12(a: F12) -> F12:
    norm = inverse6(sub6(mul6(a[0], a[0]), shift6(mul6(a[1], a[1]))))
    return mul6(a[0], norm), negate6(mul6(a[1], norm))


_FROBENIUS = [power2((1, 1), at * (P - 1) // 6) for at in range(6)]


def frobenius12(a: F12) -> F12:
    """The power p."""

    def part(element: F6, odd: int) -> F6:
        c0, c1, c2 = (
            mul2((one[0], -one[1]), _FROBENIUS[2 * at + odd]) for at, one in enumerate(element)
        )
        return c0, c1, c2

    return part(a[0], 0), part(a[1], 1)
