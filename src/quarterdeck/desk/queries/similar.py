"""Tickets that resemble a report, and what follows from them: doubles, category, workarounds.

The index of the search gives the newest tickets with each word of the report; those that share the
rarest words are read and ranked by the kernel. So it costs the same however many tickets there are.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Left

from quarterdeck.core.permission import User
from quarterdeck.core.records import record_of
from quarterdeck.core.search import newest_with
from quarterdeck.desk.models import Problem, Ticket
from quarterdeck.desk.queries.categories import paths_on_offer
from quarterdeck.desk.queries.problems import workarounds_for
from quarterdeck.kernels.likeness import (
    Likeness,
    Rarities,
    Report,
    Vote,
    counts_of,
    most_alike,
    votes,
)
from quarterdeck.kernels.similarity import words_of

# How many words are looked up, how many tickets for each, and how many are read and ranked.
_MOST_WORDS, _NEWEST, _RANKED, _ROUNDS = 32, 200, 150, 3
_READ_LETTERS = 2_000
_SHOWN, _VOTERS, _FEWEST_VOTERS = 6, 100, 3
_LEAST, _SAME, _SURE = 0.15, 0.6, 0.4
_SHOWN_WORDS = 4
_DAY_SECONDS = 86_400
_RECENT = timedelta(days=14)


@dataclass(frozen=True)
class SimilarTicket:
    """A ticket that resembles a report, by which words; perhaps one that tells of the same."""

    ticket: Ticket
    percent: int
    words: tuple[str, ...]
    is_double: bool


@dataclass(frozen=True)
class SuggestedCategory:
    """What similar tickets were reported as, how many of them, and by which words they are."""

    path: str
    percent: int
    voters: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """What is known of reports like this one."""

    tickets: tuple[SimilarTicket, ...] = ()
    category: SuggestedCategory | None = None
    known_errors: tuple[Problem, ...] = ()


def similar_to(
    title: str, description: str, user: User, at: datetime, ticket: Ticket | None = None
) -> Similar:
    """Return the tickets that the reader may see and that resemble a report, and what they say.

    `ticket` is the report's own ticket, where it has one already.
    """
    own = 0 if ticket is None else ticket.pk
    report = Report(own, title, description, _day(at))
    written = {stem: word for word, stem in words_of(f"{title} {description}")}
    rarities, ranked = _candidates(report)
    ranked = [key for key in ranked if key != own]
    alike = most_alike(report, _read(ranked, user), rarities, limit=_VOTERS, least=_LEAST)
    rows = Ticket.objects.in_bulk([one.key for one in alike])
    shown = [one for one in alike if one.key in rows][:_SHOWN]
    return Similar(
        tickets=tuple(_shown(one, rows[one.key], written, at) for one in shown),
        category=_category(alike, rows, written),
        known_errors=tuple(workarounds_for([one.key for one in shown], user)),
    )


def _candidates(report: Report) -> tuple[Rarities, list[int]]:
    """Return how rare the report's words are, and the tickets with the rarest of them first.

    A word that more tickets have than are looked up is as frequent as among the newest ones.
    """
    last = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    words = {
        stem: word
        for word, stem in reversed(words_of(f"{report.title} {report.description}"))
        if word.isalnum()
    }
    asked = dict(list(reversed(words.items()))[:_MOST_WORDS])
    found = newest_with(record_of(Ticket), asked.values(), _NEWEST)
    keys = {stem: found.get(word, []) for stem, word in asked.items()}
    holders = {stem: _holders(held, last) for stem, held in keys.items()}
    rarities = Rarities(last, holders)
    counts = counts_of(report.title, report.description)
    scores: defaultdict[int, float] = defaultdict(float)
    for stem, held in keys.items():
        weight = counts[stem] * rarities.of(stem) ** 2
        for key in held:
            scores[key] += weight
    return rarities, sorted(scores, key=lambda key: (-scores[key], -key))


def _day(instant: datetime) -> float:
    return instant.timestamp() / _DAY_SECONDS


def _holders(newest: Sequence[int], last: int) -> int:
    if len(newest) < _NEWEST:
        return len(newest)
    return len(newest) * last // max(1, last - min(newest) + 1)


def _read(keys: Sequence[int], user: User) -> Iterator[Report]:
    """Give the first of these tickets that the reader may see, as reports."""
    left = _RANKED
    for start in range(0, _RANKED * _ROUNDS, _RANKED):
        part = keys[start : start + _RANKED]
        if not part or left <= 0:
            return
        rows = Ticket.objects.visible_to(user).filter(pk__in=part)
        texts = rows.values_list(
            "pk", "title", Left("description", _READ_LETTERS), "opened_at"
        ).order_by("-pk")[:left]
        for key, title, description, opened_at in texts:
            left -= 1
            yield Report(key, title, description, _day(opened_at))


def _shown(
    one: Likeness, ticket: Ticket, written: Mapping[str, str], at: datetime
) -> SimilarTicket:
    is_recent = ticket.ended_at is None or at - ticket.ended_at < _RECENT
    return SimilarTicket(
        ticket,
        round(one.strength * 100),
        _words(one, written),
        is_double=one.strength >= _SAME and is_recent,
    )


def _words(one: Likeness, written: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(written.get(word, word) for word, _ in one.words[:_SHOWN_WORDS])


def _category(
    alike: Sequence[Likeness], rows: Mapping[int, Ticket], written: Mapping[str, str]
) -> SuggestedCategory | None:
    """Return the category that most neighbours have, where enough of them have it."""
    offered = set(paths_on_offer())
    labels = {
        key: row.category
        for key, row in rows.items()
        if row.category and (not offered or row.category in offered)
    }
    found = votes([(labels.get(one.key, ""), one.strength) for one in alike])
    if not found or found[0].share < _SURE or found[0].voters < _FEWEST_VOTERS:
        return None
    return _suggested(
        found[0], [one for one in alike if labels.get(one.key) == found[0].label], written
    )


def _suggested(
    best: Vote, voters: Sequence[Likeness], written: Mapping[str, str]
) -> SuggestedCategory:
    weights: defaultdict[str, float] = defaultdict(float)
    for one in voters:
        for word, part in one.words:
            weights[word] += part
    told = sorted(weights, key=lambda word: (-weights[word], word))[:_SHOWN_WORDS]
    words = tuple(written.get(word, word) for word in told)
    return SuggestedCategory(best.label, round(best.share * 100), best.voters, words)
