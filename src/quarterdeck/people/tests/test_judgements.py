"""What people judge of a person: it counts, it is revised, and it is due again."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.kernels.qualification import Verdict
from quarterdeck.kernels.qualification.rules import (
    Degree,
    DegreeLevel,
    Direction,
    Equivalency,
    Months,
)
from quarterdeck.kernels.qualification.spells import Cut
from quarterdeck.people.models import Education, QualificationJudgement
from quarterdeck.people.tests.house import AT, approved, confirm_doubtful, drafted
from quarterdeck.people.tests.qualified import Case, qualified_case, verdicts
from quarterdeck.people.vocabulary import JudgedVerdict

MET, UNMET = JudgedVerdict.MET, JudgedVerdict.UNMET

pytestmark = pytest.mark.django_db


@pytest.fixture(name="case")
def _case() -> Case:
    return qualified_case()


WITHOUT_RATE = (
    Degree(key="degree", label="A degree", level=DegreeLevel.BACHELOR),
    Equivalency(
        key="instead",
        label="Or the like",
        direction=Direction.EXPERIENCE_FOR_EDUCATION,
        rate=None,
    ),
)


def test_an_equivalency_without_a_rate_waits_for_a_person_and_is_settled_by_one(
    case: Case,
) -> None:
    case.ask(*WITHOUT_RATE)
    case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    case.work(date(2016, 1, 1), date(2025, 12, 31))

    before = case.standing()
    case.judge("instead", MET)
    after = case.standing()

    assert ([question.key for question in before.due], verdicts(before)) == (
        ["instead"],
        [Verdict.UNKNOWN],
    )
    assert (after.due, verdicts(after)) == ((), [Verdict.MET])


def test_a_later_judgement_revises_and_the_earlier_stays(case: Case) -> None:
    case.ask(*WITHOUT_RATE)
    case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    case.judge("instead", MET)

    case.judge("instead", UNMET, case.house.hal, seen=1)

    made = QualificationJudgement.objects.order_by("number")
    assert verdicts(case.standing()) == [Verdict.UNMET]
    assert [(each.number, each.verdict, each.judged_by) for each in made] == [
        (1, MET, case.house.iris),
        (2, UNMET, case.house.hal),
    ]


def test_of_two_who_judge_at_once_the_second_is_shown_the_first(case: Case) -> None:
    case.ask(*WITHOUT_RATE)
    first = case.judge("instead", MET)

    with pytest.raises(Conflict) as told:
        case.judge("instead", UNMET, case.house.hal)

    assert told.value.present == first


def test_when_the_evidence_changes_it_is_to_be_judged_again(case: Case) -> None:
    case.ask(*WITHOUT_RATE)
    study = case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    made = case.judge("instead", MET)

    with acting(actor=case.house.operator, verb_name="tests.correct", at=AT):
        Education.objects.filter(pk=study.pk).update(awarded_on=date(2016, 6, 30))
    standing = case.standing()

    assert verdicts(standing) == [Verdict.UNKNOWN]
    assert [question.stale for question in standing.due] == [made]


def test_that_the_proof_was_seen_changes_nothing_that_was_judged(case: Case) -> None:
    case.ask(*WITHOUT_RATE)
    study = case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    case.judge("instead", MET)

    with acting(actor=case.house.operator, verb_name="tests.verify", at=AT):
        rows = Education.objects.filter(pk=study.pk)
        rows.update(evidence="Seen", verified_by=case.house.iris, verified_at=AT, version=2)

    assert verdicts(case.standing()) == [Verdict.MET]


def test_under_a_new_version_of_the_class_it_is_to_be_judged_again(case: Case) -> None:
    house = case.house
    study = case.tell(Education, level="bachelor", field="Astronomy", awarded_on=date(2015, 6, 30))
    degree = next(key for key, each in case.standing().demands.by_key.items() if each.rule.label)
    made = case.judge(degree, MET)
    draft = drafted(house.operator, job_class=case.version.job_class)
    confirm_doubtful(draft, house.operator)
    later = approved(draft, house.operator, effective_on=date(2026, 2, 1))

    before, after = case.standing(), case.standing(version=later)

    assert study.person == made.person
    assert (verdicts(before)[0], verdicts(after)[0]) == (Verdict.MET, Verdict.UNKNOWN)
    assert [question.stale for question in after.due] == [made]


def test_work_counts_as_far_as_a_person_says_that_it_was_of_the_kind(case: Case) -> None:
    """The class asks for three years at sea: four years of which three quarters are three."""
    case.tell(Education, level="bachelor", field="Navigation", awarded_on=date(2015, 6, 30))
    work = case.work(date(2016, 1, 1), date(2019, 12, 31))
    before = case.standing()
    (question,) = before.due

    case.judge(question.key, MET, experience=work, percent=Decimal(75))
    after = case.standing()

    line = after.qualifications[1]
    assert (verdicts(before), verdicts(after)) == (
        [Verdict.MET, Verdict.UNKNOWN],
        [Verdict.MET, Verdict.MET],
    )
    assert (float(line.finding.certain or 0), line.work[0].spell.cuts) == (
        36,
        (Cut.PARTLY_OF_KIND,),
    )


def test_work_judged_to_teach_as_much_replaces_a_degree_beside_which_nothing_is_asked(
    case: Case,
) -> None:
    """Four years for the four of a degree, of which a person says what taught as much."""
    instead = Equivalency(
        key="instead",
        label="Year for year",
        direction=Direction.EXPERIENCE_FOR_EDUCATION,
        rate=Fraction(1),
    )
    case.ask(WITHOUT_RATE[0], instead)
    case.tell(Education, level="high_school", awarded_on=date(2015, 6, 30))
    work = case.work(date(2016, 1, 1), date(2019, 12, 31))
    before = case.standing()

    case.judge("degree", MET, experience=work)

    asked = [(question.key, question.experience) for question in before.due]
    assert (verdicts(before), asked) == ([Verdict.UNKNOWN], [("degree", work)])
    assert verdicts(case.standing()) == [Verdict.MET]


def test_work_of_another_kind_counts_for_nothing(case: Case) -> None:
    work = case.work(date(2016, 1, 1), date(2019, 12, 31))
    (question,) = case.standing().due

    case.judge(question.key, UNMET, experience=work)

    line = case.standing().qualifications[1]
    assert (line.finding.verdict, line.work[0].spell.cuts) == (Verdict.UNMET, (Cut.OTHER_KIND,))


def test_months_are_counted_and_not_judged(case: Case) -> None:
    case.ask(Months(key="five", label="Five years", months=Fraction(60)))

    with pytest.raises(Refused, match="counted, not judged"):
        case.judge("five", MET)


def test_only_those_who_answer_for_a_person_judge_them(case: Case) -> None:
    case.ask(*WITHOUT_RATE)

    for stranger in (case.house.ben, case.house.cyd):
        with pytest.raises(Refused, match="Only a manager"):
            case.judge("instead", MET, stranger)
