"""The life of one entity: its birth, its successors and its end (spec 2.2, 3.1 and chapter 6)."""
import documents
import keys
import payload
import transaction
from launch import Clock
from lineage import MATURE, Lineage, Link, Unfunded
from node import Deposit, Node, Tip
from shown import Shown, show
from state import State

RESERVE_SAT = 50_000  # what a lineage begins with, beside the fee of its BIRTH
FRESHNESS_DEPTH = 8  # blocks upon the freshness block: 6 to 144 are allowed (MDT-DOC-015)
LEAST_PAYMENT = 1_000
MAX_SUCCESSORS = 64  # as many as can be hosted (MDT-REC-021)


class Pending(Exception):
    """It cannot go on by itself: the code and what it waits for in words, and what it asks for."""

    def __init__(self, code: str, detail: str, funding: dict | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.funding = funding


class NotNow(Exception):
    """A control that is answered with a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Entity:
    def __init__(self, launch: dict, state: State, clock: Clock, node: Node) -> None:
        self._launch = launch
        self._state = state
        self._clock = clock
        self._node = node
        self._fee_rate = launch["chain"].get("fee_sat_vb", 5)
        self._lineage = Lineage(state, node, self._fee_rate)
        self._watched = 0  # how many keys the node was asked to watch in this life
        self.shown: Shown | None = None  # what is served: None until the BIRTH is deep enough
        self.unsettled = True  # whether to look again though no block came
        self._seen: tuple[str, list[Link], Shown | None] = ("", [], None)

    def live(self) -> None:
        """One look at the chain, and whatever follows from it. Raises Pending, WrongChain or Unavailable."""
        while True:
            tip = self._node.look()
            self._prepare(tip)
            if not self._state.data.get("declared"):
                self._give_birth(tip)
            links, shown = self._look_at(tip)
            lacking = self._tend(tip, links)
            if self._node.best() == tip.hash:
                break  # otherwise a block came in between, and what was seen may be of two chains
        self.shown = shown
        self.unsettled = len(links) < len(self._lineage.declared)
        if lacking is not None:
            raise lacking
        if shown is None:
            needed = self._lineage.depth_needed(0)
            depth = links[0].place.confirmations if links else 0
            raise Pending("MDT_CONFIRMATIONS", f"the BIRTH has {depth} of {needed} confirmations")

    def declare_successor(self) -> None:
        """Signs and keeps the next record, and hands its anchor to the node where there is coin."""
        self._refuse_if_ended()
        secrets = self._state.data["keys"]
        records = self._lineage.records()
        if self.shown.record != records[-1]:
            raise NotNow("MDT_PENDING")
        if len(records) > MAX_SUCCESSORS:
            raise NotNow("MDT_POLICY")
        tip = self._node.look()
        before = secrets["anchors"][-1]
        secrets = secrets | {
            "anchors": [*secrets["anchors"], secrets["next_anchor"]],
            "next_anchor": keys.fresh_secret().hex(),
        }
        record = documents.successor_record(self._launch, secrets, self._bracket(tip, records[-1]), records)
        self._state.data["keys"] = secrets
        signed = {"previous_signature": documents.signature(record, before)}
        self._declare(payload.SUCCESSOR, record, secrets["anchors"][-1], signed)

    def retire(self, reason: str | None) -> None:
        """Signs and keeps the end, and hands its anchor to the node where there is coin."""
        self._refuse_if_ended()
        tip = self._node.look()
        records = self._lineage.records()
        bracket = self._bracket(tip, records[-1])
        entity_id = self._lineage.entity_id.hex()
        document = documents.retirement(self._launch, bracket, entity_id, reason or "The service has ended")
        self._declare(payload.RETIRE, document, self._state.data["keys"]["anchors"][-1], {})

    def _refuse_if_ended(self) -> None:
        declared = self._state.data.get("declared")
        if not declared or self.shown is None:
            raise NotNow("MDT_NOT_READY")
        if declared[-1]["kind"] == payload.RETIRE:
            raise NotNow("MDT_RETIRED")

    def _prepare(self, tip: Tip) -> None:
        """Makes the keys once, and has the node watch their addresses."""
        data = self._state.data
        if not data:
            planted = self._launch.get("import_secrets", {})
            data |= {"keys": documents.fresh_keys(planted), "since": tip.median_time, "declared": [], "anchors": []}
            self._state.save()
        anchors = data["keys"]["anchors"]
        if self._watched < len(anchors):
            self._node.watch(anchors, data["since"])
            self._watched = len(anchors)

    def _give_birth(self, tip: Tip) -> None:
        """Writes the first record once its coin is deep enough (MDT-LIN-002). Raises Pending until then."""
        coin = self._birth_coin()
        if tip.height < FRESHNESS_DEPTH:
            raise Pending("MDT_CONFIRMATIONS", "the chain is too short to date a document")
        lineage = {"txid": coin.txid, "vout": coin.vout}
        record = documents.birth_record(self._launch, self._state.data["keys"], self._bracket(tip), lineage)
        self._state.data["lineage_value"] = coin.value
        self._declare(payload.BIRTH, record, self._state.data["keys"]["anchors"][0], {})

    def _birth_coin(self) -> transaction.Coin:
        needed = RESERVE_SAT + self._fee_rate * 250
        deposits = sorted(self._node.deposits(), key=lambda one: -one.coin.value)
        settled = [one for one in deposits if one.confirmations >= self._launch["policy"]["confirmations"]]
        if settled:
            others = [one for one in deposits if one is not settled[0] and one.confirmations >= MATURE]
            if settled[0].coin.value + self._worth(others) >= needed:
                return settled[0].coin
        missing = needed - self._worth(deposits)
        if deposits and missing <= -self._input_cost():
            raise Pending("MDT_CONFIRMATIONS", "what was paid needs confirmations")
        raise self._unfunded(missing, keys.public_key(bytes.fromhex(self._state.data["keys"]["anchors"][0])))

    def _worth(self, deposits: list[Deposit]) -> int:
        """What deposits bring as further inputs, those left out that cost more than they hold."""
        return sum(max(0, one.coin.value - self._input_cost()) for one in deposits)

    def _input_cost(self) -> int:
        return self._fee_rate * transaction.INPUT_VSIZE

    def _unfunded(self, missing: int, public_key: bytes) -> Pending:
        amount = max(missing + 2 * self._input_cost(), LEAST_PAYMENT)
        asked = {"address": transaction.p2wpkh_address(public_key), "min_sat": amount}
        return Pending("MDT_UNFUNDED", "coin is needed", asked)

    def _look_at(self, tip: Tip) -> tuple[list[Link], Shown | None]:
        """The anchors in the chain of this tip, and what is served then."""
        if self._seen[0] != tip.hash or len(self._seen[1]) == 0:
            links = self._lineage.links()
            self._seen = (tip.hash, links, show(self._launch, self._lineage, self._node, links))
        return self._seen[1:]

    def _tend(self, tip: Tip, links: list[Link]) -> Pending | None:
        try:
            self._lineage.tend(tip, links)
        except Unfunded as fault:
            if fault.immature:
                return Pending("MDT_CONFIRMATIONS", "what was paid needs 6 confirmations")
            return self._unfunded(fault.missing, fault.public_key)
        return None

    def _bracket(self, tip: Tip, before: dict | None = None) -> dict:
        """`created` and `freshness` of a document that is written now (MDT-DOC-015, MDT-DOC-016)."""
        freshness, median_time = self._node.block_before(tip, FRESHNESS_DEPTH)
        return {"created": documents.time_of(max(self._clock.now(), median_time)), "freshness": freshness}

    def _declare(self, kind: int, document: dict, secret: str, more: dict) -> None:
        entry = {"kind": kind, "document": document, "signature": documents.signature(document, secret), **more}
        self._state.data["declared"].append(entry)
        self._state.save()
