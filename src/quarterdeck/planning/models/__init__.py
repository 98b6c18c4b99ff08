"""The nouns of planning."""

from quarterdeck.planning.models.corrective_action import ActionNote, CorrectiveAction

__all__ = ["ActionNote", "CorrectiveAction"]
