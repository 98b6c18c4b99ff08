"""Knowledge is found by the words that people use for it, by those who may read it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.errors import Invalid
from quarterdeck.core.records import record_of
from quarterdeck.core.search import Order, search
from quarterdeck.desk.models import Article
from quarterdeck.desk.queries.articles import suggested_articles
from quarterdeck.desk.tests.work_cast import MONDAY, account
from quarterdeck.desk.tests.written import VPN, led_desk, published, written
from quarterdeck.desk.verbs.articles import publish_article, revise_article, submit_article
from quarterdeck.desk.vocabulary.knowledge import ArticleAudience

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=30)
WIRELESS: dict[str, Any] = {
    "title": "Join the Wi-Fi of the town hall",
    "summary": "For your own telephone.",
    "text": "Choose the network *Guests*.",
    "keywords": "WLAN, internet, hot-spot",
}


def found_by(name: str, text: str, order: Order = Order.NEWEST) -> list[str]:
    rows = search(record_of(Article), text, account(name), limit=5, order=order).rows
    return [row.title for row in rows]


def offered_to(name: str, text: str) -> list[str]:
    return [each.article.title for each in suggested_articles(text, account(name))]


@pytest.mark.parametrize("text", ["wlan", "wifi", "wi-fi", "Internet", "hotspot"])
def test_a_reader_finds_an_article_by_any_of_its_words(text: str) -> None:
    led_desk()
    published(**WIRELESS)

    assert (found_by("mona", text), offered_to("mona", f"my {text} fails")) == (
        [WIRELESS["title"]],
        [WIRELESS["title"]],
    )


def test_the_portal_finds_and_offers_it_while_somebody_types(client: Client) -> None:
    led_desk()
    published(**WIRELESS)
    client.force_login(account("mona"))

    pages = [
        client.get(reverse(name), {"q": "the wifi is slow"}).content.decode()
        for name in ("desk.knowledge", "desk.knowledge.suggest", "portal.suggest")
    ]

    assert [WIRELESS["title"] in page for page in pages] == [True] * 3


def test_what_is_for_others_is_neither_found_nor_offered() -> None:
    led_desk()
    published(**WIRELESS, audience=ArticleAudience.TECHNICIANS)

    assert (found_by("mona", "wlan"), offered_to("mona", "wlan")) == ([], [])
    assert (found_by("omar", "wlan"), offered_to("omar", "wlan")) == (
        [WIRELESS["title"]],
        [WIRELESS["title"]],
    )


def test_keywords_come_with_the_version_that_is_published() -> None:
    led_desk()
    article = published()
    newer = replace(VPN, keywords="tunnel")
    revise_article(article=article, seen=1, wording=newer, actor=account("nils"), at=LATER)
    before = found_by("mona", "tunnel")

    submit_article(article=article, actor=account("nils"), at=LATER)
    publish_article(article=article, seen=2, actor=account("vera"), at=LATER)

    assert (before, found_by("mona", "tunnel")) == ([], [VPN.title])
    assert list(article.versions.order_by("number").values_list("keywords", flat=True)) == [
        "",
        "tunnel",
    ]


def test_a_keyword_weighs_more_than_the_text() -> None:
    led_desk()
    published(**WIRELESS)
    published(title="Rooms", summary="", text="There is no WLAN in the cellar.")

    assert found_by("mona", "wlan", Order.BEST) == [WIRELESS["title"], "Rooms"]


def test_keywords_are_kept_each_once() -> None:
    led_desk()

    assert written(keywords=" WLAN,, wlan \n Hot  spot,").keywords == "WLAN, Hot spot"


def test_too_many_keywords_are_refused() -> None:
    led_desk()

    with pytest.raises(Invalid) as refusal:
        written(keywords=", ".join(f"word {number}" for number in range(60)))

    assert refusal.value.errors == {"keywords": ["It has at most 300 characters."]}
