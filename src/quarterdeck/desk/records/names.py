"""How the names of sources, and whom they mean, are listed and shown."""

from datetime import datetime

from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import User
from quarterdeck.core.records import Action, Record, Writing
from quarterdeck.desk.models import PersonAlias, TeamAlias
from quarterdeck.desk.verbs.names import link_name
from quarterdeck.desk.verbs.team_aliases import link_team
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


def _add_team(
    *,
    source: str,
    text: str,
    team: Team | None = None,
    is_no_team: bool = False,
    actor: Account,
    at: datetime,
) -> TeamAlias:
    """Say which team a group is; what somebody has said of it is changed where one sees that."""
    if TeamAlias.objects.said().filter(source=source, text=text).exists():
        raise Refused(f"It is said already which team “{text}” of {source} is: change that.")
    return link_team(source=source, text=text, team=team, is_no_team=is_no_team, actor=actor, at=at)


def _change_team(
    *, teamalias: TeamAlias, team: Team | None, is_no_team: bool, actor: Account, at: datetime
) -> TeamAlias:
    """Say that a group is another team, or none, or one of its own again."""
    known = {"source": teamalias.source, "text": teamalias.text}
    return link_team(**known, team=team, is_no_team=is_no_team, actor=actor, at=at)


team_aliases = Record(
    TeamAlias,
    columns=("text", "source", "team", "is_no_team"),
    filters=("source", "team", "is_no_team"),
    search=("text",),
    form=("source", "text", "team", "is_no_team"),
    details=("text", "source", "team", "is_no_team"),
    order=("text", "id"),
    titles={"text": "Group, as the source calls it", "team": "Is the same as"},
    may_add=may_import,
    may_change=_may_change_team,
    writing=Writing(
        added=("source", "text", "team", "is_no_team"),
        add=_add_team,
        changed=("team", "is_no_team"),
        change=_change_team,
    ),
    action=Action("Groups nobody has explained", "desk.team_names", "users", may_import),
    icon="link",
    section="Desk",
    empty="Say which groups of your old tools are teams of yours, before their tickets come in.",
)

navigation.register(
    navigation.Entry("Office", "Names in imports", "desk.names", "users", may_import),
    navigation.Entry("Office", "Teams in imports", "desk.team_names", "link", may_import),
)
