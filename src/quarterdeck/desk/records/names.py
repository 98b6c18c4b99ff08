"""How the names of sources, and whom they mean, are listed and shown."""

from quarterdeck.core.records import Action, Record
from quarterdeck.desk.models import PersonAlias
from quarterdeck.office.rules import may_import
from quarterdeck.ui import navigation

person_aliases = Record(
    PersonAlias,
    columns=("text", "source", "person"),
    filters=("source",),
    search=("text",),
    details=("text", "source", "person"),
    order=("text", "id"),
    titles={"text": "Name, as the source writes it", "person": "Means"},
    action=Action("Names that lead to nobody", "desk.names", "users", may_import),
    icon="link",
    section="Desk",
    empty="Say whom the names on imported tickets mean, and the tickets become theirs.",
)

navigation.register(
    navigation.Entry("Office", "Names in imports", "desk.names", "users", may_import)
)
