"""What holds for every background: more experience never hurts, and time is counted once."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.kernels.qualification import Background, Verdict, evaluate
from quarterdeck.kernels.qualification.background import Day, Education, Experience, Judgement
from quarterdeck.kernels.qualification.counting import count_months, months_between
from quarterdeck.kernels.qualification.rules import (
    AllOf,
    AnyOf,
    Combination,
    Comparison,
    Degree,
    DegreeLevel,
    Direction,
    EducationAndExperience,
    Equivalency,
    Months,
    Rule,
)

FIRST, LAST = date(2018, 1, 1), date(2025, 12, 31)
ORDER = (Verdict.UNMET, Verdict.UNKNOWN, Verdict.MET)
KINDS = ("technology", "managing")

days = st.dates(FIRST, LAST)
# Enough for two ends of February, and few enough to count each day of them.
FEW = 430
few_days = st.dates(FIRST, FIRST + timedelta(days=FEW - 1))
shares = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
maybe_shares = st.one_of(st.none(), shares)
kinds = st.dictionaries(st.sampled_from(KINDS), maybe_shares)
any_kind = st.one_of(st.none(), st.sampled_from(KINDS))


@st.composite
def around(draw: st.DrawFn) -> Day:
    return Day(*sorted((draw(days), draw(days))))


@st.composite
def experiences(draw: st.DrawFn) -> Experience:
    first, last = sorted((draw(days), draw(days)))
    return Experience(
        key="work",
        first=draw(st.sampled_from([Day.on(first), Day(first, last), None])),
        last=draw(st.sampled_from([Day.on(last), Day(first, last), None])),
        last_unknown=draw(st.booleans()),
        share=draw(maybe_shares),
        kinds=draw(kinds),
        other_kinds_unknown=draw(st.booleans()),
        part_of=draw(st.sampled_from([None, None, "study"])),
    )


@st.composite
def educations(draw: st.DrawFn) -> Education:
    first, last = sorted((draw(days), draw(days)))
    return Education(
        key="study",
        level=draw(st.sampled_from(DegreeLevel)),
        field=draw(st.sampled_from(["", "computing", "history"])),
        completed=draw(st.sampled_from([None, last])),
        years=draw(st.sampled_from([None, Fraction(1), Fraction(5, 2), Fraction(6)])),
        first=draw(st.sampled_from([None, first])),
        last=draw(st.sampled_from([None, last])),
    )


@st.composite
def months_rules(draw: st.DrawFn, depth: int = 1) -> Months:
    inner = st.lists(months_rules(depth - 1), max_size=2) if depth else st.just([])
    return Months(
        months=Fraction(draw(st.integers(0, 48))),
        comparison=draw(st.sampled_from(Comparison)),
        kind=draw(any_kind),
        including=tuple(draw(inner)),
        beyond_full_time=draw(st.booleans()),
    )


@st.composite
def equivalencies(draw: st.DrawFn) -> Equivalency:
    return Equivalency(
        key="equivalency",
        direction=draw(st.sampled_from(Direction)),
        rate=draw(st.sampled_from([None, Fraction(1, 2), Fraction(1), Fraction(2)])),
        limit_years=draw(st.sampled_from([None, Fraction(1), Fraction(2)])),
        kind=draw(any_kind),
    )


degrees = st.builds(
    Degree,
    key=st.just("degree"),
    level=st.sampled_from(DegreeLevel),
    fields=st.sampled_from([(), ("computing",)]),
    or_related=st.booleans(),
    or_equivalent=st.booleans(),
)
leaves: st.SearchStrategy[Rule] = st.one_of(
    months_rules(),
    degrees,
    st.builds(
        EducationAndExperience,
        education=degrees,
        experience=months_rules(),
        equivalencies=st.lists(equivalencies(), max_size=2).map(tuple),
    ),
    st.builds(
        Combination,
        education_years=st.sampled_from([Fraction(1), Fraction(4)]),
        experience=months_rules().map(lambda rule: replace(rule, months=rule.months + 1)),
        beyond_years=st.sampled_from([Fraction(0), Fraction(4)]),
    ),
)
rules = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(AllOf, parts=st.lists(parts, max_size=2).map(tuple)),
        st.builds(AnyOf, parts=st.lists(parts, max_size=2).map(tuple)),
    ),
    max_leaves=3,
)
judgements = st.lists(
    st.builds(
        Judgement,
        about=st.sampled_from(["degree", "equivalency"]),
        accepted=st.booleans(),
        by=st.just("R. Osei"),
        on=days,
        reason=st.just("Seen."),
    ),
    max_size=2,
).map(tuple)
work = st.lists(experiences(), max_size=3).map(tuple)
backgrounds = st.builds(
    Background,
    experience=work,
    education=st.lists(educations(), max_size=2).map(tuple),
    judgements=judgements,
)


@given(rules, backgrounds, experiences(), days)
def test_more_experience_never_makes_a_verdict_worse(
    rule: Rule, background: Background, more: Experience, at: date
) -> None:
    before = evaluate(rule, background, at).verdict
    richer = replace(background, experience=(*(background.experience or ()), more))

    assert ORDER.index(evaluate(rule, richer, at).verdict) >= ORDER.index(before)


@given(rules, backgrounds, days)
def test_the_order_of_rows_changes_no_verdict(rule: Rule, background: Background, at: date) -> None:
    turned = replace(background, experience=(background.experience or ())[::-1])

    assert evaluate(rule, turned, at).verdict == evaluate(rule, background, at).verdict


@given(work, experiences(), st.dates(FIRST, LAST - timedelta(days=1)), days, any_kind)
def test_splitting_a_job_in_two_changes_no_count(
    others: tuple[Experience, ...], whole: Experience, cut: date, at: date, kind: str | None
) -> None:
    whole = replace(whole, first=Day.on(FIRST), last=Day.on(LAST))
    early = replace(whole, last=Day.on(cut))
    late = replace(whole, first=Day.on(cut + timedelta(days=1)), last=Day.on(LAST))
    wanted = (frozenset({kind} if kind else ()),)

    assert (
        count_months([*others, early, late], wanted, at).total
        == count_months([*others, whole], wanted, at).total
    )


@given(work, days, any_kind)
def test_months_never_exceed_the_calendar(
    experience: tuple[Experience, ...], at: date, kind: str | None
) -> None:
    known = [replace(item, first=item.first or Day.on(FIRST)) for item in experience]

    total = count_months(known, (frozenset({kind} if kind else ()),), at).total

    calendar = months_between(FIRST, at + timedelta(days=1))
    assert 0 <= total.certain <= total.possible <= calendar


@given(st.lists(st.tuples(few_days, few_days, shares), max_size=4))
def test_the_count_is_that_of_adding_up_day_by_day(
    jobs: list[tuple[date, date, Fraction]],
) -> None:
    experience = [
        Experience(key="work", first=Day.on(min(a, b)), last=Day.on(max(a, b)), share=share)
        for a, b, share in jobs
    ]

    by_day = Fraction(0)
    for number in range(FEW):
        day = FIRST + timedelta(days=number)
        worked = sum((share for a, b, share in jobs if min(a, b) <= day <= max(a, b)), Fraction(0))
        by_day += min(Fraction(1), worked) * months_between(day, day + timedelta(days=1))

    assert count_months(experience, (frozenset(),), LAST).total.certain == by_day
