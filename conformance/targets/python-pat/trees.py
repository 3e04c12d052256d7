"""Merkle trees: those of Bitcoin's blocks (spec 5.3), and those of RFC 9162 (spec 8.7 and 10.2)."""
import hashlib

from refusal import demand
from transaction import sha256d

MAX_BRANCH = 15
HASH_OCTETS = 32
EMPTY_ROOT = hashlib.sha256().digest()


def block_root(leaf: bytes, branch: list[bytes], position: int) -> bytes:
    """Where a branch leads from a leaf at a position (MDT-DOC-111, MDT-PRF-105, MDT-PRF-106)."""
    demand(all(len(one) == HASH_OCTETS for one in [leaf, *branch]), "MDT_SCHEMA")
    demand(len(branch) <= MAX_BRANCH and position < 1 << len(branch), "MDT_MERKLE_POSITION")
    running = leaf
    for level, sibling in enumerate(branch):
        if position >> level & 1:
            demand(sibling != running, "MDT_MERKLE_SIBLING")
            running = sha256d(sibling + running)
        else:
            running = sha256d(running + sibling)
    return running


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, of leaf hashes."""
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        above = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = above + level[len(above) * 2 :]  # the last one of an odd level goes up as it is
    return level[0]


def path_of(leaves: list[bytes], index: int) -> list[bytes]:
    """The inclusion proof of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return path_of(leaves[:split], index) + [root_of(leaves[split:])]
    return path_of(leaves[split:], index - split) + [root_of(leaves[:split])]


def included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2. Sibling by sibling, from the leaf up."""
    if index >= size or any(len(sibling) != 32 for sibling in path):
        return False
    at, last, running = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            running = node_hash(sibling, running)
            while not at & 1 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and running == root


def continues(first_size: int, first_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """RFC 9162, 2.1.4.2; of equal sizes the roots are equal, and every tree continues that of size 0 (MDT-LOG-103)."""
    if any(len(one) != 32 for one in path) or first_size > size:
        return False
    if first_size == 0:
        return not path and first_root == EMPTY_ROOT and (size > 0 or root == EMPTY_ROOT)
    if first_size == size:
        return not path and first_root == root
    if not path:
        return False
    is_power = first_size & (first_size - 1) == 0
    steps = [first_root] + path if is_power else path
    at, last = first_size - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == first_root and second == root
