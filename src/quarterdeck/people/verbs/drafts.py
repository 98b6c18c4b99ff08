"""The acts on drafts as a whole: taking a document in, copying, discarding."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.models import Account
from quarterdeck.kernels.jobtext import Draft, Source
from quarterdeck.office.verbs.remarks import attach_file
from quarterdeck.people import rules
from quarterdeck.people.models import DraftedRecord, JobClass, JobDraft
from quarterdeck.people.models.drafts import SEVERAL_JOBS
from quarterdeck.people.queries.differences import latest_version
from quarterdeck.people.queries.drafted import Entry, entries_of
from quarterdeck.people.verbs.taking_over import SETTLED, take_over_decisions
from quarterdeck.people.vocabulary import (
    DraftKind,
    DraftState,
    RecordConfidence,
    RecordKind,
    RecordState,
)

# Room between two records, so that others can be put there.
STEP = 10
_LONGEST_TITLE, _FEWEST_JOBS = 200, 2
_MOST_RECORDS = 5_000


@verb
def begin_draft(
    *,
    source: Source,
    read: Draft,
    file_name: str,
    content: File[bytes],
    digest: str,
    job_class: JobClass | None = None,
    jobs: Sequence[str] = (),
    actor: Account,
    at: datetime,
) -> JobDraft:
    """Keep what was read in a document, with the document itself, for people to review.

    With `job_class` it is to become that class's next version: what stands there already, word by
    word and looked at by a person, needs no second look. `jobs` names the jobs of a page that
    describes several.
    """
    _ask(actor)
    entries = entries_of(read)
    title = read.title.text if read.title else file_name
    draft = JobDraft.objects.create(
        title=_title_of(title, file_name),
        kind=read.kind,
        kind_reason=read.kind_reason[:500],
        file_name=file_name[:_LONGEST_TITLE],
        container=source.container,
        digest=digest,
        text=source.text,
        warnings=[*_several(jobs), *_warnings(read), *_notes(source)],
        job_class=job_class,
        begun_by=actor,
        begun_at=at,
    )
    _store(draft, entries)
    if job_class is not None:
        take_over_decisions(draft=draft, job_class=job_class, actor=actor, at=at)
    attach_file(row=draft, name=file_name, content=content, actor=actor, at=at)
    return draft


def _title_of(title: str, file_name: str) -> str:
    return (title.strip() or file_name)[:_LONGEST_TITLE]


def _warnings(read: Draft) -> list[dict[str, Any]]:
    return [
        {
            "kind": str(warning.kind),
            "message": warning.message,
            "spans": [[span.start, span.end] for span in warning.spans],
        }
        for warning in read.warnings
    ]


def _notes(source: Source) -> list[dict[str, Any]]:
    return [{"message": note} for note in source.notes]


def _several(jobs: Sequence[str]) -> list[dict[str, Any]]:
    if not jobs:
        return []
    names = ", ".join(f"“{name}”" for name in jobs)
    message = f"{len(jobs)} jobs stand on this page: {names}. Each can be a draft of its own."
    return [{"kind": SEVERAL_JOBS, "message": message}]


@verb
def part_draft(
    *,
    draft: JobDraft,
    version: int,
    source: Source,
    parts: Sequence[Draft],
    content: bytes,
    actor: Account,
    at: datetime,
) -> list[JobDraft]:
    """Begin a draft for each job of a page that describes several; the one of all is put aside.

    `parts` is what was read of each, with places in the text of `source`.
    """
    if len(parts) < _FEWEST_JOBS:
        raise Refused("One job was found on this page: there is nothing to take apart.")
    discard_draft(draft=draft, version=version, actor=actor, at=at)
    return [
        begin_draft(
            source=source,
            read=read,
            file_name=draft.file_name,
            content=ContentFile(content),
            digest=draft.digest,
            actor=actor,
            at=at,
        )
        for read in parts
    ]


def _store(draft: JobDraft, entries: list[Entry]) -> None:
    """Write the records; the nested years of a qualification hang on those that hold them."""
    if sum(1 + len(entry.children) for entry in entries) > _MOST_RECORDS:
        raise Refused(
            f"More than {_MOST_RECORDS:,} records were found; this is no job description."
        )
    order = 0
    qualifications: list[DraftedRecord] = []
    for entry in entries:
        order += STEP
        nested = entry.payload.pop("nested_in", None)
        holder = (
            qualifications[nested]
            if isinstance(nested, int) and nested < len(qualifications)
            else None
        )
        record = _record(draft, entry, order, holder)
        record.save()
        if entry.kind is RecordKind.QUALIFICATION:
            qualifications.append(record)
        hanging = [
            _record(draft, child, order + STEP * number, record)
            for number, child in enumerate(entry.children, start=1)
        ]
        DraftedRecord.objects.bulk_create(hanging)
        order += STEP * len(hanging)


def _record(
    draft: JobDraft, entry: Entry, order: int, parent: DraftedRecord | None
) -> DraftedRecord:
    return DraftedRecord(
        draft=draft,
        order=order,
        kind=entry.kind,
        text=entry.text,
        payload=entry.payload,
        parent=parent,
        spans=entry.spans,
        confidence=entry.confidence,
        reason=entry.reason,
        needs_confirmation=entry.needs_confirmation,
    )


@verb
def begin_empty_draft(
    *, title: str, job_class: JobClass | None = None, actor: Account, at: datetime
) -> JobDraft:
    """Begin a class description without a document, to be written record by record.

    With `job_class` it begins with what the class says now.
    """
    _ask(actor)
    if not title.strip():
        raise Refused("A class description needs a title.")
    draft = _empty(title, job_class, actor, at)
    version = latest_version(job_class) if job_class else None
    if version is None:
        DraftedRecord.objects.create(
            draft=draft,
            order=STEP,
            kind=RecordKind.TITLE,
            text=title.strip(),
            confidence=RecordConfidence.HIGH,
            reason="Typed in.",
            state=RecordState.ADDED,
        )
    else:
        kept = list(version.draft.records.kept().in_order())
        _copy(kept, draft, f"As in version {version.number}.", {"state": None})
    return draft


@verb
def begin_from_template(
    *, template: JobDraft, title: str, actor: Account, at: datetime
) -> JobDraft:
    """Begin a class with what a general article suggests; a person has to accept each of it."""
    _ask(actor)
    if template.kind != DraftKind.TEMPLATE:
        raise Refused(f"“{template}” is no template: it describes a class.")
    if not title.strip():
        raise Refused("A class description needs a title.")
    draft = _empty(title, None, actor, at)
    DraftedRecord.objects.create(
        draft=draft,
        order=1,
        kind=RecordKind.TITLE,
        text=title.strip(),
        confidence=RecordConfidence.HIGH,
        reason="Typed in.",
        state=RecordState.ADDED,
    )
    suggested = template.records.kept().exclude(kind=RecordKind.TITLE).in_order()
    _copy(suggested, draft, f"Suggested by the template “{template}”.", {})
    return draft


@verb
def copy_suggestions(
    *,
    template: JobDraft,
    draft: JobDraft,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> int:
    """Add to a draft in review what a template suggests; return how many records that are."""
    _ask(actor)
    if template.kind != DraftKind.TEMPLATE:
        raise Refused(f"“{template}” is no template: it describes a class.")
    if not rules.may_review(actor, draft):
        raise Refused(f"“{draft}” is not in review.")
    suggested = template.records.kept().exclude(kind=RecordKind.TITLE).in_order()
    return _copy(suggested, draft, f"Suggested by the template “{template}”.", {})


def _empty(title: str, job_class: JobClass | None, actor: Account, at: datetime) -> JobDraft:
    return JobDraft.objects.create(
        title=title.strip()[:_LONGEST_TITLE],
        kind=DraftKind.CLASS,
        kind_reason="Begun by hand.",
        job_class=job_class,
        begun_by=actor,
        begun_at=at,
    )


def _copy(
    records: Iterable[DraftedRecord], draft: JobDraft, reason: str, kept: Mapping[str, Any]
) -> int:
    """Copy records into a draft, after those that it has, with what hangs on what.

    They are unconfirmed, unless `kept` says that their state is to stay as it was.
    """
    last = draft.records.order_by("-order").values_list("order", flat=True).first() or 0
    copies: dict[int, DraftedRecord] = {}
    for record in records:
        last += STEP
        was = RecordState(record.state)
        settled = RecordState.ACCEPTED if was in SETTLED else was
        copies[record.pk] = DraftedRecord.objects.create(
            draft=draft,
            order=last,
            kind=record.kind,
            text=record.text,
            payload=record.payload,
            parent=copies.get(record.parent_id or 0),
            confidence=record.confidence,
            reason=reason[:500],
            state=settled if "state" in kept else RecordState.UNCONFIRMED,
            needs_confirmation=record.needs_confirmation,
        )
    return len(copies)


@verb
def discard_draft(*, draft: JobDraft, version: int, actor: Account, at: datetime) -> JobDraft:  # noqa: ARG001 — the act is dated so
    """Put a draft aside; what was read and decided stays."""
    row = JobDraft.objects.select_for_update().get(pk=draft.pk)
    if row.version != version:
        raise Conflict(row)
    if not rules.may_review(actor, row):
        raise Refused(f"“{row}” is not in review.")
    row.state = DraftState.DISCARDED
    row.version += 1
    row.save(update_fields=["state", "version"])
    return row


def _ask(actor: Account) -> None:
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes.")
