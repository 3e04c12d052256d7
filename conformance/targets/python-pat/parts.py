"""
One part by itself: octets of a document, a payload, a proof, headers (spec/certification.md, C.2, `verify_part`). Each
takes the input of the vectors of its type, and gives what they expect.
"""
import anchors
import bitcoin
import enrolment
import headers
import lineages
import payloads
import reading
import records
import trees
import txrefs
from canonical import canonical, digest
from refusal import Refused


def answer(part: str, given: dict) -> dict:
    """The answer to `verify_part`, with what of it has a name in an answer."""
    try:
        learnt = RUNS[part](given)
    except Refused as refused:
        return {"verdict": "REJECTED", "code": refused.code, "evidence": {}}
    evidence = {}
    if part in ("canonical-json", "birth-record"):
        evidence["digest"] = learnt["digest"]
    if part == "header-chain":
        evidence["tip_hash"] = learnt["tip"]["hash"]
    return {"verdict": "VERIFIED", "evidence": evidence}


def canonical_json(given: dict) -> dict:
    value = reading.parse(_octets(given["octets"]))
    return {"canonical": canonical(value).hex(), "digest": digest(value).hex()}


def payload_decode(given: dict) -> dict:
    payload = payloads.decode(_octets(given["payload"]))
    if payload.kind >= payloads.EXPERIMENTAL:
        return {"kind": "EXPERIMENTAL"}
    shown = {"kind": payloads.KINDS[payload.kind]}
    if payload.kind == payloads.BIRTH:
        return {**shown, "role": payload.role, "digest": payload.digest.hex(), "host_hint": payload.host_hint}
    if payload.kind in payloads.LATER:
        return {**shown, "digest": payload.digest.hex(), "entity_id": payload.entity_id.hex()}
    if payload.kind == payloads.PAT_SIGNATURE:
        return {**shown, "signature": payload.body.hex()}
    return {**shown, "root": payload.body[:32].hex(), "leaf_count": int.from_bytes(payload.body[32:], "big")}


def op_return_script(given: dict) -> dict:
    return {"payload": payloads.of_script(_octets(given["script"])).hex()}


def op_return_outputs(given: dict) -> dict:
    return {"vout": payloads.op_return([_octets(script) for script in given["scripts"]])}


def txref_decode(given: dict) -> dict:
    return txrefs.decode(given["txref"], given["network"])


def merkle_root(given: dict) -> dict:
    branch = [_octets(sibling) for sibling in given["branch"]]
    return {"root": trees.block_root(_octets(given["leaf"]), branch, given["position"]).hex()}


def header_chain(given: dict) -> dict:
    chain = headers.Chain(given["parameters"], given["checkpoint"], reading.seconds_of(given["now"]))
    for source in given["sources"]:
        chain.add([_octets(header) for header in source])
    tip = chain.tip
    return {
        "tip": {"height": tip.height, "hash": tip.hash},
        "work": f"{tip.work:064x}",
        "median_time_past": reading.time_of(chain.median_time_past(tip.height)),
    }


def anchor_proof(given: dict) -> dict:
    shown = anchors.check(given["proof"], anchors.following_of(given["confirmations"]))
    return {"txid": shown.transaction.txid, "block_hash": shown.header.hash}


def chain_signature(given: dict) -> dict:
    transaction = bitcoin.read(_octets(given["transaction"]))
    anchors.check_chain_signature(transaction, given["prevout_value"], _octets(given["public_key"]))
    return {}


def lineage_proof(given: dict) -> dict:
    first = records.Signed(given["record"], _octets(given["digest"]), b"", None)
    lineage = lineages.check(given["lineage"], [first], [])
    return {"tip": lineage.tip, "links": len(lineage.links)}


def birth_record(given: dict) -> dict:
    record = given["record"]
    reading.check(record, "birth-record")
    check_own_chain(record, given)
    records.check_record(record)
    return {"digest": digest(record).hex()}


def check_own_chain(document: dict, given: dict) -> None:
    if "own_chain" in given:
        records.check_own_chain(document, given["own_chain"]["genesis"], given["own_chain"]["checkpoint"])


RUNS = {
    "anchor-proof": anchor_proof,
    "authorization-url": enrolment.check_authorization_url,
    "birth-record": birth_record,
    "canonical-json": canonical_json,
    "chain-signature": chain_signature,
    "header-chain": header_chain,
    "jwks-signature": enrolment.check_jwks,
    "lineage-proof": lineage_proof,
    "merkle-root": merkle_root,
    "op-return-outputs": op_return_outputs,
    "op-return-script": op_return_script,
    "payload-decode": payload_decode,
    "txref-decode": txref_decode,
}


def _octets(text: str) -> bytes:
    return bytes.fromhex(text)
