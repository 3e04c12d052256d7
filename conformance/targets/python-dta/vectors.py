"""
Runs this program over the files of vectors/ that a writer can use: `python3 vectors.py [folder]`.

Prints a line `<type> <number>` for each kind of test, and a line for each test that did not come out; exits with 1 if
there was one.
"""
import hashlib
import json
import sys
from pathlib import Path

import bls
import keys
import payload
import proofs
import schema
import transaction
from canonical import canonical, digest

FOLDER = Path(__file__).resolve().parents[3] / "vectors"
KINDS = {"SUCCESSOR": payload.SUCCESSOR, "RETIRE": payload.RETIRE}


def published_key(name: str) -> bytes:
    """The secret of an example (spec 4.6)."""
    return hashlib.sha256(f"milagro-trust vector key: {name}".encode("ascii")).digest()


def canonical_json(given: dict, expected: dict):
    value = json.loads(bytes.fromhex(given["octets"]))
    yield canonical(value).hex(), expected["canonical"]
    if "digest" in expected:
        yield digest(value).hex(), expected["digest"]


def document_signature(given: dict, expected: dict):
    secret, named = bytes.fromhex(given["private_key"]), bytes.fromhex(given["digest"])
    yield keys.public_key(secret).hex(), expected["public_key"]
    yield keys.sign_document(given["type"], named, secret).hex(), expected["signature"]


def anchor_payload(given: dict, expected: dict):
    if expected.get("role") == "dta":
        made = payload.birth(bytes.fromhex(expected["digest"]), f"http://{expected['host_hint']}")
        yield made.hex(), given["payload"]
    if expected["kind"] in KINDS:
        named, entity = bytes.fromhex(expected["digest"]), bytes.fromhex(expected["entity_id"])
        yield payload.later(KINDS[expected["kind"]], named, entity).hex(), given["payload"]


def script(given: dict, expected: dict):
    if len(expected["payload"]) > 2:  # this program has none so short that an opcode stands for it
        yield payload.script(bytes.fromhex(expected["payload"])).hex(), given["script"]


def txref(given: dict, expected: dict):
    if given["network"] in proofs.NETWORKS and "vout" not in given:
        yield proofs.txref(given["height"], given["tx_index"], given["network"]), expected["txref"]


def merkle(given: dict, expected: dict):
    leaves = [bytes.fromhex(leaf) for leaf in given["leaves"]]
    yield [sibling.hex() for sibling in proofs.merkle_branch(leaves, given["position"])], expected["branch"]


def master_key(given: dict, name: str):
    secret = int.from_bytes(published_key(name), "big") % bls.ORDER
    yield bls.master_public_key(secret).hex(), given["master_public_key"]
    yield bls.master_pop(secret, bytes.fromhex(given["anchor"])).hex(), given["master_pop"]


def birth_record(given: dict, expected: dict):
    schema.check(given["record"], "birth-record")
    yield digest(given["record"]).hex(), expected["digest"]


def anchor_transaction(given: dict, _expected: dict):
    """An anchor is made again from what it spends and pays. Its signatures are bitcoind's, whose nonces are its own."""
    octets = bytes.fromhex(given["transaction"])
    own = transaction.Coin(*transaction.first_input(octets), given["prevout_value"], published_key("anchor"))
    made = transaction.signed([own], transaction.outputs_of(octets))
    yield transaction.without_witness(made).hex(), transaction.without_witness(octets).hex()
    yield made[-34:-4].hex(), octets[-34:-4].hex()  # the key that the witness ends with


RUNS = {
    "canonical-json": canonical_json,
    "document-signature-sign": document_signature,
    "payload-decode": anchor_payload,
    "op-return-script": script,
    "txref-encode": txref,
    "merkle-branch": merkle,
    "birth-record": birth_record,
    "chain-signature": anchor_transaction,
}


def tests(folder: Path):
    """Every valid test: its file, its group's type and itself."""
    for path in sorted(folder.glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8"))["testGroups"]:
            for test in group["tests"]:
                if test["result"] == "valid":
                    yield path.name, group["type"], test


def compared(kind: str, test: dict):
    """Pairs of what this program makes and what the vector expects."""
    if kind == "master-key":
        return master_key(test["input"], test["comment"].split(" ")[1])
    return RUNS[kind](test["input"], test["expected"]) if kind in RUNS else iter(())


def main(folder: Path) -> int:
    ran: dict[str, int] = {}
    wrong = 0
    for file, kind, test in tests(folder):
        for made, expected in compared(kind, test):
            ran[kind] = ran.get(kind, 0) + 1
            if made != expected:
                wrong += 1
                print(f"{file} {test['tcId']}: {test['comment']}: {made} is not {expected}")
    for kind, number in sorted(ran.items()):
        print(kind, number)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
