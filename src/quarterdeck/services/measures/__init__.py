"""The measures of services; importing them registers them."""

from quarterdeck.services.measures import training

__all__ = ["training"]
