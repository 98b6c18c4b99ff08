"""What earlier versions kept of anonymous answers names nobody, and no day, any more.

They changed the invitation by an act that was about it, so that the log told who had answered, and
at which instant the response came that stood beside it. Entry and act are redacted: they stay in
their places, sealed as before, and say of the survey that an answer came that month. The chain of
seals holds, since it covers keys and digests, and says which rows were redacted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Any, ClassVar

from django.db import migrations

from quarterdeck.core import clock
from quarterdeck.core.sealing import digest_of, drop_salts

_VERB = "office.migrations.blunt_answers_of_before"
_REASON = "Answers to anonymous surveys are kept without who gave them, and when."
_TABLE = "office_surveyinvitation"
# The key of no row.
_NOBODY = "0"
_KEYS = 500


def blunt(apps: Any, _editor: Any) -> None:
    """Redact what tells which invitation was answered when."""
    invitations = apps.get_model("office", "SurveyInvitation").objects
    found = invitations.filter(survey__is_anonymous=True)
    surveys = {str(key): survey for key, survey in found.values_list("pk", "survey")}
    entries = {
        entry.pk: entry for entry in _answered(apps.get_model("core", "HistoryEntry"), surveys)
    }
    if not entries:
        return
    rows: list[tuple[Any, Any, dict[str, Any]]] = []
    for key, entry in entries.items():
        survey = surveys[entry.row]
        if (entry.before or {}).get("answered_on"):
            # A later change, which held the day.
            sides = {side: _blunted(getattr(entry, side)) for side in ("before", "after")}
            rows.append((type(entry), key, sides))
            continue
        told = {"survey_id": survey}
        values: dict[str, Any] = {"row": _NOBODY, "before": told, "after": told}
        rows.append((type(entry), key, values | {"recorded_at": _month(entry.recorded_at)}))
        for act in apps.get_model("core", "Act").objects.filter(pk=entry.act_id):
            blunted = {"subject": f"office.survey:{survey}", "at": _month(act.at)}
            rows.append((type(act), act.pk, blunted))
    _redact(apps, rows)


def _blunted(side: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what a row held with the month alone."""
    if not side or not side.get("answered_on"):
        return side
    return {**side, "answered_on": f"{side['answered_on'][:8]}01"}


def _answered(model: Any, surveys: dict[str, int]) -> Iterator[Any]:
    """Give the entries by which an invitation got its day, and those that held it later."""
    keys = sorted(surveys)
    for start in range(0, len(keys), _KEYS):
        some = keys[start : start + _KEYS]
        for entry in model.objects.filter(table=_TABLE, row__in=some).order_by("pk"):
            if any((side or {}).get("answered_on") for side in (entry.before, entry.after)):
                yield entry


def _month(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date().replace(day=1), time(), UTC)


def _redact(apps: Any, rows: Iterable[tuple[Any, Any, dict[str, Any]]]) -> None:
    """Give rows other values, and say of each that it was redacted, by one act."""
    at = clock.now()
    seals, redactions = (apps.get_model("core", name) for name in ("Seal", "Redaction"))
    act = apps.get_model("core", "Act").objects.create(
        verb=_VERB, actor="migration", at=at, reason=_REASON
    )
    keys: dict[Any, list[int]] = {}
    for model, key, values in rows:
        model.objects.filter(pk=key).update(**values)
        keys.setdefault(model, []).append(key)
    # Each call writes whole seals, so that all rows of a model go by one.
    for model, redacted in keys.items():
        drop_salts(model, redacted, seals)
    redactions.objects.bulk_create(
        redactions(
            noun=model._meta.label_lower,
            key=key,
            fields=sorted(values),
            act_id=act.pk,
            at=at,
            **digest_of(model, key),
        )
        for model, key, values in rows
    )


class Migration(migrations.Migration):
    """Data alone; there is no way back."""

    dependencies = (("office", "0023_survey_progress"), ("core", "0010_erasures"))

    operations: ClassVar = [migrations.RunPython(blunt, migrations.RunPython.noop)]
