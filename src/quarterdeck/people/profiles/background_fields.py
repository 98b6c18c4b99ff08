"""What tables of education, experience and certificates may hold, and how others head it."""

from quarterdeck.core.mapping import FieldKind, MappedField
from quarterdeck.people.vocabulary import EducationLevel

YES, NO = "True", "False"
_ID = MappedField(
    "external_id",
    "Id at the source",
    synonyms=("id", "record id", "number", "no"),
    required=True,
    help="Tells one row from another, so that the next file changes it and adds no second one.",
)
_PERSON = MappedField(
    "person",
    "Person",
    synonyms=("email", "e mail", "mail", "employee id", "employee", "personnel number"),
    required=True,
    help="The mail address of the person, or the id at the source that people come from.",
)
_FROM = MappedField(
    "begins_on", "From", FieldKind.DATE, ("start", "start date", "begin", "first day", "from")
)
_TO = MappedField("ends_on", "To", FieldKind.DATE, ("end", "end date", "until", "last day", "to"))
_EVIDENCE = MappedField("evidence", "Proof", synonyms=("evidence", "document"), longest=300)
_LEVELS = {str(level): str(level.label) for level in EducationLevel}
_KNOWN_LEVELS = {
    **{str(level).replace("_", " "): str(level) for level in EducationLevel},
    **{f"{level} degree": str(level) for level in EducationLevel},
    **{f"{level} s degree": str(level) for level in EducationLevel},
    **dict.fromkeys(("bsc", "ba", "b sc", "bs"), str(EducationLevel.BACHELOR)),
    **dict.fromkeys(("msc", "ma", "m sc", "mba"), str(EducationLevel.MASTER)),
    **dict.fromkeys(("phd", "ph d", "doctor"), str(EducationLevel.DOCTORATE)),
}

EDUCATION = (
    _ID,
    _PERSON,
    MappedField(
        "level",
        "Level",
        FieldKind.WORD,
        ("degree", "qualification", "education level"),
        required=True,
        meanings=_LEVELS,
        known=_KNOWN_LEVELS,
    ),
    MappedField("field", "Field of study", synonyms=("major", "subject", "field")),
    MappedField("institution", "Institution", synonyms=("school", "university", "college")),
    MappedField(
        "awarded_on", "Awarded", FieldKind.DATE, ("award date", "graduated", "completed", "date")
    ),
    MappedField("years", "Years of study", synonyms=("years",)),
    _FROM,
    _TO,
    _EVIDENCE,
)
EXPERIENCE = (
    _ID,
    _PERSON,
    MappedField(
        "title", "What as", synonyms=("title", "job title", "position", "role"), required=True
    ),
    MappedField("employer", "Employer", synonyms=("company", "organisation", "organization")),
    MappedField("kind_of_work", "Kind of work", synonyms=("field", "area")),
    _FROM,
    _TO,
    MappedField(
        "is_ongoing",
        "Still goes on",
        FieldKind.WORD,
        ("current", "present", "ongoing"),
        meanings={YES: "It goes on", NO: "It has ended"},
        known={
            **dict.fromkeys(("yes", "y", "true", "1", "x", "current"), YES),
            **dict.fromkeys(("no", "n", "false", "0", "ended"), NO),
        },
    ),
    MappedField(
        "percent_of_full_time",
        "Share of full time, %",
        synonyms=("full time", "fte", "percent", "share", "part time"),
        help="100 is full time; empty is not known.",
    ),
    MappedField(
        "percent_managing", "Of which managing people, %", synonyms=("managing", "management")
    ),
    _EVIDENCE,
)
CERTIFICATES = (
    _ID,
    _PERSON,
    MappedField(
        "name", "Name", synonyms=("certificate", "licence", "license", "title"), required=True
    ),
    MappedField("issuer", "Issuer", synonyms=("issued by", "vendor")),
    MappedField("number", "Number", synonyms=("certificate number", "licence number"), longest=64),
    MappedField(
        "issued_on", "Issued", FieldKind.DATE, ("issue date", "date", "issued"), required=True
    ),
    MappedField("expires_on", "Valid to", FieldKind.DATE, ("expiry", "expires", "valid until")),
    _EVIDENCE,
)
