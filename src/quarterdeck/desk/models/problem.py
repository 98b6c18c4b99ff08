"""Problems: what lies behind incidents, its analysis, and the incidents that it explains."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import (
    OPEN_PROBLEM_STATES,
    FactorKind,
    Level,
    LinkOrigin,
    ProblemState,
)
from quarterdeck.services.models import Service

M = TypeVar("M", bound=models.Model)

# A problem concerns the whole desk; those who bring incidents know the workaround from their reply.
READING_ROLES = (
    Role.TECHNICIAN,
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.DIRECTOR,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)


class ProblemQuerySet(models.QuerySet["Problem"]):
    """Named filters on problems."""

    def visible_to(self, user: User) -> Self:
        """Everybody at the desk sees every problem; whoever only reports sees none."""
        return self.all() if holds(user, *READING_ROLES) else self.none()

    def open(self) -> Self:
        """Keep what is neither resolved nor closed."""
        return self.filter(state__in=sorted(OPEN_PROBLEM_STATES))

    def known_errors(self) -> Self:
        """Keep the open problems whose cause is known."""
        return self.filter(state__in=(ProblemState.KNOWN_ERROR, ProblemState.CHANGE_RAISED))


class Problem(Noun):
    """What lies behind one or more incidents, known or still sought (ITIL 4, problem management).

    `category` is what its incidents were reported as, `true_category` what the cause turned out to
    be. `state`, `changed_at`, `cause_known_at` and `ended_at` are projections of its state changes.
    `fixed_at` is when the fix took effect, as whoever resolved it says, until it is taken up again.
    `words` are the words that
    its incidents share, by which others like them are found.
    """

    number = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=300)
    statement = models.TextField(blank=True)
    state = models.CharField(
        max_length=16, choices=ProblemState.choices, default=ProblemState.NEW, editable=False
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="problems"
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="problems"
    )
    impact = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.MEDIUM)
    category = models.CharField(max_length=200, blank=True)
    true_category = models.CharField(max_length=200, blank=True)
    cause = models.TextField(blank=True)
    workaround = models.TextField(blank=True)
    change_reference = models.CharField(max_length=200, blank=True)
    resolution = models.TextField(blank=True)
    words = models.JSONField(default=list, blank=True)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    cause_known_at = models.DateTimeField(null=True, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fixed_at__isnull=True) | Q(fixed_at__lte=F("changed_at")),
                name="problem_fixed_in_the_past",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-opened_at", "-id"], name="problem_state_newest"),
            models.Index(fields=["-opened_at", "-id"], name="problem_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class OnProblemQuerySet(models.QuerySet[M]):
    """Who may see what stands on a problem."""

    def visible_to(self, user: User) -> Self:
        """Keep what is on the problems that the reader may see."""
        return self.filter(problem__in=Problem.objects.visible_to(user))


class ProblemStateChange(Fact):
    """That a problem came into a state, who brought it there, when and why.

    `fixed_at` is when the fix took effect by which it was resolved. It stays known when the problem
    is taken up again; of some resolutions of earlier versions it is not.
    """

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="state_changes")
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=ProblemState.choices)
    occurred_at = models.DateTimeField()
    changed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["problem", "sequence"], name="one_problem_state_a_sequence"
            ),
            models.CheckConstraint(
                condition=Q(fixed_at__isnull=True)
                | Q(state=ProblemState.RESOLVED, fixed_at__lte=F("occurred_at")),
                name="problem_state_fixed_in_the_past",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["fixed_at"], name="problem_fixes")]

    def __str__(self) -> str:
        return f"{self.problem_id} #{self.sequence}: {self.get_state_display().lower()}"


class CauseStep(Noun):
    """One answer to *why?* in the analysis of a problem; below it, why that was so.

    The tree is the method of the five whys (T. Ohno, "Toyota Production System", 1988); an answer
    to which nobody can say why is the root. `evidence` is what shows that the answer is true.
    """

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="cause_steps")
    above = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="below",
        verbose_name="why of",
    )
    answer = models.CharField("because", max_length=500)
    evidence = models.TextField(blank=True)
    is_root = models.BooleanField("it is the root cause", default=False)

    objects = OnProblemQuerySet["CauseStep"].as_manager()

    def __str__(self) -> str:
        return self.answer


class ContributingFactor(Noun):
    """Something without which a problem would not have come, or would have been smaller."""

    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, related_name="contributing_factors"
    )
    kind = models.CharField(max_length=16, choices=FactorKind.choices)
    description = models.CharField(max_length=500)
    evidence = models.TextField(blank=True)

    objects = OnProblemQuerySet["ContributingFactor"].as_manager()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.description}"


class ProblemLinkQuerySet(models.QuerySet["ProblemLink"]):
    """Which links hold, and who sees them."""

    def standing(self) -> Self:
        """Keep the links that nobody has taken back."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        """Keep the links of visible problems to visible tickets."""
        return self.filter(on_visible(user), problem__in=Problem.objects.visible_to(user))


class ProblemLink(Noun):
    """That a problem explains an incident: who said so, when, and why; until it is taken back."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="links")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="problem_links")
    origin = models.CharField(max_length=16, choices=LinkOrigin.choices)
    reason = models.CharField(max_length=500, blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(max_length=500, blank=True)

    objects = ProblemLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["problem", "ticket"],
                condition=Q(ended_at__isnull=True),
                name="incident_linked_to_a_problem_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="problem_link_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket.number} by {self.problem.number}"
