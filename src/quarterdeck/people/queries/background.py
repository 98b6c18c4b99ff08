"""What people bring, from the rows that tell of it to what the kernel `qualification` reads."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from json import dumps

from django.db.models import QuerySet

from quarterdeck.core.database import Among
from quarterdeck.core.evidence import digest
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.together import read_together
from quarterdeck.kernels.qualification import Background
from quarterdeck.kernels.qualification import background as kernel
from quarterdeck.kernels.qualification.rules import (
    Combination,
    Competency,
    Credential,
    Degree,
    DegreeLevel,
    EducationAndExperience,
    Equivalency,
    Rule,
)
from quarterdeck.people.models import (
    Certificate,
    Education,
    Experience,
    QualificationJudgement,
)
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.vocabulary import DayPrecision

# The kind of work of which the row itself says how large its share was.
MANAGING = "managing"
_PERCENT = 100
# What tells of the row rather than of the person.
_NOT_SAID = {
    *("id", "version", "person", "evidence", "verified_by", "verified_at"),
    *("source", "external_id"),
}


@dataclass(frozen=True)
class Held:
    """All rows that tell of one person, and every judgement on that person."""

    education: tuple[Education, ...] = ()
    experience: tuple[Experience, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    judgements: tuple[QualificationJudgement, ...] = field(default=(), repr=False)

    @property
    def rows(self) -> dict[str, BackgroundItem]:
        """The rows by the keys under which the kernel knows them."""
        everything: tuple[BackgroundItem, ...] = (
            *self.education,
            *self.experience,
            *self.certificates,
        )
        return {key_of(row): row for row in everything}


def key_of(row: BackgroundItem) -> str:
    """Return the name of a row in the kernel: `experience-17`."""
    return f"{row._meta.model_name}-{row.pk}"


def _judged() -> QuerySet[QualificationJudgement]:
    judged = QualificationJudgement.objects.filter(_OF_PEOPLE).order_by("number")
    return judged.select_related(
        "judged_by__person", "rule__class_version", "anchor__competency__class_version"
    )


_OF_PEOPLE = Among("person", Slot("people"))
_STUDIES = Prepared(lambda: Education.objects.filter(_OF_PEOPLE).order_by("pk"))
_WORK = Prepared(lambda: Experience.objects.filter(_OF_PEOPLE).order_by("begins_on", "pk"))
_PROOFS = Prepared(lambda: Certificate.objects.filter(_OF_PEOPLE).order_by("pk"))
_JUDGED = Prepared(_judged)


def held_by(people: Collection[int]) -> dict[int, Held]:
    """Return what is recorded of these people, by their keys; one statement for any number."""
    education: dict[int, list[Education]] = {key: [] for key in people}
    experience: dict[int, list[Experience]] = {key: [] for key in people}
    certificates: dict[int, list[Certificate]] = {key: [] for key in people}
    judgements: dict[int, list[QualificationJudgement]] = {key: [] for key in people}
    asked = dumps(sorted(people))
    rows = [each.posed(people=asked) for each in (_STUDIES, _WORK, _PROOFS, _JUDGED)]
    read_together(rows)
    studies, work, proofs, judged = rows
    for studied in studies:
        education[studied.person_id].append(studied)
    for worked in work:
        experience[worked.person_id].append(worked)
    for certified in proofs:
        certificates[certified.person_id].append(certified)
    for made in judged:
        judgements[made.person_id].append(made)
    return {
        key: Held(
            tuple(education[key]),
            tuple(experience[key]),
            tuple(certificates[key]),
            tuple(judgements[key]),
        )
        for key in people
    }


def evidence_for(
    rule: Rule | Equivalency, held: Held, experience: Experience | None = None
) -> tuple[BackgroundItem, ...]:
    """Return the rows that a judgement about a rule, or about one piece of work, rests on.

    A competency is judged by what was seen of a person, which no row tells.
    """
    if experience is not None:
        return (experience,)
    match rule:
        case Degree():
            return held.education
        case Credential():
            return held.certificates
        case Competency():
            return ()
        case Equivalency() | EducationAndExperience() | Combination():
            return (*held.education, *held.experience)
        case _:
            return (*held.education, *held.experience, *held.certificates)


def digest_of(rows: Iterable[BackgroundItem]) -> str:
    """Return a digest of what the rows say; whether it has been verified is no part of that."""
    return digest(*(part for row in rows for part in (key_of(row), *_said(row))))


def _said(row: BackgroundItem) -> Iterable[str]:
    for each in row._meta.concrete_fields:
        if each.name not in _NOT_SAID:
            value = getattr(row, each.attname)
            # A number says the same with and without its last zeros.
            yield f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def background_of(
    held: Held,
    kinds: Mapping[int, Mapping[str, Fraction]],
    judgements: Iterable[kernel.Judgement],
) -> Background:
    """Return what a person brings as the kernel reads it.

    `kinds` has the share of each kind of work by the key of the experience, as it was judged; of
    a kind that nobody has judged it is unknown. Where no row tells of something, nobody knows
    whether there is any.
    """
    return Background(
        education=tuple(map(_education, held.education)) or None,
        experience=tuple(_experience(row, kinds.get(row.pk, {})) for row in held.experience)
        or None,
        credentials=tuple(map(_credential, held.certificates)) or None,
        judgements=tuple(judgements),
    )


def _education(row: Education) -> kernel.Education:
    return kernel.Education(
        key=key_of(row),
        level=DegreeLevel[row.level.upper()],
        field=row.field,
        completed=row.awarded_on,
        years=None if row.years is None else Fraction(row.years),
        first=row.begins_on,
        last=row.ends_on,
    )


def _experience(row: Experience, kinds: Mapping[str, Fraction]) -> kernel.Experience:
    return kernel.Experience(
        key=key_of(row),
        first=_day(row.begins_on, row.begins_precision),
        last=_day(row.ends_on, row.ends_precision),
        last_unknown=row.ends_on is None and not row.is_ongoing,
        share=share_of(row.percent_of_full_time),
        kinds={MANAGING: share_of(row.percent_managing), **kinds},
        other_kinds_unknown=True,
        part_of=f"education-{row.study_id}" if row.study_id else None,
    )


def _credential(row: Certificate) -> kernel.HeldCredential:
    return kernel.HeldCredential(
        key=key_of(row), name=row.name, issued=row.issued_on, expires=row.expires_on
    )


def share_of(percent: Decimal | None) -> Fraction | None:
    """Return a percentage as a share of one."""
    return None if percent is None else Fraction(percent) / _PERCENT


def _day(day: date | None, precision: str) -> kernel.Day | None:
    if day is None:
        return None
    if precision == DayPrecision.MONTH:
        return kernel.Day.in_month(day.year, day.month)
    return kernel.Day.in_year(day.year) if precision == DayPrecision.YEAR else kernel.Day.on(day)
