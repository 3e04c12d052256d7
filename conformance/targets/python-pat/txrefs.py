"""BIP-136 references (MDT-LOC-101)."""
from proofs import BECH32M
from refusal import demand
from transaction import bech32

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# Of each network the human-readable part, and the first code without and with an output index.
NETWORKS = {"main": ("tx", 3, 4), "test": ("txtest", 6, 7), "regtest": ("txrt", 0, 1)}
CHECKSUM = 6


def decode(text: str, network: str) -> dict:
    """`height`, `tx_index` and, where the reference has one, `vout`."""
    prefix, plain, with_output = NETWORKS[network]
    head, separator, tail = text.partition("1")
    demand(separator == "1" and head.lower() == prefix, "MDT_TXREF")
    body = "".join(character for character in tail if character.lower() in ALPHABET)
    whole = head + body
    demand(whole in (whole.lower(), whole.upper()), "MDT_TXREF", "mixed case")
    groups = [ALPHABET.index(character) for character in body.lower()]
    data = groups[:-CHECKSUM]
    demand(len(data) in (9, 12) and bech32(prefix, data, BECH32M) == body.lower(), "MDT_TXREF")
    demand(data[0] == (plain if len(data) == 9 else with_output), "MDT_TXREF", "of another network")
    bits = sum(group << 5 * at for at, group in enumerate(data[1:]))
    demand(bits & 1 == 0, "MDT_TXREF", "another version")
    place = {"height": bits >> 1 & 0xFFFFFF, "tx_index": bits >> 25 & 0x7FFF}
    return place if len(data) == 9 else {**place, "vout": bits >> 40}
