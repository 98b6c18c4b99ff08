"""Job classes and qualifications on paper: what is asked for, and who may read it."""

from collections.abc import Sequence
from datetime import date

from django.urls import reverse
from django.utils.text import slugify

from quarterdeck.core.models import Person
from quarterdeck.core.permission import User
from quarterdeck.office.queries.printing import Paper, PaperKind, Question, Told
from quarterdeck.people.models import ClassVersion, JobClass, Level
from quarterdeck.people.rules import within_reach

# The jobs that make them.
PRINT_CLASS, PRINT_STANDING = "people.print_class", "people.print_standing"


def class_asked(version: ClassVersion) -> Question:
    """Ask for a version of a class."""
    return Question(PRINT_CLASS, {"version": version.pk})


def standing_asked(person: int, level: int, day: date) -> Question:
    """Ask how a person stands against a level on a day."""
    return Question(PRINT_STANDING, {"person": person, "level": level, "day": day.isoformat()})


def class_papers(user: User, asked: Sequence[Told]) -> list[Paper | None]:
    """Return the versions of the classes that the reader may see."""
    versions = ClassVersion.objects.filter(job_class__in=JobClass.objects.visible_to(user))
    known = versions.select_related("job_class").in_bulk([told["version"] for told in asked])
    return [_class_paper(known.get(told["version"])) for told in asked]


def _class_paper(version: ClassVersion | None) -> Paper | None:
    if version is None:
        return None
    key, query = version.job_class_id, f"?version={version.number}"
    return Paper(
        title=str(version.job_class),
        about=f"Version {version.number}",
        file_name=f"{slugify(version.job_class.title)}-{version.number}.pdf",
        address=reverse("people.jobclass.detail", args=[key]) + query,
        again=reverse("people.class.print", args=[key]) + query,
    )


def standing_papers(user: User, asked: Sequence[Told]) -> list[Paper | None]:
    """Return the standings of those whose personnel records the reader may see."""
    people = within_reach(user).in_bulk({told["person"] for told in asked})
    levels = Level.objects.select_related("job_class").in_bulk({told["level"] for told in asked})
    return [
        _standing_paper(people.get(told["person"]), levels.get(told["level"]), told["day"])
        for told in asked
    ]


def _standing_paper(person: Person | None, level: Level | None, day: str) -> Paper | None:
    if person is None or level is None:
        return None
    page = reverse("people.qualification.person", args=[person.pk])
    return Paper(
        title=f"Qualification of {person.name}",
        about=f"Against {level.job_class.title}, {level.name}, as of {day}",
        file_name=f"{slugify(f'{person.name} qualification {day}')}.pdf",
        address=f"{page}?level={level.pk}",
        again=reverse("people.qualification.print", args=[person.pk, level.pk]),
    )


CLASSES = PaperKind(PRINT_CLASS, class_papers)
STANDINGS = PaperKind(PRINT_STANDING, standing_papers)
