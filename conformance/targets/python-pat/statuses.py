"""The STATUSes of an entity, from where it serves them (spec 9.2, 9.3)."""
from collections.abc import Callable

import canaries
import reading
from refusal import Refused

MAX_NUMBER, MAX_OCTETS = 4_096, 8_388_608  # of one reading


def fetch(url: str, begin: int, get: Callable[[str, int], bytes]) -> list[bytes]:
    """
    The STATUSes from number `begin` to the newest, as they were received. Where one does not come, a number is missing
    among them. `get` takes a URL and a cap.
    """
    status, found = url.rstrip("/"), []
    try:
        found.append(get(status, canaries.ENVELOPE_CAP))
        newest = _number_of(found[0])
        if newest - begin > MAX_NUMBER:
            return found
        for number in range(begin, newest):
            found.append(get(f"{status}/{number}", canaries.ENVELOPE_CAP))
            if sum(map(len, found)) > MAX_OCTETS:
                break
    except Refused:
        pass
    return found


def _number_of(octets: bytes) -> int:
    envelope = canaries.read(octets)
    reading.check(envelope, "hosted-status")
    return envelope["status"]["seq"]
