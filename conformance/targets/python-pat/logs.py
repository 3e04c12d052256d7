"""What is shown of an activity log (spec 8.7)."""
from collections.abc import Callable

import dating
import notes
import reading
import signatures
import trees
from canonical import digest
from headers import Chain, cut
from keys import tagged_hash
from refusal import Refused, demand

ENTRY_CAP = 65_535
TAKEN_UP_WITHIN = 24  # blocks, after a SUCCESSOR is deep enough (MDT-LOG-108)
ACTIVITY_ROOT = "milagro-activity-root"


def answer(check: str, given: dict) -> dict:
    """The answer to `verify_log`."""
    try:
        CHECKS[check](given)
    except Refused as refused:
        return {"verdict": "REJECTED", "code": refused.code, "evidence": {}}
    return {"verdict": "VERIFIED", "evidence": {}}


def checkpoint(given: dict) -> notes.Checkpoint:
    return notes.checkpoint(_octets(given["checkpoint"]), given["entity_id"], _octets(given["log_key"]))


def inclusion(given: dict) -> None:
    """MDT-LOG-102."""
    path = [_octets(sibling) for sibling in given["proof"]]
    leaf, root = _octets(given["leaf_hash"]), _octets(given["root"])
    holds = len(leaf) == 32 and trees.included(leaf, given["index"], given["tree_size"], path, root)
    demand(holds, "MDT_LOG_INCLUSION")


def consistency(given: dict) -> None:
    """MDT-LOG-103."""
    path = [_octets(one) for one in given["proof"]]
    first_root, second_root = _octets(given["first_root"]), _octets(given["second_root"])
    holds = trees.continues(given["first_size"], first_root, given["second_size"], second_root, path)
    demand(holds, "MDT_LOG_FORK")


def promise(given: dict) -> None:
    """MDT-LOG-104."""
    reading.check(given["promise"], "promise")
    signature = _octets(given["promise"]["signature"])
    holds = signatures.ed25519_verifies(promise_hash(given), signature, _octets(given["log_key"]))
    demand(holds, "MDT_LOG_PROMISE")


def promise_hash(given: dict) -> bytes:
    """The 32 octets of spec 8.2."""
    shown = given["promise"]
    numbers = shown["index"].to_bytes(8, "big") + reading.seconds_of(shown["time"]).to_bytes(8, "big")
    return tagged_hash("MDT/1/promise", _octets(given["entity_id"]) + _octets(shown["leaf_hash"]) + numbers)


def roots(given: dict) -> dict | None:
    """The newest of a succession of roots, each as it is hosted, the first one first."""
    entries = _entries(given["entries"]) if "entries" in given else None
    chain = _chain(given["chain"]) if "chain" in given else None
    before, in_force = None, 0
    for hosted in given["roots"]:
        reading.check(hosted, "hosted-activity-root")
        root = hosted["activity_root"]
        reading.check_size(root)
        demand(digest(root).hex() == hosted["sha256"], "MDT_DIGEST")
        in_force = _signer(hosted, given["records"], in_force)
        _check_period(root, before, given["entity_id"], given["records"][in_force]["log_period_seconds"])
        if before is not None:
            _check_growth(root, before["activity_root"])
        if chain is not None:
            dating.check(root, chain, given["chain"]["confirmations"])
        if entries is not None:
            _check_tree(root, entries)
        before = hosted
    return before


CHECKS: dict[str, Callable[[dict], object]] = {
    "checkpoint": checkpoint,
    "inclusion": inclusion,
    "consistency": consistency,
    "promise": promise,
    "roots": roots,
}


def _signer(hosted: dict, records: list[dict], in_force: int) -> int:
    """The number of the record whose key signed, not one before that of the root before (MDT-LOG-108)."""
    signature, named = _octets(hosted["signature"]), _octets(hosted["sha256"])
    refusal = Refused("MDT_SIGNATURE", "by no key that may sign")
    for number in range(in_force, len(records)):
        try:
            signatures.check_document(ACTIVITY_ROOT, named, signature, _octets(records[number]["anchor"]))
        except Refused as refused:
            refusal = refused if refused.code == "MDT_SIGNATURE_HIGH_S" else refusal
            continue
        succeeded_at = records[number].get("succeeded_at")
        height = hosted["activity_root"]["freshness"]["height"]
        in_time = succeeded_at is None or height - succeeded_at <= TAKEN_UP_WITHIN
        demand(in_time, "MDT_SIGNATURE", "its record was succeeded long before")
        return number
    raise refusal


def _check_period(root: dict, before: dict | None, entity_id: str, period: int) -> None:
    """MDT-LOG-105."""
    start, end = reading.seconds_of(root["period_start"]), reading.seconds_of(root["period_end"])
    if before is None:
        follows = root["seq"] == 0 and root["previous"] == entity_id and start % period == 0
    else:
        last = before["activity_root"]
        follows = (
            root["seq"] == last["seq"] + 1
            and root["previous"] == before["sha256"]
            and root["period_start"] == last["period_end"]
        )
    ends = end == (start // period + 1) * period
    demand(follows and ends and root["entity_id"] == entity_id, "MDT_LOG_PERIOD")


def _check_growth(root: dict, last: dict) -> None:
    """MDT-LOG-106."""
    demand(root["tree_size"] >= last["tree_size"], "MDT_LOG_FORK", "the log has shrunk")
    is_same = root["tree_size"] == last["tree_size"]
    demand(not is_same or root["root"] == last["root"], "MDT_LOG_FORK", "one size, two roots")


def _check_tree(root: dict, entries: list[tuple[int, bytes]]) -> None:
    """MDT-LOG-107."""
    end = reading.seconds_of(root["period_end"])
    leaves = [leaf for time, leaf in entries if time < end]
    holds = len(leaves) == root["tree_size"] and trees.root_of(leaves).hex() == root["root"]
    demand(holds, "MDT_LOG_ROOT")


def _chain(shown: dict) -> Chain:
    """The reader's own headers."""
    chain = Chain(shown["parameters"], shown["checkpoint"], reading.seconds_of(shown["now"]))
    chain.add(cut(_octets(shown["headers"])))
    return chain


def _entries(shown: list[str]) -> list[tuple[int, bytes]]:
    """Of each entry its time and its leaf hash."""
    made = []
    for octets in map(_octets, shown):
        entry = reading.parse(octets, ENTRY_CAP)
        reading.check(entry, "log-entry")
        made.append((reading.seconds_of(entry["time"]), trees.leaf_hash(octets)))
    return made


def _octets(text: str) -> bytes:
    return bytes.fromhex(text)
