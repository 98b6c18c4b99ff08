"""The smallest profile that can be: a ledger of numbered entries, with amounts on their lines."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Whole
from quarterdeck.core.evidence import digest
from quarterdeck.core.models import Account
from quarterdeck.core.profiles import (
    ALL_SETTLED,
    Finding,
    Judgement,
    Profile,
    ReadRow,
    Settled,
    StagedRow,
)
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.models import ImportBatch, ImportFinding, SourceRecord
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.office.vocabulary import BatchState, FindingKind, Outcome

AT = datetime(2016, 3, 29, 12, tzinfo=UTC)
NOUN = "office.entry"

Written = Callable[..., Path]


class Ledger(Profile):
    """Reads `number,amount`; an entry is all amounts of its number, in the order of the file."""

    key = "ledger"
    title = "Ledger"
    noun = NOUN
    domain: ClassVar[str] = "office.entries"

    def __init__(self) -> None:
        self.judged: list[str] = []

    @property
    def columns(self) -> tuple[str, ...]:
        """Both columns."""
        return ("number", "amount")

    @property
    def identity(self) -> str:
        """The number of the entry."""
        return "number"

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:
        """Return a reader of the amount."""
        places = {name: place for place, name in enumerate(header)}
        read = Whole("amount").reader(places, frozenset({""}), zone)
        return lambda cells: [read(cells)]

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Compare the amounts with those that stand, and note who was judged."""
        self.judged += [key for key, _ in records]
        known = standing(source)
        return [_judgement(key, rows, known) for key, rows in records]

    def apply(
        self,
        batch_key: int,
        judgements: Sequence[Judgement],
        *,
        actor: Account,  # noqa: ARG002 — whoever runs the batch acts already
        at: datetime,
    ) -> tuple[datetime, datetime] | None:
        """Write what the source says of each entry."""
        batch = ImportBatch.objects.get(pk=batch_key)
        SourceRecord.objects.bulk_create(
            SourceRecord(
                batch=batch,
                noun=NOUN,
                source=batch.source,
                external_id=judgement.external_id,
                outcome=judgement.outcome,
                digest=digest(judgement.facts),
                facts=judgement.facts,
            )
            for judgement in judgements
        )
        return (at, at) if judgements else None

    def settle(
        self,
        batch_key: int,  # noqa: ARG002 — of no batch there is anything to settle
        after: str,  # noqa: ARG002 — so no place is reached either
        *,
        actor: Account,  # noqa: ARG002 — whoever runs the batch acts already
        at: datetime,  # noqa: ARG002 — and nothing is dated
    ) -> Settled:
        """Nothing derives from a ledger."""
        return ALL_SETTLED


def _judgement(key: str, rows: Sequence[StagedRow], known: dict[str, list[int]]) -> Judgement:
    amounts = [row.values[0] for row in rows]
    if key not in known:
        return Judgement(key, Outcome.CREATED, amounts)
    if known[key] == amounts:
        return Judgement(key, Outcome.UNCHANGED)
    change = Finding(FindingKind.CHANGE, rows[0].line, "amount", str(amounts), f"was {known[key]}")
    return Judgement(key, Outcome.UPDATED, amounts, (change,))


def standing(source: str = "ledger") -> dict[str, list[int]]:
    """What readers see: the amounts of each entry by the last batch that stands."""
    records = SourceRecord.objects.filter(
        noun=NOUN, source=source, batch__state=BatchState.APPLIED
    ).order_by("batch")
    return dict(records.values_list("external_id", "facts"))


def silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches how far the work has come."""


def begin(path: Path, actor: Account, *, accept: str = "all", dry_run: bool = False) -> ImportBatch:
    """Open a batch for a ledger, or take its unfinished one up again."""
    return begin_import(
        profile="ledger",
        source="ledger",
        file_name=path.name,
        file_digest=digest_of(path),
        zone="UTC",
        accept=accept,
        dry_run=dry_run,
        actor=actor,
        at=AT,
    )


def take_in(path: Path, actor: Account, *, accept: str = "all") -> ImportBatch:
    """Take a ledger through all passes, or as far as it gets."""
    batch = begin(path, actor, accept=accept)
    examine_file(batch=batch, path=path, report=silent, actor=actor, at=AT)
    return apply_batch(batch=batch, report=silent, actor=actor, at=AT)


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return batch.created, batch.updated, batch.unchanged, batch.rejected


def told(batch: ImportBatch) -> list[tuple[int | None, str, str, str, str]]:
    """What was found: line, record, column, found, expected."""
    columns = ("line", "external_id", "column", "found", "expected")
    return list(ImportFinding.objects.filter(batch=batch).order_by("pk").values_list(*columns))


def numbers(amount: int) -> Iterable[str]:
    """Lines of so many entries."""
    return (f"E{n:05},{n}" for n in range(amount))
