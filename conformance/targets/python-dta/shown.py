"""What is served of an entity at one tip: the hosted record, its proofs and the metadata (spec 3.2 and chapter 5)."""
from __future__ import annotations

from dataclasses import dataclass

import payload
import proofs
import transaction
from canonical import digest
from lineage import Lineage, Link
from node import Node

TXREF_CONFIRMATIONS = 6  # below it BIP-136 forbids a reference (MDT-LOC-002)
MAX_FOLLOWING = 6  # headers in an AnchorProof (MDT-PRF-005)


@dataclass(frozen=True)
class Shown:
    """`hosted` and `metadata` are the two resources as values; `record` is the one in force."""

    hosted: dict
    metadata: dict
    record: dict
    entity_id: str


def show(launch: dict, lineage: Lineage, node: Node, links: list[Link]) -> Shown | None:
    """What the chain allows to be served, or None while the BIRTH is not deep enough (MDT-HST-006)."""
    deep = [link for link in links if link.place.confirmations >= lineage.depth_needed(link.declared)]
    if not deep:
        return None
    number = max(link.declared for link in deep if lineage.declared[link.declared]["kind"] != payload.RETIRE)
    # BIRTH, every SUCCESSOR, RETIRE and the newest (MDT-PRF-007): this program anchors nothing else.
    proven = {link.declared: _prove(lineage, node, link) for link in deep}
    entry = lineage.declared[number]
    hosted = {
        "birth_record": entry["document"],
        "sha256": digest(entry["document"]).hex(),
        "signature": entry["signature"],
        "anchor": proven[number],
        "lineage": {
            "transactions": [transaction.without_witness(link.octets).hex() for link in links],
            "proofs": [{"link": at, **proof} for at, proof in sorted(proven.items())],
        },
    }
    if number > 0:
        hosted["previous_signature"] = entry["previous_signature"]
        hosted["predecessors"] = [_predecessor(earlier) for earlier in lineage.declared[:number]]
    last = lineage.declared[deep[-1].declared]
    if last["kind"] == payload.RETIRE:
        document = last["document"]
        hosted["retirement"] = {
            "retirement": document,
            "sha256": digest(document).hex(),
            "signature": last["signature"],
        }
    entity_id = lineage.entity_id.hex()
    return Shown(hosted, _metadata(launch, hosted, entity_id), entry["document"], entity_id)


def _prove(lineage: Lineage, node: Node, link: Link) -> dict:
    header, leaves, coinbase = node.block(link.place.block_hash)
    policy = lineage.depth_needed(link.declared)
    following = node.headers(link.place.height + 1, min(MAX_FOLLOWING, policy - 1))
    at = link.place.index
    locator = {
        "txid": transaction.txid(link.octets),
        "vout": 0,
        "block_hash": link.place.block_hash,
        "height": link.place.height,
        "tx_index": at,
    }
    if link.place.confirmations >= TXREF_CONFIRMATIONS:
        locator["txref"] = proofs.txref(link.place.height, at)
    proof = {
        "transaction": link.octets.hex(),
        "prevout_value": link.prevout_value,
        "vout": 0,
        "header": header.hex(),
        "merkle_branch": [sibling.hex() for sibling in proofs.merkle_branch(leaves, at)],
        "position": at,
        "coinbase": coinbase.hex(),
        "coinbase_branch": [sibling.hex() for sibling in proofs.merkle_branch(leaves, 0)],
        "following_headers": [one.hex() for one in following],
    }
    return {"locator": locator, "proof": proof}


def _predecessor(entry: dict) -> dict:
    shown = {"birth_record": entry["document"], "signature": entry["signature"]}
    if "previous_signature" in entry:
        shown["previous_signature"] = entry["previous_signature"]
    return shown


def _metadata(launch: dict, hosted: dict, entity_id: str) -> dict:
    record = hosted["birth_record"]
    services = record["services"]
    return {
        "issuer": record["issuer"],
        "role": record["role"],
        "entity_id": entity_id,
        "milagro_spec_versions_supported": [record["spec"]],
        "milagro_birth_record_uri": services["birth_record"],
        "milagro_birth_record_sha256": hosted["sha256"],
        "milagro_birth_record_signature": hosted["signature"],
        "milagro_birth_record_anchor": hosted["anchor"]["locator"],
        "milagro_status_uri": services["status"],
        "milagro_activity_log_uri": services["activity_log"],
        "milagro_grpc_endpoint": services["grpc"],
        "milagro_grpc_transports_supported": [launch["transport"]],
        "milagro_idps": record["idps"],
    }
