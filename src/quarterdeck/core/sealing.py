"""Sealing: a chain of salted digests over every append-only row, by which tampering is found.

Rows are added unsealed, so that writers never wait for one another. `seal_rows` seals what is
committed; `verify` computes everything again. Whoever owns the machine could rewrite the whole
chain: the digest of the last seal, noted elsewhere, is what shows that too.
"""

import hashlib
import json
import secrets
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import Max

from quarterdeck.core.acts import labelled
from quarterdeck.core.history.tables import guarded_models, policy_of
from quarterdeck.core.models import Account, Redaction, Seal
from quarterdeck.core.vocabulary import HistoryPolicy

ROWS_A_SEAL = 2_000
# Writers must pause for a moment while it is seen what is committed; nobody waits longer for it.
PATIENCE = "2s"
FIRST = "0" * 64
_ENTRY = struct.Struct(">q16s32s")
_ADVISORY_LOCK = 7_325_001

Report = Callable[[int, int], None]


# In the place of a salt: the row was redacted, and its digest can be compared with nothing.
_NO_SALT = bytes(16)


@dataclass(frozen=True)
class Verification:
    """How many seals and rows were looked at, and the first fault, if there is one.

    `redacted` are the rows whose content was taken out by law, and is sealed as it stands since.
    """

    seals: int
    rows: int
    fault: str = ""
    last_digest: str = FIRST
    redacted: int = 0


def sealed_models() -> list[type[models.Model]]:
    """Return every append-only noun but the seals themselves and those with drawn keys, by name."""
    found = [
        model
        for model in guarded_models()
        if policy_of(model) == HistoryPolicy.APPEND_ONLY and model is not Seal and _is_sealed(model)
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def _is_sealed(model: type[models.Model]) -> bool:
    return bool(getattr(model, "is_sealed", True))


def seal_rows(*, actor: Account, at: datetime) -> int:
    """Seal every committed row that is not sealed yet; return how many that were.

    It is no act of its own, since an act is a row that would have to be sealed.
    """
    sealed = 0
    for model, last in _committed(sealed_models()):
        while (done := _seal_some(model, last, actor, at)) > 0:
            sealed += done
    return sealed


def _committed(found: Sequence[type[models.Model]]) -> list[tuple[type[models.Model], int]]:
    """Return for each table the highest key below which nothing is still being written.

    On PostgreSQL a lower key may be committed after a higher one: for a moment the tables are
    locked against writers, which waits for those that are at it. SQLite has one writer at a time.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(m._meta.db_table) for m in found)
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
        return [(m, m._base_manager.aggregate(last=Max("pk"))["last"] or 0) for m in found]


def _seal_some(model: type[models.Model], last: int, actor: Account, at: datetime) -> int:
    """Seal the next rows of one table up to a key, in a transaction; return how many."""
    noun = model._meta.label_lower
    with labelled(actor.label):
        hold_chain()
        done = Seal.objects.filter(noun=noun).aggregate(last=Max("last_key"))["last"] or 0
        columns = _columns(model)
        rows = list(_contents(model, columns, done, last)[:ROWS_A_SEAL])
        if not rows:
            return 0
        before = Seal.objects.order_by("-number").only("number", "digest").first()
        number, previous = (before.number + 1, before.digest) if before else (1, FIRST)
        entries = b"".join(_entry(row[0], _canonical(columns, row)) for row in rows)
        Seal.objects.create(
            number=number,
            noun=noun,
            columns=columns,
            first_key=done + 1,
            last_key=rows[-1][0],
            entries=entries,
            previous=previous,
            digest=_chained(number, noun, previous, entries),
            sealed_at=at,
        )
        return len(rows)


def hold_chain() -> None:
    """Keep others from adding to the chain until the transaction ends; SQLite has one writer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])


def drop_salts(model: type[models.Model], keys: Iterable[int], seals: type[Seal] = Seal) -> None:
    """Take the salts of redacted rows out of their seals; allowed to a redaction alone.

    A migration gives its own form of `seals`.
    """
    wanted, noun = sorted(keys), model._meta.label_lower
    while wanted:
        seal = seals.objects.filter(
            noun=noun, first_key__lte=wanted[0], last_key__gte=wanted[0]
        ).first()
        # What is not sealed yet is sealed as it stands then.
        last = wanted[0] if seal is None else seal.last_key
        here, wanted = {k for k in wanted if k <= last}, [k for k in wanted if k > last]
        if seal is not None:
            entries = b"".join(
                _ENTRY.pack(key, _NO_SALT if key in here else salt, digest)
                for key, salt, digest in _entries(seal)
            )
            seals.objects.filter(pk=seal.pk).update(entries=entries)


def digest_of(model: type[models.Model], key: int) -> dict[str, Any]:
    """Return the salted digest of a row as it stands, and what it covers."""
    columns, salt = _columns(model), secrets.token_bytes(16)
    content = _canonical(columns, _contents(model, columns, key - 1, key)[0])
    return {"columns": columns, "salt": salt.hex(), "digest": _digest(salt, content).hex()}


def _columns(model: type[models.Model]) -> list[str]:
    """Return the fields that a row's content is read from, the key first."""
    key = model._meta.pk
    names = [field.attname for field in model._meta.concrete_fields if field is not key]
    return [key.attname, *sorted(names)]


def _contents(
    model: type[models.Model], columns: Sequence[str], after: int, last: int
) -> "models.QuerySet[Any, tuple[Any, ...]]":
    rows = model._base_manager.filter(pk__gt=after, pk__lte=last).order_by("pk")
    return rows.values_list(*columns)


def _entry(key: int, content: bytes) -> bytes:
    salt = secrets.token_bytes(16)
    return _ENTRY.pack(key, salt, _digest(salt, content))


def _canonical(columns: Sequence[str], row: Sequence[Any]) -> bytes:
    """Return a row's content as bytes that are the same on both databases."""
    pairs = list(zip(columns, row, strict=True))
    return json.dumps(pairs, sort_keys=True, default=_text, separators=(",", ":")).encode()


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def _chained(number: int, noun: str, previous: str, entries: bytes) -> str:
    chain = hashlib.sha256(f"{number}\x1f{noun}\x1f{previous}\x1f".encode())
    for key, _salt, digest in _ENTRY.iter_unpack(entries):
        chain.update(key.to_bytes(8, "big", signed=True) + digest)
    return chain.hexdigest()


def verify(report: Report | None = None) -> Verification:
    """Compute every digest again and name the first row or seal that is not as it was sealed."""
    previous, seals, rows, redacted = FIRST, 0, 0, 0
    reached: dict[str, int] = {}
    # Among rows that were sealed once, and have keys that are drawn since then, come others.
    left_out = {m._meta.label_lower for m in guarded_models() if not _is_sealed(m)}
    for seal in Seal.objects.order_by("number").iterator(chunk_size=20):
        fault = _broken_link(seal, seals + 1, previous, reached)
        is_held = seal.noun not in left_out
        if is_held and not fault:
            # What was redacted while it was read is read again.
            fault = _tampered_row(seal) and _tampered_row(Seal.objects.get(pk=seal.pk))
        if fault:
            return Verification(seals, rows, fault, previous, redacted)
        redacted += len(_redactions(seal))
        previous, seals = seal.digest, seals + 1
        rows += len(seal.entries) // _ENTRY.size * is_held
        reached[seal.noun] = seal.last_key
        if report is not None:
            report(seals, rows)
    return Verification(seals, rows, last_digest=previous, redacted=redacted)


def _redactions(seal: Seal) -> dict[int, Redaction]:
    """Return the last redaction of each row of a seal that was redacted."""
    found = Redaction.objects.filter(
        noun=seal.noun, key__gte=seal.first_key, key__lte=seal.last_key
    )
    return {each.key: each for each in found.order_by("pk")}


def _broken_link(seal: Seal, number: int, previous: str, reached: dict[str, int]) -> str:
    """Say what is wrong with a seal itself."""
    if seal.number != number:
        return f"Seal {number} is missing."
    if seal.previous != previous or seal.first_key != reached.get(seal.noun, 0) + 1:
        return f"{seal} does not follow the seal before it."
    if seal.digest != _chained(seal.number, seal.noun, previous, bytes(seal.entries)):
        return f"{seal} was changed."
    return ""


def _tampered_row(seal: Seal) -> str:
    """Name the first row of a seal that is missing, changed, or was slipped in."""
    redactions = _redactions(seal)
    try:
        model = apps.get_model(seal.noun)
    except LookupError:
        return f"{seal} is of {seal.noun}, which is not known any more."
    present = {
        row[0]: row for row in _contents(model, seal.columns, seal.first_key - 1, seal.last_key)
    }
    for key, salt, digest in _entries(seal):
        row = present.pop(key, None)
        if row is None:
            return f"{seal.noun} {key} is missing."
        redaction = redactions.get(key)
        if redaction is not None and _differs(model, redaction):
            return f"{seal.noun} {key} was changed after it was redacted."
        if salt == _NO_SALT and redaction is None:
            return f"{seal.noun} {key} lost its salt, and nothing says that it was redacted."
        if salt != _NO_SALT and _digest(salt, _canonical(seal.columns, row)) != digest:
            return f"{seal.noun} {key} was changed."
    return f"{seal.noun} {min(present)} was slipped in." if present else ""


def _differs(model: type[models.Model], redaction: Redaction) -> bool:
    """Say whether a redacted row holds anything else than when it was redacted."""
    columns = redaction.columns
    content = _canonical(columns, _contents(model, columns, redaction.key - 1, redaction.key)[0])
    return _digest(bytes.fromhex(redaction.salt), content).hex() != redaction.digest


def _digest(salt: bytes, content: bytes) -> bytes:
    return hashlib.sha256(salt + content).digest()


def _entries(seal: Seal) -> Iterator[tuple[int, bytes, bytes]]:
    return _ENTRY.iter_unpack(bytes(seal.entries))
