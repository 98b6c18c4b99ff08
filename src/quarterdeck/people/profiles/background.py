"""Tables of what people bring: each line is one education, experience or certificate."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet

from quarterdeck.core.columns import BadCell
from quarterdeck.core.mapping import ColumnMapping, MappedField, MappedProfile
from quarterdeck.core.models import Person
from quarterdeck.core.profiles import Profile
from quarterdeck.people import rules
from quarterdeck.people.models import Certificate, Education, Experience
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.profiles.background_fields import CERTIFICATES, EDUCATION, EXPERIENCE
from quarterdeck.people.profiles.tables import BoundTable, Told

DOMAIN = "people.background"


class _BoundBackground(BoundTable):
    """The table of one batch, by its mapping."""

    domain: ClassVar[str] = DOMAIN

    @property
    def people(self) -> QuerySet[Person]:
        """Those in reach of whoever began the import; the command line tells of everybody."""
        actor = self.batch.begun_by
        return Person.objects.all() if actor.is_builtin else rules.within_reach(actor)

    def told(self, key: str, read: Mapping[str, Any]) -> Told:
        """Return what is said of one person; what is empty in the table is empty in the row."""
        values = {name: value or "" for name, value in read.items() if name != "external_id"}
        person = self.person(values.pop("person"))
        if person is None:
            expected = "the mail address or the id at the source of one person in your reach"
            raise BadCell("person", read["person"] or "", expected)
        row = self.model.standing(self.batch.source, key, values)
        return Told(row, {**values, "person": person.pk})


class BackgroundTable(MappedProfile):
    """A profile for any table of one kind of what people bring."""

    domain: ClassVar[str] = DOMAIN

    def __init__(
        self, model: type[BackgroundItem], title: str, fields: tuple[MappedField, ...]
    ) -> None:
        self.model, self.fields = model, fields
        self.key, self.noun = f"{model._meta.model_name}-table", model._meta.label_lower
        self.title = f"{title} (any columns, one row each)"

    def bound(self, mapping: ColumnMapping, batch_key: int) -> Profile:
        """Return the profile of one table."""
        return _BoundBackground(self.model, self.fields, mapping, batch_key, self.key, self.title)


BACKGROUND_TABLES = (
    BackgroundTable(Education, "Table of education", EDUCATION),
    BackgroundTable(Experience, "Table of experience", EXPERIENCE),
    BackgroundTable(Certificate, "Table of certificates", CERTIFICATES),
)
