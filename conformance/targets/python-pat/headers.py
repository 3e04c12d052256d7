"""Headers with work: a tree of them from the reader's own checkpoint, and its active chain (spec 7.1)."""
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field

from refusal import Refused, demand
from transaction import sha256d

FUTURE_SECONDS = 7_200
MEDIAN_OF = 11
ONE_BY_ONE = 10  # hashes of a locator, before its steps double


@dataclass(frozen=True)
class Header:
    octets: bytes

    @property
    def previous(self) -> str:
        return self.octets[4:36][::-1].hex()

    @property
    def root(self) -> bytes:
        """Of the block's transactions, as computed."""
        return self.octets[36:68]

    @property
    def time(self) -> int:
        return int.from_bytes(self.octets[68:72], "little")

    @property
    def bits(self) -> int:
        return int.from_bytes(self.octets[72:76], "little")

    @property
    def hash(self) -> str:
        return sha256d(self.octets)[::-1].hex()


def read_header(octets: bytes) -> Header:
    """A header of 80 octets whose hash is not above its target (MDT-CHN-101, MDT-CHN-103, MDT-PRF-107)."""
    demand(len(octets) == 80, "MDT_HEADER_FORMAT")
    header = Header(octets)
    demand(int(header.hash, 16) <= target_of(header.bits), "MDT_POW")
    return header


def target_of(bits: int) -> int:
    """The target of its compact form; -1, which no hash meets, of one that is negative, zero or beyond 256 bits."""
    size, word = bits >> 24, bits & 0x7FFFFF
    target = word << 8 * (size - 3) if size > 3 else word >> 8 * (3 - size)
    if bits & 0x800000 or target == 0 or target >= 1 << 256:
        return -1
    return target


def compact(target: int) -> int:
    size = (target.bit_length() + 7) // 8
    word = target >> 8 * (size - 3) if size > 3 else target << 8 * (3 - size)
    return (size + 1) << 24 | word >> 8 if word & 0x800000 else size << 24 | word


def next_bits(parameters: dict, first_time: int, last_time: int, bits: int) -> int:
    """After an interval whose first and last headers have these times."""
    whole = parameters["target_timespan_seconds"]
    span = min(max(last_time - first_time, whole // 4), whole * 4)
    limit = target_of(int(parameters["pow_limit_bits"], 16))
    return compact(min(target_of(bits) * span // whole, limit))


def median(times: Iterable[int]) -> int:
    in_order = sorted(times)
    return in_order[len(in_order) // 2]


@dataclass(slots=True)
class Node:
    """A block of the tree, from the checkpoint on. Once made it stays as it is, and can be in several trees."""

    height: int
    hash: str
    header: Header
    work: int
    times: tuple[int, ...]  # its own and those of up to 10 blocks before it, oldest first
    period_time: int | None  # of the first block of its interval
    parent: "Node | None" = field(repr=False)


class Chain:
    """What a reader knows of its chain."""

    def __init__(self, parameters: dict, checkpoint: dict, now: int) -> None:
        self._parameters = parameters
        self._now = now
        self._previous_times = checkpoint["previous_times"]
        header = Header(bytes.fromhex(checkpoint["header"]))
        height = checkpoint["height"]
        starts = height % parameters["interval"] == 0
        self.root = Node(
            height,
            checkpoint["hash"],
            header,
            int(checkpoint["chainwork"], 16),
            (*self._previous_times, header.time)[-MEDIAN_OF:],
            header.time if starts else checkpoint.get("period_time"),
            None,
        )
        self._nodes = {self.root.hash: self.root}
        self._tip = self.root
        self._active: dict[int, Node] = {}
        self._below: dict[int, Header] = {}
        self.has_answer = False  # whether a source gave a header that belongs to the chain

    @property
    def tip(self) -> Node:
        return self._tip

    @property
    def genesis(self) -> str:
        return self._parameters["genesis"]

    @property
    def begin(self) -> int:
        """The height of the lowest block whose header is known."""
        return min(self._below, default=self.root.height)

    def copy(self) -> "Chain":
        """A tree of its own with the same blocks."""
        made = copy(self)
        made._nodes, made._below, made._active = dict(self._nodes), dict(self._below), {}
        return made

    def add(self, headers: list[bytes], given: list[Node] | None = None) -> None:
        """
        Takes a source's headers in their order, and notes in `given` which. What came before a refusal stays
        (MDT-VER-105).
        """
        before = None
        for octets in headers:
            demand(len(octets) == 80, "MDT_HEADER_FORMAT")
            header = Header(octets)
            if before is None:
                before = self._nodes.get(header.previous)
                demand(before is not None, "MDT_WRONG_CHAIN", "does not follow a header that is known")
            demand(header.previous == before.hash, "MDT_HEADER_LINK")
            before = self._nodes.get(header.hash) or self._take(header, before)
            self.has_answer = True
            if given is not None:
                given.append(before)

    def merge(self, nodes: list[Node]) -> None:
        """Takes what a copy of this tree has taken already, in the order in which it did."""
        for node in nodes:
            if node.hash not in self._nodes:
                self._join(node)
            self.has_answer = True

    def add_below(self, headers: list[bytes]) -> None:
        """Takes headers that lead up to the checkpoint, each by the hash in the one after it (MDT-CHN-111)."""
        expected, below = self.root.header.previous, {}
        for distance, octets in enumerate(reversed(headers), 1):
            demand(len(octets) == 80, "MDT_HEADER_FORMAT")
            header = Header(octets)
            demand(header.hash == expected and distance <= self.root.height, "MDT_WRONG_CHAIN")
            below[self.root.height - distance] = header
            expected = header.previous
        self._below.update(below)
        self.has_answer = self.has_answer or bool(below)

    def headers(self) -> list[bytes]:
        """Those of the active chain, from the lowest that is known up to the tip."""
        below = [self._below[height].octets for height in range(self.begin, self.root.height)]
        upon = [self._node_at(height).header.octets for height in range(self.root.height, self._tip.height + 1)]
        return below + upon

    def locator(self) -> list[str]:
        """Hashes by which a source finds where its chain and this one part (7.1)."""
        hashes, step, height = [], 1, self._tip.height - 1
        while height > self.root.height:
            hashes.append(self._node_at(height).hash)
            if len(hashes) >= ONE_BY_ONE:
                step *= 2
            height -= step
        return [*hashes, self.root.hash]

    def hash_at(self, height: int) -> str | None:
        """Of the block at this height of the active chain, where the reader knows."""
        if height == 0:
            return self.genesis
        if height in self._below:
            return self._below[height].hash
        if height >= self.root.height:
            node = self._node_at(height)
            return node.hash if node else None
        above = self._below.get(height + 1) or (self.root.header if height + 1 == self.root.height else None)
        return above.previous if above else None

    def holds(self, height: int, block_hash: str, own_depth: int) -> bool:
        """
        Whether the block is in the chain. Where it is not and the chain does not settle that height, the reader cannot
        tell (MDT-VER-111).
        """
        there = self.hash_at(height)
        if there == block_hash:
            return True
        settles = there is not None and self.confirmations(height) >= own_depth
        demand(settles, "MDT_SOURCE", "the chain does not settle this height")
        return False

    def check_named(self, checkpoint: dict, own_depth: int) -> None:
        """The checkpoint of a document (MDT-DOC-115): of a block below all headers nobody can tell, or has to."""
        height = checkpoint["height"]
        if self.hash_at(height) is None and height < self.root.height:
            return
        demand(self.holds(height, checkpoint["hash"], own_depth), "MDT_WRONG_CHAIN")

    def confirmations(self, height: int) -> int:
        return self._tip.height - height + 1

    def median_time_past(self, height: int) -> int:
        """Of a block of the chain (BIP-113); where times are not known that count, the reader cannot tell."""
        if height >= self.root.height:
            return median(self._node_at(height).times)
        times = [self._time_at(at) for at in range(max(height - MEDIAN_OF + 1, 0), height + 1)]
        demand(None not in times, "MDT_SOURCE", "times below the checkpoint are not known")
        return median(times)

    def _time_at(self, height: int) -> int | None:
        """Below the checkpoint."""
        if height in self._below:
            return self._below[height].time
        back = self.root.height - height
        return self._previous_times[-back] if back <= len(self._previous_times) else None

    def _node_at(self, height: int) -> Node | None:
        if not self._active:
            node: Node | None = self._tip
            while node is not None:
                self._active[node.height] = node
                node = node.parent
        return self._active.get(height)

    def _take(self, header: Header, before: Node) -> Node:
        height = before.height + 1
        read_header(header.octets)
        demand(header.bits == self._bits(height, before), "MDT_BITS")
        demand(header.time > median(before.times), "MDT_HEADER_TIME")
        demand(header.time <= self._now + FUTURE_SECONDS, "MDT_HEADER_FUTURE")
        starts = height % self._parameters["interval"] == 0
        node = Node(
            height,
            header.hash,
            header,
            before.work + (1 << 256) // (target_of(header.bits) + 1),
            (*before.times[-MEDIAN_OF + 1 :], header.time),
            header.time if starts else before.period_time,
            before,
        )
        self._join(node)
        return node

    def _join(self, node: Node) -> None:
        self._nodes[node.hash] = node
        if node.work > self._tip.work:  # of equal ones the first (MDT-CHN-108)
            self._tip = node
            self._active = {}

    def _bits(self, height: int, before: Node) -> int:
        if not self._parameters["retarget"] or height % self._parameters["interval"] != 0:
            return before.header.bits
        if before.period_time is None:
            raise Refused("MDT_WRONG_CHAIN", "the checkpoint does not say when its interval began")
        return next_bits(self._parameters, before.period_time, before.header.time, before.header.bits)


def cut(octets: bytes) -> list[bytes]:
    """Headers that stand one after the other."""
    return [octets[at : at + 80] for at in range(0, len(octets), 80)]
