"""What is taken of one source of headers (spec 7.1, MDT-VER-105)."""
import threading
from dataclasses import dataclass, field

from headers import Chain, Header, Node
from refusal import Refused, demand

AT_ONCE = 2_000  # headers that are asked for in one turn
MAX_HEADERS, MAX_TURNS = 50_000, 4_096


@dataclass
class Given:
    """What a source gave that was taken, in its order, and why nothing more was."""

    name: str
    nodes: list[Node] = field(default_factory=list)
    code: str | None = None

    def evidence(self, chain: Chain) -> dict:
        shown: dict = {"name": self.name, "best": False}
        if self.nodes:
            tip = max(self.nodes, key=lambda node: node.work)
            shown |= {"tip_hash": tip.hash, "work": f"{tip.work:064x}", "best": tip.hash == chain.tip.hash}
        return shown if self.code is None else shown | {"code": self.code}


class Taking:
    """Takes the headers of a source into a tree of its own, where they meet nobody else's."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain.copy()
        self._start = chain.locator()
        self._lock = threading.Lock()
        self._is_over = False
        self._turns = 0
        self._new: set[str] = set()
        self._given: list[Node] = []

    @property
    def root(self) -> Header:
        return self._chain.root.header

    def locator(self) -> list[str]:
        """From what the source gave last, or from the reader's own chain."""
        last = [self._given[-1].hash] if self._given else []
        return [*last, *self._start][:64]

    def take(self, headers: list[bytes]) -> bool:
        """Whether there was one that the source had not given before. Refuses what is wrong, and what is too much."""
        with self._lock:
            demand(not self._is_over, "MDT_SOURCE", "out of time")
            self._turns += 1
            demand(self._turns <= MAX_TURNS, "MDT_SOURCE", "too many turns")
            before, begin = len(self._new), len(self._given)
            try:
                self._chain.add(headers, self._given)
            finally:
                self._new.update(node.hash for node in self._given[begin:])
            demand(len(self._new) <= MAX_HEADERS, "MDT_SOURCE", "too many headers")
            return len(self._new) > before

    def end(self) -> list[Node]:
        """Nothing more is taken. What was given, in its order."""
        with self._lock:
            self._is_over = True
            return self._given
