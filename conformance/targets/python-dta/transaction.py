"""Bitcoin transactions of the one form that anchors have: version 2, P2WPKH inputs, an OP_RETURN and a continuation."""
import hashlib
from dataclasses import dataclass, field

import keys

SEQUENCE = bytes.fromhex("fdffffff")  # replaceable (MDT-LIN-014)
INPUT_VSIZE = 68  # of a P2WPKH input, witness included
DUST = 294  # the least that a P2WPKH output may hold (MDT-LIN-013)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@dataclass(frozen=True)
class Coin:
    """An unspent output of ours: its outpoint (txid as RPC prints it), value in satoshi and the key that spends it."""

    txid: str
    vout: int
    value: int
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Output:
    value: int
    script: bytes


def sha256d(octets: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(octets).digest()).digest()


def hash160(octets: bytes) -> bytes:
    return hashlib.new("ripemd160", hashlib.sha256(octets).digest()).digest()


def p2wpkh_script(public_key: bytes) -> bytes:
    return b"\x00\x14" + hash160(public_key)


def p2wpkh_address(public_key: bytes, prefix: str = "bcrt") -> str:
    """BIP-173: witness version 0 and the hash of the key."""
    data = [0, *to_groups(hash160(public_key))]
    return prefix + "1" + bech32(prefix, data, 1)


def bech32(prefix: str, data: list[int], constant: int) -> str:
    """`data`, 5-bit groups, and their checksum: `constant` is 1 for Bech32 and 0x2bc830a3 for Bech32m (BIP-350)."""
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    remainder = _polymod(expanded + data + [0] * 6) ^ constant
    checksum = [remainder >> 5 * (5 - at) & 31 for at in range(6)]
    return "".join(_BECH32[group] for group in data + checksum)


def to_groups(octets: bytes) -> list[int]:
    """Octets as groups of 5 bits; their number is a multiple of 5 here."""
    bits = int.from_bytes(octets, "big")
    return [bits >> at & 31 for at in range(len(octets) * 8 - 5, -1, -5)]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            if top >> at & 1:
                checksum ^= generator
    return checksum


def signed(coins: list[Coin], outputs: list[Output]) -> bytes:
    """The whole transaction, its witness included (BIP-144). Each coin is spent by its own key."""
    witnesses = [_witness(at, coins, outputs) for at in range(len(coins))]
    return (
        _int32(2) + b"\x00\x01" + _inputs(coins) + _outputs(outputs) + b"".join(witnesses) + _int32(0)
    )  # nLockTime 0 (MDT-LIN-012)


def vsize(coins: int, script: bytes) -> int:
    """Virtual octets of an anchor with so many inputs, at the most."""
    return 11 + INPUT_VSIZE * coins + 9 + len(script) + 31


def without_witness(transaction: bytes) -> bytes:
    """The octets that the txid is the hash of."""
    if transaction[4:6] != b"\x00\x01":
        return transaction
    return transaction[:4] + transaction[6 : _after_outputs(transaction)] + transaction[-4:]


def txid(transaction: bytes) -> str:
    return sha256d(without_witness(transaction))[::-1].hex()


def outputs_of(transaction: bytes) -> list[Output]:
    at = _after_inputs(transaction)
    count, at = _read_size(transaction, at)
    outputs = []
    for _ in range(count):
        value = int.from_bytes(transaction[at : at + 8], "little")
        length, at = _read_size(transaction, at + 8)
        outputs.append(Output(value, transaction[at : at + length]))
        at += length
    return outputs


def first_input(transaction: bytes) -> tuple[str, int]:
    """The outpoint that input 0 spends."""
    at = 7 if transaction[4:6] == b"\x00\x01" else 5
    return transaction[at : at + 32][::-1].hex(), int.from_bytes(transaction[at + 32 : at + 36], "little")


def signature_hash(at: int, coins: list[Coin], outputs: list[Output]) -> bytes:
    """BIP-143, SIGHASH_ALL, of the input `at`."""
    coin = coins[at]
    code = b"\x19\x76\xa9\x14" + hash160(keys.public_key(coin.secret)) + b"\x88\xac"
    prevouts = sha256d(b"".join(_outpoint(c) for c in coins))
    sequences = sha256d(SEQUENCE * len(coins))
    paid = sha256d(b"".join(_output(output) for output in outputs))
    spent = _outpoint(coin) + code + coin.value.to_bytes(8, "little") + SEQUENCE
    return sha256d(_int32(2) + prevouts + sequences + spent + paid + _int32(0) + _int32(1))


def _witness(at: int, coins: list[Coin], outputs: list[Output]) -> bytes:
    signature = keys.der(*keys.sign(signature_hash(at, coins, outputs), coins[at].secret)) + b"\x01"
    public = keys.public_key(coins[at].secret)
    return b"\x02" + bytes([len(signature)]) + signature + bytes([len(public)]) + public


def _inputs(coins: list[Coin]) -> bytes:
    return _size(len(coins)) + b"".join(_outpoint(coin) + b"\x00" + SEQUENCE for coin in coins)


def _outputs(outputs: list[Output]) -> bytes:
    return _size(len(outputs)) + b"".join(_output(output) for output in outputs)


def _outpoint(coin: Coin) -> bytes:
    return bytes.fromhex(coin.txid)[::-1] + _int32(coin.vout)


def _output(output: Output) -> bytes:
    return output.value.to_bytes(8, "little") + _size(len(output.script)) + output.script


def _int32(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _size(value: int) -> bytes:
    return bytes([value]) if value < 0xFD else b"\xfd" + value.to_bytes(2, "little")


def _read_size(octets: bytes, at: int) -> tuple[int, int]:
    first = octets[at]
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(first, 0)
    value = int.from_bytes(octets[at + 1 : at + 1 + width], "little") if width else first
    return value, at + 1 + width


def _after_inputs(transaction: bytes) -> int:
    count, at = _read_size(transaction, 6 if transaction[4:6] == b"\x00\x01" else 4)
    for _ in range(count):
        length, at = _read_size(transaction, at + 36)
        at += length + 4
    return at


def _after_outputs(transaction: bytes) -> int:
    count, at = _read_size(transaction, _after_inputs(transaction))
    for _ in range(count):
        length, at = _read_size(transaction, at + 8)
        at += length
    return at
