"""How job classes, what they say, drafts, positions and their holders are listed and shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse

from quarterdeck.core import uncomputed, waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing, register
from quarterdeck.people import models
from quarterdeck.people.models.base import ClassItem
from quarterdeck.people.queries.success import not_yet_computable
from quarterdeck.people.records import absences, background, training
from quarterdeck.people.rules import may_keep_job_classes, may_keep_positions
from quarterdeck.people.verbs.vocabularies import link_vocabulary_entry, unlink_vocabulary_entry
from quarterdeck.people.vocabulary import ClassStatus, DraftState, RecordState, SpecialClause
from quarterdeck.ui import navigation

DRAFT_BADGES = {
    DraftState.IN_REVIEW: Badge(Tone.ACTIVE),
    DraftState.APPROVED: Badge(Tone.GOOD),
    DraftState.DISCARDED: Badge(Tone.NEUTRAL),
}
RECORD_BADGES = {
    RecordState.UNCONFIRMED: Badge(Tone.WARNING),
    RecordState.ACCEPTED: Badge(Tone.GOOD),
    RecordState.CORRECTED: Badge(Tone.GOOD),
    RecordState.ADDED: Badge(Tone.INFO),
    RecordState.DROPPED: Badge(Tone.NEUTRAL),
}
_CONFIRMED = {
    "is_confirmed": {
        True: Badge(Tone.GOOD, "Confirmed"),
        False: Badge(Tone.WARNING, "Unconfirmed"),
    }
}
_IMPORT = Action(
    "Import a job description", "people.draft.import", "file-import", may_keep_job_classes
)
_NO_VERSION = "What classes say comes from reviewed drafts: import a job description."


def _may_change_class(user: User, _row: object) -> bool:
    return may_keep_job_classes(user)


def _may_change_position(user: User, _row: object) -> bool:
    return may_keep_positions(user)


job_families = Record(
    models.JobFamily,
    columns=("name",),
    search=("name",),
    form=("name", "description"),
    order=("name",),
    may_add=may_keep_job_classes,
    may_change=_may_change_class,
    icon="sitemap",
    section="People",
    empty="A family comes with the first class that is approved in it, or is added here.",
)
job_classes = Record(
    models.JobClass,
    columns=("title", "code", "family", "series_order", "status", "issuer"),
    filters=("family", "status"),
    search=("title", "code", "issuer"),
    identifiers=("code",),
    form=("title", "code", "family", "series_order", "status", "issuer"),
    bulk=("family", "status"),
    order=("title", "id"),
    titles={"series_order": "Place"},
    badges={
        "status": {
            ClassStatus.ACTIVE: Badge(Tone.GOOD),
            ClassStatus.RETIRED: Badge(Tone.NEUTRAL),
        }
    },
    views=(View("In use", "in_use"),),
    action=_IMPORT,
    may_change=_may_change_class,
    icon="certificate",
    section="People",
    empty="Import a job description of any shape; once you have reviewed it, its class is here.",
)
grades = Record(
    models.Grade,
    columns=("name", "system", "lowest", "highest", "currency"),
    filters=(),
    search=("name", "system"),
    form=("system", "name", "lowest", "highest", "currency"),
    order=("system", "name"),
    may_add=may_keep_job_classes,
    may_change=_may_change_class,
    icon="trending-up",
    section="People",
    empty="Grades come with the classes that name them; their ranges are typed in here.",
)
levels = Record(
    models.Level,
    columns=("name", "job_class", "rank", "grade"),
    filters=("job_class", "grade"),
    search=("name",),
    form=("name", "grade"),
    order=("job_class", "rank"),
    may_change=_may_change_class,
    section="People",
    empty=_NO_VERSION,
)
class_versions = Record(
    models.ClassVersion,
    columns=("job_class", "number", "effective_on", "change_note", "reviewed_on", "approved_by"),
    filters=("job_class", "effective_on"),
    order=("-effective_on", "-id"),
    titles={"effective_on": "Holds from", "reviewed_on": "Last reviewed"},
    section="People",
    empty=_NO_VERSION,
)
class_events = Record(
    models.ClassHistoryEvent,
    columns=("change", "job_class", "happened_on", "notice", "class_version"),
    filters=("job_class", "happened_on"),
    order=("-happened_on", "-id"),
    titles={"happened_on": "On"},
    section="People",
    empty=_NO_VERSION,
)


def _item(
    model: type[ClassItem | models.Anchor],
    *columns: str,
    filters: tuple[str, ...] = ("class_version",),
    **further: Any,
) -> Record:
    """Declare a part of what a version says: found by its words, and confirmed or not."""
    words: dict[str, Any] = {"search": ("text",), "order": ("id",), **further}
    badges = {**_CONFIRMED, **words.pop("badges", {})}
    return Record(
        model,
        columns=(*columns, "is_confirmed"),
        filters=filters,
        badges=badges,
        section="People",
        empty=_NO_VERSION,
        **words,
    )


duties = _item(
    models.Duty,
    *("text", "modality", "clause", "results_area", "level"),
    filters=("class_version", "modality", "clause", "results_area"),
    titles={"text": "Duty", "modality": "How binding"},
    badges={"clause": {SpecialClause.REDEPLOYMENT: Badge(Tone.INFO)}},
)
competencies = _item(
    models.Competency, "text", "group", "class_version", titles={"text": "Competency"}
)
anchors = _item(
    models.Anchor,
    *("text", "competency", "level"),
    filters=("competency", "level"),
    titles={"text": "Anchor"},
)
qualification_rules = _item(
    models.QualificationRule,
    *("text", "kind", "necessity", "level", "class_version"),
    filters=("class_version", "kind", "necessity"),
    details=(
        *("text", "kind", "necessity", "level", "class_version", "record", "is_confirmed"),
        "tree",
    ),
    titles={"text": "Rule"},
)
results_areas = _item(models.ResultsArea, "text", "class_version", titles={"text": "Result"})
success_measures = _item(
    models.SuccessMeasure,
    *("text", "class_version", "evidence", "operator", "value", "unit", "measure_key"),
    filters=("class_version", "results_area", "evidence", "confirmation", "polarity"),
    titles={"text": "Measure of success", "measure_key": "Computed by"},
    views=(View("Not yet computable", "not_yet_computable"),),
)
supervision = _item(
    models.Supervision,
    *("text", "direction", "condition", "level", "class_version"),
    filters=("class_version", "direction"),
)
authority = _item(
    models.AuthorityDimension,
    *("dimension", "complexity", "class_version"),
    search=("dimension", "text"),
)
conditions = _item(
    models.WorkingCondition,
    *("text", "kind", "condition", "class_version"),
    filters=("class_version", "kind"),
)
statements = _item(
    models.ClassStatement,
    *("text", "kind", "label", "class_version"),
    filters=("class_version", "kind"),
)
drafts = Record(
    models.JobDraft,
    columns=("title", "state", "kind", "job_class", "file_name", "begun_by", "begun_at"),
    filters=("state", "kind", "job_class"),
    search=("title",),
    order=("-begun_at", "-id"),
    details=(
        *("title", "state", "kind", "kind_reason", "job_class", "file_name", "container"),
        *("digest", "begun_by", "begun_at", "text", "warnings"),
    ),
    titles={"begun_at": "Begun", "job_class": "For the class"},
    badges={"state": DRAFT_BADGES},
    views=(View("In review", "in_review"),),
    action=_IMPORT,
    icon="file-text",
    section="People",
    empty="Import a job description: its draft waits here until somebody has reviewed it.",
)
drafted_records = Record(
    models.DraftedRecord,
    columns=("text", "kind", "state", "confidence", "draft"),
    filters=("draft", "kind", "state", "confidence"),
    order=("id",),
    badges={"state": RECORD_BADGES},
    section="People",
    empty="Import a job description: what is read in it is listed here.",
)
positions = Record(
    models.Position,
    columns=("title", "number", "unit", "job_class", "level", "valid_from", "valid_to"),
    filters=("unit", "job_class", "level"),
    search=("title", "number"),
    identifiers=("number",),
    form=("title", "number", "unit", "job_class", "level", "valid_from", "valid_to"),
    order=("title", "id"),
    noun_class=NounClass.PERSONNEL,
    may_add=may_keep_positions,
    may_change=_may_change_position,
    icon="briefcase",
    section="People",
    empty="Each position of a unit is of one job class. IT managers, directors and HR add them.",
)
incumbencies = Record(
    models.Incumbency,
    columns=("person", "position", "valid_from", "valid_to"),
    filters=("position", "person"),
    form=("position", "person", "valid_from", "valid_to"),
    order=("-valid_from", "-id"),
    noun_class=NounClass.PERSONNEL,
    may_add=may_keep_positions,
    may_change=_may_change_position,
    icon="user-check",
    section="People",
    empty="Who holds which position, from which day on: IT managers, directors and HR say it here.",
)

vocabularies = Record(
    models.Vocabulary,
    columns=("name", "edition", "licence", "imported_at"),
    search=("name", "edition"),
    order=("name", "edition"),
    action=Action(
        "Import a vocabulary", "people.vocabulary.import", "file-import", may_keep_job_classes
    ),
    icon="book",
    section="People",
    empty="Import a published vocabulary, such as O*NET's tasks, to have suggestions for duties.",
)
vocabulary_entries = Record(
    models.VocabularyEntry,
    columns=("code", "kind", "text", "vocabulary"),
    filters=("vocabulary", "kind"),
    search=("text", "code"),
    order=("id",),
    titles={"text": "Entry"},
    section="People",
    empty="Entries come with the vocabularies that are imported.",
)
vocabulary_links = Record(
    models.VocabularyLink,
    columns=("text", "entry", "job_class"),
    filters=("job_class",),
    search=("text",),
    order=("id",),
    titles={"text": "Duty or competency"},
    may_add=may_keep_job_classes,
    writing=Writing(added=("job_class", "text", "entry"), add=link_vocabulary_entry),
    acts=(RecordAct("remove", "Take the link back", unlink_vocabulary_entry, _may_change_class),),
    section="People",
    empty="On the page of a class, choose among the suggestions of a vocabulary.",
)

register(
    job_families,
    job_classes,
    class_versions,
    levels,
    grades,
    duties,
    results_areas,
    success_measures,
    competencies,
    anchors,
    qualification_rules,
    supervision,
    authority,
    conditions,
    statements,
    class_events,
    drafts,
    drafted_records,
    positions,
    incumbencies,
    vocabularies,
    vocabulary_entries,
    vocabulary_links,
    *background.RECORDS,
    *training.RECORDS,
    absences.absences,
)


def waiting_drafts(account: Account, _at: datetime) -> waiting.Told:
    """Give the drafts that the account began and that are still in review."""
    begun = models.JobDraft.objects.in_review().filter(begun_by=account)
    counted = begun.annotate(amount=Count("records")).values_list("pk", "amount")
    yield [begun, counted]
    amounts = dict(counted)
    for draft in begun:
        yield waiting.WaitingItem(
            title=f"Review “{draft}”",
            address=reverse(drafts.detail_address, args=[draft.pk]),
            due_at=None,
            consequence=waiting.Consequence.SLIGHT,
            kind="Job description",
            detail=f"{amounts[draft.pk]} records were read.",
        )


def uncomputed_measures(user: User) -> Iterator[uncomputed.Uncomputed]:
    """Give the measures of success of the classes in use that nothing computes yet."""
    for success in not_yet_computable(user):
        job_class = success.class_version.job_class
        page = reverse("people.class.measures", args=[job_class.pk])
        yield uncomputed.Uncomputed(
            title=success.text,
            asked_by=str(job_class),
            address=f"{page}#success-{success.pk}",
            reason=success.why_not,
        )


waiting.register(waiting_drafts)
waiting.register(background.waiting_judgements)
uncomputed.register(uncomputed_measures)
navigation.register(
    navigation.Entry("People", "Job classes", job_classes.list_address, job_classes.icon),
    navigation.Entry("People", "Job families", job_families.list_address, job_families.icon),
    navigation.Entry("People", "Drafts", drafts.list_address, drafts.icon, may_keep_job_classes),
    navigation.Entry("People", "Positions", positions.list_address, positions.icon),
    navigation.Entry("People", "Incumbents", incumbencies.list_address, incumbencies.icon),
    navigation.Entry("People", "Qualification", "people.qualification", "checklist"),
    *background.PLACES,
    *training.PLACES,
    absences.PLACE,
    navigation.Entry(
        "People", "Vocabularies", vocabularies.list_address, vocabularies.icon, is_arranged=True
    ),
)
