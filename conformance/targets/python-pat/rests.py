"""Headers from the REST interface of bitcoind (spec 7.1)."""
import re

import fetching
from headers import Header, cut
from patience import Patience
from refusal import Refused, demand
from taking import AT_ONCE, Taking

HASH = re.compile(rb"[0-9a-f]{64}\s*")
MAX_ANSWER = AT_ONCE * 80


def ask(url: str, taking: Taking, patience: Patience) -> None:
    """Takes headers from where the two chains part until there is nothing new."""
    headers = _where_they_part(url, taking.locator(), patience)
    while taking.take(_without_root(headers, taking)) and len(headers) == AT_ONCE:
        headers = _from(url, Header(headers[-1]).hash, patience)


def ask_below(url: str, begin: int, end: int, patience: Patience) -> list[bytes]:
    """The headers of the heights from `begin` to before `end`."""
    shown = _get(f"{url}/rest/blockhashbyheight/{begin}.hex", 80, patience)
    demand(HASH.fullmatch(shown) is not None, "MDT_SOURCE", "no hash")
    found = _from(url, shown.decode("ascii").strip(), patience)
    while 0 < len(found) < end - begin:
        more = _from(url, Header(found[-1]).hash, patience)[1:]
        demand(bool(more), "MDT_SOURCE", "no headers there")
        found += more
    return found[: end - begin]


def _where_they_part(url: str, known: list[str], patience: Patience) -> list[bytes]:
    """The headers from the first of these hashes that is in the node's active chain."""
    missing = Refused("MDT_WRONG_CHAIN", "does not have the checkpoint")
    for block_hash in known:
        try:
            if headers := _from(url, block_hash, patience):
                return headers
        except fetching.NotThere as refused:  # of a block that is not there a node answers with no headers
            missing = refused
    raise missing


def _from(url: str, block_hash: str, patience: Patience) -> list[bytes]:
    """The header of this block and those after it, none where it is not in the active chain."""
    return cut(_get(f"{url}/rest/headers/{block_hash}.bin?count={AT_ONCE}", MAX_ANSWER, patience))


def _without_root(headers: list[bytes], taking: Taking) -> list[bytes]:
    """The checkpoint's own header follows nothing that is known."""
    return headers[1:] if headers[0] == taking.root.octets else headers


def _get(url: str, cap: int, patience: Patience) -> bytes:
    return fetching.get(url, cap, patience, clear=True)
