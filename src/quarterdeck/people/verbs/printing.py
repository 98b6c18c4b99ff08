"""Job classes and qualifications are printed for whoever waits for them."""

from datetime import date, datetime

from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account, Person
from quarterdeck.office.gateways.printing import LaidOut
from quarterdeck.office.models import PrintedPaper
from quarterdeck.office.verbs.printing import print_paper
from quarterdeck.people.gateways.paper import class_page, standing_page
from quarterdeck.people.models import ClassVersion, Level
from quarterdeck.people.queries.printing import (
    PRINT_CLASS,
    PRINT_STANDING,
    class_asked,
    standing_asked,
)
from quarterdeck.people.queries.reach import standing_of
from quarterdeck.people.queries.sheet import sheet_of


def print_class(*, version: ClassVersion, actor: Account, at: datetime) -> PrintedPaper | None:
    """Print a version of a class for all who wait for it; None where nobody does any more."""

    def lay_out() -> LaidOut:
        page = class_page(sheet_of(version))
        return LaidOut(page, digest(PRINT_CLASS, page))

    return print_paper(question=class_asked(version), lay_out=lay_out, actor=actor, at=at)


def print_standing(
    *, person: Person, level: Level, day: date, actor: Account, at: datetime
) -> PrintedPaper | None:
    """Print how a person stands against a level for all who wait for it; None where nobody does
    any more. Refused where the class of the level says nothing by now."""

    def lay_out() -> LaidOut:
        standing = standing_of(person, level, day)
        if standing is None:
            raise Refused(f"{level.job_class} says nothing that somebody can be held against.")
        page = standing_page(standing, day)
        return LaidOut(page, digest(PRINT_STANDING, page))

    question = standing_asked(person.pk, level.pk, day)
    return print_paper(question=question, lay_out=lay_out, actor=actor, at=at)
