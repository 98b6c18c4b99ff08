"""The desk's nouns."""

from quarterdeck.desk.models.state_change import StateChange
from quarterdeck.desk.models.ticket import Ticket

__all__ = ["StateChange", "Ticket"]
