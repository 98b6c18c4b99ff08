"""Which operation of the interface does what each form of the pages does, and what has none.

A line names a route that takes a form, the act that its address or its form names, and the
operations that do the same; `*` is each act of that route under its own name, and further lines
add to the first. The forms that pages make from a record have the operations of that record, and
are not named here.
"""

from collections.abc import Iterable, Mapping

from quarterdeck.desk.records.knowledge import articles
from quarterdeck.desk.records.mail import incoming_mail
from quarterdeck.desk.records.major_incidents import major_incidents
from quarterdeck.desk.records.problems import candidate_problems
from quarterdeck.desk.web import acts, escalations, own_tickets, problems, rota
from quarterdeck.office.records.webhooks import webhooks
from quarterdeck.people.web import review


def _names(offered: Iterable[str]) -> frozenset[str]:
    return frozenset(offered)


# The routes whose addresses or forms name one of several acts.
NAMED: Mapping[str, frozenset[str]] = {
    "desk.act": _names(acts.OFFERS),
    "portal.act": _names(own_tickets.DONE),
    "desk.article.decide": _names(act.name for act in articles.acts) - {"revise", "judge"},
    "desk.mail.decide": _names(act.name for act in incoming_mail.acts),
    "desk.rota.act": _names(rota.OFFERS),
    "desk.major.act": _names(act.name for act in major_incidents.acts),
    "desk.escalation.act": _names(escalations.OFFERS),
    "desk.problem.act": _names(problems.OFFERS),
    "desk.candidate.decide": _names(act.name for act in candidate_problems.acts),
    "people.session.act": frozenset({"enrol", "withdraw"}),
    "people.record.act": _names(review.ACTS),
    "office.account.act": frozenset({"password", "lock", "unlock", "sessions"}),
    "office.webhook.act": _names(act.name for act in webhooks.acts),
    "desk.recalculation.decide": frozenset({"apply", "discard"}),
}
TABLE = """
scorecard.target              -            target_set
scorecard.action              -            planning_correctiveaction_add
scorecard.period.close        -            closing_ask
scorecard.period.schedule     -            closing_schedule
scorecard.period.compare      -            closings_compare
scorecard.period.restate      -            restatement_issue
scorecard.restate             -            restatement_issue
scorecard.target.end          -            target_end
scorecard.paper               -            print_ask
account.mail                  -            mail_wish
notices.read                  -            notices_read
office.account.add            -            core_account_add
office.account.act            lock         core_account_change
office.account.act            unlock       core_account_change
office.account.link           -            core_account_change
office.role.give              -            core_roleassignment_add
office.unit.add               -            core_unit_add
office.unit.change            -            core_unit_change
office.mail.template          -            mail_wording_keep,mail_wording_restore
office.comment.write          -            comment_write
office.comment.remove         -            comment_remove
office.file.attach            -            file_attach
office.file.remove            -            file_remove
office.organisation           -            organisation_change
office.mail.failed            -            office_outgoingmail_act_send_again
office.import.map             -            imports_map
office.survey.begin           -            survey_begin
office.survey.reword          -            survey_reword
office.periods.zone           -            period_rule_set
office.periods.years          -            period_rule_set
office.periods.correct        -            period_rule_correct
office.periods.withdraw       -            period_rule_withdraw
office.account.act            sessions     core_account_act_sign_out
office.role.take              -            core_roleassignment_act_take_away
office.membership.end         -            core_teammembership_act_end
office.calendar.openings      -            calendar_set_hours
office.calendar.confirm       -            office_calendar_act_confirm
office.calendar.holidays      -            office_calendar_act_add_holidays
office.holiday.end            -            office_holiday_act_remove
office.survey.terms           -            office_survey_act_change_terms
office.webhook.act            *            office_webhook_act_*
office.survey.end             -            office_survey_act_end
office.approval.inquire       -            office_approvalrequest_act_inquire
office.approval.answer        -            office_approvalrequest_act_answer
office.approval.decide        -            approval_decide
office.approval.withdraw      -            approval_withdraw
office.delegation.add         -            delegation_begin
office.delegation.revoke      -            delegation_end
office.import                 -            imports_begin
office.import.decide          -            imports_decide
office.import.withdraw        -            imports_withdraw
planning.action.open          -            planning_correctiveaction_add
planning.action.complete      -            planning_correctiveaction_act_complete
planning.action.cancel        -            planning_correctiveaction_act_cancel
planning.action.reassign      -            planning_correctiveaction_act_reassign
portal.report                 -            trouble_report,trouble_report_with_files
portal.item                   -            catalogue_request
portal.act                    answer       desk_ticket_act_answer
portal.act                    solved       desk_ticket_act_confirm
portal.act                    reopen       desk_ticket_act_not_solved
portal.act                    withdraw     desk_ticket_act_withdraw
portal.act                    follow       desk_ticketwatcher_add
portal.act                    unfollow     watcher_stop
desk.article.new              -            desk_article_add
desk.article.revise           -            desk_article_act_revise
desk.article.decide           *            desk_article_act_*
desk.article.feedback         -            desk_article_act_judge
desk.ticket.article           -            desk_ticket_act_cite_article,desk_ticket_act_use_article
desk.new                      -            desk_ticket_add
desk.new.request              -            catalogue_request
desk.names                    -            desk_personalias_add,person_alias_remove
desk.team_names               -            desk_teamalias_add,desk_teamalias_change
desk.routine                  -            routine_define
desk.priorities               -            priority_matrix_set
desk.service_level.add        -            service_level_policy_promise
desk.service_level.terms      -            service_level_policy_set_terms
desk.category.explain         -            desk_categoryalias_add
desk.article.files            -            article_file_add
desk.article.file.remove      -            article_file_remove
desk.message.again            -            message_send_again
desk.rota.act                 weekly       weekly_shift_add
desk.rota.act                 strategy     desk_assignmentpolicy_add
desk.rota.act                 away         people_absence_add
desk.rota.act                 calendar     desk_rota_add
desk.rota.act                 single       desk_dutyshift_add
desk.rota.act                 swap         desk_shiftswap_add
desk.absence.withdraw         -            people_absence_act_withdraw
desk.shift.end                -            desk_dutyshift_act_end
desk.shift.hand_over          -            desk_shiftnote_add
desk.shift.take_over          -            desk_shiftnote_act_take_over
desk.recalculate              -            desk_clockrecalculation_add
desk.recalculation.decide     *            desk_clockrecalculation_act_*
desk.mail.decide              *            desk_incomingmail_act_*
desk.mailbox.read             -            desk_mailbox_act_read
desk.recurring.add            -            desk_recurringticket_add
desk.recurring.change         -            desk_recurringticket_change
desk.ticket.record_time       -            desk_timeentry_add
desk.time.correct             -            time_entry_correct
desk.ticket.watch             -            desk_ticketwatcher_add,watcher_stop
desk.ticket.macro             -            desk_ticket_act_run_macro
desk.ticket.tag               -            desk_ticket_act_tag,desk_ticket_act_untag
desk.ticket.link              -            desk_ticket_act_link
desk.link.remove              -            ticket_link_remove
desk.ticket.merge             -            desk_ticket_act_merge
desk.ticket.unmerge           -            desk_ticket_act_unmerge
desk.ticket.split             -            ticket_split
desk.rule.add                 -            rule_keep
desk.rule.change              -            rule_change
desk.rule.try                 -            rule_try
desk.canned_reply.add         -            desk_cannedreply_add
desk.canned_reply.change      -            desk_cannedreply_change
desk.macro.add                -            macro_keep
desk.macro.change             -            macro_change
desk.ticket.declare           -            desk_ticket_act_declare
desk.major.act                *            desk_majorincident_act_*
desk.escalate                 -            desk_escalation_add
desk.complain                 -            desk_ticket_act_complain
desk.escalation.act           *            desk_escalation_act_*
desk.problem.open             -            desk_problem_add
desk.problem.act              investigate  desk_problem_act_investigate
desk.problem.act              know         desk_problem_act_know
desk.problem.act              change       desk_problem_act_change
desk.problem.act              resolve      desk_problem_act_resolve
desk.problem.act              close        desk_problem_act_close
desk.problem.act              why          desk_causestep_add
desk.problem.act              factor       desk_contributingfactor_add
desk.problem.act              link         desk_problemlink_add
desk.problem.act              describe     desk_problem_change
desk.problem.unlink           -            desk_problemlink_act_end
desk.candidates               -            candidate_search
desk.candidate.decide         *            desk_candidateproblem_act_*
desk.act                      describe     desk_ticket_act_recategorise
desk.act                      *            desk_ticket_act_*
people.draft.import           -            job_description_import
people.draft.write            -            job_description_import
people.draft.add              -            job_draft_add
people.draft.accept           -            job_draft_accept
people.draft.approve          -            job_draft_approve
people.draft.discard          -            job_draft_discard
people.draft.part             -            job_draft_part
people.record.act             *            drafted_record_*
people.record.correct         -            drafted_record_correct
people.record.split           -            drafted_record_split
people.version.review         -            class_version_review
people.success.link           -            success_measure_link
people.qualification.judge    -            qualification_judge
people.class.vocabulary.link  -            people_vocabularylink_add
people.vocabularylink.remove  -            people_vocabularylink_act_remove
people.vocabulary.import      -            vocabulary_import
people.background.verify      -            people_education_act_verify
people.background.verify      -            people_experience_act_verify
people.background.verify      -            people_certificate_act_verify
people.background.withdraw    -            people_education_act_withdraw
people.background.withdraw    -            people_experience_act_withdraw
people.background.withdraw    -            people_certificate_act_withdraw
services.catalogue.questions  -            catalogue_questions_set
people.course.test            -            people_course_act_publish_test
people.session.test           -            enrolment_sit_test
people.session.plan           -            people_coursesession_add
people.session.replan         -            people_coursesession_change
people.session.cancel         -            people_coursesession_act_cancel
people.session.attendance     -            people_coursesession_act_take_attendance
people.session.act            enrol        people_coursesession_act_enrol
people.session.act            withdraw     people_enrolment_act_withdraw
"""
_SIGNING_IN = "It is about signing in, which stays between a browser and its reader."
_SIGHT = "It arranges pages for whoever looks at them; programs say what they want each time."
_LINK = "Whoever has the signed link of a mail answers by it, without a token."
_PAPER = "It sets on paper what a program reads as data."
# Why a form has no operation: by its route, or by its route and the act.
WITHOUT: Mapping[str, str] = {
    "theme": _SIGHT,
    "components": "It shows what forms look like, and does nothing.",
    "account.password": _SIGNING_IN,
    "account.sessions": _SIGNING_IN,
    "password.forgotten": _SIGNING_IN,
    "office.account.act password": _SIGNING_IN,
    "api-tokens": "A token makes no other token: one that is stolen would outlive itself.",
    "api-tokens.revoke": "A token ends none: one that is stolen would end those of its owner.",
    "redact": "Nothing brings back what is redacted: a person does it who has it before them.",
    "survey": _LINK,
    "desk.verdict": _LINK,
    "office.view.change": _SIGHT,
    "office.view.columns": _SIGHT,
    "office.view.save": _SIGHT,
    "office.view.remove": _SIGHT,
    "desk.article.preview": _SIGHT,
    "portal.suggest": "It keeps nothing, and programs search articles by the same words.",
    "desk.article.preview.illustrated": _SIGHT,
    "desk.ticket.seen": _SIGHT,
    "desk.ticket.reply": "It fills the form of a reply; a program writes its reply itself.",
    "desk.ticket.workaround": "It fills the form of a reply; a program writes its reply itself.",
    "people.class.print": _PAPER,
    "people.qualification.print": _PAPER,
    "people.draft.template": "It fills the form of a draft; a program sends the text itself.",
    "desk.ticket.name": "It fills the form of a note; a program writes `@` and the name itself.",
}
