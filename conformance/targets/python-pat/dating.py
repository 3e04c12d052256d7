"""What the reader's headers say of the chain, the block and the time that a STATUS or a root names (spec 8.7, 9.3)."""
from collections.abc import Callable

import reading
from headers import Chain
from refusal import Refused, demand

WRITTEN_BEFORE = 168  # blocks upon the one that it names for its age


def check(document: dict, chain: Chain, own: int) -> None:
    """Refuses; with MDT_SOURCE only where nothing else is wrong (MDT-VER-111)."""
    looks: list[Callable[[dict, Chain, int], None]] = [_check_chain, _check_age]
    doubt = None
    for look in looks:
        try:
            look(document, chain, own)
        except Refused as refused:
            if refused.code != "MDT_SOURCE":
                raise
            doubt = refused
    if doubt is not None:
        raise doubt


def _check_chain(document: dict, chain: Chain, own: int) -> None:
    """MDT-STA-108, MDT-LOG-109."""
    named = document["chain"]
    demand(named["genesis"] == chain.genesis, "MDT_WRONG_CHAIN")
    chain.check_named(named["checkpoint"], own)


def _check_age(document: dict, chain: Chain, own: int) -> None:
    """MDT-STA-109 and MDT-STA-110, MDT-LOG-110 and MDT-LOG-111."""
    named, created = document["freshness"], reading.seconds_of(document["created"])
    demand(chain.holds(named["height"], named["hash"], own), "MDT_FRESHNESS")
    demand(chain.median_time_past(named["height"]) <= created, "MDT_FRESHNESS", "before its block")
    after = named["height"] + WRITTEN_BEFORE
    if after <= chain.tip.height:
        demand(created <= chain.median_time_past(after), "MDT_FRESHNESS", "long after its block")
