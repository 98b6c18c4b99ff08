"""The acts that say which teams the groups of a source are, and let imported tickets follow."""

from datetime import datetime
from pathlib import Path

from quarterdeck.core.acts import verb
from quarterdeck.core.database import unmapped
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account, Team
from quarterdeck.desk.models import TeamAlias
from quarterdeck.desk.queries.source_teams import tickets_to_follow
from quarterdeck.office.models import ImportBatch, ImportProgress, StagedRecord
from quarterdeck.office.rules import may_import
from quarterdeck.office.verbs import import_run, imports
from quarterdeck.office.vocabulary import Accept, BatchState

# Under which name batches go that correct the teams of a source's tickets.
FORMAT = "team-aliases"
TITLE = "Teams in imports"
_NO_TEAM = 0


@verb
def link_team(
    *,
    source: str,
    text: str,
    team: Team | None,
    is_no_team: bool = False,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> TeamAlias:
    """Say which team a group of a source is, or that it is none; the last word counts.

    With neither, the group is a team of its own again. A worker then lets the tickets follow that
    are here already, and imports to come write the team at once.
    """
    if not may_import(actor):
        raise Refused("You may not say which teams the groups of sources are.")
    if not source or not text.strip():
        raise Refused("Name a source, and a group as it writes it.")
    if team is not None and is_no_team:
        raise Refused("Either it is a team, or it is none: not both.")
    alias, is_new = TeamAlias.objects.select_for_update(of=("self",)).get_or_create(
        source=source, text=text
    )
    before, now = _standing(alias), (team.pk if team else None, is_no_team)
    if is_new or before != now or _is_taken_back(source):
        alias.followed = sorted({*alias.followed, *_places(*before)})
        alias.team, alias.is_no_team, alias.waits = team, is_no_team, True
        alias.version += 1
        alias.save(update_fields=["followed", "team", "is_no_team", "waits", "version"])
        enqueue("desk.follow_teams")
    return alias


def _is_taken_back(source: str) -> bool:
    """Whether a batch of corrections was withdrawn: what is said again is to hold again."""
    return ImportBatch.objects.hidden().filter(profile=FORMAT, source=source).exists()


def _standing(alias: TeamAlias) -> tuple[int | None, bool]:
    return alias.team_id, alias.is_no_team


def _places(team_key: int | None, is_no_team: bool) -> list[int]:
    """Return in which team tickets stand of whose group this is said; in that of its name, none."""
    if is_no_team:
        return [_NO_TEAM]
    return [] if team_key is None else [team_key]


@verb
def note_followed(
    *,
    alias: TeamAlias,
    actor: Account,  # noqa: ARG001 — the act names who
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> None:
    """Keep that the tickets of a group follow what is said of it, unless it was said anew since."""
    followed = _places(*_standing(alias))
    same = TeamAlias.objects.filter(pk=alias.pk, version=alias.version)
    same.update(followed=followed, waits=False)


@unmapped()
def follow_teams(*, source: str, actor: Account, at: datetime) -> ImportBatch | None:
    """Let the tickets of a source follow what is said of its groups, as one batch of corrections.

    A batch of files that is unfinished goes first: what waits then goes on waiting. A run that is
    killed is gone on with by the next one, which leaves to the one after it to look whether more
    was said meanwhile. Returns the batch, or none where no ticket differs.
    """
    unfinished = ImportBatch.objects.unfinished().filter(source=source).first()
    if unfinished is not None and unfinished.profile != FORMAT:
        return None
    aliases = list(TeamAlias.objects.filter(source=source, waits=True))
    batch = _staged(source, aliases, unfinished, actor, at)
    if batch is not None:
        if batch.state == BatchState.STAGING:
            imports.move_import(batch=batch, state=BatchState.EXAMINING, actor=actor, at=at)
        # What it is made of is staged already, so that no file is opened.
        batch = import_run.examine_file(
            batch=batch, path=Path(), report=_silent, actor=actor, at=at
        )
        batch = import_run.apply_batch(batch=batch, report=_silent, actor=actor, at=at)
    for alias in aliases if unfinished is None else ():
        note_followed(alias=alias, actor=actor, at=at)
    return batch


def _staged(
    source: str,
    aliases: list[TeamAlias],
    batch: ImportBatch | None,
    actor: Account,
    at: datetime,
) -> ImportBatch | None:
    """Stage the tickets that stand elsewhere than is said; begin a batch for the first of them."""
    if batch is not None and batch.state != BatchState.STAGING:
        return batch
    done = 0 if batch is None else ImportProgress.objects.get(batch=batch).lines_staged
    for through, keys in tickets_to_follow(source, aliases, done):
        if batch is None and keys:
            batch = _begun(source, actor, at)
        if batch is not None:
            pieces = [
                StagedRecord(batch=batch, external_id=key, first_line=1, rows=[[1, [], None]])
                for key in keys
            ]
            after = ImportProgress.objects.get(batch=batch).lines_staged
            imports.stage_lines(
                batch=batch,
                pieces=pieces,
                strays=[],
                after=after,
                lines_staged=through,
                actor=actor,
                at=at,
            )
    return batch


def _begun(source: str, actor: Account, at: datetime) -> ImportBatch:
    return imports.begin_import(
        profile=FORMAT,
        source=source,
        file_name=TITLE,
        file_digest="",
        zone="UTC",
        accept=Accept.ALL,
        actor=actor,
        at=at,
    )


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches how far it has come; the page says what still waits."""
