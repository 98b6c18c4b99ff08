"""Brings the demo department into an empty installation."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from quarterdeck.config.demo.founding import found_department
from quarterdeck.config.demo.log import history, write
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.profiles.servicenow import INCIDENT_EVENTS
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import Organisation
from quarterdeck.office.verbs.import_run import Report, apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.verbs.settings import declare_demo
from quarterdeck.office.vocabulary import Accept, BatchState

SOURCE = "demo"


@dataclass(frozen=True)
class DemoSignIn:
    """With what the demo's IT manager signs in; the password is kept nowhere but here."""

    username: str
    password: str


def load_demo(*, actor: Account, at: datetime, report: Report) -> DemoSignIn | None:
    """Load the demo department with the 24 months before `at`, wholly or not at all.

    Returns the IT manager's sign-in, or None where the demo is there already. The other accounts
    have no password yet. Refused where the installation knows a person or a ticket: invented and
    real data are never mixed.
    """
    # One transaction for all: a demo killed half-way leaves nothing, and is simply begun again.
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=1)
        if organisation.is_demo:
            return None
        if Person.objects.exists() or Ticket.objects.exists():
            raise Refused("This installation holds people or tickets; the demo needs an empty one.")
        declare_demo(organisation=organisation, actor=actor, at=at)
        password = secrets.token_urlsafe(12)
        manager = found_department(organisation=organisation, password=password, actor=actor, at=at)
        with TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
            for part, rows in enumerate(history(at), 1):
                path = Path(folder) / f"incidents-part-{part}.csv"
                write(rows, path)
                _take_in(path, organisation.zone, report, actor, at)
    return DemoSignIn(manager.username, password)


def _take_in(path: Path, zone: str, report: Report, actor: Account, at: datetime) -> None:
    """Import one file of the log as a user would: examine it, then accept it whole."""
    batch = begin_import(
        profile=INCIDENT_EVENTS.key,
        source=SOURCE,
        file_name=path.name,
        file_digest=digest_of(path),
        zone=zone,
        accept=Accept.ALL,
        actor=actor,
        at=at,
    )
    examine_file(batch=batch, path=path, report=report, actor=actor, at=at)
    apply_batch(batch=batch, report=report, actor=actor, at=at)
    if batch.state != BatchState.APPLIED:
        raise Refused(f"The demo's log was not taken in: {batch.failure}")
