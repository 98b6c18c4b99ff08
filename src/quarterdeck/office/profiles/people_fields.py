"""What a table of people may hold, and the heads that other systems give it."""

from quarterdeck.core.mapping import FieldKind, MappedField, Option

REFUSE, CREATE = "refuse", "create"
UNKNOWN_PLACES = Option(
    "unknown_places",
    "Units and teams that are not known",
    {REFUSE: "Are errors", CREATE: "Are founded under the organisation"},
    REFUSE,
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
