"""Erasure: taking somebody out of every row and file, because a law demands it.

Redaction empties fields that somebody names; erasure seeks them. Rows that were sealed stay sealed,
as with a redaction. What is erased is kept as digests, so that imports do not bring it back.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q

from quarterdeck.core.accounts import lock_account
from quarterdeck.core.acts import redacting, verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.file_texts import texts_in
from quarterdeck.core.history.tables import policy_of
from quarterdeck.core.models import (
    Account,
    Act,
    Erasure,
    HistoryEntry,
    Person,
    Redaction,
    Scratch,
    Seal,
)
from quarterdeck.core.redaction import may_redact, rewrite_facts
from quarterdeck.core.sealing import hold_chain
from quarterdeck.core.vocabulary import HistoryPolicy
from quarterdeck.kernels.erasing import (
    REDACTED,
    Erased,
    digest_of,
    is_one_word,
    orders_of,
    whole_digest_of,
)

ROWS_A_CHUNK = 200
_SHORTEST = 4
# What may stand between the words of a name, in one text so and in another one otherwise.
_BETWEEN = re.compile(r"[\s._'’-]+")
_UNTOUCHED = (Seal, Redaction, Erasure)
# The last tables to lose a name, and then the history, to which that adds.
_DIRECTORY: tuple[type[models.Model], ...] = (Account, Person)
_LAST: tuple[type[models.Model], ...] = (*_DIRECTORY, HistoryEntry)
_TEXTS: tuple[type[Any], ...] = (models.CharField, models.TextField, models.JSONField)


@dataclass(frozen=True)
class Erasing:
    """What one erasure has done: rows of each noun, and files that were removed."""

    rows: Mapping[str, int]
    files: int


def names_of(person: Person) -> list[str]:
    """Return all that the directory calls a person by: name, address, id if it tells, accounts."""
    accounts = Account.objects.filter(person=person)
    called = [person.name, person.email, person.external_id]
    called += accounts.values_list("username", flat=True)
    return [each for each in dict.fromkeys(called) if _tells(each) and REDACTED not in each]


def _tells(name: str) -> bool:
    """Whether a name is long enough to be nobody else's, and no mere number."""
    return len(name) >= _SHORTEST and any(map(str.isalpha, name))


def erased() -> Erased | None:
    """Return whom imports have to leave out, or None where nobody was erased."""
    rows = list(Erasure.objects.values_list("salt", "words", "digest"))
    digests: dict[int, set[str]] = {}
    for _, words, digest in rows:
        digests.setdefault(words, set()).add(digest)
    return (
        Erased(rows[0][0], {w: frozenset(found) for w, found in digests.items()}) if rows else None
    )


def erase(
    *,
    names: Collection[str],
    also: Collection[str] = (),
    person: Person | None = None,
    reason: str,
    actor: Account,
    at: datetime,
) -> Erasing:
    """Take names out of every row and file; killed in between, it is simply asked for again.

    One word, such as a user name, is sought where it is the whole of a text; one of `also` is
    sought inside of texts too. The account of the person, if one is given, is locked first.
    """
    with transaction.atomic():
        begin_erasure(names=names, also=also, reason=reason, actor=actor, at=at)
        for account in Account.objects.filter(person=person, is_active=True) if person else ():
            lock_account(account=account, reason=reason, actor=actor, at=at)
    names = [*names, *also]
    rows, files = Counter[str](), _remove_files()
    for model in _models():
        rows += _erase_from(model, names, actor, at)
    rows += _erase_from(HistoryEntry, names, actor, at)
    # The directory knows the names for which a killed run is asked again, so it loses them last.
    with transaction.atomic():
        for model in _LAST:
            rows += _erase_from(model, names, actor, at)
        end_erasure(actor=actor, at=at)
    return Erasing(rows, files)


def _erase_from(
    model: type[models.Model], names: Collection[str], actor: Account, at: datetime
) -> Counter[str]:
    keys = list(_candidates(model, names).values_list("pk", flat=True))
    noun = model._meta.label_lower
    chunks = (keys[start : start + ROWS_A_CHUNK] for start in range(0, len(keys), ROWS_A_CHUNK))
    done = sum(erase_rows(noun=noun, keys=some, actor=actor, at=at) for some in chunks)
    return Counter({noun: done}) if done else Counter()


@verb
def begin_erasure(
    *,
    names: Collection[str],
    also: Collection[str] = (),
    reason: str,
    actor: Account,
    at: datetime,
) -> None:
    """Note by digests what may come in no more; the reason, such as a law's article, is kept."""
    if not may_redact(actor):
        raise Refused("You may not erase anybody.")
    sought = [*names, *also]
    if short := [name for name in sought if not _tells(name)]:
        raise Refused(f"“{short[0]}” is too short: it would be found in other people's names too.")
    if not sought or not reason.strip():
        raise Refused("Say whom, and by which law or decision.")
    if any(name.casefold() in reason.casefold() for name in sought):
        raise Refused("The reason is kept: it must not name whom it is about.")
    salt = Erasure.objects.values_list("salt", flat=True).first() or secrets.token_hex(16)
    known = set(Erasure.objects.values_list("digest", flat=True))
    Erasure.objects.bulk_create(
        Erasure(salt=salt, digest=digest, words=words, at=at)
        for words, digest in sorted(_digests(names, also, salt))
        if digest not in known
    )


def _digests(names: Iterable[str], also: Iterable[str], salt: str) -> set[tuple[int, str]]:
    alone = {name for name in names if is_one_word(name)}
    everywhere = {order for name in {*names, *also} - alone | {*also} for order in orders_of(name)}
    found = {digest_of(order, salt) for order in everywhere}
    return found | {whole_digest_of(name, salt) for name in alone}


@verb
def erase_rows(*, noun: str, keys: Collection[Any], actor: Account, at: datetime) -> int:
    """Mask what is erased in some rows of one noun; return in how many of them it stood."""
    if not may_redact(actor):
        raise Refused("You may not erase anybody.")
    model, mask = apps.get_model(noun), erased()
    if mask is None:
        return 0
    rows = model._base_manager.filter(pk__in=keys).order_by("pk")
    changed = {row.pk: values for row in rows if (values := _masked(row, mask))}
    with redacting():
        if policy_of(model) == HistoryPolicy.APPEND_ONLY:
            hold_chain()
            rewrite_facts(model, {key: (sorted(v), v) for key, v in changed.items()}, at)
        else:
            is_noun = policy_of(model) == HistoryPolicy.ROWS
            step: dict[str, Any] = {"version": F("version") + 1} if is_noun else {}
            for key, values in changed.items():
                model._base_manager.filter(pk=key).update(**values, **step)
    return len(changed)


@verb
def end_erasure(*, actor: Account, at: datetime) -> None:  # noqa: ARG001 — every verb is asked at a time
    """Remove what was made of the rows before they lost a name, and can be made again."""
    if not may_redact(actor):
        raise Refused("You may not erase anybody.")
    hold_chain()
    for model in apps.get_models():
        if issubclass(model, Scratch) and model.is_dropped_by_erasure:
            # Without its other fields, a file is not read to be removed.
            model._base_manager.only("pk").delete()


def erasures_ended() -> int:
    """Return how many erasures have ended: what was read before another one did may name whom it
    erased. Whoever keeps such a thing holds the chain, and asks again."""
    return Act.objects.filter(verb="core.erasure.end_erasure").count()


def _models() -> list[type[models.Model]]:
    """Return every table with texts but the history, to which masking a row adds, and the
    directory."""
    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and not model._meta.proxy
        and model not in {*_UNTOUCHED, *_DIRECTORY, HistoryEntry}
        and _texts_of(model)
    ]


def _texts_of(model: type[models.Model]) -> list[str]:
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, _TEXTS) and not field.choices and not field.primary_key
    ]


def _candidates(model: type[models.Model], names: Iterable[str]) -> models.QuerySet[Any]:
    """Return the rows in which the longest word of a name stands in any of its usual forms."""
    forms = {form for name in names for form in _forms(max(_BETWEEN.split(name), key=len))}
    asked = (Q(**{f"{name}__icontains": form}) for name in _texts_of(model) for form in forms)
    return model._base_manager.filter(reduce(or_, asked)).order_by("pk")


def _forms(word: str) -> Iterator[str]:
    """Give a word as texts and JSON may hold it; databases fold the letters of ASCII alone."""
    bare = word.strip(",.;:<>()'\"")
    for form in {bare, bare.lower(), bare.upper(), bare.title()}:
        yield form
        yield json.dumps(form)[1:-1]


def _masked(row: models.Model, mask: Erased) -> dict[str, Any]:
    """Return the fields that an erased name stands in, without it; keys stay different keys."""
    model, values = type(row), dict[str, Any]()
    keys = {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
        for name in constraint.fields
    }
    for name in _texts_of(model):
        field: Any = model._meta.get_field(name)
        held = getattr(row, name)
        masked = mask.masked_value(held)
        if masked == held:
            continue
        if field.unique or name in keys:
            masked = f"{masked} {row.pk}"
        values[name] = masked if field.max_length is None else masked[: field.max_length]
    return values


def _remove_files() -> int:
    """Remove the stored files in which anybody erased can be read; return how many."""
    mask, removed = erased(), 0
    if mask is None:
        return removed
    for path in sorted(Path(default_storage.path("")).rglob("*")):
        if path.is_file() and any(map(mask.holds, texts_in(path.read_bytes()))):
            path.unlink()
            removed += 1
    return removed
