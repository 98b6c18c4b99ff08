"""Import batches: what came in from which file, what was found in it, and what each source said."""

from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from quarterdeck.core.models import Account, Fact, Noun, Scratch
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.vocabulary import Accept, BatchState, FindingKind, Outcome

# Nobody sees anything of a batch before it counts.
BEFORE_IT_COUNTS = (
    BatchState.MAPPING,
    BatchState.STAGING,
    BatchState.EXAMINING,
    BatchState.EXAMINED,
    BatchState.APPLYING,
    BatchState.FINISHING,
)
# One update lets a batch count, or count no more; what derives from its rows catches up after it.
CATCHING_UP = (BatchState.SETTLING, BatchState.WITHDRAWING)
UNFINISHED = (*BEFORE_IT_COUNTS, *CATCHING_UP)
COUNTING = (BatchState.SETTLING, BatchState.APPLIED)
IMPORTING_ROLES = (Role.ADMINISTRATOR, Role.IT_MANAGER)
# The format of tables of people, which those who keep everybody's personnel records import too.
PEOPLE_FORMAT = "people-table"


def keeps_personnel(user: User) -> bool:
    """Whether this is an HR partner whose reach over personnel records is the whole house."""
    among = (Role.HR_PARTNER,)
    return holds(user, *among) and sight_of(user, NounClass.PERSONNEL, among).everything


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Which batches count, and who may see them."""

    def standing(self) -> Self:
        """Keep the batches whose rows count as evidence."""
        return self.filter(state__in=COUNTING)

    def hidden(self) -> Self:
        """Keep the batches whose rows readers must leave out."""
        return self.exclude(state__in=COUNTING)

    def unfinished(self) -> Self:
        """Keep the batches that a rerun takes up again and that others of their source wait for."""
        return self.filter(state__in=UNFINISHED, is_dry_run=False)

    def visible_to(self, user: User) -> Self:
        """Imports concern those who may import, and the auditor; tables of people concern HR."""
        if holds(user, *IMPORTING_ROLES, Role.AUDITOR):
            return self.filter()
        return self.filter(profile=PEOPLE_FORMAT) if keeps_personnel(user) else self.none()


_COUNTING = ", ".join(f"'{state.value}'" for state in COUNTING)
_HIDDEN = f"SELECT id FROM office_importbatch WHERE NOT (state IN ({_COUNTING}))"  # noqa: S608 — words of ours


class OfCountingBatch(models.Func):
    """Whether a row is of a batch that counts, or of none: `hidden` left out, in words of SQL.

    Nearly every question about tickets says so, and Django takes longer to write the subquery anew
    than the database to answer.
    """

    output_field = models.BooleanField()
    template = f"NOT (%(expressions)s IN ({_HIDDEN}) AND %(expressions)s IS NOT NULL)"

    def __init__(self, column: str = "batch") -> None:
        """Look at the column that names the batch, by the name of its field."""
        super().__init__(column)


class ImportBatch(Noun):
    """One file taken in through one profile; its rows count only while it is applied."""

    profile = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    zone = models.CharField(max_length=64)
    # How its columns were mapped, for a profile that a person maps.
    mapping = models.JSONField(default=dict, blank=True)
    accept = models.CharField(max_length=16, choices=Accept.choices, default=Accept.ALL)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.STAGING)
    # A dry run ends when it has been examined: it never counts, and nobody waits for it.
    is_dry_run = models.BooleanField(default=False, editable=False)
    stored_file = models.CharField(max_length=255, blank=True)
    begun_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="imports")
    begun_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    covers_from = models.DateTimeField(null=True, blank=True)
    covers_until = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # Lines that name no record are rejected one by one, and count among the rejected.
    nameless_lines = models.PositiveIntegerField(default=0, editable=False)
    failure = models.TextField(blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "import batches"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"],
                condition=models.Q(
                    state__in=[state.value for state in UNFINISHED], is_dry_run=False
                ),
                name="one_import_of_a_source_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=BatchState.APPLIED) | models.Q(applied_at__isnull=False),
                name="applied_batch_says_when",
            ),
            models.CheckConstraint(
                condition=models.Q(is_dry_run=False) | models.Q(applied_at__isnull=True),
                name="dry_run_is_never_applied",
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk}: {self.file_name}"

    @property
    def counts(self) -> bool:
        """Whether readers see its rows."""
        return self.state in COUNTING


class ImportMappingQuerySet(models.QuerySet["ImportMapping"]):
    """Who may see how columns are mapped."""

    def visible_to(self, user: User) -> Self:
        """Mappings concern those who may import, and the auditor."""
        return self.filter() if holds(user, *IMPORTING_ROLES, Role.AUDITOR) else self.none()


class ImportMapping(Noun):
    """How the columns of one source's tables were mapped last, so that the next file needs no
    work."""

    profile = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    mapping = models.JSONField()
    zone = models.CharField(max_length=64)
    mapped_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    mapped_at = models.DateTimeField()

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profile", "source"], name="one_mapping_a_profile_and_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} of {self.source}"


class ImportProgress(Scratch):
    """How far the work on a batch has come, so that a rerun goes on from there."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, related_name="progress")
    lines_staged = models.PositiveBigIntegerField(default=0)
    records_staged = models.PositiveIntegerField(default=0)
    records_done = models.PositiveIntegerField(default=0)
    # The last record of the pass that is running; records are worked on in order of external id.
    done_through = models.CharField(max_length=200, blank=True)
    # How many records of the pass had which outcome.
    outcomes = models.JSONField(default=dict)
    evidence_from = models.DateTimeField(null=True, blank=True)
    evidence_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.records_done} of {self.records_staged}"


class StagedRecord(Scratch):
    """Consecutive lines of a file that speak of one record, parsed and not yet judged."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="staged")
    external_id = models.CharField(max_length=200)
    first_line = models.PositiveBigIntegerField()
    rows = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["batch", "external_id", "first_line"], name="staged_lines_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.external_id} at line {self.first_line}"


class PreparedRow(Scratch):
    """What one row will hold once a batch counts: worked out beforehand, and read by nobody.

    `row_version` is the version that it was worked out from; a row that somebody has changed since
    is worked out again.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="prepared")
    row = models.PositiveBigIntegerField()
    row_version = models.PositiveIntegerField()
    values = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "row"], name="prepared_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.row} by batch {self.batch_id}"


class ImportFinding(Scratch):
    """One thing that an import found: an error with its place, or a difference to what is there."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=16, choices=FindingKind.choices)
    line = models.PositiveBigIntegerField(null=True)
    external_id = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=200, blank=True)
    found = models.TextField(blank=True)
    expected = models.TextField(blank=True)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}" if self.line else self.external_id
        return f"{place}: {self.found} ({self.expected})"


class SourceRecord(Fact):
    """What one source said of one record in one batch; a digest tells whether it says anything
    new."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="source_records")
    noun = models.CharField(max_length=64)
    source = models.CharField(max_length=64)
    external_id = models.CharField(max_length=200)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    digest = models.CharField(max_length=64)
    facts = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["noun", "source", "external_id", "batch"], name="source_record_once_a_batch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.external_id} by {self.source}"
