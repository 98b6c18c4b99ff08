"""Upward news: a verb announces, and a worker tells every reaction that listens to the topic.

An announcement is a row of the verb's own transaction, with one delivery whose reaction is still
empty. The worker shares it out, into one delivery per reaction. Each delivery is one transaction:
the reaction's writes and the note that it was delivered are committed together or not at all.

One reaction hears its announcements one after the other in the order in which they were written,
whatever the number of workers. Only after a failure does order break: the failed one waits and the
next go on.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.db.models import QuerySet

from quarterdeck.core.models import Announcement, Delivery
from quarterdeck.core.retry import BackOff, failure

log = logging.getLogger(__name__)

# News is never given up: once its reaction is mended, the last waiting announcement arrives too.
BACK_OFF = BackOff(first=timedelta(seconds=10), longest=timedelta(hours=1))
NOT_SHARED_OUT = ""
BATCH = 200
# Marks our advisory locks among those that others may take in the same database.
ADVISORY_LOCKS = crc32(b"quarterdeck.core.outbox") - 2**31

Function = Callable[[Announcement], None]


@dataclass(frozen=True)
class Reaction:
    """What a higher app does when a topic is announced."""

    name: str
    topic: str
    function: Function


_reactions: dict[str, Reaction] = {}


def announce(topic: str, payload: Mapping[str, Any], at: datetime) -> Announcement:
    """Write news for the apps above into the verb's transaction; RuntimeError outside of one.

    The payload is JSON and names records by their keys.
    """
    if not connection.in_atomic_block:
        message = f"{topic} is announced outside of a transaction"
        raise RuntimeError(message)
    announcement = Announcement.objects.create(topic=topic, payload=dict(payload), at=at)
    Delivery.objects.create(announcement=announcement, reaction=NOT_SHARED_OUT, next_attempt_at=at)
    return announcement


def reaction(topic: str) -> Callable[[Function], Function]:
    """Register a function in an app's `reactions.py` that answers the announcements of a topic.

    It calls one verb, or enqueues a job where there is more to do. It has to be idempotent towards
    the world outside the database, where a mail sent cannot be rolled back.
    """

    def register(function: Function) -> Function:
        module = f"{function.__module__}.".removeprefix("quarterdeck.").replace(".reactions.", ".")
        name = f"{module}{function.__name__}"
        if name in _reactions:
            message = f"{name} is declared as a reaction twice"
            raise ValueError(message)
        _reactions[name] = Reaction(name, topic, function)
        return function

    return register


def deliver_due(*, at: datetime, batch: int = BATCH) -> int:
    """Share out and deliver what is due, at most `batch` per reaction; return how much that was."""
    names = set(_due(at).values_list("reaction", flat=True).distinct())
    handled = 0
    if NOT_SHARED_OUT in names:
        handled = _share_out(at, batch)
        names = set(_due(at).values_list("reaction", flat=True).distinct())
    for name in sorted(names & _reactions.keys()):
        told = 0
        while told < batch and _deliver_next(_reactions[name], at):
            told += 1
        handled += told
    return handled


def undelivered() -> "QuerySet[Delivery]":
    """Return the deliveries that failed at least once and are still tried, the oldest first."""
    failing = Delivery.objects.filter(delivered_at__isnull=True, attempts__gt=0)
    return failing.select_related("announcement").order_by("announcement_id")


def _due(at: datetime) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(delivered_at__isnull=True, next_attempt_at__lte=at)


def _share_out(at: datetime, batch: int) -> int:
    """Make one delivery per reaction out of the first one of each announcement."""
    listening = defaultdict(list)
    for listener in _reactions.values():
        listening[listener.topic].append(listener.name)
    with transaction.atomic():
        new = _due(at).filter(reaction=NOT_SHARED_OUT).order_by("announcement_id")
        locked = new.select_for_update(skip_locked=True, of=("self",))
        shared = list(locked.select_related("announcement")[:batch])
        Delivery.objects.bulk_create(
            Delivery(announcement=first.announcement, reaction=name, next_attempt_at=at)
            for first in shared
            for name in listening[first.announcement.topic]
        )
        Delivery.objects.filter(pk__in=[first.pk for first in shared]).delete()
    return len(shared)


def _deliver_next(listener: Reaction, at: datetime) -> bool:
    """Tell a reaction the oldest news that is due for it; False where there is none."""
    with transaction.atomic():
        if not _alone_with(listener.name):
            return False
        due = _due(at).filter(reaction=listener.name).select_related("announcement")
        delivery = due.order_by("announcement_id").first()
        if delivery is None:
            return False
        delivery.attempts += 1
        try:
            with transaction.atomic():
                listener.function(delivery.announcement)
        except Exception as error:
            log.exception(
                "reaction=%s announcement=%s raised", listener.name, delivery.announcement_id
            )
            delivery.error = failure(error)
            delivery.next_attempt_at = at + BACK_OFF.after(delivery.attempts)
        else:
            delivery.error, delivery.delivered_at = "", at
        delivery.save()
    log.info(
        "reaction=%s announcement=%s attempt=%d outcome=%s",
        listener.name,
        delivery.announcement_id,
        delivery.attempts,
        "delivered" if delivery.delivered_at else "retry",
    )
    return True


def _alone_with(name: str) -> bool:
    """Take the lock of one reaction until the transaction ends; False where another worker has it.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        key = crc32(name.encode()) - 2**31
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [ADVISORY_LOCKS, key])
        return bool(cursor.fetchone()[0])
