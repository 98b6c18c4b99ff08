"""The operations on the desk's records beyond those of every record and their acts: the search for
candidate problems, recurring days, weekly shifts, and mail that came in or was not delivered."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import ACCEPTED, CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key
from quarterdeck.config.api.problems import FORBIDDEN, ProblemError
from quarterdeck.config.api.records import Door, door_to, only
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.api.steering import permitted
from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import record_of
from quarterdeck.desk.models import DutyShift, IncomingMail, RecurringTicket, TicketMessage
from quarterdeck.desk.models.rota import MOST_WEEKS
from quarterdeck.desk.queries.recurring import schedule_in_words, schedule_of
from quarterdeck.desk.records.rota import may_keep_any_rota
from quarterdeck.desk.rules import may_decide_on_candidates, may_work
from quarterdeck.desk.verbs.candidates import begin_candidate_search
from quarterdeck.desk.verbs.rota import WeeklyTimes, add_weekly_shift
from quarterdeck.desk.verbs.ticket_mail import send_message_again
from quarterdeck.office.models.calendars import MINUTES_OF_A_DAY

RECURRING: Door = door_to(record_of(RecurringTicket))
MAILS: Door = door_to(record_of(IncomingMail))
SHIFTS: Door = door_to(record_of(DutyShift))
router = Router(tags=["Desk"])
_MOST_DATES = 100
_KEY = Path(..., description="The key of the record.")


class SearchBegun(Schema):
    """A search for candidate problems, which a worker goes on with."""

    id: int = Field(description="Its key.")
    state: str = Field(description="How it stands.", examples=["running"])
    window_from: datetime = Field(description="It looks at incidents from here.")
    window_until: datetime = Field(description="And until here.")


class RunDatesAsked(Schema):
    """How many dates are asked for."""

    limit: int = Field(10, ge=1, le=_MOST_DATES, description="How many at most.")


class RunDates(Schema):
    """When a recurring ticket opens next."""

    rule: str = Field(description="The rule in words.", examples=["Every week on Monday"])
    is_paused: bool = Field(description="Whether nothing opens until it is resumed.")
    items: list[datetime] = Field(description="The next times; none while it is paused.")


class MailContent(Schema):
    """What a mail says that came in, and how it came: nothing vouches for what it claims."""

    subject: str = Field(description="What it calls itself.")
    text: str = Field(description="What it says.")
    message_id: str = Field(description="Under which id it was sent.")
    sender: str = Field(description="From which address it claims to be.")
    sender_name: str = Field(description="Which name it gives.")
    sender_proof: str = Field(description="What our mail server says of the sender.")
    reason: str = Field(description="Why it was stopped, not understood or discarded.")
    door: str = Field(description="By which way it came in.")
    envelope_sender: str = Field(description="Who handed it over; `<>`: nobody, as of a bounce.")
    envelope_recipients: list[str] = Field(description="To which addresses it was handed over.")
    size: int = Field(description="How many bytes of it were kept.")
    full_size: int = Field(description="How many bytes it had.")
    digest: str = Field(description="The SHA-256 of the bytes that were kept.")


class WeeklyShiftGiven(Given):
    """When a person of a team is on duty every week, or every few weeks."""

    team: Key = Field(description="The key of the team.", examples=[1])
    person: Key = Field(description="The key of somebody who works there.", examples=[1])
    weekday: int = Field(ge=0, le=6, description="The day on which it starts; 0 is Monday.")
    start_minute: int = Field(
        ge=0, lt=MINUTES_OF_A_DAY, description="The minute of the day at which it starts."
    )
    end_minute: int = Field(
        ge=0,
        le=MINUTES_OF_A_DAY,
        description="The minute at which it ends; at or before the start: on the next day.",
    )
    first_on: date = Field(description="From which day on.", examples=["2016-03-28"])
    last_on: date | None = Field(None, description="Until which day; null: it has no end.")
    every_weeks: int = Field(1, ge=1, le=MOST_WEEKS, description="Every how many weeks.")


class MailQueued(Schema):
    """A mail that a worker sends."""

    id: int = Field(description="Its key among the outgoing mails.")
    recipient: str = Field(description="To which address it goes.")
    state: str = Field(description="How it stands.", examples=["queued"])


@router.post(
    "/duty-shifts/weekly",
    response={201: SHIFTS.schemas.row, **errors(400, 401, 403, 409, 413, 415, 422)},
    operation_id="weekly_shift_add",
    url_name="desk.shift.weekly",
    summary="Put somebody on duty every week",
)
def add_weekly(request: HttpRequest, given: WeeklyShiftGiven) -> HttpResponse:
    """Put a person of a team on duty every week, by the clocks of the team's rota."""
    user = permitted(request, may_keep_any_rota, "say who is on duty")
    times = given.model_dump()
    rows: dict[str, Any] = {}
    for name in ("team", "person"):
        rows[name] = SHIFTS.record.targets(name, user).filter(pk=times.pop(name)).first()
        if rows[name] is None:
            raise Invalid({name: [f"There is no such {name}."]})
    shift = add_weekly_shift(**rows, times=WeeklyTimes(**times), actor=user, at=clock.now())
    return SHIFTS.tell(shift, CREATED, reader=user)


@router.post(
    "/messages/{key}/send-again",
    response={200: MailQueued, **errors(400, 401, 403, 404, 409, 415, 422)},
    operation_id="message_send_again",
    url_name="desk.message.again",
    summary="Send the failed mail of a message again",
)
def send_again(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Queue the failed mail of a message anew, for the address that its reader has by now."""
    user = account_of(request)
    rows = TicketMessage.objects.visible_to(user).select_related("ticket", "mail", "author")
    message = rows.filter(pk=key).first()
    if message is None:
        raise Http404
    if not may_work(user, message.ticket):
        raise ProblemError(FORBIDDEN, f"You may not send mails of {message.ticket} again.")
    mail = send_message_again(message=message, actor=user, at=clock.now())
    return json_answer({"id": mail.pk, "recipient": mail.recipient, "state": mail.state})


@router.post(
    "/candidate-problems/search",
    response={202: SearchBegun, **errors(400, 401, 403, 409, 415, 422)},
    operation_id="candidate_search",
    url_name="desk.candidates",
    summary="Have candidate problems sought",
)
def seek_candidates(request: HttpRequest) -> HttpResponse:
    """Have a worker look for incidents that may have one cause; one search that runs goes on."""
    user, at = account_of(request), clock.now()
    if not may_decide_on_candidates(user):
        raise ProblemError(FORBIDDEN, "You may not have candidate problems sought.")
    search = begin_candidate_search(actor=user, at=at)
    enqueue("desk.search_candidates", not_before=at)
    names = ("state", "window_from", "window_until")
    told = {"id": search.pk, **{name: getattr(search, name) for name in names}}
    return json_answer(told, status=ACCEPTED)


@router.get(
    "/recurring-tickets/{key}/dates",
    response={200: RunDates, **errors(401, 404, 422)},
    operation_id="recurring_ticket_dates",
    url_name="desk.recurring.dates",
    summary="Read when a recurring ticket opens next",
)
def read_dates(
    request: HttpRequest,
    *,
    key: Key = _KEY,
    asked: RunDatesAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return the next times at which a ticket opens by itself, as far as the rule goes."""
    only(request, RunDatesAsked)
    row: RecurringTicket = RECURRING.find(request, key)
    coming = [] if row.paused else schedule_of(row).first(asked.limit, clock.now())
    told = {"rule": schedule_in_words(row), "is_paused": row.paused, "items": [*coming]}
    return json_answer(told)


@router.get(
    "/incoming-mail/{key}/content",
    response={200: MailContent, **errors(401, 404, 422)},
    operation_id="incoming_mail_content",
    url_name="desk.mail.content",
    summary="Read what a mail says that came in",
)
def read_content(request: HttpRequest, key: Key = _KEY) -> HttpResponse:
    """Return the words of a mail and how it came in; its original bytes stay on its page."""
    mail: IncomingMail = MAILS.find(request, key)
    original = mail.original
    said = ("subject", "text", "message_id", "sender", "sender_name", "sender_proof", "reason")
    kept = ("door", "envelope_sender", "envelope_recipients", "size", "full_size", "digest")
    told: dict[str, Any] = {name: getattr(mail, name) for name in said}
    return json_answer(told | {name: getattr(original, name) for name in kept})
