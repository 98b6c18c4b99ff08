"""Reads of corrective actions: by measure, by owner, by due day."""

from django.db.models import Q

from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Person, Team, Unit
from quarterdeck.core.scopes import unit_named
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.models.corrective_action import CorrectiveActionQuerySet

DOMAIN = "planning.actions"


def action_about(measure: str, scope: str, period: str) -> CorrectiveAction | None:
    """Return the action that answers for a period already, opened for it or noted on."""
    told = Q(period=period) | Q(notes__period=period)
    return CorrectiveAction.objects.about(measure, scope).filter(told).order_by("pk").first()


def open_action_about(measure: str, scope: str) -> CorrectiveAction | None:
    """Return the action that is open for a measure at a scope, if there is one."""
    return CorrectiveAction.objects.about(measure, scope).open().first()


def actions_of(scope: Scope) -> CorrectiveActionQuerySet:
    """Return the actions of a scope: of a unit or team those that its people own, of a service or
    source those that a reading of it gave rise to; Refused for an unknown unit or team."""
    actions = CorrectiveAction.objects.all()
    if scope.kind == "organisation":
        return actions
    if scope.kind == "unit":
        below = Unit.objects.below(unit_named(scope.name))
        return actions.filter(owner__unit__in=below)
    if scope.kind == "team":
        team = Team.objects.filter(name=scope.name).first()
        if team is None:
            raise Refused(f"There is no team “{scope.name}”.")
        members = Person.objects.filter(memberships__team=team)
        return actions.filter(owner__in=members)
    return actions.filter(scope=str(scope))
