"""Who works in the demo department: units, people, teams, sign-ins. All of them are invented."""

import re
from dataclasses import dataclass

from quarterdeck.core.vocabulary import Role

ORGANISATION = "Brindlemere Town Council"
MAIL_DOMAIN = "brindlemere.example"
ZONE = "Europe/London"
FISCAL_YEAR_STARTS_IN = 7

HUMAN_RESOURCES = "Human Resources"
RESOURCES, CHIEF_EXECUTIVE, LIBRARIES = "Resources", "Chief Executive’s Office", "Libraries"
DEPARTMENT = "IT Department"
USER_SERVICES, INFRASTRUCTURE = "User Services", "Infrastructure"
BUSINESS_SYSTEMS, SECURITY = "Business Systems", "Security and Governance"

# Each unit with the one above it; none means the organisation itself.
UNITS: tuple[tuple[str, str], ...] = (
    (CHIEF_EXECUTIVE, ""),
    (LIBRARIES, ""),
    (RESOURCES, ""),
    (HUMAN_RESOURCES, RESOURCES),
    (DEPARTMENT, RESOURCES),
    (USER_SERVICES, DEPARTMENT),
    (INFRASTRUCTURE, DEPARTMENT),
    (BUSINESS_SYSTEMS, DEPARTMENT),
    (SECURITY, DEPARTMENT),
)

SERVICE_DESK, WORKPLACE = "Service Desk", "Workplace Support"
NETWORK, SERVERS = "Network and Telephony", "Servers and Storage"
APPLICATIONS, INFORMATION_SECURITY = "Business Applications", "Information Security"


@dataclass(frozen=True)
class Crew:
    """A team inside a unit; the first of its members leads it."""

    team: str
    unit: str
    members: tuple[str, ...]


CREWS: tuple[Crew, ...] = (
    Crew(
        SERVICE_DESK,
        USER_SERVICES,
        (
            "Nkechi Baptiste",
            "Owen Tregarth",
            "Samira Haddad",
            "Kofi Brandstrup",
            "Leona Pasternak",
            "Dilan Arslanoglu",
        ),
    ),
    Crew(
        WORKPLACE,
        USER_SERVICES,
        (
            "Piotr Wolanski",
            "Aoife Marsden",
            "Rajiv Menonkar",
            "Tamsin Okello",
            "Jorge Villaseca",
            "Hana Kurosaki",
        ),
    ),
    Crew(
        NETWORK,
        INFRASTRUCTURE,
        (
            "Ulrike Steinhagen",
            "Mateus Figueira",
            "Farah Qureshani",
            "Callum Drysdale-Roe",
            "Ngozi Achterberg",
        ),
    ),
    Crew(
        SERVERS,
        INFRASTRUCTURE,
        (
            "Bram Verhoeckx",
            "Li-Mei Tsao",
            "Gethin Pryderi",
            "Adaeze Lundqvist",
            "Ravindra Salgado",
        ),
    ),
    Crew(
        APPLICATIONS,
        BUSINESS_SYSTEMS,
        (
            "Catriona Bellingrath",
            "Yusuf Demirelli",
            "Ingrid Solbakken",
            "Thabo Makwetla",
            "Elena Vasilescu",
            "Marcus Oyelade",
        ),
    ),
    Crew(
        INFORMATION_SECURITY,
        SECURITY,
        ("Soraya Nemati", "Finn Hollingbery", "Priya Chandrakar"),
    ),
)

IT_MANAGER, DIRECTOR = "Marit Oyelaran", "Desmond Achebe-Lyle"
ADMINISTRATOR, REQUESTER = "Ruben Castellanos", "Wendeline Farrow"
EXECUTIVE, AUDITOR = "Josephine Tarrant", "Hugo Lindqvar"
HR_PARTNER, OVERLOADED = "Philippa Ondrasek", "Gethin Pryderi"
LEAD = "Ulrike Steinhagen"

# Each unit's manager, who reports to the manager of the unit above.
MANAGERS: dict[str, str] = {
    CHIEF_EXECUTIVE: EXECUTIVE,
    RESOURCES: DIRECTOR,
    DEPARTMENT: IT_MANAGER,
    USER_SERVICES: "Beatriz Quillfeather",
    INFRASTRUCTURE: "Anselm Rukavina",
    BUSINESS_SYSTEMS: "Shabnam Whitlock",
    SECURITY: "Tomasz Ferreday",
}
# Those who are in no team.
OTHERS: dict[str, str] = {
    ADMINISTRATOR: INFRASTRUCTURE,
    "Oluwaseun Hartigan": BUSINESS_SYSTEMS,
    "Mei-Lin Abernethy": SECURITY,
    AUDITOR: CHIEF_EXECUTIVE,
    HR_PARTNER: HUMAN_RESOURCES,
    REQUESTER: LIBRARIES,
}


@dataclass(frozen=True)
class SignIn:
    """Whose account holds which role; a role without a unit or a team holds by membership."""

    person: str
    role: Role
    unit: str = ""
    team: str = ""


SIGN_INS: tuple[SignIn, ...] = (
    SignIn(IT_MANAGER, Role.IT_MANAGER),
    SignIn(ADMINISTRATOR, Role.ADMINISTRATOR),
    SignIn(DIRECTOR, Role.DIRECTOR, unit=RESOURCES),
    SignIn(LEAD, Role.TEAM_LEAD, team=NETWORK),
    SignIn("Samira Haddad", Role.TECHNICIAN),
    SignIn(REQUESTER, Role.REQUESTER),
    SignIn(AUDITOR, Role.AUDITOR),
    SignIn(EXECUTIVE, Role.EXECUTIVE_VIEWER),
    SignIn(HR_PARTNER, Role.HR_PARTNER, unit=RESOURCES),
)


# The teams that write calls down in Quarterdeck itself: whoever works there has an account.
BY_HAND = (SERVICE_DESK, WORKPLACE)


def username_of(person: str) -> str:
    """Return the sign-in of a person: the first letter of the first name, and the last name."""
    first, last = person.split(" ", maxsplit=1)
    return re.sub("[^a-z]", "", f"{first[0]}{last}".lower())


def people() -> dict[str, str]:
    """Return everybody's unit by name: managers first, so that others can report to them."""
    managers = {name: unit for unit, name in MANAGERS.items()}
    members = {name: crew.unit for crew in CREWS for name in crew.members}
    return managers | members | OTHERS
