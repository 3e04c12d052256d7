"""AnchorProofs, their locators and the chain signature of input 0 (spec 5.3, MDT-LIN-104, MDT-LIN-105)."""
from dataclasses import dataclass

import bitcoin
import payloads
import signatures
import trees
import txrefs
from headers import Header, read_header
from refusal import demand

MAX_FOLLOWING = 6
SIGHASH_ALL = b"\x01"
REGTEST = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
MAIN = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


@dataclass(frozen=True)
class Shown:
    """What an AnchorProof shows."""

    transaction: bitcoin.Transaction
    header: Header
    payload: bytes


def network_of(genesis: str) -> str:
    return {REGTEST: "regtest", MAIN: "main"}.get(genesis, "regtest")


def check(proof: dict, following: int) -> Shown:
    """Refuses a proof that does not hold by itself; `following` is how many headers have to follow."""
    transaction = bitcoin.read(bytes.fromhex(proof["transaction"]))
    scripts = [output.script for output in transaction.outputs]
    at = payloads.op_return(scripts)
    demand(proof["vout"] == at, "MDT_OP_RETURN_COUNT", "vout names another output")
    payload = payloads.of_script(scripts[at])
    header = read_header(bytes.fromhex(proof["header"]))
    _check_coinbase(proof, header)
    branch = [bytes.fromhex(sibling) for sibling in proof["merkle_branch"]]
    root = trees.block_root(transaction.hash, branch, proof["position"])
    demand(root == header.root, "MDT_MERKLE_ROOT")
    demand(len(proof["following_headers"]) == following, "MDT_HEADER_LINK", "another number of headers")
    before = header
    for octets in proof["following_headers"]:
        after = read_header(bytes.fromhex(octets))
        demand(after.previous == before.hash, "MDT_HEADER_LINK")
        before = after
    return Shown(transaction, header, payload)


def following_of(confirmations: int) -> int:
    """How many headers follow under a policy (MDT-PRF-005)."""
    return min(MAX_FOLLOWING, confirmations - 1)


def check_locator(locator: dict, proof: dict, shown: Shown, genesis: str) -> None:
    """Refuses a locator of another place than the proof's (MDT-LOC-101, MDT-LOC-102)."""
    there = (shown.transaction.txid, proof["vout"], shown.header.hash, proof["position"])
    named = (locator["txid"], locator["vout"], locator["block_hash"], locator["tx_index"])
    demand(named == there, "MDT_LOCATOR")
    if "txref" in locator:
        place = txrefs.decode(locator["txref"], network_of(genesis))
        expected = {"height": locator["height"], "tx_index": locator["tx_index"]}
        demand(place in (expected, {**expected, "vout": locator["vout"]}), "MDT_TXREF", "names another place")


def check_chain_signature(transaction: bitcoin.Transaction, prevout_value: int, public_key: bytes) -> None:
    """Refuses a witness of input 0 that is not [signature 01, public_key], or does not verify."""
    witness = transaction.witnesses[0] if transaction.witnesses else ()
    demand(len(witness) == 2 and witness[1] == public_key and witness[0][-1:] == SIGHASH_ALL, "MDT_WITNESS")
    r, s = signatures.read_der(witness[0][:-1])
    hashed = bitcoin.signature_hash(transaction, 0, public_key, prevout_value)
    signatures.check_chain(hashed, r, s, public_key)


def _check_coinbase(proof: dict, header: Header) -> None:
    """MDT-PRF-103: the coinbase fixes how deep the tree is."""
    coinbase = bitcoin.read(bytes.fromhex(proof["coinbase"]), witness_allowed=False)
    is_coinbase = len(coinbase.inputs) == 1 and coinbase.inputs[0].outpoint == bytes(32) + b"\xff" * 4
    demand(is_coinbase, "MDT_COINBASE_BRANCH", "no coinbase")
    branch = [bytes.fromhex(sibling) for sibling in proof["coinbase_branch"]]
    demand(len(branch) == len(proof["merkle_branch"]), "MDT_COINBASE_BRANCH", "of another length")
    demand(trees.block_root(coinbase.hash, branch, 0) == header.root, "MDT_COINBASE_BRANCH", "leads elsewhere")
