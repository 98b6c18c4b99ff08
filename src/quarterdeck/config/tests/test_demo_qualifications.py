"""Whoever looks at the demo's people finds who meets a level, and what is to be judged."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.config.demo.qualifications import CORRECTED, SENIOR
from quarterdeck.config.tests.demo import AT, account_of
from quarterdeck.core.models import Person
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.qualification.spells import Cut
from quarterdeck.people.models import Level
from quarterdeck.people.queries.qualification import PersonalStanding
from quarterdeck.people.queries.reach import due_for, reached_by, standing_of

pytestmark = pytest.mark.usefixtures("demo")


def standing(name: str) -> PersonalStanding:
    level = Level.objects.get(name=SENIOR)
    found = standing_of(Person.objects.get(name=name), level, AT.date())
    assert found is not None
    return found


def test_one_person_meets_the_senior_level_and_of_nobody_else_it_is_known() -> None:
    reached = reached_by(account_of(Role.IT_MANAGER), Level.objects.get(name=SENIOR), AT.date())

    assert reached is not None
    verdicts = [(str(each.person), str(each.verdict)) for each in reached.standings]
    assert verdicts[0] == ("Ulrike Steinhagen", "met")
    assert {verdict for _, verdict in verdicts[1:]} == {"unknown"}


def test_a_judgement_is_due_again_since_the_study_was_corrected() -> None:
    stale = [question.stale for question in standing(CORRECTED).due if question.stale]

    assert [made.judged_at.date() for made in stale] == [(AT - timedelta(days=40)).date()]


def test_lives_that_are_hard_to_count_are_there() -> None:
    cuts = {
        cut
        for name in ("Callum Drysdale-Roe", "Ngozi Achterberg", "Li-Mei Tsao")
        for question in standing(name).qualifications
        for line in question.everything
        for work in line.work
        for cut in work.spell.cuts
    }

    assert {
        Cut.PART_TIME,
        Cut.LAST_DAY_UNKNOWN,
        Cut.DAYS_INEXACT,
        Cut.SHARE_UNKNOWN,
        Cut.OVERLAP,
    } <= cuts


def test_the_manager_is_asked_for_judgements_and_the_hr_partner_sees_them() -> None:
    manager, partner = account_of(Role.IT_MANAGER), Client()
    partner.force_login(account_of(Role.HR_PARTNER))

    due = due_for(manager, AT.date())

    assert due
    pages = [reverse("people.qualification.person", args=[each.person.pk]) for each in due]
    assert {partner.get(page).status_code for page in pages} == {200}
