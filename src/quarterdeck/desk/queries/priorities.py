"""The priority matrix that holds at a moment."""

from datetime import datetime

from quarterdeck.desk.models import PriorityMatrix


def matrix_at(instant: datetime) -> PriorityMatrix:
    """Return the matrix by which a ticket that is opened then gets its priority."""
    matrices = PriorityMatrix.objects.latest_first()
    # Before the first matrix began, nothing better is known than that one.
    return matrices.filter(holds_from__lte=instant).first() or matrices.reverse()[0]
