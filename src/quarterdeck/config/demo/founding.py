"""Founds the demo department: settings, units, people, teams, sign-ins, services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.config.demo import cast, catalogue
from quarterdeck.core.changes import add_record
from quarterdeck.core.directory import (
    Password,
    add_account,
    add_person,
    appoint_manager,
    assign_role,
    found_team,
    found_unit,
    join_team,
)
from quarterdeck.core.models import Account, Person, Team, Unit
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Category
from quarterdeck.desk.verbs.categories import explain_categories
from quarterdeck.desk.verbs.service_levels import Promise, add_service_level_policy
from quarterdeck.desk.vocabulary import Agreement
from quarterdeck.office.models import Calendar, Organisation
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries import calendar_named
from quarterdeck.office.verbs.calendars import add_calendar, add_holidays
from quarterdeck.office.verbs.period_rules import change_fiscal_year, change_zone
from quarterdeck.office.verbs.settings import change_organisation, choose_default_team
from quarterdeck.services.models import Service
from quarterdeck.services.verbs.services import add_service

# Holidays are known for the story's years, and for those in which work that is open now falls due.
_YEARS_BACK, _YEARS_AHEAD = 3, 3


def found_department(
    *, organisation: Organisation, password: str, actor: Account, at: datetime
) -> dict[str, Account]:
    """Set up the whole department and return the account of each role by its person's name."""
    founding = _Founding(actor, at)
    founding.settle_organisation(organisation)
    units = founding.found_units()
    people = founding.add_people(units)
    teams = founding.found_teams(units, people)
    founding.add_services(people, teams)
    founding.route(organisation, teams)
    founding.add_categories()
    founding.promise()
    return founding.add_sign_ins(units, people, teams, password)


def add_hands(
    *, accounts: Mapping[str, Account], actor: Account, at: datetime
) -> dict[str, list[Account]]:
    """Give everybody in the teams that work by hand an account that nobody can sign in with yet.

    Returns the accounts of each team, whoever leads it first.
    """
    hands = {}
    for crew in (crew for crew in cast.CREWS if crew.team in cast.BY_HAND):
        hands[crew.team] = [
            accounts.get(name) or _added_hand(name, actor, at) for name in crew.members
        ]
        team = Team.objects.get(name=crew.team)
        assign_role(account=hands[crew.team][0], role=Role.TEAM_LEAD, team=team, actor=actor, at=at)
    return hands


def _added_hand(name: str, actor: Account, at: datetime) -> Account:
    person = Person.objects.get(name=name)
    account = add_account(username=cast.username_of(name), person=person, actor=actor, at=at)
    assign_role(account=account, role=Role.TECHNICIAN, actor=actor, at=at)
    return account


def promised_times(targets: catalogue.Times) -> dict[tuple[str, int | None], tuple[int, Calendar]]:
    """Return times of the catalogue, in hours, as a policy takes them."""
    return {
        (metric, priority): (round(hours * 3_600), calendar_named(key))
        for priority, (key, promised) in targets.items()
        for metric, hours in promised.items()
    }


@dataclass(frozen=True)
class _Founding:
    """Who founds the department, and when."""

    actor: Account
    at: datetime

    def settle_organisation(self, organisation: Organisation) -> None:
        """Add the calendars with their holidays, and give the organisation its name and hours."""
        holidays = catalogue.public_holidays(
            self.at.year - _YEARS_BACK, self.at.year + _YEARS_AHEAD
        )
        for key, name, openings in catalogue.CALENDARS:
            calendar = add_calendar(
                key=key,
                name=name,
                zone=cast.ZONE,
                openings=openings,
                actor=self.actor,
                at=self.at,
            )
            add_holidays(calendar=calendar, holidays=holidays, actor=self.actor, at=self.at)
        change_organisation(
            organisation=organisation,
            name=cast.ORGANISATION,
            calendar=calendar_named(catalogue.OFFICE_HOURS),
            actor=self.actor,
            at=self.at,
        )
        change_zone(
            organisation=organisation,
            zone=cast.ZONE,
            valid_from=FIRST_DAY,
            actor=self.actor,
            at=self.at,
        )
        change_fiscal_year(
            organisation=organisation,
            month=cast.FISCAL_YEAR_STARTS_IN,
            valid_from=FIRST_DAY,
            actor=self.actor,
            at=self.at,
        )

    def found_units(self) -> dict[str, Unit]:
        """Found the tree under the organisation's own unit; return every unit by name."""
        units = {"": Unit.objects.get(parent=None)}
        for name, parent in cast.UNITS:
            units[name] = found_unit(name=name, parent=units[parent], actor=self.actor, at=self.at)
        return units

    def add_people(self, units: dict[str, Unit]) -> dict[str, Person]:
        """Add everybody, each below the manager of the unit or of the one above it."""
        parents = dict(cast.UNITS)
        people: dict[str, Person] = {}
        for name, unit in cast.people().items():
            superiors = [cast.MANAGERS.get(unit), cast.MANAGERS.get(parents[unit])]
            superior = next((one for one in superiors if one not in {None, name}), None)
            people[name] = add_person(
                name=name,
                email=f"{cast.username_of(name)}@{cast.MAIL_DOMAIN}",
                unit=units[unit],
                reports_to=people[superior] if superior else None,
                actor=self.actor,
                at=self.at,
            )
        for unit, name in cast.MANAGERS.items():
            appoint_manager(unit=units[unit], person=people[name], actor=self.actor, at=self.at)
        return people

    def found_teams(self, units: dict[str, Unit], people: dict[str, Person]) -> dict[str, Team]:
        """Found the teams under their leads and let everybody join."""
        teams = {}
        for crew in cast.CREWS:
            teams[crew.team] = team = found_team(
                name=crew.team,
                unit=units[crew.unit],
                lead=people[crew.members[0]],
                actor=self.actor,
                at=self.at,
            )
            for name in crew.members:
                join_team(person=people[name], team=team, actor=self.actor, at=self.at)
        return teams

    def add_services(self, people: dict[str, Person], teams: dict[str, Team]) -> None:
        """Add the services with their owners, agreed hours and the teams that support them."""
        calendars = {calendar.key: calendar for calendar in Calendar.objects.all()}
        for name, description, owner, hours in catalogue.SERVICES:
            add_service(
                name=name,
                description=description,
                owner=people[owner],
                agreed_hours=calendars[hours],
                team=teams.get(catalogue.SUPPORTED_BY.get(name, "")),
                actor=self.actor,
                at=self.at,
            )

    def route(self, organisation: Organisation, teams: dict[str, Team]) -> None:
        """Let the service desk have what no other team supports."""
        team = teams[cast.SERVICE_DESK]
        choose_default_team(organisation=organisation, team=team, actor=self.actor, at=self.at)

    def promise(self) -> None:
        """Set the department's service levels as they were when it was founded."""
        for name, service, team, targets in catalogue.PROMISES:
            kind = Agreement.OPERATIONAL_LEVEL if team else Agreement.SERVICE_LEVEL
            add_service_level_policy(
                name=name,
                agreement=kind,
                team=Team.objects.get(name=team) if team else None,
                service=Service.objects.get(name=service) if service else None,
                promise=Promise(
                    valid_from=self.at.date(),
                    targets=promised_times(targets),
                    reason="As agreed with the heads of department.",
                ),
                actor=self.actor,
                at=self.at,
            )

    def add_categories(self) -> None:
        """Add what tickets are about, as the log of the tool before names it too."""
        record = record_of(Category)
        for category in catalogue.CATEGORIES:
            add_record(record=record, values={"name": category.name}, actor=self.actor, at=self.at)
        # What an older tool's tables call one of them.
        explain_categories(
            meanings={("helpdesk", "Mailbox"): Category.objects.get(name="Email and calendar")},
            actor=self.actor,
            at=self.at,
        )

    def add_sign_ins(
        self,
        units: dict[str, Unit],
        people: dict[str, Person],
        teams: dict[str, Team],
        password: str,
    ) -> dict[str, Account]:
        """Add an account for each role, all with one password; without one nobody signs in yet."""
        accounts, shared = {}, Password.of(password)
        for sign_in in cast.SIGN_INS:
            accounts[sign_in.person] = account = add_account(
                username=cast.username_of(sign_in.person),
                password=shared,
                person=people[sign_in.person],
                actor=self.actor,
                at=self.at,
            )
            assign_role(
                account=account,
                role=sign_in.role,
                unit=units[sign_in.unit] if sign_in.unit else None,
                team=teams.get(sign_in.team),
                actor=self.actor,
                at=self.at,
            )
        return accounts
