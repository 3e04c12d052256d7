"""What a reader remembers of entities, and of its chain (spec 7.2)."""
from dataclasses import dataclass, field

import envelopes
import reading
import signatures
from headers import Chain, Header
from records import BIRTH_RECORD, Signed
from refusal import Refused


@dataclass(frozen=True)
class Known:
    """An entity that was verified. `digests` are of its records, the one in force last."""

    entity_id: str
    digests: tuple[str, ...]
    key: str  # its keys.anchor
    url: str
    tip: str

    def is_at(self, place: str | None) -> bool:
        return place is not None and reading.place_of(self.url) == reading.place_of(place)


@dataclass
class Memory:
    entities: dict[str, Known] = field(default_factory=dict)  # by entity_id
    statuses: dict[str, list[dict]] = field(default_factory=dict)  # believed, by entity_id
    trips: dict[tuple[str, str], str] = field(default_factory=dict)  # codes, by entity_id and record
    genesis: str = ""
    begin: int = 0  # height of the first of the headers
    headers: list[bytes] = field(default_factory=list)  # of the active chain

    def restore(self, chain: Chain) -> None:
        """Gives a chain the headers of an earlier run, where they hold its checkpoint."""
        at = chain.root.height - self.begin
        is_there = 0 <= at < len(self.headers) and Header(self.headers[at]).hash == chain.root.hash
        if self.genesis != chain.genesis or not is_there:
            return
        try:
            chain.add(self.headers[at + 1 :])
            chain.add_below(self.headers[:at])
        except Refused:
            pass  # by a clock that was put back

    def keep(self, chain: Chain) -> None:
        if chain.has_answer:
            self.genesis, self.begin, self.headers = chain.genesis, chain.begin, chain.headers()

    def expected_at(self, place: str | None, pins: list[str]) -> list[Known]:
        """Those known at this place, unless others are expected there."""
        return [one for one in self.entities.values() if one.is_at(place) and (not pins or one.entity_id in pins)]

    def is_altered(self, hosted: dict, all_records: list[Signed], place: str | None, pins: list[str]) -> bool:
        """Whether a known key signed another record in the place of its own (MDT-VER-103)."""
        shown = all_records[0].digest.hex()
        if shown in self.entities:
            return _is_altered(self.entities[shown], hosted, all_records)
        expected = [one for one in self.entities.values() if one.entity_id in pins]
        known = {one.entity_id: one for one in [*expected, *self.expected_at(place, pins)]}
        return shown not in pins and any(_is_altered(one, hosted, all_records) for one in known.values())

    def is_doubted(self, all_records: list[Signed], place: str | None, pins: list[str]) -> bool:
        """Whether another record is shown than the one known, or an old answer (MDT-VER-102)."""
        shown = all_records[0].digest.hex()
        digests = {one.digest.hex() for one in all_records}
        if shown in self.entities:
            return self.entities[shown].digests[-1] not in digests
        return shown not in pins and len(self.expected_at(place, pins)) > 0


def _is_altered(known: Known, hosted: dict, all_records: list[Signed]) -> bool:
    return any(
        one.digest.hex() not in known.digests
        and _is_signed_by(one, known.key)
        and not (known.entity_id == all_records[0].digest.hex() and envelopes.is_successor(hosted, number, one))
        for number, one in enumerate(all_records)
    )


def _is_signed_by(one: Signed, key: str) -> bool:
    try:
        signatures.check_document(BIRTH_RECORD, one.digest, one.signature, bytes.fromhex(key))
    except Refused:
        return False
    return True
