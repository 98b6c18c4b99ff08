"""The acts on the organisation's settings: its name, usual calendar and default team."""

from collections.abc import Mapping
from datetime import datetime

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.directory import rename_unit
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.office import rules
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.queries import working_calendar


@verb
def change_organisation(
    *,
    organisation: Organisation,
    name: str | None = None,
    calendar: Calendar | None = None,
    actor: Account,
    at: datetime,
) -> Organisation:
    """Change the settings that are given and differ; the root unit bears the organisation's name
    too."""
    rules.ask_keeper(actor)
    given = {"name": name, "calendar": calendar}
    changed = {
        key: value
        for key, value in given.items()
        if value is not None and value != getattr(organisation, key)
    }
    if not changed:
        raise NothingDone(organisation)
    _check_settings(changed)
    for key, value in changed.items():
        setattr(organisation, key, value)
    organisation.version += 1
    organisation.save(update_fields=[*changed, "version"])
    if "name" in changed:
        root = Unit.objects.filter(parent=None).order_by("pk")[0]
        rename_unit(unit=root, name=organisation.name, actor=actor, at=at)
    return organisation


def _check_settings(changed: Mapping[str, object]) -> None:
    if not str(changed.get("name", "a name")).strip():
        raise Refused("An organisation needs a name.")
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
