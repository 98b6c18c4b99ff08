"""Who may say who is on duty."""

from quarterdeck.core.models import Team
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.core.vocabulary import Role

LEADING = (Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)


def may_keep_rota(user: User, team: Team) -> bool:
    """Whether this account may say who is on duty in a team: its lead, and who manages it."""
    sight = sight_of(user, NounClass.ORDINARY, LEADING)
    return sight.everything or team.pk in sight.team_keys


def may_read_rota(user: User, team: Team) -> bool:
    """Whether this account may see who is on duty in a team."""
    sight = sight_of(user, NounClass.ORDINARY)
    return sight.everything or team.pk in sight.team_keys
