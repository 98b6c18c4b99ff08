"""The work of today: tickets whose promised times run out one after another, and who works on them.

A log in the format of `bench.scale` with 200 breaches an hour is let in through the real command,
its clocks are counted as the worker does, and some are handed to a person by the usual verb. Where
an earlier run has left enough that runs out within the next hour, nothing is added.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.clocks import AROUND_THE_CLOCK, HOURS, promised
from bench.importing import run_import
from bench.measuring import MILLISECONDS, Sample, heading, load, table
from bench.scale import CHANNELS, COLUMNS, PRIORITIES, SEED, TEAMS

if TYPE_CHECKING:
    from quarterdeck.core.models import Account, Person, Team
    from quarterdeck.office.models import ImportBatch

BREACHES_AN_HOUR = 200
# How many hours of breaches are past, and how many are to come.
PAST_HOURS, HOURS_TO_COME = 2, 10
OWN, WORKER_TEAM = 40, "Group 7"
HOUR = timedelta(hours=1)
_FORM = "%d/%m/%Y %H:%M"


def write_running_log(path: Path, at: datetime) -> int:
    """Write tickets that are open and run out around a moment; return how many lines they have."""
    rng, step = Random(SEED), HOUR / BREACHES_AN_HOUR  # noqa: S311 — figures are to repeat, not to be secret
    begins, promised = at - PAST_HOURS * HOUR, HOURS[AROUND_THE_CLOCK] * HOUR
    tickets = [
        _lines(f"RUN{begins:%y%m%d%H%M}{number:05}", begins + number * step - promised, rng)
        for number in range((PAST_HOURS + HOURS_TO_COME) * BREACHES_AN_HOUR)
    ]
    path.write_text("".join([f"{COLUMNS}\n", *(line for lines in tickets for line in lines)]))
    return sum(map(len, tickets))


def _lines(number: str, opened: datetime, rng: Random) -> list[str]:
    """Return a ticket reported then: mostly taken up, sometimes held by a vendor."""
    group, taken = rng.randrange(TEAMS), rng.random() < 2 / 3
    states = ["New", *["Active"] * taken, *["Awaiting Vendor"] * (taken and rng.random() < 0.2)]  # noqa: PLR2004 — one of five waits
    held = f"Resolver {group * 5 + rng.randrange(5)}" if taken else "?"
    start, kind = opened.strftime(_FORM), rng.randrange(400)
    return [
        f"{number},{state},true,0,0,{change},true,Caller {kind},Opened by {kind % 90},{start},"
        f"Created by {kind % 60},{start},Updated by {kind},"
        f"{(opened + timedelta(minutes=3 * change)).strftime(_FORM)},{rng.choice(CHANNELS)},"
        f"Location {kind % 200},Category {kind % 50},Subcategory {kind},Symptom {kind % 300},?,"
        f"3 - Low,3 - Low,{PRIORITIES[AROUND_THE_CLOCK - 1]},Group {group},"
        f"{held if change else '?'},true,false,Do Not Notify,?,?,?,?,?,?,?,?\n"
        for change, state in enumerate(states)
    ]


def bring_in(server: int) -> None:
    """Promise something where nothing is, bring the tickets in, and print what noting costs."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import ServiceLevelClock  # noqa: PLC0415 — models need the settings first

    promised(Account.objects.get(username="operator", is_builtin=True))
    _stop_clocks()
    at, live = clock.now(), ServiceLevelClock.objects.live().standing()
    soon = live.filter(due_at__gte=at, due_at__lt=at + HOUR)
    if soon.count() < BREACHES_AN_HOUR * 9 // 10:
        _work_off(at)
        _let_in(at, server)
    _note(server)
    heading(f"clocks that run, of {ServiceLevelClock.objects.count():,}; {load()}")
    told = (live.count(), live.filter(due_at__lt=at).count(), soon.count())
    table(("running", "overdue", "within the next hour"), [tuple(f"{each:,}" for each in told)])


def _stop_clocks() -> None:
    """Give every ended ticket without one a clock that has stopped, inside the database: what a
    recalculation of all leaves there, without its counting, which `bench.clocks` measures."""
    from django.db import connection  # noqa: PLC0415 — it needs the settings first

    from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelTarget  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.vocabulary import Agreement  # noqa: PLC0415 — models need the settings first

    clocks, ticket = ServiceLevelClock._meta.db_table, "desk_ticket"
    targets = dict(ServiceLevelTarget.objects.values_list("priority", "pk"))
    places = " ".join(f"WHEN {priority} THEN {key}" for priority, key in targets.items())
    # Names come from our own models and numbers from our own rows.
    statement = (
        f"INSERT INTO {clocks} (ticket_id, agreement, metric, number, target_id, started_at,"  # noqa: S608 — said above
        " began_at, stopped_at, outcome, ending, counted_seconds, due_at, team_id) SELECT t.id,"
        f" '{Agreement.SERVICE_LEVEL}', 'resolution', 1, CASE t.priority {places} END,"
        " t.opened_at, t.opened_at, t.ended_at, 'met', 'fixed', 3600, t.ended_at, t.team_id"
        f" FROM {ticket} t"
        f" LEFT JOIN {clocks} c ON c.ticket_id = t.id WHERE t.ended_at IS NOT NULL AND c.id IS NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _let_in(at: datetime, server: int) -> None:
    from django.db import connection  # noqa: PLC0415 — it needs the settings first

    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.jobs import follow_batch  # noqa: PLC0415 — models need the settings first
    from quarterdeck.office.models import ImportBatch  # noqa: PLC0415 — models need the settings first

    with TemporaryDirectory(prefix="quarterdeck-bench-") as name:
        log = Path(name) / "running.csv"
        events = write_running_log(log, at)
        home, url = Path(os.environ["QUARTERDECK_HOME"]), os.environ["QUARTERDECK_DATABASE_URL"]
        run_import(log, events, home, url, server)
    sample = Sample()
    batch = ImportBatch.objects.latest("pk")
    sample.take(lambda: follow_batch.func(batch_key=batch.pk), server)
    heading(f"clocks of {batch.tickets.count():,} tickets that have just come in; {load()}")
    table(("CPU s", "wall s"), [(f"{sample.cpu[0]:.1f}", f"{sample.wall[0]:.1f}")])
    _hand_out(batch, Account.objects.get(username="operator", is_builtin=True), at)
    if connection.vendor == "postgresql":
        # A server in service would have done so on its own. Before clocks that run are known, a
        # page of them is planned as if there were one.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _work_off(at: datetime) -> None:
    """Resolve what an earlier run has left, as a desk would: otherwise each run adds to a heap of
    overdue tickets that no desk bears."""
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs.tickets import resolve_ticket  # noqa: PLC0415 — models need the settings first

    actor = Account.objects.get(username="operator", is_builtin=True)
    left = Ticket.objects.open().filter(number__startswith="RUN")
    for key in list(left.values_list("pk", flat=True)):
        ticket = Ticket.objects.get(pk=key)
        resolve_ticket(
            ticket=ticket,
            version=ticket.version,
            resolution="Worked off",
            true_category=ticket.category,
            actor=actor,
            at=at,
        )


def _hand_out(batch: "ImportBatch", actor: "Account", at: datetime) -> None:
    """Give some tickets of one team to whoever works there in this benchmark."""
    from quarterdeck.desk.models import Ticket  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs.tickets import assign_ticket  # noqa: PLC0415 — models need the settings first

    worker = readers()["worker"].person
    rows = Ticket.objects.open().filter(batch=batch, team__name=WORKER_TEAM).order_by("pk")
    for ticket in rows[:OWN]:
        assign_ticket(ticket=ticket, version=ticket.version, assignee=worker, actor=actor, at=at)


def _note(server: int) -> None:
    """Note what has run out, as the worker does each half minute."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.models import ServiceLevelEvent  # noqa: PLC0415 — models need the settings first
    from quarterdeck.desk.verbs.clock_events import note_clock_events  # noqa: PLC0415 — models need the settings first

    actor, before = Account.objects.get(username="operator"), ServiceLevelEvent.objects.count()
    sample = Sample()

    def note() -> None:
        while note_clock_events(actor=actor, at=clock.now()):
            pass

    sample.take(note, server)
    noted = ServiceLevelEvent.objects.count() - before
    if noted:
        heading(f"warnings and breaches noted, as the worker does; {load()}")
        each = sample.cpu[0] / noted * MILLISECONDS
        table(("noted", "CPU s", "CPU ms each"), [(noted, f"{sample.cpu[0]:.1f}", f"{each:.1f}")])


def readers() -> "dict[str, Account]":
    """Return who works, who leads and who manages, each made where it is not there yet."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.directory import add_account, assign_role, join_team  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.models import Account, Team  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.vocabulary import Role  # noqa: PLC0415 — models need the settings first

    operator, at = Account.objects.get(username="operator", is_builtin=True), clock.now()
    team = Team.objects.get(name=WORKER_TEAM)
    wanted = {"worker": (Role.TECHNICIAN, team), "lead": (Role.TEAM_LEAD, team)}
    found = {}
    for name, (role, place) in (wanted | {"manager": (Role.IT_MANAGER, None)}).items():
        account = Account.objects.filter(username=f"bench-{name}").first()
        if account is None:
            person = _person(name, team)
            account = add_account(username=f"bench-{name}", person=person, actor=operator, at=at)
            assign_role(account=account, role=role, team=place, actor=operator, at=at)
            if place is not None:
                join_team(person=person, team=place, actor=operator, at=at)
        found[name] = account
    return found


def _person(name: str, team: "Team") -> "Person":
    """Return a new person; whoever leads leads the team."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.acts import labelled  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.directory import add_person  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.models import Account, Team  # noqa: PLC0415 — models need the settings first

    operator = Account.objects.get(username="operator", is_builtin=True)
    person = add_person(name=f"Bench {name.title()}", actor=operator, at=clock.now())
    if name == "lead":
        with labelled("bench"):
            Team.objects.filter(pk=team.pk).update(lead=person)
    return person
