"""How a person stands against a level: each thing asked for, with the evidence for the verdict."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from quarterdeck.core.models import Person
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.kernels.qualification import Finding, Purpose, Verdict, gap
from quarterdeck.kernels.qualification import background as kernel
from quarterdeck.kernels.qualification.rules import (
    ByJudgement,
    Competency,
    Credential,
    Degree,
    Equivalency,
    Months,
    Standing,
)
from quarterdeck.kernels.qualification.spells import Cut, Spell, spells
from quarterdeck.people.models import Experience
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.queries.background import Held, background_of, evidence_for, held_by
from quarterdeck.people.queries.demands import Demands
from quarterdeck.people.queries.judged import Judged, Question, judged_of
from quarterdeck.people.queries.qualification_words import amount_words, cut_words, months_words

_JUDGED_WHOLE = (Degree, Credential, ByJudgement, Equivalency, Competency)


@dataclass(frozen=True)
class Work:
    """One piece of work under a rule: its months step by step, and what was judged of it."""

    row: Experience
    spell: Spell
    question: Question | None

    @property
    def steps(self) -> tuple[str, ...]:
        """Its months in words: from day to day, full time, of the kind asked for, counted."""
        spell = self.spell
        amounts = (spell.span, spell.full_time, spell.of_kind, spell.counted)
        return tuple(amount_words(amount) for amount in amounts)

    @property
    def why(self) -> str:
        """Why it is no more."""
        return "; ".join(cut_words(cut) for cut in self.spell.cuts)

    @property
    def is_due(self) -> bool:
        """Whether nobody has judged yet how much of it is of the kind asked for."""
        return self.question is not None and Cut.KIND_UNKNOWN in self.spell.cuts


@dataclass(frozen=True)
class Line:
    """The finding on one rule, or part of one, with the rows that it rests on."""

    finding: Finding
    rows: tuple[BackgroundItem, ...]
    work: tuple[Work, ...]
    question: Question | None
    parts: tuple["Line", ...]

    @property
    def title(self) -> str:
        """What is asked for."""
        rule = self.finding.rule
        return rule.label or ("Experience" if isinstance(rule, Months) else "All of these")

    @property
    def sentence(self) -> str:
        """The sentence that it was read from, where the title does not say it already."""
        source = self.finding.source
        is_said = source is None or source.text == self.title or _is_told_by_parts(self.finding)
        return "" if is_said or source is None else source.text

    @property
    def months(self) -> str:
        """How many months were asked for, found and are missing."""
        return "" if _is_told_by_parts(self.finding) else months_words(self.finding)

    @property
    def is_preferred(self) -> bool:
        """Whether it is only good to have."""
        return self.finding.standing == Standing.PREFERRED

    @property
    def everything(self) -> "Iterator[Line]":
        """Give the line and all its parts."""
        yield self
        for part in self.parts:
            yield from part.everything

    @property
    def due(self) -> tuple[Question, ...]:
        """What somebody has to judge before this can be known; what is only preferred can wait."""
        if self.is_preferred or self.finding.verdict != Verdict.UNKNOWN:
            return ()
        return tuple(question for line in self.everything for question in line.own_due)

    @property
    def own_due(self) -> "Iterator[Question]":
        """Give what is due about this line itself, its parts aside."""
        if self.finding.verdict != Verdict.UNKNOWN:
            return
        for work in self.work:
            if work.is_due and work.question is not None:
                yield work.question
        if self.question is not None and not self.question.is_valid and self._can_be_judged:
            yield self.question

    @property
    def _can_be_judged(self) -> bool:
        """A competency is assessed when there is time, and due only once it has been before."""
        is_competency = isinstance(self.finding.rule, Competency)
        return not is_competency or (self.question is not None and self.question.stale is not None)


@dataclass(frozen=True)
class PersonalStanding:
    """How one person stands against one level on one day."""

    person: Person
    demands: Demands
    held: Held = field(repr=False)
    qualifications: tuple[Line, ...]
    competencies: tuple[Line, ...]

    @property
    def verdict(self) -> Verdict | None:
        """Whether all that is required is met; None where the level asks for nothing."""
        return _verdict((*self.qualifications, *self.competencies))

    @property
    def by_part(self) -> tuple[Verdict | None, Verdict | None]:
        """Whether the qualifications are met, and whether the competencies are."""
        return _verdict(self.qualifications), _verdict(self.competencies)

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many of the things asked for are met, unmet and unknown."""
        found = Counter(line.finding.verdict for line in (*self.qualifications, *self.competencies))
        return tuple((verdict, found[verdict]) for verdict in Verdict)

    @property
    def due(self) -> tuple[Question, ...]:
        """What somebody has to judge before the rest is known, each thing once."""
        lines = (*self.qualifications, *self.competencies)
        return _each_once(question for line in lines for question in line.due)

    @property
    def questions(self) -> tuple[Question, ...]:
        """Whatever can be judged here, each thing once."""
        return _each_once(
            question
            for item in (*self.qualifications, *self.competencies)
            for line in item.everything
            for question in (line.question, *(work.question for work in line.work))
            if question is not None
        )


def _verdict(lines: Iterable[Line]) -> Verdict | None:
    required = [line.finding.verdict for line in lines if not line.is_preferred]
    order = (Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET)
    return next((verdict for verdict in order if verdict in required), None)


def _each_once(questions: Iterable[Question]) -> tuple[Question, ...]:
    found = {
        (question.key, question.experience.pk if question.experience else 0): question
        for question in questions
    }
    return tuple(found.values())


def standings_of(
    asked: Sequence[tuple[Person, Demands]], day: date, rules: PeriodRules
) -> list[PersonalStanding]:
    """Return how each of these people stands against a level on a day."""
    held = held_by({person.pk for person, _ in asked})
    return [_standing(person, held[person.pk], demands, day, rules) for person, demands in asked]


def _standing(
    person: Person, held: Held, demands: Demands, day: date, rules: PeriodRules
) -> PersonalStanding:
    judged = judged_of(held, demands)
    background = background_of(held, judged.kinds(day, rules), judged.decisions(day, rules))
    lines = _Lines(judged, day, {row.key: row for row in background.experience or ()})
    qualifications, competencies = (
        tuple(lines.line(finding) for finding in gap(background, (asked,), day))
        for asked in demands.asked
    )
    return PersonalStanding(person, demands, held, qualifications, competencies)


class _Lines:
    """Makes lines of findings for one person."""

    def __init__(self, judged: Judged, day: date, experience: dict[str, kernel.Experience]) -> None:
        self._judged, self._day, self._experience = judged, day, experience
        self._rows = judged.held.rows

    def line(self, finding: Finding) -> Line:
        """Return a finding with its rows, and its parts with theirs."""
        return Line(
            finding,
            tuple(self._credited(finding)),
            tuple(self._work(finding)) if _counts_months(finding) else (),
            self._question(finding),
            tuple(self.line(part) for part in finding.parts),
        )

    def _credited(self, finding: Finding) -> Iterable[BackgroundItem]:
        """Give the rows beside the work that the finding credits."""
        if _is_told_by_parts(finding):
            return
        for credit in finding.credits:
            row = self._rows.get(credit.key)
            if row is not None and (credit.purpose == Purpose.EDUCATION or not finding.kinds):
                yield row

    def _work(self, finding: Finding) -> Iterable[Work]:
        owned = [
            kind
            for kinds in finding.kinds
            for kind in sorted(kinds)
            if kind in self._judged.demands.by_key
        ]
        # Of a part, the kind that it adds is what has to be judged there.
        rule = finding.rule
        own = rule.kind if isinstance(rule, Months) and rule.kind in owned else None
        asked = own or next(iter(owned), None)
        for spell in spells(self._experience.values(), finding, self._day):
            row = self._rows[spell.key]
            if isinstance(row, Experience):
                yield Work(row, spell, self._judged.question(asked, row) if asked else None)

    def _question(self, finding: Finding) -> Question | None:
        rule = finding.rule
        is_owned = rule.key in self._judged.demands.by_key
        if not is_owned or not isinstance(rule, _JUDGED_WHOLE):
            return None
        question = self._judged.question(rule.key)
        is_open = finding.verdict == Verdict.UNKNOWN and finding.awaits is not None
        # Where nothing is recorded there is nothing to judge: somebody has to record it first.
        is_seen = isinstance(rule, ByJudgement | Competency) or evidence_for(
            rule, self._judged.held
        )
        # Where the source states a rate, the work is what has to be judged.
        is_counted = isinstance(rule, Equivalency) and rule.rate is not None
        can_be_asked = is_open and is_seen and not is_counted
        return question if can_be_asked or question.latest else None


def _is_told_by_parts(finding: Finding) -> bool:
    """A rule that joins others leaves it to them to show rows and months."""
    return bool(finding.parts) and not isinstance(finding.rule, Months)


def _counts_months(finding: Finding) -> bool:
    return bool(finding.kinds) and not _is_told_by_parts(finding)
