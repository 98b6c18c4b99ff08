"""Tells Django about operation, whose job the worker finds here."""

from django.apps import AppConfig


class OperationConfig(AppConfig):
    """Operation has no tables; it is an app for the sake of its job and its page."""

    name = "quarterdeck.config.operation"
    label = "operation"
