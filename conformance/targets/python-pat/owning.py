"""Signatures of one's own: registered by a relay, and proven later (spec 10.1 to 10.4, 11.5; certification.md, C.2)."""
import time

import reading
import registration
import relays
import signatures
import sources
import trees
import wire
from canonical import canonical, digest
from headers import Chain
from keys import public_key, sign
from patience import Patience
from refusal import Refused, demand

ANSWER_SECONDS = 9
FRESH_DEPTH = 6  # blocks upon that of `freshness` (MDT-RLY-022)
MODES = {"DIRECT": 1, "BATCHED": 2}
BATCHED = MODES["BATCHED"]


def register(question: dict) -> dict:
    """States under the key, and has the relay keep it."""
    try:
        chain, last = _headers(question)
        signed = _state(question, chain)
        statement, signature = canonical(signed["statement"]), bytes.fromhex(signed["signature"])
        request = wire.register_request(statement, signature, MODES[question["mode"]])
        answered = _ask(question, "RegisterSignature", request, last)
        own = _id(signed)
        demand(wire.octets_in(answered, 1) == own, "MDT_SOURCE", "another statement")  # MDT-PAT-107
    except Refused as refused:
        return _doubt(refused)
    return {"registered": {"signed": signed, "registration_id": own.hex()}}


def prove(question: dict) -> dict:
    """The verdict of 10.4 on what the relay says of it."""
    learnt, signed = registration.Learnt(), question["signed"]
    try:
        chain, last = _headers(question)
        _check_statement(question, chain)
        answered = _ask(question, "GetRegistration", wire.registration_request(_id(signed)), last)
        shown = {**signed, **wire.registration_of(answered, BATCHED)}
        demand("locator" in shown and "proof" in shown, "MDT_CONFIRMATIONS", "in no block")
        expected = {"registration": shown, "parameters": question["chain"]["parameters"]}
        for name in ("subject_key", "statement_digest"):
            if name in question:
                expected[name] = question[name]
        registration.verify({**expected, "confirmations": question["policy"]["confirmations"]}, learnt, chain)
    except Refused as refused:
        return _doubt(refused, learnt.evidence())
    return {"verdict": "VERIFIED", "evidence": learnt.evidence(), "registration": shown}


class Said(Refused):
    """A refusal in the words of a relay."""


def _doubt(refused: Refused, evidence: dict | None = None) -> dict:
    unknown = isinstance(refused, Said) or refused.code in ("MDT_SOURCE", "MDT_CONFIRMATIONS")
    return {"verdict": "UNKNOWN" if unknown else "REJECTED", "code": refused.code, "evidence": evidence or {}}


def _headers(question: dict) -> tuple[Chain, float]:
    now, last = reading.seconds_of(question["now"]), time.monotonic() + ANSWER_SECONDS
    chain = Chain(question["chain"]["parameters"], question["chain"]["checkpoint"], now)
    asked = [sources.Source(name, chain, Patience(question["patience_seconds"], last)) for name in question["sources"]]
    for source in asked:
        source.ask(now)
        source.end(chain)
    demand(any(source.given.code is None for source in asked), "MDT_SOURCE", "no headers")
    return chain, last


def _ask(question: dict, call: str, request: bytes, last: float) -> bytes:
    patience = Patience(question["patience_seconds"], last)
    with patience:
        try:
            return relays.call(question["relay"], call, request, patience)
        except relays.Word as word:
            raise Said(word.code, "the relay refuses") from word


def _state(question: dict, chain: Chain) -> dict:
    key, checkpoint = bytes.fromhex(question["secret_key"]), question["chain"]["checkpoint"]
    height = chain.tip.height - FRESH_DEPTH
    block = chain.hash_at(height) if height >= 0 else None
    demand(block is not None, "MDT_SOURCE", "too few headers")
    created = max(reading.seconds_of(question["now"]), chain.median_time_past(height))
    statement = {
        "type": "milagro-pat-statement",
        "spec": "1.0",
        "chain": {
            "genesis": chain.genesis,
            "header_format": "sha256d-80",
            "checkpoint": {"height": checkpoint["height"], "hash": checkpoint["hash"]},
        },
        "created": reading.time_of(created),
        "freshness": {"height": height, "hash": block},
        "subject_key": public_key(key).hex(),
        "statement_digest": question["statement_digest"],
    }
    r, s = sign(registration.signed_hash(public_key(key), digest(statement)), key)
    return {"statement": statement, "signature": (r.to_bytes(32, "big") + s.to_bytes(32, "big")).hex()}


def _check_statement(question: dict, chain: Chain) -> None:
    """What stands in the statement itself (MDT-PAT-101 to MDT-PAT-104)."""
    statement = question["signed"]["statement"]
    reading.check_size(statement)
    demand(statement["chain"]["genesis"] == chain.genesis, "MDT_WRONG_CHAIN")
    demand(statement["subject_key"] == question["subject_key"], "MDT_PAT_KEY")
    expected = question.get("statement_digest", statement["statement_digest"])
    demand(statement["statement_digest"] == expected, "MDT_DIGEST")
    key = bytes.fromhex(statement["subject_key"])
    hashed = registration.signed_hash(key, digest(statement))
    signatures.check_compact(hashed, bytes.fromhex(question["signed"]["signature"]), key)


def _id(signed: dict) -> bytes:
    """The leaf hash, by which both sides know it (MDT-RLY-029)."""
    statement = signed["statement"]
    key, signature = bytes.fromhex(statement["subject_key"]), bytes.fromhex(signed["signature"])
    return trees.leaf_hash(key + digest(statement) + signature)
