"""Registrations of PAT signatures (spec 10.4)."""
from dataclasses import dataclass

import anchors
import payloads
import reading
import signatures
import trees
from canonical import digest
from headers import Chain, cut
from keys import tagged_hash
from refusal import Refused, demand

SIXTH = 6
_UNKNOWN = ("MDT_SOURCE", "MDT_CONFIRMATIONS")


@dataclass
class Learnt:
    """What a reader learns, as far as it comes."""

    form: str = ""
    digest: str | None = None
    confirmations: int | None = None
    existed_after: str | None = None
    existed_before: str | None = None
    tip_hash: str | None = None

    def evidence(self) -> dict:
        names = ("digest", "confirmations", "existed_after", "existed_before", "tip_hash")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def signed_hash(subject_key: bytes, named: bytes) -> bytes:
    """The 32 octets of spec 10.1."""
    return tagged_hash("MDT/1/pat-signature", subject_key + named)


def leaf(subject_key: bytes, named: bytes, signature: bytes) -> bytes:
    return trees.leaf_hash(subject_key + named + signature)


def answer(given: dict) -> dict:
    """The verdict of 10.4 with its evidence."""
    learnt = Learnt()
    try:
        verify(given, learnt)
    except Refused as refused:
        verdict = "UNKNOWN" if refused.code in _UNKNOWN else "REJECTED"
        return {"verdict": verdict, "code": refused.code, "evidence": learnt.evidence()}
    return {"verdict": "VERIFIED", "evidence": learnt.evidence()}


def verify(given: dict, learnt: Learnt, own: Chain | None = None) -> None:
    """By the reader's own chain where it has one, else by the headers that are given. Goes through the rules of 10.4 in their order; the first that is not met refuses."""
    registration = given["registration"]
    reading.check(registration, "pat-registration")
    statement = registration["statement"]
    reading.check_size(statement)
    genesis = given["parameters"]["genesis"]
    demand(statement["chain"]["genesis"] == genesis, "MDT_WRONG_CHAIN")
    demand(statement["subject_key"] == given["subject_key"], "MDT_PAT_KEY")
    demand(given.get("statement_digest", statement["statement_digest"]) == statement["statement_digest"], "MDT_DIGEST")
    key, named = bytes.fromhex(statement["subject_key"]), digest(statement)
    learnt.digest = named.hex()
    signature = bytes.fromhex(registration["signature"])
    signatures.check_compact(signed_hash(key, named), signature, key)
    shown = anchors.check(registration["proof"], following=0)
    anchors.check_locator(registration["locator"], registration["proof"], shown, genesis)
    payload = payloads.decode(shown.payload)
    if "batch" in registration:
        learnt.form = "BATCHED"
        _check_batch(registration["batch"], leaf(key, named, signature), payload)
    else:
        learnt.form = "DIRECT"
        demand(payload.kind == payloads.PAT_SIGNATURE and payload.body == signature, "MDT_PAT_ANCHOR")
    _check_chain(given, registration, shown, learnt, own or _chain(given))


def _check_batch(batch: dict, leaf_hash: bytes, payload: payloads.Payload) -> None:
    """MDT-PAT-105, MDT-PAT-106."""
    demand(payload.kind == payloads.PAT_BATCH, "MDT_PAT_ANCHOR")
    root, size = payload.body[:32], int.from_bytes(payload.body[32:], "big")
    path = [bytes.fromhex(sibling) for sibling in batch["path"]]
    demand(trees.included(leaf_hash, batch["index"], size, path, root), "MDT_PAT_BATCH")


def _check_chain(given: dict, registration: dict, shown: anchors.Shown, learnt: Learnt, chain: Chain) -> None:
    """Block, depth, checkpoint of the statement and the bracket of MDT-VER-106."""
    learnt.tip_hash = chain.tip.hash
    height, own = registration["locator"]["height"], given["confirmations"]
    statement = registration["statement"]
    demand(chain.holds(height, shown.header.hash, own), "MDT_NOT_IN_CHAIN")
    chain.check_named(statement["chain"]["checkpoint"], own)
    learnt.confirmations = chain.confirmations(height)
    demand(learnt.confirmations >= own, "MDT_CONFIRMATIONS")
    freshness = statement["freshness"]
    demand(freshness["height"] < height, "MDT_FRESHNESS", "not below the anchor")
    demand(chain.holds(freshness["height"], freshness["hash"], own), "MDT_FRESHNESS")
    learnt.existed_after = reading.time_of(chain.median_time_past(freshness["height"]))
    if height + SIXTH <= chain.tip.height:
        learnt.existed_before = reading.time_of(chain.median_time_past(height + SIXTH))


def _chain(given: dict) -> Chain:
    chain = Chain(given["parameters"], given["checkpoint"], reading.seconds_of(given["now"]))
    try:
        chain.add(cut(bytes.fromhex(given["headers"])))
    except Refused:
        pass  # what came before it stays (MDT-VER-105)
    return chain
