"""Slows guessing of passwords down: after a few failures each further one closes the door longer.

An attempt is counted before the password is looked at, under a lock, so that attempts sent at once
over several processes are counted one by one. User names are counted alike whether an account has
them or not, so that the answer tells nobody which exist (OWASP, Authentication Cheat Sheet).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db import transaction
from django.db.models import F

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import SignInLimit

_FORGOTTEN_AFTER = timedelta(hours=12)
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)
_MOST_DOUBLINGS = 10
# A home or an office often has a whole /64 of addresses; whoever guesses may use all of them.
_IPV6_NETWORK_BITS = 64


@dataclass(frozen=True)
class Limit:
    """How many failures one kind of subject may have before it has to wait."""

    kind: str
    free: int


ACCOUNT, ADDRESS, MAIL = Limit("account", 5), Limit("address", 30), Limit("mail", 3)


def network_of(address: str) -> str:
    """Return the address, or for IPv6 the network of 64 bits that it lies in."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    bits = parsed.max_prefixlen - _IPV6_NETWORK_BITS
    return str(IPv6Address(int(parsed) >> bits << bits))


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long the door stays closed after so many failures: 30 s, then twice as long each
    time, and half an hour at most."""
    if failures < free:
        return timedelta(0)
    doublings = min(failures - free, _MOST_DOUBLINGS)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def admit(*, username: str, address: str, at: datetime) -> None:
    """Count an attempt to sign in; Refused, and not counted, while the door is closed."""
    admit_all([(ACCOUNT, username), (ADDRESS, network_of(address))], at)


def admit_all(subjects: list[tuple[Limit, str]], at: datetime) -> None:
    """Count an attempt against each subject, or against none where one of them must wait."""
    named = sorted((_digest(limit, subject), limit) for limit, subject in subjects)
    with transaction.atomic():
        SignInLimit.objects.filter(last_at__lt=at - _FORGOTTEN_AFTER).delete()
        SignInLimit.objects.bulk_create(
            [SignInLimit(subject=subject, last_at=at) for subject, _ in named],
            ignore_conflicts=True,
        )
        # Locked in one order by everybody, so that two attempts cannot wait for each other.
        rows = [SignInLimit.objects.select_for_update().get(pk=subject) for subject, _ in named]
        until = max((row.closed_until for row in rows if row.closed_until), default=at)
        if until <= at:
            for row, (_, limit) in zip(rows, named, strict=True):
                _count(row, limit, at)
    if until > at:
        raise Refused(f"Too many attempts. Wait {_in_words(until - at)}, then try again.")


def forgive(*, username: str, address: str = "") -> None:
    """Forget the failures of a user name, and this attempt of the address: it was the right one."""
    SignInLimit.objects.filter(pk=_digest(ACCOUNT, username)).delete()
    if address:
        one = SignInLimit.objects.filter(pk=_digest(ADDRESS, network_of(address)), failures__gt=0)
        one.update(failures=F("failures") - 1, closed_until=None)


def _count(row: SignInLimit, limit: Limit, at: datetime) -> None:
    row.failures += 1
    row.last_at = at
    wait = wait_after(row.failures, limit.free)
    row.closed_until = at + wait if wait else None
    row.save(update_fields=["failures", "last_at", "closed_until"])


def _digest(limit: Limit, subject: str) -> str:
    text = f"{limit.kind}\x1f{subject.strip().casefold()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _in_words(wait: timedelta) -> str:
    seconds = -(-wait // timedelta(seconds=1))
    minutes = -(-seconds // 60)
    if seconds <= 90:  # noqa: PLR2004 — up to a minute and a half, seconds say more
        return f"{seconds} seconds"
    return f"{minutes} minutes"
