"""The acts on the organisation's settings: its name, zone, fiscal year."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import available_timezones

from quarterdeck.core.acts import verb
from quarterdeck.core.directory import rename_unit
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.office import rules
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import working_calendar
from quarterdeck.office.verbs.calendars import follow_zone

_MONTHS = range(1, 13)


@verb
def change_organisation(
    *,
    organisation: Organisation,
    name: str | None = None,
    zone: str | None = None,
    fiscal_year_starts_in: int | None = None,
    calendar: Calendar | None = None,
    actor: Account,
    at: datetime,
) -> Organisation:
    """Change the settings that are given; the root unit bears the organisation's name too, and
    calendars whose hours nobody has said yet go along with its zone."""
    rules.ask_keeper(actor)
    given = {
        "name": name,
        "zone": zone,
        "fiscal_year_starts_in": fiscal_year_starts_in,
        "calendar": calendar,
    }
    changed = {key: value for key, value in given.items() if value is not None}
    _check_settings(changed)
    for key, value in changed.items():
        setattr(organisation, key, value)
    organisation.version += 1
    organisation.save(update_fields=[*changed, "version"])
    if zone is not None:
        follow_zone(organisation=organisation, actor=actor, at=at)
    if name is not None:
        root = Unit.objects.filter(parent=None).order_by("pk")[0]
        rename_unit(unit=root, name=name, actor=actor, at=at)
    return organisation


def _check_settings(changed: Mapping[str, object]) -> None:
    name, zone = changed.get("name", "a name"), changed.get("zone", "UTC")
    if not str(name).strip():
        raise Refused("An organisation needs a name.")
    if zone not in available_timezones():
        raise Refused(f"There is no time zone “{zone}”; expected a name such as Europe/Berlin.")
    if (month := changed.get("fiscal_year_starts_in", 1)) not in _MONTHS:
        raise Refused(f"A fiscal year cannot start in month {month}; expected 1 to 12.")
    calendar = changed.get("calendar")
    if isinstance(calendar, Calendar) and not working_calendar(calendar).goes_on:
        raise Invalid({"calendar": [f"{calendar} is never open: give it opening hours first."]})


@verb
def choose_default_team(
    *,
    organisation: Organisation,
    team: Team | None,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Organisation:
    """Say which team gets the tickets that belong to no other; none lets them wait for a team."""
    rules.ask_keeper(actor)
    organisation.default_team = team
    organisation.version += 1
    organisation.save(update_fields=["default_team", "version"])
    return organisation


@verb
def declare_demo(*, organisation: Organisation, actor: Account, at: datetime) -> Organisation:  # noqa: ARG001 — the act is dated so
    """Mark everything in this installation as invented; there is no way back."""
    rules.ask_keeper(actor)
    organisation.is_demo = True
    organisation.version += 1
    organisation.save(update_fields=["is_demo", "version"])
    return organisation
