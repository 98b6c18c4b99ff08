"""Public holidays of countries and their regions, as the package `holidays` knows them."""

import re
from datetime import date
from operator import itemgetter

from quarterdeck.core.errors import Refused

# Of which years holidays are asked for, and of how many at once.
EARLIEST_YEAR, LATEST_YEAR, MOST_YEARS = 1990, 2100, 30
# The package names its classes `UnitedKingdom`.
_INNER_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def countries() -> list[tuple[str, str]]:
    """Return the countries that are known by code (ISO 3166-1) and name, in order of name."""
    # The package is large, and few pages need it.
    from holidays.registry import COUNTRIES  # noqa: PLC0415 — see the line above

    named = ((code, _INNER_CAPITAL.sub(" ", name)) for name, code, *_ in COUNTRIES.values())
    return sorted(named, key=itemgetter(1))


def regions(country: str) -> list[str]:
    """Return the codes of a country's regions that have holidays of their own (ISO 3166-2)."""
    from holidays import list_supported_countries  # noqa: PLC0415 — it is slow to load and few requests need it

    return sorted(list_supported_countries(include_aliases=False).get(country, []))


def public_holidays(*, country: str, region: str, first: int, last: int) -> dict[date, str]:
    """Return the public holidays of some years by day; Refused for an unknown country or region.

    A region's code is that after the hyphen: `BY` of `DE-BY`.
    """
    from holidays import country_holidays  # noqa: PLC0415 — it is slow to load and few requests need it

    if country not in dict(countries()):
        raise Refused(f"There is no country “{country}”; expected a code such as DE or GB.")
    known = regions(country)
    if region and region not in known:
        told = ", ".join(known) or "none"
        raise Refused(f"{country} has no region “{region}”. Known: {told}.")
    days = country_holidays(country, subdiv=region or None, years=range(first, last + 1))
    # A holiday at the turn of a year may be moved into a year that nobody asked for.
    return {day: name for day, name in sorted(days.items()) if first <= day.year <= last}
