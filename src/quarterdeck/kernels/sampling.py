"""Deterministic samples: whether something belongs to a share is told by its key alone."""

import hashlib

_SPACE = 2**64
_HUNDRED = 100


def is_sampled(seed: str, key: str, percent: int) -> bool:
    """Say whether `key` is in a sample of `percent` of all keys.

    The first 64 bits of SHA-256 of seed and key, read as a number, fall into the lowest `percent`
    hundredths of all such numbers. The same seed gives the same sample, whenever and in whatever
    order it is asked; a larger share holds all of a smaller one. It is hash sampling as in RFC 5475
    (section 6.2.3), with a cryptographic hash that nobody can steer.

    Raises ValueError unless 0 <= percent <= 100.
    """
    if not 0 <= percent <= _HUNDRED:
        raise ValueError(f"There is no sample of {percent} %: expected 0 to 100.")
    digest = hashlib.sha256(f"{seed}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:8]) * _HUNDRED < percent * _SPACE
