"""How skills, the ways in which teams assign, and what was decided are listed and shown."""

from quarterdeck.core.models import TeamMembership
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.records import Badge, Record, Tone, Writing
from quarterdeck.desk.models import AssignmentDecision, AssignmentPolicy, Skill
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.rules.rota import LEADING
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.vocabulary.duty import SkillLevel, Strategy
from quarterdeck.ui import navigation


def _may_keep_skills(user: User) -> bool:
    return holds(user, *LEADING)


def _may_keep_skill(user: User, row: Skill) -> bool:
    """Whether the person works in a team that the account leads or manages."""
    sight = sight_of(user, NounClass.ORDINARY, LEADING)
    members = TeamMembership.objects.filter(person=row.person_id, team__in=sight.team_keys)
    return sight.everything or members.exists()


_STRATEGIES = {strategy: Badge(Tone.PLAIN) for strategy in Strategy}
skills = Record(
    Skill,
    columns=("person", "service", "category", "level"),
    filters=("service", "category", "level"),
    form=("person", "service", "category", "level"),
    order=("-id",),
    badges={"level": {level.value: Badge(Tone.PLAIN, str(level.label)) for level in SkillLevel}},
    may_add=_may_keep_skills,
    may_change=_may_keep_skill,
    may_store=_may_keep_skill,
    icon="star",
    section="Desk",
    empty="Say who can work on which services and categories: tickets are then given to them.",
)
assignment_policies = Record(
    AssignmentPolicy,
    columns=("team", "strategy", "least_level", "last_assignee"),
    filters=("team",),
    order=("id",),
    titles={"least_level": "Skill that is needed", "last_assignee": "Last turn"},
    badges={"strategy": _STRATEGIES},
    # Of a team that has one already, it takes the place of what was chosen before.
    may_add=_may_keep_skills,
    writing=Writing(added=("team", "strategy", "least_level"), add=choose_strategy),
    icon="user-check",
    section="Desk",
    empty="How the tickets of a team are assigned is chosen on its rota.",
)
assignment_decisions = Record(
    AssignmentDecision,
    columns=("at", "ticket", "person", "strategy", "team", "reason"),
    filters=("team", "at"),
    details=("ticket", "team", "strategy", "person", "reason", "at"),
    order=("-id",),
    titles={"at": "When", "person": "Given to", "reason": "Why"},
    badges={"strategy": _STRATEGIES},
    icon="user-check",
    section="Desk",
    empty="No strategy has decided on a ticket yet.",
)
RECORDS = (skills, assignment_policies, assignment_decisions)
ENTRY = navigation.Entry(
    "Desk", "Skills", skills.list_address, skills.icon, may_open, is_arranged=True
)
