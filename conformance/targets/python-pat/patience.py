"""An end to the time that somebody else may take, and the waiting for several at once."""
import threading
import time
from collections.abc import Callable

from refusal import Refused

SLACK_SECONDS = 0.3  # for those that end by themselves when their time is over


class Patience:
    """With one host or source: so many seconds in all, however often it is asked, and not beyond the time `last`."""

    def __init__(self, seconds: float, last: float) -> None:
        self._left = seconds
        self._last = last
        self._end = 0.0

    def __enter__(self) -> "Patience":
        self._end = min(time.monotonic() + self._left, self._last)
        return self

    def __exit__(self, *_: object) -> None:
        self._left = max(self._end - time.monotonic(), 0)

    def remaining(self) -> float:
        """The seconds that are left, for the next thing that may take time. Refuses where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Refused("MDT_SOURCE", "out of time")
        return left


def side_by_side(jobs: list[Callable[[], None]], seconds: float, last: float) -> None:
    """Does them all at once, and returns when all are done or the time is over, for each or for all."""
    threads = [threading.Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    end = min(time.monotonic() + seconds, last) + SLACK_SECONDS
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
