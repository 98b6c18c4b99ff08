"""The acts on vocabularies: an edition comes in, and texts of classes are linked to its entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account
from quarterdeck.people import rules
from quarterdeck.people.models import (
    Competency,
    Duty,
    JobClass,
    Vocabulary,
    VocabularyEntry,
    VocabularyLink,
)
from quarterdeck.people.vocabulary import EntryKind

MOST_ENTRIES = 100_000
_AT_ONCE = 1_000


@dataclass(frozen=True)
class NewEntry:
    """An entry as its publisher has it: code, kind, text, who uses it, what it is linked to."""

    code: str
    kind: EntryKind
    text: str
    used_in: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()


@verb
def import_vocabulary(
    *,
    name: str,
    edition: str,
    licence: str,
    entries: Sequence[NewEntry],
    actor: Account,
    at: datetime,
) -> Vocabulary:
    """Take in one edition of a vocabulary; one that is there is never changed."""
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes and their vocabularies.")
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise Refused(f"Expected 1 to {MOST_ENTRIES:,} entries; {len(entries):,} were given.")
    if Vocabulary.objects.filter(name=name, edition=edition).exists():
        raise Refused(f"{name} {edition} is here already: name another edition.")
    made = Vocabulary.objects.create(name=name, edition=edition, licence=licence, imported_at=at)
    VocabularyEntry.objects.bulk_create(
        (
            VocabularyEntry(
                vocabulary=made,
                code=entry.code,
                kind=entry.kind,
                text=entry.text,
                used_in=list(entry.used_in),
                activities=list(entry.activities),
            )
            for entry in entries
        ),
        batch_size=_AT_ONCE,
    )
    return made


@verb
def link_vocabulary_entry(
    *,
    job_class: JobClass,
    text: str,
    entry: VocabularyEntry,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> VocabularyLink:
    """Say that a duty or competency of a class is this entry; said twice, it stands once."""
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes and their vocabularies.")
    said = {"class_version__job_class": job_class, "text": text}
    if not any(model.objects.filter(**said).exists() for model in (Duty, Competency)):
        raise Refused(f"“{job_class}” says nothing like that: expected the text of a duty.")
    link, _ = VocabularyLink.objects.get_or_create(
        job_class=job_class, digest=digest(text), entry=entry, defaults={"text": text}
    )
    return link


@verb
def unlink_vocabulary_entry(
    *,
    link: VocabularyLink,
    version: int,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Take back that a text is an entry of a vocabulary."""
    row = VocabularyLink.objects.select_for_update().get(pk=link.pk)
    if row.version != version:
        raise Conflict(row)
    if not rules.may_keep_job_classes(actor):
        raise Refused("You may not keep job classes and their vocabularies.")
    row.delete()
