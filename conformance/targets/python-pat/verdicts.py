"""The verdict on an entity (spec 7.3, 7.4)."""
from collections.abc import Callable
from dataclasses import dataclass, field

import canaries
import envelopes
import reading
import records
from headers import Chain, Header, Node, cut
from lineages import Lineage
from memories import Known, Memory
from records import Signed
from refusal import Refused, demand

SIXTH = 6
_UNKNOWN = ("MDT_SOURCE", "MDT_CONFIRMATIONS")
_WORDS = {"MDT_ALTERED": "ALTERED", "MDT_RETIRED": "RETIRED", "MDT_UNPINNED": "UNPINNED"}


@dataclass
class Question:
    """What is shown, and to whom."""

    octets: bytes | Refused  # of the hosted record, or why there are none
    chain: Chain
    pins: list[str]
    confirmations: int
    now: int
    place: str | None = None  # where it was read, unless it is of a bundle
    known: list[dict] | None = None  # STATUSes known from before, where the canary is asked for
    ask_statuses: Callable[[dict, list[dict]], list[bytes]] = lambda _record, _known: []
    memory: Memory = field(default_factory=Memory)


@dataclass
class Verdict:
    word: str = ""
    code: str | None = None
    evidence: dict = field(default_factory=dict)
    role: str | None = None
    seen: Known | None = None  # what there is to be remembered

    def answer(self) -> dict:
        code = {} if self.code is None else {"code": self.code}
        return {"verdict": self.word, **code, "evidence": self.evidence}


def verify(question: Question) -> Verdict:
    """The verdict, for a reader who may remember, and remembers then."""
    verdict = Verdict()
    try:
        all_records = _go_through(question, verdict)
        verdict.word = "VERIFIED"
        _remember(question, verdict)
        if question.known is not None:
            _ask_canary(question, all_records, verdict)
    except Refused as refused:
        word = "UNKNOWN" if refused.code in _UNKNOWN else "REJECTED"
        verdict.word, verdict.code = _WORDS.get(refused.code, word), refused.code
        if verdict.word == "RETIRED":
            _remember(question, verdict)
        is_known = verdict.evidence.get("entity_id") in question.memory.entities
        if refused.code == "MDT_LINEAGE_BROKEN" and is_known and question.known is not None:
            verdict.word = "TRIPPED"
    return verdict


def _remember(question: Question, verdict: Verdict) -> None:
    seen = verdict.seen
    if seen is not None and seen.entity_id in question.pins:
        question.memory.entities[seen.entity_id] = seen


def take_bundle(chain: Chain, bundle: dict) -> list[Node]:
    """Adds the headers of a bundle, left out where they are of another chain (MDT-VER-112). Gives those taken."""
    given: list[Node] = []
    octets, begin = bundle["headers"]["hex"], bundle["headers"]["from"]
    try:
        demand(len(octets) % 160 == 0 and len(octets) > 0, "MDT_HEADER_FORMAT")
        headers = cut(bytes.fromhex(octets))
        named = bundle["chain"]["checkpoint"]
        demand(bundle["chain"]["genesis"] == chain.genesis, "MDT_WRONG_CHAIN")
        _demand_shown(headers, begin, named["height"], named["hash"])
        _demand_shown(headers, begin, chain.root.height, chain.root.hash)
        below = max(chain.root.height - begin, 0)
        chain.add_below(headers[:below])
        chain.add(headers[max(chain.root.height + 1 - begin, 0) :], given)
    except Refused:
        pass  # a source that is left out; what it gave before stays (MDT-VER-105)
    return given


def statuses_of(bundle: dict) -> list[bytes]:
    return [text.encode("utf-8", "surrogatepass") for text in bundle.get("statuses", [])]


def _demand_shown(headers: list[bytes], begin: int, height: int, block_hash: str) -> None:
    """The headers show the block at this height, by itself or by the one after it, and it is this one."""
    at = height - begin
    if at == -1:
        demand(Header(headers[0]).previous == block_hash, "MDT_WRONG_CHAIN")
        return
    demand(0 <= at < len(headers), "MDT_WRONG_CHAIN", "the block is not shown")
    demand(Header(headers[at]).hash == block_hash, "MDT_WRONG_CHAIN")


def _go_through(question: Question, verdict: Verdict) -> list[Signed]:
    """
    The steps of 7.3; each refuses. The records of a stranger are not looked at closely, and who is altered is altered
    in the first place.
    """
    hosted, all_records = _read(question)
    memory, place, pins = question.memory, question.place, question.pins
    is_expected = not pins or all_records[0].digest.hex() in pins
    is_altered = is_expected and envelopes.is_altered(hosted, all_records)
    if is_altered or memory.is_altered(hosted, all_records, place, pins):
        demand(question.chain.has_answer, "MDT_SOURCE", "no headers")
        raise Refused("MDT_ALTERED")
    demand(not memory.is_doubted(all_records, place, pins), "MDT_SOURCE", "another record than the one known")
    _check_place(question, all_records[-1].record)
    verdict.role = all_records[-1].record["role"]
    verdict.evidence["entity_id"] = all_records[0].digest.hex()
    verdict.evidence["digest"] = all_records[-1].digest.hex()
    if is_expected:
        demand(all_records[0].record["chain"]["genesis"] == question.chain.genesis, "MDT_WRONG_CHAIN")
        for one in all_records:
            records.check_record(one.record)
    records.check_digests(hosted, all_records)
    records.check_signatures(hosted, all_records)
    demand(is_expected, "MDT_PIN")
    lineage = _check_chain(question, hosted, all_records, verdict)
    demand(lineage.retire is None or not _is_retired(question, hosted, lineage, all_records), "MDT_RETIRED")
    demand(bool(question.pins), "MDT_UNPINNED")
    return all_records


def _read(question: Question) -> tuple[dict, list[Signed]]:
    """Where an entity is known, what cannot be read is not signed by it (MDT-VER-102)."""
    try:
        if isinstance(question.octets, Refused):
            raise question.octets
        hosted = envelopes.read(question.octets)
        return hosted, records.all_of(hosted)
    except Refused as refused:
        is_known = bool(question.memory.expected_at(question.place, question.pins))
        raise Refused("MDT_SOURCE" if is_known else refused.code, str(refused)) from refused


def _check_place(question: Question, record: dict) -> None:
    """MDT-VER-108."""
    if question.place is not None:
        named = reading.place_of(record["services"]["birth_record"])
        demand(reading.place_of(question.place) == named, "MDT_SOURCE", "a copy")


def _check_chain(question: Question, hosted: dict, all_records: list[Signed], verdict: Verdict) -> Lineage:
    """Headers, anchor, depth, time, lineage."""
    chain, own = question.chain, question.confirmations
    demand(chain.has_answer, "MDT_SOURCE", "no headers")
    verdict.evidence["tip_hash"] = chain.tip.hash
    lineage = envelopes.check_links(hosted, all_records, [])
    known = question.memory.entities.get(all_records[0].digest.hex())
    txids = [link.transaction.txid for link in lineage.links]
    demand(known is None or known.tip in txids, "MDT_SOURCE", "a lineage that ends before the tip that is known")
    records.check_succession(all_records)
    for document in envelopes.documents_of(hosted):
        demand(document["chain"]["genesis"] == chain.genesis, "MDT_WRONG_CHAIN")
        chain.check_named(document["chain"]["checkpoint"], own)
    number = len(all_records) - 1
    locator = hosted["anchor"]["locator"]
    demand(chain.holds(locator["height"], locator["block_hash"], own), "MDT_NOT_IN_CHAIN")
    confirmations = chain.confirmations(locator["height"])
    verdict.evidence["confirmations"] = confirmations
    policy = all_records[lineage.links[lineage.anchor_of(number)].before].confirmations
    demand(confirmations >= max(own, policy), "MDT_CONFIRMATIONS")
    _check_time(chain, own, all_records[-1].record, locator["height"], verdict.evidence)
    heights = {lineage.anchor_of(number): locator["height"]}
    for proof in hosted["lineage"]["proofs"]:
        place = proof["locator"]
        demand(chain.holds(place["height"], place["block_hash"], own), "MDT_NOT_IN_CHAIN")
        heights[proof["link"]] = place["height"]
    for at, one in enumerate(all_records[:-1]):
        _check_freshness(chain, own, one.record, heights.get(lineage.anchor_of(at)))
    if "retirement" in hosted:
        _check_freshness(chain, own, hosted["retirement"]["retirement"], heights.get(lineage.retire))
    tips = [at for at, height in heights.items() if _is_deep(question, lineage, all_records, at, height)]
    tips += [txids.index(known.tip)] if known is not None else []
    verdict.seen = Known(
        entity_id=all_records[0].digest.hex(),
        digests=tuple(one.digest.hex() for one in all_records),
        key=all_records[-1].record["keys"]["anchor"],
        url=all_records[-1].record["services"]["birth_record"],
        tip=txids[max(tips)],
    )
    return lineage


def _check_time(chain: Chain, own: int, record: dict, height: int, evidence: dict) -> None:
    """MDT-VER-106."""
    _check_freshness(chain, own, record, height)
    evidence["existed_after"] = reading.time_of(chain.median_time_past(record["freshness"]["height"]))
    if height + SIXTH <= chain.tip.height:
        evidence["existed_before"] = reading.time_of(chain.median_time_past(height + SIXTH))


def _check_freshness(chain: Chain, own: int, document: dict, anchored_at: int | None) -> None:
    """MDT-VER-107."""
    named = document["freshness"]
    demand(anchored_at is None or named["height"] < anchored_at, "MDT_FRESHNESS", "not below its anchor")
    demand(chain.holds(named["height"], named["hash"], own), "MDT_FRESHNESS")


def _is_retired(question: Question, hosted: dict, lineage: Lineage, all_records: list[Signed]) -> bool:
    heights = [proof["locator"]["height"] for proof in hosted["lineage"]["proofs"] if proof["link"] == lineage.retire]
    return any(_is_deep(question, lineage, all_records, lineage.retire, height) for height in heights)


def _is_deep(question: Question, lineage: Lineage, all_records: list[Signed], link: int, height: int) -> bool:
    """Whether a link in a block of this height is as deep as MDT-CHN-110 asks."""
    policy = all_records[min(lineage.links[link].before, len(all_records) - 1)].confirmations
    return question.chain.confirmations(height) >= max(question.confirmations, policy)


def _ask_canary(question: Question, all_records: list[Signed], verdict: Verdict) -> None:
    chain, memory, entity_id = question.chain, question.memory, all_records[0].digest.hex()
    shown_records = [canaries.of_record(one.record, one.digest) for one in all_records]
    known = _each_once([*memory.statuses.get(entity_id, []), *question.known])
    shown = []
    try:
        shown = [canaries.read(octets) for octets in question.ask_statuses(all_records[-1].record, known)]
    except Refused:
        pass  # what cannot be read says nothing
    believed = memory.statuses[entity_id] = _each_once(canaries.believed(shown_records, shown, known))
    reader = canaries.Reader(max(question.now, chain.median_time_past(chain.tip.height)), chain, question.confirmations)
    state = canaries.state_of(entity_id, shown_records, believed, reader)
    if believed:
        state = _as_before(memory, entity_id, max(believed, key=_number)["status"]["record"], state)
    verdict.word, verdict.code = state.word, state.code


def _as_before(memory: Memory, entity_id: str, record: str, state: canaries.State) -> canaries.State:
    """What the chain said against a STATUS it has said, though it may change (MDT-STA-107)."""
    if state.word == "TRIPPED" and state.code in ("MDT_WRONG_CHAIN", "MDT_FRESHNESS"):
        memory.trips[entity_id, record] = state.code
    before = memory.trips.get((entity_id, record))
    return state if state.word == "TRIPPED" or before is None else canaries.State("TRIPPED", before)


def _number(hosted: dict) -> int:
    return hosted["status"]["seq"]


def _each_once(statuses: list[dict]) -> list[dict]:
    return list({hosted["sha256"]: hosted for hosted in statuses}.values())
