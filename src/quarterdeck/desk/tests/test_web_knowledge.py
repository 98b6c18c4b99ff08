"""The pages of knowledge: reading, writing, deciding, and how often they ask the database."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core import clock
from quarterdeck.desk.models import (
    Article,
    ArticleFeedback,
    ArticleUse,
    KnowledgeVisit,
    Ticket,
    TicketMessage,
)
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened
from quarterdeck.desk.tests.written import VPN, led_desk, published, written
from quarterdeck.desk.verbs.articles import confirm_article, submit_article
from quarterdeck.desk.verbs.tickets import resolve_ticket
from quarterdeck.desk.vocabulary import MessageKind
from quarterdeck.desk.vocabulary.knowledge import (
    ArticleAudience,
    ArticleState,
    VisitKind,
    VisitOrigin,
)

pytestmark = pytest.mark.django_db


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def visits() -> list[tuple[str, int | None]]:
    return list(KnowledgeVisit.objects.order_by("pk").values_list("kind", "found"))


def test_a_reader_searches_opens_an_article_and_says_that_it_helped() -> None:
    led_desk()
    article = published()
    mona = client_of("mona")

    found = mona.get(reverse("desk.knowledge"), {"q": "vpn"}).content.decode()
    read = mona.get(reverse("desk.article.detail", args=[article.pk])).content.decode()
    mona.post(reverse("desk.article.feedback", args=[article.pk]), {"helpful": "yes"})

    assert (VPN.title in found, "<em>client</em>" in read) == (True, True)
    assert visits() == [(VisitKind.SEARCHED, 1), (VisitKind.VIEWED, 1)]
    assert list(ArticleFeedback.objects.values_list("helpful", flat=True)) == [True]


def test_a_reader_is_told_that_a_review_is_overdue() -> None:
    led_desk()
    article = published()
    address = reverse("desk.article.detail", args=[article.pk])
    overdue = "its review is overdue"

    before = overdue in client_of("mona").get(address).content.decode()
    confirm_article(article=article, actor=account("vera"), at=clock.now())
    after = overdue in client_of("mona").get(address).content.decode()

    assert (before, after) == (True, False)


def test_a_search_that_finds_nothing_is_noted_too() -> None:
    led_desk()

    client_of("mona").get(reverse("desk.knowledge"), {"q": "coffee machine"})

    assert visits() == [(VisitKind.SEARCHED, 0)]


def test_the_head_of_a_page_is_no_visit() -> None:
    led_desk()
    article = published()

    client_of("mona").head(reverse("desk.article.detail", args=[article.pk]))

    assert visits() == []


def test_articles_are_offered_while_somebody_types() -> None:
    led_desk()
    published()

    part = client_of("mona").get(reverse("desk.knowledge.suggest"), {"subject": "my vpn is gone"})

    assert (VPN.title in part.content.decode(), visits()) == (True, [(VisitKind.OFFERED, 1)])


def test_offers_of_a_search_and_of_a_report_are_told_apart_and_kept_once_a_day() -> None:
    led_desk()
    published()
    mona = client_of("mona")

    for _ in range(2):
        mona.get(reverse("portal.suggest"), {"q": "my vpn is gone"})
        mona.post(reverse("portal.suggest"), {"title": "my vpn is gone"})
    mona.get(reverse("desk.knowledge"), {"q": "vpn"})

    told = KnowledgeVisit.objects.order_by("pk").values_list("kind", "origin")
    assert list(told) == [
        (VisitKind.OFFERED, VisitOrigin.SEARCH),
        (VisitKind.OFFERED, VisitOrigin.REPORT),
        (VisitKind.SEARCHED, VisitOrigin.SEARCH),
    ]


def test_what_a_report_describes_leads_to_an_article_too() -> None:
    led_desk()
    published()
    mona, address = client_of("mona"), reverse("portal.suggest")
    far_down = f"Please help me today. {'Nothing else is wrong here. ' * 10}The vpn is gone."

    title_only = mona.post(address, {"title": "Please help me"}).content.decode()
    described = mona.post(address, {"title": "Please help me", "description": far_down})

    assert VPN.title not in title_only
    assert VPN.title in described.content.decode()


def test_a_reader_sees_nothing_of_the_work_on_an_article() -> None:
    led_desk()
    article = published()
    address = reverse("desk.article.detail", args=[article.pk])

    page = client_of("mona").get(address).content.decode()

    assert [
        word for word in ("Versions", "Decisions", "Retire", "Review due") if word in page
    ] == []


def test_a_draft_is_written_from_a_solved_ticket() -> None:
    desk = led_desk()
    ticket = opened(desk)
    resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Clean the rollers.",
        true_category="Hardware",
        actor=account("nils"),
        at=MONDAY,
    )
    nils, address = client_of("nils"), f"{reverse('desk.article.new')}?ticket={ticket.pk}"
    form = nils.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"audience": "everybody"}

    nils.post(address, sent)

    article = Article.objects.get()
    assert (article.title, article.text, article.source_ticket, article.state) == (
        ticket.title,
        "## What it is\n\nHardware\n\n## What helps\n\nClean the rollers.",
        Ticket.objects.get(),
        ArticleState.DRAFT,
    )


def test_nobody_writes_from_a_ticket_that_they_may_not_see() -> None:
    desk = led_desk()
    ticket = opened(desk)

    answer = client_of("omar").get(f"{reverse('desk.article.new')}?ticket={ticket.pk}")

    assert answer.status_code == 404


def test_a_reply_cites_an_article_and_the_ticket_says_so() -> None:
    desk = led_desk()
    article = published()
    ticket = opened(desk, title="The VPN is gone")
    nils = client_of("nils")
    part = reverse("desk.ticket.articles", args=[ticket.pk])
    offered = nils.get(part).context["found"]

    sent = {"text": offered[0][1], "entry_key": "once"}
    for _ in range(2):
        nils.post(reverse("desk.ticket.article", args=[ticket.pk, article.pk]), sent)

    message = TicketMessage.objects.get(kind=MessageKind.PUBLIC)
    address = reverse("desk.article.detail", args=[article.pk])
    assert message.text == f"{VPN.title}\n{VPN.summary}\nhttp://testserver{address}"
    assert list(ArticleUse.objects.values_list("article", "message")) == [(article.pk, message.pk)]


def test_what_only_the_desk_reads_is_cited_to_nobody() -> None:
    desk = led_desk()
    published(audience=ArticleAudience.TECHNICIANS)
    ticket = opened(desk, title="The VPN is gone")

    answer = client_of("nils").get(reverse("desk.ticket.articles", args=[ticket.pk]))

    assert [citation for _, citation in answer.context["found"]] == [""]


def test_the_differences_of_two_versions_are_marked() -> None:
    led_desk()
    article = written()
    client = client_of("nils")
    sent = {
        "title": VPN.title,
        "summary": VPN.summary,
        "audience": ArticleAudience.EVERYBODY,
        "text": VPN.text.replace("Type", "Enter"),
        "seen": "1",
        "team": "",
    }

    client.post(reverse("desk.article.revise", args=[article.pk]), sent)

    page = client.get(reverse("desk.article.versions", args=[article.pk])).content.decode()
    assert ("<del>Type</del>" in page, "<ins>Enter</ins>" in page) == (True, True)


def test_markup_in_an_article_is_shown_and_not_run() -> None:
    led_desk()
    article = published(text="<script>alert(1)</script> [here](javascript:alert(1))")

    page = client_of("mona").get(reverse("desk.article.detail", args=[article.pk]))

    assert "<script>alert" not in page.content.decode()
    assert 'href="javascript:' not in page.content.decode()


def test_how_often_the_shelf_asks_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    led_desk()
    for number in range(5):
        published(title=f"Article {number}")
    client = client_of("mona")

    with django_assert_num_queries(5):
        client.get(reverse("desk.knowledge"))


def test_how_often_the_reviews_ask_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    led_desk()
    for number in range(5):
        submit_article(article=written(title=f"A{number}"), actor=account("nils"), at=MONDAY)
    client = client_of("vera")

    with django_assert_num_queries(8):
        client.get(reverse("desk.article.reviews"))
