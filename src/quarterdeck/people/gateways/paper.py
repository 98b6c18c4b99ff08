"""Job classes and qualifications laid out as pages of their own, for the press and for readers."""

from datetime import date

from django.template.loader import render_to_string

from quarterdeck.people.queries.outline import outline_of, running_line
from quarterdeck.people.queries.qualification import PersonalStanding
from quarterdeck.people.queries.qualification_outline import outline_of_standing
from quarterdeck.people.queries.sheet import Sheet

_PAGE = "people/document.html"


def class_page(sheet: Sheet) -> str:
    """Lay a class out."""
    context = {"outline": outline_of(sheet), "running": running_line(sheet)}
    return render_to_string(_PAGE, context)


def standing_page(standing: PersonalStanding, day: date) -> str:
    """Lay out how a person stands against a level."""
    running = f"{standing.person.name} against {standing.demands.version} · as of {day}"
    context = {"outline": outline_of_standing(standing, day), "running": running}
    return render_to_string(_PAGE, context)
