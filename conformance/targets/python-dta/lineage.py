"""
The anchors of an entity (spec 2.2 and 6.1).

Kept are the documents that were declared, in their order, and every transaction that was ever signed for one of them.
Where the lineage stands is read from the chain each time: from the outpoint of the first record upwards, the version of
each anchor that is confirmed. So a restart, a reorganisation and a fee that was raised are one and the same case.
"""
import math
from dataclasses import dataclass

import keys
import payload
import transaction
from canonical import digest
from launch import log
from node import Deposit, Node, Place, Tip
from rpc import Refused
from state import State

PATIENCE_BLOCKS = 6  # after so many an anchor that is not confirmed is replaced (MDT-LIN-018)
MATURE = 6  # confirmations of an input after input 0 (MDT-LIN-008)
MAX_FEE_SAT_VB = 500  # of a replacement
MAX_DEPOSITS = 20  # that one anchor takes in


class Unfunded(Exception):
    """Coin is needed: so many satoshi more, to the address of `public_key`."""

    def __init__(self, missing: int, public_key: bytes, immature: bool) -> None:
        super().__init__("coin is needed")
        self.missing = missing
        self.public_key = public_key
        self.immature = immature  # what was paid is enough, and needs confirmations


@dataclass(frozen=True)
class Link:
    """An anchor in the active chain."""

    declared: int
    octets: bytes
    prevout_value: int
    place: Place


class Lineage:
    def __init__(self, state: State, node: Node, fee_sat_vb: int) -> None:
        self._state = state
        self._node = node
        self._fee_rate = fee_sat_vb

    @property
    def declared(self) -> list[dict]:
        """What was declared: `kind`, `document`, `signature`, of a successor `previous_signature`."""
        return self._state.data["declared"]

    @property
    def entity_id(self) -> bytes:
        return digest(self.declared[0]["document"])

    def records(self, before: int | None = None) -> list[dict]:
        """The Birth Records among the first `before` documents."""
        return [entry["document"] for entry in self.declared[:before] if entry["kind"] != payload.RETIRE]

    def depth_needed(self, number: int) -> int:
        """The confirmations that the anchor of document `number` needs: by the record before it, of a BIRTH its own."""
        return self.records(max(number, 1))[-1]["policy"]["confirmations"]

    def links(self) -> list[Link]:
        """The anchors in the active chain, the BIRTH first."""
        links: list[Link] = []
        for number in range(len(self.declared)):
            link = self._link(number, self._outpoint(links))
            if link is None:
                break
            links.append(link)
        return links

    def tend(self, tip: Tip, links: list[Link]) -> None:
        """Broadcasts what is to be in the node's mempool, anew where it is stuck. Raises Unfunded."""
        self._note_mined(links)
        outpoint = self._outpoint(links)
        for number in range(len(links), len(self.declared)):
            if number > len(links) and not any(version["mined"] for version in self._versions(number, outpoint)):
                return  # one unconfirmed anchor at a time, but for those that were mined before (MDT-LIN-015)
            txid = self._tend_one(number, outpoint, tip, first=number == len(links))
            if txid is None:
                return
            outpoint = (txid, 1)

    def _tend_one(self, number: int, outpoint: tuple[str, int], tip: Tip, first: bool) -> str | None:
        """The transaction ID of the version that the node has in its mempool."""
        if not self._versions(number, outpoint):
            self._sign(number, outpoint, self._fee_rate, 0, tip)
        elif first:
            self._replace_if_stuck(number, outpoint, tip)
        return self._broadcast(self._versions(number, outpoint))

    def _broadcast(self, versions: list[dict]) -> str | None:
        """Sends what the node lacks; the transaction ID of the version that it has then."""
        newest = _newest(versions)
        held = [version["txid"] for version in versions if self._node.is_in_mempool(version["txid"])]
        if newest["txid"] in held:
            return newest["txid"]
        # A version that was mined before comes first (MDT-LIN-017), one that lost against another comes last.
        waiting = [newest] if held else sorted(versions, key=lambda one: (one["outdone"], not one["mined"], -one["fee"]))
        for version in waiting:
            try:
                self._node.rpc("sendrawtransaction", version["hex"])
            except Refused as fault:
                log(f"the node does not take {version['txid']}: {fault}")
            else:
                return version["txid"]
        return held[0] if held else None

    def _replace_if_stuck(self, number: int, outpoint: tuple[str, int], tip: Tip) -> None:
        newest = _newest(self._versions(number, outpoint))
        if newest["since"] is None or newest["since"] > tip.height:
            newest["since"] = tip.height  # it was confirmed, and is not any more
            self._state.save()
        if tip.height - newest["since"] < PATIENCE_BLOCKS:
            return
        size = newest["vsize"]
        fee = max(math.ceil(newest["fee"] * 1.5), newest["fee"] + size + 1)
        if fee > MAX_FEE_SAT_VB * size:
            return
        try:
            self._sign(number, outpoint, math.ceil(fee / size), fee, tip)
        except Unfunded:
            log(f"no coin to raise the fee of {newest['txid']}")

    def _sign(self, number: int, outpoint: tuple[str, int], rate: int, least_fee: int, tip: Tip) -> None:
        """Makes a version of the anchor of document `number` and keeps it."""
        entry = self.declared[number]
        script = payload.script(self._payload(entry))
        own = transaction.Coin(*outpoint, self._value(outpoint), self._secret(number))
        deposits = self._node.deposits()
        taken = [deposit.coin for deposit in self._worthwhile(deposits, own, rate) if deposit.confirmations >= MATURE]
        coins = [own, *taken[:MAX_DEPOSITS]]
        size = transaction.vsize(len(coins), script)
        fee = max(least_fee, rate * size)
        rest = sum(coin.value for coin in coins) - fee
        if rest < transaction.DUST:
            raise self._unfunded(transaction.DUST - rest, self._worthwhile(deposits, own, rate), rate, number)
        paid = transaction.p2wpkh_script(keys.public_key(self._secret(number + 1)))
        octets = transaction.signed(coins, [transaction.Output(0, script), transaction.Output(rest, paid)])
        self._state.data["anchors"].append(
            {
                "declared": number,
                "hex": octets.hex(),
                "txid": transaction.txid(octets),
                "spends": list(outpoint),
                "fee": fee,
                "vsize": size,
                "mined": False,
                "outdone": False,  # another version was mined in its place
                "since": tip.height,
            }
        )
        self._state.save()  # on disk before the network sees it (MDT-LIN-010)

    def _unfunded(self, missing: int, deposits: list[Deposit], rate: int, number: int) -> Unfunded:
        immature = [deposit for deposit in deposits if deposit.confirmations < MATURE]
        coming = sum(deposit.coin.value - rate * transaction.INPUT_VSIZE for deposit in immature)
        return Unfunded(missing - coming, keys.public_key(self._secret(number)), immature=coming >= missing)

    def _worthwhile(self, deposits: list[Deposit], own: transaction.Coin, rate: int) -> list[Deposit]:
        """Deposits that bring more than they cost, the greatest first."""
        least = rate * transaction.INPUT_VSIZE
        others = [one for one in deposits if (one.coin.txid, one.coin.vout) != (own.txid, own.vout)]
        return sorted((one for one in others if one.coin.value > least), key=lambda one: -one.coin.value)

    def _payload(self, entry: dict) -> bytes:
        named = digest(entry["document"])
        if entry["kind"] == payload.BIRTH:
            return payload.birth(named, entry["document"]["issuer"])
        return payload.later(entry["kind"], named, self.entity_id)

    def _secret(self, number: int) -> bytes:
        """The anchor key of the record in force before document `number`; of a BIRTH its own."""
        return bytes.fromhex(self._state.data["keys"]["anchors"][len(self.records(max(number, 1))) - 1])

    def _outpoint(self, links: list[Link]) -> tuple[str, int]:
        if links:
            return transaction.txid(links[-1].octets), 1
        lineage = self.declared[0]["document"]["lineage"]
        return lineage["txid"], lineage["vout"]

    def _value(self, outpoint: tuple[str, int]) -> int:
        for version in self._state.data["anchors"]:
            if version["txid"] == outpoint[0]:
                return transaction.outputs_of(bytes.fromhex(version["hex"]))[outpoint[1]].value
        return self._state.data["lineage_value"]

    def _versions(self, number: int, outpoint: tuple[str, int]) -> list[dict]:
        """What was signed for document `number` and spends `outpoint`, in the order of signing."""
        spent = list(outpoint)
        return [one for one in self._state.data["anchors"] if one["declared"] == number and one["spends"] == spent]

    def _link(self, number: int, outpoint: tuple[str, int]) -> Link | None:
        for version in self._versions(number, outpoint):
            place = self._node.place(version["txid"])
            if place is not None:
                return Link(number, bytes.fromhex(version["hex"]), self._value(outpoint), place)
        return None

    def _note_mined(self, links: list[Link]) -> None:
        mined = {transaction.txid(link.octets) for link in links}
        spent = [list(transaction.first_input(link.octets)) for link in links]
        changed = False
        for version in self._state.data["anchors"]:
            if version["spends"] not in spent:
                continue
            won = version["txid"] in mined
            noted = {"mined": won or version["mined"], "outdone": not won, "since": None}
            changed = changed or any(version[name] != value for name, value in noted.items())
            version.update(noted)
        if changed:
            self._state.save()


def _newest(versions: list[dict]) -> dict:
    """The version to have in the mempool: the one with the highest fee of those that lost against no other."""
    return min(versions, key=lambda version: (version["outdone"], -version["fee"]))
