"""The command line: one command for each thing that an operator does."""

import argparse
import os
import sys
from collections.abc import Sequence

EXIT_REFUSED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused, 2 not understood."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quarterdeck.config.settings")
    chosen = _parser().parse_args(arguments)
    if getattr(chosen, "home", ""):
        os.environ["QUARTERDECK_HOME"] = chosen.home

    # Settings read the environment, and models need them: nothing of ours may be loaded before.
    import django  # noqa: PLC0415 — the words of the command line are read before Django is loaded

    django.setup()

    from quarterdeck.config import commands  # noqa: PLC0415 — the words of the command line are read before Django is loaded
    from quarterdeck.core.errors import Refused  # noqa: PLC0415 — the words of the command line are read before Django is loaded

    try:
        if chosen.command not in commands.UNPREPARED:
            commands.prepare()
        return commands.COMMANDS[chosen.command](chosen)
    except Refused as refusal:
        sys.stderr.write(f"quarterdeck: {refusal}\n")
        return EXIT_REFUSED
    except BrokenPipeError:
        # The reader, such as head, has seen enough; Python would complain once more when it
        # flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not _is_told(error):
            raise
        return EXIT_REFUSED


def _is_told(error: Exception) -> bool:
    """Say in a line what was in the way of the database or the disk; False for all other errors."""
    # As in `main`: the settings come first.
    from quarterdeck.core.trouble import trouble_of  # noqa: PLC0415 — the words of the command line are read before Django is loaded
    from quarterdeck.ui.errors import TROUBLES  # noqa: PLC0415 — the words of the command line are read before Django is loaded

    trouble = trouble_of(error)
    if trouble:
        cause = " ".join(str(error).split())
        sys.stderr.write(f"quarterdeck: {TROUBLES[trouble].title}: {cause}\n")
    return trouble is not None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quarterdeck",
        description="Runs an IT department's records and computes its measures from them.",
        epilog="QUARTERDECK_HOME is the folder of the installation; "
        "QUARTERDECK_DATABASE_URL its database, if it is not SQLite in that folder.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_service_commands(commands)
    _add_import_commands(commands)
    _add_measure_commands(commands)
    _add_user_commands(commands)
    _add_safety_commands(commands)
    return parser


def _add_service_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    up = commands.add_parser("up", help="set up on first use, then run web server and worker")
    up.add_argument("--empty", action="store_true", help="do not load the demo department")
    for command, text in (("up", ""), ("serve", "run the web server")):
        parser = up if command == "up" else commands.add_parser(command, help=text)
        parser.add_argument("--bind", default="", help="address and port (127.0.0.1:8000)")
    commands.add_parser("worker", help="run background work")
    _add_mail_commands(commands)
    commands.add_parser("demo", help="load the demo department into an empty installation")


def _add_mail_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pipe = commands.add_parser("mail-in", help="take one mail from the standard input")
    pipe.add_argument("--sender", default=None, help="whom the mail server names as its sender")
    pipe.add_argument("--recipient", action="append", default=[], help="for whom it was delivered")
    lmtp = commands.add_parser("mail-lmtp", help="take mail from a mail server by LMTP")
    lmtp.add_argument("--bind", default="127.0.0.1:2424", help="address and port")


def _add_safety_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="write all there is into one file, and verify it")
    backup.add_argument(
        "--with-secret-key", action="store_true", help="put the signing key in too; guard the file"
    )
    backup.add_argument("--verify", default="", metavar="FILE", help="only verify this backup")
    restore = commands.add_parser("restore", help="put a backup in the place of an installation")
    restore.add_argument("file", help="the backup")
    restore.add_argument("--home", default="", help="the folder of the installation to restore")
    restore.add_argument("--force", action="store_true", help="replace what the installation holds")
    upgrade = commands.add_parser("upgrade", help="after a new version: backup, migrate, check")
    for parser in (backup, upgrade):
        parser.add_argument("--to", default="", metavar="FOLDER", help="where backups are kept")
    for parser in (backup, restore):
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
    commands.add_parser("check", help="look for faults in this installation")
    search = commands.add_parser("search", help="rebuild the search index, or compare it with rows")
    search.add_argument("act", choices=("rebuild", "check"), help="what to do")
    search.add_argument("table", nargs="?", default="", help="one table, such as desk_ticket")


def _add_user_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    user = commands.add_parser("user", help="keep accounts: add, password, list, lock, unlock")
    acts = user.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="add an account")
    add.add_argument("--role", default="", help="what it may do, such as technician")
    reach = add.add_mutually_exclusive_group()
    reach.add_argument("--unit", default="", help="the role reaches this unit and all below it")
    reach.add_argument("--team", default="", help="the role reaches this team")
    add.add_argument("--person", default="", help="whose account it is, by name")
    password = acts.add_parser("password", help="give an account a password, which is asked for")
    password.add_argument(
        "--generate", action="store_true", help="print a password that has to be changed at once"
    )
    lock = acts.add_parser("lock", help="let nobody sign in with an account")
    unlock = acts.add_parser("unlock", help="let somebody sign in again")
    for parser in (add, password, lock, unlock):
        parser.add_argument("username", help="the name to sign in with")
    listing = acts.add_parser("list", help="list every account")
    listing.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_import_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("import", help="take a file in through a profile")
    parser.add_argument(
        "given",
        nargs="+",
        metavar="[PROFILE] FILE",
        help="the format, such as servicenow-incident-events, and the file: CSV, gzip or XLSX",
    )
    parser.add_argument("--profile", default="", help="the format, where FILE stands alone")
    parser.add_argument("--source", default="", help="the system that it comes from (the format)")
    _add_mapping_options(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen; take nothing in"
    )
    parser.add_argument(
        "--accept",
        choices=("all", "valid"),
        default="all",
        help="all records or none, or the valid ones",
    )
    parser.add_argument(
        "--zone", default="", help="zone of times that name none (the organisation's)"
    )
    parser.add_argument(
        "--encoding", default="", help="how the letters are written, such as cp1252 (UTF-8)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    batches = commands.add_parser("batches", help="list what has been imported")
    batches.add_argument("--json", action="store_true", help="print the result as JSON")
    undo = commands.add_parser("undo", help="withdraw a batch, or discard an unfinished one")
    undo.add_argument("batch", type=int, help="the batch's number")
    undo.add_argument("--json", action="store_true", help="print the result as JSON")
    reading = commands.add_parser("job-description", help="read a job description; write nothing")
    reading.add_argument("file", help="the file: text, HTML, DOCX, ODT, RTF or PDF")
    reading.add_argument("--json", action="store_true", help="print the draft as JSON")


def _add_mapping_options(parser: argparse.ArgumentParser) -> None:
    """Add what may be said of a table whose columns a person maps."""
    parser.add_argument(
        "--map",
        default="",
        metavar="COLUMN=FIELD,…",
        help="what the columns of a table hold; a pair with a comma in it stands in double quotes",
    )
    parser.add_argument(
        "--dates", default="", metavar="ORDER", help="day-first or month-first, for 01/02/2016"
    )
    parser.add_argument("--sheet", default="", help="the sheet of a workbook")
    parser.add_argument(
        "--mean",
        action="append",
        default=[],
        metavar="FIELD:WORD=MEANING",
        help="what a word of the table means, such as state:Erledigt=resolved",
    )
    parser.add_argument(
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what the format asks beside the columns, such as kind=request",
    )


def _add_measure_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listing = commands.add_parser("measures", help="list every measure with its definition")
    one = commands.add_parser("measure", help="read one measure")
    one.add_argument("key", help="the measure, such as desk.cycle_time")
    one.add_argument("--calendar", default="", help="the business calendar to count on")
    card = commands.add_parser("scorecard", help="read every measure")
    card.add_argument("--pdf", default="", metavar="FILE", help="write it as PDF into this file")
    closing = commands.add_parser("close", help="close a month: store its readings as they stand")
    closing.add_argument("period", help="a month that is over, such as 2016-03")
    verifying = commands.add_parser("verify", help="look for rows that were tampered with")
    verifying.add_argument(
        "--seal-first", action="store_true", help="seal what is not sealed yet, then verify"
    )
    _add_legal_commands(commands)
    for parser in (one, card):
        parser.add_argument(
            "--period",
            required=True,
            help="2016, 2016-Q1, 2016-03, FY2016 or 2016-01-15..2016-02-14",
        )
        parser.add_argument(
            "--scope",
            default="organisation",
            help="organisation, unit:, team:, service: or source:NAME",
        )
        parser.add_argument(
            "--reader", default="", metavar="USERNAME", help="read only what this account may"
        )
    for parser in (listing, one, card):
        parser.add_argument("--json", action="store_true", help="print the result as JSON")


def _add_legal_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    redacting = commands.add_parser(
        "redact", help="take content out of a record and its history, as a law demands"
    )
    redacting.add_argument("noun", help="what it is, such as desk.ticketmessage")
    redacting.add_argument("key", type=int, help="its key")
    redacting.add_argument(
        "--column", action="append", required=True, help="a field to empty; may be repeated"
    )
    redacting.add_argument("--reason", required=True, help="the law or the decision")
    erasing = commands.add_parser(
        "erase", help="take a person's names and addresses out of every row and file"
    )
    erasing.add_argument("person", type=int, help="the person's key")
    erasing.add_argument(
        "--also", action="append", default=[], help="another name or address; may be repeated"
    )
    erasing.add_argument("--reason", required=True, help="the law or the decision")


if __name__ == "__main__":
    sys.exit(main())
