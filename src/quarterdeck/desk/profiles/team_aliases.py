"""What was said of the teams of a source, as a batch that corrects the tickets which are here."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from quarterdeck.core.columns import Cells
from quarterdeck.core.profiles import Judgement, ReadRow, Row, StagedRow
from quarterdeck.desk.profiles.tickets import TicketBatches
from quarterdeck.desk.queries.source_teams import in_teams_said
from quarterdeck.desk.verbs.team_aliases import FORMAT
from quarterdeck.office.vocabulary import Outcome


class TeamAliases(TicketBatches):
    """Tickets of a source whose changes come into the teams that their names are said to be.

    No file holds them, and such a batch covers no time: it tells nothing of tickets that are not
    here.
    """

    key = FORMAT
    title = "Teams in imports"
    noun = "desk.teamalias"
    is_file = False
    columns = ("ticket",)
    identity = "ticket"

    def row_reader(self, header: Sequence[str], zone: ZoneInfo) -> ReadRow:  # noqa: ARG002 — every profile has the same signature
        """Read nothing: a ticket alone is named."""

        def read(_cells: Cells) -> Row:
            return []

        return read

    def judge(
        self, source: str, records: Sequence[tuple[str, Sequence[StagedRow]]]
    ) -> list[Judgement]:
        """Say which tickets have changes that stand elsewhere; reads only."""
        keys = [key for key, _ in records]
        differing = {each.external_id: each for each in in_teams_said(source, keys)}
        return [
            Judgement(key, Outcome.UPDATED, differing[key])
            if key in differing
            else Judgement(key, Outcome.UNCHANGED)
            for key in keys
        ]


TEAM_ALIASES = TeamAliases()
