"""The canary: from STATUSes to a state (spec 9.3)."""
from dataclasses import dataclass

import dating
import reading
import signatures
from canonical import digest
from headers import Chain
from refusal import Refused, demand

STATUS = "milagro-status"
ENVELOPE_CAP = 32_768  # of verification-bundle.schema.json
AHEAD_SECONDS = 7_200  # MDT-STA-111
CODES = {"WAR", "GAG", "SUBP", "TRAP", "CEASE", "DURESS", "RAID", "SEIZE", "XCRED", "XOPERS"}


@dataclass(frozen=True)
class State:
    word: str
    code: str | None = None


def read(octets: bytes) -> dict:
    """An envelope as it was received."""
    return reading.parse(octets, ENVELOPE_CAP)


def of_record(record: dict, named: bytes) -> dict:
    """What the canary has to know of a record."""
    return {
        "digest": named.hex(),
        "status_key": record["keys"]["status"],
        "canary_max_age_seconds": record["policy"]["canary_max_age_seconds"],
    }


@dataclass(frozen=True)
class Reader:
    """Whose time and headers a STATUS is held against."""

    now: int
    chain: Chain | None = None  # None: there are no headers
    own: int = 0  # its policy


def believed(records: list[dict], shown: list[dict], known: list[dict]) -> list[dict]:
    """`records` are of the entity, the one in force last; `known` were verified before."""
    try:
        _check_answer(records, shown, known)
    except Refused:
        return known  # the answer says nothing, and what is known counts
    return [*known, *shown]


def state_of(entity_id: str, records: list[dict], statuses: list[dict], reader: Reader) -> State:
    """From STATUSes that are believed."""
    if not statuses:
        return State("UNKNOWN", "MDT_SOURCE")
    try:
        return _judge(entity_id, records, _in_order(statuses), reader)
    except Refused as refused:
        return State("UNKNOWN" if refused.code == "MDT_SOURCE" else "TRIPPED", refused.code)


def _check_answer(records: list[dict], shown: list[dict], known: list[dict]) -> None:
    """Refuses an answer that is in doubt as a whole."""
    keys = {record["digest"]: bytes.fromhex(record["status_key"]) for record in records}
    for hosted in shown:
        reading.check(hosted, "hosted-status")
        status = hosted["status"]
        reading.check_size(status)
        demand(digest(status).hex() == hosted["sha256"], "MDT_DIGEST")
        demand(status["record"] in keys, "MDT_SOURCE", "of a record that the entity does not have")
        named, signature = bytes.fromhex(hosted["sha256"]), bytes.fromhex(hosted["signature"])
        signatures.check_document(STATUS, named, signature, keys[status["record"]])
    numbers = {hosted["status"]["seq"] for hosted in [*shown, *known]}
    first = min((hosted["status"]["seq"] for hosted in known), default=0)
    demand(numbers >= set(range(first, max(numbers, default=-1) + 1)), "MDT_SOURCE", "a number is missing")


def _in_order(statuses: list[dict]) -> list[tuple[dict, str]]:
    """Each STATUS once, with its digest, by its number."""
    once = {hosted["sha256"]: hosted["status"] for hosted in statuses}
    return sorted(((status, named) for named, status in once.items()), key=lambda one: one[0]["seq"])


def _judge(entity_id: str, records: list[dict], statuses: list[tuple[dict, str]], reader: Reader) -> State:
    order = [record["digest"] for record in records]
    _check_series(entity_id, order, statuses)
    newest = statuses[-1][0]
    demand(reading.seconds_of(newest["created"]) <= reader.now + AHEAD_SECONDS, "MDT_STATUS_SEQ", "dated ahead")
    # Until the record in force has a STATUS of its own, the last one before it counts.
    judged = order.index(newest["record"])
    own = [status for status, _ in statuses if status["record"] == order[judged]]
    demand(all(set(status["codes"]) == CODES for status in own), "MDT_STATUS_CODE")
    _check_gaps(own, records[judged]["canary_max_age_seconds"])
    doubts = _check_dates(own, reader)
    demand(reader.now <= reading.seconds_of(newest["expires"]), "MDT_STATUS_EXPIRED")
    demand(not doubts, "MDT_SOURCE", "the headers do not tell")
    if reader.now > reading.seconds_of(newest["next_due"]):
        return State("STALE", "MDT_STATUS_STALE")
    return State("ACTIVE")


def _check_series(entity_id: str, order: list[str], statuses: list[tuple[dict, str]]) -> None:
    """MDT-STA-102, MDT-STA-105."""
    for status, _ in statuses:
        is_first = status["seq"] == 0
        demand(status["entity_id"] == entity_id, "MDT_STATUS_SEQ", "of another entity")
        demand(status["record"] in order, "MDT_STATUS_SEQ", "of no record of the entity")
        demand(not is_first or status["previous"] == entity_id, "MDT_STATUS_SEQ")
    for (before, named), (after, _) in zip(statuses, statuses[1:]):
        follows = after["seq"] == before["seq"] + 1 and after["previous"] == named
        demand(follows, "MDT_STATUS_SEQ", "does not follow")
        demand(order.index(before["record"]) <= order.index(after["record"]), "MDT_STATUS_SEQ", "of a record before")
        demand(before["created"] <= after["created"], "MDT_STATUS_SEQ", "dated back")


def _check_dates(own: list[dict], reader: Reader) -> list[Refused]:
    """MDT-STA-108 to MDT-STA-110. Of which the headers do not tell, is given."""
    doubts = []
    for status in own if reader.chain is not None else []:
        try:
            dating.check(status, reader.chain, reader.own)
        except Refused as refused:
            if refused.code != "MDT_SOURCE":
                raise
            doubts.append(refused)
    return doubts


def _check_gaps(own: list[dict], max_age: int) -> None:
    """MDT-STA-104."""
    created = [reading.seconds_of(status["created"]) for status in own]
    silences = [after - before for before, after in zip(created, created[1:])]
    lives = [reading.seconds_of(status["expires"]) - at for status, at in zip(own, created)]
    demand(max(silences + lives) <= max_age, "MDT_STATUS_GAP")
