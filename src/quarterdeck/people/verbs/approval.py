"""Approval: a reviewed draft becomes a version of a class."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import rules
from quarterdeck.people.models import (
    ClassHistoryEvent,
    ClassVersion,
    DraftedRecord,
    Grade,
    JobClass,
    JobDraft,
    JobFamily,
    Level,
)
from quarterdeck.people.models.base import DESCRIPTIONS
from quarterdeck.people.queries.differences import difference_of, latest_version
from quarterdeck.people.queries.items import STORED_IN_ORDER, Items, items_of
from quarterdeck.people.vocabulary import DraftState, RecordKind

_LONGEST = 500
_GRADE_SYSTEM = "Pay grade"


@dataclass(frozen=True)
class Placing:
    """Where a new class belongs: its family, title and code, and its place in the family."""

    family: str
    title: str
    code: str = ""
    series_order: int = 1


@verb
def approve_draft(
    *,
    draft: JobDraft,
    version: int,
    placing: Placing,
    effective_on: date,
    change_note: str = "",
    actor: Account,
    at: datetime,
) -> ClassVersion:
    """Make the draft a version of its class, the first one where the class is new.

    What nobody has confirmed comes along and stays marked. What needs a person's confirmation, such
    as a target whose direction is doubtful, has to be confirmed before.
    """
    row = JobDraft.objects.select_for_update().get(pk=draft.pk)
    if row.version != version:
        raise Conflict(row)
    records = list(row.records.kept().in_order().select_related("parent"))
    _ask(row, records, actor)
    note = change_note.strip() or _usual_note(row, records)
    job_class = row.job_class or _new_class(placing, records)
    made = _version(
        draft=row,
        job_class=job_class,
        effective_on=effective_on,
        note=note,
        actor=actor,
        at=at,
    )
    _store(items_of(made, _levels(job_class, records), records))
    _write_history(made)
    row.state, row.job_class = DraftState.APPROVED, job_class
    row.version += 1
    row.save(update_fields=["state", "job_class", "version"])
    return made


def _write_history(version: ClassVersion) -> None:
    """Let the history of the class tell of the version, unless the document itself does."""
    ClassHistoryEvent.objects.get_or_create(
        job_class=version.job_class,
        happened_on=version.effective_on,
        change=version.change_note,
        defaults={"class_version": version},
    )


def _ask(draft: JobDraft, records: list[DraftedRecord], actor: Account) -> None:
    if not rules.may_review(actor, draft):
        raise Refused(f"“{draft}” is not in review, or not yours to approve.")
    if not rules.can_become_a_class(draft):
        raise Refused("A general article is a suggestion, never a class: begin a class with it.")
    doubtful = [record for record in records if record.needs_confirmation]
    if doubtful:
        raise Refused(
            f"{len(doubtful)} must be confirmed by a person first: “{doubtful[0]}”"
            f"{' and others' if len(doubtful) > 1 else ''}."
        )
    if all(record.kind == RecordKind.TITLE for record in records):
        raise Refused("The draft says nothing about the class yet.")


def _usual_note(draft: JobDraft, records: list[DraftedRecord]) -> str:
    difference = difference_of(draft, records)
    if difference is not None:
        return difference.summary(records)
    return f"Imported from {draft.file_name}" if draft.file_name else "Written by hand"


def _new_class(placing: Placing, records: list[DraftedRecord]) -> JobClass:
    title, code = placing.title.strip(), placing.code.strip()
    if not title or not placing.family.strip():
        raise Refused("A class needs a title and a job family.")
    family, _ = JobFamily.objects.get_or_create(name=placing.family.strip())
    # The family is held, so that of two who approve one class at once the second is told.
    JobFamily.objects.select_for_update().get(pk=family.pk)
    taken = JobClass.objects.filter(family=family, title=title).first()
    if taken is None and code:
        taken = JobClass.objects.filter(code=code, title=title).first()
    if taken is not None:
        raise Refused(f"There is a class “{taken}” already: import this as its next version.")
    issuer = next((each.text for each in records if each.kind == RecordKind.ISSUER), "")
    return JobClass.objects.create(
        family=family,
        title=title,
        code=code,
        series_order=placing.series_order,
        issuer=issuer[:200],
    )


def _version(
    *,
    draft: JobDraft,
    job_class: JobClass,
    effective_on: date,
    note: str,
    actor: Account,
    at: datetime,
) -> ClassVersion:
    # The class is held, so that two approvals get two numbers.
    JobClass.objects.select_for_update().get(pk=job_class.pk)
    before = latest_version(job_class)
    if before is not None and effective_on < before.effective_on:
        raise Refused(
            f"Version {before.number} holds from {before.effective_on}: choose a day from then."
        )
    touch(DESCRIPTIONS, min(at, datetime.combine(effective_on, time.min, at.tzinfo)), at)
    return ClassVersion.objects.create(
        job_class=job_class,
        number=before.number + 1 if before else 1,
        effective_on=effective_on,
        change_note=note[:_LONGEST],
        draft=draft,
        approved_by=actor,
        approved_at=at,
        reviewed_on=own_day(at),
    )


def _levels(job_class: JobClass, records: list[DraftedRecord]) -> dict[str, Level]:
    """Return the levels of the class by name; new ones are added, known ones renamed by rank.

    A document without levels describes one: the class itself, at its pay grade.
    """
    told = [record for record in records if record.kind == RecordKind.LEVEL]
    if not told:
        grade = next((r.text for r in records if r.payload.get("key") == "pay_grade"), "")
        level = _level(job_class, 1, job_class.title, _grade(_GRADE_SYSTEM, grade))
        return {level.name: level}
    found = {}
    for rank, record in enumerate(sorted(told, key=_rank), start=1):
        payload = record.payload
        name = str(payload.get("name") or record.text)[:200]
        system = str(payload.get("grade_system") or _GRADE_SYSTEM)
        found[name] = _level(job_class, rank, name, _grade(system, payload.get("grade") or ""))
    return found


def _rank(record: DraftedRecord) -> tuple[float, int]:
    try:
        return float(record.payload.get("rank") or 0), record.pk
    except ValueError:
        return 0, record.pk


def _grade(system: str, name: object) -> Grade | None:
    if not str(name).strip():
        return None
    grade, _ = Grade.objects.get_or_create(system=system[:120], name=str(name).strip()[:64])
    return grade


def _level(job_class: JobClass, rank: int, name: str, grade: Grade | None) -> Level:
    level = Level.objects.filter(job_class=job_class, rank=rank).first()
    if level is None:
        return Level.objects.create(job_class=job_class, rank=rank, name=name, grade=grade)
    if (level.name, level.grade) != (name, grade):
        level.name, level.grade = name, grade
        level.version += 1
        level.save(update_fields=["name", "grade", "version"])
    return level


def _store(items: Items) -> None:
    for model in STORED_IN_ORDER:
        rows: list[models.Model] = items.rows.get(model, [])
        if model is ClassHistoryEvent:
            rows = _new_events(items)
        model._default_manager.bulk_create(rows)


def _new_events(items: Items) -> list[models.Model]:
    """Leave out the events that an earlier version told already."""
    told = set(
        ClassHistoryEvent.objects.filter(job_class=items.version.job_class).values_list(
            "happened_on", "change"
        )
    )
    events = items.rows.get(ClassHistoryEvent, [])
    return [row for row in events if (row.happened_on, row.change) not in told]  # type: ignore[attr-defined]  # rows of this model have both
