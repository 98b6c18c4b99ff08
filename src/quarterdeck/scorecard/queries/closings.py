"""Closed readings: how they are stored, how they stand now, and whether they still hold."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, Subquery, TextField
from django.db.models.functions import Cast

from quarterdeck.core.evidence import digest
from quarterdeck.core.measures import Measure, Reading
from quarterdeck.core.models import Seal
from quarterdeck.scorecard.models import ClosedReading, Restatement, StoredReading
from quarterdeck.scorecard.queries.figures import Figures, figures_in

_IN_JSON = Cast("figures", TextField())
_NEVER = datetime.min.replace(tzinfo=UTC)


# The measure, the scope and the period of a reading.
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Closing:
    """One reading of a closed month: as it was closed, and what was restated since."""

    row: ClosedReading
    restatements: tuple[Restatement, ...]

    @property
    def standing(self) -> StoredReading:
        """What counts now."""
        return self.restatements[-1] if self.restatements else self.row

    @property
    def figures(self) -> Figures:
        """The figures that count now."""
        return Figures.restored(self.standing.figures)

    @property
    def is_restated(self) -> bool:
        """Whether late evidence was taken in after the closing."""
        return bool(self.restatements)

    def differs_from(self, live: Figures) -> bool:
        """Whether a computation now says something else. When it was taken does not count, nor how
        many rows are left out: what was open then has ended since, and nothing said is another."""
        return _said(self.figures) != _said(live)


@dataclass(frozen=True)
class Evidence:
    """What a stored reading was computed from: the noun of the rows, what each contributed, and the
    keys of those that were left out, in the order of the exclusions, with the noun of each."""

    noun: str
    amounts: Mapping[int, int]
    left_out: tuple[tuple[int, ...], ...] = ()
    left_out_nouns: tuple[str, ...] = ()


def _said(figures: Figures) -> Figures:
    return replace(figures, as_of=_NEVER, freshest_at=None, left_out=0)


def packed(reading: Reading) -> bytes:
    """Return the rows of a reading as they are kept: JSON, compressed with zlib."""
    noun = "" if reading.included is None else reading.included.model._meta.label_lower
    left_out = [
        list(each.rows.order_by("pk").values_list("pk", flat=True)) for each in reading.excluded
    ]
    evidence = json.dumps(
        {
            "noun": noun,
            "amounts": sorted(reading.amounts.items()),
            "left_out": left_out,
            "left_out_nouns": [each.rows.model._meta.label_lower for each in reading.excluded],
        }
    )
    return zlib.compress(evidence.encode())


def payload_of(measure: Measure, reading: Reading, marks: Iterable[int]) -> dict[str, Any]:
    """Return what a stored reading keeps of a reading."""
    return {
        "version_of_definition": measure.version,
        "definition": measure.definition,
        "figures": Figures.of(reading).stored(),
        "parameters": dict(reading.parameters),
        "exclusions": [{"reason": each.reason, "n": each.n} for each in reading.excluded],
        "evidence": packed(reading),
        "fingerprint": digest(*marks),
    }


def unpacked(evidence: bytes) -> Evidence:
    """Return the rows that a reading kept, counted and left out."""
    kept = json.loads(zlib.decompress(evidence))
    # What was closed before rows left out were kept has only their number.
    left_out = tuple(tuple(keys) for keys in kept.get("left_out", ()))
    # A reading that was closed earlier left out rows of the noun that it counted, and no others.
    nouns = tuple(kept.get("left_out_nouns", [kept["noun"]] * len(left_out)))
    return Evidence(kept["noun"], dict(kept["amounts"]), left_out, nouns)


def evidence_of(stored: StoredReading) -> Evidence:
    """Return the rows that a stored reading kept."""
    return unpacked(bytes(stored.evidence))


def standing_figures(wanted: Iterable[Key]) -> dict[Key, Figures]:
    """Return the figures that count now of the closed readings among these, in one query.

    It asks for no column behind the rows that a reading keeps, but for those that an index holds:
    SQLite would read through all of them to get there.
    """
    keys = set(wanted)
    measures, scopes, periods = ({key[part] for key in keys} for part in range(3))
    last = Restatement.objects.filter(closed_reading=OuterRef("pk")).order_by("-number")
    rows = (
        ClosedReading.objects.filter(
            scope__in=scopes, measure__in=measures, closed_period__period__in=periods
        )
        .annotate(restated=Subquery(last.values(text=_IN_JSON)[:1]), closed=_IN_JSON)
        .values_list("measure", "scope", "closed_period__period", "closed", "restated")
    )
    return {
        (measure, scope, period): figures_in(restated or closed)
        for measure, scope, period, closed, restated in rows
        if (measure, scope, period) in keys
    }


def closings(wanted: Iterable[Key]) -> dict[Key, Closing]:
    """Return the closed readings among these measures, scopes and months with all that is kept of
    them but their rows, in two queries."""
    keys = set(wanted)
    measures, scopes, periods = ({key[part] for key in keys} for part in range(3))
    rows = (
        ClosedReading.objects.filter(
            scope__in=scopes, measure__in=measures, closed_period__period__in=periods
        )
        .select_related("closed_period", "target__owner")
        .defer("evidence")
    )
    found = {(row.measure, row.scope, row.closed_period.period): row for row in rows}
    issued: dict[int, list[Restatement]] = {}
    changes = Restatement.objects.filter(closed_reading__in=[row.pk for row in found.values()])
    for change in changes.order_by("number").defer("evidence"):
        issued.setdefault(change.closed_reading_id, []).append(change)
    return {
        key: Closing(row, tuple(issued.get(row.pk, ())))
        for key, row in found.items()
        if key in keys
    }


def explained(closing: Closing) -> Figures:
    """Return the figures that count now with what was left out and the parameters, which closings
    of earlier versions keep beside their figures."""
    stored = closing.standing
    return replace(
        closing.figures,
        exclusions=tuple((each["reason"], each["n"]) for each in stored.exclusions),
        parameters=tuple(stored.parameters.items()),
    )


def seals_of(rows: Iterable[StoredReading]) -> dict[StoredReading, Seal]:
    """Return the seal over each stored reading; one that is not sealed yet has none."""
    found: dict[StoredReading, Seal] = {}
    kinds: dict[str, list[StoredReading]] = {}
    for row in rows:
        kinds.setdefault(row._meta.label_lower, []).append(row)
    for noun, some in kinds.items():
        keys = [row.pk for row in some]
        seals = Seal.objects.filter(noun=noun, first_key__lte=max(keys), last_key__gte=min(keys))
        for seal in seals.defer("entries"):
            found |= {row: seal for row in some if seal.first_key <= row.pk <= seal.last_key}
    return found
