"""How business calendars and their holidays are listed, shown and written."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record, Writing
from quarterdeck.office.models import Calendar, Holiday
from quarterdeck.office.rules import may_change_settings
from quarterdeck.office.verbs.calendars import (
    add_calendar,
    add_holiday,
    rename_calendar,
    rename_holiday,
)


def may_keep_settings(user: User) -> bool:
    """Whether somebody who looks at a page may change the settings."""
    return isinstance(user, Account) and may_change_settings(user)


def _may_change(user: User, _row: object) -> bool:
    return may_keep_settings(user)


calendars = Record(
    Calendar,
    columns=("name", "key", "zone"),
    search=("name",),
    form=("name", "key", "zone"),
    details=("name", "key", "zone"),
    order=("name", "id"),
    may_add=may_keep_settings,
    may_change=_may_change,
    # Its zone changes with its hours, from a day on.
    writing=Writing(
        added=("name", "key", "zone"),
        add=add_calendar,
        changed=("name", "key"),
        change=rename_calendar,
    ),
    icon="calendar",
    section="Office",
)
holidays = Record(
    Holiday,
    columns=("day", "name", "calendar"),
    filters=("calendar", "day"),
    form=("calendar", "day", "name"),
    details=("calendar", "day", "name"),
    order=("-day", "-id"),
    may_add=may_keep_settings,
    may_change=_may_change,
    writing=Writing(
        added=("calendar", "day", "name"),
        add=add_holiday,
        changed=("name",),
        change=rename_holiday,
    ),
    icon="calendar-event",
    section="Office",
    empty="Add the days on which a calendar is closed, or import a country's public holidays.",
)
