"""Brings the demo department into an empty installation."""

import gc
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from django.db import transaction

from quarterdeck.config.demo import cast
from quarterdeck.config.demo.agenda import Agenda
from quarterdeck.config.demo.calls import Desk
from quarterdeck.config.demo.causes import tell_causes
from quarterdeck.config.demo.duty import furnish_duty
from quarterdeck.config.demo.escalations import Escalations
from quarterdeck.config.demo.founding import add_hands, found_department
from quarterdeck.config.demo.knowledge import tell_knowledge
from quarterdeck.config.demo.lives import callers
from quarterdeck.config.demo.log import SEED, Export, history, write
from quarterdeck.config.demo.network import furnish_network
from quarterdeck.config.demo.portal import offer_services
from quarterdeck.config.demo.qualifications import tell_qualifications
from quarterdeck.config.demo.remarks import answer_mail, keep_views, remark
from quarterdeck.config.demo.sources import (
    MONITOR,
    TRAINING,
    alerts,
    copies,
    later_alerts,
)
from quarterdeck.config.demo.steering import Steering
from quarterdeck.config.demo.story import Story, story_until
from quarterdeck.config.demo.surveys import ask_people
from quarterdeck.config.demo.ticket_life import furnish_ticket_life
from quarterdeck.config.demo.training import tell_training
from quarterdeck.config.demo.webhooks import furnish_webhooks
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.profiles.servicenow import INCIDENT_EVENTS
from quarterdeck.desk.verbs.names import link_name
from quarterdeck.desk.verbs.recalculations import follow_import
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import ImportBatch, Organisation
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.verbs.import_run import Report, apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.verbs.settings import declare_demo
from quarterdeck.office.vocabulary import Accept, BatchState
from quarterdeck.scorecard.verbs.late_evidence import ask_for_comparison

SOURCE = "demo"
_READING_TIME = timedelta(hours=1)
# Of Python's own 700, 10, 10: new objects before the young are looked through, and how many times
# before the older ones are.
_SELDOM = (50_000, 20, 50)


@dataclass(frozen=True)
class DemoSignIn:
    """With what the demo's IT manager signs in; the password is kept nowhere but here.

    `others` are the user names of the other roles by the role's name; the password is the same.
    """

    username: str
    password: str
    others: tuple[tuple[str, str], ...] = ()


def load_demo(*, actor: Account, at: datetime, report: Report) -> DemoSignIn | None:
    """Load the demo department with the 24 months before `at`, wholly or not at all.

    Returns the IT manager's sign-in and those of the other roles, or None where the demo is there
    already. Refused where the installation knows a person or a ticket: invented and real data are
    never mixed.
    """
    # One transaction for all: a demo killed half-way leaves nothing, and is simply begun again.
    with _seldom_collecting(), transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=1)
        if organisation.is_demo:
            return None
        if Person.objects.exists() or Ticket.objects.exists():
            raise Refused("This installation holds people or tickets; the demo needs an empty one.")
        story = story_until(at)
        password = secrets.token_urlsafe(12)
        declare_demo(organisation=organisation, actor=actor, at=story.new_process)
        accounts = found_department(
            organisation=organisation, password=password, actor=actor, at=story.new_process
        )
        with TemporaryDirectory(prefix="quarterdeck-demo-") as folder:
            _tell(story, accounts, Path(folder), report)
        # The worker that starts with the demo finds what came in late.
        ask_for_comparison(actor=accounts[cast.IT_MANAGER], at=story.until)
    others = tuple((each.role.label, cast.username_of(each.person)) for each in cast.SIGN_INS)
    return DemoSignIn(cast.username_of(cast.IT_MANAGER), password, others)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Seek garbage in rings seldom: two years of work leave little of it, and make millions of
    objects that are looked through each time."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _tell(story: Story, accounts: dict[str, Account], folder: Path, report: Report) -> None:
    """Let everything happen in the order of its time."""
    agenda = Agenda(story.until)
    administrator, manager = accounts[cast.ADMINISTRATOR], accounts[cast.IT_MANAGER]
    imports = _Imports(story, agenda, folder, administrator, manager, report)
    _link_names(administrator, story.new_process)
    hands = add_hands(accounts=accounts, actor=administrator, at=story.new_process)
    steering = Steering(story, agenda, manager)
    rng = Random(SEED)  # noqa: S311 — a story, not a secret
    staff = Person.objects.filter(name__in=(cast.AUDITOR, cast.EXECUTIVE, cast.REQUESTER))
    desk = Desk(story, agenda, rng, hands, list(staff.order_by("name")), callers(rng))
    imports.plan()
    steering.plan()
    desk.plan()
    Escalations(story, agenda, hands, manager).plan()
    found = story.at(story.month(story.LATE_FOUND), 12, 10)
    agenda.plan(found + timedelta(days=1), steering.restate)
    agenda.plan(story.new_process + timedelta(hours=11), partial(keep_views, manager))
    agenda.play()
    tell_qualifications(
        manager=manager,
        begins=story.new_process,
        until=story.until - _READING_TIME,
        rng=Random(SEED),  # noqa: S311 — a story, not a secret
    )
    tell_causes(manager=manager, at=story.until - _READING_TIME)
    tell_knowledge(accounts=accounts, hands=hands, at=story.until - _READING_TIME)
    tell_training(
        manager=manager,
        hands=hands[cast.SERVICE_DESK],
        at=story.until - _READING_TIME,
    )
    ask_people(manager=manager, at=story.until - _READING_TIME, seed=SEED)
    offer_services(accounts=accounts, at=story.until - _READING_TIME)
    furnish_network(lead=accounts[cast.LEAD], at=story.until - _READING_TIME)
    answer_mail(actor=administrator)
    remark(accounts=accounts, hands=hands, at=story.until - _READING_TIME)
    furnish_ticket_life(actor=manager, at=story.until - _READING_TIME)
    furnish_duty(actor=manager, at=story.until - _READING_TIME)
    furnish_webhooks(actor=manager, at=story.until - _READING_TIME)


def _link_names(actor: Account, at: datetime) -> None:
    """Say whom the log means by its assignees, as a person does once before the first import."""
    members = {name for crew in cast.CREWS for name in crew.members}
    for person in Person.objects.filter(name__in=members).order_by("pk"):
        link_name(source=SOURCE, text=person.name, person=person, actor=actor, at=at)


@dataclass(frozen=True)
class _Imports:
    """The files that come in, each an hour after the last thing that it tells of."""

    story: Story
    agenda: Agenda
    folder: Path
    administrator: Account
    manager: Account
    report: Report

    def plan(self) -> None:
        """Plan every import: the log month by month, and the files of the other sources."""
        story = self.story
        log = history(story)
        begins = story.new_process + timedelta(hours=9)
        for number, export in enumerate(log.exports):
            # The first two tell of the time before Quarterdeck, up to its first closing.
            at = max(export.until + _READING_TIME, begins + timedelta(minutes=number))
            self._plan(min(at, story.until - timedelta(seconds=1)), SOURCE, export)
        found = story.at(story.month(story.LATE_FOUND), 12, 10)
        self._plan(found, SOURCE, log.late)
        known = alerts(story, story.until - timedelta(days=9), SEED)
        read = story.calendar.add_business(known.until, _READING_TIME.seconds)
        self._plan(read, MONITOR, known, Accept.VALID)
        wrong = story.at(story.month(story.LATE_FOUND), 18, 14)
        self._plan(wrong, TRAINING, copies(story, wrong, SEED))
        self.agenda.plan(wrong + timedelta(hours=3), self._withdraw)
        latest = later_alerts(story, known, story.until - 2 * _READING_TIME, SEED)
        turn = partial(self._take_in, MONITOR, latest, None, self.manager)
        self.agenda.plan(story.until - _READING_TIME, turn)

    def _plan(self, at: datetime, source: str, export: Export, accept: Accept = Accept.ALL) -> None:
        turn = partial(self._take_in, source, export, accept, self.administrator)
        self.agenda.plan(at, turn)

    def _take_in(
        self, source: str, export: Export, accept: Accept | None, actor: Account, at: datetime
    ) -> None:
        """Import a file as a user would: examine it, then accept it, or leave that to the user."""
        path = self.folder / export.file_name
        write(export.rows, path)
        batch = begin_import(
            profile=INCIDENT_EVENTS.key,
            source=source,
            file_name=path.name,
            file_digest=digest_of(path),
            zone=str(self.story.zone),
            accept=accept or Accept.ALL,
            mapping=INCIDENT_EVENTS.usual,
            actor=actor,
            at=at,
        )
        examine_file(batch=batch, path=path, report=self.report, actor=actor, at=at)
        if accept is None:
            return
        apply_batch(batch=batch, report=self.report, actor=actor, at=at)
        if batch.state != BatchState.APPLIED:
            raise Refused(f"The demo's {path.name} was not taken in: {batch.failure}")
        after = 0
        while after := follow_import(batch_key=batch.pk, after=after, actor=actor, at=at):
            pass

    def _withdraw(self, at: datetime) -> None:
        batch = ImportBatch.objects.get(source=TRAINING)
        withdraw_import(batch=batch, actor=self.administrator, at=at)
