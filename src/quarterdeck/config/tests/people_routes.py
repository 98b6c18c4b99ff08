"""The rows of the table of routes for job classes, drafts, positions and their holders."""

from datetime import UTC, date, datetime

from quarterdeck.config.tests.cast import Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.people.models import (
    Anchor,
    AuthorityDimension,
    ClassHistoryEvent,
    ClassStatement,
    ClassVersion,
    Competency,
    DraftedRecord,
    Duty,
    Grade,
    Incumbency,
    JobClass,
    JobDraft,
    JobFamily,
    Level,
    Position,
    QualificationRule,
    ResultsArea,
    SuccessMeasure,
    Supervision,
    Vocabulary,
    VocabularyEntry,
    VocabularyLink,
    WorkingCondition,
)
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.drafts import begin_empty_draft
from quarterdeck.people.verbs.review import add_drafted_record
from quarterdeck.people.verbs.vocabularies import (
    NewEntry,
    import_vocabulary,
    link_vocabulary_entry,
)
from quarterdeck.people.vocabulary import EntryKind, RecordKind

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
TITLE, HOLDER = "Network engineer", "Mateus Figueira"
# What the class says: a kind, its text and its further fields; the last ones hang on what is named.
SAYS: tuple[tuple[RecordKind, str, dict[str, object], str], ...] = (
    (RecordKind.FACT, "N 7", {"key": "pay_grade"}, ""),
    (RecordKind.DUTY, "Keeps the network running.", {"modality": "does"}, ""),
    (RecordKind.QUALIFICATION, "Three years in networks.", {"kind": "experience", "years": 3}, ""),
    (RecordKind.SUPERVISION, "Reports to the lead.", {"direction": "received"}, ""),
    (RecordKind.AUTHORITY, "Small purchases.", {"dimension": "Money"}, ""),
    (RecordKind.CONDITION, "Works on call.", {"kind": "environment"}, ""),
    (RecordKind.RESULTS_AREA, "A network that runs", {}, ""),
    (RecordKind.MEASURE, "Uptime of the network", {"kind": "number"}, "A network that runs"),
    (RecordKind.COMPETENCY, "Care", {}, ""),
    (RecordKind.ANCHOR, "Checks before and after.", {}, "Care"),
)

LINES = """
people.jobfamily.list          GET    -              in  200  200  200  200  200  200  200  200  200
people.jobfamily.detail        GET    family         in  200  200  200  200  200  200  200  200  200
people.jobfamily.add           GET    -              in  404  404  404  200  200  404  200  404  200
people.jobfamily.add           POST   -              in  404  404  404  422  422  404  422  404  422
people.jobfamily.change        GET    family         in  404  404  404  200  200  404  200  404  200
people.jobfamily.change        POST   family         in  404  404  404  400  400  404  400  404  400
people.jobclass.list           GET    -              in  200  200  200  200  200  200  200  200  200
people.jobclass.detail         GET    class          in  200  200  200  200  200  200  200  200  200
people.jobclass.add            GET    -              in  404  404  404  404  404  404  404  404  404
people.jobclass.add            POST   -              in  404  404  404  404  404  404  404  404  404
people.jobclass.change         GET    class          in  404  404  404  200  200  404  200  404  200
people.jobclass.change         POST   class          in  404  404  404  400  400  404  400  404  400
people.grade.list              GET    -              in  200  200  200  200  200  200  200  200  200
people.grade.detail            GET    grade          in  200  200  200  200  200  200  200  200  200
people.grade.add               GET    -              in  404  404  404  200  200  404  200  404  200
people.grade.add               POST   -              in  404  404  404  422  422  404  422  404  422
people.grade.change            GET    grade          in  404  404  404  200  200  404  200  404  200
people.grade.change            POST   grade          in  404  404  404  400  400  404  400  404  400
people.level.list              GET    -              in  200  200  200  200  200  200  200  200  200
people.level.detail            GET    level          in  200  200  200  200  200  200  200  200  200
people.level.add               GET    -              in  404  404  404  404  404  404  404  404  404
people.level.add               POST   -              in  404  404  404  404  404  404  404  404  404
people.level.change            GET    level          in  404  404  404  200  200  404  200  404  200
people.level.change            POST   level          in  404  404  404  400  400  404  400  404  400
people.position.list           GET    -              in  200  200  200  200  200  200  200  200  200
people.position.detail         GET    position       in  404  404  200  200  200  404  200  404  404
people.position.add            GET    -              in  404  404  404  200  200  404  200  404  404
people.position.add            POST   -              in  404  404  404  422  422  404  422  404  404
people.position.change         GET    position       in  404  404  404  200  200  404  200  404  404
people.position.change         POST   position       in  404  404  404  400  400  404  400  404  404
people.incumbency.list         GET    -              in  200  200  200  200  200  200  200  200  200
people.incumbency.detail       GET    incumbency     in  404  404  200  200  200  404  200  404  404
people.incumbency.add          GET    -              in  404  404  404  200  200  404  200  404  404
people.incumbency.add          POST   -              in  404  404  404  422  422  404  422  404  404
people.incumbency.change       GET    incumbency     in  404  404  404  200  200  404  200  404  404
people.incumbency.change       POST   incumbency     in  404  404  404  400  400  404  400  404  404
people.classversion.list       GET    -              in  200  200  200  200  200  200  200  200  200
people.classversion.detail     GET    class-version  in  200  200  200  200  200  200  200  200  200
people.classhistoryevent.list  GET    -              in  200  200  200  200  200  200  200  200  200
people.classhistoryevent.detail GET    event       in  200  200  200  200  200  200  200  200  200
people.duty.list               GET    -              in  200  200  200  200  200  200  200  200  200
people.duty.detail             GET    duty           in  200  200  200  200  200  200  200  200  200
people.competency.list         GET    -              in  200  200  200  200  200  200  200  200  200
people.competency.detail       GET    competency     in  200  200  200  200  200  200  200  200  200
people.anchor.list             GET    -              in  200  200  200  200  200  200  200  200  200
people.anchor.detail           GET    anchor         in  200  200  200  200  200  200  200  200  200
people.qualificationrule.list  GET    -              in  200  200  200  200  200  200  200  200  200
people.qualificationrule.detail GET    rule        in  200  200  200  200  200  200  200  200  200
people.resultsarea.list        GET    -              in  200  200  200  200  200  200  200  200  200
people.resultsarea.detail      GET    result         in  200  200  200  200  200  200  200  200  200
people.successmeasure.list     GET    -              in  200  200  200  200  200  200  200  200  200
people.successmeasure.detail   GET    success        in  200  200  200  200  200  200  200  200  200
people.supervision.list        GET    -              in  200  200  200  200  200  200  200  200  200
people.supervision.detail      GET    supervision    in  200  200  200  200  200  200  200  200  200
people.authoritydimension.list GET    -              in  200  200  200  200  200  200  200  200  200
people.authoritydimension.detail GET    authority   in  200  200  200  200  200  200  200  200  200
people.workingcondition.list   GET    -              in  200  200  200  200  200  200  200  200  200
people.workingcondition.detail GET    condition      in  200  200  200  200  200  200  200  200  200
people.classstatement.list     GET    -              in  200  200  200  200  200  200  200  200  200
people.classstatement.detail   GET    statement      in  200  200  200  200  200  200  200  200  200
people.jobdraft.list           GET    -              in  200  200  200  200  200  200  200  200  200
people.jobdraft.detail         GET    draft          in  404  404  404  200  200  404  200  200  200
people.draftedrecord.list      GET    -              in  200  200  200  200  200  200  200  200  200
people.draftedrecord.detail    GET    drafted        in  404  404  404  200  200  404  200  200  200
people.class.compare           GET    -              in  200  200  200  200  200  200  200  200  200
people.class.measures          GET    class          in  200  200  200  200  200  200  200  200  200
people.class.vocabulary        GET    class          in  200  200  200  200  200  200  200  200  200
people.class.vocabulary.link   POST   class          in  404  404  404  409  409  404  409  404  409
people.vocabulary.list         GET    -              in  200  200  200  200  200  200  200  200  200
people.vocabulary.detail       GET    vocabulary     in  200  200  200  200  200  200  200  200  200
people.vocabulary.import       GET    -              in  404  404  404  200  200  404  200  404  200
people.vocabulary.import       POST   -              in  404  404  404  422  422  404  422  404  422
people.vocabularyentry.list    GET    -              in  200  200  200  200  200  200  200  200  200
people.vocabularyentry.detail  GET    entry          in  200  200  200  200  200  200  200  200  200
people.vocabularylink.list     GET    -              in  200  200  200  200  200  200  200  200  200
people.vocabularylink.detail   GET    vocabulary-link in 200  200  200  200  200  200  200  200  200
people.vocabularylink.remove   POST   vocabulary-link in 404  404  404  409  409  404  409  404  409
people.class.print             POST   class          in  302  302  302  302  302  302  302  302  302
people.class.export            GET    class-file     in  200  200  200  200  200  200  200  200  200
people.success.link            POST   success        in  404  404  404  409  409  404  409  404  409
people.version.review          POST   class-version  in  404  404  404  409  409  404  409  404  409
people.draft.import            GET    -              in  404  404  404  200  200  404  200  404  200
people.draft.import            POST   -              in  404  404  404  422  422  404  422  404  422
people.draft.write             POST   -              in  404  404  404  409  409  404  409  404  409
people.draft.add               GET    draft          in  404  404  404  200  200  404  200  404  200
people.draft.add               POST   draft          in  404  404  404  422  422  404  422  404  422
people.draft.accept            POST   draft          in  404  404  404  302  302  404  302  404  302
people.draft.approve           GET    draft          in  404  404  404  200  200  404  200  404  200
people.draft.approve           POST   draft          in  404  404  404  422  422  404  422  404  422
people.draft.discard           POST   draft          in  404  404  404  409  409  404  409  404  409
people.draft.part              POST   draft          in  404  404  404  409  409  404  409  404  409
people.draft.template          POST   draft          in  404  404  404  409  409  404  409  404  409
people.record.act              POST   drafted        in  404  404  404  400  400  404  400  404  400
people.record.correct          GET    drafted        in  404  404  404  200  200  404  200  404  200
people.record.correct          POST   drafted        in  404  404  404  422  422  404  422  404  422
people.record.split            GET    drafted        in  404  404  404  200  200  404  200  404  200
people.record.split            POST   drafted        in  404  404  404  422  422  404  422  404  422
"""


def arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    if not JobClass.objects.exists():
        _describe()
    held = Incumbency.objects.get()
    one = (
        *(("family", JobFamily), ("class", JobClass), ("grade", Grade), ("level", Level)),
        *(("duty", Duty), ("competency", Competency), ("anchor", Anchor)),
        *(("rule", QualificationRule), ("result", ResultsArea), ("success", SuccessMeasure)),
        *(("supervision", Supervision), ("authority", AuthorityDimension)),
        *(("condition", WorkingCondition), ("statement", ClassStatement)),
        *(("event", ClassHistoryEvent), ("vocabulary", Vocabulary), ("entry", VocabularyEntry)),
        ("vocabulary-link", VocabularyLink),
    )
    draft = JobDraft.objects.get(state="in_review")
    return {
        **{name: [model._default_manager.order_by("pk")[0].pk] for name, model in one},
        "class-version": [JobClass.objects.get().versions.get().pk],
        "class-file": [JobClass.objects.get().pk, "html"],
        "draft": [draft.pk],
        "drafted": [DraftedRecord.objects.filter(draft=draft).order_by("pk")[0].pk],
        "position": [held.position_id],
        "incumbency": [held.pk],
    }


def _describe() -> None:
    """Approve a class, begin its next version, and let a person of the network hold it."""
    operator = Account.objects.get(username="operator")
    draft = begin_empty_draft(title=TITLE, actor=operator, at=AT)
    for kind, text, payload, under in SAYS:
        parent = draft.records.filter(text=under).first() if under else None
        add_drafted_record(
            draft=draft, kind=kind, text=text, payload=payload, parent=parent, actor=operator, at=AT
        )
    version = approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(family="Networks", title=TITLE),
        effective_on=date(2016, 1, 1),
        actor=operator,
        at=AT,
    )
    begin_empty_draft(title=TITLE, job_class=version.job_class, actor=operator, at=AT)
    _link(version, operator)
    with acting(actor=operator, verb_name="tests.hold", at=AT):
        position = Position.objects.create(
            title=TITLE,
            unit=Unit.objects.get(parent=None),
            job_class=version.job_class,
            valid_from=date(2016, 1, 1),
        )
        Incumbency.objects.create(
            position=position,
            person=Person.objects.get(name=HOLDER),
            valid_from=date(2016, 1, 1),
        )


def _link(version: ClassVersion, operator: Account) -> None:
    """Say that the duty of the class is an entry of a vocabulary."""
    trade = import_vocabulary(
        name="Trade",
        edition="1",
        licence="",
        entries=[NewEntry("1", EntryKind.TASK, "Keep networks running.")],
        actor=operator,
        at=AT,
    )
    link_vocabulary_entry(
        job_class=version.job_class,
        text=str(version.duty_items.get().text),
        entry=trade.entries.get(),
        actor=operator,
        at=AT,
    )


TABLE = RouteTable(LINES, arguments)
