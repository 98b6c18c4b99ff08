"""Calendars are written as RFC 5545 says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.calendar_events import Event, calendar_text

START = datetime(2026, 3, 29, 9, 30, tzinfo=ZoneInfo("Europe/Berlin"))


def event(**given: object) -> Event:
    words = {"summary": "Filing", "uid": "session-1@it.example.org", **given}
    return Event(
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        changed_at=datetime(2026, 3, 1, tzinfo=UTC),
        **words,  # type: ignore[arg-type]  # the words fit
    )


def unfolded(text: str) -> list[str]:
    """Undo the folding as RFC 5545, 3.1 tells readers to."""
    return text.replace("\r\n ", "").split("\r\n")


def test_an_event_is_written_line_by_line() -> None:
    text = calendar_text(
        [event(location="Room 1, left; 2nd")], name="Training", producer="-//Q//EN"
    )

    assert unfolded(text) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Q//EN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Training",
        "BEGIN:VEVENT",
        "UID:session-1@it.example.org",
        "DTSTAMP:20260301T000000Z",
        "SEQUENCE:0",
        "DTSTART:20260329T073000Z",
        "DTEND:20260329T093000Z",
        "SUMMARY:Filing",
        "LOCATION:Room 1\\, left\\; 2nd",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_calendar_without_events_holds_the_zone_and_publishes_nothing() -> None:
    lines = unfolded(calendar_text([], name="", producer="-//Q//EN"))

    # RFC 5545, 3.6: at least one component; RFC 5546, 3.2.1: what is published is an event.
    assert [line for line in lines if line.startswith(("BEGIN", "METHOD"))] == [
        "BEGIN:VCALENDAR",
        "BEGIN:VTIMEZONE",
        "BEGIN:STANDARD",
    ]


def test_a_cancelled_event_says_so() -> None:
    text = calendar_text([event(is_cancelled=True, revision=3)], name="", producer="")

    assert {"STATUS:CANCELLED", "SEQUENCE:3"} <= set(unfolded(text))


@given(st.text(max_size=400))
def test_no_text_breaks_out_of_its_line_and_no_line_is_too_long(summary: str) -> None:
    text = calendar_text([event(summary=summary)], name="", producer="")

    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert [line.partition(":")[0] for line in unfolded(text) if line.startswith("BEGIN")] == [
        "BEGIN",
        "BEGIN",
    ]
    assert len(unfolded(text)) == 16
