"""Bitcoin's transactions, read in their one serialization (MDT-PRF-101, MDT-PRF-102), and the hash of BIP-143."""
from dataclasses import dataclass

from refusal import Refused, demand
from transaction import hash160, sha256d


@dataclass(frozen=True)
class Input:
    outpoint: bytes  # 36 octets, as they stand
    script: bytes
    sequence: bytes

    @property
    def txid(self) -> str:
        return self.outpoint[:32][::-1].hex()

    @property
    def vout(self) -> int:
        return int.from_bytes(self.outpoint[32:], "little")


@dataclass(frozen=True)
class Output:
    octets: bytes
    script: bytes


@dataclass(frozen=True)
class Transaction:
    version: bytes
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    witnesses: tuple[tuple[bytes, ...], ...] | None  # None: serialized without
    lock_time: bytes
    stripped: bytes  # the serialization without witness

    @property
    def hash(self) -> bytes:
        """Double SHA-256 as computed: a leaf of the block's tree."""
        return sha256d(self.stripped)

    @property
    def txid(self) -> str:
        return self.hash[::-1].hex()

    def spends(self, txid: str, vout: int) -> bool:
        return (self.inputs[0].txid, self.inputs[0].vout) == (txid, vout)


class _Reader:
    def __init__(self, octets: bytes) -> None:
        self._octets = octets
        self.at = 0

    def take(self, count: int) -> bytes:
        demand(self.at + count <= len(self._octets), "MDT_MALFORMED_TX", "octets are missing")
        self.at += count
        return self._octets[self.at - count : self.at]

    def size(self) -> int:
        first = self.take(1)[0]
        if first < 0xFD:
            return first
        width = {0xFD: 2, 0xFE: 4, 0xFF: 8}[first]
        value = int.from_bytes(self.take(width), "little")
        least = {2: 0xFD, 4: 0x1_0000, 8: 0x1_0000_0000}[width]
        demand(value >= least, "MDT_MALFORMED_TX", "a length not in its shortest form")
        return value

    def sized(self) -> bytes:
        return self.take(self.size())

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self._octets)


def read(octets: bytes, witness_allowed: bool = True) -> Transaction:
    """The transaction that `octets` are, whole and nothing else."""
    reader = _Reader(octets)
    version = reader.take(4)
    has_witness = octets[4:6] == b"\x00\x01"
    if has_witness:
        demand(witness_allowed, "MDT_MALFORMED_TX", "a witness where there is to be none")
        reader.take(2)
    begin = reader.at
    inputs = tuple(Input(reader.take(36), reader.sized(), reader.take(4)) for _ in range(reader.size()))
    demand(len(inputs) > 0, "MDT_MALFORMED_TX", "no inputs")
    outputs = tuple(_output(reader.take(8), reader.sized()) for _ in range(reader.size()))
    body = octets[begin : reader.at]
    witnesses = None
    if has_witness:
        witnesses = tuple(tuple(reader.sized() for _ in range(reader.size())) for _ in inputs)
        demand(any(witnesses), "MDT_MALFORMED_TX", "a witness of nothing")
    lock_time = reader.take(4)
    demand(reader.is_at_end, "MDT_MALFORMED_TX", "octets are left over")
    stripped = version + body + lock_time
    demand(len(stripped) != 64, "MDT_TX_64_OCTETS")
    return Transaction(version, inputs, outputs, witnesses, lock_time, stripped)


def signature_hash(transaction: Transaction, at: int, public_key: bytes, value: int) -> bytes:
    """BIP-143, SIGHASH_ALL, of an input that spends a P2WPKH output of this key and value."""
    spent = transaction.inputs[at]
    if not 0 <= value < 2**64:
        raise Refused("MDT_CHAIN_SIGNATURE", "no value of an output")
    return sha256d(
        transaction.version
        + sha256d(b"".join(one.outpoint for one in transaction.inputs))
        + sha256d(b"".join(one.sequence for one in transaction.inputs))
        + spent.outpoint
        + b"\x19\x76\xa9\x14" + hash160(public_key) + b"\x88\xac"
        + value.to_bytes(8, "little")
        + spent.sequence
        + sha256d(b"".join(one.octets for one in transaction.outputs))
        + transaction.lock_time
        + b"\x01\x00\x00\x00"
    )  # fmt: skip


def _output(value: bytes, script: bytes) -> Output:
    length = len(script)
    if length < 0xFD:
        size = bytes([length])
    elif length < 0x1_0000:
        size = b"\xfd" + length.to_bytes(2, "little")
    else:
        size = b"\xfe" + length.to_bytes(4, "little")
    return Output(value + size + script, script)
