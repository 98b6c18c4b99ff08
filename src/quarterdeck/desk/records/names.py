"""How the names of sources, and whom they mean, are listed and shown."""

from quarterdeck.core.permission import User
from quarterdeck.core.records import Action, Record
from quarterdeck.desk.models import PersonAlias, TeamAlias
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


def _may_change_team(user: User, _alias: TeamAlias) -> bool:
    return may_import(user)


team_aliases = Record(
    TeamAlias,
    columns=("text", "source", "team"),
    filters=("source", "team"),
    search=("text",),
    form=("source", "text", "team"),
    details=("text", "source", "team"),
    order=("text", "id"),
    titles={"text": "Group, as the source calls it", "team": "Is the same as"},
    may_add=may_import,
    may_change=_may_change_team,
    action=Action("Names of people", "desk.names", "users", may_import),
    icon="link",
    section="Desk",
    empty="Say which groups of your old tools are teams of yours, before their tickets come in.",
)

navigation.register(
    navigation.Entry("Office", "Names in imports", "desk.names", "users", may_import),
    navigation.Entry("Office", "Teams in imports", team_aliases.list_address, "link", may_import),
)
