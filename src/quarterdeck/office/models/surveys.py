"""Surveys: what is asked on which occasion, who was asked, and who wants to be asked no more."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Fact, Noun, Person, Scratch, Team, Unit
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.vocabulary import QuestionKind

# Results are figures for those who work here; requesters answer, and read none.
READING_ROLES = tuple(role for role in Role if role is not Role.REQUESTER)
MOST_QUESTIONS = 3


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Which surveys run, and who may read their results."""

    def running(self) -> Self:
        """Keep the surveys that go on asking."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Everybody who works here may read results; each finds the groups within reach."""
        return self.filter() if holds(user, *READING_ROLES) else self.none()


class Survey(Noun):
    """A few questions that are asked on one kind of occasion, of a sample of those concerned.

    `occasion` is the key of an occasion that an app has registered. `share` is the sample in
    percent, drawn by `seed`. Nobody is invited within `rest_days` of another invitation, to
    whichever survey. A link is open for `open_days`; one reminder goes out after `reminder_days`,
    none where that is 0. No figure of fewer than `smallest_group` people is shown. Answers to an
    anonymous survey are kept without saying whose they are.
    """

    name = models.CharField(max_length=200, unique=True)
    occasion = models.CharField(max_length=64)
    share = models.PositiveSmallIntegerField("sample in percent", default=25)
    seed = models.CharField(max_length=32, editable=False)
    is_anonymous = models.BooleanField("anonymous", default=False)
    rest_days = models.PositiveSmallIntegerField("days of rest", default=30)
    open_days = models.PositiveSmallIntegerField("days open", default=14)
    reminder_days = models.PositiveSmallIntegerField("days until the reminder", default=5)
    smallest_group = models.PositiveSmallIntegerField(default=5)
    begun_at = models.DateTimeField("begun")
    ended_at = models.DateTimeField("ended", null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)), name="survey_share_1_to_100"
            ),
            models.CheckConstraint(
                condition=Q(open_days__range=(1, 90)), name="survey_open_a_while"
            ),
            models.CheckConstraint(
                condition=Q(reminder_days__lt=models.F("open_days")),
                name="survey_reminds_while_open",
            ),
            models.CheckConstraint(
                condition=Q(smallest_group__gte=2), name="survey_group_of_more_than_one"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SurveyProgress(Scratch):
    """How far a survey has asked: about what happened until `asked_until`, and no further.

    It moves every few minutes, asked or not, and so stands in no history.
    """

    survey = models.OneToOneField(
        Survey, on_delete=models.CASCADE, primary_key=True, related_name="progress"
    )
    asked_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.survey}: asked until {self.asked_until:%Y-%m-%d %H:%M}"


class SurveyVersion(Fact):
    """The wording of a survey that holds for those who are invited from `at` on."""

    survey = models.ForeignKey(Survey, on_delete=models.DO_NOTHING, related_name="versions")
    number = models.PositiveSmallIntegerField()
    introduction = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey}, version {self.number}"


class SurveyQuestion(Fact):
    """One question of a version; `low` and `high` say what the ends of a scale mean."""

    survey_version = models.ForeignKey(
        SurveyVersion, on_delete=models.DO_NOTHING, related_name="questions"
    )
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    text = models.CharField(max_length=300)
    low = models.CharField(max_length=60, blank=True)
    high = models.CharField(max_length=60, blank=True)
    is_required = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["survey_version", "order"], name="survey_question_order_once"
            ),
            models.CheckConstraint(
                condition=Q(order__range=(1, MOST_QUESTIONS)), name="survey_of_few_questions"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class SurveyInvitationQuerySet(models.QuerySet["SurveyInvitation"]):
    """Which invitations are open, and which are to be reminded of."""

    def open_at(self, at: datetime) -> Self:
        """Keep those that can still be answered."""
        return self.unanswered().filter(expires_at__gt=at)

    def unanswered(self) -> Self:
        """Keep those that nobody has answered."""
        return self.filter(answered_on__isnull=True, spent__isnull=True)

    def remindable(self, at: datetime) -> Self:
        """Keep those whose one reminder is due, the oldest first."""
        due = self.open_at(at).filter(remind_at__lte=at, survey__ended_at__isnull=True)
        return due.order_by("remind_at", "pk")


class SurveyInvitation(Noun):
    """A person is asked about one thing that happened.

    `subject` names the thing as acts do (`desk.ticket:17`), `title` as a person would. Unit, team
    and service are those of the occasion, and `remind_at` is empty once the reminder went out or
    where none shall. `answered_on` is of named surveys: the link of an anonymous one is spent.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    survey_version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="survey_invitations")
    subject = models.CharField(max_length=120)
    title = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    service = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    objects = SurveyInvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["survey", "person", "subject"], name="person_asked_once_about_a_subject"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "invited_at"], name="invitation_of_person"),
            models.Index(fields=["survey", "answered_on"], name="invitation_answered"),
            models.Index(
                fields=["survey", "expires_at"],
                condition=Q(answered_on__isnull=True),
                name="invitation_unanswered",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(answered_on__isnull=True, remind_at__isnull=False),
                name="invitation_to_remind_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey}: {self.person}"

    @property
    def is_answered(self) -> bool:
        """Whether the link was used."""
        return self.answered_on is not None or hasattr(self, "spent")


class SpentLink(Scratch):
    """The link of an anonymous survey was used, in the month that `answered_on` begins.

    It keeps links single and rates right. It has no history, no seal and no key of its own, so that
    nothing beside it tells at what time, and as the how manieth, somebody answered.
    """

    invitation = models.OneToOneField(
        SurveyInvitation, on_delete=models.CASCADE, primary_key=True, related_name="spent"
    )
    answered_on = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["answered_on"], name="spent_link_month"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation}: answered"


class SurveyOptOut(Noun):
    """A person does not want to be asked by any survey."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="survey_opt_out")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} is asked nothing"
