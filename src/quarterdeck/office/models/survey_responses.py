"""What was answered to surveys, kept as facts."""

from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Fact, Person, Team, Unit
from quarterdeck.core.permission import GRANTS, NounClass, User, sight_by
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models.surveys import Survey, SurveyQuestion, SurveyVersion

# Who answers for those who were judged. A colleague of theirs reads figures and no single answer.
ANSWERING_ROLES = (
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.DIRECTOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class SurveyResponseQuerySet(models.QuerySet["SurveyResponse"]):
    """Which single responses somebody may see."""

    def visible_to(self, user: User) -> Self:
        """Keep the named responses within the reach of those who answer for a team or unit.

        A response to an anonymous survey is seen by nobody; it counts in figures alone.
        """
        reaches = {role: GRANTS[role][NounClass.ORDINARY] for role in ANSWERING_ROLES}
        sight = sight_by(user, reaches)
        named = self.filter(person__isnull=False)
        if sight.everything:
            return named
        within = [Q(team__in=sight.team_keys)] if sight.team_keys else []
        within += [Q(unit__path__startswith=path) for path in sorted(sight.unit_paths)]
        return named.filter(reduce(or_, within)) if within else self.none()


class SurveyResponse(Fact):
    """One answered invitation: by whom, unless the survey is anonymous, and about what.

    Of an anonymous survey neither person nor subject nor time is kept, and the day is the first of
    its month. The keys are drawn then, so that no order tells who answered when; nor do seals,
    which say what was new at their time.
    """

    is_sealed: ClassVar[bool] = False

    survey = models.ForeignKey(Survey, on_delete=models.DO_NOTHING, related_name="responses")
    survey_version = models.ForeignKey(
        SurveyVersion, on_delete=models.DO_NOTHING, related_name="responses"
    )
    person = models.ForeignKey(
        Person, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )
    service = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField()
    # The answer to the first question, by which responses are listed and measured.
    score = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SurveyResponseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(subject="", title=""),
                name="anonymous_response_names_nothing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["survey", "answered_on"], name="response_of_survey"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.title or 'a response'}"


class SurveyAnswer(Fact):
    """The answer to one question: a number (1 to 5; 0 and 1 for no and yes) or a text."""

    is_sealed: ClassVar[bool] = False

    response = models.ForeignKey(
        SurveyResponse, on_delete=models.DO_NOTHING, related_name="answers"
    )
    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.DO_NOTHING, related_name="answers"
    )
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "question"], name="question_answered_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=False, text="") | (Q(number__isnull=True) & ~Q(text="")),
                name="survey_answer_is_number_or_text",
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)
