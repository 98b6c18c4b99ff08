"""How the names of sources, and whom they mean, are listed and shown."""

from datetime import datetime

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User
from quarterdeck.core.records import Action, Record, Writing
from quarterdeck.desk.models import PersonAlias, TeamAlias
from quarterdeck.desk.verbs.names import link_name
from quarterdeck.office.rules import may_import
from quarterdeck.ui import navigation


def _may_change(user: User, _alias: PersonAlias) -> bool:
    return may_import(user)


def _add(
    *, source: str, text: str, person: Person | None = None, actor: Account, at: datetime
) -> PersonAlias:
    """Say whom a name means; without a person, that it is nobody of ours.

    What somebody has said of it is changed where one sees that, and not by adding it again.
    """
    if PersonAlias.objects.filter(source=source, text=text).exists():
        raise Refused(f"Whom “{text}” means in {source} is said already: change that.")
    return link_name(source=source, text=text, person=person, actor=actor, at=at)


def _change(
    *, personalias: PersonAlias, person: Person | None, actor: Account, at: datetime
) -> PersonAlias:
    """Say that a name means somebody else."""
    known = {"source": personalias.source, "text": personalias.text}
    return link_name(**known, person=person, actor=actor, at=at)


person_aliases = Record(
    PersonAlias,
    columns=("text", "source", "person"),
    filters=("source",),
    search=("text",),
    details=("text", "source", "person"),
    order=("text", "id"),
    titles={"text": "Name, as the source writes it", "person": "Means"},
    may_add=may_import,
    may_change=_may_change,
    writing=Writing(
        added=("source", "text", "person"), add=_add, changed=("person",), change=_change
    ),
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
