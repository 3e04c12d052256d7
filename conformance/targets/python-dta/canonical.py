"""RFC 8785 canonical octets of the JSON that this specification allows: no fractions (spec 1.1)."""
import hashlib
import json


def canonical(value: object) -> bytes:
    """The canonical octets of `value`. Numbers are integers; names are sorted by their UTF-16 code units."""
    return _text(value).encode("utf-8")


def digest(value: object) -> bytes:
    """SHA-256 of the canonical octets, 32 octets (MDT-DOC-010)."""
    return hashlib.sha256(canonical(value)).digest()


def _text(value: object) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(item) for item in value) + "]"
    if isinstance(value, float):
        raise ValueError("a document has no fractions (MDT-DOC-002)")
    # json escapes exactly what RFC 8785 escapes, in the same way, when it leaves all else as it is.
    return json.dumps(value, ensure_ascii=False)
