"""The addresses of planning's own pages; the others are made from its records."""

from django.urls import URLPattern, path

from quarterdeck.planning.records import corrective_actions
from quarterdeck.planning.web import actions

_ONE = f"{corrective_actions.path}<int:key>/"

urlpatterns: list[URLPattern] = [
    path(f"{corrective_actions.path}open", actions.open_action, name="planning.action.open"),
    path(_ONE, actions.show_action, name=corrective_actions.detail_address),
    path(f"{_ONE}complete", actions.complete, name="planning.action.complete"),
    path(f"{_ONE}cancel", actions.cancel, name="planning.action.cancel"),
    path(f"{_ONE}reassign", actions.reassign, name="planning.action.reassign"),
]
