"""What the demo department provides: services and their hours, and what tickets are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from holidays import country_holidays

from quarterdeck.config.demo.cast import (
    APPLICATIONS,
    INFORMATION_SECURITY,
    NETWORK,
    SERVERS,
    SERVICE_DESK,
    WORKPLACE,
)

_EIGHT, _NINE, _HALF_PAST_FIVE, _EIGHT_AT_NIGHT = 8 * 60, 9 * 60, 17 * 60 + 30, 20 * 60
_WORKDAYS, _SATURDAY = range(5), 5

OFFICE_HOURS, LIBRARY_HOURS, ALWAYS = "office-hours", "library-hours", "around-the-clock"
# Key, name, openings. The third calendar is there in every installation.
CALENDARS: tuple[tuple[str, str, tuple[tuple[int, int, int], ...]], ...] = (
    (
        OFFICE_HOURS,
        "Office hours",
        tuple((day, _EIGHT, _HALF_PAST_FIVE) for day in _WORKDAYS),
    ),
    (
        LIBRARY_HOURS,
        "Library hours",
        (
            *((day, _EIGHT, _EIGHT_AT_NIGHT) for day in _WORKDAYS),
            (_SATURDAY, _NINE, _HALF_PAST_FIVE),
        ),
    ),
)


def public_holidays(first_year: int, last_year: int) -> dict[date, str]:
    """Return the public holidays of the years, the last one included (England's bank holidays)."""
    years = range(first_year, last_year + 1)
    return dict(country_holidays("GB", subdiv="ENG", years=years))


# Name, description, owner, agreed hours.
SERVICES: tuple[tuple[str, str, str, str], ...] = (
    ("Email and calendar", "Mailboxes, shared calendars, address book.", "Bram Verhoeckx", ALWAYS),
    ("Sign-in", "Accounts, passwords and second factors.", "Soraya Nemati", ALWAYS),
    ("Workplace computer", "Laptops, desktops and their software.", "Piotr Wolanski", OFFICE_HOURS),
    ("Printing", "Shared printers and the print shop.", "Aoife Marsden", OFFICE_HOURS),
    ("Telephony", "Desk phones, mobiles, the switchboard.", "Ulrike Steinhagen", ALWAYS),
    ("Network and Wi-Fi", "Wired and wireless network at 31 sites.", "Mateus Figueira", ALWAYS),
    ("Remote access", "Work from home and on the road.", "Farah Qureshani", ALWAYS),
    ("File storage", "Shared folders and their backup.", "Li-Mei Tsao", ALWAYS),
    ("Finance system", "Ledger, invoices, budgets.", "Catriona Bellingrath", OFFICE_HOURS),
    ("Housing and benefits system", "Tenancies and claims.", "Ingrid Solbakken", OFFICE_HOURS),
    ("Library catalogue", "Loans and the public terminals.", "Thabo Makwetla", LIBRARY_HOURS),
    ("Website and online forms", "What residents see and fill in.", "Elena Vasilescu", ALWAYS),
)


# Which team is given what is reported about a service; all else is the service desk's.
SUPPORTED_BY = {"Printing": WORKPLACE, "Workplace computer": WORKPLACE}

# By priority: the calendar on which is counted, and the hours for each thing promised.
Times = Mapping[int, tuple[str, Mapping[str, float]]]
_RESPONSE, _UPDATE, _RESOLUTION = "response", "update", "resolution"
EVERYBODY = "All staff"
# Name, service, the team whose operational level it is, times. Email was promised around the clock,
# though nobody works at night.
PROMISES: tuple[tuple[str, str, str, Times], ...] = (
    (
        EVERYBODY,
        "",
        "",
        {
            1: (OFFICE_HOURS, {_RESPONSE: 0.5, _UPDATE: 1, _RESOLUTION: 8}),
            2: (OFFICE_HOURS, {_RESPONSE: 1, _UPDATE: 4, _RESOLUTION: 16}),
            3: (OFFICE_HOURS, {_RESPONSE: 4, _UPDATE: 24, _RESOLUTION: 40}),
            4: (OFFICE_HOURS, {_RESPONSE: 8, _RESOLUTION: 80}),
            5: (OFFICE_HOURS, {_RESPONSE: 16, _RESOLUTION: 160}),
        },
    ),
    (
        "Email, around the clock",
        "Email and calendar",
        "",
        {
            priority: (ALWAYS, {_RESPONSE: 1, _RESOLUTION: hours})
            for priority, hours in ((1, 4), (2, 8), (3, 24), (4, 48))
        },
    ),
    (
        "The network's part",
        "",
        NETWORK,
        {
            priority: (OFFICE_HOURS, {_RESOLUTION: hours})
            for priority, hours in ((1, 4), (2, 8), (3, 20), (4, 40))
        },
    ),
)


@dataclass(frozen=True)
class Category:
    """What tickets are about: who works on it, how often it comes, how well it is done.

    `share` weighs it against the others; `effort` multiplies the usual working time; the rest are
    chances that a ticket waits for a vendor, is handed on, comes back after its fix, or is left
    lying for months.
    """

    name: str
    team: str
    share: int
    effort: float = 1.0
    vendor: float = 0.03
    handed_on: float = 0.1
    comes_back: float = 0.04
    stalls: float = 0.002


CATEGORIES: tuple[Category, ...] = (
    Category("Password and sign-in", SERVICE_DESK, 17, effort=0.3, handed_on=0.04),
    Category("Email and calendar", SERVICE_DESK, 11, effort=0.7),
    Category("Laptop or desktop computer", WORKPLACE, 13, vendor=0.08),
    # Printers are mended, and then they are mended again.
    Category("Printing", WORKPLACE, 11, vendor=0.1, comes_back=0.3),
    Category("Software installation", WORKPLACE, 6, effort=0.9),
    Category("Mobile phone", WORKPLACE, 4, vendor=0.12),
    Category("Telephony", NETWORK, 4, vendor=0.1),
    Category("Network and Wi-Fi", NETWORK, 7, effort=1.1),
    Category("Remote access", NETWORK, 6, effort=0.8),
    Category("File storage", SERVERS, 5, effort=0.9),
    Category("Backup and restore", SERVERS, 1),
    # Nobody knows whose the business applications are: tickets wander, and some are left lying.
    Category("Finance system", APPLICATIONS, 6, 1.4, vendor=0.14, handed_on=0.6, stalls=0.16),
    Category(
        "Housing and benefits system", APPLICATIONS, 5, 1.6, 0.16, handed_on=0.62, stalls=0.16
    ),
    Category("Library catalogue", APPLICATIONS, 2, 1.3, vendor=0.12, handed_on=0.5, stalls=0.1),
    Category("Website and online forms", APPLICATIONS, 3, 1.2, vendor=0.06, handed_on=0.5),
    Category("Access rights", INFORMATION_SECURITY, 5, effort=1.2),
    Category("Suspicious email", INFORMATION_SECURITY, 4, effort=0.5),
)
# What breaks in the outage, and how the calls spread over it.
OUTAGE_SHARES: Mapping[str, int] = {"Network and Wi-Fi": 6, "Remote access": 3, "Telephony": 2}
