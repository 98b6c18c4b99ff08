"""The kinds of mail that the desk sends, and what a wording of theirs may name."""

from quarterdeck.office.queries.mail_kinds import (
    ALWAYS,
    FREELY,
    NEVER_OMITTED,
    MailKind,
    Placeholder,
)

TICKET = "ticket"
# What only those read who read the desk's own notes.
NOTE = "ticket-note"

_OF_TICKETS = (
    Placeholder("number", "the ticket's number", "T-000017"),
    Placeholder("title", "its title", "Printer on floor 2"),
    Placeholder("description", "what was reported", "It prints blank pages."),
    Placeholder("priority", "its priority", "Priority 2"),
    Placeholder("state", "its state", "In progress"),
    Placeholder("service", "its service", "Printing"),
    Placeholder("requester", "who reported it", "Mona Lind"),
    Placeholder("assignee", "who works on it", "Nils Berg"),
    Placeholder("team", "its team", "Service Desk"),
    Placeholder("resolution", "how it was resolved", "The drum was changed."),
    Placeholder("link", "where it is read", "https://desk.example.org/…"),
    Placeholder("reply", "how its requester answers", "answer to this mail"),
)
_BY = Placeholder("by", "who did it", "Nils Berg")
_MESSAGE = Placeholder("message", "what was written", "It works again.", is_needed=True)
_REASON = Placeholder("reason", "why", "The lift stands still.")
_ANSWER = Placeholder("answer", "the answer", "It is being worked on now.", is_needed=True)
_UNTIL = Placeholder("until", "by when an answer is promised", "2026-07-01 12:00 (UTC)")
_PLACE = "\n\n{{number}} {{title}}\n{{link}}"
_REQUESTER, _DESK, _WATCHER = "Requesters", "The desk", "Whoever watches or is named"

CONFIRMATION = MailKind(
    "desk.confirmation",
    "A report is written down",
    _REQUESTER,
    "{{title}}",
    "Your report is written down as {{number}}:\n\n{{title}}\n{{description}}\n\n"
    "If something is missing or wrong, {{reply}}, or name the number.",
    _OF_TICKETS,
    FREELY,
    TICKET,
)
SPLIT = MailKind(
    "desk.split",
    "A part of a report goes on by itself",
    _REQUESTER,
    "{{title}}",
    "A part of your report {{whole}} goes on under a number of its own, {{number}}:\n\n"
    "{{title}}\n{{description}}\n\n"
    "If something is missing or wrong, {{reply}}, or name the number.",
    (Placeholder("whole", "the number of the report", "T-000012"), *_OF_TICKETS),
    FREELY,
    TICKET,
)
REPLY = MailKind(
    "desk.reply",
    "The desk replies, or asks",
    _REQUESTER,
    "{{title}}",
    "{{message}}",
    (_MESSAGE, _BY, *_OF_TICKETS),
    NEVER_OMITTED,
    TICKET,
)
RESOLUTION = MailKind(
    "desk.resolution",
    "A ticket is resolved",
    _REQUESTER,
    "{{title}}",
    "Your ticket {{number}} has been resolved:\n\n{{resolution}}\n\n"
    "If it was not, {{reply}}, and it will be reopened.",
    _OF_TICKETS,
    NEVER_OMITTED,
    TICKET,
)
MERGED = MailKind(
    "desk.merged",
    "A report is worked on with another one",
    _REQUESTER,
    "{{title}}",
    "Your report {{number}} is about something that was reported already:\n\n{{title}}\n\n"
    "Both are worked on together. You are told when it is done; to reach those who work on it,\n"
    "{{reply}}.",
    _OF_TICKETS,
    FREELY,
    TICKET,
)
MERGED_RESOLUTION = MailKind(
    "desk.merged-resolution",
    "What a report was merged into is resolved",
    _REQUESTER,
    "{{title}}",
    "What you reported as {{number}} has been resolved:\n\n{{outcome}}\n\n"
    "If it was not, {{reply}}.",
    (Placeholder("outcome", "what was done", "The drum was changed."), *_OF_TICKETS),
    NEVER_OMITTED,
    TICKET,
)
CANCELLATION = MailKind(
    "desk.cancellation",
    "A ticket is closed without work",
    _REQUESTER,
    "{{title}}",
    "Your ticket {{number}} is closed without work: {{why}}.\n\n{{reason}}\n\n"
    "If you need it still, {{reply}}.",
    (
        Placeholder("why", "why nothing is done", "Opened by mistake", is_needed=True),
        _REASON,
        *_OF_TICKETS,
    ),
    NEVER_OMITTED,
    TICKET,
)
MERGED_CANCELLATION = MailKind(
    "desk.merged-cancellation",
    "What a report was merged into is closed without work",
    _REQUESTER,
    "{{title}}",
    "What you reported as {{number}} was worked on with another report, which is closed without\n"
    "work: {{outcome}}\n\nIf you need it still, {{reply}}.",
    (Placeholder("outcome", "why nothing is done", "Opened by mistake."), *_OF_TICKETS),
    NEVER_OMITTED,
    TICKET,
)
DECISION = MailKind(
    "desk.decision",
    "A request was decided on",
    _REQUESTER,
    "{{title}}",
    "{{decision}}\n\n{{reason}}",
    (
        Placeholder("decision", "what was decided", "Your request is approved.", is_needed=True),
        _REASON,
        *_OF_TICKETS,
    ),
    NEVER_OMITTED,
    TICKET,
)
ACKNOWLEDGED = MailKind(
    "desk.complaint-acknowledged",
    "A complaint was heard",
    _REQUESTER,
    "{{title}}",
    "Your complaint has been taken up.\n\n{{reason}}\n\nYou will have an answer by {{until}}.",
    (_REASON, _UNTIL, *_OF_TICKETS),
    ALWAYS,
    TICKET,
)
COMPLAINT_ANSWER = MailKind(
    "desk.complaint-answer",
    "A complaint is answered",
    _REQUESTER,
    "{{title}}",
    "About your complaint:\n\n{{answer}}",
    (_ANSWER, *_OF_TICKETS),
    ALWAYS,
    TICKET,
)
FOLLOW_UP = MailKind(
    "desk.complaint-follow-up",
    "Whether a complaint is solved",
    _REQUESTER,
    "{{title}}",
    "What was done about your complaint:\n\n{{outcome}}\n\n{{question}}\n{{address}}",
    (
        Placeholder("outcome", "what was done", "The printer was replaced."),
        Placeholder("question", "how to answer", "Is it solved? Say so here:", is_needed=True),
        Placeholder("address", "the link", "https://desk.example.org/…", is_needed=True),
        *_OF_TICKETS,
    ),
    ALWAYS,
    TICKET,
)
COMPLAINT_WITHDRAWN = MailKind(
    "desk.complaint-withdrawn",
    "A complaint is withdrawn in the complainant's name",
    _REQUESTER,
    "{{title}}",
    "{{by}} has written down that you withdraw your complaint:\n\n{{reason}}\n\n"
    "If you did not say so, {{reply}}, or complain again.",
    (
        Placeholder("by", "who wrote it down", "Nils Berg", is_needed=True),
        Placeholder("reason", "why it is not needed", "It prints again.", is_needed=True),
        *_OF_TICKETS,
    ),
    ALWAYS,
    TICKET,
)
ASSIGNMENT = MailKind(
    "desk.assignment",
    "A ticket is assigned",
    _DESK,
    "{{title}}",
    "{{by}} has assigned a ticket to you.\n\n{{number}} {{title}}\n{{priority}}\n"
    "Service: {{service}}\nRequester: {{requester}}\n\n{{description}}",
    (_BY, *_OF_TICKETS),
    FREELY,
    TICKET,
    is_for_staff=True,
)
ANSWERED = MailKind(
    "desk.answered",
    "A requester writes on one's ticket",
    _DESK,
    "{{title}}",
    "{{by}} has answered:\n\n{{message}}",
    (_MESSAGE, _BY, *_OF_TICKETS),
    FREELY,
    TICKET,
    is_for_staff=True,
)
RULE = MailKind(
    "desk.rule",
    "A rule notifies",
    _DESK,
    "{{title}}",
    "{{because}}: {{number}} {{title}}\n\n{{state}}",
    (Placeholder("because", "which rule", "Rule “Usual”", is_needed=True), *_OF_TICKETS),
    FREELY,
    TICKET,
    is_for_staff=True,
)
_OF_CLOCKS = (
    Placeholder("clock", "what runs out", "first response"),
    Placeholder("due", "when it is due", "2026-07-01 12:00 (UTC)"),
    Placeholder("promise", "what was promised", "4 h on Usual, by Standard 1"),
    *_OF_TICKETS,
)
_CLOCK = "{{number}} {{title}}\n{{priority}}\nState: {{state}}\nPromised: {{promise}}"
CLOCK_WARNING = MailKind(
    "desk.clock-warning",
    "A clock runs out soon",
    _DESK,
    "{{clock}} is due soon",
    f"The {{{{clock}}}} is due at {{{{due}}}}.\n\n{_CLOCK}",
    _OF_CLOCKS,
    FREELY,
    TICKET,
    is_for_staff=True,
)
CLOCK_BREACH = MailKind(
    "desk.clock-breach",
    "A clock has run out",
    _DESK,
    "{{clock}} is overdue",
    f"The {{{{clock}}}} was due at {{{{due}}}}.\n\n{_CLOCK}",
    _OF_CLOCKS,
    FREELY,
    TICKET,
    is_for_staff=True,
)
ESCALATION = MailKind(
    "desk.escalation",
    "An escalation waits for an answer",
    _DESK,
    "{{what}} waits for your answer",
    "{{cause}}: {{reason}}\n\n{{number}} {{title}}\n{{priority}}\n"
    "An answer is promised by {{until}}.\n{{skipped}}",
    (
        Placeholder("what", "an escalation or a complaint", "an escalation"),
        Placeholder("cause", "what led to it", "By hand"),
        _REASON,
        _UNTIL,
        Placeholder("skipped", "who was passed over, and why", "Passed over: Vera, away"),
        *_OF_TICKETS,
    ),
    NEVER_OMITTED,
    TICKET,
    is_for_staff=True,
)
ESCALATION_ANSWER = MailKind(
    "desk.escalation-answer",
    "An escalation is answered",
    _DESK,
    "answered",
    "{{by}} has answered:\n\n{{answer}}",
    (_ANSWER, _BY, *_OF_TICKETS),
    FREELY,
    TICKET,
    is_for_staff=True,
)
MENTION = MailKind(
    "desk.mention",
    "A note names one",
    _WATCHER,
    "{{by}} has named you: {{title}}",
    f"{{{{by}}}} names you in a note:\n\n{{{{message}}}}{_PLACE}",
    (_MESSAGE, _BY, *_OF_TICKETS),
    FREELY,
    NOTE,
)
WATCHED_REPLY = MailKind(
    "desk.watched-reply",
    "A reply on a watched ticket",
    _WATCHER,
    "a new reply: {{title}}",
    f"{{{{by}}}} writes:\n\n{{{{message}}}}{_PLACE}",
    (_MESSAGE, _BY, *_OF_TICKETS),
    FREELY,
    TICKET,
)
WATCHED_STATE = MailKind(
    "desk.watched-state",
    "A watched ticket comes into another state",
    _WATCHER,
    "{{into}}: {{title}}",
    f"It is {{{{into}}}} now, by {{{{by}}}}.{_PLACE}",
    (Placeholder("into", "the new state", "resolved"), _BY, *_OF_TICKETS),
    FREELY,
    TICKET,
)
DESK_KINDS = (
    *(CONFIRMATION, SPLIT, REPLY, RESOLUTION, MERGED, MERGED_RESOLUTION, DECISION),
    *(CANCELLATION, MERGED_CANCELLATION),
    *(ACKNOWLEDGED, COMPLAINT_ANSWER, FOLLOW_UP, COMPLAINT_WITHDRAWN, ASSIGNMENT, ANSWERED, RULE),
    *(CLOCK_WARNING, CLOCK_BREACH, ESCALATION, ESCALATION_ANSWER),
    *(MENTION, WATCHED_REPLY, WATCHED_STATE),
)
