"""What one shift of a team hands over to the next."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Fact, Team
from quarterdeck.core.permission import NounClass, User, sight_of


class ShiftNoteQuerySet(models.QuerySet["ShiftNote"]):
    """Who may read hand-overs, and which nobody has taken over yet."""

    def visible_to(self, user: User) -> Self:
        """Keep the notes of the teams that the reader's roles reach."""
        sight = sight_of(user, NounClass.ORDINARY)
        return self.all() if sight.everything else self.filter(team__in=sight.team_keys)

    def waiting(self) -> Self:
        """Keep what nobody has taken over yet."""
        return self.filter(receipt__isnull=True)


class ShiftNote(Fact):
    """How a team's work stood when a shift ended: what was counted then, and what has to be told.

    `facts` holds titles and figures as they stood at the moment; the note is never changed, a later
    one says what is different.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="shift_notes")
    shift = models.CharField(max_length=60)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=list)
    text = models.TextField(blank=True)

    objects = ShiftNoteQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["team", "-at"], name="shift_note_newest")]

    def __str__(self) -> str:
        return f"{self.team}, {self.shift}, {self.at:%Y-%m-%d %H:%M}"


class ShiftReceipt(Fact):
    """The word of somebody in the next shift that a hand-over was read and taken over."""

    note = models.OneToOneField(ShiftNote, on_delete=models.PROTECT, related_name="receipt")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    remark = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.note}, taken over by {self.by}"
