"""Sources of headers: each is asked by itself, and what they gave is put together in their order (spec 7.1, 7.3)."""
from collections.abc import Callable
from functools import partial

import peers
import relays
import rests
from headers import Chain
from patience import Patience
from refusal import Refused, demand
from taking import MAX_HEADERS, Given, Taking

OF_HEADERS = {
    "MDT_HEADER_FORMAT",
    "MDT_HEADER_LINK",
    "MDT_POW",
    "MDT_BITS",
    "MDT_HEADER_TIME",
    "MDT_HEADER_FUTURE",
    "MDT_WRONG_CHAIN",
}
BY_HEIGHT = {"grpc": relays, "grpcs": relays, "http": rests, "https": rests}
TIMES = 10  # of blocks before one count for its median time past


class Source:
    """One of those that a question names."""

    def __init__(self, name: str, chain: Chain, patience: Patience) -> None:
        self.given = Given(name, code="MDT_SOURCE")  # until it has answered in full
        self._scheme = name.partition("://")[0]
        self._url = name.rstrip("/")
        self._genesis = chain.genesis
        self._patience = patience
        self._taking = Taking(chain)
        self._code: str | None = "MDT_SOURCE"
        self._below: list[bytes] = []

    def ask(self, now: int) -> None:
        try:
            with self._patience:
                if self._scheme == "p2p":
                    peers.ask(self._url, self._taking, self._patience, self._genesis, now)
                else:
                    _by_height(self._scheme).ask(self._url, self._taking, self._patience)
            self._code = None
        except Refused as refused:
            self._code = refused.code if refused.code in OF_HEADERS else "MDT_SOURCE"

    def end(self, chain: Chain) -> None:
        """Nothing more is taken but what it gave."""
        self.given.nodes = self._taking.end()
        self.given.code = self._code
        chain.merge(self.given.nodes)

    def can_be_asked_below(self) -> bool:
        return self._scheme in BY_HEIGHT and self.given.code != "MDT_SOURCE"

    def ask_below(self, begin: int, end: int) -> None:
        try:
            with self._patience:
                self._below = _by_height(self._scheme).ask_below(self._url, begin, end, self._patience)
        except Refused:
            pass

    def end_below(self, chain: Chain) -> None:
        """What does not lead up to the checkpoint is left out; what the source gave upon it has work of its own."""
        try:
            chain.add_below(self._below)
        except Refused:
            pass


def ask_below(sources: list[Source], chain: Chain, lowest: int, wait: Callable[[list], None]) -> None:
    """Asks for headers up to the checkpoint, where a block below it is to be looked up (MDT-CHN-111)."""
    begin = max(lowest - TIMES, 0)
    if lowest >= chain.root.height or begin >= chain.begin or chain.root.height - begin > MAX_HEADERS:
        return
    able = [source for source in sources if source.can_be_asked_below()]
    wait([partial(source.ask_below, begin, chain.root.height) for source in able])
    for source in able:
        source.end_below(chain)


def _by_height(scheme: str):
    demand(scheme in BY_HEIGHT, "MDT_SOURCE", "a source of no kind that is known")
    return BY_HEIGHT[scheme]
