"""The operations on the opening hours of business calendars, each from a day on."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Text
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError, etag_of
from quarterdeck.config.api.records import IF_MATCH, Door, door_to, match
from quarterdeck.config.api.schemas import Given
from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import Calendar, CalendarHours
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.records.calendars import calendars, may_keep_settings
from quarterdeck.office.verbs.calendars import set_openings

CALENDARS: Door = door_to(calendars)
router = Router(tags=["Office"])
_DAY, _LAST_WEEKDAY, _MOST_OPENINGS = 24 * 60, 6, 100
_LAST_DAY = date(9998, 12, 31)
_KEY = Path(..., description="The key of the calendar.")


class Opening(Given):
    """One opening of a week, in minutes of its local day."""

    weekday: int = Field(ge=0, le=_LAST_WEEKDAY, description="0 is Monday.", examples=[0])
    start_minute: int = Field(ge=0, lt=_DAY, description="From when on.", examples=[480])
    end_minute: int = Field(
        ge=0, le=_DAY, description="Until when; at or before the start it is overnight."
    )


class HoursGiven(Given):
    """Which hours a calendar has from a day on, and no others."""

    openings: list[Opening] = Field(max_length=_MOST_OPENINGS, description="The whole week.")
    valid_from: date | None = Field(
        None, ge=FIRST_DAY, le=_LAST_DAY, description="From which day on; null: from today."
    )
    zone: Text = Field("", max_length=64, description="Of which time zone; empty: as before.")
    reason: Text = Field("", max_length=200, description="Why; charts tell it.")
    corrects_past: bool = Field(
        False, description="Whether figures of days that are past are to be counted anew."
    )


class OpeningTold(Schema):
    """One opening of a week, in minutes of its local day."""

    weekday: int = Field(description="0 is Monday.", examples=[0])
    start_minute: int = Field(description="From when on.", examples=[480])
    end_minute: int = Field(description="Until when; at or before the start it is overnight.")


class HoursTold(Schema):
    """The hours of a calendar from a day on, until others come in their place."""

    number: int = Field(description="Which they are, from 1.", examples=[1])
    valid_from: date = Field(description="From which day on.")
    zone: str = Field(description="Of which time zone the hours are.", examples=["Europe/Oslo"])
    openings: list[OpeningTold] = Field(description="The whole week.")
    is_assumed: bool = Field(description="Whether nobody has said or confirmed them yet.")
    reason: str = Field(description="Why.")
    defined_at: datetime = Field(description="When it was said.")


class CalendarWeek(Schema):
    """All that was said of a calendar's hours, the latest first."""

    items: list[HoursTold] = Field(description="Of two from one day, the later ones count.")


@router.get(
    "/calendars/{key}/hours",
    response={200: CalendarWeek, **errors(401, 404, 422)},
    operation_id="calendar_hours",
    url_name="office.calendar.hours",
    summary="Read the opening hours of a calendar",
)
def read_hours(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return the hours of a calendar; the ETag is that of the calendar."""
    calendar: Calendar = CALENDARS.find(request, key)
    rows = calendar.hours.order_by("-valid_from", "-number")
    told = {"items": [_told(each) for each in rows]}
    return json_answer(told, headers={"ETag": etag_of(calendar)})


@router.post(
    "/calendars/{key}/hours",
    response={201: HoursTold, **errors(400, 401, 403, 404, 409, 412, 413, 415, 422, 428)},
    operation_id="calendar_set_hours",
    summary="Give a calendar other opening hours",
    openapi_extra={"parameters": [IF_MATCH]},
)
def set_hours(request: HttpRequest, given: HoursGiven, key: Key = _KEY) -> HttpResponse:
    """Give a calendar these opening hours and no others from a local day on."""
    calendar: Calendar = CALENDARS.find(request, key)
    user = account_of(request)
    if not may_keep_settings(user):
        raise ProblemError(FORBIDDEN, "You may not change calendars.")
    match(request, calendar)
    week = [(each.weekday, each.start_minute, each.end_minute) for each in given.openings]
    words = given.model_dump(exclude={"openings"})
    hours = set_openings(calendar=calendar, openings=week, **words, actor=user, at=clock.now())
    return json_answer(_told(hours), status=CREATED)


def _told(hours: CalendarHours) -> dict[str, Any]:
    names = ("number", "zone", "is_assumed", "reason", "defined_at")
    return {
        **{name: getattr(hours, name) for name in names},
        "valid_from": hours.valid_from.isoformat(),
        "openings": [
            {"weekday": day, "start_minute": start, "end_minute": end}
            for day, start, end in hours.openings
        ],
    }
