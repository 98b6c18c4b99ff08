"""The text that Prometheus reads (text format 0.0.4).

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import accumulate

from quarterdeck.config.operation.figures import figures
from quarterdeck.config.operation.requests import BOUNDS, Requests, counted
from quarterdeck.config.operation.standing import last_backup_at

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, float]


def metrics_text(at: datetime) -> str:
    """Return every metric, with what it means and of which type it is."""
    return "".join(f"{line}\n" for line in _lines(at))


def _lines(at: datetime) -> Iterator[str]:
    requests, present, backup_at = counted(), figures(at), last_backup_at()
    yield from _metric(
        "requests_total",
        "counter",
        "Requests answered since the web server was started.",
        ((f'{{status="{status}"}}', count) for status, count in requests.by_status.items()),
    )
    yield from _metric(
        "request_duration_seconds",
        "histogram",
        "How long the answers took, static files included.",
        _histogram(requests),
    )
    yield from _metric(
        "jobs",
        "gauge",
        "Jobs by state; those that ended are removed after some weeks.",
        ((f'{{state="{state}"}}', count) for state, count in present.jobs.items()),
    )
    for name, told, value in (
        ("oldest_waiting_job_seconds", "How long ago the oldest waiting job was due.",
         present.oldest_waiting_seconds),
        ("undelivered_announcements", "News that a reaction has not answered yet.",
         present.undelivered),
        ("outbox_lag_seconds", "Age of the oldest news that is not delivered.",
         present.outbox_lag_seconds),
        ("database_bytes", "Size of the database.", present.database_bytes),
    ):  # fmt: skip
        yield from _metric(name, "gauge", told, [("", value)])
    if backup_at:
        told = "When the last backup was taken, as Unix time."
        yield from _metric(
            "last_backup_timestamp_seconds", "gauge", told, [("", backup_at.timestamp())]
        )


def _histogram(requests: Requests) -> Iterator[Sample]:
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    sums = list(accumulate(requests.by_bucket))
    for bound, count in zip(bounds, sums, strict=True):
        yield f'_bucket{{le="{bound}"}}', count
    yield "_sum", requests.seconds
    yield "_count", sums[-1]


def _metric(name: str, kind: str, told: str, samples: Iterable[Sample]) -> Iterator[str]:
    full = f"quarterdeck_{name}"
    yield f"# HELP {full} {told}"
    yield f"# TYPE {full} {kind}"
    for label, value in samples:
        yield f"{full}{label} {value:.15g}"
