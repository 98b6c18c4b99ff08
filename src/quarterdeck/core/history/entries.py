"""Reading the history of one record."""

from django.db.models import QuerySet

from quarterdeck.core.models import HistoryEntry, Noun


def entries_of(noun: Noun) -> QuerySet[HistoryEntry]:
    """Return what happened to one record, newest first, each entry with its act if any."""
    table, row = noun._meta.db_table, str(noun.pk)
    return HistoryEntry.objects.filter(table=table, row=row).select_related("act").order_by("-id")
