"""Where somebody picks a day or a minute: the browser's own picker, which is filled in ISO 8601.

A picker that is filled in any other form stays empty, and what stood there is lost when it is sent
(HTML, 4.10.5.1.7 and 4.10.5.1.11).
"""

from django import forms


def day_input() -> forms.Widget:
    """Return a picker of a day."""
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")  # noqa: TID251 — the one place that fills it


def minute_input() -> forms.Widget:
    """Return a picker of a day and a time of that day, without a zone."""
    kind = {"type": "datetime-local"}
    return forms.DateTimeInput(kind, "%Y-%m-%dT%H:%M")  # noqa: TID251 — the one place that fills it
