"""Before an enrolment (spec chapter 13): the keys that an IdP vouches for, and the address that a PAT opens."""
import base64
from hashlib import sha256
from urllib.parse import parse_qsl

import signatures
from canonical import digest
from keys import tagged_hash
from refusal import demand

LONGEST_SECONDS = 90_000


def check_jwks(given: dict) -> dict:
    until = given["expires"].to_bytes(8, "big")
    said = tagged_hash("MDT/1/jwks", _octets(given["entity_id"]) + digest(given["jwks"]) + until)
    signatures.check_compact(said, _octets(given["signature"]), _octets(given["public_key"]))
    demand(given["now"] < given["expires"] <= given["now"] + LONGEST_SECONDS, "MDT_JWKS_EXPIRES")
    return {}


def check_authorization_url(given: dict) -> dict:
    place, mark, query = given["url"].partition("?")
    endpoint = given["authorization_endpoint"].partition("?")[0]
    demand(place == endpoint and mark == "?" and "#" not in query, "MDT_AUTHORIZATION_URL")
    pairs = parse_qsl(query, keep_blank_values=True)
    asked = dict(pairs)
    demand(len(asked) == len(pairs), "MDT_AUTHORIZATION_REQUEST")
    demand(not {"request", "request_uri"} & asked.keys(), "MDT_AUTHORIZATION_REQUEST")
    demand(asked.get("response_type") == "code", "MDT_AUTHORIZATION_REQUEST")
    demand(asked.get("code_challenge_method") == "S256", "MDT_AUTHORIZATION_REQUEST")
    demand(asked.get("code_challenge", "") != "", "MDT_AUTHORIZATION_REQUEST")
    for name, word in (("scope", "openid"), ("prompt", "login")):
        demand(word in asked.get(name, "").split(" "), "MDT_AUTHORIZATION_REQUEST")
    demand(asked.get("nonce") == nonce(given), "MDT_ENROLLMENT_NONCE")
    return {}


def nonce(given: dict) -> str:
    issuer = sha256(given["issuer"].encode("ascii")).digest()
    said = _octets(given["dta_entity_id"]) + _octets(given["public_key"]) + issuer + _octets(given["salt"])
    return base64.urlsafe_b64encode(tagged_hash("MDT/1/enroll-nonce", said)).decode("ascii").rstrip("=")


def _octets(text: str) -> bytes:
    return bytes.fromhex(text)
