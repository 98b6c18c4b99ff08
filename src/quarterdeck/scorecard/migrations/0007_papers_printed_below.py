"""Printed scorecards become printed papers of the office, under the keys that they had."""

from typing import Any, ClassVar

from django.core.management.color import no_style
from django.db import migrations

_JOB = "scorecard.print_scorecard"
_TOLD = ("period", "scope", "calendar", "measures")
_OF_FILE = ("id", "digest", "content", "size", "made_at", "expires_at", "seal_id")
_OF_REQUEST = ("id", "question", "asked_by_id", "asked_at", "printed_id")


def _read(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _count_on(editor: Any, *models: Any) -> None:
    """Let the keys of new rows follow those that were given."""
    for line in editor.connection.ops.sequence_reset_sql(no_style(), list(models)):
        editor.execute(line)


def hand_down(apps: Any, editor: Any) -> None:
    """Hand every file and every request to the office; files are large, so one by one."""
    papers, requests = (apps.get_model("office", name) for name in ("PrintedPaper", "PrintRequest"))
    for row in apps.get_model("scorecard", "PrintedScorecard").objects.iterator(chunk_size=1):
        papers.objects.create(**_read(row, _OF_FILE))
    for row in apps.get_model("scorecard", "PrintRequest").objects.iterator():
        requests.objects.create(job=_JOB, told=_read(row, _TOLD), **_read(row, _OF_REQUEST))
    _count_on(editor, papers, requests)


def take_back(apps: Any, editor: Any) -> None:
    """Take the scorecards back; of other papers the office keeps nothing after this."""
    papers, requests = (
        apps.get_model("scorecard", name) for name in ("PrintedScorecard", "PrintRequest")
    )
    wanted = apps.get_model("office", "PrintRequest").objects.filter(job=_JOB)
    printed = apps.get_model("office", "PrintedPaper").objects.filter(
        pk__in=wanted.filter(printed__isnull=False).values("printed")
    )
    for row in printed.iterator(chunk_size=1):
        papers.objects.create(**_read(row, _OF_FILE))
    for row in wanted.iterator():
        told = {name: row.told[name] for name in _TOLD}
        requests.objects.create(**told, **_read(row, _OF_REQUEST))
    _count_on(editor, papers, requests)


class Migration(migrations.Migration):
    """Other apps print as well, so that what prints moves below them."""

    dependencies = (
        ("scorecard", "0006_printed_without_names"),
        ("office", "0028_printed_papers"),
    )

    operations: ClassVar = [
        migrations.RunPython(hand_down, take_back),
        migrations.DeleteModel("PrintRequest"),
        migrations.DeleteModel("PrintedScorecard"),
    ]
