"""The demo's job classes, who holds them, what those people bring, and what was judged of it.

All of it is invented. Who has studied what and worked where comes from a seeded generator, with a
few lives told in full because each shows something: work at the same time, part-time work, an end
that nobody knows, a judgement that is due again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.models import Account, Noun, Person, Unit
from quarterdeck.core.records import record_of
from quarterdeck.people.models import (
    Anchor,
    Certificate,
    ClassVersion,
    Education,
    Experience,
    Incumbency,
    Position,
    QualificationRule,
)
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.background import verify_background, withdraw_verification
from quarterdeck.people.verbs.drafts import begin_empty_draft
from quarterdeck.people.verbs.judgements import Decision, judge_qualification
from quarterdeck.people.verbs.review import add_drafted_record
from quarterdeck.people.vocabulary import JudgedVerdict, RecordKind

ENGINEER, SENIOR = "Engineer", "Senior engineer"
ENGINEERS, HEADS = "Infrastructure Engineer", "Head of Section"
# Who cannot be judged before somebody has looked again: her study was corrected since.
CORRECTED = "Farah Qureshani"
_YEAR = timedelta(days=365)
_K = RecordKind

Said = tuple[RecordKind, str, dict[str, object], str]
_ENGINEER_SAYS: tuple[Said, ...] = (
    (_K.LEVEL, ENGINEER, {"name": ENGINEER, "rank": 1}, ""),
    (_K.LEVEL, SENIOR, {"name": SENIOR, "rank": 2}, ""),
    (
        _K.SUMMARY,
        "Builds and runs the networks and servers that the council's services need.",
        {},
        "",
    ),
    (_K.DUTY, "Keeps networks and servers running within the agreed hours.", {}, ""),
    (_K.DUTY, "Plans changes so that nobody is surprised by them.", {}, ""),
    (_K.DUTY, "Writes down how things are built, so that a colleague can rebuild them.", {}, ""),
    (
        _K.QUALIFICATION,
        "A bachelor’s degree in computing or a related field.",
        {
            "kind": "education",
            "degree": "bachelor",
            "fields": ["Computing"],
            "related_field": True,
        },
        "",
    ),
    (
        _K.EQUIVALENCY,
        "Experience that taught as much may stand in for the degree.",
        {"gives": "experience"},
        "",
    ),
    (
        _K.QUALIFICATION,
        "Two years of work on networks or servers.",
        {"kind": "experience", "years": 2, "operator": ">="},
        "",
    ),
    (
        _K.QUALIFICATION,
        "A vendor’s certificate in networking or storage is welcome.",
        {"kind": "licence", "necessity": "preferred"},
        "",
    ),
    (_K.COMPETENCY, "Fault finding", {}, ""),
    (_K.ANCHOR, "Finds the cause of common faults.", {"level": ENGINEER}, "Fault finding"),
    (_K.ANCHOR, "Finds the cause where two systems meet.", {"level": SENIOR}, "Fault finding"),
    (_K.COMPETENCY, "Passing knowledge on", {}, ""),
    (_K.ANCHOR, "Explains own work.", {"level": ENGINEER}, "Passing knowledge on"),
    (_K.ANCHOR, "Lets others do what only they could.", {"level": SENIOR}, "Passing knowledge on"),
)
_HEAD_SAYS: tuple[Said, ...] = (
    (_K.SUMMARY, "Leads a section of the IT department and answers for its services.", {}, ""),
    (_K.DUTY, "Says each month what the section achieved, and what it did not.", {}, ""),
    (
        _K.QUALIFICATION,
        "A bachelor’s degree in any field.",
        {"kind": "education", "degree": "bachelor"},
        "",
    ),
    (
        _K.EQUIVALENCY,
        "A year of experience replaces a required year of education.",
        {"gives": "experience", "ratio": 1},
        "",
    ),
    (
        _K.QUALIFICATION,
        "Five years in information technology.",
        {"kind": "experience", "years": 5, "operator": ">="},
        "",
    ),
    (_K.COMPETENCY, "Leading people", {}, ""),
    (
        _K.ANCHOR,
        "Speaks with everybody and keeps what was agreed.",
        {},
        "Leading people",
    ),
)
_FIELDS = ("Computing", "Computing", "Electrical engineering", "Physics", "History")
_SCHOOLS = ("University of Harrowgate Vale", "Brindle Polytechnic", "Saltmarsh College")
_EMPLOYERS = ("Thornbury Water", "Ledgerline", "Copperhill Hospital", "Marrow & Finch")
_TITLES = ("Network technician", "Systems administrator", "Support engineer", "Server operator")


def tell_qualifications(
    *, manager: Account, begins: datetime, until: datetime, rng: Random
) -> None:
    """Describe two classes, fill their positions, and tell what the holders bring.

    The manager reaches everybody in the department, and so is who tells and judges here.
    """
    told = _Telling(manager, begins, until, rng)
    engineers = told.describe(ENGINEERS, _ENGINEER_SAYS, 1)
    heads = told.describe(HEADS, _HEAD_SAYS, 2)
    people = Person.objects.in_bulk(field_name="pk")
    by_name = {person.name: person for person in people.values()}
    crews = [crew for crew in cast.CREWS if crew.unit == cast.INFRASTRUCTURE]
    for crew in crews:
        for place, name in enumerate(crew.members):
            level = SENIOR if place == 0 else ENGINEER
            told.seat(by_name[name], engineers, level, crew.unit)
            told.background(by_name[name])
    for unit, name in cast.MANAGERS.items():
        if unit in (cast.USER_SERVICES, cast.INFRASTRUCTURE, cast.BUSINESS_SYSTEMS, cast.SECURITY):
            told.seat(by_name[name], heads, HEADS, unit)
            told.background(by_name[name], managing=True)
    told.odd_lives(by_name)
    told.judge(by_name, engineers)


@dataclass(frozen=True)
class _Telling:
    """Who tells, and of which time."""

    actor: Account
    begins: datetime
    until: datetime
    rng: Random

    def describe(self, title: str, says: tuple[Said, ...], place: int) -> ClassVersion:
        """Write a class down, and approve it."""
        draft = begin_empty_draft(title=title, actor=self.actor, at=self.begins)
        for kind, text, payload, under in says:
            parent = draft.records.filter(text=under).first() if under else None
            add_drafted_record(
                draft=draft,
                kind=kind,
                text=text,
                payload=payload,
                parent=parent,
                actor=self.actor,
                at=self.begins,
            )
        draft.refresh_from_db()
        return approve_draft(
            draft=draft,
            version=draft.version,
            placing=Placing(family="Infrastructure", title=title, series_order=place),
            effective_on=self.begins.date(),
            change_note="Written down for the first time",
            actor=self.actor,
            at=self.begins,
        )

    def add(self, model: type[Noun], at: datetime | None = None, **values: Any) -> Any:
        """Type a row in."""
        record = record_of(model)
        return add_record(record=record, values=values, actor=self.actor, at=at or self.begins)

    def seat(self, person: Person, version: ClassVersion, level: str, unit: str) -> None:
        """Let somebody hold a position of a level."""
        since = self.begins.date()
        position = self.add(
            Position,
            title=f"{version.job_class.title}, {unit}",
            unit=Unit.objects.get(name=unit),
            job_class=version.job_class,
            level=version.job_class.levels.get(name=level),
            valid_from=since,
        )
        self.add(Incumbency, position=position, person=person, valid_from=since)

    def background(self, person: Person, *, managing: bool = False) -> None:
        """Tell one study, and one or two places of work up to the present one."""
        here = self.until.date()
        joined = here - _YEAR * self.rng.randint(2, 9)
        graduated = joined - _YEAR * self.rng.randint(2, 6)
        if self.rng.random() < 0.8:  # noqa: PLR2004 — four in five have a degree
            study = self.add(
                Education,
                person=person,
                level="bachelor",
                field=self.rng.choice(_FIELDS),
                institution=self.rng.choice(_SCHOOLS),
                begins_on=graduated - 3 * _YEAR,
                ends_on=graduated,
                awarded_on=graduated,
            )
            self._verify(study, "The diploma")
        else:
            self.add(
                Education, person=person, level="high_school", awarded_on=graduated - 3 * _YEAR
            )
        self.work(
            person,
            self.rng.choice(_TITLES),
            self.rng.choice(_EMPLOYERS),
            (graduated + timedelta(days=60), joined - timedelta(days=30)),
        )
        present = self.work(
            person,
            "Head of section" if managing else "Infrastructure engineer",
            cast.ORGANISATION,
            (joined, None),
            percent_managing=80 if managing else 0,
        )
        self._verify(present, "Our own contract")

    def work(
        self,
        person: Person,
        title: str,
        employer: str,
        days: tuple[date | None, date | None],
        **more: Any,
    ) -> Experience:
        """Tell one place of work; without a last day it goes on, unless that is said."""
        begins_on, ends_on = days
        row: Experience = self.add(
            Experience,
            person=person,
            title=title,
            employer=employer,
            begins_on=begins_on,
            ends_on=ends_on,
            **{"is_ongoing": ends_on is None, "percent_of_full_time": 100, **more},
        )
        return row

    def odd_lives(self, people: Mapping[str, Person]) -> None:
        """Add what makes counting worth its while."""
        here = self.until.date()
        callum, ngozi, li_mei = (
            people[name] for name in ("Callum Drysdale-Roe", "Ngozi Achterberg", "Li-Mei Tsao")
        )
        self.work(
            callum,
            "Evening network support",
            "Saltmarsh College",
            (here - 2 * _YEAR, here - _YEAR),
            percent_of_full_time=40,
            kind_of_work="Networks",
        )
        self.work(ngozi, "Freelance cabling", "", (here - 9 * _YEAR, None), is_ongoing=False)
        self.work(
            li_mei,
            "Storage operator",
            "Copperhill Hospital",
            (here - 12 * _YEAR, here - 10 * _YEAR),
            begins_precision="year",
            ends_precision="year",
            percent_of_full_time=None,
        )
        self.add(
            Certificate,
            person=ngozi,
            name="Routing and switching, associate",
            issuer="Northwire",
            issued_on=here - 2 * _YEAR,
            expires_on=here + timedelta(days=50),
        )

    def judge(self, people: Mapping[str, Person], version: ClassVersion) -> None:
        """Let the manager judge three people's work, and one study that is corrected later."""
        rules = QualificationRule.objects.filter(class_version=version)
        work, degree = rules.get(kind="experience"), rules.get(kind="education")
        for name in ("Ulrike Steinhagen", "Mateus Figueira", "Bram Verhoeckx"):
            rows = Experience.objects.filter(person=people[name], begins_on__isnull=False)
            decisions = [Decision(JudgedVerdict.MET, 0, row) for row in rows.order_by("pk")]
            self._judge(people[name], work, decisions, "The work was on networks or servers.")
        for anchor in Anchor.objects.filter(
            competency__class_version=version, level__name=SENIOR
        ).order_by("pk"):
            self._judge(
                people["Ulrike Steinhagen"],
                anchor,
                [Decision(JudgedVerdict.MET, 0)],
                "Seen at the move of the server room, and in the notes that she left.",
            )
        self._judge_and_correct(people[CORRECTED], degree)

    def _judge_and_correct(self, person: Person, degree: QualificationRule) -> None:
        """Judge a study in another field, and then learn that its field was misread."""
        study = Education.objects.filter(person=person, level="bachelor").first()
        if study is None:
            return
        self._judge(person, degree, [Decision(JudgedVerdict.MET, 0)], "Half of it was computing.")
        if study.verified_at is not None:
            withdraw_verification(
                item=study,
                version=study.version,
                reason="The field was misread.",
                actor=self.actor,
                at=self.until,
            )
            study.refresh_from_db()
        change_record(
            record=record_of(Education),
            row=study,
            version=study.version,
            values={"field": "Electrical engineering"},
            actor=self.actor,
            at=self.until,
        )

    def _judge(
        self,
        person: Person,
        row: QualificationRule | Anchor,
        decisions: list[Decision],
        reason: str,
    ) -> None:
        judge_qualification(
            person=person,
            row=row,
            key=f"anchor-{row.pk}" if isinstance(row, Anchor) else row.tree["key"],
            decisions=decisions,
            reason=reason,
            actor=self.actor,
            at=self.until - timedelta(days=40),
        )

    def _verify(self, row: Any, evidence: str) -> None:
        """Of most rows somebody has seen the proof."""
        if self.rng.random() < 0.7:  # noqa: PLR2004 — seven in ten are verified
            verify_background(
                item=row,
                version=row.version,
                evidence=evidence,
                actor=self.actor,
                at=self.begins + timedelta(days=7),
            )
