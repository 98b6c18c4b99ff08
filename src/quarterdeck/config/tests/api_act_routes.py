"""The rows of the table of operations for the acts on records that stand on pages of their own, and
for the closing of months.

Each act is asked as the page is: what one may not see is 404, what one may see and not do is 403.
"""

from typing import Any

from quarterdeck.core.models import Person, Team
from quarterdeck.office.models import Calendar
from quarterdeck.people.models import Course, JobClass, VocabularyEntry
from quarterdeck.services.models import Service

LINES = """
route                      method record       anon requ tech lead mana dire exec hrpa audi admi
desk.ticket.act.complain POST net-ticket 401  201  404  422  422  403  404  404  403  422
desk.ticket.act.declare POST desk-ticket 401  404  403  404  409  403  404  404  403  409
desk.ticket.act.cite-article POST desk-ticket 401  404  422  404  422  403  404  404  403  422
desk.ticket.act.use-article POST desk-ticket 401  404  422  404  422  403  404  404  403  422
desk.escalation.act.acknowledge POST complaint 401  403  404  403  412  403  404  404  403  412
desk.escalation.act.answer POST complaint 401  403  404  403  412  403  404  404  403  412
desk.escalation.act.resolve POST complaint 401  403  404  403  412  403  404  404  403  412
desk.escalation.act.pass-on POST complaint 401  403  404  403  412  403  404  404  403  412
desk.escalation.act.verdict POST complaint 401  412  404  412  403  403  404  404  403  412
desk.escalation.act.withdraw POST complaint 401  412  404  412  403  403  404  404  403  412
desk.problem.act.investigate POST problem 401  404  403  200  412  403  404  404  403  412
desk.problem.act.know POST problem 401  404  403  422  422  403  404  404  403  422
desk.problem.act.change POST problem 401  404  403  409  409  403  404  404  403  409
desk.problem.act.resolve POST problem 401  404  403  200  412  403  404  404  403  412
desk.problem.act.close POST problem 401  404  403  409  409  403  404  404  403  409
desk.problemlink.act.end POST net-link 401  404  404  200  412  403  404  404  403  412
desk.candidateproblem.act.accept POST net-candidate 401  404  404  201  412  403  404  404  403  412
desk.candidateproblem.act.merge POST net-candidate 401  404  404  422  422  403  404  404  403  422
desk.candidateproblem.act.reject POST net-candidate 401  404  404  200  412  403  404  404  403  412
desk.majorincident.act.update POST major 401  404  403  404  201  403  404  404  403  201
desk.majorincident.act.note POST major 401  404  201  404  201  403  404  404  403  201
desk.majorincident.act.part POST major 401  404  403  404  422  403  404  404  403  422
desk.majorincident.act.roles POST major 401  404  403  404  412  403  404  404  403  412
desk.majorincident.act.affected POST major 401  404  403  404  412  403  404  404  403  412
desk.majorincident.act.resolve POST major 401  404  403  404  412  403  404  404  403  412
desk.majorincident.act.review POST major 401  404  403  404  412  403  404  404  403  412
desk.majorincident.act.action POST major 401  404  403  404  409  409  404  404  403  409
desk.recurringticket.list POST - 401  403  403  409  201  403  403  403  403  201
desk.recurringticket.detail PATCH recurring 401  404  403  404  412  404  404  404  403  412
desk.recurringticket.act.pause POST recurring 401  404  403  404  412  404  404  404  403  412
desk.recurringticket.act.resume POST recurring 401  404  403  404  412  404  404  404  403  412
desk.incomingmail.act.open POST mail 401  404  412  404  412  404  404  404  403  412
desk.incomingmail.act.attach POST mail 401  404  412  404  412  404  404  404  403  412
desk.incomingmail.act.discard POST mail 401  404  412  404  412  404  404  404  403  412
desk.mailbox.act.read POST mailbox 401  404  403  403  200  404  404  404  403  200
desk.article.list POST - 401  403  201  201  201  403  403  403  403  201
desk.article.act.revise POST for-all 401  403  200  412  412  403  403  403  403  412
desk.article.act.describe POST for-all 401  403  200  200  200  403  403  403  403  200
desk.article.act.submit POST a-draft 401  404  200  409  409  404  404  404  403  409
desk.article.act.publish POST a-draft 401  404  403  409  409  404  404  404  403  409
desk.article.act.return POST a-draft 401  404  403  409  409  404  404  404  403  409
desk.article.act.confirm POST for-all 401  403  403  200  200  403  403  403  403  200
desk.article.act.retire POST for-all 401  403  403  200  409  404  404  404  403  409
desk.article.act.judge POST for-requesters 401  200  200  200  200  404  404  404  200  200
people.course.act.publish-test POST course 401  403  403  200  200  200  403  200  403  200
people.coursesession.list POST - 401  403  403  201  201  201  403  201  403  201
people.coursesession.detail PATCH coming 401  403  403  200  412  412  403  412  403  412
people.coursesession.act.enrol POST coming 401  201  201  201  201  201  201  201  201  201
people.coursesession.act.cancel POST coming 401  403  403  200  412  412  403  412  403  412
people.coursesession.act.take-attendance POST held 401  403  403  409  409  409  403  409  403  409
people.enrolment.act.withdraw POST enrolment 401  409  404  404  409  404  404  404  404  404
people.enrolment.act.note-result POST enrolment 401  403  404  404  200  404  404  404  404  404
portal.report.files POST - 401  415  415  415  415  415  415  415  415  415
desk.candidates POST - 401  403  403  202  202  403  403  403  403  202
desk.recurring.dates GET recurring 401  404  200  404  200  404  404  404  200  200
desk.mail.content GET mail 401  404  200  404  200  404  404  404  200  200
people.enrolment.test GET own-test 401  404  404  404  403  404  404  404  404  404
people.enrolment.test POST own-test 401  404  404  404  403  404  404  404  404  404
desk.rota.list POST - 401  403  403  409  201  403  403  403  403  201
desk.dutyshift.list POST - 401  403  403  409  409  403  403  403  403  409
desk.dutyshift.act.end POST duty-shift 401  404  403  404  409  403  404  404  403  409
desk.shiftswap.list POST - 401  403  403  409  409  403  403  403  403  409
desk.shiftnote.list POST - 401  403  201  409  201  403  403  403  403  201
desk.shiftnote.act.take-over POST hand-over 401  404  200  404  409  403  404  404  403  409
desk.clockrecalculation.list POST - 401  403  403  403  201  403  403  403  403  201
desk.clockrecalculation.act.apply POST counted 401  403  403  403  409  403  403  403  403  409
desk.clockrecalculation.act.discard POST counted 401  403  403  403  409  403  403  403  403  409
people.absence.list POST - 401  409  409  409  201  409  409  409  409  409
people.absence.act.withdraw POST away 401  404  404  404  200  404  404  404  404  404
office.calendar.hours GET calendar 401  200  200  200  200  200  200  200  200  200
office.calendar.hours POST calendar 401  403  403  403  412  403  403  403  403  412
office.calendar.act.confirm POST calendar 401  403  403  403  200  403  403  403  403  409
office.calendar.act.add-holidays POST calendar 401  403  403  403  200  403  403  403  403  200
office.holiday.act.remove POST holiday 401  403  403  403  200  404  404  404  404  404
office.approvalrequest.act.inquire POST request 401  403  404  200  409  404  404  404  403  403
office.approvalrequest.act.answer POST request 401  409  404  403  403  404  404  404  403  403
office.survey.act.change-terms POST survey 401  404  403  403  200  412  403  412  403  412
office.survey.act.end POST survey 401  404  403  403  200  412  403  412  403  412
core.teammembership.act.end POST membership 401  403  403  403  200  404  404  404  404  404
comments GET - 401  404  200  200  200  200  404  200  200  200
comments POST - 401  403  201  201  201  201  403  201  403  201
comment.remove POST no-record 401  404  404  404  404  404  404  404  404  404
files GET - 401  404  200  200  200  200  404  200  200  200
files POST - 401  415  415  415  415  415  415  415  415  415
file.content GET no-record 401  404  404  404  404  404  404  404  404  404
file.remove POST no-record 401  404  404  404  404  404  404  404  404  404
organisation GET - 401  404  404  404  200  404  404  404  404  200
organisation PATCH - 401  404  404  404  428  404  404  404  404  428
desk.shift.weekly POST - 401  403  403  409  409  403  403  403  403  409
desk.assignmentpolicy.list POST - 401  403  403  409  201  403  403  403  403  201
desk.message.again POST message 401  404  409  404  409  403  404  404  403  409
office.outgoingmail.act.send-again POST no-record 401  404  404  404  404  404  404  404  404  404
import.mapping POST batch 401  403  403  403  409  403  403  403  403  409
survey.begin POST - 401  403  403  403  201  409  403  409  403  409
survey.wording POST survey 401  404  403  403  200  412  403  412  403  412
people.education.act.verify POST education 401  404  404  200  412  412  404  412  404  404
people.education.act.withdraw POST education 401  404  404  409  409  409  404  409  404  404
vocabulary.import POST - 401  403  403  403  415  415  403  415  403  415
people.vocabularylink.list POST - 401  403  403  403  409  409  403  409  403  409
people.vocabularylink.act.remove POST vocabulary-link 401 403 403 403 200 404 404 404 404 404
catalogue.questions GET item 401  200  200  200  200  200  200  200  200  200
catalogue.questions POST item 401  403  403  403  201  403  403  403  403  409
article.files POST for-network 401  404  404  415  415  404  404  404  403  415
core.account.act.sign-out POST own-account 401  403  404  404  404  404  404  404  403  200
core.roleassignment.act.take-away POST role 401  404  404  404  404  404  404  404  403  409
closings                   GET    -               401  404  200  200  200  200  200  200  200  200
closings                   POST   -               401  403  403  403  202  202  403  403  403  202
closing.late               GET    -              401  404  200  200  200  200  200  200  200  200
closings.compare           POST   -               401  403  403  403  202  202  403  403  403  202
closing.schedule           POST   -               401  403  403  403  200  200  403  403  403  200
"""

_LATER = "2099-01-01T09:00:00Z"
_SPAN = {"starts_at": _LATER, "ends_at": "2099-01-01T17:00:00Z"}
_PLAN = {"starts_at": _LATER, "ends_at": "2099-01-01T11:00:00Z", "zone": "Europe/Oslo", "seats": 9}
_QUESTIONS = {"questions": [{"kind": "scale", "text": "How was it?"}]}
# What an operation is sent, so that only permission and the state of the record decide.
SENT: dict[str, dict[str, Any]] = {
    "closings": {"period": "2016-02"},
    "closing.schedule": {"is_on": True},
    "desk.ticket.act.complain": {"reason": "It came back twice."},
    "desk.ticket.act.declare": {
        "title": "Mail is down",
        "reason": "Nobody can write.",
        "commander": Person,
        "first_update_due_at": _LATER,
    },
    "desk.ticket.act.cite-article": {"article": 10**9, "text": "As here."},
    "desk.ticket.act.use-article": {"article": 10**9},
    "desk.escalation.act.answer": {"answer": "A new cable."},
    "desk.escalation.act.resolve": {"resolution": "A new cable."},
    "desk.escalation.act.pass-on": {"owner": Person, "reason": "On leave."},
    "desk.escalation.act.verdict": {"verdict": "solved"},
    "desk.escalation.act.withdraw": {"reason": "It is mended."},
    "desk.problem.act.investigate": {"reason": "It is back."},
    "desk.problem.act.know": {"cause": "A worn cable.", "true_category": "Lamps"},
    "desk.problem.act.change": {"change_reference": "C-17"},
    "desk.problem.act.resolve": {"resolution": "A new cable.", "fixed_at": "2016-03-29T12:00:00Z"},
    "desk.problemlink.act.end": {"reason": "Another cause."},
    "desk.candidateproblem.act.merge": {"problem": 10**9},
    "desk.candidateproblem.act.reject": {"reason": "By chance."},
    "desk.majorincident.act.update": {"text": "We work on it.", "next_due_at": _LATER},
    "desk.majorincident.act.note": {
        "text": "The line was cut.",
        "happened_at": "2016-03-29T12:00:00Z",
    },
    "desk.majorincident.act.part": {"part": 10**9},
    "desk.majorincident.act.roles": {"commander": Person},
    "desk.majorincident.act.affected": {"services": [], "people_affected": 12},
    "desk.majorincident.act.resolve": {
        "resolution": "Another line.",
        "true_category": "Lamps",
        "text": "It works again.",
    },
    "desk.majorincident.act.review": {"what_happened": "A digger.", "what_went_well": "All."},
    "desk.majorincident.act.action": {
        "title": "A second line",
        "owner": Person,
        "due_on": "2099-01-01",
    },
    "desk.recurringticket.list": {
        "title": "Look after the lamps",
        "frequency": "weekly",
        "at_time": "09:00:00",
        "zone": "Europe/Oslo",
        "starts_on": "2016-03-29",
    },
    "desk.recurringticket.detail": {"title": "Look after the lamps"},
    "desk.incomingmail.act.attach": {"ticket": 10**9},
    "desk.incomingmail.act.discard": {"reason": "It is none."},
    "desk.article.list": {"title": "Change a bulb", "text": "Turn it.", "audience": "everybody"},
    "desk.article.act.revise": {"seen": 1, "title": "Change a bulb", "text": "Turn it left."},
    "desk.article.act.describe": {
        "owner": None,
        "service": None,
        "category": "",
        "review_every_days": 90,
    },
    "desk.article.act.publish": {"seen": 1},
    "desk.article.act.return": {"reason": "Which bulb?"},
    "desk.article.act.retire": {"reason": "There are no bulbs."},
    "desk.article.act.judge": {"helpful": True},
    "people.course.act.publish-test": {"text": ""},
    "people.coursesession.list": {"course": Course, **_PLAN},
    "people.coursesession.detail": {"room": "12"},
    "people.coursesession.act.take-attendance": {"present": []},
    "people.enrolment.act.note-result": {"moment": "pre", "points": 3, "most": 4},
    "people.enrolment.test": {"answers": []},
    "desk.rota.list": {"team": Team, "calendar": Calendar},
    "desk.dutyshift.list": {"team": Team, "person": Person, **_SPAN},
    "desk.dutyshift.act.end": {"last_on": "2016-04-01"},
    "desk.shiftswap.list": {"team": Team, "person": Person, "stand_in": Person, **_SPAN},
    "desk.shiftnote.list": {"team": Team, "shift": "Late"},
    "desk.clockrecalculation.list": {"reason": "The summer hours were corrected."},
    "people.absence.list": {"person": Person, **_SPAN},
    "office.calendar.hours": {
        "openings": [{"weekday": 0, "start_minute": 480, "end_minute": 960}],
        "reason": "Summer",
    },
    "comments": {"record": "services.service", "row": Service, "text": "As agreed."},
    "organisation": {"name": "The town"},
    "desk.shift.weekly": {
        "team": Team,
        "person": Person,
        "weekday": 0,
        "start_minute": 480,
        "end_minute": 960,
        "first_on": "2016-03-28",
    },
    "desk.assignmentpolicy.list": {"team": Team, "strategy": "by_hand"},
    "import.mapping": {"mapping": {"columns": {"name": "Name"}}},
    "survey.begin": {"name": "After", "occasion": "desk.ticket_resolved", **_QUESTIONS},
    "survey.wording": _QUESTIONS,
    "people.education.act.verify": {"evidence": "The diploma."},
    "people.education.act.withdraw": {"reason": "Another name."},
    "people.vocabularylink.list": {
        "job_class": JobClass,
        "text": "It says nothing like that.",
        "entry": VocabularyEntry,
    },
    "catalogue.questions": {
        "questions": [{"key": "size", "label": "How large?", "type": "text"}],
        "seen": 1,
    },
    "office.calendar.act.add-holidays": {"country": "NO", "first": 2016, "last": 2016},
    "office.approvalrequest.act.inquire": {"question": "Which one?"},
    "office.approvalrequest.act.answer": {"answer": "The small one."},
    "office.survey.act.change-terms": {
        "share": 50,
        "rest_days": 30,
        "open_days": 14,
        "reminder_days": 5,
        "smallest_group": 5,
    },
}
