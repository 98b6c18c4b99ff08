"""What happens in the demo in the order of its time, whoever planned it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

Turn = Callable[[datetime], object]


@dataclass
class Agenda:
    """Turns at their instants; a turn may plan further ones, and what lies too late is dropped."""

    until: datetime
    _turns: list[tuple[datetime, int, Turn]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def plan(self, at: datetime, turn: Turn) -> None:
        """Let something happen at an instant; of two at the same one the first planned is first."""
        if at < self.until:
            heappush(self._turns, (at, next(self._numbers), turn))

    def play(self) -> None:
        """Let everything happen, and what is planned meanwhile."""
        while self._turns:
            at, _, turn = heappop(self._turns)
            turn(at)
