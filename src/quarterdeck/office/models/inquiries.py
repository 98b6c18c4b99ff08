"""What approvers ask those who want something approved, and the answers."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models import Account, Fact
from quarterdeck.office.models.approvals import ApprovalRequest


class ApprovalInquiry(Fact):
    """Somebody who decides on a request, or who asked for another, wants to know more of it."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="inquiries")
    text = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "approval inquiries"

    def __str__(self) -> str:
        return f"Inquiry about {self.request}"


class InquiryAnswer(Fact):
    """What the requester answered; with it the approval is asked for anew."""

    inquiry = models.OneToOneField(ApprovalInquiry, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField()
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="an_answer_says_something"),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.inquiry}"
