"""The verdict on an entity (spec 7.3, 7.4), for a reader without a memory."""
from dataclasses import dataclass, field

import canaries
import envelopes
import reading
import records
from headers import Chain, Header, cut
from lineages import Lineage
from records import Signed
from refusal import Refused, demand

SIXTH = 6
_UNKNOWN = ("MDT_SOURCE", "MDT_CONFIRMATIONS")
_WORDS = {"MDT_ALTERED": "ALTERED", "MDT_RETIRED": "RETIRED", "MDT_UNPINNED": "UNPINNED"}


@dataclass
class Question:
    """What is shown, and to whom."""

    octets: bytes | None  # of the hosted record; None: nothing came
    chain: Chain
    pins: list[str]
    confirmations: int
    now: int
    place: str | None = None  # where it was read, unless it is of a bundle
    statuses: list[str] | None = None
    known: list[dict] | None = None  # STATUSes known from before, where the canary is asked for


@dataclass
class Verdict:
    word: str = ""
    code: str | None = None
    evidence: dict = field(default_factory=dict)
    role: str | None = None

    def answer(self) -> dict:
        code = {} if self.code is None else {"code": self.code}
        return {"verdict": self.word, **code, "evidence": self.evidence}


def verify(question: Question) -> Verdict:
    verdict = Verdict()
    try:
        all_records = _go_through(question, verdict)
        verdict.word = "VERIFIED"
        if question.known is not None:
            _ask_canary(question, all_records, verdict)
    except Refused as refused:
        word = "UNKNOWN" if refused.code in _UNKNOWN else "REJECTED"
        verdict.word, verdict.code = _WORDS.get(refused.code, word), refused.code
    return verdict


def take_bundle(chain: Chain, bundle: dict) -> None:
    """Adds the headers of a bundle, which are left out where they are of another chain (MDT-VER-112)."""
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
        chain.add(headers[max(chain.root.height + 1 - begin, 0) :])
    except Refused:
        pass  # a source that is left out; what it gave before stays (MDT-VER-105)


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
    demand(question.octets is not None, "MDT_SOURCE", "nothing came")
    hosted = envelopes.read(question.octets)
    all_records = records.all_of(hosted)
    if envelopes.is_altered(hosted, all_records):
        demand(question.chain.has_answer, "MDT_SOURCE", "no headers")
        raise Refused("MDT_ALTERED")
    _check_place(question, all_records[-1].record)
    verdict.role = all_records[-1].record["role"]
    verdict.evidence["entity_id"] = all_records[0].digest.hex()
    verdict.evidence["digest"] = all_records[-1].digest.hex()
    is_expected = not question.pins or all_records[0].digest.hex() in question.pins
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
    """Whether the RETIRE is as deep as MDT-CHN-110 asks."""
    policy = all_records[lineage.links[lineage.retire].before].confirmations
    heights = [proof["locator"]["height"] for proof in hosted["lineage"]["proofs"] if proof["link"] == lineage.retire]
    deep = [question.chain.confirmations(height) >= max(question.confirmations, policy) for height in heights]
    return any(deep)


def _ask_canary(question: Question, all_records: list[Signed], verdict: Verdict) -> None:
    shown = []
    try:
        shown = [canaries.read(text) for text in question.statuses or []]
    except Refused:
        pass  # what cannot be read says nothing
    chain = question.chain
    state = canaries.state_of(
        all_records[0].digest.hex(),
        [canaries.of_record(one.record, one.digest) for one in all_records],
        shown,
        question.known or [],
        canaries.Reader(max(question.now, chain.median_time_past(chain.tip.height)), chain, question.confirmations),
    )
    verdict.word, verdict.code = state.word, state.code
