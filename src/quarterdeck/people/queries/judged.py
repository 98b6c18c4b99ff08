"""Which judgement on a person counts, and which is due again because of what changed since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.kernels.qualification import background as kernel
from quarterdeck.people.models import (
    Anchor,
    ClassVersion,
    Experience,
    QualificationJudgement,
    QualificationRule,
)
from quarterdeck.people.queries.background import Held, digest_of, evidence_for, share_of
from quarterdeck.people.queries.demands import Demand, Demands
from quarterdeck.people.vocabulary import JudgedVerdict

_FULL = Fraction(1)
# A rule or an anchor, its key, and the piece of work under it if there is one.
Row = QualificationRule | Anchor
Subject = tuple[str, int, str, int]


@dataclass(frozen=True)
class Question:
    """What a person is asked to judge, and what was judged of it before.

    `latest` is the last judgement of this very question; `former` was made under another version
    of the class, which said the same. Neither counts where `is_valid` is false.
    """

    key: str
    demand: Demand
    experience: Experience | None
    latest: QualificationJudgement | None
    former: QualificationJudgement | None
    is_valid: bool

    @property
    def seen(self) -> int:
        """How many judgements there are of it: whoever judges says how many they saw."""
        return self.latest.number if self.latest else 0

    @property
    def stale(self) -> QualificationJudgement | None:
        """The judgement that no longer counts, so that it is to be judged again."""
        return None if self.is_valid else self.latest or self.former

    @property
    def former_version(self) -> int | None:
        """The number of the version under which it was judged before."""
        row = self.former and (self.former.rule or self.former.anchor)
        return _version_of(row).number if row else None


@dataclass(frozen=True)
class Judged:
    """All judgements on one person that bear on one level."""

    held: Held
    demands: Demands
    latest: dict[Subject, QualificationJudgement]
    former: dict[tuple[str, str, int], QualificationJudgement]

    def question(self, key: str, experience: Experience | None = None) -> Question:
        """Return the question about a rule, or about one piece of work under it."""
        demand = self.demands.by_key[key]
        number = experience.pk if experience else 0
        latest = self.latest.get((*_row_of(demand.row), key, number))
        return Question(
            key,
            demand,
            experience,
            latest,
            self.former.get((_row_of(demand.row)[0], _text_of(demand.row), number)),
            is_valid=latest is not None and self._still_holds(latest, demand, experience),
        )

    def _still_holds(
        self, made: QualificationJudgement, demand: Demand, experience: Experience | None
    ) -> bool:
        rows = evidence_for(demand.rule, self.held, experience)
        return made.evidence_digest == digest_of(rows)

    def _valid(self, day: date, rules: PeriodRules) -> Iterator[QualificationJudgement]:
        """Give the judgements that count on a day."""
        experience = {row.pk: row for row in self.held.experience}
        for subject, made in self.latest.items():
            work = experience.get(subject[3])
            if made.rule_key in self.demands.by_key and (work is not None) == bool(subject[3]):
                question = self.question(made.rule_key, work)
                if question.is_valid and rules.day_of(made.judged_at) <= day:
                    yield made

    def kinds(self, day: date, rules: PeriodRules) -> dict[int, dict[str, Fraction]]:
        """Return the share of each kind of work as judged, by the key of the experience."""
        found: dict[int, dict[str, Fraction]] = {}
        for made in self._valid(day, rules):
            if made.experience_id is not None:
                share = share_of(made.percent)
                counts = _FULL if share is None else share
                is_met = made.verdict == JudgedVerdict.MET
                kinds = found.setdefault(made.experience_id, {})
                kinds[made.rule_key] = counts if is_met else Fraction(0)
        return found

    def decisions(self, day: date, rules: PeriodRules) -> Iterator[kernel.Judgement]:
        """Give the judgements about whole rules, as the kernel reads them."""
        for made in self._valid(day, rules):
            if made.experience_id is None:
                yield kernel.Judgement(
                    about=made.rule_key,
                    accepted=made.verdict == JudgedVerdict.MET,
                    by=str(made.judged_by),
                    on=rules.day_of(made.judged_at),
                    reason=made.reason,
                )


def judged_of(held: Held, demands: Demands) -> Judged:
    """Gather what was judged of a person under this version, and under others of its class."""
    latest: dict[Subject, QualificationJudgement] = {}
    former: dict[tuple[str, str, int], QualificationJudgement] = {}
    for made in held.judgements:
        row = made.rule or made.anchor
        if row is None:
            continue
        number = made.experience_id or 0
        version = _version_of(row)
        if version == demands.version:
            latest[(*_row_of(row), made.rule_key, number)] = made
        elif version.job_class_id == demands.version.job_class_id:
            former[(_row_of(row)[0], _text_of(row), number)] = made
    return Judged(held, demands, latest, former)


def _row_of(row: Row) -> tuple[str, int]:
    return row._meta.model_name or "", row.pk


def _version_of(row: Row) -> ClassVersion:
    return (row.competency if isinstance(row, Anchor) else row).class_version


def _text_of(row: Row) -> str:
    """What the row says, so that it is known again in another version."""
    return f"{row.competency}: {row.text}" if isinstance(row, Anchor) else row.text
