"""Who may let tickets open by themselves."""

from quarterdeck.core.models import Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role

_KEEPERS = (Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_keep_recurring(user: User) -> bool:
    """Whether this account may let tickets open by themselves, for some team at least."""
    return holds(user, *_KEEPERS)


def may_keep_for(user: User, team: Team | None) -> bool:
    """Whether this account may do so for a team; for none, whoever reaches every team."""
    sight = sight_of(user, NounClass.ORDINARY, _KEEPERS)
    return sight.everything or (team is not None and team.pk in sight.team_keys)
