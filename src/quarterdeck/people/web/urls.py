"""The addresses of people's own pages; lists and whatever is not here come from its records."""

from django.urls import URLPattern, path

from quarterdeck.people.records import (
    class_versions,
    drafted_records,
    drafts,
    job_classes,
    job_families,
    success_measures,
    vocabularies,
    vocabulary_links,
)
from quarterdeck.people.records.training import courses, sessions
from quarterdeck.people.web import (
    background,
    classes,
    course_tests,
    exports,
    intake,
    printing,
    qualification,
    review,
    suggestions,
    training,
)

_DRAFT, _RECORD = f"{drafts.path}<int:key>/", f"{drafted_records.path}<int:key>/"
_CLASS, _VERSION = f"{job_classes.path}<int:key>/", f"{class_versions.path}<int:key>/"
_PERSON = "people/qualification/<int:key>/"
_SESSION = f"{sessions.path}<int:key>/"
_BACKGROUND = "people/background/<slug:noun>/<int:key>/verification"

urlpatterns: list[URLPattern] = [
    path(f"{drafts.path}import", intake.import_document, name="people.draft.import"),
    path(f"{drafts.path}write", intake.write, name="people.draft.write"),
    path(_DRAFT, review.show_draft, name=drafts.detail_address),
    path(f"{_DRAFT}add", review.add, name="people.draft.add"),
    path(f"{_DRAFT}accept", review.accept_many, name="people.draft.accept"),
    path(f"{_DRAFT}approve", intake.approve, name="people.draft.approve"),
    path(f"{_DRAFT}discard", intake.discard, name="people.draft.discard"),
    path(f"{_DRAFT}part", intake.part, name="people.draft.part"),
    path(f"{_DRAFT}template", intake.use_template, name="people.draft.template"),
    path(f"{_RECORD}act", review.act, name="people.record.act"),
    path(f"{_RECORD}correct", review.correct, name="people.record.correct"),
    path(f"{_RECORD}split", review.split, name="people.record.split"),
    path(f"{job_classes.path}compare", classes.compare, name="people.class.compare"),
    path(_CLASS, classes.show_class, name=job_classes.detail_address),
    path(f"{_CLASS}measures", classes.show_measures, name="people.class.measures"),
    path(f"{_CLASS}vocabulary", suggestions.show, name="people.class.vocabulary"),
    path(f"{_CLASS}vocabulary/link", suggestions.link, name="people.class.vocabulary.link"),
    path(
        f"{vocabulary_links.path}<int:key>/remove",
        suggestions.remove,
        name="people.vocabularylink.remove",
    ),
    path(
        f"{vocabularies.path}import",
        suggestions.import_vocabulary_files,
        name="people.vocabulary.import",
    ),
    path(f"{_CLASS}print", printing.print_class, name="people.class.print"),
    path(f"{_CLASS}export/<slug:form>", exports.export, name="people.class.export"),
    path(f"{_VERSION}review", classes.note_review, name="people.version.review"),
    path(f"{success_measures.path}<int:key>/link", classes.link, name="people.success.link"),
    path("people/qualification/", qualification.show_reach, name="people.qualification"),
    path(_PERSON, qualification.show_person, name="people.qualification.person"),
    path(f"{_PERSON}<int:level>/print", printing.print_standing, name="people.qualification.print"),
    path(
        f"{_PERSON}<int:level>/judge/<slug:rule>",
        qualification.judge,
        name="people.qualification.judge",
    ),
    path(_BACKGROUND, background.verify, name="people.background.verify"),
    path(f"{_BACKGROUND}/withdrawal", background.withdraw, name="people.background.withdraw"),
    path(f"{job_families.path}<int:key>/", classes.show_family, name=job_families.detail_address),
    path("people/training/", training.show_training, name="people.training"),
    path(
        "people/training/calendar/<str:token>.ics",
        training.show_calendar,
        name="people.training.calendar",
    ),
    path(f"{courses.path}<int:key>/test", course_tests.write, name="people.course.test"),
    path(f"{_SESSION}test/<slug:moment>", course_tests.sit, name="people.session.test"),
    path(f"{_SESSION}answers", course_tests.show_answers, name="people.session.answers"),
    path(f"{courses.path}<int:key>/plan", training.plan, name="people.session.plan"),
    path(_SESSION, training.show_session, name=sessions.detail_address),
    path(f"{_SESSION}calendar.ics", training.show_session_calendar, name="people.session.calendar"),
    path(f"{_SESSION}attendance", training.attendance, name="people.session.attendance"),
    path(f"{_SESSION}replan", training.replan, name="people.session.replan"),
    path(f"{_SESSION}cancel", training.cancel, name="people.session.cancel"),
    path(f"{_SESSION}<slug:what>", training.act, name="people.session.act"),
]
