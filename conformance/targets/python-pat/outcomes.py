"""
Says what this program makes of inputs of vectors: reads a line `{"type": …, "input": …}` each, and answers each by a line
`{"value": …}` or `{"code": …}`. A member `"schema": [member, name]` says what of the input is held against a schema first, as
whoever reads the wire does.
"""
import json
import sys

import shared  # first: the others import what it makes importable

import reading
from refusal import Refused
from vectors import RUNS


def outcome(question: dict) -> dict:
    given = question["input"]
    try:
        if "schema" in question:
            member, name = question["schema"]
            reading.check(given[member], name)
        return {"value": RUNS[question["type"]](given)}
    except Refused as refused:
        return {"code": refused.code}


if __name__ == "__main__":
    for line in sys.stdin.buffer:
        print(json.dumps(outcome(json.loads(line))), flush=True)
