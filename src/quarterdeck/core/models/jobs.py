"""What background work needs beside the task rows of `django_tasks_db`: leases, due times, and how
far a job has come."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models.base import Scratch

TASK = "django_tasks_database.DBTaskResult"


class JobLease(Scratch):
    """A worker holds one job until this instant, and renews the lease while it runs."""

    task = models.OneToOneField(
        TASK, on_delete=models.CASCADE, primary_key=True, related_name="lease"
    )
    worker = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task_id} held by {self.worker}"


class ScheduledJob(Scratch):
    """When one scheduled job is next due, and which task was its last run."""

    name = models.CharField(max_length=120, primary_key=True)
    # The rule as text: a rule that was changed in the code makes a new due time.
    rule = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    last_task = models.ForeignKey(
        TASK, on_delete=models.SET_NULL, null=True, related_name="scheduled_as"
    )

    def __str__(self) -> str:
        return f"{self.name} due at {self.due_at:%Y-%m-%d %H:%M}"


class JobProgress(Scratch):
    """The latest run of a job about one thing, and how far it has come: `done` of `of` steps."""

    job = models.CharField(max_length=120)
    subject = models.CharField(max_length=120)
    task = models.ForeignKey(TASK, on_delete=models.CASCADE, null=True, related_name="progress")
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "subject"], name="job_progress_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.subject}: {self.done} of {self.of}"
