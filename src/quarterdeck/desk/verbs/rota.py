"""The acts on who is on duty in a team."""

from dataclasses import dataclass
from datetime import date, datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Person, Team, TeamMembership
from quarterdeck.desk.models import DutyShift, Rota, ShiftSwap
from quarterdeck.desk.models.rota import MOST_WEEKS
from quarterdeck.desk.queries.rota import last_begun
from quarterdeck.desk.rules.rota import may_keep_rota
from quarterdeck.desk.vocabulary.duty import YEARS
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import MINUTES_OF_A_DAY


@dataclass(frozen=True, kw_only=True)
class WeeklyTimes:
    """When a weekly shift is: local minutes, an end at or before the start being a day later."""

    weekday: int
    start_minute: int
    end_minute: int
    first_on: date
    last_on: date | None = None
    every_weeks: int = 1

    def errors(self) -> dict[str, list[str]]:
        """Return what is wrong with them, by field."""
        errors = {}
        if self.weekday not in range(7):
            errors["weekday"] = ["Choose a day of the week."]
        if not 0 <= self.start_minute < MINUTES_OF_A_DAY:
            errors["start_minute"] = ["A shift starts from 00:00 to 23:59."]
        if not 0 <= self.end_minute <= MINUTES_OF_A_DAY:
            errors["end_minute"] = ["A shift ends from 00:00 to 24:00."]
        if self.first_on.year not in YEARS:
            errors["first_on"] = [f"Expected a day from {YEARS[0]} to {YEARS[-1]}."]
        if self.last_on is not None and self.last_on < self.first_on:
            errors["last_on"] = ["The last day is not before the first one."]
        if self.every_weeks not in range(1, MOST_WEEKS + 1):
            errors["every_weeks"] = [f"A shift comes again after 1 to {MOST_WEEKS} weeks."]
        return errors


@verb
def keep_rota(*, team: Team, calendar: Calendar, actor: Account, at: datetime) -> Rota:  # noqa: ARG001 — the act is dated so
    """Say when a team wants somebody on duty; its shifts are written in that calendar's zone."""
    _ask(actor, team)
    rota, is_new = Rota.objects.get_or_create(team=team, defaults={"calendar": calendar})
    if not is_new and rota.calendar_id != calendar.pk:
        rota.calendar = calendar
        rota.version += 1
        rota.save(update_fields=["calendar", "version"])
    return rota


@verb
def add_weekly_shift(
    *,
    team: Team,
    person: Person,
    times: WeeklyTimes,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DutyShift:
    """Put a person of a team on duty every week, or every few weeks, from a day on."""
    _ask(actor, team)
    _ask_member(team, person)
    if errors := times.errors():
        raise Invalid(errors)
    return DutyShift.objects.create(team=team, person=person, **vars(times))


@verb
def add_single_shift(
    *,
    team: Team,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> DutyShift:
    """Put a person of a team on duty once."""
    _ask(actor, team)
    _ask_member(team, person)
    _ask_order(starts_at, ends_at)
    return DutyShift.objects.create(team=team, person=person, starts_at=starts_at, ends_at=ends_at)


@verb
def end_shift(
    *,
    shift: DutyShift,
    version: int,
    last_on: date,
    actor: Account,
    at: datetime,
) -> DutyShift:
    """Let a weekly shift come for the last time on a day, or cut one alone short now.

    What has begun stays, so a weekly one never ends before the last day on which it has. One that
    has not begun at all is taken away; the history keeps it.
    """
    row = DutyShift.objects.select_for_update(of=("self",)).select_related("team").get(pk=shift.pk)
    _ask(actor, row.team)
    if row.version != version:
        raise Conflict(row)
    if row.first_on is None:
        return _cut_short(row, at)
    if row.last_on is not None and row.last_on < last_on:
        raise Refused(f"{row} ends before that, on {row.last_on}.")
    last_on = max(last_on, last_begun(row, at) or last_on)
    if last_on < row.first_on:
        row.delete()
        return row
    row.last_on = last_on
    row.version += 1
    row.save(update_fields=["last_on", "version"])
    return row


def _cut_short(row: DutyShift, at: datetime) -> DutyShift:
    if row.ends_at is not None and row.ends_at <= at:
        raise Refused(f"{row} is over.")
    if row.starts_at is not None and row.starts_at >= at:
        row.delete()
        return row
    row.ends_at = at
    row.version += 1
    row.save(update_fields=["ends_at", "version"])
    return row


@verb
def swap_shifts(
    *,
    team: Team,
    person: Person,
    stand_in: Person,
    starts_at: datetime,
    ends_at: datetime,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> ShiftSwap:
    """Let one person of a team do the duties of another one; the opposite swap takes it back."""
    _ask(actor, team)
    _ask_member(team, stand_in)
    _ask_order(starts_at, ends_at)
    if person == stand_in:
        raise Invalid({"stand_in": ["Nobody stands in for themselves."]})
    return ShiftSwap.objects.create(
        team=team,
        person=person,
        stand_in=stand_in,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        made_by=actor,
        made_at=at,
    )


def _ask(actor: Account, team: Team) -> None:
    if not may_keep_rota(actor, team):
        raise Refused(f"Only whoever leads {team} may say who is on duty there.")


def _ask_member(team: Team, person: Person) -> None:
    if not TeamMembership.objects.filter(team=team, person=person).exists():
        raise Refused(f"{person} does not work in {team}.")


def _ask_order(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid({"ends_at": ["It ends after it begins."]})
