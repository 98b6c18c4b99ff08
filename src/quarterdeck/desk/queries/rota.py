"""Who is on duty in a team, now, next and over days, and what of the wanted time nobody covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Person, Team
from quarterdeck.core.together import read_together
from quarterdeck.desk.models import AssignmentPolicy, DutyShift, Rota, ShiftSwap
from quarterdeck.kernels.calendars import Opening
from quarterdeck.kernels.rota import (
    Duty,
    Swap,
    WeeklyShift,
    coverage_of,
    instant_of,
    next_duties,
    on_duty_at,
    swapped,
    weekly_duties,
    without_absences,
)
from quarterdeck.kernels.spans import Span
from quarterdeck.kernels.zones import zone_named
from quarterdeck.office.models import Calendar
from quarterdeck.office.queries import calendar_named, working_calendar
from quarterdeck.people.models import Absence

# So far ahead the next duty is sought.
_AHEAD = timedelta(days=14)
# So long after its last shift a rota still counts as kept.
_KEPT_FOR = timedelta(days=14)
DAYS = 14


class Turn(NamedTuple):
    """That a person is on duty, or should be, for a span."""

    span: Span
    person: Person


@dataclass(frozen=True)
class DutyNow:
    """Who is on duty at a moment and who comes next; `is_kept` says whether a rota is kept.

    It is while a shift is to come, and for two weeks after the last one has ended. `away` are those
    whose duty it would be now.
    """

    is_kept: bool = False
    now: Sequence[Turn] = ()
    next: Sequence[Turn] = ()
    away: Sequence[Turn] = ()


class Together(NamedTuple):
    """That several people are on duty at once."""

    span: Span
    people: Sequence[Person]


@dataclass(frozen=True)
class RotaPlan:
    """A team's duties over some days; `missed` are those whose people are away.

    `gaps` is the wanted time in which nobody is on duty, or nothing where no shift is kept.
    """

    zone: ZoneInfo
    calendar: Calendar
    days: Sequence[tuple[date, Sequence[Turn]]]
    is_kept: bool
    missed: Sequence[Turn]
    gaps: Sequence[Span]
    overlaps: Sequence[Together]


@dataclass(frozen=True)
class _Roster:
    """What the database knows of a team's duties in a period."""

    kept: list[Duty] = field(default_factory=list)
    missed: list[Duty] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    is_kept: bool = False

    def turns(self, duties: Sequence[Duty]) -> list[Turn]:
        return [Turn(duty.span, self.people[duty.holder]) for duty in duties]


@asked_once
def _kept_rota(team: Team) -> tuple[tuple[DutyShift, ...], Calendar]:
    """Return all shifts of a team, and the calendar on which it wants somebody on duty."""
    shifts = DutyShift.objects.filter(team=team).select_related("person").order_by("pk")
    rotas = Rota.objects.filter(team=team).select_related("calendar").order_by("pk")[:1]
    read_together([shifts, rotas])
    return tuple(shifts), rotas[0].calendar if rotas else calendar_named("")


def calendar_of(team: Team) -> Calendar:
    """Return the calendar on which a team wants somebody on duty: its rota's, or the usual one."""
    _, calendar = _kept_rota(team)
    return calendar


def duty_now(team: Team, at: datetime) -> DutyNow:
    """Return who is on duty in a team now and next; nothing more is asked where no shift is."""
    shifts, calendar = _kept_rota(team)
    if not shifts:
        return DutyNow()
    roster = _roster(team, shifts, Span(at, at + _AHEAD), calendar.zone)
    return DutyNow(
        is_kept=roster.is_kept,
        now=roster.turns(on_duty_at(roster.kept, at)),
        next=roster.turns(next_duties(roster.kept, at)),
        away=roster.turns(on_duty_at(roster.missed, at)),
    )


def rota_plan(team: Team, first: date | None, at: datetime) -> RotaPlan:
    """Return a team's duties of DAYS days from a local one on, today by default."""
    shifts, calendar = _kept_rota(team)
    zone = zone_named(calendar.zone)
    first = first or at.astimezone(zone).date()
    days = [first + timedelta(days=passed) for passed in range(DAYS + 1)]
    period = Span(instant_of(days[0], 0, zone), instant_of(days[-1], 0, zone))
    roster = _roster(team, shifts, period, calendar.zone)
    wanted = working_calendar(calendar).open_spans(period) if roster.is_kept else []
    covered = coverage_of(roster.kept, wanted)
    turns = roster.turns(roster.kept)
    return RotaPlan(
        zone=zone,
        calendar=calendar,
        days=[
            (day, [turn for turn in turns if _begins_on(turn, day, days[0], zone)])
            for day in days[:-1]
        ],
        is_kept=roster.is_kept,
        missed=roster.turns(roster.missed),
        gaps=covered.gaps,
        overlaps=[
            Together(span, sorted((roster.people[key] for key in keys), key=str))
            for span, keys in covered.overlaps
        ],
    )


def _begins_on(turn: Turn, day: date, first: date, zone: ZoneInfo) -> bool:
    """Whether a turn stands under a day; one that began before the first day stands under that."""
    return max(turn.span.start.astimezone(zone).date(), first) == day


def _roster(team: Team, shifts: Sequence[DutyShift], period: Span, zone: str) -> _Roster:
    if not shifts:
        return _Roster()
    swaps = ShiftSwap.objects.filter(
        team=team, starts_at__lt=period.end, ends_at__gt=period.start
    ).order_by("pk")
    people = {shift.person_id: shift.person for shift in shifts}
    on_duty = Q(person__in=people) | Q(person__in=swaps.order_by().values("stand_in"))
    absences = Absence.objects.filter(
        on_duty, starts_at__lt=period.end, ends_at__gt=period.start
    ).values_list("person_id", "starts_at", "ends_at")
    agreed = swaps.select_related("stand_in")
    read_together([agreed, absences])
    people |= {swap.stand_in_id: swap.stand_in for swap in agreed}
    away = [(key, Span(start, end)) for key, start, end in absences]
    known = [duty for duty in _duties(shifts, period, zone) if _is_employed(duty, people, zone)]
    done = swapped(known, map(_swap, agreed))
    # Whoever stands in may have left as well.
    done = [duty for duty in done if _is_employed(duty, people, zone)]
    kept, missed = without_absences(done, away)
    is_kept = any(_is_kept(shift, period.start, zone) for shift in shifts)
    return _Roster(_touching(kept, period), _touching(missed, period), people, is_kept)


def _is_kept(shift: DutyShift, at: datetime, zone: str) -> bool:
    """Whether a shift is to come or ended lately: a team that stopped its rota has none."""
    since = at - _KEPT_FOR
    if shift.ends_at is not None:
        return shift.ends_at > since
    return shift.last_on is None or shift.last_on >= since.astimezone(zone_named(zone)).date()


def _is_employed(duty: Duty, people: dict[int, Person], zone: str) -> bool:
    """Whoever has left is on duty no more, whatever the shift says."""
    last = people[duty.holder].ends_on
    return last is None or duty.span.start.astimezone(zone_named(zone)).date() <= last


def _touching(duties: Sequence[Duty], period: Span) -> list[Duty]:
    return [duty for duty in duties if duty.span.clip(period) is not None]


def _swap(swap: ShiftSwap) -> Swap:
    return Swap(Span(swap.starts_at, swap.ends_at), swap.person_id, swap.stand_in_id)


def _weekly(shift: DutyShift) -> WeeklyShift | None:
    """Return a shift that comes again as the kernel knows it; None for one of one time."""
    if shift.weekday is None or shift.start_minute is None or shift.end_minute is None:
        return None
    if shift.first_on is None:
        return None
    return WeeklyShift(
        shift.person_id,
        shift.weekday,
        Opening(shift.start_minute, shift.end_minute),
        shift.first_on,
        shift.last_on,
        shift.every_weeks,
    )


def last_begun(shift: DutyShift, at: datetime) -> date | None:
    """Return the last local day on which a weekly shift has begun; None where it never has."""
    weekly, zone = _weekly(shift), zone_named(calendar_of(shift.team).zone)
    if weekly is None:
        return None
    days = weekly.days(weekly.first_on, at.astimezone(zone).date())
    start = weekly.opening.start_minute
    return max((day for day in days if instant_of(day, start, zone) <= at), default=None)


def _duties(shifts: Sequence[DutyShift], period: Span, zone: str) -> list[Duty]:
    alone = [
        Duty(Span(shift.starts_at, shift.ends_at), shift.person_id)
        for shift in shifts
        if shift.starts_at is not None and shift.ends_at is not None
    ]
    weekly = weekly_duties(filter(None, map(_weekly, shifts)), zone, period)
    return _touching(sorted([*weekly, *alone]), period)


@dataclass(frozen=True)
class RotaRows:
    """What a team's rota is made of and what changes it, now and later."""

    shifts: list[DutyShift]
    swaps: QuerySet[ShiftSwap]
    absences: QuerySet[Absence]
    policies: QuerySet[AssignmentPolicy]


def rota_rows(team: Team, at: datetime) -> RotaRows:
    """Return shifts, swaps and absences of a team that have not passed, and its strategy; one
    statement for all."""
    day = at.astimezone(zone_named(calendar_of(team).zone)).date()
    ended = Q(last_on__lt=day) | Q(ends_at__lte=at)
    shifts = DutyShift.objects.filter(team=team).exclude(ended).select_related("person")
    swaps = ShiftSwap.objects.filter(team=team, ends_at__gt=at).order_by("starts_at", "pk")
    swaps = swaps.select_related("person", "stand_in", "made_by__person")
    absences = Absence.objects.filter(person__memberships__team=team, ends_at__gt=at)
    absences = absences.select_related("person").order_by("starts_at", "pk")
    policies = AssignmentPolicy.objects.filter(team=team)
    read_together([shifts, swaps, absences, policies])
    return RotaRows(_in_order(shifts, at), swaps, absences, policies)


def shifts_of(team: Team, at: datetime) -> list[DutyShift]:
    """Return the shifts of a team that have not ended, the weekly ones first and in their order."""
    return rota_rows(team, at).shifts


def _in_order(shifts: Iterable[DutyShift], at: datetime) -> list[DutyShift]:
    return sorted(
        shifts,
        key=lambda each: (
            each.weekday is None,
            each.weekday or 0,
            each.start_minute or 0,
            each.starts_at or at,
            each.pk,
        ),
    )
