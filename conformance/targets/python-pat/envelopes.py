"""Hosted records: the envelope as octets, and all of it that needs no headers (spec 3.2 and 6.5)."""
from dataclasses import replace

import lineages
import payloads
import reading
import records
import signatures
from canonical import digest
from lineages import Lineage
from records import Signed
from refusal import Refused, demand

CAP = 1_048_576


def read(octets: bytes) -> dict:
    """The envelope of its schema (MDT-HST-101, 1.4)."""
    hosted = reading.parse(octets, CAP)
    reading.check(hosted, "hosted-record")
    for document in documents_of(hosted):
        reading.check_size(document)
    return hosted


def documents_of(hosted: dict) -> list[dict]:
    """Every document in it: the records, the first one first, and the end."""
    shown = [one["birth_record"] for one in (*hosted.get("predecessors", []), hosted)]
    return shown + ([hosted["retirement"]["retirement"]] if "retirement" in hosted else [])


def check_links(hosted: dict, all_records: list[Signed], known: list[str]) -> Lineage:
    """Lineage, anchor and retirement, each as it follows from the records."""
    lineage = lineages.check(hosted["lineage"], all_records, known)
    own_link = lineage.links[lineage.anchor_of(len(all_records) - 1)]
    lineages.check_proof(own_link, hosted["anchor"], all_records, all_records[0].record["chain"]["genesis"])
    if "retirement" in hosted:
        document = hosted["retirement"]["retirement"]
        demand(lineage.retire is not None, "MDT_RETIREMENT", "no RETIRE")
        demand(document["entity_id"] == all_records[0].digest.hex(), "MDT_RETIREMENT", "of another entity")
        demand(digest(document) == lineage.links[lineage.retire].payload.digest, "MDT_DIGEST")
    return lineage


def is_altered(hosted: dict, all_records: list[Signed]) -> bool:
    """
    Whether a successor record is signed by the key that its SUCCESSOR pays, and is another than the SUCCESSOR commits
    to (MDT-VER-103). What hands over to the key has to be signed itself, from the first record on.
    """
    try:
        return any(
            _is_handed_over_otherwise(_with_anchor(hosted, at), at, committed, all_records[: number + 1])
            for number, (at, committed) in enumerate(_successors(hosted["lineage"]), 1)
            if number < len(all_records) and committed != all_records[number].digest
        )
    except Refused:
        return False


def is_successor(hosted: dict, number: int, one: Signed) -> bool:
    """Whether a SUCCESSOR commits to the record of this number."""
    try:
        return number > 0 and _successors(hosted["lineage"])[number - 1][1] == one.digest
    except (Refused, IndexError):
        return False


def _successors(lineage: dict) -> list[tuple[int, bytes]]:
    """Of each SUCCESSOR the number of its link, and the digest that it commits to."""
    shown = [lineages.payload_of(octets) for octets in lineage["transactions"]]
    return [(at, payload.digest) for at, payload in enumerate(shown) if payload.kind == payloads.SUCCESSOR]


def _with_anchor(hosted: dict, at: int) -> dict:
    """The lineage, in which the anchor beside the record proves a link that nothing else proves."""
    lineage = hosted["lineage"]
    if at in [proof["link"] for proof in lineage["proofs"]]:
        return lineage
    return {**lineage, "proofs": [*lineage["proofs"], {"link": at, **hosted["anchor"]}]}


def _is_handed_over_otherwise(lineage: dict, at: int, committed: bytes, shown: list[Signed]) -> bool:
    """Whether the SUCCESSOR at a link pays the key that signed the last record shown, and commits to something else."""
    *trusted, last = shown
    signatures.check_document(records.BIRTH_RECORD, last.digest, last.signature, last.anchor_key)
    proofs = [proof for proof in lineage["proofs"] if proof["link"] <= at]
    demand(at in [proof["link"] for proof in proofs], "MDT_SUCCESSOR_MISSING")
    up_to = {"transactions": lineage["transactions"][: at + 1], "proofs": proofs}
    lineages.check(up_to, [*trusted, replace(last, digest=committed)], [])
    return True
