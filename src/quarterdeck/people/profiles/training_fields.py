"""What tables of courses, sessions and participation may hold, and how others head it."""

from quarterdeck.core.mapping import FieldKind, MappedField, Option
from quarterdeck.people.vocabulary import EnrolmentState

_STATES = {
    EnrolmentState.ATTENDED: (
        *("attended", "present", "yes", "y", "true", "1", "x", "completed", "passed"),
        *("fully attended", "there"),
    ),
    EnrolmentState.ABSENT: ("absent", "no show", "no", "n", "false", "0", "not attended", "missed"),
    EnrolmentState.ENROLLED: ("enrolled", "registered", "booked", "confirmed", "has a seat"),
    EnrolmentState.WAITING: ("waiting", "waitlisted", "waiting list", "wait list", "waits"),
    EnrolmentState.WITHDRAWN: ("withdrawn", "cancelled", "canceled", "declined", "user cancelled"),
}
_ID_HELP = "Tells one row from another, so that the next file changes it and adds no second one."

COURSES = (
    MappedField(
        "external_id",
        "Id at the source",
        synonyms=("id", "course id", "code", "course code", "number"),
        help=f"{_ID_HELP} Without it the title does.",
    ),
    MappedField(
        "title", "Title", synonyms=("course", "course title", "course name", "name"), required=True
    ),
    MappedField("summary", "Summary", synonyms=("description", "about", "content"), longest=10_000),
    MappedField(
        "minutes",
        "Length in minutes",
        FieldKind.NUMBER,
        ("minutes", "duration", "duration minutes", "length"),
    ),
    MappedField(
        "self_study",
        "Material for self-study",
        synonyms=("link", "url", "address", "material"),
        longest=300,
    ),
)
SESSIONS = (
    MappedField(
        "external_id",
        "Id at the source",
        synonyms=("id", "session", "session id", "event id", "number", "no"),
        required=True,
        help=_ID_HELP,
    ),
    MappedField(
        "course",
        "Course",
        synonyms=("course title", "course name", "course id", "title"),
        required=True,
        help="Its title, or its id at the same source. Courses come first.",
    ),
    MappedField(
        "starts_at",
        "Starts",
        FieldKind.DATE,
        ("start", "start date", "start time", "begins", "from", "date"),
        required=True,
    ),
    MappedField(
        "ends_at", "Ends", FieldKind.DATE, ("end", "end date", "end time", "finish", "until", "to")
    ),
    MappedField(
        "minutes",
        "Length in minutes",
        FieldKind.NUMBER,
        ("duration", "duration minutes", "length"),
        help="Where no column says when it ends.",
    ),
    MappedField(
        "seats",
        "Seats",
        FieldKind.NUMBER,
        ("capacity", "places", "max participants", "maximum"),
        required=True,
    ),
    MappedField("room", "Room", synonyms=("location", "venue", "place")),
    MappedField("link", "Link", synonyms=("url", "meeting link", "online"), longest=300),
    MappedField(
        "trainer",
        "Trainer",
        synonyms=("instructor", "teacher", "facilitator"),
        help="The mail address of the person, or the id at the source that people come from.",
    ),
)
ENROLMENTS = (
    MappedField(
        "session",
        "Session",
        synonyms=("session id", "event id", "course session", "event"),
        required=True,
        help="Its id at the same source. Sessions come first.",
    ),
    MappedField(
        "person",
        "Person",
        synonyms=(
            *("email", "e mail", "mail", "employee id", "employee", "participant", "user"),
            *("anonymized name", "username", "personnel number"),
        ),
        required=True,
        help="The mail address of the person, or the id at the source that people come from.",
    ),
    MappedField(
        "state",
        "What became of it",
        FieldKind.WORD,
        ("status", "attendance", "attended", "state", "result", "completion"),
        meanings={str(state): str(state.label) for state in EnrolmentState},
        known={word: str(state) for state, words in _STATES.items() for word in words},
    ),
    MappedField(
        "asked_at",
        "Enrolled on",
        FieldKind.DATE,
        ("enrolled", "enrolment date", "registered", "registration date", "booked"),
    ),
    MappedField(
        "pre",
        "Points before",
        FieldKind.NUMBER,
        ("pre test", "pretest", "pre", "score before", "before"),
    ),
    MappedField(
        "post",
        "Points after",
        FieldKind.NUMBER,
        ("post test", "posttest", "post", "score after", "after", "score"),
    ),
    MappedField(
        "most",
        "Points that the tests give at most",
        FieldKind.NUMBER,
        ("max points", "max score", "of", "out of", "maximum"),
    ),
)
# What a list of attendance alone says: who is enrolled already was there too.
PRESENT = "present"
# What becomes evidence of training is never guessed: only the person who imports can say it.
NAMED = Option(
    "named",
    "Who stands in the table, where it says no more",
    {
        EnrolmentState.ENROLLED.value: "has a seat; who is enrolled here already stays as they are",
        EnrolmentState.ATTENDED.value: "was there; who is enrolled here already stays as they are",
        PRESENT: "was there, also who is enrolled here already: it is a list of attendance",
    },
    EnrolmentState.ENROLLED.value,
)
