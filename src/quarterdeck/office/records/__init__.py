"""How the directory, calendars and import batches are listed and shown, and what every page says of
the organisation."""

from datetime import datetime

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.accounts import (
    change_account,
    end_sessions,
    may_keep_account,
    may_keep_accounts,
)
from quarterdeck.core.directory import (
    add_account,
    assign_role,
    change_unit,
    found_unit,
    leave_team,
    may_keep_directory,
    withdraw_role,
)
from quarterdeck.core.models import (
    Account,
    Person,
    RoleAssignment,
    Team,
    TeamMembership,
    Unit,
)
from quarterdeck.core.models.account import SIGHTED_ROLES
from quarterdeck.core.permission import NounClass, User, holds
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, Writing, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import (
    ImportBatch,
    Organisation,
    SavedView,
)
from quarterdeck.office.queries import first_steps, organisation
from quarterdeck.office.records import (  # noqa: F401 — they register their own
    approvals,
    webhooks,
)
from quarterdeck.office.records.calendars import calendars, holidays, may_keep_settings
from quarterdeck.office.records.mail import mail_templates, outgoing_mail
from quarterdeck.office.records.surveys import responses, surveys
from quarterdeck.office.rules import may_import_something
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.ui import navigation
from quarterdeck.ui.surroundings import Surroundings, provide

STATE_BADGES = {
    BatchState.MAPPING: Badge(Tone.WARNING),
    BatchState.STAGING: Badge(Tone.ACTIVE),
    BatchState.EXAMINING: Badge(Tone.ACTIVE),
    BatchState.EXAMINED: Badge(Tone.WARNING),
    BatchState.APPLYING: Badge(Tone.ACTIVE),
    BatchState.FINISHING: Badge(Tone.ACTIVE),
    BatchState.SETTLING: Badge(Tone.ACTIVE),
    BatchState.APPLIED: Badge(Tone.GOOD),
    BatchState.REJECTED: Badge(Tone.BAD),
    BatchState.WITHDRAWING: Badge(Tone.ACTIVE),
    BatchState.WITHDRAWN: Badge(Tone.NEUTRAL),
    BatchState.TRIED: Badge(Tone.NEUTRAL),
}


def _may_keep_row(user: User, _row: object) -> bool:
    return may_keep_directory(user)


def _may_see_accounts(user: User) -> bool:
    return holds(user, *SIGHTED_ROLES)


people = Record(
    Person,
    columns=("name", "email", "unit", "reports_to"),
    filters=("unit", "reports_to"),
    search=("name", "email"),
    form=("name", "email", "unit", "reports_to", "external_id", "starts_on", "ends_on"),
    details=(
        "name",
        "email",
        "unit",
        "reports_to",
        "starts_on",
        "ends_on",
        "source",
        "external_id",
    ),
    order=("name", "id"),
    external_id="external_id",
    may_add=may_keep_directory,
    may_change=_may_keep_row,
    titles={
        "email": "Mail address",
        "external_id": "Id at the source",
        "starts_on": "First day",
        "ends_on": "Last day",
    },
    icon="users",
    section="People",
    empty="Add the people of your department, and those who ask it for help.",
)
units = Record(
    Unit,
    columns=("name", "parent", "manager"),
    filters=("parent", "manager"),
    search=("name",),
    details=("name", "parent", "manager"),
    order=("name", "id"),
    titles={"parent": "Part of"},
    action=Action("Found a unit", "office.unit.add", "plus", may_keep_directory),
    may_add=may_keep_directory,
    may_change=_may_keep_row,
    held_together=True,
    writing=Writing(
        added=("name", "parent", "manager"),
        add=found_unit,
        changed=("name", "parent", "manager"),
        change=change_unit,
    ),
    icon="sitemap",
    section="People",
)
teams = Record(
    Team,
    columns=("name", "unit", "lead"),
    filters=("unit", "lead"),
    search=("name",),
    form=("name", "unit", "lead"),
    details=("name", "unit", "lead"),
    order=("name",),
    may_add=may_keep_directory,
    may_change=_may_keep_row,
    icon="user-check",
    section="People",
    empty="A team shares a queue of work. Add the first one.",
)
memberships = Record(
    TeamMembership,
    columns=("person", "team"),
    filters=("team", "person"),
    form=("person", "team"),
    details=("person", "team"),
    order=("-id",),
    may_add=may_keep_directory,
    acts=(RecordAct("end", "End", leave_team, _may_keep_row),),
    icon="users",
    section="People",
    empty="Nobody works in a team yet.",
)


def _sign_out(*, account: Account, actor: Account, at: datetime) -> None:
    """Sign an account out of every browser; its tokens stay."""
    end_sessions(account=account, actor=actor, at=at)


def _may_keep_role(user: User, _role: RoleAssignment) -> bool:
    return may_keep_accounts(user)


accounts = Record(
    Account,
    columns=("username", "person", "is_active", "is_builtin", "must_change_password"),
    filters=("is_active", "is_builtin", "person"),
    search=("username",),
    details=("username", "person", "is_active", "must_change_password", "is_builtin"),
    order=("username",),
    titles={
        "username": "User name",
        "is_active": "Active",
        "must_change_password": "Password to be changed",
        "is_builtin": "Built in, never signs in",
    },
    noun_class=NounClass.SECURITY,
    action=Action("Add an account", "office.account.add", "plus", may_keep_accounts),
    may_add=may_keep_accounts,
    may_change=may_keep_account,
    # It cannot sign in before somebody gives it a password, which no program is told.
    writing=Writing(
        added=("username", "person"),
        add=add_account,
        changed=("is_active", "person"),
        change=change_account,
    ),
    acts=(RecordAct("sign-out", "Sign out everywhere", _sign_out, may_keep_account),),
    icon="key",
    section="Office",
)
roles = Record(
    RoleAssignment,
    columns=("account", "role", "unit", "team"),
    filters=("role", "account", "unit", "team"),
    details=("account", "role", "unit", "team"),
    order=("-id",),
    noun_class=NounClass.SECURITY,
    may_add=may_keep_accounts,
    writing=Writing(added=("account", "role", "unit", "team"), add=assign_role),
    acts=(RecordAct("take-away", "Take away", withdraw_role, _may_keep_role),),
    icon="shield",
    section="Office",
)


def _may_import(user: User) -> bool:
    return may_import_something(user)


def _may_see_imports(user: User) -> bool:
    return _may_import(user) or holds(user, Role.AUDITOR)


import_batches = Record(
    ImportBatch,
    columns=(
        "id",
        "file_name",
        "state",
        "source",
        "begun_at",
        "begun_by",
        "created",
        "updated",
        "unchanged",
        "rejected",
    ),
    filters=("state", "begun_at"),
    details=(
        "state",
        "profile",
        "source",
        "file_name",
        "zone",
        "accept",
        "begun_at",
        "begun_by",
        "applied_at",
        "withdrawn_at",
        "covers_from",
        "covers_until",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "failure",
    ),
    order=("-id",),
    titles={
        "id": "Batch",
        "file_name": "File",
        "begun_at": "Begun",
        "begun_by": "By",
        "created": "New",
        "updated": "Changed",
        "applied_at": "Applied",
        "withdrawn_at": "Withdrawn",
    },
    badges={"state": STATE_BADGES},
    action=Action("Import a file", "office.import", "upload", _may_import),
    icon="file-import",
    section="Office",
    empty="Take in a first file: nothing is applied before you have seen what it would change.",
)


saved_views = Record(
    SavedView,
    columns=("name", "record", "parameters", "owner", "is_shared"),
    search=("name",),
    order=("name", "id"),
    titles={"record": "List", "is_shared": "For everybody"},
    icon="bookmark",
    section="Office",
)


def surroundings() -> Surroundings:
    """Return what every page says of the organisation."""
    try:
        own = organisation()
    except Organisation.DoesNotExist:
        return Surroundings()
    return Surroundings(own.name, own.zone, own.is_demo)


def waiting_imports(account: Account, _at: datetime) -> waiting.Told:
    """Give the imports that the account began and that wait for its decision."""
    if not may_import_something(account):
        return
    examined = ImportBatch.objects.filter(begun_by=account, state=BatchState.EXAMINED)
    yield [examined]
    for batch in examined:
        yield waiting.WaitingItem(
            title=f"Decide on {batch}",
            address=reverse(import_batches.detail_address, args=[batch.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Import",
            detail="It was examined, and nothing of it counts before you let it in.",
        )


register(people, units, teams, memberships, calendars, holidays, accounts, roles)
register(import_batches, mail_templates, outgoing_mail, saved_views, surveys, responses)
waiting.register(waiting_imports)
waiting.register(first_steps)
provide(surroundings)
navigation.register(
    *(
        navigation.Entry("People", record.title, record.list_address, record.icon)
        for record in (people, units, teams)
    ),
    navigation.Entry(
        "Office", "Organisation", "office.organisation", "building", may_keep_settings
    ),
    navigation.Entry("Office", "Printed papers", "office.prints", "printer"),
    navigation.Entry("Office", "Calendars", calendars.list_address, calendars.icon),
    *(
        navigation.Entry(
            "Office", record.title, record.list_address, record.icon, _may_see_accounts
        )
        for record in (accounts, roles)
    ),
    navigation.Entry(
        "Office", "Imports", import_batches.list_address, import_batches.icon, _may_see_imports
    ),
)
