"""What a table of people may hold, and the heads that other systems give it."""

from quarterdeck.core.mapping import FieldKind, MappedField, Option

REFUSE, CREATE = "refuse", "create"
UNKNOWN_PLACES = Option(
    "unknown_places",
    "Units and teams that are not known",
    {REFUSE: "Are errors", CREATE: "Are founded under the organisation"},
    REFUSE,
)

KEEP, LEAVE = "keep", "leave"
ABSENT = Option(
    "absent",
    "People of this source who are not in the file",
    {KEEP: "Stay as they are", LEAVE: "Have left"},
    KEEP,
    help="Choose “Have left” only for a file that names everybody. Nobody is removed.",
)
LEFT_ON = Option(
    "left_on",
    "Last day of those who have left",
    {},
    "",
    help="Such as 2026-03-31; empty for the day on which the file came in.",
    is_remembered=False,
)
MOST_LEAVING = Option(
    "most_leaving",
    "How many may leave with one file",
    {
        "5": "At most 5 in 100",
        "20": "At most 20 in 100",
        "50": "At most 50 in 100",
        "100": "Everybody whom the dry run names: I have looked",
    },
    "5",
    help="More than that is most likely a file that is not whole, and nobody leaves.",
    is_remembered=False,
)

FIELDS: tuple[MappedField, ...] = (
    MappedField(
        "external_id",
        "Id at the source",
        synonyms=(
            "id",
            "employee id",
            "employee number",
            "employee no",
            "personnel number",
            "person id",
            "staff id",
            "user id",
            "number",
        ),
        help="Tells one person from another in the next file; without it the mail address does.",
    ),
    MappedField(
        "name",
        "Name",
        synonyms=("full name", "display name", "employee name", "employee", "person"),
    ),
    MappedField("first_name", "First name", synonyms=("given name", "forename", "firstname")),
    MappedField("last_name", "Last name", synonyms=("surname", "family name", "lastname")),
    MappedField(
        "email",
        "Mail address",
        synonyms=("e mail", "mail", "email address", "e mail address", "work email"),
    ),
    MappedField("unit", "Unit", synonyms=("department", "division", "organisation unit")),
    MappedField("team", "Team", synonyms=("group", "work group")),
    MappedField(
        "manager",
        "Reports to",
        synonyms=(
            "manager",
            "manager id",
            "manager email",
            "manager e mail",
            "supervisor",
            "line manager",
        ),
        help="The superior's id or mail address, in this file or in the directory.",
    ),
    MappedField(
        "starts_on",
        "First day",
        FieldKind.DATE,
        ("start date", "hire date", "entry date", "joined", "start", "from"),
    ),
    MappedField(
        "ends_on",
        "Last day",
        FieldKind.DATE,
        ("end date", "leaving date", "termination date", "left", "end", "until"),
        help="Whoever has left stays in the directory and is no longer offered.",
    ),
)
