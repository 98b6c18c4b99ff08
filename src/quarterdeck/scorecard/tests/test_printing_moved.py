"""Scorecards that were printed before other apps printed too: kept, under their addresses."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from quarterdeck.core.models import Account
from quarterdeck.office.models import PrintedPaper, PrintRequest

AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
TOLD = {
    "period": "2026-05",
    "scope": "organisation",
    "calendar": "",
    "measures": ["planning.actions_on_time"],
}


def migrate(app: str, name: str) -> None:
    call_command("migrate", app, name, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_what_was_printed_and_what_waits_stays_under_its_key(operator: Account) -> None:
    printed = PrintedPaper.objects.create(
        pk=7, digest="d", content=b"%PDF-1.7", size=8, made_at=AT, expires_at=None
    )
    words = {"job": "scorecard.print_scorecard", "asked_by": operator, "asked_at": AT}
    PrintRequest.objects.create(pk=5, question="q", told=TOLD, printed=printed, **words)
    PrintRequest.objects.create(pk=9, question="r", told=TOLD, **words)
    other = {**words, "job": "people.print_class"}
    PrintRequest.objects.create(pk=11, question="s", told={"version": 1}, **other)

    migrate("scorecard", "0006_printed_without_names")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, period, printed_id FROM scorecard_printrequest ORDER BY id")
        back = cursor.fetchall()
    migrate("office", "0027_services_of_webhooks")
    call_command("migrate", verbosity=0)

    assert back == [(5, "2026-05", 7), (9, "2026-05", None)]
    kept = PrintRequest.objects.order_by("pk").values_list("pk", "job", "question", "told")
    assert list(kept) == [(5, words["job"], "q", TOLD), (9, words["job"], "r", TOLD)]
    first = PrintRequest.objects.get(pk=5).printed
    assert first
    assert (first.pk, bytes(first.content), first.made_at) == (7, b"%PDF-1.7", AT)
    # A new one takes no key that was given before.
    new = PrintRequest.objects.create(question="t", told=TOLD, **words)
    assert new.pk > 9
