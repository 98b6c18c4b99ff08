"""What people call the desk about, and what is said and done: the texts of tickets by hand."""

from dataclasses import dataclass

from quarterdeck.desk.vocabulary import TicketKind

EMAIL, SIGN_IN, PRINTING = "Email and calendar", "Password and sign-in", "Printing"
COMPUTER, SOFTWARE, PHONE = (
    "Laptop or desktop computer",
    "Software installation",
    "Mobile phone",
)
NETWORK, STORAGE = "Network and Wi-Fi", "File storage"
_HALF = 0.5


@dataclass(frozen=True, kw_only=True)
class Script:
    """One call: what is reported and under which category, and how it goes on.

    `truly` is what it turns out to be, `comes_back` the chance that the fix does not last.
    """

    title: str
    description: str
    category: str
    service: str
    resolution: str
    reply: str = ""
    note: str = ""
    truly: str = ""
    kind: str = TicketKind.INCIDENT
    comes_back: float = 0.05
    share: int = 2

    @property
    def true_category(self) -> str:
        """What the ticket turns out to be: what was reported, unless the script knows better."""
        return self.truly or self.category


SCRIPTS: tuple[Script, ...] = (
    Script(
        title="No new mail since this morning",
        description="The mailbox opens, but nothing has arrived since about eight o’clock.",
        category=EMAIL,
        service="Email and calendar",
        note="The mailbox is fine. The sign-in had expired, and the program does not say so.",
        reply="Please sign out of the mail program once and in again with your new password.",
        resolution="Signed in again with the new password; mail has arrived.",
        truly=SIGN_IN,
        share=5,
    ),
    Script(
        title="The calendar does not show colleagues’ appointments",
        description="Since the weekend every colleague’s calendar is shown as empty.",
        category=EMAIL,
        service="Email and calendar",
        note="Same as yesterday: the password was changed, the mail program kept the old one.",
        resolution="Removed the stored password and signed in again.",
        truly=SIGN_IN,
        share=3,
    ),
    Script(
        title="Shared mailbox for the summer festival",
        description="We need a mailbox that four of us can read, until the end of September.",
        category=EMAIL,
        service="Email and calendar",
        reply="Who besides you shall be able to write from it?",
        resolution="Mailbox made for four people; it is removed at the end of September.",
        kind=TicketKind.REQUEST,
    ),
    Script(
        title="Locked out after the holidays",
        description="The password is not taken any more after three weeks of leave.",
        category=SIGN_IN,
        service="Sign-in",
        resolution="Checked who is calling, unlocked the account, new password chosen.",
        share=4,
    ),
    Script(
        title="The code for signing in does not arrive",
        description="Sign-in asks for a code, and the phone shows none.",
        category=SIGN_IN,
        service="Sign-in",
        note="New phone since Monday; the app was not moved.",
        resolution="Set up the app on the new phone and removed the old one.",
    ),
    Script(
        title="The printer on the second floor prints stripes",
        description="Every page has grey stripes from top to bottom.",
        category=PRINTING,
        service="Printing",
        reply="We are sending somebody with a new drum this afternoon.",
        resolution="Changed the drum; test page is clean.",
        comes_back=0.5,
        share=4,
    ),
    Script(
        title="Print jobs vanish from the queue",
        description="The job is shown for a second and is gone, and no paper comes out.",
        category=PRINTING,
        service="Printing",
        note="The queue’s driver crashes on this model’s duplex setting; restarted it again.",
        resolution="Restarted the queue; the waiting jobs have been printed.",
        comes_back=0.55,
        share=4,
    ),
    Script(
        title="Badge reader of the printer does not react",
        description="Holding the badge to the printer does nothing; others can print.",
        category=PRINTING,
        service="Printing",
        resolution="Registered the badge anew.",
        comes_back=0.3,
    ),
    Script(
        title="Laptop is very slow after starting",
        description="It takes about ten minutes until anything can be opened.",
        category=COMPUTER,
        service="Workplace computer",
        reply="May we connect to your laptop at half past one for a quarter of an hour?",
        note="The disk is nearly full; an old profile takes up most of it.",
        resolution="Removed the old profile; it starts within a minute now.",
        share=3,
    ),
    Script(
        title="Screen stays black at the desk, works at home",
        description="With the desk’s dock the two screens stay black.",
        category=COMPUTER,
        service="Workplace computer",
        resolution="Brought a new cable for the dock.",
        share=3,
    ),
    Script(
        title="Keyboard with missing keys",
        description="The letters E and N come off. A keyboard like the old one, please.",
        category=COMPUTER,
        service="Workplace computer",
        resolution="Handed out a keyboard from stock.",
        kind=TicketKind.REQUEST,
    ),
    Script(
        title="PDF editor for the press office",
        description="Two of us have to cross out names before files are published.",
        category=SOFTWARE,
        service="Workplace computer",
        reply="The licence needs the approval of your budget’s owner; we have asked.",
        note="Two licences are left of the last order.",
        resolution="Installed on both laptops from the licences that were left.",
        kind=TicketKind.REQUEST,
    ),
    Script(
        title="Spreadsheet macro is blocked",
        description="The monthly report says that macros are blocked by the organisation.",
        category=SOFTWARE,
        service="Workplace computer",
        note="Right so: the file came by mail. Asked for the signed version.",
        resolution="The signed version of the report runs; nothing was unblocked.",
    ),
    Script(
        title="Duty phone does not ring",
        description="Calls to the duty phone go straight to the voicemail.",
        category=PHONE,
        service="Telephony",
        resolution="“Do not disturb” was planned for the nights and had been set for the days.",
    ),
    Script(
        title="Wi-Fi drops in the reading room",
        description="Every few minutes the connection is gone, at all tables by the window.",
        category=NETWORK,
        service="Network and Wi-Fi",
        reply="Thank you. Does it also happen at the counter?",
        note="The access point behind the shelves restarts: its power supply is weak.",
        resolution="Changed the power supply of the access point.",
    ),
    Script(
        title="Shared folder of the planning team is read-only",
        description="None of us can save since this morning.",
        category=STORAGE,
        service="File storage",
        note="Nobody took the right away: the password has expired, the drive is the cached one.",
        resolution="Renewed the password and connected the drive again.",
        truly=SIGN_IN,
    ),
)

# Of what is reported often: what does not stay mended, and what truly is something else. Each of
# these has a cause of its own, which a search for candidate problems ought to find first.
PLANTED = tuple(
    script
    for script in SCRIPTS
    if script.share > Script.share and (script.comes_back >= _HALF or script.truly)
)

# What the requester who has an account calls about: long ago, of late, and just now.
OF_REQUESTER = (SCRIPTS[9], SCRIPTS[8], SCRIPTS[14])

# What ends without work, and as what.
WITHDRAWN = Script(
    title="Projector in the council chamber",
    description="It shows no picture; the meeting begins at two.",
    category=COMPUTER,
    service="Workplace computer",
    resolution="",
    reply="We are on our way.",
)
TWICE = Script(
    title="Wi-Fi in the reading room again",
    description="See the call of an hour ago.",
    category=NETWORK,
    service="Network and Wi-Fi",
    resolution="",
)
SPAM = Script(
    title="URGENT your invoice 88231 is overdue",
    description="Open the attached file to avoid a fee.",
    category=EMAIL,
    service="Email and calendar",
    resolution="",
)
REOPENED_BECAUSE = (
    "The same again this morning.",
    "It worked for a day.",
    "Still the same on my colleague’s desk.",
    "It came back after lunch.",
)
