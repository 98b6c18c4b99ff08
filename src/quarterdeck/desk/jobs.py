"""The desk's background work: mail that comes in, clocks that run out or are counted anew."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.models import Model, Q

from quarterdeck.core import clock
from quarterdeck.core.jobs import enqueue, enqueue_once, job, scheduled, unfinished, worker_account
from quarterdeck.core.memory import remembering
from quarterdeck.core.trouble import trouble_of
from quarterdeck.desk.gateways.mail.imap import Fetched, Inbox, Place, Unreachable, opened
from quarterdeck.desk.models import (
    ClockRecalculation,
    IncomingMail,
    Mailbox,
    MailboxStanding,
    RecurringTicket,
    TicketRule,
)
from quarterdeck.desk.queries.candidates import harvest_of, next_service
from quarterdeck.desk.queries.ended_tickets import ended_with_something_left
from quarterdeck.desk.queries.mailboxes import secrets_of
from quarterdeck.desk.queries.names import names_linked_otherwise
from quarterdeck.desk.queries.rules_on_time import tickets_due_for
from quarterdeck.desk.queries.source_teams import sources_that_wait
from quarterdeck.desk.verbs.automatic_escalations import escalate_aged
from quarterdeck.desk.verbs.candidates import (
    begin_candidate_search,
    finish_candidate_search,
    propose_candidates,
)
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.incoming_mail import LARGEST_MAIL, Delivered, hold_mail, receive_mail
from quarterdeck.desk.verbs.mail_understanding import understand_mail as understand
from quarterdeck.desk.verbs.names import follow_name as link_tickets
from quarterdeck.desk.verbs.recalculations import apply_clocks, examine_clocks, follow_import
from quarterdeck.desk.verbs.recurring import open_recurring_ticket
from quarterdeck.desk.verbs.team_aliases import follow_teams as follow_team_aliases
from quarterdeck.desk.verbs.ticket_endings import end_what_was_left
from quarterdeck.desk.verbs.ticket_rules import follow_rule_on_time
from quarterdeck.desk.vocabulary import Door, MailSignIn, RecalculationState
from quarterdeck.desk.vocabulary.ticket_life import RuleTrigger
from quarterdeck.kernels.mail.bearer import OAUTHBEARER, XOAUTH2
from quarterdeck.office.gateways.tokens import TokenSource
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries.periods import own_day, own_start_of

MAILS_A_RUN = 500
_MECHANISMS: Mapping[str, str] = {MailSignIn.XOAUTH2: XOAUTH2, MailSignIn.OAUTHBEARER: OAUTHBEARER}
_LOST = "Reading it has failed again and again, so that nobody knows what it says."
_PATIENCE = timedelta(minutes=10)
_MANY = 200
Row = TypeVar("Row", bound=Model)


@scheduled(every=timedelta(seconds=30))
@job(atomic=False)
def watch_clocks() -> None:
    """Note the warnings and breaches of service levels that are due."""
    while note_clock_events(actor=worker_account(), at=clock.now()):
        pass


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def watch_escalations() -> None:
    """Escalate what has grown too old, or was reopened too often, by the policies in use, and end
    what still hangs on tickets that have ended."""
    while escalate_aged(actor=worker_account(), at=clock.now()):
        pass
    actor, at = worker_account(), clock.now()
    _try_each(
        ended_with_something_left(),
        lambda ticket: end_what_was_left(ticket=ticket, actor=actor, at=at),
        "tickets could not be rid of what was left on them",
    )


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def recalculate_clocks() -> None:
    """Compare and apply the recalculations of clocks that wait, going on where one was killed."""
    waiting = ClockRecalculation.objects.filter(
        Q(terms__isnull=True) | Q(terms__holds_from__lte=clock.now()),
        state__in=(RecalculationState.EXAMINING, RecalculationState.APPLYING),
    )
    for recalculation in waiting.order_by("pk"):
        _run(recalculation)


def _run(recalculation: ClockRecalculation) -> None:
    """Take one through both passes, as far as they may go without a decision."""
    passes = (
        (RecalculationState.EXAMINING, examine_clocks),
        (RecalculationState.APPLYING, apply_clocks),
    )
    for state, step in passes:
        recalculation.refresh_from_db()
        while recalculation.state == state:
            with remembering():
                step(recalculation=recalculation, actor=worker_account(), at=clock.now())
            recalculation.refresh_from_db()


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def watch_rules() -> None:
    """Do what the rules say of open tickets on which enough time has passed."""
    at = clock.now()
    for rule in TicketRule.objects.on(RuleTrigger.SINCE):
        for ticket in tickets_due_for(rule, at):
            follow_rule_on_time(rule=rule, ticket=ticket, actor=worker_account(), at=at)


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def open_recurring() -> None:
    """Open the recurring tickets that are due, each in a transaction of its own.

    One that fails keeps no other one from opening; the job fails for it once all were tried.
    """
    actor, at = worker_account(), clock.now()
    _try_each(
        RecurringTicket.objects.due(at),
        lambda recurring: open_recurring_ticket(recurring=recurring, actor=actor, at=at),
        "recurring tickets could not be opened",
    )


def _try_each(rows: Iterable[Row], act: Callable[[Row], object], told: str) -> None:
    """Act on one row after the other; what fails is named and raised once all were tried."""
    failures = []
    for row in rows:
        try:
            act(row)
        except Exception as problem:
            if trouble_of(problem):
                raise
            problem.add_note(f"The {row._meta.verbose_name} {row.pk}, “{row}”.")
            failures.append(problem)
    if failures:
        raise ExceptionGroup(told, failures)


@job(atomic=False)
def follow_batch(*, batch_key: int) -> None:
    """Count the clocks of the tickets that an import has brought or changed, and have names
    followed that were linked, or taken back, while it was under way."""
    after = 0
    while after := follow_import(
        batch_key=batch_key, after=after, actor=worker_account(), at=clock.now()
    ):
        pass
    batch = ImportBatch.objects.get(pk=batch_key)
    for text in names_linked_otherwise(batch):
        enqueue(follow_name, source=batch.source, text=text)


@job(atomic=False)
def follow_name(*, source: str, text: str) -> None:
    """Link the tickets that bear a name to whom it means now, going on where one was killed."""
    after = 0
    while after := link_tickets(
        source=source, text=text, after=after, actor=worker_account(), at=clock.now()
    ):
        pass


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def follow_teams() -> None:
    """Let imported tickets follow what is said of the groups of their sources."""
    for source in sources_that_wait():
        # Each in a job of its own: one that fails holds no other up.
        enqueue_once(follow_source, source, source=source)


@job(atomic=False)
def follow_source(*, source: str) -> None:
    """Let the tickets of a source follow what is said of its groups."""
    # One batch may go on with what a killed run had begun; the next one sees what is left.
    while follow_team_aliases(source=source, actor=worker_account(), at=clock.now()):
        pass


@scheduled(every=timedelta(days=1))
@job(atomic=False)
def search_candidates() -> None:
    """Seek candidate problems, service by service, going on where one search was killed."""
    actor = worker_account()
    search = begin_candidate_search(actor=actor, at=clock.now())
    while (service := next_service(search)) is not None:
        # The slow part reads only, so that it keeps nobody waiting who writes.
        harvest = harvest_of(search, service)
        search = propose_candidates(search=search, harvest=harvest, actor=actor, at=clock.now())
    finish_candidate_search(search=search, actor=actor, at=clock.now())


@job(priority=5)
def understand_mail(*, mail_key: int) -> None:
    """Read one mail that came in, and do what it asks for.

    What goes wrong with the mail itself is a person's turn; what goes wrong with the database is
    tried again.
    """
    mail = IncomingMail.objects.get(pk=mail_key)
    try:
        with transaction.atomic():
            understand(mail=mail, actor=worker_account(), at=clock.now())
    except DatabaseError:
        raise
    except Exception as problem:
        if trouble_of(problem):
            raise
        told = f"Reading it has failed: {type(problem).__name__}: {problem}"[:500]
        hold_mail(mail=mail, reason=told, actor=worker_account(), at=clock.now())


@scheduled(every=timedelta(minutes=5))
@job(atomic=False)
def recover_mail() -> None:
    """Let somebody look at the mails whose reading was given up."""
    expected = {each["mail_key"] for each in unfinished("desk.understand_mail")}
    old = IncomingMail.objects.waiting().filter(received_at__lt=clock.now() - _PATIENCE)
    for mail in old.order_by("pk")[:_MANY]:
        if mail.pk not in expected:
            hold_mail(mail=mail, reason=_LOST, actor=worker_account(), at=clock.now())


@scheduled(every=timedelta(minutes=1))
@job()
def fetch_mail() -> None:
    """Have every mailbox that is in use read, each by a job of its own."""
    for mailbox in Mailbox.objects.fetched():
        if MailboxStanding.objects.asked(mailbox, clock.now()):
            enqueue(read_mailbox, mailbox_key=mailbox.pk)


@job(atomic=False, attempts=1)
def read_mailbox(*, mailbox_key: int) -> None:
    """Fetch what is new in one mailbox, and keep it."""
    mailbox = Mailbox.objects.fetched().get(pk=mailbox_key)
    standing = MailboxStanding.objects.taken(mailbox, clock.now())
    if standing is None:
        return
    try:
        place = _place(mailbox)
        with opened(place, clock.now()) as inbox:
            _fetch_all(mailbox, standing, inbox)
    except Unreachable as problem:
        standing.fail(str(problem), clock.now())
    else:
        standing.end(clock.now())


def _place(mailbox: Mailbox) -> Place:
    secrets = secrets_of(mailbox)
    if not secrets.is_known:
        raise Unreachable(f"The environment variable {secrets.variable} holds nothing.")
    return Place(
        host=mailbox.host,
        port=mailbox.port,
        security=mailbox.security,
        user=mailbox.username,
        password=secrets.password,
        folder=mailbox.folder,
        mechanism=_MECHANISMS.get(mailbox.sign_in, ""),
        tokens=TokenSource(
            url=mailbox.token_url,
            client_id=mailbox.client_id,
            client_secret=secrets.client_secret,
            refresh_token=secrets.refresh_token,
            scope=mailbox.scope,
        )
        if mailbox.uses_tokens
        else None,
    )


def _is_taken(fetched: Fetched, since: date) -> bool:
    """Whether a mail came on a day of ours or later; one of which nobody knows it is taken."""
    return fetched.came_at is None or fetched.came_at >= own_start_of(since)


def _fetch_all(mailbox: Mailbox, standing: MailboxStanding, inbox: Inbox) -> None:
    """Keep one mail after the other; each is kept before it is marked, and before the next."""
    standing.begin(inbox.validity)
    since = mailbox.takes_since or own_day(clock.now())
    # No zone is more than a day ahead of ours, or behind it.
    asked = since - timedelta(days=1)
    for uid in inbox.uids_after(standing.last_uid, asked)[:MAILS_A_RUN]:
        fetched = inbox.fetch(uid, LARGEST_MAIL)
        if fetched is not None and fetched.content.strip() and _is_taken(fetched, since):
            delivered = Delivered(
                content=fetched.content,
                door=Door.IMAP,
                mailbox=mailbox,
                full_size=fetched.size if fetched.is_cut else 0,
            )
            receive_mail(delivered=delivered, actor=worker_account(), at=clock.now())
            inbox.put_away(uid, "" if fetched.is_cut else mailbox.taken_folder)
        standing.note(uid, clock.now())
