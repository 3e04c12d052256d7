"""LineageProofs: outputs, links, kinds and the AnchorProofs of some of them (spec 2.2, 5.3 and 6.5)."""
from dataclasses import dataclass

import anchors
import bitcoin
import payloads
from records import Signed
from refusal import Refused, demand
from transaction import p2wpkh_script


@dataclass(frozen=True)
class Link:
    """An anchor of the lineage. `before` is the number of the record in force before it."""

    transaction: bitcoin.Transaction
    payload: payloads.Payload
    before: int


@dataclass(frozen=True)
class Lineage:
    links: list[Link]
    newest_proven: int

    @property
    def tip(self) -> str:
        return self.links[-1].transaction.txid

    @property
    def retire(self) -> int | None:
        """The number of the RETIRE, which is the last link where there is one (MDT-LIN-109)."""
        last = len(self.links) - 1
        return last if self.links[last].payload.kind == payloads.RETIRE else None

    def anchor_of(self, record: int) -> int:
        """The number of the link that anchors a record: the BIRTH, or its SUCCESSOR."""
        kinds = [link.payload.kind for link in self.links]
        places = [0] + [at for at, kind in enumerate(kinds) if kind == payloads.SUCCESSOR]
        return places[record]


def check(lineage: dict, records: list[Signed], known: list[str]) -> Lineage:
    """Refuses a lineage that is not one of these records. `known` are transactions that the reader knows."""
    proven = [proof["link"] for proof in lineage["proofs"]]
    demand(0 in proven, "MDT_SCHEMA", "no proof of the BIRTH")
    walk = _Walk(records, max(proven))
    for octets in lineage["transactions"]:
        walk.go_on(bitcoin.read(bytes.fromhex(octets), witness_allowed=False))
    demand(max(proven) < len(walk.links), "MDT_LINEAGE_BROKEN", "a proof of no link")
    walk.end()
    _check_foreign(walk.links, known)
    genesis = records[0].record["chain"]["genesis"]
    for proof in lineage["proofs"]:
        check_proof(walk.links[proof["link"]], proof, records, genesis)
    return Lineage(walk.links, max(proven))


def check_proof(link: Link, shown: dict, records: list[Signed], genesis: str) -> None:
    """An AnchorProof of this link, with its locator and chain signature."""
    before = records[link.before]
    proof = anchors.check(shown["proof"], anchors.following_of(before.confirmations))
    demand(proof.transaction.txid == link.transaction.txid, "MDT_LINEAGE_BROKEN", "a proof of another link")
    anchors.check_locator(shown["locator"], shown["proof"], proof, genesis)
    anchors.check_chain_signature(proof.transaction, shown["proof"]["prevout_value"], before.anchor_key)


class _Walk:
    """From the BIRTH to the tip, with the record in force at each link."""

    def __init__(self, records: list[Signed], newest_proven: int) -> None:
        self._records = records
        self._newest_proven = newest_proven
        self._successors = 0
        self._pays = b""  # the script of the current key
        self.links: list[Link] = []

    def go_on(self, transaction: bitcoin.Transaction) -> None:
        payload = _payload_of(transaction, is_first=not self.links, first=self._records[0])
        if not self.links:
            self._begin(transaction, payload)
        else:
            self._follow(transaction, payload)
        before = min(self._successors, len(self._records) - 1)
        if payload.kind == payloads.SUCCESSOR:
            self._succeed(transaction, payload)
        demand(transaction.outputs[1].script == self._pays, "MDT_LINEAGE_CONTINUATION")
        self.links.append(Link(transaction, payload, before))

    def end(self) -> None:
        """MDT-LIN-111."""
        kinds = [link.payload.kind for link in self.links[: self._newest_proven + 1]]
        demand(kinds.count(payloads.SUCCESSOR) == len(self._records) - 1, "MDT_SUCCESSOR_MISSING")

    def _begin(self, transaction: bitcoin.Transaction, payload: payloads.Payload) -> None:
        first = self._records[0]
        demand(payload.role == first.record["role"], "MDT_PAYLOAD_ROLE")
        demand(payload.digest == first.digest, "MDT_DIGEST", "the BIRTH of another record")
        self._pays = p2wpkh_script(first.anchor_key)

    def _follow(self, transaction: bitcoin.Transaction, payload: payloads.Payload) -> None:
        last = self.links[-1]
        demand(transaction.spends(last.transaction.txid, 1), "MDT_LINEAGE_BROKEN")
        follows = payload.kind in payloads.LATER and payload.entity_id == self._records[0].digest
        demand(follows, "MDT_LINEAGE_BROKEN", "no anchor of this entity")
        demand(last.payload.kind != payloads.RETIRE, "MDT_LINEAGE_BROKEN", "an anchor after the end")

    def _succeed(self, transaction: bitcoin.Transaction, payload: payloads.Payload) -> None:
        """MDT-LIN-110. The record of a SUCCESSOR above the newest proven link is not shown yet."""
        self._successors += 1
        script = transaction.outputs[1].script
        if len(self.links) > self._newest_proven:
            demand(len(script) == 22 and script[:2] == b"\x00\x14", "MDT_LINEAGE_CONTINUATION")
            self._pays = script
            return
        demand(self._successors < len(self._records), "MDT_SUCCESSOR_MISSING")
        record = self._records[self._successors]
        demand(payload.digest == record.digest, "MDT_DIGEST", "the SUCCESSOR of another record")
        self._pays = p2wpkh_script(record.anchor_key)


def payload_of(octets: str) -> payloads.Payload:
    """What a transaction of a lineage carries, whatever else is wrong with it."""
    transaction = bitcoin.read(bytes.fromhex(octets), witness_allowed=False)
    return payloads.decode(payloads.of_script(transaction.outputs[0].script))


def _payload_of(transaction: bitcoin.Transaction, is_first: bool, first: Signed) -> payloads.Payload:
    """MDT-LIN-101, MDT-LIN-102, MDT-LIN-107, and what 2.1 says of scripts and payloads."""
    scripts = [output.script for output in transaction.outputs]
    demand(len(scripts) == 2, "MDT_LINEAGE_OUTPUTS")
    demand(payloads.op_return(scripts) == 0, "MDT_LINEAGE_OUTPUTS")
    payload = payloads.decode(payloads.of_script(scripts[0]))
    if is_first:
        outpoint = first.record["lineage"]
        demand(transaction.spends(outpoint["txid"], outpoint["vout"]), "MDT_LINEAGE_OUTPOINT")
        demand(payload.kind == payloads.BIRTH, "MDT_PAYLOAD_KIND", "no BIRTH")
    return payload


def _check_foreign(links: list[Link], known: list[str]) -> None:
    """MDT-LIN-112."""
    continuations = {txid for txid in map(_anchor_of_a_lineage, known) if txid}
    for link in links:
        for spent in link.transaction.inputs[1:]:
            demand(spent.vout != 1 or spent.txid not in continuations, "MDT_LINEAGE_FOREIGN_INPUT")


def _anchor_of_a_lineage(octets: str) -> str | None:
    """The txid of a transaction whose output 0 carries a payload of kind 01 to 05."""
    transaction = bitcoin.read(bytes.fromhex(octets))
    try:
        payload = payloads.decode(payloads.of_script(transaction.outputs[0].script))
    except Refused:
        return None
    return transaction.txid if payload.kind in (payloads.BIRTH, *payloads.LATER) else None
