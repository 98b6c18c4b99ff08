"""What webhooks are told about, as the apps register it: how the words are found when a message is
posted, so that none of them is stored and what may no longer be told is not."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Team
from quarterdeck.core.permission import NounClass
from quarterdeck.kernels.chat import CHAT_FORMATS, Body, Notice, event_body
from quarterdeck.office.models import ApprovalRequest, Webhook, WebhookPost
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.queries import organisation
from quarterdeck.office.vocabulary import ApprovalState, WebhookEvent, WebhookFormat

APPROVAL = "approval"
_KEYS = 500


@dataclass(frozen=True)
class WebhookSubject:
    """What messages are about: `notice(key, event)` gives the words, or None where there is nothing
    to tell any more.

    `concerns(keys, event)` says whom they concern by now; of what it leaves out there is nothing to
    tell any more.
    """

    key: str
    notice: Callable[[int, WebhookEvent], Notice | None]
    concerns: Callable[[Collection[int], WebhookEvent], Mapping[int, Concern]]


def concern_at(scope: Scope) -> Concern:
    """Return whom a figure of a scope concerns: the team or service that the scope is."""
    teams: frozenset[int] = frozenset()
    service = None
    if scope.kind == "team":
        teams = frozenset(Team.objects.filter(name=scope.name).values_list("pk", flat=True))
    if scope.kind == "service":
        # Of services that no webhook is for, nobody has to know which one it is.
        named = Webhook.objects.filter(service__name=scope.name).order_by("pk")
        service = named.values_list("service", flat=True).first()
    return Concern(teams, service)


_subjects: dict[str, WebhookSubject] = {}


def register_webhook_subjects(*subjects: WebhookSubject) -> None:
    """Let messages be about these things; ValueError where another one has a key."""
    for subject in subjects:
        if _subjects.setdefault(subject.key, subject) != subject:
            raise ValueError(f"The subject of webhooks {subject.key} is registered twice.")


def notice_of(post: WebhookPost) -> Notice | None:
    """Return what a message tells now; None where that may no longer be told."""
    event = WebhookEvent(post.event)
    if event == WebhookEvent.TEST:
        return Notice(
            f"This is a test message of {organisation().name}",
            title=f"The webhook “{post.webhook.name}” arrives here.",
            link=place(""),
        )
    if not still_told([post]):
        return None
    key, _, row = post.about.partition(":")
    return _subjects[key].notice(int(row), event)


def still_told(posts: Collection[WebhookPost]) -> list[WebhookPost]:
    """Keep those whose webhook asks for them by now: a ticket may have gone to another team.

    A webhook that is paused keeps what waits.
    """
    webhooks = Webhook.objects.in_bulk({post.webhook_id for post in posts})
    concerns = concerns_of({(post.event, post.about) for post in posts})
    return [
        post
        for post in posts
        if (concern := concerns.get((post.event, post.about))) is not None
        and webhooks[post.webhook_id].hears(WebhookEvent(post.event), concern)
    ]


def concerns_of(told: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Concern]:
    """Return whom events concern by now, each by its kind and what it is about."""
    keys: dict[tuple[str, str], list[int]] = {}
    for event, about in told:
        name, _, row = about.partition(":")
        if name in _subjects:
            keys.setdefault((event, name), []).append(int(row))
    return {
        (event, f"{name}:{key}"): concern
        for (event, name), rows in keys.items()
        for some in batched(rows)
        for key, concern in _subjects[name].concerns(some, WebhookEvent(event)).items()
    }


def batched(rows: list[int]) -> Iterator[list[int]]:
    """Give keys in parts that one question may name."""
    return (rows[start : start + _KEYS] for start in range(0, len(rows), _KEYS))


def body_of(post: WebhookPost) -> Body | None:
    """Return what is posted for a message in the format of its webhook; None where there is nothing
    to tell any more. What takes others along tells how many of what there are still to tell."""
    others = list(post.bundled.order_by("pk"))
    counts = Counter(each.event for each in still_told([post, *others])) if others else Counter()
    notice = _summary(counts) if counts else None if others else notice_of(post)
    if notice is None:
        return None
    if post.webhook.format != WebhookFormat.EVENT:
        return CHAT_FORMATS[post.webhook.format](notice)
    kind = "summary" if others else post.event
    return event_body(kind, post.noted_at.isoformat(), notice)


def _summary(counts: Counter[str]) -> Notice:
    told = tuple(
        (WebhookEvent(event).label, f"{count:,}") for event, count in sorted(counts.items())
    )
    return Notice(
        f"And {counts.total():,} more", facts=told, link=place(""), data={"counts": dict(counts)}
    )


def place(path: str) -> str:
    """Return the whole address of a path of ours; nothing where none is known."""
    return urljoin(f"{settings.PUBLIC_URL}/", path) if settings.PUBLIC_URL else ""


def moment(instant: datetime) -> str:
    """Return an instant in words, in the organisation's zone."""
    zone = organisation().zone
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"


def _waiting_approvals(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    """What is approved concerns no team, service or priority."""
    waiting = ApprovalRequest.objects.filter(pk__in=keys, state=ApprovalState.WAITING)
    return dict.fromkeys(waiting.values_list("pk", flat=True), Concern())


def _approval(key: int, _event: WebhookEvent) -> Notice | None:
    """Tell that something waits for a decision; its words only where everybody may read such."""
    request = ApprovalRequest.objects.filter(pk=key, state=ApprovalState.WAITING).first()
    if request is None:
        return None
    return Notice(
        "An approval was asked for",
        title=request.title if request.noun_class == NounClass.ORDINARY else "",
        facts=(("Due", moment(request.due_at)),),
        link=place(reverse("office.approvalrequest.detail", args=[request.pk])),
        data={"due": request.due_at.isoformat()},
    )


APPROVALS = WebhookSubject(APPROVAL, _approval, _waiting_approvals)
