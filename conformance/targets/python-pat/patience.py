"""An end to the time that somebody else may take, and the waiting for several at once."""
import threading
import time
from collections.abc import Callable

from refusal import Refused

SLACK_SECONDS = 0.3  # for those that end by themselves when their time is over


class Patience:
    """With one host or source: so many seconds in all, however often it is asked."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds
        self._end = 0.0

    def __enter__(self) -> "Patience":
        self._end = time.monotonic() + self.left
        return self

    def __exit__(self, *_: object) -> None:
        self.left = max(self._end - time.monotonic(), 0)

    def remaining(self) -> float:
        """The seconds that are left, for the next thing that may take time. Refuses where there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Refused("MDT_SOURCE", "out of time")
        return left


def side_by_side(jobs: list[Callable[[], None]], seconds: float) -> None:
    """Does them all at once, and returns when all are done or the time is over."""
    threads = [threading.Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    end = time.monotonic() + seconds + SLACK_SECONDS
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
