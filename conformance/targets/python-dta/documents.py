"""The two documents that this entity signs: Birth Records, first and later, and the end (spec chapters 1, 3 and 6)."""
import hashlib
import os
from datetime import datetime, timezone

import bls
import keys
from canonical import digest

BIRTH_RECORD, RETIREMENT = "milagro-birth-record", "milagro-retire"


def fresh_keys(planted: dict) -> dict:
    """Every secret of an entity in hexadecimal; `planted` ones stand in the place of fresh ones (C.1)."""
    secrets = {name: planted.get(name) or keys.fresh_secret().hex() for name in ("anchor", "next_anchor", "status")}
    return {
        "anchors": [secrets["anchor"]],  # of each record, the first one first
        "next_anchor": secrets["next_anchor"],
        "status": secrets["status"],
        "log": os.urandom(32).hex(),
        "directory": os.urandom(32).hex(),
        "master": f"{bls.key_gen(os.urandom(32)):064x}",
    }


def birth_record(launch: dict, secrets: dict, bracket: dict, lineage: dict) -> dict:
    """A record of the newest key. `bracket` is `created` and `freshness`, `lineage` the outpoint of the BIRTH."""
    issuer, options = launch["public"]["issuer"], launch.get("options", {})
    anchor = keys.public_key(bytes.fromhex(secrets["anchors"][-1]))
    master = int(secrets["master"], 16)
    return {
        **_common(BIRTH_RECORD, launch, bracket),
        "role": "dta",
        "name": options.get("name", "Python D-TA"),
        "operator": options.get(
            "operator",
            {"legal_name": "Nobody", "jurisdiction": "CH", "contact": "mailto:nobody@example.org"},
        ),
        "issuer": issuer,
        "lineage": lineage,
        "keys": {
            "anchor": anchor.hex(),
            "next_anchor_hash": hashlib.sha256(_public(secrets["next_anchor"])).hexdigest(),
            "log": keys.ed25519_public_key(bytes.fromhex(secrets["log"])).hex(),
            "directory": keys.ed25519_public_key(bytes.fromhex(secrets["directory"])).hex(),
            "status": _public(secrets["status"]).hex(),
        },
        "master_public_key": bls.master_public_key(master).hex(),
        "master_pop": bls.master_pop(master, anchor).hex(),
        "idps": [idp["entity_id"] for idp in launch.get("peers", {}).get("idps", [])],
        "services": {
            "grpc": launch["public"]["grpc"],
            "birth_record": f"{issuer}/.well-known/milagro-birth-record",
            "metadata": f"{issuer}/.well-known/milagro-dta",
            "activity_log": f"{issuer}/milagro/v1/log",
            "status": f"{issuer}/milagro/v1/status",
        },
        "policy": launch["policy"],
    }


def successor_record(launch: dict, secrets: dict, bracket: dict, earlier: list[dict]) -> dict:
    """The record after `earlier`, which are all records before it (MDT-REC-015, MDT-REC-016)."""
    record = birth_record(launch, secrets, bracket, earlier[0]["lineage"])
    return record | {"entity_id": digest(earlier[0]).hex(), "previous": digest(earlier[-1]).hex()}


def retirement(launch: dict, bracket: dict, entity_id: str, reason: str) -> dict:
    return {**_common(RETIREMENT, launch, bracket), "entity_id": entity_id, "reason": reason}


def time_of(seconds: int) -> str:
    """RFC 3339, UTC, whole seconds (MDT-DOC-003)."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def signature(document: dict, secret: str) -> str:
    return keys.sign_document(document["type"], digest(document), bytes.fromhex(secret)).hex()


def _common(kind: str, launch: dict, bracket: dict) -> dict:
    chain = {name: launch["chain"][name] for name in ("genesis", "checkpoint")}
    return {"type": kind, "spec": "1.0", "chain": chain | {"header_format": "sha256d-80"}, **bracket}


def _public(secret: str) -> bytes:
    return keys.public_key(bytes.fromhex(secret))
