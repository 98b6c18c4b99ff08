"""What the demo's desk has written down, and who read it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from quarterdeck.config.demo import cast
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Article, Ticket
from quarterdeck.desk.verbs.article_use import judge_article, note_knowledge_visit, use_article
from quarterdeck.desk.verbs.articles import (
    Wording,
    confirm_article,
    describe_article,
    draft_article,
    publish_article,
    revise_article,
    submit_article,
)
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, VisitKind
from quarterdeck.services.models import Service

_A_YEAR_AGO, _A_QUARTER_AGO = timedelta(days=380), timedelta(days=80)
_ARTICLES: tuple[tuple[str, str, str, str, str, timedelta], ...] = (
    (
        "Connect to the Wi-Fi of the town hall",
        "For laptops and phones, in three steps.",
        (
            "1. Open the settings of the network and choose **town-hall**\n"
            "2. Sign in with the name and the password of your computer\n"
            "3. Accept the certificate of *radius.town.example*\n\n"
            "It asks again after each change of the password. Visitors take **town-guest**."
        ),
        ArticleAudience.EVERYBODY,
        "Network and Wi-Fi",
        _A_YEAR_AGO,
    ),
    (
        "The printer keeps a job and prints nothing",
        "What to try before you call.",
        (
            "- Look whether *its display asks for paper or toner*\n"
            "- Delete the oldest job of the queue and wait a minute\n"
            "- Print **one page** of another document\n\n"
            "If that page comes out, the document is at fault: save it as PDF and print that."
        ),
        ArticleAudience.EVERYBODY,
        "Printing",
        _A_QUARTER_AGO,
    ),
    (
        "Clear the queue on the print server",
        "For the desk: the order in which services are stopped and started.",
        (
            "1. Note the number of jobs\n2. `net stop spooler`\n"
            "3. Empty the folder of the queue\n4. `net start spooler`\n\n"
            "| jobs | do |\n|---|---|\n| below 50 | as above |\n| more | call the team first |"
        ),
        ArticleAudience.TECHNICIANS,
        "Printing",
        _A_QUARTER_AGO,
    ),
)
_KEYWORDS = {
    "Connect to the Wi-Fi of the town hall": "WLAN, wireless, internet, hotspot",
    "The printer keeps a job and prints nothing": "print job, queue, jam, stuck",
}
_DRAFT = Wording(
    title="Sign in to the finance system after the change of the year",
    summary="The ledger asks for the year once.",
    text="Choose the **new year** in the first window. The old one stays readable until April.",
    audience=ArticleAudience.REQUESTERS,
)


def tell_knowledge(
    *, accounts: Mapping[str, Account], hands: Mapping[str, Sequence[Account]], at: datetime
) -> None:
    """Write articles over the last year, let the lead publish them, and people read them."""
    lead, writer = hands[cast.SERVICE_DESK][:2]
    manager = accounts[cast.IT_MANAGER]
    known = [
        _published(words, service, writer, lead, at - ago) for *words, service, ago in _ARTICLES
    ]
    confirm_article(article=known[1], note="Still so.", actor=manager, at=at - timedelta(days=9))
    draft = draft_article(wording=_DRAFT, actor=writer, at=at - timedelta(days=2))
    submit_article(article=draft, actor=writer, at=at - timedelta(days=1))
    newer = Wording(
        title=known[1].title,
        summary=known[1].summary,
        keywords=known[1].keywords,
        text=f"{known[1].text}\n\nIn the depot, choose the tray by hand.",
    )
    revise_article(
        article=known[1],
        seen=1,
        wording=newer,
        note="The depot has another device.",
        actor=lead,
        at=at - timedelta(days=3),
    )
    _read(known, accounts[cast.REQUESTER], at)
    _use(known[2], at)


def _published(
    words: Sequence[str], service: str, writer: Account, lead: Account, at: datetime
) -> Article:
    title, summary, text, audience = words
    article = draft_article(
        wording=Wording(
            title=title,
            summary=summary,
            keywords=_KEYWORDS.get(title, ""),
            text=text,
            audience=audience,
        ),
        service=Service.objects.get(name=service),
        actor=writer,
        at=at,
    )
    describe_article(
        article=article,
        owner=Person.objects.get(account=lead),
        service=article.service,
        category="",
        review_every_days=365,
        actor=writer,
        at=at,
    )
    submit_article(article=article, actor=writer, at=at + timedelta(hours=1))
    return publish_article(article=article, seen=1, actor=lead, at=at + timedelta(days=1))


def _read(known: Sequence[Article], requester: Account, at: datetime) -> None:
    """Let the requester look for help on a few days, and say whether it helped."""
    for days in (3, 8, 20):
        day = at - timedelta(days=days)
        note_knowledge_visit(
            kind=VisitKind.SEARCHED, words="wifi", found=1, actor=requester, at=day
        )
        note_knowledge_visit(kind=VisitKind.VIEWED, article=known[0], actor=requester, at=day)
    comment = "The certificate had another name on my phone."
    judge_article(
        article=known[0], helpful=False, comment=comment, actor=requester, at=at - timedelta(days=3)
    )


def _use(article: Article, at: datetime) -> None:
    """Let whoever solved a ticket about printing say that the article did."""
    solved = Ticket.objects.filter(
        service__name="Printing", assignee__account__isnull=False, last_fix_at__isnull=False
    )
    ticket = solved.select_related("assignee__account").order_by("-last_fix_at", "-pk").first()
    if ticket is not None and ticket.assignee is not None:
        use_article(
            article=article,
            ticket=ticket,
            actor=ticket.assignee.account,
            at=min(at, ticket.last_fix_at or at),
        )
