"""What is worth finding in the demo department, and on which page one finds it.

Each line is proven by a test of its own, through the product's measures and queries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from quarterdeck.config.demo import cast
from quarterdeck.config.demo.remarks import TRUE_CAUSES
from quarterdeck.config.demo.sources import MONITOR
from quarterdeck.config.demo.steering import WANDERING
from quarterdeck.config.demo.story import MONTHS, Story
from quarterdeck.core.models import Team
from quarterdeck.office.models import ImportBatch, SavedView
from quarterdeck.office.vocabulary import BatchState

LAST = MONTHS - 1
PRINTING = "service:Printing"


@dataclass(frozen=True)
class Problem:
    """One thing that somebody who looks should notice; `page` gives the address that shows it."""

    key: str
    title: str
    page: Callable[[Story], str]


def _measure(key: str, month: int, scope: str = "organisation") -> Callable[[Story], str]:
    """Return the page of a measure in one of the story's months."""
    return lambda story: (
        reverse("scorecard.measure", args=[key])
        + "?"
        + urlencode({"period": f"{story.month(month):%Y-%m}", "scope": scope})
    )


def _list(name: str, **asked: str) -> Callable[[Story], str]:
    return lambda _story: reverse(name) + ("?" + urlencode(asked) if asked else "")


def _view(name: str) -> Callable[[Story], str]:
    """Return the ticket list as one of the shared views asks for it."""
    return lambda _story: (
        reverse("desk.ticket.list") + "?" + SavedView.objects.get(name=name).parameters
    )


def _load(_story: Story) -> str:
    team = Team.objects.get(name=cast.SERVERS)
    return reverse("desk.ticket.list") + "?" + urlencode({"team": team.pk})


def _waiting(_story: Story) -> str:
    batch = ImportBatch.objects.get(state=BatchState.EXAMINED)
    return reverse("office.importbatch.detail", args=[batch.pk])


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        "comes-back",
        "Half of the printing tickets come back after they were resolved.",
        _measure("desk.reopen_rate", LAST, PRINTING),
    ),
    Problem(
        "ageing",
        "Business Applications has an ageing backlog, and nobody acts on it.",
        _measure("desk.backlog_age", LAST, str(WANDERING)),
    ),
    Problem(
        "wandering",
        "Tickets about business applications wander from team to team.",
        _measure("desk.reassignment_rate", LAST, str(WANDERING)),
    ),
    Problem(
        "missing-month",
        "Of one month nothing was recorded: it reads “not enough evidence”, and not zero.",
        _measure("desk.cycle_time", Story.HOLE),
    ),
    Problem(
        "true-cause",
        "What is reported as a fault of email is most often an expired sign-in.",
        _view(TRUE_CAUSES),
    ),
    Problem(
        "one-person",
        "In Servers and Storage one person works on most of the tickets.",
        _load,
    ),
    Problem(
        "skewed-clock",
        "The network monitor’s clock is ahead: its tickets are fixed before they are reported.",
        _measure("desk.cycle_time", LAST, f"source:{MONITOR}"),
    ),
    Problem(
        "outage",
        "An outage of the network brought the busiest month.",
        _measure("desk.cycle_time", Story.OUTAGE),
    ),
    Problem(
        "new-process",
        "Since the new process began, routine work takes less time.",
        _measure("desk.cycle_time", LAST),
    ),
    Problem(
        "late-answers",
        "Nearly everything is resolved in the promised time, but answered far too late.",
        _measure("desk.sla_response_kept", LAST),
    ),
    Problem(
        "restatement",
        "A part of one closed month came in late: one reading is restated, others are due.",
        _measure("desk.reopen_rate", Story.LATE),
    ),
    Problem(
        "late-actions",
        "Some corrective actions were done after their day, and one is long overdue.",
        _list("planning.correctiveaction.list"),
    ),
    Problem(
        "withdrawn",
        "A file of another system was taken in and withdrawn; readings say what they leave out.",
        _measure("desk.cycle_time", Story.LATE_FOUND),
    ),
    Problem(
        "waiting-import",
        "A file waits for a decision; one of its records has an error.",
        _waiting,
    ),
    Problem(
        "refused-mail",
        "One mail was refused by the mail server.",
        _list("office.outgoingmail.list", state="refused"),
    ),
)
