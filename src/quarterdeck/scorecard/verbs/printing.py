"""Printed scorecards: asked for by people, made by a worker, kept for as long as they hold."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from quarterdeck.core.acts import verb
from quarterdeck.core.erasure import erasures_ended
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue_once, note_progress, release, watched
from quarterdeck.core.measures import Terms
from quarterdeck.core.models import Account
from quarterdeck.core.sealing import hold_chain
from quarterdeck.office.gateways.printing import pdf_of
from quarterdeck.office.queries import organisation
from quarterdeck.scorecard.gateways.paper import Sheet, sheet_of
from quarterdeck.scorecard.models import PrintedScorecard, PrintRequest
from quarterdeck.scorecard.models.printing import PrintRequestQuerySet
from quarterdeck.scorecard.queries.board import wanted_readings
from quarterdeck.scorecard.queries.printing import PRINT, Question
from quarterdeck.scorecard.queries.readings import Answers
from quarterdeck.scorecard.verbs.cached_readings import take_readings

# What may still change, and what nobody was served, is kept for so long.
KEPT = timedelta(days=7)
# So many of one person's are made side by side, and so many in a day, so that no one fills the
# queue or the disk.
MOST_WAITING, MOST_A_DAY = 3, 40
_A_DAY = timedelta(days=1)
MOST_BYTES = 20 * 1_024**2
# Nobody's request waits for the press, which bounds its own CPU time.
_PRESS_SECONDS = 180


class EvidenceMoves(Exception):
    """Evidence is being brought in or taken back; the figures can be read once that is done."""


class SomebodyErased(Exception):
    """Somebody was erased while this was printed; it has to be laid out anew."""


@verb
def ask_for_print(*, question: Question, actor: Account, at: datetime) -> PrintRequest:
    """Have a worker print a scorecard; whoever waits for the same already goes on waiting.

    Refused where the account has too many waiting, or has asked for too many within a day.
    """
    # Of two that one person asks for at once, the second sees the first.
    Account.objects.select_for_update(no_key=True).get(pk=actor.pk)
    own = PrintRequest.objects.filter(asked_by=actor)
    row = own.waiting().filter(question=question.key).first()
    if row is None:
        _ask_room(own, at)
        row = PrintRequest.objects.create(
            question=question.key, asked_by=actor, asked_at=at, **question.told
        )
    enqueue_once(PRINT, question.key, **question.told)
    return row


def _ask_room(own: PrintRequestQuerySet, at: datetime) -> None:
    waiting = own.waiting().values_list("question", flat=True)
    if sum(job.is_unfinished for job in watched(PRINT, *waiting).values()) >= MOST_WAITING:
        raise Refused(
            f"{MOST_WAITING} PDFs of yours are being made already; wait until one is there."
        )
    if own.filter(asked_at__gt=at - _A_DAY).count() >= MOST_A_DAY:
        raise Refused(
            f"You have asked for {MOST_A_DAY} PDFs within a day, which is the most; those that "
            "were made are listed under “Printed scorecards”."
        )


def print_scorecard(
    *,
    question: Question,
    slices: Callable[[], Callable[[], bool]],
    actor: Account,
    at: datetime,
) -> PrintedScorecard | None:
    """Make the file that a question is asked for, and hand it to all who wait for it; None where
    nobody does any more.

    Readings that are not kept are taken in `slices`. Where a file that says the same is kept, it is
    handed over, and none is made. A run that is killed has handed over nothing, nor has one during
    which somebody was erased.
    """
    waiting = PrintRequest.objects.waiting().filter(question=question.key)
    keys = list(waiting.values_list("pk", flat=True))
    if not keys:
        return None
    erasures = erasures_ended()
    found = _readings(question, slices, actor, at)
    with timezone.override(organisation().tzinfo):
        sheet = sheet_of(
            measures=question.measures,
            period=question.period,
            scope=question.scope,
            terms=Terms(at, question.calendar),
            found=found,
        )
    expires_at = None if sheet.is_settled else at + KEPT
    same = PrintedScorecard.objects.filter(digest=sheet.digest)
    # What is asked for again is kept longer, so that it is still there below.
    content = b"" if same.update(expires_at=expires_at) else _pressed(sheet)
    with transaction.atomic():
        hold_chain()
        if erasures_ended() != erasures:
            raise SomebodyErased(SomebodyErased.__doc__)
        return _hand_over(question, keys, sheet, content, at)


def _readings(
    question: Question, slices: Callable[[], Callable[[], bool]], actor: Account, at: datetime
) -> Answers:
    """Return every reading of the scorecard and its trends; say how far this is after each
    slice."""
    terms = Terms(at, question.calendar)
    wanted = wanted_readings(question.measures, question.period, question.scope)
    while True:
        found = take_readings(wanted=wanted, go_on=slices(), terms=terms, actor=actor, at=at)
        # The last step is the printing.
        note_progress(PRINT, question.key, done=found.done, of=found.of + 1)
        if not found.missing:
            return found
        if not found.computed:
            raise EvidenceMoves(EvidenceMoves.__doc__)


def _pressed(sheet: Sheet) -> bytes:
    content = pdf_of(sheet.html, patience=_PRESS_SECONDS)
    if len(content) > MOST_BYTES:
        raise Refused(
            f"The PDF would have {len(content):,} bytes; at most {MOST_BYTES:,} are kept. Ask for "
            "a smaller scope, or for a month."
        )
    return content


def _hand_over(
    question: Question, keys: Sequence[int], sheet: Sheet, content: bytes, at: datetime
) -> PrintedScorecard:
    """Keep the file and give it to those who were waiting when its figures were read; whoever has
    asked since gets a run of the job that reads them again."""
    release(PRINT, question.key)
    printed, _ = PrintedScorecard.objects.get_or_create(
        digest=sheet.digest,
        defaults={
            "content": content,
            "size": len(content),
            "made_at": at,
            "expires_at": None if sheet.is_settled else at + KEPT,
            "seal": sheet.seal,
        },
    )
    waiting = PrintRequest.objects.waiting().filter(question=question.key)
    waiting.filter(pk__in=keys).update(printed=printed)
    if waiting.exists():
        enqueue_once(PRINT, question.key, **question.told)
    return printed


def remove_old_prints(*, actor: Account, at: datetime) -> int:  # noqa: ARG001 — every verb is asked for somebody
    """Remove printed scorecards that are kept no longer, and requests that came to nothing; return
    how many files went."""
    old = PrintedScorecard.objects.filter(expires_at__lte=at)
    with transaction.atomic():
        # Nobody needs the pages in memory to remove them.
        _, removed = old.only("pk").delete()
        PrintRequest.objects.waiting().filter(asked_at__lte=at - KEPT).delete()
    return removed.get(PrintedScorecard._meta.label, 0)
