"""The numbers that tickets and problems of our own get."""

from typing import Self

from django.db import models

from quarterdeck.core.models import Scratch
from quarterdeck.desk.models.ticket import Ticket


class NumberSeries(Scratch):
    """The last number given to a ticket of one source of ours, or to a problem; its row is locked
    to give the next.

    The rows themselves hold the numbers, so this one can be made again from them.
    """

    source = models.CharField(max_length=64, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source}: {self.last}"

    @classmethod
    def locked(cls, source: str) -> Self:
        """Return the series with its row locked, so that numbers have no gap and no double."""
        rows = cls.objects.select_for_update().filter(source=source)
        if (series := rows.first()) is not None:
            return series
        last = Ticket.objects.filter(source=source, batch__isnull=True).order_by("pk").last()
        so_far = 0 if last is None else int(last.number.removeprefix("T-"))
        cls.objects.get_or_create(source=source, defaults={"last": so_far})
        return rows.get()
