"""The wire format of protobuf, as far as a client of a relay needs it (proto/milagro/trust/v1/relay.proto)."""
from refusal import Refused, demand

NUMBER, FIXED64, OCTETS, FIXED32 = 0, 1, 2, 5
MAX_VARINT = 10  # octets


def get_headers_request(known: list[bytes], limit: int, from_height: int) -> bytes:
    made = b"".join(_varint(1 << 3 | OCTETS) + _varint(len(each)) + each for each in known)
    for number, value in ((2, limit), (3, from_height)):
        made += _varint(number << 3 | NUMBER) + _varint(value) if value else b""
    return made


def headers_of(response: bytes) -> list[bytes]:
    """The headers of a GetHeadersResponse. Its height is nothing that a reader would believe."""
    return [value for number, kind, value in _fields(response) if number == 2 and kind == OCTETS]


LOCATOR = {1: "txid", 2: "vout", 3: "block_hash", 4: "height", 5: "tx_index", 6: "txref"}
PROOF = {1: "transaction", 2: "prevout_value", 3: "vout", 4: "header", 6: "position", 7: "coinbase"}
PROOF_LISTS = {5: "merkle_branch", 8: "coinbase_branch", 9: "following_headers"}
NUMBERS = ("vout", "height", "tx_index", "prevout_value", "position")


def register_request(statement: bytes, signature: bytes, mode: int) -> bytes:
    return _octets(1, statement) + _octets(2, signature) + _varint(3 << 3 | NUMBER) + _varint(mode)


def registration_request(registration_id: bytes) -> bytes:
    return _octets(1, registration_id)


def octets_in(message: bytes, wanted: int, place: int = -1) -> bytes:
    """The last member of this number, which counts, or of several the one at `place`; nothing where there is none."""
    found = [value for number, kind, value in _fields(message) if (number, kind) == (wanted, OCTETS)]
    return found[place] if found else b""


def registration_of(response: bytes, batched: int) -> dict:
    """Locator, proof and place in a batch, as a registration has them (10.3), as far as they are there."""
    found: dict = {}
    mode, index, path = 0, 0, []
    for number, kind, value in _fields(response):
        if (number, kind) == (1, NUMBER):
            mode = value
        elif (number, kind) == (5, NUMBER):
            index = value
        elif (number, kind) == (6, OCTETS):
            path.append(value.hex())
        elif (number, kind) == (7, OCTETS):
            found["locator"] = _members(value, LOCATOR, {})
        elif (number, kind) == (8, OCTETS):
            found["proof"] = _members(value, PROOF, PROOF_LISTS)
    if mode == batched:
        found["batch"] = {"index": index, "path": path}
    return found


def _members(message: bytes, names: dict[int, str], lists: dict[int, str]) -> dict:
    made: dict = {name: 0 if name in NUMBERS else "" for name in names.values()}
    made |= {name: [] for name in lists.values()}
    for number, kind, value in _fields(message):
        if number in lists and kind == OCTETS:
            made[lists[number]].append(value.hex())
        elif number in names and kind == (NUMBER if names[number] in NUMBERS else OCTETS):
            name = names[number]
            made[name] = value if kind == NUMBER else value.decode("latin-1") if name == "txref" else value.hex()
    if made.get("txref") == "":
        del made["txref"]  # of an anchor that is not deep
    return made


def _octets(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | OCTETS) + _varint(len(value)) + value


def _fields(message: bytes):
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == NUMBER:
            value, at = _read_varint(message, at)
            yield number, kind, value
            continue
        if kind == OCTETS:
            length, at = _read_varint(message, at)
        else:
            demand(kind in (FIXED32, FIXED64), "MDT_SOURCE", "no message")
            length = 4 if kind == FIXED32 else 8
        demand(at + length <= len(message), "MDT_SOURCE", "no message")
        yield number, kind, message[at : at + length]
        at += length


def _varint(value: int) -> bytes:
    made = bytearray()
    while value >= 0x80:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, octet in enumerate(message[at : at + MAX_VARINT]):
        value |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            return value, at + place + 1
    raise Refused("MDT_SOURCE", "no message")
