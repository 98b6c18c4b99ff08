"""What is asked for again and again while one answer is made, and has to be asked only once.

Outside of `remembering` everything is asked anew each time, and after an act too. So nothing
outlives a request, a run of readings, or the change that would make it untrue.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_memory: ContextVar[dict[Hashable, Any] | None] = ContextVar("quarterdeck_memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember inside the block; a block inside of another remembers together with it."""
    if _memory.get() is not None:
        yield
        return
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def forget() -> None:
    """Ask everything anew, since something has changed."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


def asked_once(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function of hashable arguments, which only reads, be asked once while remembering.

    What it returns is shared: nobody may change it.
    """

    @wraps(function)
    def ask(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _memory.get()
        if memory is None:
            return function(*args, **kwargs)
        key = function, args, tuple(sorted(kwargs.items()))
        if key not in memory:
            memory[key] = function(*args, **kwargs)
        return cast("R", memory[key])

    return ask
