"""The part of JSON Schema 2020-12 that the files of schemas/ use, and where a value departs from one of them."""
import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "schemas"
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


class Fault(Exception):
    """
    A value is not of its schema. `pointer` is the JSON Pointer (RFC 6901) of the member at fault; `undefined` says that
    no schema defines it.
    """

    def __init__(self, pointer: str, reason: str, undefined: bool = False) -> None:
        super().__init__(f"{pointer or 'the whole'} {reason}")
        self.pointer = pointer
        self.undefined = undefined


def check(value: object, name: str) -> None:
    """Raises a Fault where `value` is not valid against schemas/<name>.schema.json."""
    _check(value, _load(f"{name}.schema.json"), f"{name}.schema.json", "")


@cache
def _load(file: str) -> dict:
    return json.loads((FOLDER / file).read_text(encoding="utf-8"))


@cache
def _pattern(pattern: str) -> re.Pattern:
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))  # in Python $ matches before a final line feed, too


def _check(value: object, schema: object, file: str, at: str) -> None:
    if schema is False:
        raise Fault(at, "must not be there")
    if "$ref" in schema:
        _follow(value, schema["$ref"], file, at)
    _check_scalar(value, schema, at)
    if isinstance(value, str):
        _check_string(value, schema, at)
    if isinstance(value, list):
        _check_list(value, schema, file, at)
    if isinstance(value, dict):
        _check_object(value, schema, file, at)
    _check_combinations(value, schema, file, at)


def _follow(value: object, reference: str, file: str, at: str) -> None:
    target, _, pointer = reference.partition("#")
    found = _load(target or file)
    for step in pointer.split("/")[1:]:
        found = found[step]
    _check(value, found, target or file, at)


def _check_scalar(value: object, schema: dict, at: str) -> None:
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        raise Fault(at, f"is not of type {kind}")
    if "const" in schema and (value != schema["const"] or type(value) is not type(schema["const"])):
        raise Fault(at, f"is not {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        raise Fault(at, "is none of the values allowed")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        raise Fault(at, "is out of range")


def _check_string(value: str, schema: dict, at: str) -> None:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        raise Fault(at, "is too short or too long")
    if "pattern" in schema and not _pattern(schema["pattern"]).search(value):
        raise Fault(at, "is not of its form")
    if schema.get("format") == "date-time" and not _is_time(value):
        raise Fault(at, "is no time")


def _is_time(value: str) -> bool:
    try:
        datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def _check_list(value: list, schema: dict, file: str, at: str) -> None:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        raise Fault(at, "has too few or too many items")
    if schema.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        raise Fault(at, "holds an item twice")
    for index, item in enumerate(value):
        _check(item, schema.get("items", {}), file, f"{at}/{index}")


def _check_object(value: dict, schema: dict, file: str, at: str) -> None:
    for name in schema.get("required", []):
        if name not in value:
            raise Fault(f"{at}/{name}", "is missing")
    for name, others in schema.get("dependentRequired", {}).items():
        if name in value and any(other not in value for other in others):
            raise Fault(f"{at}/{name}", "stands without what belongs to it")
    properties = schema.get("properties", {})
    for name, member in value.items():
        below = f"{at}/{name.replace('~', '~0').replace('/', '~1')}"
        if name in properties:
            _check(member, properties[name], file, below)
        elif schema.get("additionalProperties") is False:
            raise Fault(below, "is not defined", undefined=True)


def _check_combinations(value: object, schema: dict, file: str, at: str) -> None:
    for part in schema.get("allOf", []):
        _check(value, part, file, at)
    if "if" in schema:
        branch = "then" if _holds(value, schema["if"], file) else "else"
        _check(value, schema.get(branch, {}), file, at)


def _holds(value: object, schema: dict, file: str) -> bool:
    try:
        _check(value, schema, file, "")
    except Fault:
        return False
    return True
