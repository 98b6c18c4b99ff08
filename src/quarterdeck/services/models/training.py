"""Which course teaches the users of which service."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User
from quarterdeck.people.models import Course
from quarterdeck.services.models.service import Service


class ServiceCourseQuerySet(models.QuerySet["ServiceCourse"]):
    """Which links somebody may see."""

    def visible_to(self, user: User) -> Self:
        """What can be learnt for which service is open to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class ServiceCourse(Noun):
    """A course teaches those who use a service; a course knows no services, so the link is here."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="course_links")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")

    objects = ServiceCourseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "course"], name="course_of_a_service_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course} for {self.service}"
