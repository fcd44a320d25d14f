"""How long what is left will take, by how it went lately: said in logs, and never a promise."""

from collections import deque
from typing import Final

WINDOW_SECONDS: Final = 60.0
SAID_EVERY_SECONDS: Final = 10.0


class Pace:
    """What is left, looked at again and again; what is added meanwhile counts against the pace."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._said: float | None = None

    def seen(self, left: int, at: float) -> str | None:
        """Take in how many records are left at a moment, in seconds; what to say, now and then."""
        self._seen.append((at, left))
        while at - self._seen[0][0] > WINDOW_SECONDS:
            self._seen.popleft()
        if self._said is not None and at - self._said < SAID_EVERY_SECONDS:
            return None
        self._said = at
        return f"{left:,} records are left, {self._remaining(left, at)}"

    def _remaining(self, left: int, at: float) -> str:
        since, before = self._seen[0]
        if at <= since:
            return "for how long is not known yet"
        if (read := before - left) <= 0:
            return "and do not get fewer"
        return f"for about {left * (at - since) / read:,.0f} s"
