"""Questions about an entity over the network (spec/certification.md, C.2, `verify_entity`)."""
import time
from collections.abc import Callable
from functools import partial

import addresses
import canaries
import envelopes
import fetching
import reading
import records
import sources
import statuses
import verdicts
from anchors import REGTEST
from headers import Chain
from memories import Memory
from patience import Patience, side_by_side
from refusal import Refused

ANSWER_SECONDS = 9  # after which nobody is waited for: the kit waits for 10
_memories: dict[str, Memory] = {}


def verify_entity(question: dict) -> dict:
    memory = _memories.setdefault(question["memory"], Memory()) if "memory" in question else Memory()
    now, seconds = reading.seconds_of(question["now"]), question["patience_seconds"]
    last = time.monotonic() + ANSWER_SECONDS
    chain = Chain(question["chain"]["parameters"], question["chain"]["checkpoint"], now)
    memory.restore(chain)
    wait, patience = partial(side_by_side, seconds=seconds, last=last), partial(Patience, seconds, last)
    hosts = _Hosts(patience, chain.genesis == REGTEST)
    record = _Record(question["url"], hosts)
    asked = [sources.Source(name, chain, patience()) for name in question["sources"]]
    wait([record.fetch, *(partial(source.ask, now) for source in asked)])
    octets = record.octets  # what comes later has not come
    for source in asked:
        source.end(chain)
    chain.has_answer = any(source.given.code is None for source in asked)  # headers of an earlier run are none (7.3)
    search = partial(sources.ask_below, asked, chain, wait=wait)
    if _is_expected(octets, question["pins"]):
        search(_lowest_of_record(octets))
    verdict = verdicts.verify(
        verdicts.Question(
            octets=octets,
            chain=chain,
            pins=question["pins"],
            confirmations=question["policy"]["confirmations"],
            now=now,
            place=question["url"],
            known=question["canary"]["known"] if "canary" in question else None,
            ask_statuses=partial(_ask_statuses, hosts, search),
            memory=memory,
        )
    )
    memory.keep(chain)
    verdict.evidence["sources"] = [source.given.evidence(chain) for source in asked]
    return verdict.answer()


class _Hosts:
    """Each host has its patience for all that it is asked."""

    def __init__(self, make_patience: Callable[[], Patience], clear: bool) -> None:
        self._make_patience = make_patience
        self._clear = clear
        self._patience: dict[tuple[str, int], Patience] = {}

    def get(self, url: str, cap: int) -> bytes:
        address = addresses.read(url)
        patience = self._patience.setdefault((address.host, address.port), self._make_patience())
        with patience:
            return fetching.get(url, cap, patience, self._clear)


class _Record:
    """The octets of a hosted record, or why there are none."""

    def __init__(self, url: str, hosts: _Hosts) -> None:
        self._url = url
        self._hosts = hosts
        self.octets: bytes | Refused = Refused("MDT_SOURCE", "out of time")

    def fetch(self) -> None:
        try:
            self.octets = self._hosts.get(self._url, envelopes.CAP)
        except Refused as refused:
            self.octets = refused


def _is_expected(octets: bytes | Refused, pins: list[str]) -> bool:
    """Whether it is worth asking for what a record names: strangers can name much."""
    try:
        first = records.all_of(_parsed(octets))[0]
    except Refused:
        return False
    return not pins or first.digest.hex() in pins


def _lowest_of_record(octets: bytes) -> int:
    """The height of the lowest block that is to be looked up for a record."""
    hosted = _parsed(octets)
    anchors = [hosted["anchor"], *hosted["lineage"]["proofs"]]
    heights = [document["freshness"]["height"] for document in envelopes.documents_of(hosted)]
    return min(heights + [each["locator"]["height"] for each in anchors])


def _parsed(octets: bytes | Refused) -> dict:
    if isinstance(octets, Refused):
        raise octets
    return envelopes.read(octets)


def _ask_statuses(hosts: _Hosts, search, record: dict, known: list[dict]) -> list[bytes]:
    """Those from the one that is known, and headers down to the blocks that they name."""
    begin = max((each["status"]["seq"] + 1 for each in known), default=0)
    found = statuses.fetch(record["services"]["status"], begin, hosts.get)
    try:
        named = [canaries.read(octets) for octets in found]
        for each in named:
            reading.check(each, "hosted-status")
    except Refused:
        return found  # says nothing
    heights = [each["status"]["freshness"]["height"] for each in [*named, *known]]
    if heights:
        search(min(heights))
    return found
