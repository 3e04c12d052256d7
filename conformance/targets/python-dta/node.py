"""
What the entity asks its Bitcoin node: which chain it is on, what was paid, where a transaction is.

The node watches the addresses of the entity in a wallet without keys, so that deposits, reorganisations and a node that
was started anew are the node's business. The wallet is made again from the state where it is lost.
"""
import hashlib
from dataclasses import dataclass

import keys
import payload
import transaction
from launch import REGTEST
from rpc import NOT_FOUND, WALLET_LOADED, WALLET_NOT_LOADED, Refused, Rpc

RESCAN_SECONDS = 60  # an import looks through the blocks since the entity began


class WrongChain(Exception):
    """The node is not on the configured chain (MDT-CHN-001, MDT-CHN-002)."""


@dataclass(frozen=True)
class Tip:
    hash: str
    height: int
    median_time: int


@dataclass(frozen=True)
class Place:
    """Where a transaction is in the active chain."""

    block_hash: str
    height: int
    index: int
    confirmations: int


@dataclass(frozen=True)
class Deposit:
    """An unspent output to one of the entity's addresses; `confirmations` 0 is the mempool."""

    coin: transaction.Coin
    confirmations: int


class Node:
    def __init__(self, chain: dict) -> None:
        access = chain["rpc"]
        self._chain = chain
        self.rpc = Rpc(access["url"], access["user"], access["password"])
        self._wallet = ""
        self._watched: dict[bytes, bytes] = {}  # script of an address: the secret behind it
        self._blocks: dict[str, tuple[bytes, list[bytes], bytes]] = {}

    def best(self) -> str:
        return self.rpc("getbestblockhash")

    def look(self) -> Tip:
        """The tip. Raises WrongChain where the node is on another chain or forgot the rules of this one."""
        best = self.best()
        header = self.rpc("getblockheader", best, False)
        if len(header) != 160:
            raise WrongChain("the tip's header has not 80 octets")
        if self._hash_at(0) != self._chain["genesis"]:
            raise WrongChain("block 0 is not the configured genesis")
        checkpoint = self._chain["checkpoint"]
        if self._hash_at(checkpoint["height"]) != checkpoint["hash"]:
            raise WrongChain("the checkpoint is not in the chain")
        if self._chain["genesis"] != REGTEST:
            raise WrongChain("this program anchors on regtest only: it holds keys that belong off line (MDT-KEY-005)")
        block = self.rpc("getblockheader", best)
        return Tip(best, block["height"], block["mediantime"])

    def block_before(self, tip: Tip, depth: int) -> tuple[dict, int]:
        """The block with `depth` blocks upon it, as `freshness` names it, and its median time past."""
        block = self.rpc("getblockheader", self.rpc("getblockhash", tip.height - depth))
        return {"height": block["height"], "hash": block["hash"]}, block["mediantime"]

    def watch(self, secrets: list[str], since: int) -> None:
        """Makes sure that the node watches the address of each key, in blocks from the time `since` on."""
        octets = [bytes.fromhex(secret) for secret in secrets]
        first = hashlib.sha256(keys.public_key(octets[0])).hexdigest()
        self._wallet = f"milagro-{first[:16]}"
        self._watched = {transaction.p2wpkh_script(keys.public_key(secret)): secret for secret in octets}
        self._load_wallet()
        known = {entry["desc"] for entry in self._ask("listdescriptors")["descriptors"]}
        wanted = [self._descriptor(secret) for secret in octets]
        missing = [{"desc": text, "timestamp": since} for text in wanted if text not in known]
        if missing:
            self._ask("importdescriptors", missing, timeout=RESCAN_SECONDS)

    def deposits(self) -> list[Deposit]:
        """What was paid to the entity and can be an input: no continuation of any lineage (MDT-LIN-016)."""
        unspent = self._ask("listunspent", 0, 9_999_999, [], True)
        return [self._deposit(entry) for entry in unspent if not self._is_continuation(entry)]

    def place(self, txid: str) -> Place | None:
        """Where a transaction of the entity is in the active chain, or None where it is not."""
        try:
            found = self._ask("gettransaction", txid)
        except Refused as fault:
            if fault.code == NOT_FOUND:
                return None
            raise
        if found["confirmations"] < 1:
            return None
        return Place(found["blockhash"], found["blockheight"], found["blockindex"], found["confirmations"])

    def is_in_mempool(self, txid: str) -> bool:
        try:
            self.rpc("getmempoolentry", txid)
        except Refused as fault:
            if fault.code == NOT_FOUND:
                return False
            raise
        return True

    def block(self, block_hash: str) -> tuple[bytes, list[bytes], bytes]:
        """Header, transaction IDs as computed, and the coinbase without its witness."""
        if block_hash not in self._blocks:
            self._blocks[block_hash] = self._fetch_block(block_hash)
        return self._blocks[block_hash]

    def _fetch_block(self, block_hash: str) -> tuple[bytes, list[bytes], bytes]:
        header = bytes.fromhex(self.rpc("getblockheader", block_hash, False))
        ids = self.rpc("getblock", block_hash, 1)["tx"]
        coinbase = bytes.fromhex(self.rpc("getrawtransaction", ids[0], False, block_hash))
        return header, [bytes.fromhex(txid)[::-1] for txid in ids], transaction.without_witness(coinbase)

    def headers(self, first: int, count: int) -> list[bytes]:
        hashes = [self._hash_at(first + at) for at in range(count)]
        return [bytes.fromhex(self.rpc("getblockheader", name, False)) for name in hashes]

    def _hash_at(self, height: int) -> str | None:
        try:
            return self.rpc("getblockhash", height)
        except Refused:
            return None  # the chain is not as high

    def _ask(self, method: str, *params: object, timeout: float = 10):
        """A call of the wallet, which is loaded again where the node was started anew."""
        try:
            return self.rpc(method, *params, wallet=self._wallet, timeout=timeout)
        except Refused as fault:
            if fault.code != WALLET_NOT_LOADED:
                raise
        self._load_wallet()
        return self.rpc(method, *params, wallet=self._wallet, timeout=timeout)

    def _load_wallet(self) -> None:
        if self._wallet in self.rpc("listwallets"):
            return
        try:
            self.rpc("loadwallet", self._wallet, True, timeout=10)
        except Refused as fault:
            if fault.code == WALLET_LOADED:
                return
            self.rpc("createwallet", self._wallet, True, True, "", False, True, True, timeout=10)

    def _descriptor(self, secret: bytes) -> str:
        return self.rpc("getdescriptorinfo", f"wpkh({keys.public_key(secret).hex()})")["descriptor"]

    def _deposit(self, entry: dict) -> Deposit:
        secret = self._watched[bytes.fromhex(entry["scriptPubKey"])]
        value = int(entry["amount"] * 100_000_000)
        return Deposit(transaction.Coin(entry["txid"], entry["vout"], value, secret), entry["confirmations"])

    def _is_continuation(self, entry: dict) -> bool:
        if entry["vout"] != 1:
            return False
        paying = bytes.fromhex(self._ask("gettransaction", entry["txid"])["hex"])
        return payload.is_of_a_lineage(transaction.outputs_of(paying)[0].script)
