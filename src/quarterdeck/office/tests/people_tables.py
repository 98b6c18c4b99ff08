"""Tables of people for tests, taken through all passes of an import."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from quarterdeck.core.directory import found_team, found_unit
from quarterdeck.core.mapping import ColumnMapping, propose
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.office.gateways.delimited import digest_of
from quarterdeck.office.gateways.tables import sample_of
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.profiles.people import PEOPLE_TABLE
from quarterdeck.office.tests.ledger import silent
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = "Employee ID,Name,E-mail,Department,Team,Manager,Start date,End date"
ADA = "1,Ada Lovelace,ada@example.org,IT,Desk,,2020-01-31,"
BOB = "2,Bob Noyce,bob@example.org,IT,Desk,1,2021-02-28,"

Take = Callable[..., ImportBatch]


def found_places(operator: Account) -> Unit:
    """Found a unit and a team that the tables name."""
    root = Unit.objects.get(parent=None)
    unit = found_unit(name="IT", parent=root, actor=operator, at=AT)
    found_team(name="Desk", unit=unit, actor=operator, at=AT)
    return unit


def taker(folder: Path, operator: Account) -> Take:
    """Return what takes a table with these lines through all passes, or as far as it gets."""

    def take_in(
        *lines: str,
        head: str = HEAD,
        options: Mapping[str, str] | None = None,
        dry: bool = False,
        source: str = "hr",
        accept: str = "valid",
    ) -> ImportBatch:
        path = folder / "people.csv"
        path.write_text("\n".join((head, *lines, "")), encoding="utf-8")
        proposed = propose(PEOPLE_TABLE, sample_of(path))
        batch = begin_import(
            profile=PEOPLE_TABLE.key,
            source=source,
            file_name=path.name,
            file_digest=digest_of(path),
            zone="UTC",
            accept=accept,
            mapping=ColumnMapping(
                proposed.columns, proposed.forms, {}, "", {**proposed.options, **(options or {})}
            ),
            actor=operator,
            at=AT,
        )
        examine_file(batch=batch, path=path, report=silent, actor=operator, at=AT)
        if dry:
            return batch
        return apply_batch(batch=batch, report=silent, actor=operator, at=AT)

    return take_in


def person(external_id: str, source: str = "hr") -> Person:
    """The person whom a source calls so."""
    return Person.objects.get(source=source, external_id=external_id)
