"""Who is above whom, and who holds a role for whom: what approvals are led by."""

from quarterdeck.core.models import Person, RoleAssignment, TeamMembership


def line_manager_of(person: Person) -> Person | None:
    """Return to whom a person reports: the one named, else the manager of the nearest unit."""
    if person.reports_to is not None:
        return person.reports_to
    unit = person.unit
    while unit is not None:
        if unit.manager is not None and unit.manager_id != person.pk:
            return unit.manager
        unit = unit.parent
    return None


def superior_beyond(person: Person, barred: set[int]) -> Person | None:
    """Return the nearest line manager of a person who is not barred, or None at the top."""
    seen = {person.pk}
    above = line_manager_of(person)
    while above is not None and above.pk not in seen:
        if above.pk not in barred:
            return above
        seen.add(above.pk)
        above = line_manager_of(above)
    return None


def holders_for(role: str, requester: Person) -> list[int]:
    """Return the keys of those who hold a role where a requester is, with an account in use.

    That is for the whole house, for a unit at or above the requester's, or for a team of theirs.
    Where nobody holds it there, whoever holds it anywhere does: somebody has to decide.
    """
    held = RoleAssignment.objects.filter(
        role=role, account__is_active=True, account__person__isnull=False
    )
    teams = set(TeamMembership.objects.filter(person=requester).values_list("team", flat=True))
    path = requester.unit.path if requester.unit is not None else ""
    units = {int(key) for key in path.split(".") if key}
    near, every = set[int](), set[int]()
    for each in held.select_related("account"):
        person = each.account.person_id
        if person is None:
            continue
        every.add(person)
        is_of_the_house = each.unit_id is None and each.team_id is None
        if is_of_the_house or each.unit_id in units or each.team_id in teams:
            near.add(person)
    return sorted(near or every)
