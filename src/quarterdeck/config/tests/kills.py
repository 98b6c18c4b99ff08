"""Two web servers and two workers under load, killed at random moments, and what must hold then.

The load comes through the door that people use: files are uploaded by HTTP to whichever web server
answers and let in once a worker has examined them, calls are taken down and resolved on one form,
while jobs are put into the queue and rows are sealed. For the test of five kills and for
`bench/kills.py` with as many as one likes.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Count, Max, Min
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.tests.generated_log import PROFILE, STATES, write_log
from quarterdeck.core import clock
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.history import differences
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.jobs.sealing import seal
from quarterdeck.core.models import Act, Announcement, Delivery, HistoryEntry, JobLease
from quarterdeck.core.sealing import seal_rows, sealed_models, verify
from quarterdeck.core.tests.background.house import WORKER, House
from quarterdeck.core.tests.background.work import toll
from quarterdeck.core.tests.patience import PATIENCE
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.verbs.tickets import SOURCE
from quarterdeck.desk.vocabulary import Channel, TicketKind, TicketState
from quarterdeck.office.models import ImportBatch, StagedRecord
from quarterdeck.office.vocabulary import BatchState

ANSWER_SECONDS = 10
CSRF = "k" * 32
JOBS_A_SEAL = 20
FORM = "application/x-www-form-urlencoded"
# A call that is resolved on the phone, as the page of quick entry sends it.
CALL = {
    "impact": "3",
    "urgency": "3",
    "kind": TicketKind.INCIDENT.value,
    "channel": Channel.PHONE.value,
    "resolve": "1",
    "resolution": "Told where.",
    "true_category": "Advice",
}
COMMAND = (sys.executable, "-m", "quarterdeck.config.command")


@dataclass(frozen=True)
class Load:
    """What is to be done: files with tickets of five events each, calls, jobs; and the kills."""

    files: int
    tickets_a_file: int
    calls: int
    jobs: int
    kills: int


@dataclass
class Crew:
    """The processes of one installation; each has a group of its own, which dies as one."""

    house: House
    ports: tuple[int, int]
    cookies: str = ""
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    dead: list[int] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Start two web servers and two workers, and wait until the web servers answer."""
        self.running = [self._start(place) for place in range(4)]
        self.await_answers()

    def await_answers(self) -> None:
        """Wait until both web servers answer."""
        for port in self.ports:
            _wait(partial(self._answers, port))

    def _answers(self, port: int) -> bool:
        return self.ask(port, "/health") == HTTPStatus.OK

    def _start(self, place: int) -> "subprocess.Popen[bytes]":
        serve = (*COMMAND, "serve", "--bind", f"127.0.0.1:{self.ports[place % 2]}")
        words = serve if place < len(self.ports) else (sys.executable, "-m", WORKER, "0.1")
        with (self.house.home / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 — our own interpreter and programs
                words,
                env={**self.house.environment, "QUARTERDECK_WEB_PROCESSES": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def strike(self, chance: random.Random) -> None:
        """Kill one process with all its children, and start another in its place."""
        place = chance.randrange(len(self.running))
        victim = self.running[place]
        _kill(victim)
        self.struck["web" if place < len(self.ports) else "worker"] += 1
        self.dead.append(victim.pid)
        self.running[place] = self._start(place)

    def stop(self) -> None:
        """End all that is left."""
        for process in self.running:
            _kill(process)

    def bury(self) -> None:
        """Let the leases of killed workers run out at once, and not in two minutes."""
        for process in self.dead:
            JobLease.objects.filter(worker__contains=f":{process}:").update(expires_at=clock.now())

    def ask(self, port: int, path: str, body: bytes | None = None, kind: str = "") -> int:
        """Ask a web server; return the status of its answer, 0 where none came."""
        headers = {"Cookie": self.cookies, "X-CSRFToken": CSRF, "Content-Type": kind}
        address = f"http://127.0.0.1:{port}{path}"
        asked = urllib.request.Request(address, body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 — the address is of our own server
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, HTTPException):
            # The server has died before or in the middle of its answer.
            return 0


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def manned(house: House) -> Iterator[Crew]:
    """Start the crew of an installation, with somebody signed in who may import."""
    (house.home / "secret-key").write_text(settings.SECRET_KEY)
    ContentType.objects.clear_cache()
    actor, at = operator(), clock.now()
    account = add_account(username="driver", actor=actor, at=at)
    assign_role(account=account, role=Role.IT_MANAGER, actor=actor, at=at)
    client = Client()
    client.force_login(account)
    crew = Crew(house, (free_port(), free_port()))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    crew.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={CSRF}"
    connection.close()
    try:
        crew.start()
        yield crew
    finally:
        crew.stop()


def work_through(crew: Crew, load: Load, chance: random.Random) -> None:
    """Drive the load to its end while processes are killed at random moments."""
    logs = _write_logs(crew.house.home, load)
    done = threading.Event()
    killer = threading.Thread(target=_strike, args=(crew, load.kills, chance, done))
    killer.start()
    given, moved = 0, Movement()
    try:
        while killer.is_alive() or given < load.jobs or not _is_done(load):
            moved.look(_done(crew, given))
            crew.bury()
            for _ in range(min(5, load.jobs - given)):
                enqueue(toll, number=given)
                given += 1
                if given % JOBS_A_SEAL == 0:
                    enqueue(seal)
            _push(crew, logs)
            _call(crew, load)
            time.sleep(0.05)
    finally:
        done.set()
        killer.join()
    if crew.struck.total() < load.kills:
        raise TimeoutError(f"Only {crew.struck.total()} of {load.kills} kills: {_state()}")


@dataclass
class Movement:
    """How long nothing has moved. A busy machine takes its time, so there is no other limit."""

    seen: tuple[int, ...] = ()
    since: float = field(default_factory=time.monotonic)

    def look(self, done: tuple[int, ...]) -> None:
        """Compare what is done with what was; TimeoutError after PATIENCE without a difference."""
        if done != self.seen:
            self.seen, self.since = done, time.monotonic()
        elif time.monotonic() - self.since > PATIENCE:
            raise TimeoutError(f"Nothing moved for {PATIENCE:.0f} s: {done}, {_state()}")


def _strike(crew: Crew, kills: int, chance: random.Random, done: threading.Event) -> None:
    """Strike again once the web servers are up: nobody works on an installation that is down."""
    for _ in range(kills):
        crew.await_answers()
        if done.wait(chance.uniform(0.1, 2.0)):
            return
        crew.strike(chance)


def _write_logs(folder: Path, load: Load) -> dict[str, bytes]:
    """Write one log for each source; tickets of different sources have different numbers."""
    logs = {}
    for number in range(load.files):
        path = write_log(folder / f"log-{number}.csv", load.tickets_a_file)
        logs[f"source-{number}"] = path.read_bytes().replace(b"INC0", f"INC{number + 1}X".encode())
    return logs


def _push(crew: Crew, logs: dict[str, bytes]) -> None:
    """Take each file one step further, through whichever web server answers."""
    states = dict(ImportBatch.objects.order_by("pk").values_list("source", "state"))
    keys = dict(ImportBatch.objects.order_by("pk").values_list("source", "pk"))
    for source, content in logs.items():
        port = random.choice(crew.ports)  # noqa: S311 — nothing to guess
        if source not in states:
            body, kind = form_of_file(
                {"profile": PROFILE, "source": source, "zone": "UTC"}, content
            )
            crew.ask(port, reverse("office.import"), body, kind)
        elif states[source] == BatchState.EXAMINED:
            body, kind = form_of_file({"accept": "all"}, b"")
            crew.ask(port, reverse("office.import.decide", args=[keys[source]]), body, kind)


def _call(crew: Crew, load: Load) -> None:
    """Send the form of the next call that is not taken down yet; a lost answer is sent again."""
    known = set(Ticket.objects.filter(source=SOURCE).values_list("entry_key", flat=True))
    key = next((key for key in map(_call_key, range(load.calls)) if key not in known), None)
    if key is not None:
        body = urlencode({**CALL, "title": f"Call {key}", "entry_key": key}).encode()
        crew.ask(random.choice(crew.ports), reverse("desk.new"), body, FORM)  # noqa: S311 — which server is asked is no secret


def _call_key(number: int) -> str:
    return f"call-{number:06}"


def form_of_file(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    """Return a form with a file as RFC 7578 has it, and its media type."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="log.csv"\r\n\r\n'
    return b"".join(
        [*parts, head, content, b"\r\n--edge--\r\n"]
    ), "multipart/form-data; boundary=edge"


def _is_done(load: Load) -> bool:
    applied = ImportBatch.objects.filter(state=BatchState.APPLIED).values("source").distinct()
    echoes = Announcement.objects.filter(topic="background.echo").count()
    waiting = Delivery.objects.filter(delivered_at__isnull=True).exists()
    calls = Ticket.objects.filter(source=SOURCE).count()
    done = applied.count() >= load.files and echoes >= load.jobs and calls >= load.calls
    return done and not waiting


def _done(crew: Crew, given: int) -> tuple[int, ...]:
    """Return figures of what is done, none of which grows by what only goes round and round."""
    return (
        given,
        crew.struck.total(),
        Announcement.objects.filter(topic="background.echo").count(),
        Delivery.objects.filter(delivered_at__isnull=False).count(),
        Ticket.objects.filter(source=SOURCE).count(),
        ImportBatch.objects.filter(state__in=(BatchState.EXAMINED, BatchState.APPLIED)).count(),
        ImportBatch.objects.filter(state=BatchState.APPLIED).count(),
    )


def _state() -> str:
    batches = list(ImportBatch.objects.values_list("source", "state"))
    jobs = list(DBTaskResult.objects.values_list("task_path", "status").annotate(Count("pk")))
    calls = Ticket.objects.filter(source=SOURCE).count()
    return f"{batches} {jobs}, {calls} calls"


def faults(load: Load) -> list[str]:
    """Say what was lost, done twice or left half; an empty list means that all is well."""
    found = [f"guard {each}" for each in differences(connection)]
    for topic in ("background.toll", "background.echo"):
        numbers = Announcement.objects.filter(topic=topic).values_list("payload__number", flat=True)
        if sorted(numbers) != list(range(load.jobs)):
            found.append(f"{topic}: {len(numbers)} of {load.jobs}")
    for path, count in _failed().items():
        found.append(f"{path} failed {count} times")
    return [*found, *_faults_of_tickets(load), *_faults_of_calls(load), *_faults_of_seals()]


def _failed() -> Counter[str]:
    return Counter(DBTaskResult.objects.filter(status="FAILED").values_list("task_path", flat=True))


def _faults_of_tickets(load: Load) -> Iterator[str]:
    wanted = load.files * load.tickets_a_file
    imported = Ticket.objects.filter(batch__isnull=False)
    if imported.count() != wanted:
        yield f"{imported.count()} tickets, expected {wanted}"
    standing = (
        StateChange.objects.standing()
        .filter(ticket__in=imported)
        .values("ticket")
        .annotate(changes=Count("pk"), first=Min("sequence"), last=Max("sequence"))
    )
    shapes = Counter((each["changes"], each["last"] - each["first"] + 1) for each in standing)
    if set(shapes) - {(len(STATES), len(STATES))}:
        yield f"tickets with other changes than {len(STATES)}: {shapes}"
    unprojected = Ticket.objects.exclude(state=TicketState.RESOLVED, last_fix_at__isnull=False)
    if unprojected.exists():
        yield f"{unprojected.count()} tickets are not what their changes say"
    done = ImportBatch.objects.filter(state=BatchState.APPLIED)
    if StagedRecord.objects.filter(batch__in=done).exists():
        yield "staged records are left of applied batches"


def _faults_of_calls(load: Load) -> Iterator[str]:
    """A call is a ticket with the next number, its changes, act and history, or nothing."""
    calls = Ticket.objects.filter(source=SOURCE).order_by("pk")
    if list(calls.values_list("entry_key", flat=True).order_by("entry_key")) != [
        _call_key(number) for number in range(load.calls)
    ]:
        yield f"{calls.count()} calls, expected {load.calls} different ones"
    if list(calls.values_list("number", flat=True)) != [
        f"T-{number + 1:06}" for number in range(calls.count())
    ]:
        yield "the numbers of calls have a gap or a double"
    acts = Act.objects.filter(verb__endswith=".resolve_at_once").count()
    if acts != calls.count():
        yield f"{acts} acts for {calls.count()} calls"
    kept = Counter(
        HistoryEntry.objects.filter(table=Ticket._meta.db_table).values_list("row", flat=True)
    )
    rows = calls.annotate(changes=Count("state_changes")).values_list(
        "pk", "state", "version", "changes"
    )
    shapes = {(state, version, changes, kept[str(pk)]) for pk, state, version, changes in rows}
    if len(shapes) > 1 or {shape[0] for shape in shapes} - {TicketState.RESOLVED}:
        yield f"calls were done by half (state, version, changes, kept): {sorted(shapes)}"


def _faults_of_seals() -> Iterator[str]:
    """Seal what is left, and compute the whole chain again."""
    seal_rows(actor=operator(), at=clock.now())
    verification = verify()
    rows = sum(model._default_manager.count() for model in sealed_models())
    if verification.fault:
        yield verification.fault
    if verification.rows != rows:
        yield f"{verification.rows} of {rows} rows are sealed"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(look: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.1)
