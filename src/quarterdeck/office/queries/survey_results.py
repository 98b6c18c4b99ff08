"""Results of surveys: scores with intervals and response rate, and small groups hidden."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from quarterdeck.core.measures import READERS
from quarterdeck.core.models import Team, Unit
from quarterdeck.core.permission import Sight, User, sight_by
from quarterdeck.core.together import Asking, answer_of, side_by_side
from quarterdeck.kernels.small_groups import fewest_people, hidden_groups, is_shown
from quarterdeck.kernels.statistics import mean_interval, wilson
from quarterdeck.office.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyResponse,
)
from quarterdeck.office.models.survey_responses import SurveyResponseQuerySet
from quarterdeck.office.queries.periods import own_start_of
from quarterdeck.office.rules import may_read_anonymous_texts
from quarterdeck.office.vocabulary import QuestionKind

# On a scale from 1 to 5 the upper two steps are those of somebody satisfied ("top two box").
SATISFIED = 4
DIMENSIONS = {"team": "Team", "unit": "Unit", "service": "Service"}
_MOST_TEXTS = 200
Interval = tuple[float, float]


@dataclass(frozen=True)
class Days:
    """The days of a period: from `first` up to, but not including, `end`."""

    first: date
    end: date

    def instants(self, column: str, at: datetime) -> Q:
        """Return the condition that an instant lies in the period, and not after `at`."""
        begins, ends = own_start_of(self.first), own_start_of(self.end)
        return Q(**{f"{column}__gte": begins, f"{column}__lt": ends, f"{column}__lte": at})

    def of(self, column: str) -> Q:
        """Return the condition that a day lies in the period."""
        return Q(**{f"{column}__gte": self.first, f"{column}__lt": self.end})


@dataclass(frozen=True)
class ResponseRate:
    """Of those whose link ran out in the period, how many had answered; and whose links run."""

    answered: int
    asked: int
    running: int

    @property
    def share(self) -> Fraction | None:
        """The share that answered; None where no link has run out."""
        return Fraction(self.answered, self.asked) if self.asked else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval of the share."""
        return wilson(self.answered, self.asked)


@dataclass(frozen=True)
class Score:
    """How many answered what: for a scale the satisfied and the mean, else those who say yes."""

    kind: str
    counts: tuple[tuple[int, int], ...]

    @property
    def n(self) -> int:
        """How many have answered."""
        return sum(count for _, count in self.counts)

    @property
    def hits(self) -> int:
        """How many are satisfied, or say yes."""
        least = SATISFIED if self.kind == QuestionKind.SCALE else 1
        return sum(count for number, count in self.counts if number >= least)

    @property
    def share(self) -> Fraction | None:
        """The share of those."""
        return Fraction(self.hits, self.n) if self.n else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval of the share."""
        return wilson(self.hits, self.n)

    @property
    def mean(self) -> Fraction | None:
        """The mean on a scale."""
        if self.kind != QuestionKind.SCALE or not self.n:
            return None
        return Fraction(sum(number * count for number, count in self.counts), self.n)

    @property
    def mean_interval(self) -> Interval | None:
        """The 95 % interval of the mean by Student's t, within the scale."""
        if self.kind != QuestionKind.SCALE:
            return None
        given = [number for number, count in self.counts for _ in range(count)]
        return mean_interval(given, least=1, most=5)

    @property
    def bars(self) -> list[tuple[str, int, Fraction, int]]:
        """Each step in words with its count, its share and its number, the best first."""
        known = dict(self.counts)
        steps = {QuestionKind.SCALE: range(5, 0, -1), QuestionKind.YES_NO: range(1, -1, -1)}
        names = {QuestionKind.YES_NO: ("No", "Yes")}
        return [
            (
                names[QuestionKind.YES_NO][step] if self.kind == QuestionKind.YES_NO else str(step),
                known.get(step, 0),
                Fraction(known.get(step, 0), self.n or 1),
                step,
            )
            for step in steps.get(QuestionKind(self.kind), ())
        ]


@dataclass(frozen=True)
class QuestionResult:
    """What was answered to one question; `texts` are those that the reader may read."""

    order: int
    text: str
    kind: str
    score: Score
    texts: tuple[str, ...] = ()
    hidden_texts: int = 0


@dataclass(frozen=True)
class Group:
    """One team, unit or service: its score, or that it is hidden; `key` is empty for none."""

    key: str
    title: str
    n: int
    score: Score | None


@dataclass(frozen=True)
class Results:
    """A survey over one period as one reader may see it."""

    rate: ResponseRate
    n: int
    is_hidden: bool
    questions: tuple[QuestionResult, ...] = ()
    groups: tuple[Group, ...] = ()


def response_rate(surveys: Iterable[Survey], days: Days, at: datetime, *within: Q) -> ResponseRate:
    """Return the response rate of the invitations whose links ran out in the period, by `at`.

    Answered or not, all wait until then: those who answer do so at once, and would otherwise be
    counted before those who were asked with them and stay silent. So the rate of a month that is
    over does not change any more. Those asked in the period whose links still run are told apart.
    """
    asked = SurveyInvitation.objects.filter(*within, survey__in=list(surveys))
    ended, invited = days.instants("expires_at", at), days.instants("invited_at", at)
    is_answered = Q(answered_on__isnull=False) | Q(spent__isnull=False)
    found = asked.aggregate(
        answered=Count("pk", filter=ended & is_answered),
        asked=Count("pk", filter=ended),
        running=Count("pk", filter=invited & Q(expires_at__gt=at)),
    )
    return ResponseRate(**found)


def answered_invitations(
    surveys: Iterable[Survey], days: Days
) -> QuerySet[SurveyInvitation, SurveyInvitation]:
    """Return the invitations that were answered in the period, with the `day` (of an anonymous
    survey the beginning of the month).

    They know who stands behind the responses, also where these name nobody.
    """
    asked = SurveyInvitation.objects.filter(survey__in=list(surveys))
    return asked.annotate(day=Coalesce("answered_on", "spent__answered_on")).filter(days.of("day"))


def results_of(survey: Survey, days: Days, by: str, user: User, at: datetime) -> Results:
    """Return what a reader may see of a survey's answers in a period, by team, unit or service.

    A figure is hidden behind which fewer people stand than the smallest group, however many answers
    they gave. So is a period where the rest of its quarter or year would be a small group, and
    enough groups that none follows by subtraction.
    """
    responses = SurveyResponse.objects.filter(days.of("answered_on"), survey=survey)
    n, people, wholes = _counted(survey, days)
    rate = response_rate([survey], days, at)
    if not is_shown(people, wholes, survey.smallest_group):
        return Results(rate, n, is_hidden=n > 0)
    asked = (
        _asking_questions(survey, days, responses, user),
        _asking_groups(survey, days, by, sight_by(user, READERS)),
    )
    questions, groups = answer_of(side_by_side(asked))
    return Results(rate, n, is_hidden=False, questions=questions, groups=groups)


def _counted(survey: Survey, days: Days) -> tuple[int, int, tuple[int, ...]]:
    """Return how many answers there are in a period and of how many people; and for each longer
    period around it that number with those who have answered in its rest."""
    around = _around(days)
    here = days.of("day")
    rests = {
        f"rest_{place}": Count("person", distinct=True, filter=whole.of("day") & ~here)
        for place, whole in enumerate(around)
    }
    told = answered_invitations([survey], [days, *around][-1]).aggregate(
        n=Count("pk", filter=here),
        people=Count("person", distinct=True, filter=here),
        **rests,
    )
    people: int = told["people"]
    return told["n"], people, tuple(people + told[each] for each in rests)


def _around(days: Days) -> list[Days]:
    """Return the quarter and the year that a shorter period lies in."""
    quarter = date(days.first.year, 3 * ((days.first.month - 1) // 3) + 1, 1)
    after = (quarter + timedelta(days=95)).replace(day=1)
    year = Days(date(days.first.year, 1, 1), date(days.first.year + 1, 1, 1))
    return [
        whole
        for whole in (Days(quarter, after), year)
        if whole.first <= days.first and days.end <= whole.end and whole != days
    ]


def _asking_questions(
    survey: Survey, days: Days, responses: SurveyResponseQuerySet, user: User
) -> Asking[tuple[QuestionResult, ...]]:
    """Gather the answers of all wordings; a question that was never reworded is one."""
    answers = SurveyAnswer.objects.filter(response__in=responses)
    asked = "question__order", "question__text", "question__kind"
    by_wording = answers.values_list(*asked, "number", "question__survey_version")
    counted = by_wording.annotate(n=Count("pk")).order_by(*asked, "number")
    invited = answered_invitations([survey], days).order_by()
    given = invited.values_list("survey_version", "person").annotate(n=Count("pk"))
    yield [counted, given]
    found: dict[tuple[int, str, str], Counter[int | None]] = {}
    wordings: dict[tuple[int, str, str], set[int]] = {}
    for order, text, kind, number, wording, n in counted:
        found.setdefault((order, text, kind), Counter())[number] += n
        wordings.setdefault((order, text, kind), set()).add(wording)
    people = {
        key: _people([(who, n) for wording, who, n in given if wording in wordings[key]], counts)
        for key, counts in found.items()
    }
    readable = responses.visible_to(user)
    if survey.is_anonymous:
        readable = responses if may_read_anonymous_texts(user) else responses.none()
    return tuple(
        _texts(order, text, counts[None], readable)
        if kind == QuestionKind.TEXT
        else _score(order, text, kind, counts, people[order, text, kind] < survey.smallest_group)
        for (order, text, kind), counts in found.items()
    )


def _people(given: Iterable[tuple[int, int]], counts: Counter[int | None]) -> int:
    """Return how many people stand behind a question's answers, at the fewest."""
    each = Counter[int]()
    for who, n in given:
        each[who] += n
    return fewest_people(each.values(), each.total() - counts.total())


def _score(
    order: int, text: str, kind: str, counts: Counter[int | None], is_small: bool
) -> QuestionResult:
    numbers = tuple(sorted((number, n) for number, n in counts.items() if number is not None))
    return QuestionResult(order, text, kind, Score(kind, () if is_small else numbers))


def _texts(order: int, text: str, written: int, readable: SurveyResponseQuerySet) -> QuestionResult:
    """Sorted by what they say, texts do not tell who came when."""
    answers = SurveyAnswer.objects.filter(response__in=readable, question__text=text)
    found = answers.exclude(text="").order_by("text").values_list("text", flat=True)[:_MOST_TEXTS]
    kind = QuestionKind.TEXT
    return QuestionResult(order, text, kind, Score(kind, ()), tuple(found), written - len(found))


def _asking_groups(survey: Survey, days: Days, by: str, sight: Sight) -> Asking[tuple[Group, ...]]:
    """Return the groups within reach; those beyond it count where small ones are hidden."""
    first = SurveyQuestion.objects.filter(survey_version__survey=survey, order=1)
    kinds = first.order_by("-survey_version__number").values_list("kind", flat=True)[:1]
    responses = SurveyResponse.objects.filter(
        days.of("answered_on"), survey=survey, score__isnull=False
    )
    rows = responses.values_list(by, "score").annotate(n=Count("pk"))
    rows = rows.order_by(F(by).asc(nulls_last=True), "score")
    behind = answered_invitations([survey], days).order_by().values_list(by, "person").distinct()
    yield [kinds, rows, behind]
    (kind,) = kinds
    found: dict[object, Counter[int]] = {}
    for key, score, n in rows:
        found.setdefault(key, Counter())[score] += n
    sizes = {key: sum(counts.values()) for key, counts in found.items()}
    people: dict[object, set[int]] = {key: set() for key in sizes}
    for key, person in behind:
        people.setdefault(key, set()).add(person)
    unknown = {key for key, known in people.items() if not known}
    hidden = hidden_groups(people, survey.smallest_group) | unknown
    titles = _titles(by, found, sight)
    groups = (
        Group(
            str(key or ""),
            titles[key],
            sizes[key],
            None if key in hidden else Score(kind, tuple(sorted(counts.items()))),
        )
        for key, counts in found.items()
        if key in titles
    )
    return tuple(sorted(groups, key=lambda each: each.title.casefold()))


def _titles(by: str, keys: Iterable[Any], sight: Sight) -> dict[object, str]:
    """Return the names of the groups that the reader reaches, by key."""
    named = [key for key in keys if key]
    titles: dict[object, str] = {}
    if by == "team":
        teams = Team.objects.filter(pk__in=named)
        found = teams if sight.everything else teams.filter(pk__in=sight.team_keys)
        titles.update(found.values_list("pk", "name"))
    elif by == "unit":
        paths = tuple(sight.unit_paths)
        for unit in Unit.objects.filter(pk__in=named):
            if sight.everything or unit.path.startswith(paths):
                titles[unit.pk] = unit.name
    elif sight.everything:
        # Several teams work for one service, so the reach over one gives no figure of it.
        titles.update((key, key) for key in named)
    if sight.everything:
        titles[None] = titles[""] = f"No {by}"
    return titles
