"""The operations on qualification: who meets a level, how one person stands, and judging."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path, Query
from pydantic import Field

from quarterdeck.config.api.answers import CREATED, errors, json_answer
from quarterdeck.config.api.fields import Key, Reference, Text
from quarterdeck.config.api.problems import CHANGED, FORBIDDEN, INVALID, Fault, ProblemError
from quarterdeck.config.api.records import only
from quarterdeck.config.api.schemas import Given
from quarterdeck.config.readings import number
from quarterdeck.core import clock
from quarterdeck.core.errors import Conflict
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import account_of
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people import rules
from quarterdeck.people.models import Level, QualificationJudgement
from quarterdeck.people.models.background import BackgroundItem
from quarterdeck.people.queries.judged import Question
from quarterdeck.people.queries.qualification import Line, PersonalStanding, Work
from quarterdeck.people.queries.reach import present_level, reached_by, standing_of
from quarterdeck.people.verbs.judgements import Decision, judge_qualification
from quarterdeck.people.vocabulary import JudgedVerdict

router = Router(tags=["Qualification"])
Verdict = Literal["met", "unmet", "unknown"]
Months = int | float | None


class Row(Reference):
    """A row that tells what a person brings."""

    record: str = Field(description="Which record it is.", examples=["people.experience"])


class CountedWork(Schema):
    """One piece of work under a rule: its months step by step, each certain and possible."""

    experience: Reference = Field(description="The work.")
    span: list[Months] = Field(description="Months from its first day to its last.")
    full_time: list[Months] = Field(description="What part-time work leaves of them.")
    of_kind: list[Months] = Field(description="What of those was of the kind asked for.")
    counted: list[Months] = Field(description="What counts, no time twice.")
    cuts: list[str] = Field(description="Why it is no more.", examples=[["part time"]])
    judgements: int = Field(description="How often it was judged; say so when judging it again.")


class RuleFinding(Schema):
    """What was found about one rule, or part of one."""

    key: str = Field(description="The name of the rule, for judging it; empty where it has none.")
    under: int | None = Field(description="The place in this list of what it is a part of.")
    title: str = Field(description="What is asked for.")
    sentence: str = Field(description="The sentence that it was read from.")
    is_preferred: bool = Field(description="Whether it is only good to have.")
    verdict: Verdict = Field(description="What was found.")
    reason: str = Field(description="Why.")
    required: Months = Field(description="Months asked for.")
    certain: Months = Field(description="Months that are there for certain.")
    possible: Months = Field(description="Months that can be there.")
    rows: list[Row] = Field(description="The rows beside the work that it rests on.")
    work: list[CountedWork] = Field(description="Each piece of work, and what it gave.")
    judgements: int = Field(description="How often it was judged; say so when judging it again.")
    is_due: bool = Field(description="Whether somebody has to judge it, or work under it.")


class Standing(Schema):
    """How one person stands against one level."""

    person: Reference = Field(description="Who.")
    level: Reference = Field(description="Against which level.")
    verdict: Verdict | None = Field(description="All that is required; null: nothing is.")
    met: int = Field(description="How many of the things asked for are met.")
    unmet: int = Field(description="How many are not.")
    unknown: int = Field(description="Of how many it is not known.")
    due: int = Field(description="How much somebody has to judge.")


class StandingInFull(Standing):
    """How one person stands against one level, rule by rule."""

    class_version: Reference = Field(description="Which version of the class asks for it.")
    as_of: date = Field(description="The day asked for.")
    qualifications: list[RuleFinding] = Field(description="The qualification rules.")
    competencies: list[RuleFinding] = Field(description="The competencies.")


class Standings(Schema):
    """Everybody in one's reach against one level."""

    level: Reference = Field(description="Against which level.")
    people: int = Field(description="How many people are in reach.")
    items: list[Standing] = Field(description="Those who meet it first; at most 200.")


class StandingsAsked(Schema):
    """Against which level, and of which unit."""

    level: Key = Field(description="The key of the level.", examples=[1])
    unit: Key | None = Field(None, description="The key of a unit, whose own people are meant.")


class StandingAsked(Schema):
    """Against which level; none is that of the position held."""

    level: Key | None = Field(None, description="The key of the level.", examples=[1])


class JudgedSubject(Given):
    """What is judged: the rule as a whole, or one piece of work under it."""

    verdict: Literal["met", "unmet"] = Field(description="What you find.")
    seen: int = Field(0, ge=0, le=10**6, description="How many judgements of it you know.")
    experience: Key | None = Field(None, description="The work; none is the rule as a whole.")
    percent: Decimal | None = Field(
        None, gt=0, le=100, description="Which share of the work's time counts; none is all."
    )


class JudgementGiven(Given):
    """A judgement with its reason."""

    level: Key = Field(description="The key of the level.")
    key: Text = Field(max_length=120, description="The rule's name, from the finding.")
    decisions: list[JudgedSubject] = Field(min_length=1, max_length=100, description="What.")
    reason: Text = Field(min_length=1, max_length=4000, description="Why.")


class JudgementKept(Schema):
    """A judgement as it is kept for good."""

    id: int = Field(description="Its key.")
    number: int = Field(description="Which judgement of the same thing it is, from 1.")
    verdict: Literal["met", "unmet"] = Field(description="What was found.")
    judged_at: datetime = Field(description="When.")


class JudgementsKept(Schema):
    """What was recorded."""

    items: list[JudgementKept] = Field(description="In the order in which they were given.")


@router.get(
    "",
    response={200: Standings, **errors(401, 404, 422)},
    operation_id="qualification_list",
    url_name="qualification",
    summary="Who meets a level",
)
def list_standings(
    request: HttpRequest,
    *,
    asked: StandingsAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return how everybody whose personnel records you may see stands against a level."""
    only(request, StandingsAsked)
    reached = reached_by(account_of(request), _level(asked.level), _today(), str(asked.unit or ""))
    if reached is None:
        raise Http404
    told = {
        "level": _reference(reached.demands.level),
        "people": reached.people,
        "items": [_short(standing) for standing in reached.standings],
    }
    return json_answer(told)


@router.get(
    "/{key}",
    response={200: StandingInFull, **errors(401, 404, 422)},
    operation_id="qualification_read",
    url_name="qualification.person",
    summary="How a person stands against a level",
)
def read_standing(
    request: HttpRequest,
    *,
    key: Key = Path(..., description="The key of the person."),  # noqa: B008 — as below
    asked: StandingAsked = Query(...),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Return each thing that the level asks, with the verdict and the evidence for it."""
    only(request, StandingAsked)
    person = _person(account_of(request), key)
    level = _level(asked.level) if asked.level else present_level(person, _today())
    standing = standing_of(person, level, _today()) if level else None
    if standing is None:
        raise Http404
    told = {
        **_short(standing),
        "class_version": _reference(standing.demands.version),
        "as_of": _today().isoformat(),
        "qualifications": list(_findings(standing.qualifications)),
        "competencies": list(_findings(standing.competencies)),
    }
    return json_answer(told)


@router.post(
    "/{key}/judgements",
    response={201: JudgementsKept, **errors(400, 401, 403, 404, 409, 412, 415, 422)},
    operation_id="qualification_judge",
    url_name="qualification.judge",
    summary="Judge what no arithmetic can tell",
)
def judge(
    request: HttpRequest,
    given: JudgementGiven,
    *,
    key: Key = Path(..., description="The key of the person."),  # noqa: B008 — the way of django-ninja to declare what is asked
) -> HttpResponse:
    """Record what you find of a person; a later judgement revises it, and none is changed."""
    user = account_of(request)
    person = _person(user, key)
    if not rules.may_judge_within_reach(user, person.pk):
        raise ProblemError(FORBIDDEN, "Nobody judges oneself, or people of others.")
    standing = standing_of(person, _level(given.level), _today())
    demand = standing.demands.by_key.get(given.key) if standing else None
    if standing is None or demand is None:
        fault = Fault("The level asks for no such rule.", pointer="/key")
        raise ProblemError(INVALID, faults=(fault,))
    try:
        made = judge_qualification(
            person=person,
            row=demand.row,
            key=given.key,
            decisions=[_decision(each, standing) for each in given.decisions],
            reason=given.reason,
            actor=user,
            at=clock.now(),
        )
    except Conflict as conflict:
        raise ProblemError(CHANGED, str(conflict)) from conflict
    return json_answer({"items": [_kept(each) for each in made]}, status=CREATED)


def _today() -> date:
    return own_day(clock.now())


def _person(user: Account, key: int) -> Person:
    person = rules.within_reach(user).filter(pk=key).first()
    if person is None:
        raise Http404
    return person


def _level(key: int) -> Level:
    level = Level.objects.select_related("job_class").filter(pk=key).first()
    if level is None:
        raise Http404
    return level


def _decision(given: JudgedSubject, standing: PersonalStanding) -> Decision:
    work = {row.pk: row for row in standing.held.experience}
    if given.experience is not None and given.experience not in work:
        fault = Fault("The person has no such experience.", pointer="/decisions")
        raise ProblemError(INVALID, faults=(fault,))
    found = work[given.experience] if given.experience is not None else None
    return Decision(JudgedVerdict(given.verdict), given.seen, found, given.percent)


def _kept(made: QualificationJudgement) -> dict[str, Any]:
    return {
        "id": made.pk,
        "number": made.number,
        "verdict": made.verdict,
        "judged_at": made.judged_at,
    }


def _reference(row: Any) -> dict[str, Any]:
    return {"id": row.pk, "title": str(row)}


def _short(standing: PersonalStanding) -> dict[str, Any]:
    return {
        "person": _reference(standing.person),
        "level": _reference(standing.demands.level),
        "verdict": standing.verdict,
        **{str(verdict): count for verdict, count in standing.counts},
        "due": len(standing.due),
    }


def _findings(lines: tuple[Line, ...]) -> Iterator[dict[str, Any]]:
    """Give the lines and their parts in one list, each part with the place of its whole."""
    place = 0
    waiting: list[tuple[Line, int | None]] = [(line, None) for line in lines]
    while waiting:
        line, under = waiting.pop(0)
        yield _finding(line, under)
        waiting = [(part, place) for part in line.parts] + waiting
        place += 1


def _finding(line: Line, under: int | None) -> dict[str, Any]:
    finding = line.finding
    return {
        "key": finding.rule.key,
        "under": under,
        "title": line.title,
        "sentence": finding.source.text if finding.source else "",
        "is_preferred": line.is_preferred,
        "verdict": finding.verdict,
        "reason": finding.reason,
        "required": number(finding.required),
        "certain": number(finding.certain),
        "possible": number(finding.possible),
        "rows": [_row(row) for row in line.rows],
        "work": [_work(work) for work in line.work],
        "judgements": _seen(line.question),
        "is_due": bool(list(line.own_due)),
    }


def _seen(question: Question | None) -> int:
    return question.seen if question else 0


def _row(row: BackgroundItem) -> dict[str, Any]:
    return {**_reference(row), "record": row._meta.label_lower}


def _work(work: Work) -> dict[str, Any]:
    spell = work.spell
    steps = {
        name: [number(amount.certain), number(amount.possible)]
        for name, amount in (
            ("span", spell.span),
            ("full_time", spell.full_time),
            ("of_kind", spell.of_kind),
            ("counted", spell.counted),
        )
    }
    return {
        "experience": _reference(work.row),
        **steps,
        "cuts": [str(cut) for cut in spell.cuts],
        "judgements": _seen(work.question),
    }
