"""The words that core's columns may hold."""

from django.db import models


class Role(models.TextChoices):
    """What a person does in the department; permission is role × reach × noun class."""

    REQUESTER = "requester", "Requester"
    TECHNICIAN = "technician", "Technician"
    TEAM_LEAD = "team_lead", "Team lead"
    IT_MANAGER = "it_manager", "IT manager"
    DIRECTOR = "director", "Director"
    EXECUTIVE_VIEWER = "executive_viewer", "Executive viewer"
    HR_PARTNER = "hr_partner", "HR partner"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


class TokenScope(models.TextChoices):
    """What a program may do with a token."""

    READ = "read", "Read"
    WRITE = "write", "Read and write"


class HistoryPolicy(models.TextChoices):
    """How the database guards the rows of a table."""

    ROWS = "rows", "Every change is copied into the history"
    APPEND_ONLY = "append_only", "Rows are added and never changed or removed"
    SCRATCH = "scratch", "Working rows without lasting meaning"
