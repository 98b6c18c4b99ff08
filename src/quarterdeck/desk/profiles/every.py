"""Every import profile of the desk."""

from quarterdeck.desk.profiles.bpic2013 import CLOSED_PROBLEMS
from quarterdeck.desk.profiles.freshservice import FRESHSERVICE_TICKETS
from quarterdeck.desk.profiles.helpdesks import HELPDESKS
from quarterdeck.desk.profiles.servicenow import INCIDENT_EVENTS
from quarterdeck.desk.profiles.team_aliases import TEAM_ALIASES
from quarterdeck.desk.profiles.ticket_messages import TICKET_MESSAGES
from quarterdeck.desk.profiles.ticket_table import TICKET_TABLE
from quarterdeck.desk.profiles.zammad_report import ZAMMAD_REPORT

PROFILES = (
    INCIDENT_EVENTS,
    CLOSED_PROBLEMS,
    TICKET_TABLE,
    TICKET_MESSAGES,
    *HELPDESKS,
    FRESHSERVICE_TICKETS,
    ZAMMAD_REPORT,
    TEAM_ALIASES,
)
