"""What was read in a job description becomes rules that a person can be held against."""

from datetime import date
from fractions import Fraction

from quarterdeck.kernels.jobtext.records import (
    Confidence,
    Degree,
    Equivalency,
    Necessity,
    Operator,
    Qualification,
    QualificationKind,
)
from quarterdeck.kernels.jobtext.source import SourceSpan
from quarterdeck.kernels.qualification import Background, Verdict, evaluate
from quarterdeck.kernels.qualification import rules as asked
from quarterdeck.kernels.qualification.background import Day, Experience
from quarterdeck.kernels.qualification.reading import rules_of
from quarterdeck.kernels.qualification.rules import Comparison, DegreeLevel, Source, Standing

EDUCATION, EXPERIENCE = QualificationKind.EDUCATION, QualificationKind.EXPERIENCE


def read(kind: QualificationKind, text: str = "As written.", **found: object) -> Qualification:
    defaults = {
        "kind": kind,
        "text": text,
        "spans": (SourceSpan(10, 21),),
        "confidence": Confidence.HIGH,
        "reason": "",
        "necessity": Necessity.REQUIRED,
    }
    return Qualification(**{**defaults, **found})  # type: ignore[arg-type] # the names are the record's


def equivalency(replaces: QualificationKind, ratio: Fraction | None) -> Equivalency:
    return Equivalency(
        gives=EXPERIENCE if replaces == EDUCATION else EDUCATION,
        replaces=replaces,
        ratio=ratio,
        text="As written.",
        spans=(SourceSpan(30, 41),),
        confidence=Confidence.HIGH,
        reason="",
    )


BACHELOR = read(EDUCATION, degree=Degree.BACHELOR)
FIVE = read(EXPERIENCE, operator=Operator.AT_LEAST, years=Fraction(5))


def test_without_an_equivalency_each_requirement_is_a_rule() -> None:
    rule = rules_of([BACHELOR, FIVE], [])

    assert [type(part) for part in rule.parts] == [asked.Degree, asked.Months]


def test_years_within_others_are_included_in_them() -> None:
    managing = read(EXPERIENCE, operator=Operator.AT_LEAST, years=Fraction(2), nested_in=0)

    (rule,) = rules_of([FIVE, managing], [], kinds={0: "technology", 1: "managing"}).parts

    assert isinstance(rule, asked.Months)
    assert [(part.months, part.kind) for part in (rule, *rule.including)] == [
        (Fraction(60), "technology"),
        (Fraction(24), "managing"),
    ]


def test_more_than_is_strict_and_preferred_does_not_decide() -> None:
    strict = read(
        EXPERIENCE, operator=Operator.MORE, years=Fraction(5), necessity=Necessity.PREFERRED
    )

    (rule,) = rules_of([strict], []).parts

    assert isinstance(rule, asked.Months)
    assert (rule.comparison, rule.standing) == (Comparison.MORE_THAN, Standing.PREFERRED)


def test_a_rule_keeps_its_sentence_and_place() -> None:
    (rule,) = rules_of([BACHELOR], []).parts

    assert rule.source == Source("As written.", 10, 21)


def test_a_ratio_joins_degree_and_experience() -> None:
    background = Background(
        education=(),
        experience=(
            Experience(
                key="work",
                first=Day.on(date(2017, 1, 1)),
                kinds={"technology": Fraction(1)},
            ),
        ),
    )
    rule = rules_of(
        [BACHELOR, FIVE], [equivalency(EDUCATION, Fraction(1))], kinds={1: "technology"}
    )

    verdicts = [
        evaluate(rule, background, day).verdict for day in (date(2025, 12, 29), date(2025, 12, 31))
    ]

    # Four years for the degree and five of experience end with 2025; a 31st adds nothing.
    assert verdicts == [Verdict.UNMET, Verdict.MET]


def test_or_equivalent_is_an_equivalency_without_a_rate() -> None:
    vague = read(EDUCATION, degree=Degree.MASTER, or_equivalent=True)

    (rule,) = rules_of([vague, FIVE], []).parts

    assert isinstance(rule, asked.EducationAndExperience)
    assert (rule.education.level, [item.rate for item in rule.equivalencies]) == (
        DegreeLevel.MASTER,
        [None],
    )


def test_a_level_has_its_own_requirements_and_those_of_all() -> None:
    senior = read(EXPERIENCE, years=Fraction(10), level="Senior")
    junior = read(EXPERIENCE, years=Fraction(5), level="Junior")

    parts = rules_of([BACHELOR, junior, senior], [], "Senior").parts

    assert [part.key for part in parts] == ["qualification-0", "qualification-2"]


def test_nobodys_work_counts_until_a_person_says_which_does() -> None:
    work = Experience(key="work", first=Day.on(date(2000, 1, 1)), other_kinds_unknown=True)
    background = Background(experience=(work,))

    found = evaluate(rules_of([FIVE], []), background, date(2025, 12, 31))

    assert found.verdict == Verdict.UNKNOWN


def test_what_has_neither_figure_nor_degree_is_left_to_judgement() -> None:
    parts = rules_of([read(QualificationKind.SKILL), read(QualificationKind.LICENCE)], []).parts

    assert [type(part) for part in parts] == [asked.ByJudgement, asked.Credential]
