"""The rows of the table of routes for knowledge: what its readers get, and what its authors."""

from base64 import b64decode
from datetime import UTC, datetime

from django.core.files.base import ContentFile

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import AT, OF_NETWORK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Article, ArticleFile, KnowledgeVisit
from quarterdeck.desk.verbs.article_files import add_article_file
from quarterdeck.desk.verbs.article_use import note_knowledge_visit
from quarterdeck.desk.verbs.articles import (
    Wording,
    draft_article,
    publish_article,
    revise_article,
    submit_article,
)
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience, VisitKind, VisitOrigin

# A picture of one black dot.
DOT = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
MARCH = datetime(2016, 3, 8, 10, tzinfo=UTC)
LINES = """
desk.knowledge             GET    -              in  200  200  200  200  200  200  200  200  200
desk.knowledge.suggest     GET    -              in  200  200  200  200  200  200  200  200  200
desk.article.reviews       GET    -              in  404  200  200  200  404  404  404  404  200
desk.article.list          GET    -              in  200  200  200  200  200  200  200  200  200
desk.article.new           GET    -              in  404  200  200  200  404  404  404  404  200
desk.article.new           POST   -              in  404  422  422  422  404  404  404  404  422
desk.article.preview       POST   -              in  404  200  200  200  404  404  404  404  200
desk.article.detail        GET    for-all        in  200  200  200  200  200  200  200  200  200
desk.article.detail        GET    for-requesters in  200  200  200  200  404  404  404  200  200
desk.article.detail        GET    for-network    in  404  404  200  200  404  404  404  200  200
desk.article.detail        GET    a-draft        in  404  200  200  200  404  404  404  200  200
desk.article.detail        GET    no-record      in  404  404  404  404  404  404  404  404  404
desk.article.revise        GET    for-all        in  404  200  200  200  404  404  404  404  200
desk.article.revise        POST   for-all        in  404  422  422  422  404  404  404  404  422
desk.article.revise        GET    for-network    in  404  404  200  200  404  404  404  404  200
desk.article.preview.illustrated POST for-network in 404 404 200 200 404 404  404  404  200
desk.article.files         GET    for-all        in  404  200  200  200  404  404  404  404  200
desk.article.files         POST   for-all        in  404  422  422  422  404  404  404  404  422
desk.article.file          GET    named-network  in  404  404  200  200  404  404  404  200  200
desk.article.file          GET    not-named      in  404  200  200  200  404  404  404  404  200
desk.article.file.remove   POST   named-network  in  404  404  302  302  404  404  404  404  302
desk.article.versions      GET    for-all        in  404  200  200  200  404  404  404  404  200
desk.article.decide        POST   submit-draft   in  404  302  422  422  404  404  404  404  422
desk.article.decide        POST   retire-all     in  404  422  422  422  404  404  404  404  422
desk.ticket.articles       GET    desk-ticket    in  404  200  404  200  404  404  404  404  200
desk.ticket.articles       GET    net-ticket     in  404  404  200  200  404  404  404  404  200
desk.ticket.article        POST   used-net       in  404  404  302  302  404  404  404  404  302
desk.article.feedback      POST   for-all        in  409  409  409  409  409  409  409  409  409
desk.article.feedback      POST   for-network    in  404  404  409  409  404  404  404  409  409
desk.knowledgevisit.list   GET    -              in  200  200  200  200  200  200  200  200  200
desk.knowledgevisit.detail GET    of-requester   in  200  404  404  200  404  404  404  200  200
"""


def _published(
    cast: Cast, title: str, audience: str, team: Team | None = None, at: datetime = AT
) -> Article:
    """Let the IT manager write an article and the administrator publish it."""
    manager, administrator = cast.accounts[Role.IT_MANAGER], cast.accounts[Role.ADMINISTRATOR]
    article = _draft(manager, title, audience, team)
    submit_article(article=article, actor=manager, at=at)
    return publish_article(article=article, seen=1, actor=administrator, at=at)


def _draft(author: Account, title: str, audience: str, team: Team | None = None) -> Article:
    text = "1. Open **Settings**\n2. Choose the network"
    wording = Wording(title=title, summary="In two steps.", text=text, audience=audience, team=team)
    return draft_article(wording=wording, actor=author, at=AT)


def _visit(cast: Cast, article: Article) -> KnowledgeVisit | None:
    reader = cast.accounts[Role.REQUESTER]
    return note_knowledge_visit(kind=VisitKind.VIEWED, article=article, actor=reader, at=AT)


def _picture(cast: Cast, article: Article) -> ArticleFile:
    return add_article_file(
        article=article,
        name="dot.png",
        content=ContentFile(DOT),
        alt="A dot",
        actor=cast.accounts[Role.ADMINISTRATOR],
        at=AT,
    )


def _with_picture(cast: Cast, article: Article) -> ArticleFile:
    """Let the next version of an article show a picture."""
    manager, administrator = cast.accounts[Role.IT_MANAGER], cast.accounts[Role.ADMINISTRATOR]
    picture = _picture(cast, article)
    wording = Wording(
        title=article.title,
        text=f"As here: {picture.in_words}",
        audience=article.audience,
        team=article.team,
    )
    revise_article(article=article, seen=1, wording=wording, actor=manager, at=AT)
    submit_article(article=article, actor=manager, at=AT)
    publish_article(article=article, seen=2, actor=administrator, at=AT)
    return picture


def _arguments(cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    for_all = _published(cast, "Join the Wi-Fi", ArticleAudience.EVERYBODY)
    network = Team.objects.get(name=department.NETWORK)
    draft = _draft(cast.accounts[Role.IT_MANAGER], "Reset a token", ArticleAudience.EVERYBODY)
    visit = _visit(cast, for_all)
    mending = _published(cast, "Mend a switch", ArticleAudience.TEAM, network)
    shown = _with_picture(cast, mending)
    return {
        "named-network": [mending.pk, shown.pk],
        "not-named": [for_all.pk, _picture(cast, for_all).pk],
        "for-all": [for_all.pk],
        "for-requesters": [_published(cast, "Book a room", ArticleAudience.REQUESTERS).pk],
        "for-network": [mending.pk],
        "a-draft": [draft.pk],
        "used-net": [cast.tickets[OF_NETWORK], for_all.pk],
        "submit-draft": [draft.pk, "submit"],
        "retire-all": [for_all.pk, "retire"],
        "of-requester": [visit.pk if visit else 0],
    }


def enquiries(cast: Cast) -> list[tuple[str, int]]:
    """Let 60 people search and 60 type a report, in March 2016; every other of them reads.

    Returns the article and the visits, each as a noun and a key.
    """
    article = _published(cast, "Print on both sides", ArticleAudience.EVERYBODY, at=MARCH)
    with acting(actor=cast.accounts[Role.ADMINISTRATOR], verb_name="tests.read", at=MARCH):
        people = Person.objects.bulk_create(
            Person(name=f"Reader {number}", external_id=f"reader-{number}") for number in range(120)
        )
        looked = [
            KnowledgeVisit(
                kind=VisitKind.SEARCHED if number < 60 else VisitKind.OFFERED,
                origin=VisitOrigin.SEARCH if number < 60 else VisitOrigin.REPORT,
                person=person,
                is_of_desk=False,
                at=MARCH,
            )
            for number, person in enumerate(people)
        ]
        read = [
            KnowledgeVisit(
                kind=VisitKind.VIEWED, person=person, article=article, is_of_desk=False, at=MARCH
            )
            for person in people[::2]
        ]
        visits = KnowledgeVisit.objects.bulk_create([*looked, *read])
    return [("article", article.pk), *(("knowledgevisit", visit.pk) for visit in visits)]


TABLE = RouteTable(LINES, _arguments)
