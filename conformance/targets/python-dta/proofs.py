"""Locators, Merkle branches and BIP-136 references (spec chapter 5)."""
from transaction import bech32, sha256d

BECH32M = 0x2BC830A3
NETWORKS = {"main": ("tx", 3), "test": ("txtest", 6), "regtest": ("txrt", 0)}


def txref(height: int, tx_index: int, network: str = "regtest") -> str:
    """BIP-136 without an output index: magic code, version 0, 24 bits of height and 15 of index, the lowest first."""
    prefix, magic = NETWORKS[network]
    bits = height << 1 | tx_index << 25  # the lowest bit is the version
    groups = [magic] + [bits >> 5 * at & 31 for at in range(8)]
    text = bech32(prefix, groups, BECH32M)
    return f"{prefix}1:" + "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def merkle_branch(leaves: list[bytes], position: int) -> list[bytes]:
    """Siblings from the leaf up, as computed and not reversed (MDT-PRF-003)."""
    branch = []
    level = leaves
    while len(level) > 1:
        if len(level) % 2:
            level = level + level[-1:]
        branch.append(level[position ^ 1])
        level = [sha256d(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
        position >>= 1
    return branch
