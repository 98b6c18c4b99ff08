"""Health, metrics, the nightly backup and what stays of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from quarterdeck.config.command import main
from quarterdeck.config.operation.figures import figures
from quarterdeck.config.operation.jobs import nightly_backup
from quarterdeck.config.operation.requests import Requests, Tally, counted, forget_dead_processes
from quarterdeck.config.operation.retention import kept, prune
from quarterdeck.config.operation.standing import Finding, readiness
from quarterdeck.core import clock
from quarterdeck.core.acts import labelled
from quarterdeck.core.jobs import enqueue, run_worker
from quarterdeck.core.outbox import announce
from quarterdeck.core.tests.background.house import House, copied, migrated

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
NIGHTLY = "config.operation.nightly_backup"


def nights(count: int) -> list[datetime]:
    """Return the instants of so many nightly backups up to and with AT, a Monday."""
    return [AT - timedelta(days=back) for back in range(count)]


def touch(folder: Path, at: datetime, occasion: str = "nightly") -> Path:
    path = folder / f"quarterdeck-{occasion}-{at:%Y%m%dT%H%M%S%f}Z.zip"
    path.touch()
    return path


def finding(title: str) -> Finding:
    return next(each for each in readiness(clock.now()) if each.title == title)


def test_seven_days_and_the_last_of_four_weeks_are_kept() -> None:
    """Monday 2 March 2026: the days back to 24 February, and the Sundays before each Monday."""
    sundays = [datetime(2026, 2, day, 1, 30, tzinfo=UTC) for day in (22, 15)]

    assert kept(nights(60)) == {*nights(7), *sundays}


def test_nights_without_a_backup_push_nothing_out() -> None:
    long_ago = [AT - timedelta(days=300 + back) for back in range(3)]

    assert kept([AT, *long_ago]) == {AT, *long_ago}


def test_of_one_day_the_last_is_kept() -> None:
    earlier = AT - timedelta(minutes=20)

    assert kept([AT, earlier]) == {AT}


def test_only_nightly_backups_are_removed(tmp_path: Path) -> None:
    by_hand = touch(tmp_path, AT - timedelta(days=400), "before-upgrade")
    strange = tmp_path / "holiday.zip"
    strange.touch()
    for at in nights(20):
        touch(tmp_path, at)

    removed = prune(tmp_path)

    assert (len(removed), by_hand.exists(), strange.exists()) == (11, True, True)


@pytest.fixture
def house(
    tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """An installation whose database is a file or on a server, and a folder for its backups."""
    original, home = tmp_path / "house_of_nights", tmp_path / "home"
    original.mkdir()
    home.mkdir()
    settings.HOME, settings.BACKUP_FOLDER = home, str(tmp_path / "backups")
    with django_db_blocker.unblock(), migrated(original) as first, copied(first, home) as fresh:
        yield fresh


@pytest.mark.usefixtures("house")
def test_the_nightly_job_takes_a_verified_backup_and_removes_old_ones(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for at in nights(20):
        touch(folder, at)
    enqueue(nightly_backup)

    run_worker(until_idle=True)

    # Today's, the six nights before it, and one Sunday: that is seven days in four weeks.
    assert (len(list(folder.iterdir())), finding("Backup").is_well) == (8, True)


@pytest.mark.django_db
def test_without_a_folder_nothing_is_backed_up_and_check_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert nightly_backup.func() == {"taken": ""}
    assert main(["check"]) == 0
    assert "None is set up" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_old_backup_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER = str(tmp_path)
    touch(tmp_path, clock.now() - timedelta(days=3))

    assert main(["check"]) == 1


@pytest.mark.django_db
def test_a_folder_without_any_backup_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER = str(tmp_path)

    assert (finding("Backup").is_well, finding("Backup").told) == (
        False,
        "None has been taken yet.",
    )


@pytest.mark.django_db
def test_an_installation_without_a_worker_is_not_ready_and_says_no_more_to_strangers() -> None:
    response = Client().get("/health/ready")

    assert (response.status_code, response.content) == (503, b"not ready")


@pytest.mark.django_db(transaction=True)
def test_an_installation_whose_worker_has_run_a_job_is_ready() -> None:
    run_worker(until_idle=True)

    response = Client().get("/health/ready")

    assert (response.status_code, response.content) == (200, b"ready")


@pytest.mark.django_db
def test_a_missing_migration_is_named() -> None:
    MigrationRecorder.Migration.objects.filter(app="core", name="0001_initial").delete()

    assert (finding("Migrations").is_well, "core.0001_initial" in finding("Migrations").told) == (
        False,
        True,
    )


@pytest.mark.django_db
def test_the_simple_answer_asks_nothing_of_the_database(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]  # the fixture is a context manager
        Client().get("/health")


@pytest.mark.django_db
def test_the_queue_is_counted_with_the_age_of_its_oldest_job() -> None:
    enqueue(NIGHTLY, not_before=AT - timedelta(minutes=2))
    enqueue(NIGHTLY, not_before=AT + timedelta(hours=1))

    seen = figures(AT)

    assert (seen.jobs["ready"], seen.oldest_waiting_seconds) == (2, 120)


@pytest.mark.django_db
def test_news_that_is_late_is_told_by_its_age() -> None:
    with labelled("operator"):
        announce("nobody.listens", {}, AT - timedelta(minutes=1))

    assert (figures(AT).undelivered, figures(AT).outbox_lag_seconds) == (1, 60)


@pytest.mark.django_db
def test_the_size_of_the_database_is_known() -> None:
    on_disk = connection.vendor == "postgresql" or "memory" not in connection.settings_dict["NAME"]

    assert (figures(AT).database_bytes > 100_000) == on_disk


def sample(text: str, name: str) -> str:
    """Return the value of one sample in Prometheus' text."""
    return next(line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(name))


@pytest.mark.django_db
def test_each_answer_is_counted_once() -> None:
    client = Client()
    before = counted().by_status.get(404, 0)

    client.get("/no/such/page")

    text = client.get("/metrics").content.decode()
    assert sample(text, 'quarterdeck_requests_total{status="404"}') == str(before + 1)


@pytest.mark.django_db
def test_every_metric_says_what_it_is_and_has_values() -> None:
    lines = Client().get("/metrics").content.decode().splitlines()

    helped = [line.split()[2] for line in lines if line.startswith("# HELP")]
    typed = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    valued = {line.partition("{")[0].partition(" ")[0] for line in lines if line[0] != "#"}
    histogram = {
        f"quarterdeck_request_duration_seconds_{end}" for end in ("bucket", "sum", "count")
    }
    assert helped == typed
    assert valued - histogram == {*helped} - {"quarterdeck_request_duration_seconds"}


def test_what_several_processes_count_is_added_up(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    tally = Tally(tmp_path / "metrics")
    tally.add(200, 0.004)
    tally.add(200, 0.3)
    tally.add(503, 60)
    (tmp_path / "metrics" / "0").write_bytes(next((tmp_path / "metrics").iterdir()).read_bytes())

    buckets = (2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2)
    assert counted() == Requests({200: 4, 503: 2}, buckets, 120.608)


def test_a_new_web_server_forgets_the_counts_of_dead_processes(
    settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    Tally(tmp_path / "metrics").add(200, 0)
    (tmp_path / "metrics" / "99999999").write_bytes(
        next((tmp_path / "metrics").iterdir()).read_bytes()
    )

    forget_dead_processes()

    assert counted().by_status == {200: 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer of the house"}, 200),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer of ill will"}, 404),
    ],
)
def test_metrics_are_for_this_machine_and_for_those_who_know_the_token(
    sent: dict[str, str], status: int, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "of the house"  # noqa: S105 — of a test

    assert Client().get("/metrics", headers=None, **sent).status_code == status  # type: ignore[arg-type]  # the surroundings of a request


@pytest.mark.django_db
def test_behind_a_proxy_this_machine_needs_the_token_too(settings: Settings) -> None:
    settings.BEHIND_PROXY = True

    assert Client().get("/metrics").status_code == 404


@pytest.mark.django_db
def test_migrations_know_nothing_of_operation() -> None:
    """It has no tables of its own, so that a backup needs none to be taken."""
    call_command("makemigrations", "operation", check=True, dry_run=True, verbosity=0)
