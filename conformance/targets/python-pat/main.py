"""A client: answers the kit's questions, a line of JSON each (spec/certification.md, C.2)."""
import json
import sys

import shared  # first: the others import what it makes importable

import asking
import logs
import owning
import parts
import reading
import registration
import verdicts
from headers import Chain


def verify_bundle(question: dict) -> dict:
    chain, bundle = question["chain"], question["bundle"]
    now = reading.seconds_of(question["now"])
    own = Chain(chain["parameters"], chain["checkpoint"], now)
    verdicts.take_bundle(own, bundle)
    asked = verdicts.Question(
        octets=bundle["hosted"].encode("utf-8", "surrogatepass"),
        chain=own,
        pins=question["pins"],
        confirmations=question["policy"]["confirmations"],
        now=now,
        ask_statuses=lambda _record, _known: verdicts.statuses_of(bundle),
        known=question["canary"]["known"] if "canary" in question else None,
    )
    return verdicts.verify(asked).answer()


def answer(question: dict) -> dict:
    operation = question["op"]
    if operation == "verify_bundle":
        return verify_bundle(question)
    if operation == "verify_entity":
        return asking.verify_entity(question)
    if operation == "verify_log" and question["check"] in logs.CHECKS:
        return logs.answer(question["check"], question["input"])
    if operation == "verify_part" and question["part"] in parts.RUNS:
        return parts.answer(question["part"], question["input"])
    if operation == "verify_registration":
        return registration.answer(question["input"])
    if operation == "register_signature":
        return owning.register(question)
    if operation == "prove_signature":
        return owning.prove(question)
    return {"unsupported": True}


def main() -> None:
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if question["op"] == "close":
            return
        print(json.dumps({"id": question["id"], **answer(question)}), flush=True)


if __name__ == "__main__":
    main()
