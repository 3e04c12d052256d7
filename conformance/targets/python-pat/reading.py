"""The octets of documents, read by spec 1.4: size, encoding, JSON, members."""
import json
import re
from datetime import datetime, timezone
from urllib.parse import urlsplit

import schema
from canonical import canonical
from refusal import Refused, demand

DOCUMENT_CAP = 16_384
MAX_NESTING = 32
MAX_INTEGER = 2**53 - 1
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(octets: bytes, cap: int = DOCUMENT_CAP) -> dict:
    """The one JSON object that `octets` are (MDT-DOC-101 to MDT-DOC-109)."""
    demand(len(octets) <= cap, "MDT_DOCUMENT_TOO_LARGE", f"{len(octets)} octets")
    demand(not octets.startswith(b"\xef\xbb\xbf"), "MDT_BOM")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise Refused("MDT_NOT_UTF8", str(fault)) from fault
    demand(_depth(text) <= MAX_NESTING, "MDT_NESTING")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_fraction,
            parse_int=_integer,
            parse_constant=_constant,
        )
    except ValueError as fault:
        raise Refused("MDT_NOT_JSON", str(fault)) from fault
    demand(isinstance(value, dict), "MDT_NOT_JSON", "not an object")
    _look_for_surrogates(value)
    return value


def check(value: object, name: str) -> None:
    """Refuses what is not valid against schemas/<name>.schema.json (MDT-DOC-110, MDT-DOC-111)."""
    try:
        schema.check(value, name)
    except schema.Fault as fault:
        raise Refused("MDT_UNKNOWN_MEMBER" if fault.undefined else "MDT_SCHEMA", str(fault)) from fault


def check_size(document: dict) -> None:
    """A document inside an envelope is measured by its canonical octets (MDT-DOC-101)."""
    demand(len(canonical(document)) <= DOCUMENT_CAP, "MDT_DOCUMENT_TOO_LARGE")


def seconds_of(time: str) -> int:
    """Seconds since 1970 of a time of MDT-DOC-003."""
    moment = datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ")
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


def time_of(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def place_of(url: str) -> tuple:
    """What two ways to write one URL have in common (MDT-VER-108)."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port, parts.path or "/", parts.query


def _depth(text: str) -> int:
    depth = deepest = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, object]]) -> dict:
    made = dict(pairs)
    demand(len(made) == len(pairs), "MDT_DUPLICATE_MEMBER")
    return made


def _fraction(literal: str) -> None:
    raise Refused("MDT_NUMBER_LITERAL", literal[:40])


def _constant(literal: str) -> None:
    raise Refused("MDT_NOT_JSON", literal)


def _integer(literal: str) -> int:
    demand(literal != "-0", "MDT_NUMBER_LITERAL", literal)
    demand(len(literal) <= 17 and abs(int(literal)) <= MAX_INTEGER, "MDT_NUMBER_RANGE", literal[:40])
    return int(literal)


def _look_for_surrogates(value: object) -> None:
    if isinstance(value, str):
        demand(not _SURROGATE.search(value), "MDT_LONE_SURROGATE")
    elif isinstance(value, list):
        for item in value:
            _look_for_surrogates(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            _look_for_surrogates(name)
            _look_for_surrogates(member)
