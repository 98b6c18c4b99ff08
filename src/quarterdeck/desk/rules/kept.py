"""Who may share canned replies and macros, and change those that are kept."""

from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models.kept import Kept
from quarterdeck.desk.vocabulary import WORKING_ROLES
from quarterdeck.desk.vocabulary.ticket_life import Audience


def may_share(user: User, audience: str, team: Team | None) -> bool:
    """Whether this account may keep a canned reply or macro for these: itself, a team, all."""
    if not holds(user, *WORKING_ROLES):
        return False
    if audience == Audience.EVERYBODY:
        return holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)
    sight = sight_of(user, NounClass.ORDINARY, WORKING_ROLES)
    is_reached = sight.everything or (team is not None and team.pk in sight.team_keys)
    return audience == Audience.OWN or is_reached


def may_change_kept(user: User, kept: Kept) -> bool:
    """Whether a canned reply or macro is one's own, or kept for those whom one leads."""
    is_own = isinstance(user, Account) and kept.owner_id == user.pk
    leads = holds(user, Role.TEAM_LEAD, Role.IT_MANAGER, Role.ADMINISTRATOR)
    shared = kept.audience != Audience.OWN and leads
    return (is_own or shared) and may_share(user, kept.audience, kept.team)
