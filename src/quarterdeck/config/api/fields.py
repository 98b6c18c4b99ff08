"""How each kind of column reads and writes as JSON, chosen once and then run for every row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db import models
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from quarterdeck.core.records import Record

Column = models.Field[Any, Any]
Read = Callable[[Any], Any] | None

# The ranges of PostgreSQL's integer types, which both databases shall hold.
_SMALL, _PLAIN, _LARGE = 2**15 - 1, 2**31 - 1, 2**63 - 1
_RANGES: dict[str, tuple[int, int]] = {
    "PositiveSmallIntegerField": (0, _SMALL),
    "SmallIntegerField": (-_SMALL - 1, _SMALL),
    "PositiveIntegerField": (0, _PLAIN),
    "IntegerField": (-_PLAIN - 1, _PLAIN),
    "PositiveBigIntegerField": (0, _LARGE),
    "AutoField": (1, _PLAIN),
}
_UNITS = {"seconds": "s", "minutes": "min", "minute": "min", "hours": "h", "days": "d"}
_YEARS = (1900, 9998)
_INSTANT = "2016-03-29T12:00:00Z"


def _storable(text: str) -> str:
    """PostgreSQL stores no NUL, and no database half a character."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("NUL and lone surrogates cannot be stored")
    return text


def _in_utc(value: datetime) -> datetime:
    """Beside the ends of the calendar an instant has no year in UTC or another zone."""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise ValueError(f"an instant lies in the years {_YEARS[0]} to {_YEARS[1]}")
    return value.astimezone(UTC)


def _on_the_wall(value: time) -> time:
    """A time of day is that of a clock on the wall; of which zone stands beside it."""
    if value.tzinfo is not None:
        raise ValueError("a time of day has no offset: expected such as 09:00:00")
    return value


ClockTime = Annotated[time, AfterValidator(_on_the_wall)]
Text = Annotated[str, AfterValidator(_storable)]
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
# As many digits as the filters of the list pages read.
Key = Annotated[int, Field(ge=1, le=10**18 - 1)]


class Reference(Schema):
    """Another record: its key, and how it is called."""

    id: int = Field(description="The key under which it is found.", examples=[17])
    title: str = Field(description="How it is called.", examples=["Network"])


@dataclass(frozen=True)
class Form:
    """One kind of column: the type as it is read, the type as it is written, and an example."""

    shown: Any
    taken: Any
    example: Any
    read: Read
    extra: dict[str, Any] = field(default_factory=dict)


def form_of(column: Column) -> Form:
    """Return how a column reads and writes; a column that may be empty adds null."""
    if isinstance(column, models.ForeignKey):
        return Form(Reference, Key, 17, None)
    if column.choices:
        return _of_choices(column)
    for kind, form in _FORMS:
        if isinstance(column, kind):
            return form(column)
    return Form(str, str, "text", str)


def _of_choices(column: Column) -> Form:
    """Return the words that a column may hold, and what each of them means."""
    meanings = {value: str(text) for value, text in column.flatchoices}
    words = list(meanings)
    if isinstance(column, models.CharField) and column.blank and "" not in words:
        words.append("")
    plain = [word.value if isinstance(word, models.Choices) else word for word in words]
    kind: Any = Literal[tuple(plain)]
    told = ", ".join(f"{value} ({text})" for value, text in meanings.items() if value != text)
    return Form(kind, kind, plain[0], None, {"meanings": told})


def _text(column: Column) -> Form:
    longest = column.max_length
    taken = Annotated[Text, Field(max_length=longest)]
    example = "someone@example.org" if isinstance(column, models.EmailField) else "text"
    return Form(str, taken, example, None)


def _integer(column: Column) -> Form:
    low, high = _RANGES.get(column.get_internal_type(), (-_LARGE - 1, _LARGE))
    kind = Annotated[int, Field(ge=low, le=high)]
    unit = _UNITS.get(column.name.rpartition("_")[2], "")
    return Form(kind, kind, 3, None, {"x-unit": unit} if unit else {})


def _truth(_column: Column) -> Form:
    return Form(bool, bool, True, None)


def _instant(_column: Column) -> Form:
    return Form(datetime, Instant, _INSTANT, instant_text)


def instant_text(value: datetime) -> str:
    """Return an instant in ISO 8601 in UTC."""
    return f"{value.astimezone(UTC).isoformat()[:-6]}Z"


def _day(_column: Column) -> Form:
    return Form(date, date, "2016-03-29", date.isoformat)


def _time(_column: Column) -> Form:
    return Form(time, ClockTime, "09:00:00", time.isoformat)


def _decimal(column: Column) -> Form:
    """Exact numbers are texts: JSON's numbers would round them."""
    return Form(str, Decimal, "12.50", str, {"x-decimals": getattr(column, "decimal_places", None)})


def _duration(_column: Column) -> Form:
    return Form(float, timedelta, 5400.0, timedelta.total_seconds, {"x-unit": "s"})


def _key_text(_column: Column) -> Form:
    return Form(UUID, UUID, "00000000-0000-4000-8000-000000000000", str)


def _anything(_column: Column) -> Form:
    return Form(Any, Any, [], None)


_FORMS: tuple[tuple[type[Column], Callable[[Column], Form]], ...] = (
    (models.DateTimeField, _instant),
    (models.DateField, _day),
    (models.TimeField, _time),
    (models.BooleanField, _truth),
    (models.IntegerField, _integer),
    (models.DecimalField, _decimal),
    (models.DurationField, _duration),
    (models.FloatField, lambda _: Form(float, float, 0.5, None)),
    (models.JSONField, _anything),
    (models.UUIDField, _key_text),
    (models.CharField, _text),
    (models.TextField, _text),
)


def columns_of(record: Record) -> list[Column]:
    """Return what the interface shows of a record: its details and what its list shows, or else all
    but what is masked."""
    model = record.model
    named = record.details or tuple(each.name for each in model._meta.concrete_fields)
    # A fact or a projection has no version: it is never changed, only replaced.
    versions = ("version",) if hasattr(model, "version") else ()
    written = (*record.added_fields, *record.changed_fields)
    names = dict.fromkeys(("id", *versions, *named, *record.columns, *written))
    masked = set(getattr(model, "history_masked", ()))
    found = (model._meta.get_field(name) for name in names if name not in masked)
    return [each for each in found if isinstance(each, models.Field) and not each.many_to_many]


def description_of(record: Record, column: Column) -> str:
    """Return what a column means: its help text, or else its title, and the words that it holds."""
    told = str(column.help_text) or f"{record.title_of(column.name)}."
    meanings = form_of(column).extra.get("meanings", "") if column.choices else ""
    return f"{told} One of: {meanings}." if meanings else told
