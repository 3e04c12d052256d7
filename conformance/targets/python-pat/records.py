"""Birth Records by themselves, and each as it follows from those before it (spec 1.4, 3.1 and 6.5)."""
import hashlib
from dataclasses import dataclass

import pairing
import signatures
from anchors import REGTEST
from canonical import digest
from refusal import Refused, demand

BIRTH_RECORD, RETIREMENT = "milagro-birth-record", "milagro-retire"
SLACK_SECONDS = 14_400


@dataclass(frozen=True)
class Signed:
    """A record with its signatures, as the envelope shows them."""

    record: dict
    digest: bytes
    signature: bytes
    previous_signature: bytes | None

    @property
    def anchor_key(self) -> bytes:
        return bytes.fromhex(self.record["keys"]["anchor"])

    @property
    def confirmations(self) -> int:
        return self.record["policy"]["confirmations"]


def check_record(record: dict) -> None:
    """What a record of its schema must be by itself (MDT-REC-101, MDT-REC-102, MDT-REC-103, MDT-REC-105)."""
    _check_keys(record["keys"])
    policy = record["policy"]
    if record["chain"]["genesis"] != REGTEST:
        least = 3 * policy["anchor_period_seconds"] + SLACK_SECONDS
        demand(policy["canary_max_age_seconds"] >= least, "MDT_POLICY", "a canary that may die too soon")
        demand(record["issuer"].startswith("https:"), "MDT_POLICY", "an issuer that is not https")
    if record["role"] == "dta":
        names = (record["master_public_key"], record["master_pop"], record["keys"]["anchor"])
        pairing.check_master_key(*(bytes.fromhex(octets) for octets in names))


def check_own_chain(document: dict, genesis: str, checkpoint: dict) -> None:
    """For a reader that has no headers: chain and checkpoint are its own (MDT-DOC-115)."""
    named = document["chain"]
    is_own = named["genesis"] == genesis and named["checkpoint"] == checkpoint
    demand(is_own, "MDT_WRONG_CHAIN")


def all_of(hosted: dict) -> list[Signed]:
    """Every record of the envelope, the first one first (MDT-REC-109)."""
    is_first = "entity_id" not in hosted["birth_record"]
    demand(is_first == ("predecessors" not in hosted), "MDT_SCHEMA", "predecessors")
    demand(is_first or len(hosted["predecessors"]) > 0, "MDT_SCHEMA", "an empty list of predecessors")
    shown = [*hosted.get("predecessors", []), hosted]
    demand("previous_signature" not in shown[0], "MDT_SCHEMA", "a first record that follows another")
    for number, one in enumerate(shown):
        demand(("entity_id" in one["birth_record"]) == (number > 0), "MDT_SUCCESSOR")
    return [_signed(one) for one in shown]


def check_digests(hosted: dict, records: list[Signed]) -> None:
    """MDT-DOC-112, of what the envelope states."""
    demand(records[-1].digest.hex() == hosted["sha256"], "MDT_DIGEST")
    if "retirement" in hosted:
        shown = hosted["retirement"]
        demand(digest(shown["retirement"]).hex() == shown["sha256"], "MDT_DIGEST")


def check_signatures(hosted: dict, records: list[Signed]) -> None:
    """MDT-DOC-113, MDT-DOC-114, MDT-REC-108."""
    for number, one in enumerate(records):
        signatures.check_document(BIRTH_RECORD, one.digest, one.signature, one.anchor_key)
        if number > 0:
            _check_previous(one, records[number - 1].anchor_key)
    if "retirement" in hosted:
        shown = hosted["retirement"]
        named, signature = bytes.fromhex(shown["sha256"]), bytes.fromhex(shown["signature"])
        signatures.check_document(RETIREMENT, named, signature, records[-1].anchor_key)


def check_succession(records: list[Signed]) -> None:
    """MDT-REC-106, MDT-REC-107."""
    first = records[0]
    for before, after in zip(records, records[1:]):
        record = after.record
        named = (record["entity_id"], record["previous"])
        demand(named == (first.digest.hex(), before.digest.hex()), "MDT_SUCCESSOR")
        repeats = (
            record["lineage"] == first.record["lineage"]
            and record["role"] == first.record["role"]
            and record["chain"]["genesis"] == first.record["chain"]["genesis"]
        )
        demand(repeats, "MDT_SUCCESSOR", "another entity")
        promised = before.record["keys"]["next_anchor_hash"]
        demand(hashlib.sha256(after.anchor_key).hexdigest() == promised, "MDT_NEXT_ANCHOR")


def _signed(one: dict) -> Signed:
    previous = one.get("previous_signature")
    return Signed(
        one["birth_record"],
        digest(one["birth_record"]),
        bytes.fromhex(one["signature"]),
        None if previous is None else bytes.fromhex(previous),
    )


def _check_previous(one: Signed, key_before: bytes) -> None:
    demand(one.previous_signature is not None, "MDT_PREVIOUS_SIGNATURE")
    try:
        signatures.check_document(BIRTH_RECORD, one.digest, one.previous_signature, key_before)
    except Refused as refused:
        raise Refused(
            "MDT_PREVIOUS_SIGNATURE" if refused.code == "MDT_SIGNATURE" else refused.code
        ) from refused


def _check_keys(keys: dict) -> None:
    for name in ("anchor", "status", "noise"):
        demand(name not in keys or signatures.is_point(bytes.fromhex(keys[name])), "MDT_SCHEMA", f"keys.{name}")
    promised = [hashlib.sha256(bytes.fromhex(keys[name])).hexdigest() for name in ("anchor", "status")]
    demand(keys["anchor"] != keys["status"], "MDT_SCHEMA", "one key twice")
    demand(keys["next_anchor_hash"] not in promised, "MDT_SCHEMA", "the next key is one of these")
    demand("log" not in keys or keys["log"] != keys["directory"], "MDT_SCHEMA", "one key twice")
