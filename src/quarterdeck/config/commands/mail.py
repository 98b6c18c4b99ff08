"""The doors by which a mail server on this machine hands over its mail."""

import argparse
import signal
import sys
import threading

from django.db import connections

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.commands.output import note
from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import worker_account
from quarterdeck.desk.gateways.mail.lmtp import Envelope, LmtpServer, Unacceptable
from quarterdeck.desk.verbs.incoming_mail import LARGEST_MAIL, Delivered, receive_mail
from quarterdeck.desk.vocabulary import Door
from quarterdeck.kernels.mail.addresses import normal_address

# What a mail server makes of an exit status (sysexits.h): done, never, or try again.
EX_OK, EX_DATAERR, EX_TEMPFAIL = 0, 65, 75
LMTP_PORT = 2424


def mail_in(chosen: argparse.Namespace) -> int:
    """Keep the mail on the standard input; whatever fails, the mail server tries again.

    Only what is no mail at all, or is too large for ever, is turned away for good.
    """
    try:
        content = sys.stdin.buffer.read(LARGEST_MAIL + 1)
        if len(content) > LARGEST_MAIL:
            note(f"The mail is larger than {LARGEST_MAIL // 1024**2} MB.")
            return EX_DATAERR
        envelope = Envelope(_sender(chosen.sender), [each.lower() for each in chosen.recipient])
        _keep(content, envelope, Door.PIPE)
    except Refused as refusal:
        note(str(refusal))
        return EX_DATAERR
    except Exception as problem:  # noqa: BLE001 — a mail is never lost to a fault of ours
        note(f"Not stored, try again: {type(problem).__name__}: {problem}")
        return EX_TEMPFAIL
    return EX_OK


def _sender(told: str | None) -> str:
    """The sender that a mail server names; an empty one is nobody, as in a report of delivery."""
    if told is None:
        return ""
    return normal_address(told) or told.strip() or "<>"


def _keep(content: bytes, envelope: Envelope, door: Door) -> None:
    delivered = Delivered(
        content=content,
        door=door,
        sender=envelope.sender,
        recipients=tuple(envelope.recipients),
    )
    actor = operator() if door == Door.PIPE else worker_account()
    receive_mail(delivered=delivered, actor=actor, at=clock.now())


def mail_lmtp(chosen: argparse.Namespace) -> int:
    """Take mail by LMTP until told to leave."""
    host, _, port = chosen.bind.rpartition(":")
    if not port.isdigit():
        raise Refused(f"“{chosen.bind}” is no address and port, such as 127.0.0.1:{LMTP_PORT}.")
    with LmtpServer((host or "127.0.0.1", int(port)), _take, LARGEST_MAIL) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            # The server waits for its own loop to end, so that another thread has to tell it.
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        note(f"Takes mail by LMTP at {host or '127.0.0.1'}:{server.server_address[1]}")
        server.serve_forever()
    return EX_OK


def _take(content: bytes, envelope: Envelope) -> None:
    """Keep one mail; each connection has a thread, and each thread its own database."""
    try:
        _keep(content, envelope, Door.LMTP)
    except Refused as refusal:
        raise Unacceptable(str(refusal)) from refusal
    finally:
        connections.close_all()
