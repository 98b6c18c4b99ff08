"""Which rules have led to what is done now, so that no rule triggers itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# More rules in a row than anybody means.
DEEPEST = 5
_chain: ContextVar[tuple[int, ...]] = ContextVar("quarterdeck_rule_chain", default=())


def current_chain() -> tuple[int, ...]:
    """Return the keys of the rules by which we have come here, the first one first."""
    return _chain.get()


@contextmanager
def led_by(chain: tuple[int, ...]) -> Iterator[None]:
    """Let what is done inside the block be the consequence of these rules."""
    token = _chain.set(chain)
    try:
        yield
    finally:
        _chain.reset(token)
