"""Tickets: what was reported, and what their history adds up to."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Noun, Person, Team
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.vocabulary import (
    NOTHING_DUE,
    CancelledAs,
    HistoryDepth,
    OpenedFrom,
    PauseReason,
    TicketKind,
    TicketState,
)
from quarterdeck.office.models import ImportBatch, OfCountingBatch
from quarterdeck.services.models import Service


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Named filters on tickets."""

    def standing(self) -> Self:
        """Leave out the tickets of batches that are unfinished or withdrawn."""
        return self.filter(OfCountingBatch())

    def visible_to(self, user: User) -> Self:
        """Keep the standing tickets that the reader's roles and teams reach, and one's own.

        One's own are those that one reported, opened or works on. What no team has taken yet is
        for everybody who reaches a team.
        """
        sight = sight_of(user, NounClass.ORDINARY)
        if sight.everything:
            return self.standing()
        teams = Q(team__in=sight.team_keys) if sight.team_keys else None
        return self.reached(teams, own_of(sight.person_key, user.pk))

    def reached(self, teams: Q | None, own: Sequence[Q]) -> Self:
        """Keep the standing tickets of the teams that are reached, if any are, with those of no
        team then, and one's own."""
        if teams is not None:
            return self.standing().filter(reduce(or_, own, teams | Q(team__isnull=True)))
        # One's own are few. Found by the index of each column they are sorted; for conditions
        # joined by OR, SQLite would walk all tickets, the newest first.
        every = [Ticket._base_manager.filter(each).values("pk") for each in own]
        return self.standing().filter(pk__in=every[0].union(*every[1:])) if every else self.none()

    def unseen_by(self, user: User) -> Self | None:
        """Return what `visible_to` leaves out where batches tell it, and None where rows do: most
        often nothing, and told sooner than what stands of tens of thousands."""
        if not sight_of(user, NounClass.ORDINARY).everything:
            return None
        hidden = ImportBatch.objects.hidden().values_list("pk", flat=True)
        return self.filter(batch__in=list(hidden))

    def visible_in_parts(self, user: User) -> list[Self]:
        """Return what `visible_to` keeps in parts that may share rows; none where it is one part.

        There is an index for each of them, in the order of the list or for few rows. Each says its
        condition once: PostgreSQL takes a second one that says as much for a further narrowing.
        """
        sight = sight_of(user, NounClass.ORDINARY)
        if sight.everything or not sight.team_keys:
            return []
        teams = [Q(team=key) for key in sorted(sight.team_keys)]
        every = [*teams, Q(team__isnull=True), *own_of(sight.person_key, user.pk)]
        return [self.standing().filter(each) for each in every]

    def open(self) -> Self:
        """Keep what is neither fixed nor cancelled."""
        return self.filter(ended_at__isnull=True)

    def assigned_to(self, person_key: int | None) -> Self:
        """Keep what one person works on; nobody works on nothing."""
        return self.none() if person_key is None else self.filter(assignee=person_key)

    def unassigned(self) -> Self:
        """Keep what no person works on, by us or by the source's own word."""
        return self.filter(assignee__isnull=True, assignee_name="")

    def without_team(self) -> Self:
        """Keep what is open and no team has, so that nobody is told of it."""
        return self.open().filter(team__isnull=True)

    def most_urgent_first(self) -> Self:
        """Order by priority, the unknown last, and by age."""
        return self.order_by(F("priority").asc(nulls_last=True), "opened_at", "pk")

    def due_first(self) -> Self:
        """Keep what is open; the view in which the next due time is first."""
        return self.open()

    def alive_at(self, instant: datetime) -> Self:
        """Keep what was reported before and has not ended since; reopened ones need their log."""
        # Each half says both conditions, so that SQLite takes the index of both for each half.
        unended = Q(ended_at__isnull=True, opened_at__lt=instant)
        return self.filter(unended | Q(ended_at__gte=instant, opened_at__lt=instant))


def own_of(person: Any, account: Any) -> list[Q]:
    """Return what makes a ticket one's own: one reported it, works on it or opened it; by the keys
    of who one is, None where one is no person or has no account."""
    own = []
    if person is not None:
        own += [Q(requester=person), Q(assignee=person)]
    if account is not None:
        own.append(Q(opened_by=account))
    return own


class Ticket(Noun):
    """An incident, a service request or a problem that the desk works on.

    `state`, `pause_reason`, `priority`, `team`, `assignee`, `assignee_name`, `service`,
    `service_name`, `changed_at`, `first_fix_at`, `last_fix_at`, `ended_at`, `reopen_count` and
    `oddities` are projections of the ticket's state changes and can be rebuilt from them; what
    begins with `recorded_` stays as the source gave it. `set_by_hand` names the other columns that
    no later import may overwrite.

    What is `merged_into` another ticket was the same report: it is cancelled, the other one counts.

    `due_at` is when the first of the clocks that run on it is used up, by what was promised to the
    customer; `team_due_at`, by what the team promised beneath that. `due_order` is the sooner of
    both, and past all times where nothing is due: what queues are sorted by.

    `history_depth` says how much of its course is known: of a ticket that came with its dates
    alone, nobody knows how often it was reopened.

    `category` is what the problem looked like when it was reported, `true_category` what it turned
    out to be when it was resolved. Both are texts as they were given: by a source, in its own
    words; by hand, the path that a `Category` had that day, or any text where none was set up.
    """

    history_masked: ClassVar[tuple[str, ...]] = ("due_order",)

    number = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=TicketKind.choices)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=200, blank=True)
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    set_by_hand = models.JSONField(default=list, blank=True)
    # One sending of a form has one key, so that a second click opens no second ticket.
    entry_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    opened_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="opened_tickets"
    )
    opened_at = models.DateTimeField()
    opened_from = models.CharField(
        max_length=16, choices=OpenedFrom.choices, default=OpenedFrom.REPORT
    )
    requester = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    requester_name = models.CharField(max_length=200, blank=True)
    # The ended ticket that somebody has answered too late to reopen it.
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    # The ticket that counts for this one too; few have one, so the index is of those alone.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
    )
    # An index of the key alone would tempt SQLite away from those that also give the order.
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    service_name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=200, blank=True)
    contact_channel = models.CharField(max_length=64, blank=True)
    true_category = models.CharField(max_length=200, blank=True)
    resolution = models.TextField(blank=True)
    cancelled_as = models.CharField(max_length=16, choices=CancelledAs.choices, blank=True)
    impact = models.PositiveSmallIntegerField(null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(null=True, blank=True)

    state = models.CharField(max_length=16, choices=TicketState.choices, default=TicketState.NEW)
    pause_reason = models.CharField(max_length=16, choices=PauseReason.choices, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    assignee = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        db_index=False,
    )
    assignee_name = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    team_due_at = models.DateTimeField(null=True, blank=True)
    due_order = models.DateTimeField(default=NOTHING_DUE, editable=False)
    first_fix_at = models.DateTimeField(null=True, blank=True)
    last_fix_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reopen_count = models.PositiveIntegerField(default=0)
    oddities = models.JSONField(default=list, blank=True)
    history_depth = models.CharField(
        max_length=8, choices=HistoryDepth.choices, default=HistoryDepth.LOG
    )

    recorded_sla_kept = models.BooleanField(null=True, blank=True)
    recorded_reopen_count = models.PositiveIntegerField(null=True, blank=True)
    recorded_reassignment_count = models.PositiveIntegerField(null=True, blank=True)
    recorded_due_at = models.DateTimeField(null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # A withdrawn batch keeps its tickets, so a source may name one again in a later batch.
            models.UniqueConstraint(
                fields=["source", "external_id", "batch"], name="ticket_once_a_source_and_batch"
            ),
            models.UniqueConstraint(
                fields=["source", "number"],
                condition=Q(batch__isnull=True),
                name="ticket_number_once_by_hand",
            ),
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__range=(1, 5)),
                name="priority_1_to_5",
            ),
            models.CheckConstraint(
                condition=Q(last_fix_at__isnull=True) | Q(first_fix_at__isnull=False),
                name="a_last_fix_has_a_first",
            ),
            models.CheckConstraint(
                condition=Q(pause_reason="") | Q(state=TicketState.ON_HOLD),
                name="only_a_hold_has_a_pause_reason",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="no_ticket_is_merged_into_itself",
            ),
        ]
        indexes: ClassVar = [
            # With what lists narrow by: rows of a rare kind are found without reading the others.
            models.Index(
                fields=["-opened_at", "-id", "kind", "priority", "state", "batch"],
                name="ticket_newest",
            ),
            models.Index(fields=["state", "-opened_at", "-id"], name="ticket_state_newest"),
            models.Index(fields=["kind", "-opened_at", "-id"], name="ticket_kind_newest"),
            models.Index(fields=["team", "-opened_at", "-id"], name="ticket_team_newest"),
            models.Index(
                fields=["team", "state", "-opened_at", "-id"], name="ticket_team_state_newest"
            ),
            models.Index(fields=["service", "-opened_at", "-id"], name="ticket_service_newest"),
            models.Index(
                fields=["service", "state", "-opened_at", "-id"], name="ticket_service_state_newest"
            ),
            # The operator class lets PostgreSQL look up beginnings; SQLite leaves it out.
            models.Index(
                fields=["number"], name="ticket_number", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(
                fields=["state", "priority", "-opened_at", "-id"],
                name="ticket_state_priority_newest",
            ),
            # All that tells whether a measure counts a fixed ticket, so that counting reads no row.
            models.Index(
                fields=[
                    *("last_fix_at", "kind", "priority", "batch", "opened_at"),
                    *("history_depth", "merged_into"),
                ],
                name="ticket_last_fix",
            ),
            models.Index(
                fields=[
                    *("first_fix_at", "kind", "priority", "batch", "opened_at"),
                    *("history_depth", "merged_into"),
                ],
                name="ticket_first_fix",
            ),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="ticket_due"),
            # In two, since SQLite takes a missing end for one that few have: with both in one, it
            # walks and sorts all that is open where an index gives the order.
            models.Index(
                fields=["ended_at", "opened_at"],
                condition=Q(ended_at__isnull=False),
                name="ticket_ended",
            ),
            models.Index(
                fields=["opened_at"], condition=Q(ended_at__isnull=True), name="ticket_unended"
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="ticket_merged",
            ),
            # With all that is asked where tickets are found and counted by what they are about.
            models.Index(fields=["category", "source", "batch"], name="ticket_category"),
            models.Index(fields=["true_category", "source", "batch"], name="ticket_true_category"),
            models.Index(fields=["batch", "opened_at"], name="ticket_of_batch"),
            # Until when work by hand is recorded.
            models.Index(
                fields=["changed_at"], condition=Q(batch__isnull=True), name="ticket_by_hand"
            ),
            models.Index(
                fields=["assignee"],
                condition=Q(assignee__isnull=False),
                name="ticket_ever_of_assignee",
            ),
            # Without those of nobody, or SQLite would walk them all for what nobody has.
            models.Index(
                fields=["assignee", "due_order", "id"],
                condition=Q(ended_at__isnull=True, assignee__isnull=False),
                name="ticket_of_assignee_due",
            ),
            # The empty name is a column: SQLite cannot tell that a name asked for is empty.
            models.Index(
                fields=["team", "assignee_name", "due_order", "id"],
                condition=Q(ended_at__isnull=True, assignee__isnull=True),
                name="ticket_unassigned_due",
            ),
            models.Index(
                fields=["team", "state", "due_order", "id"],
                condition=Q(ended_at__isnull=True),
                name="ticket_on_board_due",
            ),
            models.Index(
                fields=["due_order", "id"],
                condition=Q(ended_at__isnull=True),
                name="ticket_due_first",
            ),
            models.Index(
                fields=["team", "due_order", "id"],
                condition=Q(ended_at__isnull=True),
                name="ticket_team_due_first",
            ),
            models.Index(
                fields=["reopen_count", "changed_at"],
                condition=Q(ended_at__isnull=True, reopen_count__gt=0),
                name="ticket_open_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title or self.category}".strip()

    @property
    def heading(self) -> str:
        """What a reader recognises it by beside its number; not every source gives titles."""
        return self.title or self.category or self.service_name or str(self.get_kind_display())
