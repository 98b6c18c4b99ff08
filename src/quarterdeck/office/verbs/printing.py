"""Printed papers: asked for by people, made by a worker, kept for as long as they hold."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.erasure import erasures_ended
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue_once, release, watched
from quarterdeck.core.models import Account
from quarterdeck.core.sealing import hold_chain
from quarterdeck.office.gateways.printing import LaidOut, pdf_of
from quarterdeck.office.models import PrintedPaper, PrintRequest
from quarterdeck.office.models.printing import PrintRequestQuerySet
from quarterdeck.office.queries.printing import Question

# What may still change, and what nobody was served, is kept for so long.
KEPT = timedelta(days=7)
# So many of one person's are made side by side, and so many in a day, so that no one fills the
# queue or the disk.
MOST_WAITING, MOST_A_DAY = 3, 40
_A_DAY = timedelta(days=1)
MOST_BYTES = 20 * 1_024**2
# Nobody's request waits for the press, which bounds its own CPU time.
_PRESS_SECONDS = 180


class SomebodyErased(Exception):
    """Somebody was erased while this was printed; it has to be laid out anew."""


@verb
def ask_for_print(*, question: Question, actor: Account, at: datetime) -> PrintRequest:
    """Have a worker print a paper that the account may read; whoever waits for the same already
    goes on waiting.

    Refused where the account has too many waiting, or has asked for too many within a day.
    """
    # Of two that one person asks for at once, the second sees the first.
    Account.objects.select_for_update(no_key=True).get(pk=actor.pk)
    own = PrintRequest.objects.filter(asked_by=actor)
    row = own.waiting().filter(job=question.job, question=question.key).first()
    if row is None:
        _ask_room(own, at)
        row = PrintRequest.objects.create(
            job=question.job,
            question=question.key,
            told=question.told,
            asked_by=actor,
            asked_at=at,
        )
    enqueue_once(question.job, question.key, **question.told)
    return row


def _ask_room(own: PrintRequestQuerySet, at: datetime) -> None:
    by_job = dict[str, list[str]]()
    for job, question in own.waiting().values_list("job", "question"):
        by_job.setdefault(job, []).append(question)
    waiting = [run for job, some in by_job.items() for run in watched(job, *some).values()]
    if sum(run.is_unfinished for run in waiting) >= MOST_WAITING:
        raise Refused(
            f"{MOST_WAITING} PDFs of yours are being made already; wait until one is there."
        )
    if own.filter(asked_at__gt=at - _A_DAY).count() >= MOST_A_DAY:
        raise Refused(
            f"You have asked for {MOST_A_DAY} PDFs within a day, which is the most; those that "
            "were made are listed under “Printed papers”."
        )


def print_paper(
    *,
    question: Question,
    lay_out: Callable[[], LaidOut],
    actor: Account,  # noqa: ARG001 — every verb is asked for somebody
    at: datetime,
) -> PrintedPaper | None:
    """Make the file that a question is asked for, and hand it to all who wait for it; None where
    nobody does any more.

    `lay_out` reads what it says. Where a file that says the same is kept, it is handed over, and
    none is made. A run that is killed has handed over nothing, nor has one during which somebody
    was erased.
    """
    waiting = PrintRequest.objects.waiting().filter(job=question.job, question=question.key)
    keys = list(waiting.values_list("pk", flat=True))
    if not keys:
        return None
    erasures = erasures_ended()
    sheet = lay_out()
    expires_at = None if sheet.is_settled else at + KEPT
    same = PrintedPaper.objects.filter(digest=sheet.digest)
    # What is asked for again is kept longer, so that it is still there below.
    content = b"" if same.update(expires_at=expires_at) else _pressed(sheet)
    with transaction.atomic():
        hold_chain()
        if erasures_ended() != erasures:
            raise SomebodyErased(SomebodyErased.__doc__)
        return _hand_over(question, keys, sheet, content, at)


def _pressed(sheet: LaidOut) -> bytes:
    content = pdf_of(sheet.html, patience=_PRESS_SECONDS)
    if len(content) > MOST_BYTES:
        raise Refused(
            f"The PDF would have {len(content):,} bytes; at most {MOST_BYTES:,} are kept. Ask for "
            "less at once, such as a smaller scope or a month."
        )
    return content


def _hand_over(
    question: Question, keys: Sequence[int], sheet: LaidOut, content: bytes, at: datetime
) -> PrintedPaper:
    """Keep the file and give it to those who were waiting when it was laid out; whoever has asked
    since gets a run of the job that lays it out again."""
    release(question.job, question.key)
    printed, _ = PrintedPaper.objects.get_or_create(
        digest=sheet.digest,
        defaults={
            "content": content,
            "size": len(content),
            "made_at": at,
            "expires_at": None if sheet.is_settled else at + KEPT,
            "seal": sheet.seal,
        },
    )
    waiting = PrintRequest.objects.waiting().filter(job=question.job, question=question.key)
    waiting.filter(pk__in=keys).update(printed=printed)
    if waiting.exists():
        enqueue_once(question.job, question.key, **question.told)
    return printed


def remove_old_prints(*, actor: Account, at: datetime) -> int:  # noqa: ARG001 — every verb is asked for somebody
    """Remove printed papers that are kept no longer, and requests that came to nothing; return
    how many files went."""
    old = PrintedPaper.objects.filter(expires_at__lte=at)
    with transaction.atomic():
        # Nobody needs the pages in memory to remove them.
        _, removed = old.only("pk").delete()
        PrintRequest.objects.waiting().filter(asked_at__lte=at - KEPT).delete()
    return removed.get(PrintedPaper._meta.label, 0)
