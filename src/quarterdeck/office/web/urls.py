"""The addresses of the office's own pages; the others are made from its records."""

from django.urls import URLPattern, path

from quarterdeck.office.records import (
    accounts,
    import_batches,
    memberships,
    saved_views,
    units,
)
from quarterdeck.office.records.approvals import approval_requests, delegations
from quarterdeck.office.records.calendars import calendars, holidays
from quarterdeck.office.records.mail import outgoing_mail
from quarterdeck.office.records.surveys import surveys
from quarterdeck.office.records.webhooks import webhooks
from quarterdeck.office.web import accounts as account_pages
from quarterdeck.office.web import approvals as approval_pages
from quarterdeck.office.web import calendars as calendar_pages
from quarterdeck.office.web import delegations as delegation_pages
from quarterdeck.office.web import (
    imports,
    letters,
    notices,
    own_account,
    periods,
    printing,
    remarks,
    settings,
    survey_link,
)
from quarterdeck.office.web import saved_views as view_pages
from quarterdeck.office.web import surveys as survey_pages
from quarterdeck.office.web import units as unit_pages
from quarterdeck.office.web.mail import failed_mail
from quarterdeck.office.web.mapping import map_columns
from quarterdeck.office.web.webhooks import act as act_on_webhook

sign_in_urls = [
    path("account/", own_account.show_own, name="account"),
    path("account/mail", letters.own_mail, name="account.mail"),
    path("account/notices", notices.notices, name="notices"),
    path("account/notices/read", notices.read_notices, name="notices.read"),
    path("account/notices/<int:key>", notices.open_notice, name="notice"),
    path("account/password", own_account.password, name="account.password"),
    path("account/sessions", own_account.end_own_sessions, name="account.sessions"),
    path("password/forgotten", own_account.forgotten, name="password.forgotten"),
    path("password/reset/<str:uidb64>/<str:token>/", own_account.reset, name="password.reset"),
    path(f"{accounts.path}add", account_pages.add, name="office.account.add"),
    path(f"{accounts.path}<int:key>/", account_pages.detail, name=accounts.detail_address),
    path(f"{accounts.path}<int:key>/act", account_pages.act, name="office.account.act"),
    path(f"{accounts.path}<int:key>/person", account_pages.link, name="office.account.link"),
    path(f"{accounts.path}<int:key>/roles", account_pages.give_role, name="office.role.give"),
    path("core/role-assignments/<int:key>/end", account_pages.take_role, name="office.role.take"),
]

mail_urls = [
    path(f"{outgoing_mail.path}failed", failed_mail, name="office.mail.failed"),
    path(f"{webhooks.path}<int:key>/act/<str:name>", act_on_webhook, name="office.webhook.act"),
    path("office/mail-wordings/", letters.templates, name="office.mail.templates"),
    path("office/mail-wordings/<str:kind>/", letters.template, name="office.mail.template"),
]

survey_urls = [
    path("survey/<str:token>", survey_link.answer, name="survey"),
    path(f"{surveys.path}begin", survey_pages.begin, name="office.survey.begin"),
    path(f"{surveys.path}<int:key>/", survey_pages.show, name=surveys.detail_address),
    path(f"{surveys.path}<int:key>/reword", survey_pages.reword, name="office.survey.reword"),
    path(f"{surveys.path}<int:key>/terms", survey_pages.change_terms, name="office.survey.terms"),
    path(f"{surveys.path}<int:key>/end", survey_pages.end, name="office.survey.end"),
]

directory_urls = [
    path(f"{units.path}<int:key>/", unit_pages.show_unit, name=units.detail_address),
    path(f"{units.path}add", unit_pages.add_unit, name="office.unit.add"),
    path(f"{units.path}<int:key>/change", unit_pages.show_change, name="office.unit.change"),
    path(
        f"{memberships.path}<int:key>/",
        unit_pages.show_membership,
        name=memberships.detail_address,
    ),
    path(
        f"{memberships.path}<int:key>/end",
        unit_pages.end_membership,
        name="office.membership.end",
    ),
]

_REQUEST, _DELEGATION = f"{approval_requests.path}<int:key>/", f"{delegations.path}<int:key>/"
approval_urls = [
    path("office/approvals/", approval_pages.approvals, name="office.approvals"),
    path(_REQUEST, approval_pages.show_request, name=approval_requests.detail_address),
    path(f"{_REQUEST}decide", approval_pages.decide, name="office.approval.decide"),
    path(f"{_REQUEST}inquire", approval_pages.inquire, name="office.approval.inquire"),
    path(f"{_REQUEST}answer", approval_pages.answer, name="office.approval.answer"),
    path(f"{_REQUEST}withdraw", approval_pages.withdraw, name="office.approval.withdraw"),
    path(f"{delegations.path}add", delegation_pages.add, name="office.delegation.add"),
    path(_DELEGATION, delegation_pages.show, name=delegations.detail_address),
    path(f"{_DELEGATION}revoke", delegation_pages.revoke, name="office.delegation.revoke"),
]

settings_urls = [
    path("office/organisation/", settings.settings, name="office.organisation"),
    path("office/periods/", periods.periods, name="office.periods"),
    path("office/periods/zone", periods.another_zone, name="office.periods.zone"),
    path("office/periods/years", periods.another_fiscal_year, name="office.periods.years"),
    path("office/periods/correct", periods.correct, name="office.periods.correct"),
    path("office/periods/<int:key>/withdraw", periods.withdraw, name="office.periods.withdraw"),
    path(f"{calendars.path}<int:key>/", calendar_pages.calendar, name=calendars.detail_address),
    path(
        f"{calendars.path}<int:key>/openings",
        calendar_pages.keep_openings,
        name="office.calendar.openings",
    ),
    path(
        f"{calendars.path}<int:key>/confirm",
        calendar_pages.confirm,
        name="office.calendar.confirm",
    ),
    path(
        f"{calendars.path}<int:key>/holidays",
        calendar_pages.import_holidays,
        name="office.calendar.holidays",
    ),
    path(f"{holidays.path}<int:key>/", calendar_pages.holiday, name=holidays.detail_address),
    path(f"{holidays.path}<int:key>/end", calendar_pages.take_holiday, name="office.holiday.end"),
]

urlpatterns: list[URLPattern] = [
    *sign_in_urls,
    *directory_urls,
    *mail_urls,
    *survey_urls,
    *settings_urls,
    *approval_urls,
    path("office/prints/", printing.prints, name="office.prints"),
    path("office/prints/<int:key>/", printing.show_print, name="office.print"),
    path("office/prints/<int:key>/pdf", printing.print_file, name="office.print.file"),
    path("office/import/", imports.upload, name="office.import"),
    path(f"{import_batches.path}<int:key>/", imports.batch, name=import_batches.detail_address),
    path(f"{import_batches.path}<int:key>/mapping", map_columns, name="office.import.map"),
    path(f"{import_batches.path}<int:key>/decide", imports.decide, name="office.import.decide"),
    path(
        f"{import_batches.path}<int:key>/withdraw", imports.withdraw, name="office.import.withdraw"
    ),
    path(saved_views.path, view_pages.show_views, name=saved_views.list_address),
    path(f"{saved_views.path}<int:key>/", view_pages.open_view, name=saved_views.detail_address),
    path(f"{saved_views.path}<int:key>/change", view_pages.change, name="office.view.change"),
    path("office/views/<str:record>/columns", view_pages.columns, name="office.view.columns"),
    path("office/views/<str:record>/save", view_pages.save, name="office.view.save"),
    path("office/views/<int:key>/remove", view_pages.remove, name="office.view.remove"),
    path(
        "office/comments/<str:record>/<int:row>/write",
        remarks.write,
        name="office.comment.write",
    ),
    path("office/comments/<int:key>/remove", remarks.remove_written, name="office.comment.remove"),
    path("office/files/<str:record>/<int:row>/attach", remarks.attach, name="office.file.attach"),
    path("office/files/<int:key>/remove", remarks.remove_attached, name="office.file.remove"),
    path("office/files/<int:key>", remarks.download, name="office.file"),
]
