"""Two who answer for one person and judge the same at the same moment, on both databases."""

from datetime import date

import pytest

from quarterdeck.core.models import Account
from quarterdeck.people.models import Education, QualificationJudgement
from quarterdeck.people.tests.qualified import Case, qualified_case
from quarterdeck.people.tests.test_review_at_once import Act, at_once
from quarterdeck.people.vocabulary import JudgedVerdict

pytestmark = pytest.mark.usefixtures("fresh_database")


def judging(case: Case, key: str, verdict: JudgedVerdict, actor: Account) -> Act:
    return lambda: case.judge(key, verdict, actor)


def test_one_judgement_is_recorded_and_the_other_is_shown_it() -> None:
    case = qualified_case()
    case.tell(Education, level="bachelor", field="Astronomy", awarded_on=date(2015, 6, 30))
    (question,) = case.standing().due

    ends = at_once(
        judging(case, question.key, JudgedVerdict.MET, case.house.iris),
        judging(case, question.key, JudgedVerdict.UNMET, case.house.hal),
    )

    assert (ends, QualificationJudgement.objects.count()) == (["conflict", "done"], 1)
