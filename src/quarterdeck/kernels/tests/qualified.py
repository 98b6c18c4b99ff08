"""Rules and backgrounds in few words, for the tests of qualifications."""

from datetime import date
from fractions import Fraction

from quarterdeck.kernels.qualification import Background, evaluate
from quarterdeck.kernels.qualification.background import Day, Education, Experience
from quarterdeck.kernels.qualification.rules import Months

TODAY = date(2025, 12, 31)


def months(number: int, **terms: object) -> Months:
    return Months(months=Fraction(number), **terms)  # type: ignore[arg-type] # terms are the rule's own


def job(key: str, first: date, last: date | None = None, **terms: object) -> Experience:
    return Experience(
        key=key,
        first=Day.on(first),
        last=Day.on(last) if last else None,
        **terms,  # type: ignore[arg-type] # terms are the experience's own
    )


def person(*experience: Experience, education: tuple[Education, ...] = ()) -> Background:
    return Background(experience=experience, education=education)


def counted(*experience: Experience, rule: Months | None = None) -> Fraction | None:
    return evaluate(rule or months(0), person(*experience), TODAY).certain


def whole(number: Fraction | None) -> int:
    """A number of months that is known to be whole."""
    assert number is not None
    assert number.denominator == 1
    return number.numerator


def since(year: int, **terms: object) -> Experience:
    """Work from the first day of a year to the last of 2025."""
    return job("work", date(year, 1, 1), TODAY, **terms)
