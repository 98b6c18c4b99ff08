"""Scopes: which there are, and at which of them somebody may read a measure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import chain

from django.db.models import QuerySet

from quarterdeck.core.errors import Refused
from quarterdeck.core.history.entries import held_before
from quarterdeck.core.measures import ORGANISATION, SCOPE_KINDS, Measure, Scope
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.core.permission import Reach, Sight, User, holds, sight_by
from quarterdeck.core.together import read_together
from quarterdeck.core.vocabulary import Role

Names = Callable[[Sight], Iterable[str]]

_names: dict[str, list[Names]] = {kind: [] for kind in SCOPE_KINDS}


def register_scopes(kind: str, names: Names) -> None:
    """Let `names` say which scopes of a kind a sight reaches; several apps may add to one kind."""
    if names not in _names[kind]:
        _names[kind].append(names)


def may_read(user: User, measure: Measure, scope: Scope) -> bool:
    """Say whether this reader may read the measure at the scope, as the measure declares."""
    if scope == ORGANISATION and holds(user, *measure.at_organisation):
        return True
    if sight_by(user, measure.readers).everything:
        return True
    return scope in reached_scopes(user, scope.kind, measure.readers)


def reached_scopes(user: User, kind: str, readers: Mapping[Role, Reach]) -> tuple[Scope, ...]:
    """Return the scopes of one kind that are within a reader's reach, asked once a request."""
    return _reached(user, (kind,), readers)[kind]


def _reached(
    user: User, kinds: Iterable[str], readers: Mapping[Role, Reach]
) -> dict[str, tuple[Scope, ...]]:
    """Return the scopes of each kind that are within a reader's reach; what no app has read yet is
    read together."""
    sight = sight_by(user, readers)
    known: dict[object, tuple[Scope, ...]] = {}
    if isinstance(user, Account):
        # An account object lives as long as a request.
        known = vars(user).setdefault("_scopes_read", {})
    told = {
        kind: [names(sight) for names in _names[kind]]
        for kind in kinds
        if (kind, sight) not in known
    }
    read_together(each for names in told.values() for each in names if isinstance(each, QuerySet))
    for kind, names in told.items():
        found = set(chain.from_iterable(names))
        known[kind, sight] = tuple(Scope(kind, name) for name in sorted(found, key=_spoken))
    return {kind: known[kind, sight] for kind in kinds}


def reached_kinds(user: User, readers: Mapping[Role, Reach]) -> tuple[str, ...]:
    """Return the kinds of which a reader reaches a scope; who sees everything reaches every kind,
    for which nothing has to be asked."""
    if sight_by(user, readers).everything:
        return SCOPE_KINDS[1:]
    kinds = SCOPE_KINDS[1:]
    reached = _reached(user, kinds, readers)
    return tuple(kind for kind in kinds if reached[kind])


def every_scope() -> tuple[Scope, ...]:
    """Return the organisation and every unit, team, service and source that is known."""
    everything = Sight(everything=True)
    found = {
        Scope(kind, name)
        for kind in SCOPE_KINDS[1:]
        for each in _names[kind]
        for name in each(everything)
    }
    return (ORGANISATION, *sorted(found, key=str))


def unit_named(name: str) -> Unit:
    """Return the unit of that name; one of several of a name is told by those above it, as in
    `Town / Libraries`. Refused where there is none, or more than one."""
    units = _units_by_label()
    if name not in units:
        doubles = [label for label in units if label.endswith(f" / {name}")]
        if doubles:
            raise Refused(f"Several units are called “{name}”: expected {', '.join(doubles)}.")
        raise Refused(f"There is no unit “{name}”.")
    return units[name]


def teams_below(unit: Unit, instant: datetime) -> frozenset[int]:
    """Return the keys of the teams that were in a unit, or below it, just before an instant.

    A unit or team that was founded later counts where it was put at first.
    """
    paths = dict(Unit.objects.values_list("pk", "path")) | held_before(Unit, "path", instant)
    units = dict(Team.objects.values_list("pk", "unit_id")) | held_before(Team, "unit_id", instant)
    inside = {key for key, path in paths.items() if path.startswith(paths[unit.pk])}
    return frozenset(team for team, place in units.items() if place in inside)


def _units_by_label() -> dict[str, Unit]:
    """Return every unit by its name, or by all names from the root where others share its own."""
    units = {str(unit.pk): unit for unit in Unit.objects.order_by("path")}
    borne = Counter(unit.name for unit in units.values())
    return {
        unit.name
        if borne[unit.name] == 1
        else " / ".join(units[key].name for key in unit.path.rstrip(".").split(".")): unit
        for unit in units.values()
    }


def _unit_names(sight: Sight) -> Iterable[str]:
    if not (sight.everything or sight.unit_paths):
        return ()
    prefixes = tuple(sight.unit_paths)
    return [
        label
        for label, unit in _units_by_label().items()
        if sight.everything or unit.path.startswith(prefixes)
    ]


def _team_names(sight: Sight) -> Iterable[str]:
    teams = Team.objects.all()
    if not sight.everything:
        teams = teams.filter(pk__in=sight.team_keys)
    return teams.values_list("name", flat=True)


def _spoken(name: str) -> str:
    return name.casefold()


register_scopes("unit", _unit_names)
register_scopes("team", _team_names)
