"""Notices: what somebody is told inside the product, and which of it they may still see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from quarterdeck.core.models import Account
from quarterdeck.office.models import Notice
from quarterdeck.office.queries.letters import newest_redaction
from quarterdeck.office.queries.mail_kinds import all_mail_kinds, mail_subject

A_PAGE = 30


@dataclass(frozen=True)
class ToldNotice:
    """A notice as its reader may read it now: its kind, and its words where they may be shown.

    `is_open` says whether what it is about is theirs to see and not settled: else it has no words,
    and leads nowhere.
    """

    notice: Notice
    kind: str
    words: str
    is_open: bool


def own_notices(account: Account, *, unread: bool, before: int | None) -> list[Notice]:
    """Return somebody's notices, newest first, one more than a page holds; older than a key."""
    rows = Notice.objects.visible_to(account)
    rows = rows.unread() if unread else rows
    rows = rows if before is None else rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: A_PAGE + 1])


def as_told(account: Account, notices: Sequence[Notice]) -> list[ToldNotice]:
    """Return notices as their reader may read them: one question for each kind of subject."""
    seen, newest = _seen(account, notices), newest_redaction()
    titles = {kind.key: kind.title for kind in all_mail_kinds()}
    told = []
    for each in notices:
        is_open = each.about in seen
        is_shown = is_open and (newest is None or each.noted_at > newest)
        kind = titles.get(each.kind, "News")
        told.append(ToldNotice(each, kind, each.subject if is_shown else "", is_open))
    return told


def _seen(account: Account, notices: Iterable[Notice]) -> set[str]:
    keys = defaultdict[str, set[str]](set)
    for each in notices:
        name, _, key = each.about.partition(":")
        keys[name].add(key)
    return {
        f"{name}:{key}"
        for name, named in keys.items()
        if (subject := mail_subject(name)) is not None
        for key in subject.seen(account, named)
    }


def with_unread(accounts: QuerySet[Account]) -> QuerySet[Account]:
    """Say of accounts how many notices they have not read, within the same question."""
    unread = Notice.objects.filter(account=OuterRef("pk")).unread().order_by()
    count = unread.values("account").annotate(count=Count("pk")).values("count")
    return accounts.annotate(unread_notices=Coalesce(Subquery(count), 0))


def place_of(account: Account, notice: Notice) -> str:
    """Return the path of what a notice is about, or nothing where its reader may not see it now."""
    subject = mail_subject(notice.about)
    key = notice.about.partition(":")[2]
    if subject is None or key not in subject.seen(account, [key]):
        return ""
    return subject.path(key)
