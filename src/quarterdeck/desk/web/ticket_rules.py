"""The pages on which it is said what happens to tickets by itself, and tried before it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, account_of
from quarterdeck.core.records import Record
from quarterdeck.desk import rules
from quarterdeck.desk.models import TicketRule
from quarterdeck.desk.queries.rule_conditions import (
    MOST_CONDITIONS,
    NEEDS_NOTHING,
    Condition,
    comparisons_for,
    conditions_of,
    in_words,
    values_of,
)
from quarterdeck.desk.queries.steps import FOR_RULES, Step, steps_in_words, steps_of
from quarterdeck.desk.records.kept import ticket_rules
from quarterdeck.desk.verbs.ticket_rules import (
    MOST_TRIED,
    RuleTerms,
    change_rule,
    keep_rule,
    try_rule,
)
from quarterdeck.desk.vocabulary.ticket_life import (
    RuleComparison,
    RuleField,
    RuleSince,
    RuleTrigger,
)
from quarterdeck.desk.web.step_rows import Cell, step_rows, steps_in
from quarterdeck.ui.details import breadcrumbs, find_visible
from quarterdeck.ui.panels import Panel, provide

_SPARE = 2
_TOGETHER = (("all", "All conditions hold"), ("any", "At least one condition holds"))


class RuleForm(forms.Form):
    """When a rule looks at a ticket, and in which order."""

    name = forms.CharField(max_length=120, help_text="Such as: Tell the lead of each P1.")
    trigger = forms.ChoiceField(label="When", choices=RuleTrigger.choices)
    minutes = forms.IntegerField(
        label="Minutes that have to pass",
        required=False,
        min_value=1,
        help_text="Only where some time has to pass; it counts around the clock.",
    )
    since = forms.ChoiceField(
        label="Counted", required=False, choices=[("", "—"), *RuleSince.choices]
    )
    together = forms.ChoiceField(label="If", choices=_TOGETHER)
    place = forms.IntegerField(
        label="Place", min_value=0, max_value=9_999, initial=100, help_text="The lower, the sooner."
    )
    stops = forms.BooleanField(
        label="No later rule follows", required=False, help_text="If this one matches."
    )
    is_active = forms.BooleanField(label="Runs", required=False, help_text="Try it before it does.")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True)
class ConditionRow:
    """One row: its place from 1, what is asked about, and what follows from that."""

    place: int
    field: str
    comparison: str
    comparisons: list[tuple[str, str]]
    cell: Cell


def _row(place: int, field: str, comparison: str, value: str, user: User) -> ConditionRow:
    name, label = f"with-{place}", f"What condition {place} is compared with"
    if field not in RuleField.values:
        return ConditionRow(place, "", "", [], Cell(name, label))
    asked = RuleField(field)
    offered = [(each.value, str(each.label)) for each in comparisons_for(asked)]
    choices = values_of(asked, user)
    cell = Cell(name, label, value, choices, is_typed=choices is None)
    return ConditionRow(place, field, comparison, offered, cell)


def _rows(conditions: Sequence[Condition], user: User) -> list[ConditionRow]:
    amount = min(len(conditions) + _SPARE, MOST_CONDITIONS)
    rows = [_row(place, *each, user) for place, each in enumerate(conditions, start=1)]
    return rows + [_row(place, "", "", "", user) for place in range(len(rows) + 1, amount + 1)]


def _conditions_in(data: QueryDict) -> list[Condition]:
    """Return the conditions that were sent; rows that ask about nothing are none."""
    found = []
    for place in range(1, MOST_CONDITIONS + _SPARE + 1):
        field = data.get(f"field-{place}", "")
        if field not in RuleField.values:
            continue
        offered = comparisons_for(RuleField(field))
        sent = data.get(f"compared-{place}", "")
        comparison = RuleComparison(sent) if sent in RuleComparison.values else offered[0]
        value = "" if comparison in NEEDS_NOTHING else data.get(f"with-{place}", "").strip()
        found.append(Condition(RuleField(field), comparison, value))
    return found


def _keeper(request: HttpRequest) -> Account:
    user = account_of(request)
    if not rules.may_keep_rules(user):
        raise Http404
    return user


@require_safe
def condition_row(request: HttpRequest, place: int) -> HttpResponse:
    """Show how what was chosen in a row may be compared, and with what."""
    user = _keeper(request)
    row = _row(place, request.GET.get(f"field-{place}", ""), "", "", user)
    return render(request, "desk/condition_cells.html", {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Add a rule, or change one."""
    user = _keeper(request)
    rule: TicketRule | None = None if key is None else find_visible(ticket_rules, key, user)
    form = RuleForm(request.POST or None, initial=_initial(rule))
    conditions: Sequence[Condition] = conditions_of(rule.conditions) if rule else ()
    steps: Sequence[Step] = steps_of(rule.steps) if rule else ()
    if form.is_bound:
        conditions, steps = _conditions_in(request.POST), steps_in(request.POST)
    if form.is_bound and form.is_valid():
        kept = _kept(form, rule, conditions, steps, user)
        if kept is not None:
            messages.success(request, f"“{kept}” is kept.")
            return redirect(ticket_rules.detail_address, kept.pk)
    heading = f"Change “{rule}”" if rule else "New rule"
    context = {
        "form": form,
        "condition_rows": _rows(conditions, user),
        "fields": RuleField.choices,
        "step_rows": step_rows(steps, user),
        "kinds": FOR_RULES,
        "heading": heading,
        "back": reverse(ticket_rules.list_address),
        "breadcrumbs": breadcrumbs(ticket_rules, heading),
    }
    return render(request, "desk/rule.html", context, status=422 if form.is_bound else 200)


def _initial(rule: TicketRule | None) -> dict[str, Any]:
    if rule is None:
        return {"trigger": RuleTrigger.OPENED, "together": "all"}
    names = ("name", "trigger", "minutes", "since", "place", "stops", "is_active", "version")
    held = {name: getattr(rule, name) for name in names}
    return {**held, "together": "all" if rule.needs_all else "any"}


def _kept(
    form: RuleForm,
    rule: TicketRule | None,
    conditions: Sequence[Condition],
    steps: Sequence[Step],
    user: Account,
) -> TicketRule | None:
    """Run the verb; a refusal goes onto the form, field by field where it names fields."""
    given = dict(form.cleaned_data)
    version, together = given.pop("version") or 0, given.pop("together")
    terms = RuleTerms(**given, needs_all=together == "all", conditions=conditions, steps=steps)
    try:
        if rule is None:
            return keep_rule(terms=terms, actor=user, at=clock.now())
        return change_rule(rule=rule, version=version, terms=terms, actor=user, at=clock.now())
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


@require_POST
def try_out(request: HttpRequest, key: int) -> HttpResponse:
    """Show which of the last tickets a rule matches and what it would change; nothing stays."""
    user = _keeper(request)
    rule: TicketRule = find_visible(ticket_rules, key, user)
    context = {
        "rule": rule,
        "trials": try_rule(rule=rule, by=worker_account(), actor=user, at=clock.now()),
        "looked_at": MOST_TRIED,
        "breadcrumbs": [*breadcrumbs(ticket_rules, str(rule)), ("Tried", "")],
    }
    return render(request, "desk/rule_tried.html", context)


def rule_panel(_record: Record, row: object, user: User) -> Panel | None:
    """Show on the page of a rule what it says in words, and the ways to try and change it."""
    if not isinstance(row, TicketRule):
        return None
    context = {
        "rule": row,
        "conditions": [in_words(each, user) for each in conditions_of(row.conditions)],
        "steps": steps_in_words(steps_of(row.steps), user),
        "may_keep": rules.may_keep_rules(user),
    }
    return Panel("desk/rule_panel.html", context)


provide(rule_panel)
