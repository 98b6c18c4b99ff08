"""The measures of planning; importing them registers them."""

from quarterdeck.planning.measures import corrective_actions

__all__ = ["corrective_actions"]
