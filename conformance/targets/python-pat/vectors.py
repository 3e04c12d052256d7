"""
Runs this program over the files of vectors/ that a reader can use: `python3 vectors.py [folder]`.

Prints a line `<type> <number>` for each kind of test, and a line for each test that did not come out; exits with 1 if
there was one.
"""
import hashlib
import json
import sys
from pathlib import Path

import shared  # first: the others import what it makes importable

import bitcoin
import canaries
import envelopes
import headers
import logs
import notes
import pairing
import parts
import payloads
import reading
import records
import registration
import signatures
import trees
import verdicts
from canonical import canonical, digest
from keys import sign
from memories import Known, Memory
from refusal import Refused, demand
from taking import Given

FOLDER = Path(__file__).resolve().parents[3] / "vectors"


def document_signature(given: dict) -> dict:
    named, signature, key = (_octets(given[name]) for name in ("digest", "signature", "public_key"))
    signatures.check_document(given["type"], named, signature, key)
    return {}


def ecdsa_der(given: dict) -> dict:
    """Every refusal has one code here."""
    hashed, key = hashlib.sha256(_octets(given["message"])).digest(), _octets(given["public_key"])
    try:
        signatures.check_chain(hashed, *signatures.read_der(_octets(given["signature"])), key)
    except Refused as refused:
        raise Refused("MDT_CHAIN_SIGNATURE") from refused
    return {}


def ecdsa_compact(given: dict) -> dict:
    hashed = hashlib.sha256(_octets(given["message"])).digest()
    signatures.check_compact(hashed, _octets(given["signature"]), _octets(given["public_key"]))
    return {}


def signature_hash(given: dict) -> dict:
    transaction = bitcoin.read(_octets(given["transaction"]))
    hashed = bitcoin.signature_hash(transaction, given["input"], _octets(given["public_key"]), given["value"])
    return {"hash": hashed.hex()}


def master_key(given: dict) -> dict:
    pairing.check_master_key(*(_octets(given[name]) for name in ("master_public_key", "master_pop", "anchor")))
    return {}


def next_bits(given: dict) -> dict:
    bits = headers.next_bits(given["parameters"], given["first_time"], given["last_time"], int(given["bits"], 16))
    return {"bits": f"{bits:08x}"}


def hosted_record(given: dict) -> dict:
    octets = canonical(given["hosted"])
    hosted = envelopes.read(octets + b" " * (given.get("octets", len(octets)) - len(octets)))
    all_records = records.all_of(hosted)
    records.check_succession(all_records)
    for document in envelopes.documents_of(hosted):
        parts.check_own_chain(document, given)
    for one in all_records:
        records.check_record(one.record)
    records.check_digests(hosted, all_records)
    records.check_signatures(hosted, all_records)
    lineage = envelopes.check_links(hosted, all_records, given.get("known_transactions", []))
    return {"digest": all_records[-1].digest.hex(), "tip": lineage.tip, "links": len(lineage.links)}


def canary(given: dict) -> dict:
    reader = canaries.Reader(reading.seconds_of(given["now"]))
    statuses = canaries.believed(given["records"], given["shown"], given["known"])
    state = canaries.state_of(given["entity_id"], given["records"], statuses, reader)
    return {"state": state.word} if state.code is None else {"state": state.word, "code": state.code}


def verdict(given: dict) -> dict:
    now = reading.seconds_of(given["now"])
    chain = headers.Chain(given["parameters"], given["checkpoint"], now)
    bundle = given.get("bundle")
    sources = [] if bundle is None else [Given("bundle", verdicts.take_bundle(chain, bundle))]
    sources += [_take_source(chain, source) for source in given["sources"]]
    statuses = verdicts.statuses_of(bundle or {}) + [json.dumps(each).encode() for each in given.get("statuses", [])]
    question = verdicts.Question(
        octets=_hosted(given),
        chain=chain,
        pins=given["pins"],
        confirmations=given["confirmations"],
        now=now,
        place=None if bundle else given.get("url"),
        known=given["canary"]["known"] if "canary" in given else None,
        ask_statuses=lambda _record, _known: statuses,
        memory=Memory({one["entity_id"]: _known(one) for one in given["known"]}),
    )
    made = verdicts.verify(question)
    entity = question.memory.entities.get(made.evidence.get("entity_id"))
    return {
        "verdict": made.word,
        "code": made.code,
        "role": made.role,
        **made.evidence,
        "headers": _shown_headers(chain, sources),
        "remembers": None if entity is None else _shown_entity(entity),
    }


def _hosted(given: dict) -> bytes | Refused:
    if "bundle" in given:
        return given["bundle"]["hosted"].encode("utf-8")
    return canonical(given["hosted"]) if given.get("hosted") is not None else Refused("MDT_SOURCE")


def _known(one: dict) -> Known:
    return Known(one["entity_id"], (one["entity_id"], one["digest"]), one["key"], one["url"], one["tip"])


def _shown_entity(one: Known) -> dict:
    return {"entity_id": one.entity_id, "digest": one.digests[-1], "key": one.key, "url": one.url, "tip": one.tip}


def _take_source(chain: headers.Chain, source: dict) -> Given:
    given = Given(source["name"])
    try:
        chain.add(headers.cut(_octets(source["headers"])), given.nodes)
    except Refused as refused:
        given.code = refused.code
    try:
        chain.add_below(headers.cut(_octets(source.get("earlier", ""))))
    except Refused:
        pass  # headers without work, of which no verdict says whose they are
    return given


def _shown_headers(chain: headers.Chain, sources: list[Given]) -> dict:
    heights = {node.hash: node.height for given in sources for node in given.nodes}
    shown = []
    for evidence in (given.evidence(chain) for given in sources):
        tip = evidence.pop("tip_hash", None)
        shown.append(evidence if tip is None else {**evidence, "tip": {"height": heights[tip], "hash": tip}})
    return {
        "sources": shown,
        "from": {"height": chain.root.height, "hash": chain.root.hash},
        "tip": {"height": chain.tip.height, "hash": chain.tip.hash},
        "work": f"{chain.tip.work:064x}",
    }


def log_root(given: dict) -> dict:
    leaves = [trees.leaf_hash(_octets(entry)) for entry in given["entries"]]
    return {"leaf_hashes": [leaf.hex() for leaf in leaves], "root": trees.root_of(leaves).hex()}


def signed_note(given: dict) -> dict:
    text = notes.text_of(_octets(given["note"]), given["name"], _octets(given["public_key"]))
    return {"text": text.encode("utf-8").hex()}


def log_checkpoint(given: dict) -> dict:
    read = logs.checkpoint(given)
    return {"tree_size": read.tree_size, "root": read.root.hex()}


def log_promise(given: dict) -> dict:
    logs.promise(given)
    return {"hash": logs.promise_hash(given).hex()}


def activity_root(given: dict) -> dict:
    newest = logs.roots(given)
    return {"seq": newest["activity_root"]["seq"], "sha256": newest["sha256"]}


def pat_statement(given: dict) -> dict:
    statement, secret = given["statement"], _octets(given["private_key"])
    reading.check(statement, "pat-statement")
    key, named = _octets(statement["subject_key"]), digest(statement)
    hashed = registration.signed_hash(key, named)
    signature = b"".join(number.to_bytes(32, "big") for number in sign(hashed, secret))
    signatures.check_compact(hashed, signature, key)
    return {"digest": named.hex(), "hash": hashed.hex(), "signature": signature.hex()}


def pat_batch(given: dict) -> dict:
    leaves = [trees.leaf_hash(_octets(leaf)) for leaf in given["leaves"]]
    root, path = trees.root_of(leaves), trees.path_of(leaves, given["index"])
    demand(trees.included(leaves[given["index"]], given["index"], len(leaves), path, root), "MDT_PAT_BATCH")
    payload = payloads.MARKER + bytes([1, payloads.PAT_BATCH]) + root + len(leaves).to_bytes(4, "big")
    return {"payload": payload.hex(), "path": [sibling.hex() for sibling in path]}


def pat_registration(given: dict) -> dict:
    learnt = registration.Learnt()
    registration.verify(given, learnt)
    shown = {"form": learnt.form, **learnt.evidence()}
    del shown["tip_hash"]
    return shown


def _nothing(check):
    def run(given: dict) -> dict:
        check(given)
        return {}

    return run


RUNS = {
    **parts.RUNS,
    "activity-root": activity_root,
    "canary": canary,
    "document-signature-verify": document_signature,
    "ecdsa-compact": ecdsa_compact,
    "ecdsa-der": ecdsa_der,
    "hosted-record": hosted_record,
    "log-checkpoint": log_checkpoint,
    "log-consistency": _nothing(logs.consistency),
    "log-inclusion": _nothing(logs.inclusion),
    "log-promise": log_promise,
    "log-root": log_root,
    "master-key": master_key,
    "next-bits": next_bits,
    "pat-batch": pat_batch,
    "pat-registration": pat_registration,
    "pat-statement": pat_statement,
    "signature-hash": signature_hash,
    "signed-note": signed_note,
    "verdict": verdict,
}


def difference(kind: str, test: dict) -> str | None:
    """What of a test does not come out. Of a valid one every value that is expected is compared."""
    try:
        made = RUNS[kind](test["input"])
    except Refused as refused:
        code = test.get("code", "valid")
        return None if refused.code == code else f"{refused} and not {code}"
    if test["result"] == "invalid":
        return f"not refused with {test['code']}"
    expected = test["expected"]
    wrong = [name for name, value in expected.items() if made.get(name) != value]
    return f"{wrong[0]} is {made.get(wrong[0])} and not {expected[wrong[0]]}" if wrong else None


def main(folder: Path) -> int:
    ran: dict[str, int] = {}
    wrong = 0
    for path in sorted(folder.glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8"))["testGroups"]:
            kind = group["type"]
            if kind not in RUNS:
                continue
            for test in group["tests"]:
                ran[kind] = ran.get(kind, 0) + 1
                found = difference(kind, test)
                if found is not None:
                    wrong += 1
                    print(f"{path.name} {test['tcId']}: {test['comment']}: {found}")
    for kind, number in sorted(ran.items()):
        print(kind, number)
    return 1 if wrong else 0


def _octets(text: str) -> bytes:
    return bytes.fromhex(text)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
