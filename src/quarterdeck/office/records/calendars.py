"""How business calendars and their holidays are listed, shown and written."""

from datetime import datetime

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Record, Writing
from quarterdeck.office.gateways.public_holidays import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MOST_YEARS,
    public_holidays,
)
from quarterdeck.office.models import Calendar, Holiday
from quarterdeck.office.rules import may_change_settings
from quarterdeck.office.verbs.calendars import (
    add_calendar,
    add_holiday,
    add_holidays,
    confirm_openings,
    remove_holiday,
    rename_calendar,
    rename_holiday,
)


def may_keep_settings(user: User) -> bool:
    """Whether somebody who looks at a page may change the settings."""
    return isinstance(user, Account) and may_change_settings(user)


def _may_change(user: User, _row: object) -> bool:
    return may_keep_settings(user)


def _add_public_holidays(
    *,
    calendar: Calendar,
    country: str,
    region: str = "",
    first: int,
    last: int,
    actor: Account,
    at: datetime,
) -> None:
    """Close a calendar on the public holidays of a country, or of one of its regions."""
    if not EARLIEST_YEAR <= first <= last <= LATEST_YEAR or last - first >= MOST_YEARS:
        told = f"From {EARLIEST_YEAR} to {LATEST_YEAR}, and at most {MOST_YEARS} years at once."
        raise Invalid({"last": [told]})
    days = public_holidays(
        country=country.strip().upper(),
        region=region.strip().upper().rpartition("-")[2],
        first=first,
        last=last,
    )
    add_holidays(calendar=calendar, holidays=days, actor=actor, at=at)


def _remove_holiday(*, holiday: Holiday, actor: Account, at: datetime) -> None:
    """Take a holiday out of its calendar: it is a working day again."""
    remove_holiday(holiday=holiday, actor=actor, at=at)


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
    acts=(
        RecordAct("confirm", "Confirm the opening hours", confirm_openings, _may_change),
        RecordAct(
            "add-holidays",
            "Add public holidays",
            _add_public_holidays,
            _may_change,
            says={
                "country": "The code of the country, such as DE.",
                "region": "The code of one of its regions, such as BY.",
                "first": "The first year.",
                "last": "The last year.",
            },
            longest={"country": 8, "region": 16},
        ),
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
    acts=(RecordAct("remove", "Remove", _remove_holiday, _may_change),),
    icon="calendar-event",
    section="Office",
    empty="Add the days on which a calendar is closed, or import a country's public holidays.",
)
