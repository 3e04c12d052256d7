"""The wire format of protobuf, as far as GetHeaders needs it (proto/milagro/trust/v1/relay.proto)."""
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
