"""What other help desks export by themselves is understood by its heads and words."""

import pytest

from quarterdeck.core.mapping import Sample, propose
from quarterdeck.core.mapping_checks import check_mapping
from quarterdeck.desk.profiles.ticket_table import TicketTable

FRESHSERVICE = {
    "Ticket ID": "12",
    "Subject": "Printer",
    "Status": "Pending",
    "Priority": "Urgent",
    "Type": "Incident",
    "Agent": "Ann",
    "Group": "Desk",
    "Created Time": "2026-03-29 08:15:00",
    "Due by Time": "2026-03-30 08:15:00",
    "Resolved Time": "2026-03-29 09:15:00",
    "Requester Email": "bo@example.org",
}
GLPI = {
    "ID": "12",
    "Title": "Printer",
    "Status": "Processing (assigned)",
    "Opening date": "2026-03-29 08:15",
    "Priority": "Major",
    "Requester - Requester": "Bo",
    "Assigned to - Technician": "Ann",
    "Assigned to - Technician group": "Desk",
    "Category": "Hardware",
}


@pytest.mark.parametrize("table", [FRESHSERVICE, GLPI])
def test_heads_and_words_of_what_help_desks_export_are_proposed(table: dict[str, str]) -> None:
    sample, profile = Sample(tuple(table), (tuple(table.values()),)), TicketTable()

    proposed = propose(profile, sample)

    check_mapping(profile, proposed, sample)
    assert set(proposed.columns.values()) == set(table)
