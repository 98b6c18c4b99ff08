"""Candidate problems: incidents that resemble one another, found by a search."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Noun, Scratch, Team
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.models.problem import READING_ROLES, Problem
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import CandidateKind, CandidateState, RankedBy, SearchState
from quarterdeck.services.models import Service


class CandidateSearch(Noun):
    """One search for candidate problems among the incidents of a window of time.

    It goes service by service; `through` is the key of the last one that is done, 0 for incidents
    of no known service. `left_out` counts the incidents that were too many for one service,
    `wordless` those of which nobody wrote anything, `explained` those linked to a problem already,
    `suppressed` the clusters left out because somebody has rejected their like.
    """

    state = models.CharField(
        max_length=16, choices=SearchState.choices, default=SearchState.RUNNING
    )
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    window_from = models.DateTimeField()
    window_until = models.DateTimeField()
    through = models.BigIntegerField(default=-1)
    examined = models.PositiveIntegerField(default=0)
    explained = models.PositiveIntegerField(default=0)
    wordless = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "candidate searches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=SearchState.RUNNING),
                name="one_candidate_search_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_from:%Y-%m-%d} to {self.window_until:%Y-%m-%d}"


class CandidateProblemQuerySet(models.QuerySet["CandidateProblem"]):
    """Named filters on candidate problems."""

    def visible_to(self, user: User) -> Self:
        """Keep those whose incidents are all of teams that the reader's roles reach.

        The words of a candidate are those of its incidents, so one of several teams is for those
        who see everything.
        """
        sight = sight_of(user, NounClass.ORDINARY, READING_ROLES)
        if sight.everything:
            return self.all()
        return self.filter(team__in=sight.team_keys) if sight.team_keys else self.none()

    def proposed(self) -> Self:
        """Keep those that wait for a decision."""
        return self.filter(state=CandidateState.PROPOSED)


class CandidateProblem(Noun):
    """Incidents that may have one cause, by their words or by coming at once, and what they cost.

    `words` are pairs of a word and its part in what holds the incidents together, the most telling
    first; `profile` is the weight of every word of the cluster, by which its like is known again.
    `burst` is how many came from when until when, and how many are usual; empty of other kinds.
    `open_hours` is the business time for which its incidents were open. `worked_minutes` were
    recorded on `worked_on` of them, `user_minutes` (people × business time) are known of
    `users_known_on`; None where nobody recorded any. `lost_minutes` is the sum of both.
    `resembles` is the problem that it seems to be more of, `problem` the one that it became or
    joined. `team` is the team of all its incidents, and None where they have several.
    """

    search = models.ForeignKey(CandidateSearch, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    state = models.CharField(
        max_length=16, choices=CandidateState.choices, default=CandidateState.PROPOSED
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(
        max_length=16, choices=CandidateKind.choices, default=CandidateKind.WORDS
    )
    words = models.JSONField(default=list)
    profile = models.JSONField(default=dict)
    burst = models.JSONField(default=dict, blank=True)
    size = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    open_hours = models.PositiveIntegerField()
    worked_minutes = models.PositiveIntegerField(null=True, blank=True)
    worked_on = models.PositiveIntegerField(default=0)
    user_minutes = models.PositiveBigIntegerField(null=True, blank=True)
    users_known_on = models.PositiveIntegerField(default=0)
    lost_minutes = models.PositiveBigIntegerField(default=0)
    ranked_by = models.PositiveSmallIntegerField(
        choices=RankedBy.choices, default=RankedBy.HOURS_OPEN
    )
    resembles = models.ForeignKey(
        Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, null=True, blank=True, related_name="candidates"
    )
    decided_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=500, blank=True)

    objects = CandidateProblemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="candidate_decided_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "-ranked_by", "-lost_minutes", "-open_hours", "-id"],
                name="candidate_dearest",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CandidateMember(Scratch):
    """That an incident is part of a candidate problem, how near it stands, and by which words.

    It is found anew by every search; what somebody decided on is kept as it was then.
    """

    candidate = models.ForeignKey(
        CandidateProblem, on_delete=models.CASCADE, related_name="members"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    strength = models.FloatField()
    words = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["candidate", "ticket"], name="incident_in_a_candidate_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} in {self.candidate_id}"
